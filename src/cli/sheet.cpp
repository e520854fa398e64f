#include "sheet.h"

#include <algorithm>
#include <cmath>

#include "letters.h"

namespace pixazo::cli {
namespace {

constexpr uint32_t kPaper = 0xF7F6F3, kInk = 0x2B2B29, kFaint = 0x8C8A84, kEmpty = 0xE7E5E0;
constexpr int kMargin = 40, kGap = 24, kTitle = 72, kCaption = 46;
constexpr double kTitleSize = 15, kCaptionSize = 10, kDetailSize = 8.5;

struct Grid {
  int columns = 1, cell = 256;
};

Grid GridOf(size_t pictures) {
  Grid grid;
  grid.cell = pictures <= 4 ? 360 : pictures <= 30 ? 256 : 200;
  const double wide = std::ceil(std::sqrt(static_cast<double>(pictures) * 1.5));
  grid.columns = static_cast<int>(std::clamp(wide, 1.0, std::min(10.0, static_cast<double>(pictures))));
  // The last row is as full as can be: 5 pictures are 3 and 2, not 4 and 1.
  const auto n = static_cast<int>(pictures);
  const int rows = (n + grid.columns - 1) / grid.columns;
  grid.columns = (n + rows - 1) / rows;
  return grid;
}

Image Thumb(const Thumbnail& t, int cell) {
  const auto decoded = Decode(t.path);
  if (!decoded) return MakeImage(cell, cell, kEmpty);
  const double scale = std::min(
      {1.0, static_cast<double>(cell) / decoded->width, static_cast<double>(cell) / decoded->height});
  const int width = std::max(1, static_cast<int>(std::lround(decoded->width * scale)));
  const int height = std::max(1, static_cast<int>(std::lround(decoded->height * scale)));
  Image thumb = MakeImage(width, height, kEmpty);
  Paste(thumb, Shrink(*decoded, width, height), 0, 0);
  return thumb;
}

// Letters are drawn into a strip of their own, so that a long sheet is not walked over for each.
void Write(Image& sheet, const std::string& text, int x, int y, int width, double size, uint32_t ink) {
  const int height = static_cast<int>(size * 2.2);
  Image strip = MakeImage(width, height, kPaper);
  DrawLetters(strip, FitLetters(text, size, width - 2), 1, size * 1.5, size, ink);
  Paste(sheet, strip, x, y);
}

}  // namespace

Image MakeSheet(const std::vector<Thumbnail>& pictures, const std::string& title,
                const std::string& subtitle) {
  const Grid grid = GridOf(pictures.size());
  std::vector<Image> thumbs;
  for (const Thumbnail& t : pictures) thumbs.push_back(Thumb(t, grid.cell));
  std::vector<int> row_heights;
  for (size_t i = 0; i < thumbs.size(); ++i) {
    if (i % static_cast<size_t>(grid.columns) == 0) row_heights.push_back(0);
    row_heights.back() = std::max(row_heights.back(), thumbs[i].height);
  }
  int height = kMargin + kTitle + kMargin - kGap;
  for (const int row : row_heights) height += row + kCaption + kGap;
  const int width = 2 * kMargin + grid.columns * grid.cell + (grid.columns - 1) * kGap;
  Image sheet = MakeImage(width, height, kPaper);
  Write(sheet, title, kMargin, kMargin - 12, width - 2 * kMargin, kTitleSize, kInk);
  Write(sheet, subtitle, kMargin, kMargin + 20, width - 2 * kMargin, kCaptionSize, kFaint);
  int y = kMargin + kTitle;
  for (size_t i = 0; i < thumbs.size(); ++i) {
    const int column = static_cast<int>(i) % grid.columns, row = static_cast<int>(i) / grid.columns;
    if (column == 0 && row > 0) y += row_heights[static_cast<size_t>(row) - 1] + kCaption + kGap;
    const int x = kMargin + column * (grid.cell + kGap), bottom = y + row_heights[static_cast<size_t>(row)];
    // Pictures stand on one line with their captions below.
    Paste(sheet, thumbs[i], x, bottom - thumbs[i].height);
    Write(sheet, pictures[i].caption, x, bottom + 2, grid.cell, kCaptionSize, kInk);
    Write(sheet, pictures[i].detail, x, bottom + 21, grid.cell, kDetailSize, kFaint);
  }
  return sheet;
}

}  // namespace pixazo::cli

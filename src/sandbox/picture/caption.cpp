#include "sandbox/picture/caption.h"

#include "sandbox/picture/font.h"

namespace pixazo::sandbox {
namespace {

constexpr int kMaxLines = 4;

// The first n characters.
std::string_view Cut(std::string_view utf8, int n) {
  std::string_view rest = utf8;
  while (n-- > 0 && !rest.empty()) TakeCharacter(rest);
  return utf8.substr(0, utf8.size() - rest.size());
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  size_t start = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    bool space = i == text.size() || text[i] == ' ' || text[i] == '\n' || text[i] == '\t' || text[i] == '\r';
    if (!space) continue;
    if (i > start) words.push_back(text.substr(start, i - start));
    start = i + 1;
  }
  return words;
}

}  // namespace

std::vector<std::string> WrapText(std::string_view utf8, int columns, int max_lines) {
  std::vector<std::string> lines(1);
  for (std::string_view word : Words(utf8)) {
    while (!word.empty()) {
      int used = TextLength(lines.back()), gap = used > 0 ? 1 : 0, length = TextLength(word);
      if (used + gap + length <= columns) {
        lines.back().append(gap, ' ').append(word);
        break;
      }
      if (used > 0) {
        lines.emplace_back();
      } else {  // a word longer than a line
        std::string_view piece = Cut(word, columns);
        lines.back() = piece;
        word.remove_prefix(piece.size());
        if (!word.empty()) lines.emplace_back();
      }
    }
  }
  if (static_cast<int>(lines.size()) > max_lines) {
    lines.resize(static_cast<size_t>(max_lines));
    lines.back() = std::string(Cut(lines.back(), columns - 3)) + "...";
  }
  return lines;
}

void PaintCaption(Canvas& canvas, std::string_view prompt, std::string_view signature, float inset) {
  float dot = canvas.s() / 300;
  if (dot < 0.32f) return;  // letters would be three pixels high: nobody could read them
  float margin = dot * 10, line_height = dot * 11, left = inset + margin, room = canvas.w() - 2 * left;
  float small = dot * 0.72f, fade = dot * 16;
  std::vector<std::string> lines =
      WrapText(prompt, static_cast<int>(room / (dot * kGlyphAdvance)), kMaxLines);
  float top =
      canvas.h() - inset * 0.6f - margin * 1.3f - line_height * static_cast<float>(lines.size()) - dot * 9;
  for (int y = std::max(0, static_cast<int>(top - fade)); y < canvas.height(); ++y) {
    float alpha = 0.62f * SmoothStep(top - fade, top + dot * 6, static_cast<float>(y));
    for (int x = 0; x < canvas.width(); ++x) canvas.Blend(x, y, Hex(0x07080d), alpha);
  }
  float y = top + margin * 0.6f;
  for (const std::string& line : lines) {
    DrawText(canvas, {left + dot * 0.6f, y + dot * 0.7f}, dot, dot * 1.15f, line, Hex(0x000000), 0.45f);
    DrawText(canvas, {left, y}, dot, dot * 1.05f, line, Hex(0xffffff), 0.96f);
    y += line_height;
  }
  std::string_view signed_by = Cut(signature, static_cast<int>(room / (small * kGlyphAdvance)));
  DrawText(canvas, {left, y + dot * 1.5f}, small, small * 0.95f, signed_by, Hex(0xffe2a8), 0.78f);
}

}  // namespace pixazo::sandbox

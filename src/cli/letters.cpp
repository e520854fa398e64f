#include "letters.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "glyphs.h"
#include "text.h"

namespace pixazo::cli {
namespace {

constexpr double kCapital = 7;     // height of a capital on the grid
constexpr double kGap = 1.5;       // between letters
constexpr double kMarkRise = 2.1;  // of an accent over a capital

struct Point {
  double x = 0, y = 0;
};
struct Segment {
  Point a, b;
};

// Turns strokes into straight pieces.
class Tracer {
 public:
  explicit Tracer(std::vector<Segment>& out) : out_(out) {}

  void Trace(std::string_view strokes, double dx, double dy) {
    dx_ = dx, dy_ = dy;
    rest_ = strokes;
    while (const char command = Command()) {
      if (command == 'M')
        Move({Number(), Number()});
      else if (command == 'L')
        Line({Number(), Number()});
      else
        Arc();
    }
  }

 private:
  char Command() {
    while (!rest_.empty() && rest_[0] == ' ') rest_.remove_prefix(1);
    if (rest_.empty()) return 0;
    const char c = rest_[0];
    rest_.remove_prefix(1);
    return c;
  }
  double Number() {
    while (!rest_.empty() && rest_[0] == ' ') rest_.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    return value;
  }
  void Move(Point p) { at_ = {p.x + dx_, p.y + dy_}; }
  void Line(Point p) {
    const Point to{p.x + dx_, p.y + dy_};
    out_.push_back({at_, to});
    at_ = to;
  }
  void Arc() {
    const double cx = Number(), cy = Number(), rx = Number(), ry = Number(), from = Number(), to = Number();
    const int pieces = std::max(4, static_cast<int>(std::abs(to - from) / 12));
    for (int i = 0; i <= pieces; ++i) {
      const double angle = (from + (to - from) * i / pieces) * 3.14159265358979 / 180;
      const Point p{cx + rx * std::cos(angle), cy + ry * std::sin(angle)};
      if (i == 0)
        Move(p);
      else
        Line(p);
    }
  }

  std::vector<Segment>& out_;
  std::string_view rest_;
  Point at_;
  double dx_ = 0, dy_ = 0;
};

// Appends the pieces of one character at x; returns its width.
double Place(char32_t c, double x, std::vector<Segment>* out) {
  const Composed* composed = ComposedOf(c);
  const char32_t base = composed ? composed->base : c;
  const Glyph& glyph = GlyphOf(base);
  if (!out) return glyph.width;
  Tracer tracer(*out);
  tracer.Trace(glyph.strokes, x, 0);
  if (composed && composed->mark) {
    const bool under = composed->mark == U',' || composed->mark == U';';
    const bool capital = base < U'a';
    tracer.Trace(MarkStrokes(composed->mark), x + glyph.width / 2, capital && !under ? kMarkRise : 0);
  }
  return glyph.width;
}

double Lay(std::string_view text, std::vector<Segment>* out) {
  double x = 0;
  for (size_t at = 0; at < text.size();) x += Place(NextChar(text, at), x, out) + kGap;
  return std::max(0.0, x - kGap);
}

double Distance(const Segment& s, double x, double y) {
  const double dx = s.b.x - s.a.x, dy = s.b.y - s.a.y;
  const double length = dx * dx + dy * dy;
  const double t = length > 0 ? std::clamp(((x - s.a.x) * dx + (y - s.a.y) * dy) / length, 0.0, 1.0) : 0;
  return std::hypot(x - s.a.x - t * dx, y - s.a.y - t * dy);
}

// How much ink each pixel of a box gets: the most that any piece gives it, so that crossings are not darker.
void Ink(std::vector<float>& cover, int width, int height, const Segment& s, double radius) {
  const double reach = radius + 1;
  const int x0 = std::max(0, static_cast<int>(std::min(s.a.x, s.b.x) - reach));
  const int x1 = std::min(width - 1, static_cast<int>(std::max(s.a.x, s.b.x) + reach));
  const int y0 = std::max(0, static_cast<int>(std::min(s.a.y, s.b.y) - reach));
  const int y1 = std::min(height - 1, static_cast<int>(std::max(s.a.y, s.b.y) + reach));
  for (int y = y0; y <= y1; ++y)
    for (int x = x0; x <= x1; ++x) {
      const double ink = std::clamp(radius + 0.5 - Distance(s, x + 0.5, y + 0.5), 0.0, 1.0);
      float& c = cover[static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)];
      c = std::max(c, static_cast<float>(ink));
    }
}

}  // namespace

double LetterWidth(std::string_view text, double size) { return Lay(text, nullptr) * size / kCapital; }

std::string FitLetters(std::string_view text, double size, double width) {
  if (LetterWidth(text, size) <= width) return std::string(text);
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    NextChar(text, at);
    std::string longer = out + std::string(text.substr(begin, at - begin));
    if (LetterWidth(longer + "…", size) > width) break;
    out = std::move(longer);
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out + "…";
}

void DrawLetters(Image& image, std::string_view text, double x, double y, double size, uint32_t rgb) {
  std::vector<Segment> pieces;
  const double scale = size / kCapital;
  Lay(text, &pieces);
  const double radius = std::max(0.55, size * 0.062);
  std::vector<float> cover(static_cast<size_t>(image.width) * static_cast<size_t>(image.height), 0.0F);
  for (const Segment& s : pieces)
    Ink(cover, image.width, image.height,
        {{x + s.a.x * scale, y - s.a.y * scale}, {x + s.b.x * scale, y - s.b.y * scale}}, radius);
  for (size_t i = 0; i < cover.size(); ++i) {
    if (cover[i] <= 0) continue;
    uint8_t* p = &image.rgba[i * 4];
    for (int c = 0; c < 3; ++c) {
      const auto ink = static_cast<float>((rgb >> (16 - 8 * c)) & 0xFF);
      p[c] = static_cast<uint8_t>(p[c] + (ink - p[c]) * cover[i] + 0.5F);
    }
  }
}

}  // namespace pixazo::cli

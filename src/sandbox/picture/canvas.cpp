#include "sandbox/picture/canvas.h"

#include <cmath>

namespace pixazo::sandbox {
namespace {

// Where the outline crosses the row y, from left to right.
void CutsAt(std::span<const Point> points, float y, std::vector<float>& cuts) {
  cuts.clear();
  for (size_t i = 0; i < points.size(); ++i) {
    Point a = points[i], b = points[(i + 1) % points.size()];
    if ((a.y <= y) != (b.y <= y)) cuts.push_back(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x));
  }
  std::sort(cuts.begin(), cuts.end());
}

}  // namespace

Canvas::Canvas(int width, int height)
    : width_(width), height_(height), pixels_(static_cast<size_t>(width) * static_cast<size_t>(height)) {}

Canvas::Box Canvas::Clip(float x0, float y0, float x1, float y1) const {
  auto bound = [](float v, int limit) {
    return v <= 0 ? 0 : v >= static_cast<float>(limit) ? limit : static_cast<int>(v);
  };
  return {bound(std::floor(x0), width_), bound(std::floor(y0), height_), bound(std::ceil(x1), width_),
          bound(std::ceil(y1), height_)};
}

void Canvas::Gradient(float top, float bottom, std::span<const Stop> stops) {
  Box box = Clip(0, top, w(), bottom);
  for (int y = box.y0; y < box.y1; ++y) {
    float t = (static_cast<float>(y) + 0.5f - top) / (bottom - top);
    size_t i = 0;
    while (i + 2 < stops.size() && t > stops[i + 1].at) ++i;
    Color c = Mix(stops[i].color, stops[i + 1].color, SmoothStep(stops[i].at, stops[i + 1].at, t));
    for (int x = 0; x < width_; ++x) At(x, y) = c;
  }
}

void Canvas::Glow(Point c, float radius, Color color, float strength) {
  Box box = Clip(c.x - radius, c.y - radius, c.x + radius, c.y + radius);
  for (int y = box.y0; y < box.y1; ++y) {
    float dy = static_cast<float>(y) + 0.5f - c.y;
    for (int x = box.x0; x < box.x1; ++x) {
      float dx = static_cast<float>(x) + 0.5f - c.x;
      float d = (dx * dx + dy * dy) / (radius * radius);
      if (d >= 1) continue;
      float k = (1 - d) * (1 - d) * strength;
      Color& p = At(x, y);
      p = {p.r + (1 - p.r) * color.r * k, p.g + (1 - p.g) * color.g * k, p.b + (1 - p.b) * color.b * k};
    }
  }
}

void Canvas::Disc(Point c, float radius, Color color, float alpha, float softness) {
  float reach = radius + softness;
  Box box = Clip(c.x - reach, c.y - reach, c.x + reach, c.y + reach);
  for (int y = box.y0; y < box.y1; ++y) {
    for (int x = box.x0; x < box.x1; ++x) {
      float dx = static_cast<float>(x) + 0.5f - c.x, dy = static_cast<float>(y) + 0.5f - c.y;
      float cover = Clamp01((radius - std::sqrt(dx * dx + dy * dy)) / softness + 0.5f);
      if (cover > 0) Blend(x, y, color, cover * alpha);
    }
  }
}

void Canvas::Ellipse(Point c, float rx, float ry, float angle, Color color, float alpha) {
  float ca = std::cos(angle), sa = std::sin(angle), reach = (rx > ry ? rx : ry) + 1, thin = rx < ry ? rx : ry;
  Box box = Clip(c.x - reach, c.y - reach, c.x + reach, c.y + reach);
  for (int y = box.y0; y < box.y1; ++y) {
    for (int x = box.x0; x < box.x1; ++x) {
      float dx = static_cast<float>(x) + 0.5f - c.x, dy = static_cast<float>(y) + 0.5f - c.y;
      float u = (dx * ca + dy * sa) / rx, v = (dy * ca - dx * sa) / ry;
      float cover = Clamp01((1 - std::sqrt(u * u + v * v)) * thin + 0.5f);
      if (cover > 0) Blend(x, y, color, cover * alpha);
    }
  }
}

void Canvas::Stroke(Point a, Point b, float width_a, float width_b, Color color, float alpha) {
  float reach = (width_a > width_b ? width_a : width_b) / 2 + 1;
  Box box = Clip(std::min(a.x, b.x) - reach, std::min(a.y, b.y) - reach, std::max(a.x, b.x) + reach,
                 std::max(a.y, b.y) + reach);
  float ex = b.x - a.x, ey = b.y - a.y, length = ex * ex + ey * ey;
  for (int y = box.y0; y < box.y1; ++y) {
    for (int x = box.x0; x < box.x1; ++x) {
      float px = static_cast<float>(x) + 0.5f - a.x, py = static_cast<float>(y) + 0.5f - a.y;
      float t = length > 0 ? Clamp01((px * ex + py * ey) / length) : 0;
      float dx = px - t * ex, dy = py - t * ey;
      float radius = (width_a + (width_b - width_a) * t) / 2;
      float cover = Clamp01(radius - std::sqrt(dx * dx + dy * dy) + 0.5f);
      if (cover > 0) Blend(x, y, color, std::min(cover, radius * 2) * alpha);
    }
  }
}

void Canvas::Polygon(std::span<const Point> points, Color color, float alpha) {
  constexpr int kLines = 4;  // scan lines a pixel row
  float x0 = points[0].x, x1 = x0, y0 = points[0].y, y1 = y0;
  for (Point p : points) {
    x0 = std::min(x0, p.x), x1 = std::max(x1, p.x), y0 = std::min(y0, p.y), y1 = std::max(y1, p.y);
  }
  Box box = Clip(x0, y0, x1, y1);
  if (box.x0 >= box.x1) return;
  std::vector<float> cover, cuts;
  for (int y = box.y0; y < box.y1; ++y) {
    cover.assign(static_cast<size_t>(box.x1 - box.x0), 0);
    for (int line = 0; line < kLines; ++line) {
      CutsAt(points, static_cast<float>(y) + (static_cast<float>(line) + 0.5f) / kLines, cuts);
      for (size_t i = 0; i + 1 < cuts.size(); i += 2) {
        Box run = Clip(cuts[i], 0, cuts[i + 1], 1);
        for (int x = run.x0; x < run.x1; ++x) {
          float left = std::max(cuts[i], static_cast<float>(x)),
                right = std::min(cuts[i + 1], static_cast<float>(x + 1));
          cover[static_cast<size_t>(x - box.x0)] += std::max(0.0f, right - left) / kLines;
        }
      }
    }
    for (int x = box.x0; x < box.x1; ++x) {
      float k = cover[static_cast<size_t>(x - box.x0)];
      if (k > 0) Blend(x, y, color, std::min(1.0f, k) * alpha);
    }
  }
}

void Canvas::Rect(float x0, float y0, float x1, float y1, Color color, float alpha) {
  Box box = Clip(x0, y0, x1, y1);
  for (int y = box.y0; y < box.y1; ++y) {
    float cy = std::min(y1, static_cast<float>(y + 1)) - std::max(y0, static_cast<float>(y));
    for (int x = box.x0; x < box.x1; ++x) {
      float cx = std::min(x1, static_cast<float>(x + 1)) - std::max(x0, static_cast<float>(x));
      Blend(x, y, color, Clamp01(cx) * Clamp01(cy) * alpha);
    }
  }
}

void Canvas::Below(std::span<const float> line, const std::function<Color(int, float)>& shade, float alpha) {
  float top = h();
  for (float y : line) top = std::min(top, y);
  Box box = Clip(0, top, w(), h());
  for (int y = box.y0; y < box.y1; ++y) {
    for (int x = 0; x < width_; ++x) {
      float depth = static_cast<float>(y) + 0.5f - line[static_cast<size_t>(x)];
      if (depth > -0.5f) Blend(x, y, shade(x, depth), std::min(1.0f, depth + 0.5f) * alpha);
    }
  }
}

void Canvas::Vignette(float strength) {
  for (int y = 0; y < height_; ++y) {
    float dy = (static_cast<float>(y) + 0.5f) / h() * 2 - 1;
    for (int x = 0; x < width_; ++x) {
      float dx = (static_cast<float>(x) + 0.5f) / w() * 2 - 1;
      float d = (dx * dx + dy * dy) / 2;
      Color& p = At(x, y);
      p = p * (1 - strength * d * d);
    }
  }
}

}  // namespace pixazo::sandbox

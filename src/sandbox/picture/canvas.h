// Where a picture is painted: colours with smooth edges, in pixels, back to front.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "sandbox/picture/color.h"

namespace pixazo::sandbox {

struct Point {
  float x = 0, y = 0;
};

struct Stop {
  float at;  // 0: top, 1: bottom
  Color color;
};

class Canvas {
 public:
  Canvas(int width, int height);

  int width() const { return width_; }
  int height() const { return height_; }
  float w() const { return static_cast<float>(width_); }
  float h() const { return static_cast<float>(height_); }
  float s() const { return w() < h() ? w() : h(); }  // the shorter side: sizes of things are parts of it

  Color& At(int x, int y) {
    return pixels_[static_cast<size_t>(y) * static_cast<size_t>(width_) + static_cast<size_t>(x)];
  }
  const Color& At(int x, int y) const { return const_cast<Canvas*>(this)->At(x, y); }
  void Blend(int x, int y, Color color, float alpha) {
    Color& p = At(x, y);
    p = Mix(p, color, alpha);
  }

  void Gradient(float top, float bottom, std::span<const Stop> stops);  // rows [top, bottom)
  void Glow(Point c, float radius, Color color, float strength);        // light, added
  void Disc(Point c, float radius, Color color, float alpha = 1, float softness = 1);
  void Ellipse(Point c, float rx, float ry, float angle, Color color, float alpha = 1);
  void Stroke(Point a, Point b, float width_a, float width_b, Color color, float alpha = 1);  // round ends
  void Polygon(std::span<const Point> points, Color color, float alpha = 1);
  void Rect(float x0, float y0, float x1, float y1, Color color, float alpha = 1);
  // Everything below a line that has one height for each column. shade gets how far below, in pixels.
  void Below(std::span<const float> line, const std::function<Color(int x, float depth)>& shade,
             float alpha = 1);
  void Vignette(float strength);

 private:
  struct Box {
    int x0, y0, x1, y1;
  };
  Box Clip(float x0, float y0, float x1, float y1) const;

  int width_, height_;
  std::vector<Color> pixels_;
};

}  // namespace pixazo::sandbox

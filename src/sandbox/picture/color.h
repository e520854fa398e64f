// Colours as the screen has them: red, green and blue from 0 to 1.
#pragma once

#include <algorithm>
#include <cstdint>

namespace pixazo::sandbox {

struct Color {
  float r = 0, g = 0, b = 0;
};

constexpr Color Hex(uint32_t rgb) {
  return {static_cast<float>(rgb >> 16 & 255) / 255, static_cast<float>(rgb >> 8 & 255) / 255,
          static_cast<float>(rgb & 255) / 255};
}

constexpr Color operator*(Color c, float k) { return {c.r * k, c.g * k, c.b * k}; }
constexpr Color operator+(Color a, Color b) { return {a.r + b.r, a.g + b.g, a.b + b.b}; }
constexpr Color Mix(Color a, Color b, float t) {
  return {a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t};
}
constexpr Color Lighter(Color c, float t) { return Mix(c, {1, 1, 1}, t); }
constexpr Color Darker(Color c, float t) { return Mix(c, {0, 0, 0}, t); }

constexpr float Clamp01(float v) { return v < 0 ? 0 : v > 1 ? 1 : v; }
constexpr float SmoothStep(float a, float b, float v) {
  float t = Clamp01((v - a) / (b - a));
  return t * t * (3 - 2 * t);
}

}  // namespace pixazo::sandbox

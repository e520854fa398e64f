#include "sandbox/picture/noise.h"

#include <algorithm>
#include <cmath>

#include "sandbox/random.h"

namespace pixazo::sandbox {
namespace {

float Fade(float t) { return t * t * t * (t * (t * 6 - 15) + 10); }

uint32_t Lattice(int32_t x, int32_t y, uint64_t seed) {
  uint64_t h = seed + static_cast<uint32_t>(x) * 0x9e3779b97f4a7c15ull +
               static_cast<uint32_t>(y) * 0xc2b2ae3d27d4eb4full;
  h = (h ^ (h >> 32)) * 0xd6e8feb86659fd93ull;
  return static_cast<uint32_t>(h >> 32);
}

float Gradient(uint32_t h, float dx, float dy) {
  static constexpr float kX[8] = {1, -1, 0, 0, 0.7071f, -0.7071f, 0.7071f, -0.7071f};
  static constexpr float kY[8] = {0, 0, 1, -1, 0.7071f, 0.7071f, -0.7071f, -0.7071f};
  return kX[h >> 29] * dx + kY[h >> 29] * dy;
}

}  // namespace

float Noise1(float x, uint64_t seed) { return Noise2(x, 0.37f, seed); }

float Noise2(float x, float y, uint64_t seed) {
  float fx = std::floor(x), fy = std::floor(y);
  auto ix = static_cast<int32_t>(fx), iy = static_cast<int32_t>(fy);
  float dx = x - fx, dy = y - fy, u = Fade(dx), v = Fade(dy);
  float a = Gradient(Lattice(ix, iy, seed), dx, dy), b = Gradient(Lattice(ix + 1, iy, seed), dx - 1, dy);
  float c = Gradient(Lattice(ix, iy + 1, seed), dx, dy - 1),
        d = Gradient(Lattice(ix + 1, iy + 1, seed), dx - 1, dy - 1);
  float top = a + (b - a) * u, bottom = c + (d - c) * u;
  return std::clamp((top + (bottom - top) * v) * 1.5f, -1.0f, 1.0f);
}

float Fractal1(float x, int octaves, uint64_t seed) { return Fractal2(x, 0.37f, octaves, seed); }

float Fractal2(float x, float y, int octaves, uint64_t seed) {
  float sum = 0, weight = 0.5f, total = 0;
  for (int i = 0; i < octaves; ++i) {
    sum += weight * Noise2(x, y, seed + static_cast<uint64_t>(i) * 77);
    total += weight;
    x = x * 2.03f + 11.7f;
    y = y * 2.03f + 5.3f;
    weight *= 0.5f;
  }
  return sum / total;
}

NoiseField::NoiseField(int width, int height, float fx, float fy, int octaves, uint64_t seed)
    : width_(width) {
  cell_ = std::max(1, std::min(width, height) / 256);
  columns_ = width / cell_ + 2;
  int rows = height / cell_ + 2;
  grid_.reserve(static_cast<size_t>(columns_) * static_cast<size_t>(rows));
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns_; ++x)
      grid_.push_back(
          Fractal2(static_cast<float>(x * cell_) * fx, static_cast<float>(y * cell_) * fy, octaves, seed));
}

void NoiseField::Row(int y, std::vector<float>& out) const {
  out.resize(static_cast<size_t>(width_));
  int gy = y / cell_;
  float v = static_cast<float>(y - gy * cell_) / static_cast<float>(cell_);
  const float* top = grid_.data() + static_cast<size_t>(gy) * static_cast<size_t>(columns_);
  const float* bottom = top + columns_;
  for (int x = 0; x < width_; ++x) {
    int gx = x / cell_;
    float u = static_cast<float>(x - gx * cell_) / static_cast<float>(cell_);
    float a = top[gx] + (top[gx + 1] - top[gx]) * u, b = bottom[gx] + (bottom[gx + 1] - bottom[gx]) * u;
    out[static_cast<size_t>(x)] = a + (b - a) * v;
  }
}

}  // namespace pixazo::sandbox

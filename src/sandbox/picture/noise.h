// Smooth noise from a seed: the same at any resolution.
#pragma once

#include <cstdint>
#include <vector>

namespace pixazo::sandbox {

float Noise1(float x, uint64_t seed);           // [-1, 1]
float Noise2(float x, float y, uint64_t seed);  // [-1, 1]
float Fractal1(float x, int octaves, uint64_t seed);
float Fractal2(float x, float y, int octaves, uint64_t seed);

// Two-dimensional fractal noise over a picture, computed on a coarse grid and read smoothly: clouds cost
// little.
class NoiseField {
 public:
  // fx, fy: how many features along one pixel in each direction.
  NoiseField(int width, int height, float fx, float fy, int octaves, uint64_t seed);
  void Row(int y, std::vector<float>& out) const;  // out: one value a pixel, [-1, 1]

 private:
  int width_, cell_, columns_;
  std::vector<float> grid_;
};

}  // namespace pixazo::sandbox

// Pictures of the subjects a theme can have. Every size in them is a part of the canvas, so that a scene
// looks the same at any resolution.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sandbox/picture/canvas.h"
#include "sandbox/picture/theme.h"
#include "sandbox/random.h"

namespace pixazo::sandbox {

struct Scene {
  Canvas& canvas;
  Theme theme;
  Mood mood;
  uint64_t seed;
  Random random;
  float horizon = 0.6f;  // part of the height
  Point sun;             // pixels

  float X(float part) const { return canvas.w() * part; }
  float Y(float part) const { return canvas.h() * part; }
  float S(float part) const { return canvas.s() * part; }
};

void PaintScene(Canvas& canvas, std::string_view prompt, uint64_t seed);

// What several subjects share.
void PaintSky(Scene& scene);
void PaintClouds(Scene& scene, float top, float bottom, float amount);
void PaintHeap(Scene& scene, Point base, float size);  // one big white cloud
void PaintBirds(Scene& scene, int count, Color color);
void PaintPine(Scene& scene, Point foot, float height, Color color);
void PaintHouse(Scene& scene, Point foot, float size, Color wall, Color roof);
void PaintWater(Scene& scene, float top, float bottom);  // mirrors what is above it
// A line of hills: heights around `middle` (part of the height), in pixels for each column.
std::vector<float> HillLine(const Scene& scene, float middle, float rise, float frequency, int octaves,
                            bool sharp, uint64_t salt);

void PaintBoat(Scene& scene, Point at, float size);
void PaintLighthouse(Scene& scene, Point foot, float height);  // on a rock of its own
void PaintFlamingo(Scene& scene, Point at, float size);
void PaintSparrow(Scene& scene, Point at, float size);
void PaintLion(Scene& scene, Point at, float size);
void PaintAstronaut(Scene& scene, Point at, float size);
void PaintDog(Scene& scene, Point at, float size);

void PaintMountains(Scene& scene);
void PaintSea(Scene& scene);
void PaintMeadow(Scene& scene);
void PaintDesert(Scene& scene);
void PaintCity(Scene& scene);
void PaintBlossom(Scene& scene);
void PaintStudio(Scene& scene);
void PaintFlow(Scene& scene);

}  // namespace pixazo::sandbox

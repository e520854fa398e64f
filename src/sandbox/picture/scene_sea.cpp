// Sea, coast, ice.
#include <cmath>

#include "sandbox/picture/noise.h"
#include "sandbox/picture/scene.h"

namespace pixazo::sandbox {
namespace {

void PaintIce(Scene& scene, Point foot, float size) {
  Canvas& c = scene.canvas;
  Color lit = Mix(Hex(0xeaf6ff), scene.mood.sky_low, 0.25f),
        shade = Mix(Hex(0x8fb4d8), scene.mood.sky_middle, 0.5f);
  std::vector<Point> outline;
  constexpr int kSteps = 9;
  outline.push_back({foot.x - size, foot.y});
  for (int i = 0; i <= kSteps; ++i) {
    float u = -0.9f + 1.8f * static_cast<float>(i) / kSteps;
    float peak = (1 - std::fabs(u - 0.15f)) * (0.5f + 0.5f * static_cast<float>(scene.random.Unit()));
    outline.push_back({foot.x + u * size, foot.y - size * (0.12f + 0.95f * peak)});
  }
  outline.push_back({foot.x + size, foot.y});
  c.Polygon(outline, lit);
  for (size_t i = 1; i + 2 < outline.size(); ++i) {
    if (outline[i].y >= outline[i + 1].y) continue;  // faces that turn away from the light
    const Point face[] = {outline[i],
                          outline[i + 1],
                          {outline[i + 1].x + size * 0.05f, foot.y},
                          {outline[i].x + size * 0.12f, foot.y}};
    c.Polygon(face, shade, 0.75f);
  }
}

void PaintGlitter(Scene& scene, float top) {
  for (int i = 0; i < 260; ++i) {
    float t = static_cast<float>(i) / 260, y = scene.Y(top + (1 - top) * t * t) + 1;
    float spread = scene.S(0.02f + 0.16f * t),
          x = scene.sun.x + spread * static_cast<float>(scene.random.Gauss()) * 0.6f;
    float half = scene.S((0.004f + 0.03f * t) * scene.random.Between(0.3f, 1));
    scene.canvas.Stroke({x - half, y}, {x + half, y}, scene.S(0.001f + 0.004f * t),
                        scene.S(0.001f + 0.003f * t), Lighter(scene.mood.sun, 0.3f), 0.5f * (1 - 0.6f * t));
  }
}

}  // namespace

void PaintSea(Scene& scene) {
  PaintSky(scene);
  bool ice = scene.theme.Has(kIce), pool = scene.theme.Has(kFlamingo);
  if (scene.theme.Has(kBigClouds) || pool) {
    PaintHeap(scene, {scene.X(scene.random.Between(0.2f, 0.4f)), scene.Y(scene.horizon - 0.09f)},
              scene.S(0.2f));
    PaintHeap(scene, {scene.X(scene.random.Between(0.65f, 0.9f)), scene.Y(scene.horizon - 0.05f)},
              scene.S(0.14f));
  } else {
    PaintClouds(scene, 0.04f, scene.horizon - 0.03f, ice ? 0.0f : 0.14f);
  }
  if (!ice) {
    auto coast = HillLine(scene, scene.horizon + 0.005f, 0.07f, 1.1f, 4, false, 600);
    Color hills = Mix(scene.mood.far, scene.mood.near, 0.25f);
    scene.canvas.Below(coast, [&](int, float depth) {
      return Mix(hills, scene.mood.sky_low, SmoothStep(0, 0.12f, depth / scene.canvas.s()) * 0.4f);
    });
  } else {
    PaintIce(scene, {scene.X(scene.random.Between(0.22f, 0.4f)), scene.Y(scene.horizon)}, scene.S(0.22f));
    PaintIce(scene, {scene.X(scene.random.Between(0.7f, 0.9f)), scene.Y(scene.horizon)}, scene.S(0.09f));
  }
  PaintWater(scene, scene.horizon, 1.0f);
  PaintGlitter(scene, scene.horizon);
  if (scene.theme.Has(kBoat))
    PaintBoat(scene, {scene.X(scene.random.Between(0.3f, 0.7f)), scene.Y(scene.horizon + 0.09f)},
              scene.S(0.12f));
  if (scene.theme.Has(kLighthouse)) {  // on the side where the sun is not
    float side =
        scene.sun.x < scene.X(0.5f) ? scene.random.Between(0.66f, 0.78f) : scene.random.Between(0.22f, 0.34f);
    PaintLighthouse(scene, {scene.X(side), scene.Y(scene.horizon + 0.05f)}, scene.S(0.42f));
  }
  if (pool)
    PaintFlamingo(scene, {scene.X(scene.random.Between(0.45f, 0.7f)), scene.Y(scene.horizon + 0.02f)},
                  scene.S(0.34f));
  if (scene.theme.Has(kBirds)) PaintBirds(scene, 6, scene.mood.near);
}

}  // namespace pixazo::sandbox

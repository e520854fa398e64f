// A city's skyline, by day or in neon.
#include <cmath>

#include "sandbox/picture/noise.h"
#include "sandbox/picture/scene.h"

namespace pixazo::sandbox {
namespace {

struct Tower {
  float x, width, top, bottom;
};

void PaintRoof(Scene& scene, const Tower& t, Color body) {
  Canvas& c = scene.canvas;
  float middle = t.x + t.width / 2;
  switch (scene.random.Below(4)) {
    case 0: {  // a spire
      const Point spire[] = {
          {t.x + t.width * 0.2f, t.top}, {middle, t.top - t.width * 0.7f}, {t.x + t.width * 0.8f, t.top}};
      c.Polygon(spire, body);
      c.Stroke({middle, t.top - t.width * 0.6f}, {middle, t.top - t.width * 1.4f}, t.width * 0.05f,
               t.width * 0.02f, body);
      c.Disc({middle, t.top - t.width * 1.4f}, t.width * 0.045f, scene.mood.accent);
      break;
    }
    case 1: {  // slanted
      const Point slant[] = {{t.x, t.top}, {t.x + t.width, t.top - t.width * 0.45f}, {t.x + t.width, t.top}};
      c.Polygon(slant, body);
      break;
    }
    case 2:  // set back
      c.Rect(t.x + t.width * 0.18f, t.top - t.width * 0.35f, t.x + t.width * 0.82f, t.top + 1, body);
      c.Rect(t.x + t.width * 0.36f, t.top - t.width * 0.6f, t.x + t.width * 0.64f, t.top, body);
      break;
    default:
      c.Stroke({t.x + t.width * 0.7f, t.top}, {t.x + t.width * 0.7f, t.top - t.width * 0.5f}, t.width * 0.03f,
               t.width * 0.02f, body);
  }
}

void PaintWindows(Scene& scene, const Tower& t, float share, float glow) {
  float cell = t.width / std::max(3.0f, std::floor(t.width / scene.S(0.011f)));
  Color warm = Hex(0xffd48a), cold = scene.mood.accent;
  bool tinted = scene.random.Chance(0.45);
  for (float y = t.top + cell; y < t.bottom; y += cell * 1.5f) {
    bool floor_lit = scene.random.Chance(0.85);
    for (float x = t.x + cell * 0.35f; x + cell * 0.6f < t.x + t.width; x += cell) {
      if (!floor_lit || !scene.random.Chance(share)) continue;
      Color color = Mix(warm, cold, tinted ? scene.random.Between(0.4f, 1) : scene.random.Between(0, 0.25f));
      scene.canvas.Rect(x, y, x + cell * 0.55f, y + cell * 0.8f, color,
                        glow * scene.random.Between(0.45f, 1));
    }
  }
}

void PaintSign(Scene& scene, const Tower& t) {
  Color color = scene.random.Chance(0.5) ? scene.mood.accent : Hex(0xff3d9a);
  float x = t.x + t.width * scene.random.Between(0.1f, 0.75f),
        y = t.top + scene.S(scene.random.Between(0.04f, 0.16f));
  float w = t.width * 0.14f, h = scene.S(scene.random.Between(0.07f, 0.15f));
  scene.canvas.Glow({x + w / 2, y + h / 2}, h * 1.3f, color, 0.5f);
  scene.canvas.Rect(x, y, x + w, y + h, Darker(color, 0.7f));
  int marks = 3 + scene.random.Below(3);
  for (int i = 0; i < marks; ++i) {
    float my = y + h * (static_cast<float>(i) + 0.5f) / static_cast<float>(marks);
    scene.canvas.Stroke({x + w * 0.25f, my}, {x + w * 0.75f, my}, w * 0.22f, w * 0.22f,
                        Lighter(color, 0.55f));
    if (scene.random.Chance(0.6))
      scene.canvas.Stroke({x + w * 0.5f, my - h * 0.04f}, {x + w * 0.5f, my + h * 0.04f}, w * 0.18f,
                          w * 0.18f, Lighter(color, 0.55f));
  }
}

void PaintBlock(Scene& scene, int layer, int layers) {
  float t = static_cast<float>(layer) / static_cast<float>(layers - 1), x = scene.X(-0.02f),
        ground = scene.Y(scene.horizon);
  Color body = Mix(Mix(scene.mood.far, scene.mood.sky_low, 0.4f), scene.mood.near, 0.15f + 0.8f * t);
  bool night = scene.mood.dark;
  while (x < scene.canvas.w()) {
    float width = scene.S(scene.random.Between(0.055f, 0.12f) * (0.75f + 0.45f * t));
    float centre = 1 - std::fabs((x + width / 2) / scene.canvas.w() - 0.5f) * 1.1f;
    float height =
        scene.Y(scene.random.Between(0.16f, 0.52f) * (1.05f - 0.42f * t) * (0.55f + 0.6f * centre));
    Tower tower{x, width, ground - height, ground};
    scene.canvas.Rect(x, tower.top, x + width, ground + 1, body);
    PaintRoof(scene, tower, body);
    scene.canvas.Rect(x + width * 0.62f, tower.top, x + width, ground, Darker(body, 0.35f), 0.5f);
    if (layer > 0)
      PaintWindows(scene, tower, night ? 0.42f : 0.3f, (night ? 0.95f : 0.7f) * (0.5f + 0.5f * t));
    if (night && layer == layers - 1 && scene.random.Chance(0.7)) PaintSign(scene, tower);
    x += width * scene.random.Between(0.82f, 1.12f) +
         (layer == layers - 1 && scene.random.Chance(0.25) ? scene.S(0.06f) : 0);
  }
}

void PaintHaze(Scene& scene, float strength) {
  int top = static_cast<int>(scene.Y(scene.horizon - 0.3f)),
      bottom = static_cast<int>(scene.Y(scene.horizon));
  for (int y = std::max(0, top); y < std::min(bottom, scene.canvas.height()); ++y) {
    float t = static_cast<float>(y - top) / static_cast<float>(bottom - top);
    for (int x = 0; x < scene.canvas.width(); ++x)
      scene.canvas.Blend(x, y, scene.mood.sky_low, t * t * strength);
  }
}

void PaintTraffic(Scene& scene) {
  for (int i = 0; i < 11; ++i) {
    float y = scene.Y(scene.random.Between(0.16f, scene.horizon - 0.14f)),
          x = scene.X(scene.random.Between(0, 1));
    float length = scene.S(scene.random.Between(0.05f, 0.16f)), way = scene.random.Chance(0.5) ? 1.0f : -1.0f,
          size = scene.S(scene.random.Between(0.006f, 0.012f));
    Color trail = way > 0 ? Hex(0xff4a5a) : scene.mood.accent;
    for (int k = 0; k < 10; ++k) {
      float from = length * static_cast<float>(k) / 10, to = length * static_cast<float>(k + 1) / 10;
      scene.canvas.Stroke({x - way * from, y}, {x - way * to, y}, size * 0.35f, size * 0.3f, trail,
                          0.75f * (1 - static_cast<float>(k) / 10));
    }
    scene.canvas.Ellipse({x, y}, size * 1.5f, size * 0.55f, 0, Darker(scene.mood.near, 0.2f));
    scene.canvas.Ellipse({x - way * size * 0.2f, y - size * 0.4f}, size * 0.7f, size * 0.35f, 0,
                         Mix(scene.mood.accent, scene.mood.near, 0.4f));
    scene.canvas.Glow({x + way * size * 1.4f, y}, size * 3, Hex(0xfff2c8), 0.7f);
  }
}

}  // namespace

void PaintCity(Scene& scene) {
  PaintSky(scene);
  PaintClouds(scene, 0.02f, scene.horizon - 0.15f, 0.16f);
  constexpr int kLayers = 4;
  for (int i = 0; i < kLayers; ++i) {
    PaintBlock(scene, i, kLayers);
    if (i < kLayers - 1) PaintHaze(scene, 0.42f - 0.1f * static_cast<float>(i));
    if (i == 2 && scene.theme.Has(kAircraft)) PaintTraffic(scene);
  }
  PaintWater(scene, scene.horizon, 1.0f);
  scene.canvas.Stroke({0, scene.Y(scene.horizon)}, {scene.canvas.w(), scene.Y(scene.horizon)},
                      scene.S(0.006f), scene.S(0.006f), scene.mood.near, 0.8f);
  for (int i = 0; i < 26; ++i) {  // lamps on the quay and their light in the water
    float x = scene.X((static_cast<float>(i) + scene.random.Between(0.2f, 0.8f)) / 26),
          y = scene.Y(scene.horizon);
    Color color = Mix(Hex(0xffe0a0), scene.mood.accent, scene.random.Between(0, 0.5f));
    scene.canvas.Glow({x, y}, scene.S(0.02f), color, 0.8f);
    scene.canvas.Stroke({x, y}, {x, y + scene.Y(scene.random.Between(0.04f, 0.14f))}, scene.S(0.006f),
                        scene.S(0.001f), color, 0.28f);
  }
}

}  // namespace pixazo::sandbox

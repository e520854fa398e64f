// Mountains, meadow, desert.
#include <cmath>

#include "sandbox/picture/noise.h"
#include "sandbox/picture/scene.h"

namespace pixazo::sandbox {
namespace {

float LineAt(const std::vector<float>& line, float x) {
  return line[static_cast<size_t>(std::clamp(static_cast<int>(x), 0, static_cast<int>(line.size()) - 1))];
}

void PaintRange(Scene& scene, int layer, int layers, float middle, float rise, bool snow) {
  float t = static_cast<float>(layer) / static_cast<float>(layers - 1);
  auto line =
      HillLine(scene, middle, rise, 1.2f + t * 0.7f, 6, t < 0.8f, 100 + static_cast<uint64_t>(layer) * 13);
  Color body = Mix(Mix(scene.mood.far, scene.mood.sky_low, 0.35f), scene.mood.near, t * t * 0.9f + 0.1f * t);
  Color haze = Mix(body, scene.mood.sky_low, 0.5f * (1 - t)),
        white = Mix(Hex(0xffffff), scene.mood.sky_low, 0.35f);
  uint64_t seed = scene.seed + 900 + static_cast<uint64_t>(layer);
  float s = scene.canvas.s();
  std::vector<float> slope(line.size());
  for (size_t x = 0; x < line.size(); ++x)
    slope[x] =
        LineAt(line, static_cast<float>(x) + s * 0.006f) - LineAt(line, static_cast<float>(x) - s * 0.006f);
  float sunward = scene.sun.x < scene.X(0.5f) ? 1.0f : -1.0f;
  scene.canvas.Below(line, [&](int x, float depth) {
    // Light falls on the faces that turn to the sun; faces run down sideways, and break up with depth.
    float u = static_cast<float>(x) / s, d = depth / s;
    float bend = 0.55f * depth + s * 0.05f * Noise2(u * 9, d * 7, seed + 4);
    float facing = LineAt(slope, static_cast<float>(x) + sunward * bend) / -s +
                   0.010f * Noise2(u * 16, d * 22, seed + 5);
    float lit = SmoothStep(-0.006f, 0.010f, sunward * facing) * (1 - SmoothStep(0.02f, 0.26f, d));
    Color c = Mix(Mix(body, haze, SmoothStep(0, 0.28f, d)), Mix(body, scene.mood.sun, 0.34f),
                  lit * 0.6f * (1 - 0.75f * t));
    if (!snow) return c;
    float reach = 0.05f + 0.03f * Noise2(u * 26, d * 9, seed);
    return Mix(c, Mix(white, c, 0.35f * (1 - lit)), 0.9f * SmoothStep(reach, reach - 0.012f, d));
  });
}

void PaintForest(Scene& scene, const std::vector<float>& line, Color color, int count, float size) {
  for (int i = 0; i < count; ++i) {
    float x = scene.X(scene.random.Between(-0.02f, 1.02f));
    if (Noise1(x / scene.canvas.s() * 3, scene.seed + 55) < -0.15f) continue;
    float height = scene.S(size * scene.random.Between(0.55f, 1.25f));
    PaintPine(scene, {x, LineAt(line, x) + height * 0.12f}, height,
              Darker(color, scene.random.Between(0, 0.25f)));
  }
}

void PaintSettlement(Scene& scene, const std::vector<float>& line) {
  struct Home {
    Point foot;
    float size;
  };
  std::vector<Home> homes;
  float middle = scene.random.Between(0.38f, 0.62f);
  for (int i = 0; i < 15; ++i) {
    float x = scene.X(middle) + scene.S(scene.random.Between(-0.36f, 0.36f)),
          down = scene.random.Between(0, 1);
    homes.push_back({{x, LineAt(line, x) + scene.S(0.002f + 0.10f * down)}, scene.S(0.05f + 0.05f * down)});
  }
  std::sort(homes.begin(), homes.end(), [](const Home& a, const Home& b) { return a.foot.y < b.foot.y; });
  Color wall = Mix(scene.mood.near, scene.mood.sun, 0.42f);
  for (const Home& home : homes)
    PaintHouse(scene, home.foot, home.size, Mix(wall, scene.mood.far, scene.random.Between(0, 0.3f)),
               Mix(scene.mood.near, Hex(0xb5482e), scene.random.Between(0.25f, 0.5f)));
}

void PaintBlades(Scene& scene, float from, Color color, Color tip) {
  int count = 900;
  for (int i = 0; i < count; ++i) {
    float down = static_cast<float>(i) / static_cast<float>(count), y = scene.Y(from + (1.06f - from) * down);
    float x = scene.X(scene.random.Between(0, 1)),
          tall = scene.S((0.012f + 0.05f * down * down) * scene.random.Between(0.5f, 1.3f));
    Point top{x + tall * scene.random.Between(-0.5f, 0.6f), y - tall};
    scene.canvas.Stroke({x, y}, top, tall * 0.07f, tall * 0.02f,
                        Mix(color, tip, scene.random.Between(0, 0.8f)), 0.75f);
  }
}

void PaintFlowers(Scene& scene, float from) {
  const Color colors[] = {scene.mood.accent, Hex(0xffffff), Hex(0xffd84a),
                          Mix(scene.mood.accent, Hex(0xb06aff), 0.6f)};
  int count = 330;
  for (int i = 0; i < count; ++i) {
    float down = static_cast<float>(i) / static_cast<float>(count);
    Point at{scene.X(scene.random.Between(0, 1)), scene.Y(from + (1.04f - from) * (0.08f + 0.92f * down))};
    float size = scene.S((0.0022f + 0.0115f * down * down) * scene.random.Between(0.7f, 1.3f));
    if (Noise2(at.x / scene.canvas.s() * 4, at.y / scene.canvas.s() * 9, scene.seed + 5) < -0.1f) continue;
    Color color = colors[scene.random.Below(4)];
    int petals = size > scene.S(0.004f) ? 5 : 0;
    float turn = scene.random.Between(0, 6);
    scene.canvas.Stroke(at, {at.x + size * 0.3f, at.y + size * 4}, size * 0.3f, size * 0.2f,
                        Darker(scene.mood.near, 0.1f), 0.8f);
    for (int p = 0; p < petals; ++p) {
      float a = turn + 6.2832f * static_cast<float>(p) / static_cast<float>(petals);
      scene.canvas.Ellipse({at.x + size * 0.75f * std::cos(a), at.y + size * 0.6f * std::sin(a)},
                           size * 0.72f, size * 0.45f, a, Lighter(color, scene.random.Between(0, 0.25f)));
    }
    scene.canvas.Disc(at, size * (petals ? 0.36f : 0.8f), petals ? Hex(0xffc93a) : color);
  }
}

void PaintAcacia(Scene& scene, Point foot, float size, Color color) {
  Canvas& c = scene.canvas;
  Point fork{foot.x + size * 0.05f, foot.y - size * 0.45f};
  c.Stroke(foot, fork, size * 0.07f, size * 0.045f, color);
  for (int i = -2; i <= 2; ++i) {
    Point tip{fork.x + size * 0.2f * static_cast<float>(i),
              fork.y - size * scene.random.Between(0.24f, 0.32f)};
    c.Stroke(fork, tip, size * 0.035f, size * 0.015f, color);
  }
  for (int i = 0; i < 34; ++i) {
    float u = scene.random.Between(-1, 1);
    c.Ellipse({fork.x + u * size * 0.55f,
               fork.y - size * (0.30f + 0.07f * (1 - u * u) + scene.random.Between(-0.02f, 0.03f))},
              size * 0.15f, size * 0.05f, scene.random.Between(-0.2f, 0.2f),
              Mix(color, scene.mood.far, scene.random.Between(0, 0.12f)));
  }
}

void PaintPlanets(Scene& scene) {
  for (int i = 0; i < 2; ++i) {
    Point at{scene.X(scene.random.Between(0.1f, 0.9f)), scene.Y(scene.random.Between(0.1f, 0.3f))};
    float radius = scene.S(i == 0 ? scene.random.Between(0.07f, 0.12f) : scene.random.Between(0.02f, 0.035f));
    Color color = i == 0 ? Mix(scene.mood.accent, scene.mood.sky_top, 0.4f) : Lighter(scene.mood.far, 0.3f);
    scene.canvas.Glow(at, radius * 2, color, 0.25f);
    scene.canvas.Disc(at, radius, color);
    for (int k = 1; k <= 6; ++k) {  // the side away from the sun
      float off = radius * 0.07f * static_cast<float>(k) * (scene.sun.x < at.x ? 1.0f : -1.0f);
      scene.canvas.Disc({at.x + off * 0.5f, at.y - radius * 0.03f * static_cast<float>(k)},
                        radius * (1 - 0.035f * static_cast<float>(k)),
                        Mix(color, Hex(0xffffff), 0.05f * static_cast<float>(k)), 0.22f, radius * 0.3f);
    }
  }
}

}  // namespace

void PaintMountains(Scene& scene) {
  PaintSky(scene);
  PaintClouds(scene, 0.02f, scene.horizon - 0.04f, scene.theme.light == Light::kMist ? 0.3f : 0.12f);
  bool lake = scene.theme.Has(kLake) && !scene.theme.Has(kVillage);
  float foot = lake ? scene.horizon + 0.08f : scene.horizon + (scene.theme.Has(kVillage) ? 0.13f : 0.2f);
  constexpr int kLayers = 5;
  int layers = lake ? 4 : kLayers;
  for (int i = 0; i < layers; ++i) {
    float t = static_cast<float>(i) / (kLayers - 1);
    PaintRange(scene, i, kLayers, scene.horizon - 0.13f + (foot - scene.horizon + 0.06f) * t,
               0.27f * (1 - 0.62f * t), i < 2 && (scene.theme.Has(kSnow) || scene.random.Chance(0.6)));
    if (i == 0) scene.canvas.Glow(scene.sun, scene.S(0.5f), scene.mood.sun, 0.18f);
  }
  if (scene.theme.Has(kBirds)) PaintBirds(scene, 7, scene.mood.near);
  auto shore = HillLine(scene, foot + (lake ? 0.03f : 0), 0.035f, 2.2f, 3, false, 300);
  Color ground = Mix(scene.mood.near, scene.mood.far, 0.12f);
  if (lake) PaintWater(scene, foot, 1.0f);
  if (scene.theme.Has(kVillage)) {
    PaintForest(scene, shore, Mix(ground, scene.mood.far, 0.2f), 40, 0.09f);
    scene.canvas.Below(shore, [&](int, float depth) {
      return Mix(ground, scene.mood.near, SmoothStep(0, 0.3f, depth / scene.canvas.s()));
    });
    PaintSettlement(scene, shore);
  }
  auto front = HillLine(scene, lake ? 0.97f : 0.94f, lake ? 0.05f : 0.06f, 1.4f, 4, false, 301);
  bool village = scene.theme.Has(kVillage);
  if (scene.theme.Has(kTrees))
    PaintForest(scene, front, scene.mood.near, lake ? 34 : village ? 30 : 46, village ? 0.11f : 0.20f);
  scene.canvas.Below(front, [&](int, float) { return scene.mood.near; });
}

void PaintMeadow(Scene& scene) {
  PaintSky(scene);
  if (scene.theme.Has(kBigClouds)) {
    int heaps = 2 + scene.random.Below(2);
    for (int i = 0; i < heaps; ++i) {
      float at = (static_cast<float>(i) + scene.random.Between(0.2f, 0.8f)) / static_cast<float>(heaps);
      PaintHeap(scene, {scene.X(at), scene.Y(scene.horizon - scene.random.Between(0.1f, 0.24f))},
                scene.S(scene.random.Between(0.16f, 0.3f)));
    }
  } else {
    PaintClouds(scene, 0.03f, scene.horizon - 0.06f, 0.14f);
  }
  Color green = Mix(scene.mood.near, Hex(0x7cbf4a), scene.mood.dark ? 0.1f : 0.55f);
  for (int i = 0; i < 4; ++i) {
    float t = static_cast<float>(i) / 3;
    auto line = HillLine(scene, scene.horizon - 0.06f + 0.13f * t, 0.11f * (1 - 0.5f * t), 0.9f + 0.3f * t, 3,
                         false, 400 + static_cast<uint64_t>(i) * 7);
    Color far = Mix(Mix(scene.mood.far, green, 0.3f), green, t), low = Mix(far, green, 0.5f);
    scene.canvas.Below(line, [&](int, float depth) {
      return Mix(Lighter(far, 0.14f), Darker(low, 0.08f), SmoothStep(0, 0.3f, depth / scene.canvas.s()));
    });
    if (i == 1 || i == 2) {
      for (int k = 0; k < 16; ++k) {
        float x = scene.X(scene.random.Between(0, 1)),
              size = scene.S(scene.random.Between(0.012f, 0.03f) * (0.6f + t));
        Color leaf = Mix(Darker(green, 0.35f), scene.mood.far, 0.35f * (1 - t));
        scene.canvas.Disc({x, LineAt(line, x) - size * 0.5f}, size, leaf);
        scene.canvas.Disc({x - size * 0.3f, LineAt(line, x) - size * 0.85f}, size * 0.6f,
                          Lighter(leaf, 0.14f), 0.8f, size * 0.3f);
      }
    }
  }
  PaintBlades(scene, scene.horizon + 0.08f, Darker(green, 0.25f), Lighter(green, 0.22f));
  if (scene.theme.Has(kFlowers)) PaintFlowers(scene, scene.horizon + 0.08f);
  if (scene.theme.Has(kBirds)) PaintBirds(scene, 5, Darker(scene.mood.near, 0.2f));
  if (scene.theme.Has(kDog)) PaintDog(scene, {scene.X(0.5f), scene.Y(0.62f)}, scene.S(0.42f));
}

void PaintDesert(Scene& scene) {
  if (scene.theme.light != Light::kMars && scene.theme.light != Light::kSavanna) {  // sand, in whatever light
    scene.mood.far = Mix(scene.mood.far, Hex(0xe0b078), 0.75f);
    scene.mood.near = Mix(scene.mood.near, Hex(0x9a5a30), 0.7f);
  }
  PaintSky(scene);
  if (scene.theme.Has(kPlanets)) PaintPlanets(scene);
  PaintClouds(scene, 0.05f, scene.horizon - 0.05f, scene.theme.light == Light::kSavanna ? 0.14f : 0.02f);
  bool savanna = scene.theme.Has(kAcacia);
  for (int i = 0; i < 5; ++i) {
    float t = static_cast<float>(i) / 4;
    bool mesa = i < 2 && !savanna;
    auto line = HillLine(scene, scene.horizon - 0.02f + (1 - scene.horizon) * 0.8f * t * t,
                         mesa ? 0.12f : 0.06f + 0.05f * t, mesa ? 1.6f : 0.75f, mesa ? 4 : 2, mesa,
                         500 + static_cast<uint64_t>(i) * 3);
    Color light = Mix(Mix(scene.mood.far, scene.mood.sky_low, 0.45f * (1 - t)), scene.mood.near, t * 0.55f),
          shade = Mix(light, scene.mood.near, 0.55f);
    uint64_t seed = scene.seed + 41 + static_cast<uint64_t>(i);
    float s = scene.canvas.s();
    scene.canvas.Below(line, [&](int x, float depth) {
      float u = static_cast<float>(x) / s;
      float ripple =
          i >= 2 && !savanna
              ? 0.10f * std::sin((depth / s * 150 + 5 * Noise2(u * 3, depth / s * 8, seed)) / (0.6f + t))
              : 0;
      return Mix(Lighter(light, 0.12f), shade, Clamp01(SmoothStep(0, 0.22f, depth / s) + ripple));
    });
    if (savanna && i >= 1 && i <= 3) {
      for (int k = 0; k < 3; ++k) {
        float x = scene.X(scene.random.Between(0.04f, 0.96f));
        PaintAcacia(scene, {x, LineAt(line, x) + scene.S(0.01f)},
                    scene.S(0.09f + 0.14f * t * scene.random.Between(0.7f, 1.2f)),
                    Mix(scene.mood.near, light, 0.4f * (1 - t)));
      }
    }
  }
  if (savanna)
    PaintBlades(scene, scene.horizon + 0.2f, scene.mood.near, Mix(scene.mood.far, scene.mood.sky_low, 0.4f));
  if (scene.theme.Has(kBirds)) PaintBirds(scene, 8, scene.mood.near);
  if (scene.theme.Has(kLion))
    PaintLion(scene, {scene.X(scene.random.Between(0.36f, 0.6f)), scene.Y(0.68f)}, scene.S(0.36f));
  if (scene.theme.Has(kAstronaut))
    PaintAstronaut(scene, {scene.X(scene.random.Between(0.36f, 0.6f)), scene.Y(0.68f)}, scene.S(0.52f));
}

}  // namespace pixazo::sandbox

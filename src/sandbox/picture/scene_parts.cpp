// Sky, clouds, birds, trees, houses, water: what several subjects share.
#include <cmath>

#include "sandbox/picture/noise.h"
#include "sandbox/picture/scene.h"

namespace pixazo::sandbox {
namespace {

void PaintStars(Scene& scene) {
  int count = 90 + scene.random.Below(120);
  for (int i = 0; i < count; ++i) {
    float size = scene.S(scene.random.Between(0.0010f, 0.0028f));
    Point at{scene.X(scene.random.Between(0, 1)), scene.Y(scene.random.Between(0, scene.horizon))};
    float fade = 1 - at.y / scene.Y(scene.horizon);
    scene.canvas.Disc(at, size, Lighter(scene.mood.sky_low, 0.75f),
                      scene.random.Between(0.3f, 0.95f) * fade + 0.05f, size);
    if (size > scene.S(0.0026f)) scene.canvas.Glow(at, size * 5, Hex(0xffffff), 0.22f * fade);
  }
}

void PaintAurora(Scene& scene) {
  for (int band = 0; band < 3; ++band) {
    float base = scene.Y(scene.horizon) * scene.random.Between(0.35f, 0.7f),
          height = scene.Y(scene.random.Between(0.2f, 0.34f));
    uint64_t seed = scene.seed + 500 + static_cast<uint64_t>(band);
    Color color = Mix(scene.mood.accent, Hex(0x9a6aff), 0.3f * static_cast<float>(band));
    for (int x = 0; x < scene.canvas.width(); ++x) {
      float u = static_cast<float>(x) / scene.canvas.s();
      float foot = base + scene.Y(0.09f) * Fractal1(u * 1.6f, 3, seed);
      float strength =
          0.42f * SmoothStep(-0.5f, 0.8f, Fractal1(u * 5, 2, seed + 9) + 0.4f * Noise1(u * 31, seed + 3));
      for (int y = std::max(0, static_cast<int>(foot - height));
           y < std::min(scene.canvas.height(), static_cast<int>(foot)); ++y) {
        float t = (foot - static_cast<float>(y)) / height;
        Color& p = scene.canvas.At(x, y);
        float k = strength * SmoothStep(0, 0.08f, t) * (1 - t) * (1 - t);
        p = {p.r + (1 - p.r) * color.r * k, p.g + (1 - p.g) * color.g * k, p.b + (1 - p.b) * color.b * k};
      }
    }
  }
}

}  // namespace

void PaintSky(Scene& scene) {
  const Mood& m = scene.mood;
  const Stop stops[] = {{0, m.sky_top}, {0.62f, m.sky_middle}, {1, m.sky_low}};
  scene.canvas.Gradient(0, scene.Y(scene.horizon) + 1, stops);
  const Stop rest[] = {{0, m.sky_low}, {1, m.far}};
  scene.canvas.Gradient(scene.Y(scene.horizon), scene.canvas.h(), rest);
  if (scene.theme.light == Light::kAurora) PaintAurora(scene);
  if (m.dark || scene.theme.Has(kStars)) PaintStars(scene);
  float radius = scene.S(m.dark ? 0.045f : scene.theme.light == Light::kSunset ? 0.075f : 0.055f);
  scene.canvas.Glow(scene.sun, scene.S(0.75f), m.sun, m.dark ? 0.22f : 0.5f);
  scene.canvas.Glow(scene.sun, radius * 3.4f, m.sun, 0.55f);
  scene.canvas.Disc(scene.sun, radius, Lighter(m.sun, 0.3f), 1, std::max(1.0f, scene.S(0.0015f)));
  if (m.dark) {
    for (int i = 0; i < 5; ++i) {
      Point spot{scene.sun.x + radius * scene.random.Between(-0.55f, 0.55f),
                 scene.sun.y + radius * scene.random.Between(-0.55f, 0.55f)};
      scene.canvas.Disc(spot, radius * scene.random.Between(0.08f, 0.22f), Darker(m.sun, 0.25f), 0.3f,
                        radius * 0.1f);
    }
  }
}

void PaintClouds(Scene& scene, float top, float bottom, float amount) {
  float f = 2.1f / scene.canvas.s();
  NoiseField field(scene.canvas.width(), scene.canvas.height(), f, f * 4.2f, 5, scene.seed + 31);
  std::vector<float> row;
  for (int y = static_cast<int>(scene.Y(top)); y < static_cast<int>(scene.Y(bottom)); ++y) {
    float t = (static_cast<float>(y) / scene.canvas.h() - top) / (bottom - top);
    float edge = SmoothStep(0, 0.2f, t) * SmoothStep(1, 0.75f, t);
    field.Row(y, row);
    Color color = Mix(scene.mood.cloud, scene.mood.sky_low, 0.35f * t);
    for (int x = 0; x < scene.canvas.width(); ++x) {
      float k = SmoothStep(0.28f - amount, 0.75f - amount * 0.5f, row[static_cast<size_t>(x)]) * edge * 0.85f;
      if (k > 0) scene.canvas.Blend(x, y, color, k);
    }
  }
}

void PaintHeap(Scene& scene, Point base, float size) {
  Color shade = Mix(scene.mood.cloud, scene.mood.sky_middle, 0.45f), light = scene.mood.cloud;
  struct Puff {
    Point at;
    float radius;
  };
  std::vector<Puff> puffs;
  for (int i = 0; i < 26; ++i) {
    float u = scene.random.Between(-1, 1), tall = (1 - u * u) * scene.random.Between(0.1f, 1);
    puffs.push_back({{base.x + u * size, base.y - tall * size * 0.62f},
                     size * (0.16f + 0.17f * (1 - std::fabs(u)) * scene.random.Between(0.6f, 1.2f))});
  }
  for (const Puff& p : puffs)
    scene.canvas.Disc({p.at.x, p.at.y + p.radius * 0.22f}, p.radius, shade, 0.9f, p.radius * 0.22f);
  for (const Puff& p : puffs)
    scene.canvas.Disc({p.at.x - p.radius * 0.1f, p.at.y - p.radius * 0.1f}, p.radius * 0.86f, light, 0.8f,
                      p.radius * 0.35f);
  float haze = size * 0.5f;
  for (int y = std::max(0, static_cast<int>(base.y - haze * 0.2f));
       y < std::min(scene.canvas.height(), static_cast<int>(base.y + haze)); ++y) {
    float t = SmoothStep(base.y - haze * 0.2f, base.y + haze * 0.35f, static_cast<float>(y));
    Color sky = scene.canvas.At(base.x - size * 1.6f > 0 ? static_cast<int>(base.x - size * 1.6f) : 0, y);
    int from = std::max(0, static_cast<int>(base.x - size * 1.45f)),
        to = std::min(scene.canvas.width(), static_cast<int>(base.x + size * 1.45f));
    for (int x = from; x < to; ++x)
      scene.canvas.Blend(x, y, sky,
                         t * 0.75f *
                             SmoothStep(static_cast<float>(from), static_cast<float>(from) + size * 0.3f,
                                        static_cast<float>(x)));
  }
}

void PaintBirds(Scene& scene, int count, Color color) {
  Point flock{scene.X(scene.random.Between(0.25f, 0.75f)), scene.Y(scene.random.Between(0.14f, 0.34f))};
  for (int i = 0; i < count; ++i) {
    Point at{flock.x + scene.S(scene.random.Between(-0.2f, 0.2f)),
             flock.y + scene.S(scene.random.Between(-0.08f, 0.08f))};
    float span = scene.S(scene.random.Between(0.010f, 0.022f)),
          lift = span * scene.random.Between(0.25f, 0.6f), pen = span * 0.16f;
    scene.canvas.Stroke(at, {at.x - span * 0.5f, at.y - lift}, pen, pen, color);
    scene.canvas.Stroke({at.x - span * 0.5f, at.y - lift}, {at.x - span, at.y - lift * 0.55f}, pen,
                        pen * 0.4f, color);
    scene.canvas.Stroke(at, {at.x + span * 0.5f, at.y - lift}, pen, pen, color);
    scene.canvas.Stroke({at.x + span * 0.5f, at.y - lift}, {at.x + span, at.y - lift * 0.55f}, pen,
                        pen * 0.4f, color);
  }
}

void PaintPine(Scene& scene, Point foot, float height, Color color) {
  scene.canvas.Stroke(foot, {foot.x, foot.y - height * 0.9f}, height * 0.05f, height * 0.01f, color);
  constexpr int kTiers = 6;
  for (int i = 0; i < kTiers; ++i) {
    float t = static_cast<float>(i) / kTiers, y = foot.y - height * (0.1f + 0.72f * t),
          half = height * 0.21f * (1 - t * 0.86f);
    float lean = scene.random.Between(-0.06f, 0.06f) * half;
    const Point tier[] = {{foot.x + lean, y - height * 0.3f},
                          {foot.x + half, y + height * 0.03f},
                          {foot.x + half * 0.3f, y - height * 0.01f},
                          {foot.x - half * 0.3f, y - height * 0.01f},
                          {foot.x - half, y + height * 0.03f}};
    scene.canvas.Polygon(tier, color);
  }
}

void PaintHouse(Scene& scene, Point foot, float size, Color wall, Color roof) {
  Canvas& c = scene.canvas;
  float w = size, h = size * scene.random.Between(0.62f, 0.85f), top = foot.y - h;
  c.Rect(foot.x - w / 2, top, foot.x + w / 2, foot.y + size * 0.2f, wall);
  c.Rect(foot.x, top, foot.x + w / 2, foot.y + size * 0.2f, Darker(wall, 0.3f), 0.5f);
  const Point gable[] = {{foot.x - w * 0.64f, top + h * 0.06f},
                         {foot.x, top - h * 0.72f},
                         {foot.x + w * 0.64f, top + h * 0.06f}};
  c.Polygon(gable, roof);
  const Point side[] = {
      {foot.x, top - h * 0.72f}, {foot.x + w * 0.64f, top + h * 0.06f}, {foot.x, top + h * 0.06f}};
  c.Polygon(side, Darker(roof, 0.35f), 0.6f);
  if (scene.random.Chance(0.6))
    c.Rect(foot.x + w * 0.2f, top - h * 0.62f, foot.x + w * 0.34f, top - h * 0.2f, Darker(roof, 0.2f));
  for (int i = 0; i < 2; ++i) {
    if (!scene.random.Chance(0.85)) continue;
    float x = foot.x + w * (i == 0 ? -0.3f : 0.12f), y = top + h * 0.3f;
    c.Glow({x + w * 0.09f, y + h * 0.15f}, size * 0.75f, scene.mood.accent, 0.32f);
    c.Rect(x, y, x + w * 0.18f, y + h * 0.32f, Lighter(scene.mood.accent, 0.25f));
  }
}

void PaintWater(Scene& scene, float top, float bottom) {
  Canvas& c = scene.canvas;
  int y0 = static_cast<int>(scene.Y(top)), y1 = static_cast<int>(scene.Y(bottom));
  for (int y = std::max(0, y0); y < std::min(y1, c.height()); ++y) {
    float t = static_cast<float>(y - y0) / static_cast<float>(std::max(1, y1 - y0));
    float depth = static_cast<float>(y - y0) / c.s();
    int mirror = std::clamp(2 * y0 - y - 1 - static_cast<int>(depth * c.s() * 0.35f), 0, c.height() - 1);
    float scale = 26 / (0.12f + depth * 1.6f);
    for (int x = 0; x < c.width(); ++x) {
      float u = static_cast<float>(x) / c.s();
      float wave = Noise2(u * scale * 0.12f, depth * scale * 1.5f, scene.seed + 71);
      int shift = static_cast<int>(wave * c.s() * (0.006f + 0.035f * t));
      Color up = c.At(std::clamp(x + shift, 0, c.width() - 1),
                      std::clamp(mirror - shift / 2, 0, y0 > 0 ? y0 - 1 : 0));
      Color color = Mix(Darker(up, 0.16f), scene.mood.near, 0.12f + 0.34f * t);
      c.At(x, y) = Mix(color, Lighter(scene.mood.sky_low, 0.4f), 0.32f * SmoothStep(0.45f, 0.85f, wave));
    }
  }
}

std::vector<float> HillLine(const Scene& scene, float middle, float rise, float frequency, int octaves,
                            bool sharp, uint64_t salt) {
  std::vector<float> line(static_cast<size_t>(scene.canvas.width()));
  for (size_t x = 0; x < line.size(); ++x) {
    float u = static_cast<float>(x) / scene.canvas.s() * frequency, n = 0;
    if (sharp) {  // ridges: noise folded at zero
      float weight = 0.58f, v = u;
      for (int i = 0; i < octaves; ++i, weight *= 0.46f, v = v * 2.07f + 3.1f)
        n += weight * (1 - 2 * std::fabs(Noise1(v, scene.seed + salt + static_cast<uint64_t>(i))));
    } else {
      n = Fractal1(u, octaves, scene.seed + salt);
    }
    line[x] = scene.Y(middle) - scene.S(rise) * n;
  }
  return line;
}

}  // namespace pixazo::sandbox

#include "sandbox/picture/treatment.h"

#include <cmath>
#include <cstring>

#include "sandbox/picture/scene.h"

namespace pixazo::sandbox {
namespace {

Color ColorAt(const Pixmap& p, int x, int y) {
  x = std::clamp(x, 0, p.width - 1);
  y = std::clamp(y, 0, p.height - 1);
  const uint8_t* c =
      p.rgba.data() + (static_cast<size_t>(y) * static_cast<size_t>(p.width) + static_cast<size_t>(x)) * 4;
  float alpha = static_cast<float>(c[3]) / 255;
  Color color{static_cast<float>(c[0]) / 255, static_cast<float>(c[1]) / 255, static_cast<float>(c[2]) / 255};
  return Mix({1, 1, 1}, color, alpha);
}

Color Smooth(const Pixmap& p, float x, float y) {
  x -= 0.5f, y -= 0.5f;
  int ix = static_cast<int>(std::floor(x)), iy = static_cast<int>(std::floor(y));
  float u = x - static_cast<float>(ix), v = y - static_cast<float>(iy);
  return Mix(Mix(ColorAt(p, ix, iy), ColorAt(p, ix + 1, iy), u),
             Mix(ColorAt(p, ix, iy + 1), ColorAt(p, ix + 1, iy + 1), u), v);
}

void Fill(Canvas& canvas, const Pixmap& picture, int x0, int x1) {
  float scale = std::min(static_cast<float>(picture.width) / static_cast<float>(x1 - x0),
                         static_cast<float>(picture.height) / canvas.h());
  float left = (static_cast<float>(picture.width) - static_cast<float>(x1 - x0) * scale) / 2;
  float top = (static_cast<float>(picture.height) - canvas.h() * scale) / 2;
  for (int y = 0; y < canvas.height(); ++y)
    for (int x = x0; x < x1; ++x)
      canvas.At(x, y) = Smooth(picture, left + (static_cast<float>(x - x0) + 0.5f) * scale,
                               top + (static_cast<float>(y) + 0.5f) * scale);
}

float Brightness(Color c) { return 0.299f * c.r + 0.587f * c.g + 0.114f * c.b; }

// A mood as a scale from its darkest to its brightest colour.
Color Toned(const Mood& mood, float light) {
  if (light < 0.33f) return Mix(Darker(mood.near, 0.4f), mood.near, light / 0.33f);
  if (light < 0.66f) return Mix(mood.near, mood.sky_middle, (light - 0.33f) / 0.33f);
  return Mix(mood.sky_middle, Lighter(mood.sky_low, 0.3f), Clamp01((light - 0.66f) / 0.34f));
}

bool Editable(const Pixmap& mask, bool by_alpha, size_t at) {
  const uint8_t* c = mask.rgba.data() + at * 4;
  if (by_alpha) return c[3] < 128;
  return 299 * c[0] + 587 * c[1] + 114 * c[2] >= 127'500;
}

// The index of the pixel of `p` that lies at (x, y) of a picture of another size.
size_t Nearest(const Pixmap& p, int x, int y, int width, int height) {
  int64_t px = (2 * int64_t{x} + 1) * p.width / (2 * int64_t{width}),
          py = (2 * int64_t{y} + 1) * p.height / (2 * int64_t{height});
  return static_cast<size_t>(py * p.width + px);
}

}  // namespace

Canvas Arrange(const std::vector<Pixmap>& pictures, int width, int height) {
  Canvas canvas(width, height);
  auto count = static_cast<int>(std::min<size_t>(pictures.size(), static_cast<size_t>(width)));
  for (int i = 0; i < count; ++i)
    Fill(canvas, pictures[static_cast<size_t>(i)], width * i / count, width * (i + 1) / count);
  return canvas;
}

void PaintOver(Canvas& canvas, std::string_view prompt, uint64_t seed) {
  Theme theme = ReadPrompt(prompt, seed);
  Scene scene{canvas, theme, MoodOf(theme.light, seed), seed, Random(Mix(seed ^ 0x6f766572)), 0.6f, {}};
  scene.sun = {scene.X(scene.random.Between(0.15f, 0.85f)), scene.Y(0.2f)};
  float tone = scene.random.Between(0.2f, 0.38f);
  for (int y = 0; y < canvas.height(); ++y) {
    for (int x = 0; x < canvas.width(); ++x) {
      Color& p = canvas.At(x, y);
      float light = Brightness(p), steps = std::floor(light * 14 + 0.5f) / 14;  // flat areas, as if painted
      Color vivid = Mix({light, light, light}, p, 1.25f);
      p = Mix(Mix(vivid, vivid * (steps / std::max(0.05f, light)), 0.4f), Toned(scene.mood, steps), tone);
    }
  }
  canvas.Glow(scene.sun, scene.S(0.8f), scene.mood.sun, 0.35f);
  if (theme.Has(kBirds)) PaintBirds(scene, 6, scene.mood.near);
  Point stand{scene.X(scene.random.Between(0.35f, 0.65f)), scene.Y(0.6f)};
  if (theme.Has(kLion)) PaintLion(scene, stand, scene.S(0.4f));
  if (theme.Has(kAstronaut)) PaintAstronaut(scene, stand, scene.S(0.5f));
  if (theme.Has(kFlamingo)) PaintFlamingo(scene, stand, scene.S(0.36f));
  if (theme.Has(kSparrow)) PaintSparrow(scene, stand, scene.S(0.25f));
  if (theme.Has(kDog)) PaintDog(scene, stand, scene.S(0.36f));
  canvas.Vignette(0.3f);
}

void Relight(Canvas& canvas, std::string_view prompt, uint64_t seed) {
  Theme theme = ReadPrompt(prompt, seed);
  Mood mood = MoodOf(theme.light, seed);
  Random random(Mix(seed ^ 0x6c69676874));
  bool left = random.Chance(0.5);
  float lx = left ? random.Between(-0.1f, 0.25f) : random.Between(0.75f, 1.1f),
        ly = random.Between(-0.1f, 0.3f);
  Color warm = Mix(mood.sun, {1, 1, 1}, 0.25f), cold = Mix(mood.sky_top, {0.5f, 0.5f, 0.6f}, 0.5f);
  for (int y = 0; y < canvas.height(); ++y) {
    float dy = (static_cast<float>(y) + 0.5f) / canvas.h() - ly;
    for (int x = 0; x < canvas.width(); ++x) {
      float dx = (static_cast<float>(x) + 0.5f) / canvas.w() - lx;
      float key = std::exp(-(dx * dx + dy * dy) * 1.9f);
      Color light = Mix(cold * 0.95f, warm * 1.55f, key);
      Color& p = canvas.At(x, y);
      p = {p.r * light.r, p.g * light.g, p.b * light.b};
    }
  }
  canvas.Glow({canvas.w() * lx, canvas.h() * ly}, canvas.s() * 0.9f, warm, 0.4f);
  canvas.Vignette(0.25f);
}

void KeepProtected(Pixmap& painted, const Pixmap& source, const Pixmap& mask) {
  for (int y = 0; y < painted.height; ++y) {
    for (int x = 0; x < painted.width; ++x) {
      if (Editable(mask, !mask.opaque, Nearest(mask, x, y, painted.width, painted.height))) continue;
      size_t to = static_cast<size_t>(y) * static_cast<size_t>(painted.width) + static_cast<size_t>(x);
      std::memcpy(painted.rgba.data() + to * 4,
                  source.rgba.data() + Nearest(source, x, y, painted.width, painted.height) * 4, 4);
    }
  }
  painted.opaque = painted.opaque && source.opaque;
}

}  // namespace pixazo::sandbox

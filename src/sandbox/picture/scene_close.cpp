// Things seen from near: a blossoming branch, a still life in a studio, flowing lines.
#include <cmath>

#include "sandbox/picture/noise.h"
#include "sandbox/picture/scene.h"

namespace pixazo::sandbox {
namespace {

constexpr float kTurn = 6.2831853f;

void PaintBokeh(Scene& scene) {
  const Mood& m = scene.mood;
  const Stop stops[] = {{0, m.sky_top}, {0.55f, m.sky_middle}, {1, Mix(m.sky_low, m.far, 0.5f)}};
  scene.canvas.Gradient(0, scene.canvas.h(), stops);
  for (int i = 0; i < 60; ++i) {
    Point at{scene.X(scene.random.Between(0, 1)), scene.Y(scene.random.Between(0, 1))};
    float radius = scene.S(scene.random.Between(0.03f, 0.13f));
    Color color = scene.random.Chance(0.4) ? Lighter(m.accent, 0.45f)
                                           : Lighter(m.far, scene.random.Between(0.2f, 0.6f));
    scene.canvas.Disc(at, radius, color, scene.random.Between(0.06f, 0.20f), radius * 0.25f);
  }
}

void PaintBlossomAt(Scene& scene, Point at, float size) {
  Color petal = Lighter(scene.mood.accent, scene.random.Between(0.35f, 0.75f));
  float turn = scene.random.Between(0, kTurn), tilt = scene.random.Between(0.7f, 1);
  for (int i = 0; i < 5; ++i) {
    float a = turn + kTurn * static_cast<float>(i) / 5;
    Point p{at.x + size * 0.55f * std::cos(a), at.y + size * 0.55f * tilt * std::sin(a)};
    scene.canvas.Ellipse({p.x, p.y + size * 0.06f}, size * 0.48f, size * 0.38f, a,
                         Mix(petal, scene.mood.accent, 0.6f), 0.5f);
    scene.canvas.Ellipse(p, size * 0.46f, size * 0.36f, a, petal);
    scene.canvas.Ellipse({at.x + size * 0.28f * std::cos(a), at.y + size * 0.28f * tilt * std::sin(a)},
                         size * 0.22f, size * 0.12f, a, Mix(scene.mood.accent, Hex(0xd0406a), 0.3f), 0.5f);
  }
  for (int i = 0; i < 9; ++i) {
    float a = turn + kTurn * static_cast<float>(i) / 9, r = size * scene.random.Between(0.2f, 0.38f);
    Point tip{at.x + r * std::cos(a), at.y + r * tilt * std::sin(a)};
    scene.canvas.Stroke(at, tip, size * 0.03f, size * 0.02f, Hex(0xfff0d0), 0.8f);
    scene.canvas.Disc(tip, size * 0.045f, Hex(0xf2b13a));
  }
}

// Branches draw themselves and their forks; the places of blossoms are collected, to be painted on top.
void PaintBranch(Scene& scene, Point from, float angle, float length, float width, int depth,
                 std::vector<Point>& buds) {
  Color bark = Mix(Hex(0x4a2f2a), scene.mood.near, 0.2f);
  Point p = from;
  int steps = 9;
  for (int i = 0; i < steps; ++i) {
    float t = static_cast<float>(i) / static_cast<float>(steps);
    angle += scene.random.Between(-0.16f, 0.16f);
    Point q{p.x + std::cos(angle) * length / static_cast<float>(steps),
            p.y + std::sin(angle) * length / static_cast<float>(steps)};
    float pen = width * (1 - 0.6f * t);
    scene.canvas.Stroke(p, q, pen, pen * 0.95f, bark);
    scene.canvas.Stroke({p.x, p.y - pen * 0.24f}, {q.x, q.y - pen * 0.24f}, pen * 0.3f, pen * 0.28f,
                        Lighter(bark, 0.22f), 0.7f);
    if (depth > 0 && i >= 2 && scene.random.Chance(0.36))
      PaintBranch(scene, q,
                  angle + scene.random.Between(0.35f, 0.9f) * (scene.random.Chance(0.6) ? -1.0f : 1.0f),
                  length * scene.random.Between(0.32f, 0.55f), pen * 0.6f, depth - 1, buds);
    if ((depth < 2 || i > 4) && scene.random.Chance(0.55)) buds.push_back(q);
    p = q;
  }
  buds.push_back(p);
}

// A ball lit from one side, with the shadow it throws on the table.
void PaintBall(Scene& scene, Point at, float radius, Color color) {
  Canvas& c = scene.canvas;
  float side = scene.sun.x < at.x ? 1.0f : -1.0f;
  for (int i = 8; i >= 1; --i) {
    float k = static_cast<float>(i) / 8;
    c.Ellipse({at.x + side * radius * 0.55f, at.y + radius * 0.93f}, radius * (0.85f + 0.75f * k),
              radius * (0.16f + 0.16f * k), 0, Darker(scene.mood.near, 0.6f), 0.085f);
  }
  for (int y = std::max(0, static_cast<int>(at.y - radius - 1));
       y < std::min(c.height(), static_cast<int>(at.y + radius + 2)); ++y) {
    for (int x = std::max(0, static_cast<int>(at.x - radius - 1));
         x < std::min(c.width(), static_cast<int>(at.x + radius + 2)); ++x) {
      float u = (static_cast<float>(x) + 0.5f - at.x) / radius,
            v = (static_cast<float>(y) + 0.5f - at.y) / radius, d = std::sqrt(u * u + v * v);
      float cover = Clamp01((1 - d) * radius + 0.5f);
      if (cover <= 0) continue;
      float z = std::sqrt(std::max(0.0f, 1 - d * d)),
            light = Clamp01(-side * u * 0.55f - v * 0.6f + z * 0.58f);
      float shine = std::pow(Clamp01(-side * u * 0.42f - v * 0.52f + z * 0.74f), 42.0f),
            bounce = 0.22f * Clamp01(v) * (1 - z);
      Color lit = Mix(Darker(color, 0.72f), Lighter(color, 0.12f), light) + scene.mood.sky_low * bounce;
      c.Blend(x, y, Lighter(lit, 0.8f * shine), cover);
    }
  }
}

void PaintLamp(Scene& scene) {
  Canvas& c = scene.canvas;
  float side = scene.sun.x < scene.X(0.5f) ? -1.0f : 1.0f;
  Point lamp{scene.X(0.5f) + side * scene.X(0.36f), scene.Y(0.12f)}, to{scene.X(0.5f), scene.Y(0.72f)};
  const Point beam[] = {{lamp.x - scene.S(0.05f), lamp.y},
                        {lamp.x + scene.S(0.05f), lamp.y},
                        {to.x + scene.S(0.46f), to.y + scene.S(0.3f)},
                        {to.x - scene.S(0.46f), to.y + scene.S(0.3f)}};
  c.Polygon(beam, scene.mood.sun, 0.10f);
  c.Glow(lamp, scene.S(0.5f), scene.mood.sun, 0.55f);
  c.Ellipse(lamp, scene.S(0.085f), scene.S(0.03f), side * 0.5f, Darker(scene.mood.near, 0.6f));
  c.Ellipse({lamp.x - side * scene.S(0.006f), lamp.y + scene.S(0.012f)}, scene.S(0.066f), scene.S(0.018f),
            side * 0.5f, Hex(0xfffaf0));
}

}  // namespace

void PaintBlossom(Scene& scene) {
  PaintBokeh(scene);
  scene.canvas.Glow(scene.sun, scene.S(0.7f), scene.mood.sun, 0.4f);
  std::vector<Point> buds, behind;
  bool from_left = scene.random.Chance(0.5);
  Point root{from_left ? scene.X(-0.03f) : scene.X(1.03f), scene.Y(scene.random.Between(0.60f, 0.72f))};
  float angle = from_left ? -0.16f : kTurn / 2 + 0.16f, reach = scene.canvas.w() * 0.92f;
  PaintBranch(scene, {root.x, root.y - scene.Y(0.42f)}, from_left ? 0.25f : kTurn / 2 - 0.25f, reach * 0.5f,
              scene.S(0.022f), 2, behind);
  for (Point p : behind) PaintBlossomAt(scene, p, scene.S(scene.random.Between(0.025f, 0.04f)));
  PaintBranch(scene, root, angle, reach, scene.S(0.05f), 3, buds);
  if (scene.theme.Has(kSparrow)) {
    float perch = scene.random.Between(0.42f, 0.58f),
          lift = std::fabs(perch * scene.canvas.w() - root.x) * 0.16f;
    PaintSparrow(scene, {scene.X(perch), root.y - lift - scene.S(0.125f)}, scene.S(0.27f));
  }
  for (Point p : buds) {
    if (scene.theme.Has(kSparrow) && std::fabs(p.x - scene.X(0.5f)) < scene.S(0.2f) && p.y < root.y &&
        p.y > root.y - scene.S(0.42f))
      continue;
    PaintBlossomAt(scene, p, scene.S(scene.random.Between(0.028f, 0.052f)));
  }
  for (int i = 0; i < 14; ++i) {
    Point at{scene.X(scene.random.Between(0, 1)), scene.Y(scene.random.Between(0.1f, 0.95f))};
    scene.canvas.Ellipse(at, scene.S(0.010f), scene.S(0.006f), scene.random.Between(0, kTurn),
                         Lighter(scene.mood.accent, 0.5f), 0.85f);
  }
}

void PaintStudio(Scene& scene) {
  const Mood& m = scene.mood;
  const Stop wall[] = {{0, Darker(m.sky_top, 0.15f)}, {0.6f, m.sky_middle}, {1, m.sky_low}};
  scene.canvas.Gradient(0, scene.Y(scene.horizon), wall);
  const Stop table[] = {{0, m.sky_low}, {0.25f, m.far}, {1, m.near}};
  scene.canvas.Gradient(scene.Y(scene.horizon), scene.canvas.h(), table);
  scene.canvas.Glow({scene.X(0.5f), scene.Y(scene.horizon)}, scene.S(0.8f), m.sun, 0.28f);
  PaintLamp(scene);
  const Color colors[] = {m.accent,      Hex(0x2f6f8f), Hex(0xe8c24a),
                          Hex(0xe9e2d8), Hex(0x5a8f6a), Hex(0x8a5a9a)};
  struct Ball {
    Point at;
    float radius;
    Color color;
  };
  std::vector<Ball> balls;
  int first = scene.random.Below(6);
  for (int i = 0; i < 6; ++i) {
    float radius = scene.S(i == 0 ? scene.random.Between(0.17f, 0.2f) : scene.random.Between(0.05f, 0.11f));
    float u = i == 0 ? scene.random.Between(-0.06f, 0.06f)
                     : (i % 2 ? 1.0f : -1.0f) * scene.random.Between(0.2f, 0.4f);
    float floor = scene.Y(scene.horizon + (i == 0 ? 0.12f : scene.random.Between(0.08f, 0.24f)));
    balls.push_back({{scene.X(0.5f) + scene.S(u), floor - radius}, radius, colors[(first + i) % 6]});
  }
  std::sort(balls.begin(), balls.end(),
            [](const Ball& a, const Ball& b) { return a.at.y + a.radius < b.at.y + b.radius; });
  for (const Ball& ball : balls) PaintBall(scene, ball.at, ball.radius, ball.color);
}

void PaintFlow(Scene& scene) {
  const Mood& m = scene.mood;
  const Stop ground[] = {{0, Darker(m.sky_top, 0.25f)}, {0.6f, m.sky_middle}, {1, m.near}};
  scene.canvas.Gradient(0, scene.canvas.h(), ground);
  const Color inks[] = {m.accent, m.sky_low, m.sun, m.far, Lighter(m.sky_middle, 0.3f)};
  float s = scene.canvas.s(), step = s * 0.012f, turn = scene.random.Between(0, kTurn);
  for (int i = 0; i < 620; ++i) {
    Point p{scene.X(scene.random.Between(-0.05f, 1.05f)), scene.Y(scene.random.Between(-0.05f, 1.05f))};
    Color ink = inks[static_cast<size_t>(
        (Noise2(p.x / s * 1.7f, p.y / s * 1.7f, scene.seed + 3) * 0.5f + 0.5f) * 4.99f)];
    float pen = scene.S(scene.random.Between(0.0015f, 0.011f));
    int length = 24 + scene.random.Below(46);
    for (int k = 0; k < length; ++k) {
      float a = turn + 2.6f * Fractal2(p.x / s * 1.15f, p.y / s * 1.15f, 2, scene.seed + 8);
      Point q{p.x + std::cos(a) * step, p.y + std::sin(a) * step};
      float fade = std::sin(3.1416f * (static_cast<float>(k) + 0.5f) / static_cast<float>(length));
      scene.canvas.Stroke(p, q, pen * fade, pen * fade, ink, 0.85f);
      p = q;
    }
    if (pen > scene.S(0.009f)) scene.canvas.Disc(p, pen, Lighter(ink, 0.4f));
  }
}

}  // namespace pixazo::sandbox

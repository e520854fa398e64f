// Who is in the picture: animals, an astronaut, a boat. `at` is the middle of the body.
#include <cmath>

#include "sandbox/picture/scene.h"

namespace pixazo::sandbox {

void PaintBoat(Scene& scene, Point at, float size) {
  Canvas& c = scene.canvas;
  Color hull = Darker(scene.mood.near, 0.2f), sail = Mix(scene.mood.sun, scene.mood.cloud, 0.3f);
  const Point body[] = {{at.x - size * 0.5f, at.y - size * 0.12f},
                        {at.x + size * 0.55f, at.y - size * 0.14f},
                        {at.x + size * 0.36f, at.y + size * 0.04f},
                        {at.x - size * 0.36f, at.y + size * 0.04f}};
  c.Polygon(body, hull);
  c.Stroke({at.x, at.y - size * 0.1f}, {at.x, at.y - size * 1.15f}, size * 0.03f, size * 0.02f, hull);
  const Point main_sail[] = {{at.x + size * 0.04f, at.y - size * 1.12f},
                             {at.x + size * 0.48f, at.y - size * 0.2f},
                             {at.x + size * 0.04f, at.y - size * 0.2f}};
  const Point jib[] = {{at.x - size * 0.04f, at.y - size * 1.0f},
                       {at.x - size * 0.04f, at.y - size * 0.2f},
                       {at.x - size * 0.42f, at.y - size * 0.2f}};
  c.Polygon(main_sail, sail);
  c.Polygon(jib, Darker(sail, 0.12f));
}

void PaintLighthouse(Scene& scene, Point foot, float height) {
  Canvas& c = scene.canvas;
  Color rock = Darker(scene.mood.near, 0.15f),
        white = Mix(Hex(0xfaf6ee), scene.mood.sky_low, scene.mood.dark ? 0.45f : 0.12f);
  Color red = Mix(Hex(0xc8343c), scene.mood.near, scene.mood.dark ? 0.4f : 0.1f), lamp = Hex(0xfff2b0);
  float top = foot.y - height, wide = height * 0.13f, narrow = height * 0.08f;
  c.Ellipse({foot.x, foot.y + height * 0.05f}, height * 0.62f, height * 0.13f, 0, rock);
  c.Ellipse({foot.x + height * 0.2f, foot.y}, height * 0.34f, height * 0.12f, 0.12f, Lighter(rock, 0.06f));
  constexpr int kBands = 5;
  for (int i = 0; i < kBands; ++i) {  // from the ground up
    float a = static_cast<float>(i) / kBands, b = static_cast<float>(i + 1) / kBands;
    float wa = wide + (narrow - wide) * a, wb = wide + (narrow - wide) * b;
    float ya = foot.y - height * 0.78f * a, yb = foot.y - height * 0.78f * b;
    Color band = i % 2 ? red : white;
    const Point whole[] = {{foot.x - wa, ya}, {foot.x + wa, ya}, {foot.x + wb, yb}, {foot.x - wb, yb}};
    const Point shade[] = {
        {foot.x + wa * 0.25f, ya}, {foot.x + wa, ya}, {foot.x + wb, yb}, {foot.x + wb * 0.25f, yb}};
    c.Polygon(whole, band);
    c.Polygon(shade, Darker(band, 0.25f), 0.6f);
  }
  float gallery = foot.y - height * 0.78f;
  c.Glow({foot.x, gallery - height * 0.08f}, height * (scene.mood.dark ? 1.1f : 0.6f), lamp,
         scene.mood.dark ? 0.55f : 0.3f);
  c.Rect(foot.x - narrow * 0.7f, gallery - height * 0.14f, foot.x + narrow * 0.7f, gallery, lamp);
  c.Rect(foot.x - narrow * 1.4f, gallery - height * 0.02f, foot.x + narrow * 1.4f, gallery + height * 0.012f,
         rock);
  const Point roof[] = {{foot.x - narrow, gallery - height * 0.13f},
                        {foot.x + narrow, gallery - height * 0.13f},
                        {foot.x, top}};
  c.Polygon(roof, red);
}

void PaintFlamingo(Scene& scene, Point at, float size) {
  Canvas& c = scene.canvas;
  Color pink = Hex(0xff7fa0), dark = Hex(0xd9527c);
  c.Stroke({at.x - size * 0.05f, at.y}, {at.x - size * 0.03f, at.y + size * 0.75f}, size * 0.03f,
           size * 0.03f, dark);
  c.Stroke({at.x + size * 0.09f, at.y}, {at.x + size * 0.02f, at.y + size * 0.3f}, size * 0.03f, size * 0.03f,
           dark);
  c.Stroke({at.x + size * 0.02f, at.y + size * 0.3f}, {at.x + size * 0.12f, at.y + size * 0.75f},
           size * 0.03f, size * 0.025f, dark);
  c.Ellipse(at, size * 0.34f, size * 0.19f, -0.15f, pink);
  c.Ellipse({at.x + size * 0.12f, at.y + size * 0.02f}, size * 0.26f, size * 0.12f, -0.3f, dark, 0.8f);
  Point before{at.x - size * 0.24f, at.y - size * 0.04f};
  for (int i = 1; i <= 14; ++i) {  // the neck: an S
    float t = static_cast<float>(i) / 14;
    Point p{at.x - size * (0.24f + 0.16f * std::sin(t * 3.4f) - 0.12f * t),
            at.y - size * (0.04f + 0.72f * t)};
    c.Stroke(before, p, size * 0.085f, size * 0.07f, pink);
    before = p;
  }
  c.Ellipse({before.x - size * 0.03f, before.y}, size * 0.085f, size * 0.06f, 0.2f, pink);
  c.Stroke({before.x - size * 0.09f, before.y + size * 0.01f},
           {before.x - size * 0.15f, before.y + size * 0.09f}, size * 0.05f, size * 0.02f, Hex(0x2a1a20));
  c.Disc({before.x - size * 0.05f, before.y - size * 0.01f}, size * 0.013f, Hex(0x201018));
}

void PaintSparrow(Scene& scene, Point at, float size) {
  Canvas& c = scene.canvas;
  Color back = Hex(0x7a4a2a), breast = Hex(0xeadfce), cap = Hex(0x8c4a2a), dark = Hex(0x2c1c14);
  const Point tail[] = {{at.x + size * 0.42f, at.y - size * 0.08f},
                        {at.x + size * 1.0f, at.y + size * 0.30f},
                        {at.x + size * 0.92f, at.y + size * 0.40f},
                        {at.x + size * 0.32f, at.y + size * 0.14f}};
  c.Polygon(tail, Darker(back, 0.3f));
  c.Stroke({at.x - size * 0.02f, at.y + size * 0.3f}, {at.x - size * 0.05f, at.y + size * 0.52f},
           size * 0.03f, size * 0.025f, Hex(0xb07a5a));
  c.Stroke({at.x + size * 0.12f, at.y + size * 0.3f}, {at.x + size * 0.12f, at.y + size * 0.52f},
           size * 0.03f, size * 0.025f, Hex(0xb07a5a));
  c.Ellipse(at, size * 0.52f, size * 0.34f, 0.25f, breast);
  c.Ellipse({at.x - size * 0.1f, at.y + size * 0.14f}, size * 0.36f, size * 0.2f, 0.25f,
            Darker(breast, 0.10f), 0.6f);
  c.Ellipse({at.x + size * 0.14f, at.y - size * 0.08f}, size * 0.42f, size * 0.24f, 0.35f, back);
  for (int i = 0; i < 6; ++i) {
    float k = static_cast<float>(i) / 6;
    c.Stroke({at.x - size * (0.1f - 0.45f * k), at.y - size * (0.16f - 0.12f * k)},
             {at.x + size * (0.28f + 0.3f * k), at.y + size * (0.02f + 0.17f * k)}, size * 0.035f,
             size * 0.02f, i % 2 ? dark : Hex(0xc79a6a), 0.7f);
  }
  Point head{at.x - size * 0.4f, at.y - size * 0.3f};
  c.Disc(head, size * 0.24f, breast);
  c.Ellipse({head.x + size * 0.03f, head.y - size * 0.09f}, size * 0.24f, size * 0.15f, -0.1f, cap);
  c.Ellipse({head.x - size * 0.06f, head.y + size * 0.16f}, size * 0.09f, size * 0.08f, 0, dark, 0.85f);
  const Point beak[] = {{head.x - size * 0.21f, head.y - size * 0.05f},
                        {head.x - size * 0.4f, head.y + size * 0.03f},
                        {head.x - size * 0.21f, head.y + size * 0.08f}};
  c.Polygon(beak, Hex(0x3a3230));
  c.Disc({head.x - size * 0.09f, head.y - size * 0.01f}, size * 0.035f, dark);
  c.Disc({head.x - size * 0.1f, head.y - size * 0.02f}, size * 0.011f, Hex(0xffffff));
}

void PaintLion(Scene& scene, Point at, float size) {
  Canvas& c = scene.canvas;
  Color coat = Hex(0xd9993f), pale = Hex(0xf2cf8a), mane = Hex(0x8a4a1c), dark = Hex(0x2a160c);
  auto to = [&](float x, float y) { return Point{at.x + size * x, at.y + size * y}; };
  c.Ellipse(to(0.05f, 0.46f), size * 0.6f, size * 0.05f, 0, dark, 0.35f);
  c.Stroke(to(0.28f, 0.34f), to(0.52f, 0.40f), size * 0.06f, size * 0.05f, coat);
  c.Stroke(to(0.52f, 0.40f), to(0.62f, 0.28f), size * 0.05f, size * 0.04f, coat);
  c.Ellipse(to(0.64f, 0.24f), size * 0.055f, size * 0.08f, 0.4f, mane);
  c.Ellipse(to(0.06f, 0.22f), size * 0.30f, size * 0.26f, 0.1f, Darker(coat, 0.12f));
  c.Ellipse(to(0.26f, 0.33f), size * 0.17f, size * 0.13f, 0.1f, coat);
  for (float x : {-0.15f, 0.05f}) {
    c.Stroke(to(x, 0.10f), to(x - 0.01f, 0.42f), size * 0.13f, size * 0.11f, coat);
    c.Ellipse(to(x - 0.02f, 0.435f), size * 0.085f, size * 0.045f, 0, pale);
  }
  Point head = to(-0.06f, -0.14f);
  for (int ring = 0; ring < 2; ++ring) {
    for (int i = 0; i < 18; ++i) {
      float a = 6.2832f * (static_cast<float>(i) + 0.5f * static_cast<float>(ring)) / 18,
            r = size * (0.25f - 0.06f * static_cast<float>(ring));
      c.Ellipse({head.x + r * std::cos(a), head.y + r * std::sin(a)}, size * 0.12f, size * 0.065f, a,
                Lighter(mane, 0.12f * static_cast<float>(ring) + scene.random.Between(0, 0.06f)));
    }
  }
  for (float side : {-1.0f, 1.0f}) {
    c.Disc({head.x + side * size * 0.13f, head.y - size * 0.15f}, size * 0.055f, coat);
    c.Disc({head.x + side * size * 0.13f, head.y - size * 0.145f}, size * 0.03f, mane);
  }
  c.Ellipse(head, size * 0.175f, size * 0.185f, 0, coat);
  c.Ellipse({head.x, head.y + size * 0.09f}, size * 0.10f, size * 0.08f, 0, pale);
  for (float side : {-1.0f, 1.0f}) {
    c.Ellipse({head.x + side * size * 0.075f, head.y - size * 0.03f}, size * 0.022f, size * 0.028f, 0, dark);
    c.Disc({head.x + side * size * 0.075f - size * 0.007f, head.y - size * 0.04f}, size * 0.008f,
           Hex(0xffffff));
    c.Stroke({head.x, head.y + size * 0.085f}, {head.x + side * size * 0.045f, head.y + size * 0.12f},
             size * 0.012f, size * 0.01f, dark);
  }
  const Point nose[] = {{head.x - size * 0.04f, head.y + size * 0.035f},
                        {head.x + size * 0.04f, head.y + size * 0.035f},
                        {head.x, head.y + size * 0.085f}};
  c.Polygon(nose, dark);
}

void PaintAstronaut(Scene& scene, Point at, float size) {
  Canvas& c = scene.canvas;
  Color suit = Hex(0xece6de), shade = Hex(0xa89a90), trim = Hex(0xd8683a);
  auto to = [&](float x, float y) { return Point{at.x + size * x, at.y + size * y}; };
  c.Ellipse(to(0.12f, 0.30f), size * 0.34f, size * 0.03f, 0, Hex(0x200c08), 0.4f);
  c.Rect(at.x - size * 0.17f, at.y - size * 0.36f, at.x + size * 0.17f, at.y + size * 0.02f,
         Darker(shade, 0.15f));
  for (float side : {-1.0f, 1.0f}) {
    c.Stroke(to(side * 0.07f, 0.02f), to(side * 0.085f, 0.25f), size * 0.12f, size * 0.105f,
             side < 0 ? suit : Mix(suit, shade, 0.5f));
    c.Ellipse(to(side * 0.1f, 0.285f), size * 0.08f, size * 0.035f, 0, shade);
    c.Stroke(to(side * 0.15f, -0.27f), to(side * 0.22f, -0.08f), size * 0.10f, size * 0.085f,
             side < 0 ? suit : Mix(suit, shade, 0.5f));
    c.Disc(to(side * 0.225f, -0.055f), size * 0.05f, shade);
    c.Stroke(to(side * 0.195f, -0.16f), to(side * 0.225f, -0.15f), size * 0.025f, size * 0.025f, trim);
  }
  c.Stroke(to(0, -0.24f), to(0, 0.02f), size * 0.29f, size * 0.25f, suit);
  c.Stroke(to(0.07f, -0.24f), to(0.07f, 0.02f), size * 0.14f, size * 0.12f, shade, 0.35f);
  c.Rect(at.x - size * 0.08f, at.y - size * 0.16f, at.x + size * 0.08f, at.y - size * 0.05f,
         Mix(shade, suit, 0.5f));
  for (int i = 0; i < 3; ++i)
    c.Disc(to(-0.045f + 0.045f * static_cast<float>(i), -0.10f), size * 0.013f,
           i == 0 ? trim : Hex(0x3a6a8a));
  Point head = to(0, -0.44f);
  c.Disc(head, size * 0.155f, suit);
  c.Ellipse({head.x - size * 0.008f, head.y + size * 0.01f}, size * 0.12f, size * 0.098f, 0, Hex(0x2a1a24));
  c.Ellipse({head.x - size * 0.008f, head.y + size * 0.01f}, size * 0.108f, size * 0.087f, 0,
            Mix(Hex(0xe0923a), scene.mood.sky_middle, 0.25f));
  c.Ellipse({head.x - size * 0.008f, head.y + size * 0.045f}, size * 0.095f, size * 0.045f, 0,
            scene.mood.near, 0.75f);
  c.Ellipse({head.x - size * 0.05f, head.y - size * 0.028f}, size * 0.028f, size * 0.016f, -0.5f,
            Hex(0xfff4e0), 0.9f);
}

void PaintDog(Scene& scene, Point at, float size) {
  Canvas& c = scene.canvas;
  Color coat = Hex(0xc98a4b), pale = Hex(0xf0dcc0), ear = Hex(0x7a4a26), dark = Hex(0x24180f);
  auto to = [&](float x, float y) { return Point{at.x + size * x, at.y + size * y}; };
  c.Ellipse(to(0.04f, 0.47f), size * 0.42f, size * 0.045f, 0, dark, 0.35f);
  c.Stroke(to(0.26f, 0.34f), to(0.44f, 0.20f), size * 0.07f, size * 0.04f, coat);  // a tail that wags
  c.Ellipse(to(0.05f, 0.24f), size * 0.25f, size * 0.25f, 0.1f, Darker(coat, 0.1f));
  c.Ellipse(to(0.2f, 0.36f), size * 0.14f, size * 0.11f, 0.1f, coat);
  c.Ellipse(to(-0.04f, 0.20f), size * 0.11f, size * 0.19f, 0, pale);
  for (float x : {-0.12f, 0.05f}) {
    c.Stroke(to(x, 0.16f), to(x, 0.43f), size * 0.11f, size * 0.095f, coat);
    c.Ellipse(to(x - 0.015f, 0.445f), size * 0.075f, size * 0.04f, 0, pale);
  }
  Point head = to(-0.04f, -0.12f);
  c.Ellipse(head, size * 0.19f, size * 0.185f, 0, coat);
  c.Ellipse({head.x, head.y + size * 0.08f}, size * 0.115f, size * 0.10f, 0, pale);
  for (float side : {-1.0f, 1.0f}) {
    c.Ellipse({head.x + side * size * 0.18f, head.y - size * 0.01f}, size * 0.065f, size * 0.14f,
              side * -0.25f, ear);
    c.Ellipse({head.x + side * size * 0.075f, head.y - size * 0.035f}, size * 0.024f, size * 0.03f, 0, dark);
    c.Disc({head.x + side * size * 0.075f - size * 0.008f, head.y - size * 0.045f}, size * 0.008f,
           Hex(0xffffff));
    c.Stroke({head.x, head.y + size * 0.08f}, {head.x + side * size * 0.05f, head.y + size * 0.115f},
             size * 0.012f, size * 0.01f, dark);
  }
  c.Ellipse({head.x, head.y + size * 0.14f}, size * 0.03f, size * 0.045f, 0, Hex(0xe8667a));
  c.Ellipse({head.x, head.y + size * 0.045f}, size * 0.04f, size * 0.028f, 0, dark);
}

}  // namespace pixazo::sandbox

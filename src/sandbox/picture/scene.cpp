#include "sandbox/picture/scene.h"

namespace pixazo::sandbox {
namespace {

struct SubjectRow {
  void (*paint)(Scene&);
  float horizon;
};

constexpr SubjectRow kRows[kSubjects] = {
    {PaintMountains, 0.62f}, {PaintSea, 0.56f},     {PaintMeadow, 0.62f}, {PaintDesert, 0.58f},
    {PaintCity, 0.78f},      {PaintBlossom, 0.80f}, {PaintStudio, 0.62f}, {PaintFlow, 0.5f},
};

}  // namespace

void PaintScene(Canvas& canvas, std::string_view prompt, uint64_t seed) {
  Theme theme = ReadPrompt(prompt, seed);
  const SubjectRow& row = kRows[static_cast<size_t>(theme.subject)];
  Scene scene{canvas,      theme, MoodOf(theme.light, seed), seed, Random(Mix(seed ^ 0x7363656e65)),
              row.horizon, {}};
  scene.horizon += scene.random.Between(-0.03f, 0.03f);
  float low = scene.horizon * (1 - scene.mood.sun_height * 0.85f);
  scene.sun = {scene.X(scene.random.Between(0.18f, 0.82f)), scene.Y(low)};
  row.paint(scene);
  canvas.Vignette(0.35f);
}

}  // namespace pixazo::sandbox

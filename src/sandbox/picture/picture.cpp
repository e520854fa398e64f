#include "sandbox/picture/picture.h"

#include <cmath>

#include "sandbox/picture/caption.h"
#include "sandbox/picture/encode.h"
#include "sandbox/picture/scene.h"

namespace pixazo::sandbox {
namespace {

constexpr float kInset = 0.05f, kCorner = 0.12f;  // of the shorter side

// Keeps a rounded tile of the picture, with a soft edge of one pixel.
void CutOut(Pixmap& p) {
  p.opaque = false;
  float w = static_cast<float>(p.width), h = static_cast<float>(p.height), s = w < h ? w : h;
  float inset = s * kInset, corner = s * kCorner;
  for (int y = 0; y < p.height; ++y) {
    for (int x = 0; x < p.width; ++x) {
      float dx = std::fabs(static_cast<float>(x) + 0.5f - w / 2) - (w / 2 - inset - corner);
      float dy = std::fabs(static_cast<float>(y) + 0.5f - h / 2) - (h / 2 - inset - corner);
      float outside = std::hypot(dx > 0 ? dx : 0, dy > 0 ? dy : 0) - corner;
      float cover = Clamp01(0.5f - outside);
      p.rgba[(static_cast<size_t>(y) * static_cast<size_t>(p.width) + static_cast<size_t>(x)) * 4 + 3] =
          static_cast<uint8_t>(cover * 255 + 0.5f);
    }
  }
}

}  // namespace

std::string PictureSpec::Key() const {
  std::string key = std::to_string(seed);
  for (int n : {width, height, static_cast<int>(format), quality, static_cast<int>(transparent)})
    key.append(" ").append(std::to_string(n));
  return key.append("\n").append(signature).append("\n").append(prompt);
}

std::string MakePicture(const PictureSpec& spec) {
  Canvas canvas(spec.width, spec.height);
  PaintScene(canvas, spec.prompt, spec.seed);
  PaintCaption(canvas, spec.prompt, spec.signature,
               spec.transparent ? canvas.s() * (kInset + kCorner * 0.3f) : 0);
  Pixmap pixmap = ToPixmap(canvas);
  if (spec.transparent) CutOut(pixmap);
  return Encode(pixmap, spec.format, spec.quality);
}

}  // namespace pixazo::sandbox

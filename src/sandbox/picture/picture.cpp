#include "sandbox/picture/picture.h"

#include <cmath>
#include <optional>

#include "sandbox/picture/caption.h"
#include "sandbox/picture/decode.h"
#include "sandbox/picture/encode.h"
#include "sandbox/picture/scene.h"
#include "sandbox/picture/treatment.h"

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
      size_t at = static_cast<size_t>(y) * static_cast<size_t>(p.width) + static_cast<size_t>(x);
      p.rgba[at * 4 + 3] = static_cast<uint8_t>(Clamp01(0.5f - outside) * 255 + 0.5f);
    }
  }
}

// The references' pixels; empty if one of them is no picture.
std::vector<Pixmap> DecodeAll(const PictureSpec& spec) {
  std::vector<Pixmap> pictures;
  for (const Source& source : spec.references) {
    auto picture = Decode(source->bytes);
    if (!picture) return {};
    pictures.push_back(std::move(*picture));
  }
  return pictures;
}

Canvas PaintSubject(const PictureSpec& spec, const std::vector<Pixmap>& references) {
  if (references.empty() || spec.treatment == Treatment::kPaint) {
    Canvas canvas(spec.width, spec.height);
    PaintScene(canvas, spec.prompt, spec.seed);
    return canvas;
  }
  Canvas canvas = Arrange(references, spec.width, spec.height);
  (spec.treatment == Treatment::kEdit ? PaintOver : Relight)(canvas, spec.prompt, spec.seed);
  return canvas;
}

}  // namespace

std::string PictureSpec::Key() const {
  std::string key = std::to_string(seed);
  for (int n : {width, height, static_cast<int>(format), quality, static_cast<int>(transparent),
                static_cast<int>(treatment)})
    key.append(" ").append(std::to_string(n));
  for (const Source& source : references) key.append(" r").append(std::to_string(source->hash));
  if (mask) key.append(" m").append(std::to_string(mask->hash));
  return key.append("\n").append(signature).append("\n").append(prompt);
}

Source MakeSource(std::string bytes) {
  uint64_t hash = Hash(bytes);
  return std::make_shared<const SourceFile>(SourceFile{std::move(bytes), hash});
}

std::string MakePicture(const PictureSpec& spec) {
  std::vector<Pixmap> references = DecodeAll(spec);
  if (references.size() != spec.references.size()) return {};
  Canvas canvas = PaintSubject(spec, references);
  float inset = spec.transparent ? canvas.s() * (kInset + kCorner * 0.3f) : 0;
  if (!spec.signature.empty()) PaintCaption(canvas, spec.prompt, spec.signature, inset);
  Pixmap pixmap = ToPixmap(canvas);
  if (spec.transparent) CutOut(pixmap);
  if (spec.mask && !references.empty()) {
    auto mask = Decode(spec.mask->bytes);
    if (!mask) return {};
    KeepProtected(pixmap, references.front(), *mask);
  }
  return Encode(pixmap, spec.format, spec.quality);
}

std::string MakeSampleMask() {
  Canvas canvas(1024, 1024);
  canvas.Ellipse({512, 640}, 300, 330, 0, {1, 1, 1});
  return Encode(ToPixmap(canvas), wire::ImageFormat::kPng, 0);
}

}  // namespace pixazo::sandbox

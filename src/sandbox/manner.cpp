#include "sandbox/manner.h"

namespace pixazo::sandbox {
namespace {

using wire::ImageFormat;

// Medians of queued endpoints are those of the documents' own timestamps (README.md); the others are
// assumptions.
constexpr Manner kManners[] = {
    {"studio-ghibli", 17, ReplyForm::kQueued, "v1", ImageFormat::kPng},
    {"gpt-image-1.5", 15, ReplyForm::kQueued, "v1", ImageFormat::kPng},
    {"gpt-image-2", 15, ReplyForm::kQueued, "v1", ImageFormat::kPng},
    {"gpt-image-2-edit", 15, ReplyForm::kQueued, "v1", ImageFormat::kPng},
    {"gpt-image-2-text-to-image", 90, ReplyForm::kQueued, "v1", ImageFormat::kWebp},
    {"gpt-image-2-image-to-image", 90, ReplyForm::kQueued, "v1", ImageFormat::kWebp},
    {"pixelforge-relighting", 15, ReplyForm::kQueued, "v1", ImageFormat::kPng, Treatment::kRelight},
    {"sd3", 5, ReplyForm::kOutput, "sd3", ImageFormat::kWebp},
    {"sd3.5-large", 8, ReplyForm::kOutputWithId, "sd-3-5-large", ImageFormat::kWebp},
    {"sdxl", 4, ReplyForm::kImageUrl, "sdxl", ImageFormat::kPng},
    {"sdxl-lightning", 2, ReplyForm::kImageUrl, "sdxl_lightning", ImageFormat::kPng},
    {"sdxl-lightning-stream", 2, ReplyForm::kImageUrl, "sdxl_lightning", ImageFormat::kPng},
    {"sd1.5-inpainting", 4, ReplyForm::kImageUrl, "inpainting", ImageFormat::kPng},
    {"sd1.5-inpainting-stream", 4, ReplyForm::kImageUrl, "inpainting", ImageFormat::kPng},
    {"pixelforge", 6, ReplyForm::kUrl, "images", ImageFormat::kJpeg},
};

ReplyForm FormOf(const catalogue::Endpoint& endpoint) {
  if (endpoint.queued) return ReplyForm::kQueued;
  if (endpoint.response_shape == "imageUrl") return ReplyForm::kImageUrl;
  return endpoint.response_shape == "url" ? ReplyForm::kUrl : ReplyForm::kOutput;
}

}  // namespace

Manner MannerOf(const catalogue::Endpoint& endpoint) {
  for (const Manner& manner : kManners)
    if (manner.endpoint == endpoint.id && (manner.form == ReplyForm::kQueued) == endpoint.queued)
      return manner;
  return {endpoint.id, endpoint.queued ? 15.0 : 4.0, FormOf(endpoint), "v1", ImageFormat::kPng};
}

}  // namespace pixazo::sandbox

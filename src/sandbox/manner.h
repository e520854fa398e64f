// What an endpoint does that the catalogue does not say: how long it takes, what its reply looks like, where
// its pictures lie.
#pragma once

#include <string_view>

#include "catalogue/catalogue.h"
#include "sandbox/picture/picture.h"
#include "wire/image.h"

namespace pixazo::sandbox {

enum class ReplyForm {
  kQueued,        // 202 {request_id, status, polling_url}
  kOutput,        // 200 {"output": URL}
  kOutputWithId,  // 200 {"id", "status": "succeeded", "output": URL}
  kImageUrl,      // 200 {"imageUrl": URL}
  kUrl,           // 200 {"url": URL}
};

struct Manner {
  std::string_view endpoint;  // id in the catalogue
  double median_seconds;      // of the lognormal that durations are drawn from
  ReplyForm form;
  std::string_view folder;                 // of its pictures, under /media/
  wire::ImageFormat format;                // where neither the request nor the catalogue names one
  Treatment treatment = Treatment::kEdit;  // of reference pictures that come without a mask
};

// A row of the table; for an endpoint that is not in it (a catalogue of the user's own) one made from its
// mode and response shape.
Manner MannerOf(const catalogue::Endpoint& endpoint);

}  // namespace pixazo::sandbox

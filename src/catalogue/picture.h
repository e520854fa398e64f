// Pictures in a request: where they may come from, what their bytes must be, how they are written into the
// body.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "catalogue/message.h"
#include "wire/image.h"

namespace pixazo::catalogue {

constexpr size_t kMaxPictureBytes = 10u << 20;

struct BoundPictures {
  wire::Json value;  // null where a slot will be filled
  std::vector<Prepared::Slot> slots;
};
// What the host said about a kImage or kImages parameter; key is the member of the body.
wire::Result<BoundPictures> BindPictures(const Param& param, const std::string& key, const Argument& argument,
                                         const CheckOptions& options);

// PNG, JPEG or WebP with a readable size, not over the cap.
wire::Result<wire::ImageInfo> InspectPicture(const Where& where, std::string_view bytes);
// A URL of a picture: http(s), or a data-URI where the parameter accepts one.
wire::Error CheckPictureText(const Param& param, const Where& where, std::string_view text,
                             const CheckOptions& options);

// kSameSize rules, as far as the pictures' bytes are known: known[i] belongs to slots[i]; data-URIs in the
// body are read too.
using KnownBytes = std::vector<std::optional<std::string_view>>;
wire::Error CheckSameSizes(const Endpoint& endpoint, const wire::Json& body,
                           const std::vector<Prepared::Slot>& slots, const KnownBytes& known);

}  // namespace pixazo::catalogue

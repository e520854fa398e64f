#include "catalogue/picture.h"

#include <algorithm>

#include "catalogue/value.h"
#include "wire/text.h"

namespace pixazo::catalogue {
namespace {

using wire::Json;
using Kind = ImageSource::Kind;

bool IsDataUri(std::string_view text) {
  constexpr std::string_view kScheme = "data:";
  return text.size() >= kScheme.size() &&
         std::equal(kScheme.begin(), kScheme.end(), text.begin(),
                    [](char a, char b) { return a == (b | 0x20) || a == b; });
}

std::string_view CanonicalType(std::string_view media_type) {
  return media_type == "image/jpg" ? "image/jpeg" : media_type;
}

wire::Error CheckDataUri(const Where& where, std::string_view text) {
  if (text.size() > kMaxPictureBytes / 3 * 4 + 128) {
    return Refuse(where, "may hold at most 10 MiB of picture; the data-URI has " +
                             std::to_string(text.size()) + " bytes");
  }
  const auto uri = wire::ParseDataUri(text);
  if (!uri) return Refuse(where, "must be data:image/...;base64,... with valid base64");
  const auto info = InspectPicture(where, uri->bytes);
  if (!info.ok()) return info.error();
  const std::string_view real = wire::MediaType(info->format);
  if (CanonicalType(uri->media_type) == real) return {};
  return Refuse(where, "says " + Quoted(uri->media_type) + " but holds " + std::string(real));
}

// The host's values and pictures as one list of sources.
wire::Result<std::vector<ImageSource>> Sources(const Param& param, const Argument& argument) {
  const Where where = WhereOf(param);
  if (argument.value.is_null()) {
    if (argument.images.empty()) return Refuse(where, "has no picture; leave it out instead");
    return argument.images;
  }
  if (!argument.images.empty()) return Refuse(where, "is set twice: as a value and as pictures");
  if (argument.value.is_string())
    return std::vector<ImageSource>{{Kind::kUrl, argument.value.as_string(), nullptr}};
  if (!argument.value.is_array()) {
    return Refuse(where, "must be " + TypeText(param.type) + ", not " + ValueText(argument.value));
  }
  std::vector<ImageSource> out;
  for (const Json& item : argument.value.as_array()) {
    if (!item.is_string()) return Refuse(WhereOf(param, out.size()), "must be a URL, not " + ValueText(item));
    out.push_back({Kind::kUrl, item.as_string(), nullptr});
  }
  return out;
}

wire::Error CheckCount(const Param& param, size_t count) {
  const Where where = WhereOf(param);
  if (param.type == ParamType::kImage) {
    if (count == 1) return {};
    return Refuse(where, "takes exactly one picture, not " + std::to_string(count));
  }
  const size_t least = std::max<size_t>(param.min_items, 1);
  if (count < least) {
    return Refuse(where, "takes at least " + std::to_string(least) +
                             (least == 1 ? " picture, not " : " pictures, not ") + std::to_string(count));
  }
  if (param.max_items == 0 || count <= param.max_items) return {};
  return Refuse(
      where, "takes at most " + std::to_string(param.max_items) + " pictures, not " + std::to_string(count));
}

wire::Error CheckSource(const Param& param, const Where& where, const ImageSource& source,
                        const CheckOptions& options) {
  switch (source.kind) {
    case Kind::kUrl:
      return CheckPictureText(param, where, source.text, options);
    case Kind::kFile:
      if (source.text.empty()) return Refuse(where, "has an empty file name");
      return CheckText(where, source.text, TextKind::kStrict);
    case Kind::kBytes: {
      if (!source.bytes) return Refuse(where, "has no bytes");
      if (!param.accepts_data_uri) return {};  // the host will provide a URL: what it serves is its own
      const auto info = InspectPicture(where, *source.bytes);
      return info.ok() ? wire::Error() : info.error();
    }
  }
  return {};
}

std::optional<wire::ImageInfo> InfoOf(std::string_view bytes) {
  const wire::ImageInfo info = wire::SniffImage(bytes.data(), bytes.size());
  if (info.format == wire::ImageFormat::kUnknown || info.width == 0) return std::nullopt;
  return info;
}

// The first picture of a parameter, if its bytes are here.
std::optional<wire::ImageInfo> FirstPicture(const Param& param, const Json& body,
                                            const std::vector<Prepared::Slot>& slots,
                                            const KnownBytes& known) {
  for (size_t i = 0; i < slots.size() && i < known.size(); ++i) {
    if (slots[i].field == param.name && slots[i].index == 0 && known[i]) return InfoOf(*known[i]);
  }
  std::vector<std::string> keys{param.wire_name};
  keys.insert(keys.end(), param.wire_aliases.begin(), param.wire_aliases.end());
  for (const std::string& key : keys) {
    const Json* value = body.Find(key);
    if (value && value->is_array() && !value->as_array().empty()) value = &value->as_array().front();
    if (!value || !value->is_string() || !IsDataUri(value->as_string())) continue;
    const auto uri = wire::ParseDataUri(value->as_string());
    return uri ? InfoOf(uri->bytes) : std::nullopt;
  }
  return std::nullopt;
}

std::string SizeText(const wire::ImageInfo& info) {
  return std::to_string(info.width) + "x" + std::to_string(info.height);
}

}  // namespace

wire::Result<wire::ImageInfo> InspectPicture(const Where& where, std::string_view bytes) {
  if (bytes.empty()) return Refuse(where, "is empty");
  if (bytes.size() > kMaxPictureBytes) {
    return Refuse(where, "may have at most 10 MiB; it has " + std::to_string(bytes.size()) + " bytes");
  }
  const wire::ImageInfo info = wire::SniffImage(bytes.data(), bytes.size());
  if (info.format == wire::ImageFormat::kUnknown) return Refuse(where, "is no PNG, JPEG or WebP picture");
  if (info.width == 0)
    return Refuse(where,
                  std::string("is a damaged ") + wire::MediaType(info.format) + ": it does not say its size");
  return info;
}

wire::Error CheckPictureText(const Param& param, const Where& where, std::string_view text,
                             const CheckOptions& options) {
  if (!IsDataUri(text)) return CheckPublicUrl(where, text, param.https_only, options);
  if (!param.accepts_data_uri) return Refuse(where, "must be a URL: this endpoint takes no data-URI");
  return CheckDataUri(where, text);
}

wire::Result<BoundPictures> BindPictures(const Param& param, const std::string& key, const Argument& argument,
                                         const CheckOptions& options) {
  const auto sources = Sources(param, argument);
  if (!sources.ok()) return sources.error();
  if (auto error = CheckCount(param, sources->size()); !error.ok()) return error;
  // One picture stays what the host wrote: a list only if it wrote a list.
  const bool single = param.type == ParamType::kImage ||
                      (param.accepts_single && sources->size() == 1 && !argument.value.is_array());
  BoundPictures out;
  Json::Array list;
  for (const ImageSource& source : *sources) {
    const auto index = static_cast<uint32_t>(list.size());
    const Where where = single ? WhereOf(param) : WhereOf(param, index);
    if (auto error = CheckSource(param, where, source, options); !error.ok()) return error;
    const bool plain = source.kind == Kind::kUrl;
    list.push_back(plain ? Json(source.text) : Json());
    if (!plain) out.slots.push_back({param.name, key, index, source, !param.accepts_data_uri});
  }
  out.value = single ? std::move(list.front()) : Json(std::move(list));
  return out;
}

wire::Error CheckSameSizes(const Endpoint& endpoint, const Json& body,
                           const std::vector<Prepared::Slot>& slots, const KnownBytes& known) {
  for (const Rule& rule : endpoint.rules) {
    if (rule.kind != Rule::Kind::kSameSize) continue;
    const Param *mask = endpoint.Find(rule.a), *picture = endpoint.Find(rule.others.front());
    if (!mask || !picture) continue;
    const auto inside = FirstPicture(*mask, body, slots, known);
    if (!inside) continue;
    if (inside->format != wire::ImageFormat::kPng) {
      return Refuse(WhereOf(*mask), std::string("must be a PNG, not ") + wire::MediaType(inside->format));
    }
    const auto outside = FirstPicture(*picture, body, slots, known);
    if (!outside || (inside->width == outside->width && inside->height == outside->height)) continue;
    return Refuse(WhereOf(*mask), "is " + SizeText(*inside) + " pixels, the first picture " +
                                      SizeText(*outside) + ": they must have the same size");
  }
  return {};
}

}  // namespace pixazo::catalogue

#include "sandbox/order.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace pixazo::sandbox {
namespace {

using catalogue::Argument;
using catalogue::Endpoint;
using catalogue::Param;
using catalogue::ParamType;
using wire::Json;

// What the documents print in place of picture data.
constexpr std::string_view kPrintedData = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA...";
// A transparent PNG of one pixel, to check such a request with.
constexpr std::string_view kSampleData =
    "data:image/"
    "png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

wire::Error Refuse(std::string field, std::string message) {
  return wire::MakeError(wire::Code::kBadRequest, std::move(message), std::move(field));
}

// The gateway knows an endpoint's own names, not the canonical ones.
const Param* FindSpelled(const Endpoint& endpoint, std::string_view name) {
  for (const Param& param : endpoint.params) {
    if (param.wire_name == name) return &param;
    if (std::find(param.wire_aliases.begin(), param.wire_aliases.end(), name) != param.wire_aliases.end())
      return &param;
  }
  return nullptr;
}

Json Checkable(const Json& value, ParamType type) {
  if (value.is_array()) {
    Json::Array items;
    for (const Json& item : value.as_array()) items.push_back(Checkable(item, type));
    return items;
  }
  if (!value.is_string()) return value;
  if (value.as_string() == kPrintedData) return kSampleData;
  if (type != ParamType::kString) return value;
  std::string text = value.as_string();  // line breaks in a prompt are the client library's business
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text;
}

bool Same(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) return a.as_double() == b.as_double();
  if (a.is_array() && b.is_array())
    return std::equal(a.as_array().begin(), a.as_array().end(), b.as_array().begin(), b.as_array().end(),
                      Same);
  if (!a.is_object() || !b.is_object()) return a == b;
  return a.as_object().size() == b.as_object().size() &&
         std::all_of(a.as_object().begin(), a.as_object().end(), [&](const Json::Member& m) {
           const Json* other = b.Find(m.first);
           return other && Same(m.second, *other);
         });
}

struct Members {
  const Endpoint& endpoint;
  const Json& body;

  const Json* Find(std::string_view canonical) const {
    for (const auto& [name, value] : body.as_object()) {
      const Param* param = FindSpelled(endpoint, name);
      if (param && param->name == canonical) return &value;
    }
    const Param* param = endpoint.Find(canonical);
    return param && param->name == canonical && param->default_value ? &*param->default_value : nullptr;
  }
  std::string Spelling(std::string_view canonical) const {  // as the body has it, or canonical
    for (const auto& [name, value] : body.as_object())
      if (const Param* param = FindSpelled(endpoint, name); param && param->name == canonical) return name;
    return std::string(canonical);
  }
  std::string Text(std::string_view canonical) const {
    const Json* value = Find(canonical);
    return value ? value->as_string() : std::string();
  }
  std::optional<int64_t> Number(std::string_view canonical) const {
    const Json* value = Find(canonical);
    if (!value || !value->is_number()) return std::nullopt;
    return value->is_int() ? value->as_int() : std::llround(value->as_double());
  }
  std::vector<std::string> Texts(std::string_view canonical) const {
    std::vector<std::string> out;
    const Json* value = Find(canonical);
    if (value && value->is_string()) out.push_back(value->as_string());
    if (value && value->is_array())
      for (const Json& item : value->as_array()) out.push_back(item.as_string());
    return out;
  }
};

struct NamedSize {
  std::string_view name;
  int width, height;
};
constexpr NamedSize kNamedSizes[] = {{"square_hd", 1024, 1024},    {"square", 512, 512},
                                     {"portrait_4_3", 768, 1024},  {"portrait_16_9", 576, 1024},
                                     {"landscape_4_3", 1024, 768}, {"landscape_16_9", 1024, 576}};

struct Size {
  int64_t width = 0, height = 0;
};

std::optional<Size> ParsePair(std::string_view text, std::string_view between) {
  Size size;
  size_t at = text.find(between);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view left = text.substr(0, at), right = text.substr(at + between.size());
  auto read = [](std::string_view s, int64_t& out) {
    auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), out);
    return error == std::errc() && end == s.data() + s.size() && out > 0;
  };
  if (!read(left, size.width) || !read(right, size.height)) return std::nullopt;
  return size;
}

// About a megapixel of exactly this shape, in steps of eight.
Size OfRatio(Size ratio) {
  double unit = std::sqrt(1024.0 * 1024.0 / static_cast<double>(ratio.width * ratio.height));
  int64_t k = std::max<int64_t>(1, static_cast<int64_t>(unit / 8 + 0.01) * 8);
  return {ratio.width * k, ratio.height * k};
}

wire::Result<Size> SizeOf(const Members& members) {
  auto width = members.Number("width"), height = members.Number("height");
  if (width || height) return Size{width.value_or(1024), height.value_or(1024)};
  if (const Json* size = members.Find("size")) {
    if (size->is_object()) {
      const Json *w = size->Find("width"), *h = size->Find("height");
      return Size{w ? w->as_int() : 1024, h ? h->as_int() : 1024};
    }
    const std::string& text = size->as_string();
    for (const NamedSize& named : kNamedSizes)
      if (named.name == text) return Size{named.width, named.height};
    for (std::string_view between : {"x", "X", "\xc3\x97"})
      if (auto pixels = ParsePair(text, between)) return *pixels;
    return Size{1024, 1024};  // auto
  }
  std::string ratio = members.Text("aspect_ratio");
  if (ratio.empty()) return Size{1024, 1024};
  auto pair = ParsePair(ratio, ":");
  if (!pair || pair->width > 64 || pair->height > 64 || pair->width > pair->height * 8 ||
      pair->height > pair->width * 8)
    return Refuse("aspect_ratio",
                  "aspect_ratio must be two small whole numbers like 3:2, not '" + ratio + "'");
  return OfRatio(*pair);
}

wire::Error RefuseSize(const Members& members, Size size) {
  bool by_sides = members.Find("width") || members.Find("height");
  std::string name = members.Spelling(!by_sides ? "size" : size.width > kMaxSide ? "width" : "height");
  return Refuse(name, name + ": the sides of a picture must be 1 to " + std::to_string(kMaxSide) +
                          " pixels, not " + std::to_string(size.width) + "x" + std::to_string(size.height));
}

wire::Result<wire::ImageFormat> FormatOf(const Members& members, const Manner& manner) {
  std::string word = members.Text("format");
  if (word.empty()) return manner.format;
  if (word == "png") return wire::ImageFormat::kPng;
  if (word == "jpg" || word == "jpeg") return wire::ImageFormat::kJpeg;
  if (word == "webp") return wire::ImageFormat::kWebp;
  return Refuse("format", "the output format must be png, jpg, jpeg or webp, not '" + word + "'");
}

wire::Result<Order> Understand(const Members& members, const Manner& manner) {
  Order order;
  auto size = SizeOf(members);
  if (!size.ok()) return size.error();
  auto format = FormatOf(members, manner);
  if (!format.ok()) return format.error();
  if (size->width < 1 || size->height < 1 || size->width > kMaxSide || size->height > kMaxSide)
    return RefuseSize(members, *size);
  const Json* given = members.Find("size");
  order.own_size = !members.Find("width") && !members.Find("height") && !members.Find("aspect_ratio") &&
                   (!given || (given->is_string() && given->as_string() == "auto"));
  order.width = static_cast<int>(size->width);
  order.height = static_cast<int>(size->height);
  order.format = *format;
  order.prompt = members.Text("prompt");
  order.negative_prompt = members.Text("negative_prompt");
  order.count = static_cast<int>(std::clamp<int64_t>(members.Number("count").value_or(1), 1, 10));
  order.quality =
      static_cast<int>(std::clamp<int64_t>(members.Number("output_quality").value_or(90), 0, 100));
  order.quality_word = members.Text("quality");
  order.transparent = members.Text("background") == "transparent" && order.format != wire::ImageFormat::kJpeg;
  order.seed = members.Number("seed");
  order.references = members.Texts("images");
  order.mask = members.Text("mask");
  order.webhook = members.Text("webhook");
  order.webhook_events = members.Texts("webhook_events_filter");
  return order;
}

wire::Result<std::vector<Argument>> Arguments(const Endpoint& endpoint, const Json& body, bool lenient) {
  std::vector<Argument> arguments;
  for (const auto& [name, value] : body.as_object()) {
    const Param* param = FindSpelled(endpoint, name);
    if (!param && lenient) continue;
    if (!param) return Refuse(name, "'" + name + "' is no parameter of this endpoint");
    if (value.is_null() && !param->required) continue;  // as if it were left out
    Argument argument;
    argument.name = name;
    argument.value = Checkable(value, param->type);
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

}  // namespace

wire::Result<Order> ReadOrder(const Endpoint& endpoint, const Manner& manner, const Json& body,
                              bool lenient) {
  if (!body.is_object()) return Refuse("", "the body must be a JSON object");
  auto arguments = Arguments(endpoint, body, lenient);
  if (!arguments.ok()) return arguments.error();
  catalogue::CheckOptions options;
  options.allow_private_urls = true;  // this gateway is local
  auto prepared = catalogue::Check(endpoint, *arguments, options);
  if (!prepared.ok()) return prepared.error();
  for (const Argument& argument : *arguments) {
    // The client library converts values that mean the same; the gateway takes only its own spelling, and the
    // multiplication sign, which the documents print.
    const Json* sent = prepared->body.Find(argument.name);
    bool times =
        argument.value.is_string() && argument.value.as_string().find("\xc3\x97") != std::string::npos;
    if (sent && !times && !Same(*sent, argument.value))
      return Refuse(argument.name, argument.name + " must be " + wire::WriteJson(*sent) + ", not " +
                                       wire::WriteJson(argument.value));
  }
  auto order = Understand({endpoint, body}, manner);
  if (order.ok() && prepared->estimate.known) order->price_microusd = prepared->estimate.high_microusd;
  return order;
}

}  // namespace pixazo::sandbox

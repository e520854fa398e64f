#include "catalogue/size.h"

#include <charconv>
#include <cmath>
#include <numeric>

namespace pixazo::catalogue {
namespace {

using wire::Json;

std::optional<int64_t> Digits(std::string_view s) {
  if (s.empty() || s.size() > 9) return std::nullopt;
  int64_t value = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), value);
  if (error != std::errc() || end != s.data() + s.size() || s.front() == '-') return std::nullopt;
  return value;
}

std::optional<Pixels> Split(std::string_view text, std::string_view separator) {
  const size_t at = text.find(separator);
  if (at == std::string_view::npos) return std::nullopt;
  const auto width = Digits(text.substr(0, at)), height = Digits(text.substr(at + separator.size()));
  if (!width || !height) return std::nullopt;
  return Pixels{*width, *height};
}

double Shape(Pixels p) { return std::log(static_cast<double>(p.width) / static_cast<double>(p.height)); }

std::string Text(Pixels p) { return std::to_string(p.width) + "x" + std::to_string(p.height); }

const Json* Listed(const Param& param, const Json& value) {
  for (const auto* list : {&param.choices, &param.also_accepted}) {
    for (const Json& choice : *list) {
      if (choice == value) return &choice;
    }
  }
  return nullptr;
}

std::string Allowed(const Param& param) {
  std::string out = "it takes " + ListText(param.choices);
  if (!param.open_choices) return out;
  return out + (param.string_form ? ", or any WIDTHxHEIGHT" : ", or width and height");
}

// By the sides' ratios: 1000x1000 is nearer to 1024x1024 than to 1536x1024.
std::string NearestSize(const Param& param, Pixels wanted) {
  std::string found;
  double best = 0;
  for (const Json& choice : param.choices) {
    const auto p = ParsePixels(choice.as_string());
    if (!p || p->width < 1 || p->height < 1) continue;
    const double distance =
        std::fabs(std::log(static_cast<double>(p->width) / static_cast<double>(wanted.width))) +
        std::fabs(std::log(static_cast<double>(p->height) / static_cast<double>(wanted.height)));
    if (!found.empty() && distance >= best) continue;
    best = distance;
    found = choice.as_string();
  }
  return found;
}

wire::Result<Json> ConvertObject(const Param& param, const Where& where, const Json& value) {
  const Json *width = value.Find("width"), *height = value.Find("height");
  if (!width || !height || value.as_object().size() != 2) {
    return Refuse(where, "as an object must hold width and height and nothing else");
  }
  for (const auto& [name, side] : value.as_object()) {
    if (auto error = CheckSide({where.field, where.label + "." + name}, side); !error.ok()) return error;
  }
  return ConvertPixels(param, where, {*WholeNumber(*width), *WholeNumber(*height)});
}

}  // namespace

std::optional<Pixels> ParsePixels(std::string_view text) {
  for (std::string_view separator : {"x", "X", "\xC3\x97"}) {
    if (auto p = Split(text, separator)) return p;
  }
  return std::nullopt;
}

std::optional<Pixels> ParseRatio(std::string_view text) {
  auto p = Split(text, ":");
  if (!p || p->width < 1 || p->height < 1) return std::nullopt;
  return Reduce(*p);
}

Pixels Reduce(Pixels p) {
  const int64_t divisor = std::gcd(p.width, p.height);
  return divisor > 0 ? Pixels{p.width / divisor, p.height / divisor} : p;
}

std::string RatioText(Pixels p) {
  const Pixels r = Reduce(p);
  return std::to_string(r.width) + ":" + std::to_string(r.height);
}

const Json* SameRatio(const std::vector<Json>& choices, Pixels ratio) {
  ratio = Reduce(ratio);
  for (const Json& choice : choices) {
    const auto listed = ParseRatio(choice.as_string());
    if (listed && listed->width == ratio.width && listed->height == ratio.height) return &choice;
  }
  return nullptr;
}

std::string NearestRatio(const std::vector<Json>& choices, Pixels ratio) {
  std::string found;
  double best = 0;
  for (const Json& choice : choices) {
    const auto listed = ParseRatio(choice.as_string());
    if (!listed) continue;
    const double distance = std::fabs(Shape(*listed) - Shape(ratio));
    if (!found.empty() && distance >= best) continue;
    best = distance;
    found = choice.as_string();
  }
  return found;
}

wire::Result<Json> ConvertSize(const Param& param, const Where& where, const Json& value) {
  if (value.is_object()) return ConvertObject(param, where, value);
  if (!value.is_string())
    return Refuse(where, "must be " + TypeText(param.type) + ", not " + ValueText(value));
  if (const Json* listed = Listed(param, value)) return *listed;
  if (const auto pixels = ParsePixels(value.as_string())) return ConvertPixels(param, where, *pixels);
  std::vector<std::string_view> names;
  for (const Json& choice : param.choices) names.push_back(choice.as_string());
  const std::string_view near = NearestName(value.as_string(), names);
  return Refuse(where, "is " + ValueText(value) + "; " + Allowed(param) +
                           (near.empty() ? "" : "; the nearest is " + std::string(near)));
}

wire::Result<Json> ConvertPixels(const Param& param, const Where& where, Pixels pixels) {
  for (int64_t side : {pixels.width, pixels.height}) {
    if (auto error = CheckSide(where, Json(side)); !error.ok()) return error;
  }
  if (const Json* listed = Listed(param, Json(Text(pixels)))) return *listed;
  if (!param.open_choices) {
    return Refuse(where, "cannot be " + Text(pixels) + "; " + Allowed(param) + "; the nearest is " +
                             NearestSize(param, pixels));
  }
  if (param.string_form) return Json(Text(pixels));
  return Json(Json::Object{{"width", Json(pixels.width)}, {"height", Json(pixels.height)}});
}

wire::Result<Json> ConvertRatioToSize(const Param& param, const Where& where, const Json& value) {
  if (!value.is_string()) return Refuse(where, "must be text like 3:2, not " + ValueText(value));
  const auto ratio = ParseRatio(value.as_string());
  if (!ratio) return Refuse(where, "must be text like 3:2, not " + ValueText(value));
  std::vector<Json> same, ratios;
  for (const Json& choice : param.choices) {
    const auto pixels = ParsePixels(choice.as_string());
    if (!pixels || pixels->width < 1 || pixels->height < 1) continue;
    ratios.push_back(Json(RatioText(*pixels)));
    if (RatioText(*pixels) == RatioText(*ratio)) same.push_back(choice);
  }
  if (same.size() == 1) return same.front();
  const std::string size = WhereOf(param).label;
  if (same.size() > 1) {
    return Refuse(where, RatioText(*ratio) + " is the ratio of several sizes: set " + size + " to one of " +
                             ListText(same));
  }
  const std::string near = NearestRatio(ratios, *ratio);
  return Refuse(where, RatioText(*ratio) + " is no listed size's ratio; " + size + ": " + Allowed(param) +
                           (near.empty() ? "" : "; the nearest ratio is " + near));
}

wire::Error CheckSide(const Where& where, const Json& value) {
  const auto side = ToInteger(where, value);
  if (!side.ok()) return side.error();
  return CheckRange(where, Json(*side), 1, static_cast<double>(kMaxSide));
}

}  // namespace pixazo::catalogue

#include "request.h"

#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

#include "text.h"

namespace pixazo::cli {
namespace {

using Json = nlohmann::json;

bool StartsWith(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }

template <class Number>
std::optional<Number> ParseNumber(std::string_view text) {
  if (StartsWith(text, "+")) text.remove_prefix(1);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<bool> ParseBool(std::string_view text) {
  for (const char* yes : {"true", "yes", "on", "1"})
    if (text == yes) return true;
  for (const char* no : {"false", "no", "off", "0"})
    if (text == no) return false;
  return std::nullopt;
}

// Fills one request. Every Set returns "" or what is wrong; names are resolved by the library.
class Builder {
 public:
  Builder(const pz_catalogue* catalogue, const std::string& endpoint)
      : endpoint_(pz_catalogue_find(catalogue, endpoint.data(), endpoint.size())),
        request_(pz_request_new(catalogue, endpoint.data(), endpoint.size())) {}

  std::optional<Problem> Add(const Wish& wish);
  Owned<pz_request> Take() { return std::move(request_); }
  const std::string& prompt() const { return prompt_; }

 private:
  const pz_param* Find(std::string_view name) const {
    return endpoint_ ? pz_endpoint_find_param(endpoint_, name.data(), name.size()) : nullptr;
  }
  std::optional<Problem> Word(std::string_view word);
  std::optional<Problem> Text(std::string_view name, std::string_view value);
  std::optional<Problem> Number(std::string_view name, std::string_view value, bool whole);
  std::optional<Problem> List(std::string_view name, std::string_view value);
  std::optional<Problem> Size(std::string_view value);
  std::optional<Problem> Picture(std::string_view name, std::string_view source);
  std::optional<Problem> Raw(std::string_view word);
  std::optional<Problem> Member(const std::string& name, const Json& value);
  std::optional<Problem> Members(const std::string& object);
  std::optional<Problem> SetJson(std::string_view name, std::string_view json) {
    return Set(name, pz_request_set_json(request_.get(), name.data(), name.size(), json.data(), json.size()),
               "is not JSON");
  }
  static std::optional<Problem> Set(std::string_view name, pz_status status, const char* otherwise) {
    if (status == PZ_OK) return std::nullopt;
    return Usage(Clean(name) + " " + otherwise, std::string(name));
  }
  void NotePrompt(std::string_view name, std::string_view value) {
    const pz_param* p = Find(name);
    if (p ? std::strcmp(pz_param_name(p), "prompt") == 0 : name == "prompt") prompt_ = Clean(value);
  }

  const pz_endpoint* endpoint_;
  Owned<pz_request> request_;
  std::string prompt_;
};

std::optional<Problem> Builder::Add(const Wish& wish) {
  for (const auto& [name, value] : wish.options)
    if (auto p = name == "size" ? Size(value) : Text(name, value)) return p;
  for (const std::string& source : wish.images) {
    // One option for both spellings: some endpoints take one picture, others several.
    if (auto p = Picture(Find("images") || !Find("image") ? "images" : "image", source)) return p;
  }
  for (const std::string& source : wish.masks)
    if (auto p = Picture("mask", source)) return p;
  for (const std::string& word : wish.words)
    if (auto p = Word(word)) return p;
  for (const std::string& word : wish.raw)
    if (auto p = Raw(word)) return p;
  return wish.members.empty() ? std::nullopt : Members(wish.members);
}

std::optional<Problem> Builder::Word(std::string_view word) {
  const size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0)
    return Usage(std::string("'").append(Clean(word)) + "' is not NAME=VALUE (a prompt is given with --prompt)");
  if (word[equals - 1] == ':') return SetJson(word.substr(0, equals - 1), word.substr(equals + 1));
  const std::string_view name = word.substr(0, equals), value = word.substr(equals + 1);
  if (!StartsWith(value, "@")) return Text(name, value);
  const std::string path(value.substr(1));
  std::ifstream file(path, std::ios::binary);
  if (!file) return Usage(Clean(name) + ": the file " + Clean(path) + " cannot be read", std::string(name));
  std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  while (!content.empty() && (content.back() == '\n' || content.back() == '\r')) content.pop_back();
  return Text(name, content);
}

std::optional<Problem> Builder::Text(std::string_view name, std::string_view value) {
  NotePrompt(name, value);
  const pz_param* param = Find(name);
  switch (param ? pz_param_kind(param) : PZ_PARAM_STRING) {
    case PZ_PARAM_INTEGER:
      return Number(name, value, true);
    case PZ_PARAM_NUMBER:
      return Number(name, value, false);
    case PZ_PARAM_BOOLEAN: {
      const auto flag = ParseBool(value);
      if (!flag)
        return Usage(Clean(name) + " is true or false, not '" + Clean(value) + "'", std::string(name));
      return Set(name, pz_request_set_bool(request_.get(), name.data(), name.size(), *flag), "cannot be set");
    }
    case PZ_PARAM_IMAGE:
    case PZ_PARAM_IMAGES:
      return Picture(name, value);
    case PZ_PARAM_SIZE:
      if (StartsWith(value, "{")) return SetJson(name, value);
      break;
    case PZ_PARAM_STRING_LIST:
    case PZ_PARAM_OBJECT_LIST:
      return List(name, value);
    default:
      break;
  }
  return Set(name,
             pz_request_set_string(request_.get(), name.data(), name.size(), value.data(), value.size()),
             "is not valid text: UTF-8 without control characters is wanted");
}

std::optional<Problem> Builder::Number(std::string_view name, std::string_view value, bool whole) {
  if (const auto n = ParseNumber<int64_t>(value))
    return Set(name, pz_request_set_int(request_.get(), name.data(), name.size(), *n), "cannot be set");
  if (const auto n = whole ? std::nullopt : ParseNumber<double>(value))
    return Set(name, pz_request_set_double(request_.get(), name.data(), name.size(), *n),
               "is not a finite number");
  return Usage(
      Clean(name) + (whole ? " is a whole number, not '" : " is a number, not '") + Clean(value) + "'",
      std::string(name));
}

std::optional<Problem> Builder::List(std::string_view name, std::string_view value) {
  if (StartsWith(value, "[")) return SetJson(name, value);
  if (StartsWith(value, "{")) return SetJson(name, std::string("[").append(value).append("]"));
  Json list = Json::array();
  for (size_t at = 0; at <= value.size();) {
    const size_t comma = std::min(value.find(',', at), value.size());
    list.push_back(std::string(value.substr(at, comma - at)));
    at = comma + 1;
  }
  return SetJson(name, list.dump(-1, ' ', false, Json::error_handler_t::replace));
}

// --size WxH for every endpoint that can say it: as `size`, or as width and height.
std::optional<Problem> Builder::Size(std::string_view value) {
  if (Find("size") || !Find("width") || !Find("height")) return Text("size", value);
  const size_t x = value.find('x');
  const auto width = x == std::string_view::npos ? std::nullopt : ParseNumber<int64_t>(value.substr(0, x));
  const auto height = x == std::string_view::npos ? std::nullopt : ParseNumber<int64_t>(value.substr(x + 1));
  if (!width || !height) return Usage("--size is WIDTHxHEIGHT, not '" + Clean(value) + "'", "size");
  if (auto p = Set("width", pz_request_set_int(request_.get(), "width", PZ_NUL, *width), "cannot be set"))
    return p;
  return Set("height", pz_request_set_int(request_.get(), "height", PZ_NUL, *height), "cannot be set");
}

namespace {

// Before anything of a batch is paid for. The library looks closer when it sends the picture.
std::string WhyNoPicture(const std::string& path) {
  constexpr size_t kMost = 10u << 20;
  struct stat st {};
  if (::stat(path.c_str(), &st) != 0 || !S_ISREG(st.st_mode) || ::access(path.c_str(), R_OK) != 0)
    return "is neither a URL nor a file that can be read";
  if (static_cast<size_t>(st.st_size) > kMost) return "has more than 10 MiB";
  std::ifstream file(path, std::ios::binary);
  std::string head(12, '\0');
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  const bool webp = StartsWith(head, "RIFF") && head.compare(8, 4, "WEBP") == 0;
  const bool known = webp || StartsWith(head, "\x89PNG\r\n\x1a\n") || StartsWith(head, "\xff\xd8\xff");
  return known ? "" : "is not a PNG, JPEG or WebP picture";
}

}  // namespace

std::optional<Problem> Builder::Picture(std::string_view name, std::string_view source) {
  pz_request* r = request_.get();
  for (const char* scheme : {"https://", "http://", "data:"})
    if (StartsWith(source, scheme))
      return Set(name, pz_request_add_image_url(r, name.data(), name.size(), source.data(), source.size()),
                 "is not a valid URL");
  const std::string path(source);
  if (const std::string why = WhyNoPicture(path); !why.empty())
    return Usage(Clean(name) + ": '" + Clean(source) + "' " + why, std::string(name));
  const pz_param* param = Find(name);
  if (param && !pz_param_is_data_uri_accepted(param))
    return Usage(std::string(pz_endpoint_id(endpoint_)) + " takes " + pz_param_name(param) +
                     " as URLs only: put " + Clean(source) +
                     " where the gateway can fetch it, and give its URL",
                 pz_param_name(param));
  return Set(name, pz_request_add_image_file(r, name.data(), name.size(), source.data(), source.size()),
             "cannot be set");
}

std::optional<Problem> Builder::Raw(std::string_view word) {
  const size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0)
    return Usage("--raw is NAME=JSON, not '" + Clean(word) + "'", "--raw");
  const std::string_view name = word.substr(0, equals), json = word.substr(equals + 1);
  return Set(name,
             pz_request_set_unknown_json(request_.get(), name.data(), name.size(), json.data(), json.size()),
             "is not JSON: --raw takes JSON, so text is written with its quotes");
}

std::optional<Problem> Builder::Member(const std::string& name, const Json& value) {
  const pz_param* param = Find(name);
  const pz_param_type kind = param ? pz_param_kind(param) : PZ_PARAM_STRING;
  const bool picture = kind == PZ_PARAM_IMAGE || kind == PZ_PARAM_IMAGES;
  if (picture && value.is_string()) return Picture(name, value.get_ref<const std::string&>());
  if (picture && value.is_array()) {
    for (const Json& one : value) {
      if (!one.is_string()) return Usage(Clean(name) + " is a list of files or URLs", name);
      if (auto p = Picture(name, one.get_ref<const std::string&>())) return p;
    }
    return std::nullopt;
  }
  if (value.is_string()) NotePrompt(name, value.get_ref<const std::string&>());
  // Types are the writer's own here: "28" for a number is an error that the library words.
  return SetJson(name, value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::optional<Problem> Builder::Members(const std::string& object) {
  const Json json = Json::parse(object, nullptr, false);
  for (const auto& [name, value] : json.items())
    if (auto p = Member(name, value)) return p;
  return std::nullopt;
}

}  // namespace

std::optional<Problem> BeginningOfNames(const pz_catalogue* catalogue, const std::string& beginning) {
  if (beginning.size() < 2 || pz_catalogue_find(catalogue, beginning.data(), beginning.size())) return std::nullopt;
  constexpr size_t kMost = 5;
  std::string names;
  size_t found = 0;
  for (uint32_t i = 0; i < pz_catalogue_endpoint_count(catalogue); ++i) {
    const std::string id = pz_endpoint_id(pz_catalogue_endpoint(catalogue, i));
    if (!StartsWith(id, beginning)) continue;
    if (found < kMost) names.append(found == 0 ? "" : ", ").append(id);
    ++found;
  }
  if (found == 0) return std::nullopt;
  if (found > kMost) names.append(", ...");
  return Usage("there is no endpoint '" + Clean(beginning) + "'; names that begin so: " + names, "endpoint");
}

Or<Built> Build(const pz_catalogue* catalogue, const Wish& wish) {
  if (auto problem = BeginningOfNames(catalogue, wish.endpoint)) {
    problem->line = wish.line;
    return *problem;
  }
  Builder builder(catalogue, wish.endpoint);
  std::optional<Problem> problem = builder.Add(wish);
  Built built{builder.Take(), builder.prompt()};
  if (!problem) {
    Owned<pz_error> error;
    if (pz_request_validate(built.request.get(), Out(error)) != PZ_OK) problem = ProblemOf(error.get());
  }
  if (!problem) return built;
  problem->line = wish.line;
  return *problem;
}

std::string ExampleCommand(const pz_endpoint* endpoint) {
  size_t size = 0;
  const char* json = pz_endpoint_example_json(endpoint, &size);
  const auto example = nlohmann::ordered_json::parse(json, json + size, nullptr, false);
  std::string out = std::string("pz generate ") + pz_endpoint_id(endpoint);
  if (!example.is_object()) return out;
  for (const auto& [wire, value] : example.items()) {
    const pz_param* param = pz_endpoint_find_param(endpoint, wire.data(), wire.size());
    const std::string name = param ? pz_param_name(param) : wire;
    const std::string text = value.is_string() ? value.get<std::string>()
                                               : value.dump(-1, ' ', false, Json::error_handler_t::replace);
    const bool picture = name == "images" || name == "image" || name == "mask";
    const std::string option = picture ? (name == "mask" ? " --mask " : " --image ") : "";
    if (picture && value.is_array()) {
      for (const auto& one : value)
        out += option + ShellWord(one.is_string() ? one.get<std::string>() : one.dump());
    } else if (picture) {
      out += option + ShellWord(text);
    } else if (name == "prompt") {
      out += " --prompt " + ShellWord(text);
    } else {
      out.append(" ").append(ShellWord(name + "=" + text));
    }
  }
  return out;
}

}  // namespace pixazo::cli

// Requests from anybody: the first line names an endpoint, the rest is a JSON object of arguments; a name
// that begins with '=' is sent as it is, one with '+' is a picture's bytes. What is accepted is JSON with the
// endpoint's own members and is accepted again unchanged.
#include <nlohmann/json.hpp>

#include "catalogue/catalogue.h"
#include "fuzz.h"

using namespace pixazo;
using catalogue::Argument;
using catalogue::ImageSource;

namespace {

std::vector<Argument> Arguments(const wire::Json& json) {
  std::vector<Argument> out;
  for (const auto& [name, value] : json.as_object()) {
    Argument argument{name, value, {}, false};
    if (name.starts_with('=')) {
      argument = {name.substr(1), value, {}, true};
    } else if (name.starts_with('+')) {
      const auto bytes = std::make_shared<const std::string>(value.as_string());
      argument = {name.substr(1), wire::Json(), {{ImageSource::Kind::kBytes, "", bytes}}, false};
    }
    out.push_back(std::move(argument));
  }
  return out;
}

std::string Body(const catalogue::Endpoint& endpoint, const catalogue::Prepared& prepared) {
  std::vector<catalogue::Picture> pictures;
  for (const auto& slot : prepared.slots) {
    pictures.push_back(slot.needs_url ? catalogue::Picture{true, "https://example.com/a.png"}
                                      : catalogue::Picture{false, *slot.source.bytes});
  }
  const auto body = catalogue::BuildBody(endpoint, prepared, pictures);
  Require(body.ok(), "what was checked can be built");
  return *body;
}

void CheckBody(const catalogue::Endpoint& endpoint, const std::vector<Argument>& arguments,
               const std::string& body) {
  const auto parsed = nlohmann::json::parse(body, nullptr, false);
  Require(parsed.is_object(), "a body is a JSON object");
  bool as_is = false;
  for (const Argument& argument : arguments) as_is = as_is || argument.as_is;
  for (const auto& [name, value] : parsed.items())
    Require(as_is || endpoint.Find(name), "a body has the endpoint's members only");
  if (as_is) return;
  const auto read = wire::ParseJson(body, {.max_bytes = SIZE_MAX});
  const auto again = catalogue::Check(endpoint, Arguments(*read));
  Require(again.ok(), "what is sent would be accepted again");
  Require(nlohmann::json::parse(Body(endpoint, *again)) == parsed, "and sent the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto rows = catalogue::Catalogue::BuiltIn();
  const std::string_view text = Text(data, size);
  const size_t line = text.find('\n');
  if (line == std::string_view::npos) return 0;
  const catalogue::Endpoint* endpoint = rows->Find(text.substr(0, line));
  const auto json = wire::ParseJson(text.substr(line + 1));
  if (!endpoint || !json.ok()) return 0;
  const std::vector<Argument> arguments = Arguments(*json);
  const auto prepared = catalogue::Check(*endpoint, arguments);
  if (prepared.ok()) {
    CheckBody(*endpoint, arguments, Body(*endpoint, *prepared));
  } else {
    Require(prepared.error().code == wire::Code::kInvalidArg && !prepared.error().message.empty(),
            "a refusal says why");
  }
  return 0;
}

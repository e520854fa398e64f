// One JSON object of a catalogue being read strictly: every member is asked for by name, what nobody asked
// for is an error, and the first error stays. Places read like "endpoints[3].params[1].type".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/message.h"

namespace pixazo::catalogue {

enum class Need { kOptional, kRequired };

class Reader {
 public:
  // error must outlive the reader; once it is set, nothing is read any more.
  Reader(const wire::Json& json, std::string place, wire::Error* error);

  bool ok() const { return error_->ok(); }
  std::string PlaceOf(std::string_view member) const;
  void Fail(std::string_view member, std::string_view what);  // "" : the object itself

  const wire::Json* Take(std::string_view member, Need need = Need::kOptional);
  void Text(std::string_view member, std::string& out,
            Need need = Need::kOptional);  // no control characters, not empty
  void Texts(std::string_view member, std::vector<std::string>& out, Need need = Need::kOptional);
  void Flag(std::string_view member, bool& out);
  void Count(std::string_view member, uint32_t& out);  // 0 to 1000000
  void Number(std::string_view member, std::optional<double>& out);
  void Values(std::string_view member, std::vector<wire::Json>& out);
  const wire::Json::Array& List(std::string_view member, size_t most, Need need = Need::kOptional);
  void Finish();  // members nobody took

 private:
  const wire::Json& json_;
  std::string place_;
  wire::Error* error_;
  std::vector<std::string_view> taken_;
};

}  // namespace pixazo::catalogue

// Reading and writing JSON: what is accepted means what nlohmann-json reads, reads back the same, and scans
// as valid.
#include <nlohmann/json.hpp>

#include "fuzz.h"
#include "wire/json.h"

using namespace pixazo::wire;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = Text(data, size);
  const Result<Json> read = ParseJson(text);
  JsonHandler all;
  Require(ScanJson(text, all) == read.ok(), "ScanJson and ParseJson accept the same");
  if (text.find('\0') != std::string_view::npos) {  // nlohmann-json takes it for the end
    Require(!read.ok(), "a NUL is in no JSON text");
    return 0;
  }
  const auto other = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
  if (!read.ok()) {
    // RapidJSON refuses exponents over 308 even of zero, and nesting is limited.
    const bool limit = read.error().message.find("too big") != std::string::npos || size > 64;
    Require(other.is_discarded() || limit, "a short text that nlohmann-json reads is read");
    return 0;
  }
  Require(!other.is_discarded(), "what is read is JSON for nlohmann-json too");
  for (const std::string& written : {WriteJson(*read), WritePrettyJson(*read)}) {
    const Result<Json> again = ParseJson(written, {.max_bytes = SIZE_MAX});
    Require(again.ok() && *again == *read, "what is written reads back the same");
    Require(nlohmann::json::parse(written, nullptr, false) == other, "it means what nlohmann-json read");
  }
  return 0;
}

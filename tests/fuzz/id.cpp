// Request ids: what is accepted is a path segment as it stands, and is found again in a reply that carries
// it, whole or cut.
#include <string>

#include "fuzz.h"
#include "wire/json.h"
#include "wire/reply.h"
#include "wire/text.h"
#include "wire/url.h"

using namespace pixazo::wire;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view id = Text(data, size);
  Require(id.starts_with(ModelOfRequestId(id)), "the model is the beginning of the id");
  std::string body = "{\"request_id\":";
  AppendJsonString(body, id);
  const auto salvaged = SalvageRequestId(body);
  const Reply reply = ParseReply(body + "}");
  if (!ValidRequestId(id)) {
    Require(reply.request_id.empty() && !salvaged, "an id that is not valid is never taken");
    return 0;
  }
  Require(PercentEncodeSegment(id) == id, "a valid id needs no escape in a path");
  Require(reply.request_id == id && salvaged == id, "a valid id is found");
  Require(!SalvageRequestId(std::string_view(body).substr(0, body.size() - 1)),
          "an id without its end is not");
  const Url base = *ParseUrl("https://gateway.example/v2/requests/status/x");
  const Result<Url> url = ResolveReference(base, id);
  Require(url.ok() && url->path == "/v2/requests/status/" + std::string(id) && SameOrigin(*url, base),
          "it stays where it is put");
  return 0;
}

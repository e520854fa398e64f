// Bodies of the gateway: whatever they are, what is taken from them is bounded, valid text and acceptable
// ids.
#include "wire/reply.h"
#include "fuzz.h"
#include "wire/text.h"

using namespace pixazo::wire;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view body = Text(data, size);
  const Reply reply = ParseReply(body);
  Require(reply.request_id.empty() || ValidRequestId(reply.request_id), "an id that is taken is valid");
  Require(reply.urls.size() <= 64, "at most 64 URLs");
  for (const std::string& url : reply.urls)
    Require(!url.empty() && url.size() <= 8192, "URLs are bounded and not empty");
  for (const std::string* text : {&reply.raw_request_id, &reply.status_word, &reply.error, &reply.message})
    Require(IsValidUtf8(*text) && text->size() <= 8192, "texts are bounded and valid");
  const auto salvaged = SalvageRequestId(body);
  Require(!salvaged || ValidRequestId(*salvaged), "a salvaged id is valid");
  for (int status : {200, 400, 402, 404, 429, 500}) {
    const Error error = ErrorFromHttp(status, body);
    Require(error.message.size() <= 1024 && IsValidUtf8(error.message),
            "a message is one line of at most 1 KiB");
    Require(error.message.find('\n') == std::string::npos && !error.message.empty(),
            "a message says something, on one line");
  }
  return 0;
}

// What comes in from the internet under a webhook's URL: the first line is the path, the rest the body. A nonce
// that was given out is known; nothing else is, and only valid ids are handed on.
#include "client/webhooks.h"
#include "fuzz.h"
#include "wire/reply.h"

using namespace pixazo;
using wire::Code;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = Text(data, size);
  const size_t line = text.find('\n');
  const std::string_view path = text.substr(0, line);
  const std::string_view body = line == text.npos ? std::string_view() : text.substr(line + 1);
  const std::string known = "00112233445566778899aabbccddeeff";
  client::Webhooks webhooks;
  webhooks.Expect(known, {7, 0, nullptr});
  std::string nonce;
  bool tell = false;
  const Code code = webhooks.Deliver(path, body, nonce, tell);
  Require(code == Code::kOk || !tell, "what is refused is not handed on");
  Require(path.find(known) != path.npos || code == Code::kNotFound || code == Code::kInvalidArg,
          "a path without a nonce of ours is a stranger's");
  client::Webhooks::Told told;
  if (tell) {
    Require(nonce == known && webhooks.Take(nonce, told) && told.subject.job == 7, "its job is found");
    Require(told.request_id.empty() || wire::ValidRequestId(told.request_id), "an id that is handed on is valid");
  }
  // The same body for the job after its end.
  webhooks.Ended(known, true);
  if (webhooks.Deliver("/" + known, body, nonce, tell) == Code::kOk && tell && webhooks.Take(nonce, told))
    Require(wire::ValidRequestId(told.request_id), "only a valid id is followed");
  return 0;
}

// What the gateway's bodies mean. One reader for submit replies, status replies, webhooks and errors: they
// are read by their shape, not by the endpoint that was called (gateway.md 2.33).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/result.h"

namespace pixazo::wire {

enum class Status { kNone, kQueued, kProcessing, kCompleted, kFailed, kError, kUnknown };

struct Reply {
  bool valid_json =
      false;  // a JSON object within the limits; the other fields are filled as far as the bytes were valid
  bool raw_image =
      false;  // the body itself is a PNG, JPEG or WebP (a "stream" endpoint that streams, gateway.md 2.15)
  std::string request_id;      // only if ValidRequestId accepts it
  std::string raw_request_id;  // what was there, bounded and cleaned, when it was not acceptable
  Status status = Status::kNone;
  std::string status_word;  // as sent, bounded
  std::string model_id;
  std::string error;        // `error`: a code in HTTP errors, a description in status bodies
  std::string message;      // `message`
  bool has_output = false;  // an output member (or imageUrl, url) was there, even if empty or null
  std::vector<std::string>
      urls;               // non-empty strings only, at most 64, in order; `output` string, `imageUrl`, `url`,
                          // output.media_url (array or a single string); each at most 8 KiB
  uint32_t bad_urls = 0;  // entries that were empty, not strings, or too long
  std::string media_type;  // as claimed
  std::optional<int64_t> created_ms, updated_ms, completed_ms;
  std::string wrong_type_field;  // first known field that had another type than documented ("" if none);
                                 // never fatal by itself
};

// Never fails, never throws on bad input: what cannot be read is absent. Known keys only count at the top
// level and inside `output`. content_type is a hint for raw images only.
Reply ParseReply(std::string_view body, std::string_view content_type = {});

// Status words, case-insensitive: QUEUED PROCESSING COMPLETED FAILED ERROR, and `succeeded` (sd3.5) =
// completed. Others kUnknown.
Status ParseStatusWord(std::string_view word);

// Ids travel in URLs and in the journal: 1..200 bytes of [A-Za-z0-9._-], not "." or "..". (gateway.md 2.1,
// faults.md P6)
bool ValidRequestId(std::string_view id);
// The part before the last underscore: "gpt-image-2" of gpt-image-2_019d...; "" if there is none.
std::string_view ModelOfRequestId(std::string_view id);
// A complete "request_id":"..." found in the bytes of a cut reply, if it is valid (faults.md S16). A hint:
// only a GET that answers with the same id makes it true.
std::optional<std::string> SalvageRequestId(std::string_view bytes);

// Turns an HTTP error reply into an Error (code by status and body, message one line, remote_code, Required:
// $X as microdollars). Accepts {error,message}, {statusCode,message}, {error:{code,message}}, text, HTML
// (tags dropped), nothing.
Error ErrorFromHttp(int http_status, std::string_view body);

}  // namespace pixazo::wire

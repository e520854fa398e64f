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
  // A JSON object within the limits; the other fields are filled as far as the bytes were valid.
  bool valid_json = false;
  // The body itself is a PNG, JPEG or WebP (a "stream" endpoint that streams, gateway.md 2.15).
  bool raw_image = false;
  std::string request_id;  // only if ValidRequestId accepts it
  // What was there, bounded and cleaned, when it was not acceptable; a null id is an absent one.
  std::string raw_request_id;
  Status status = Status::kNone;
  std::string status_word;  // as sent, bounded; "" if it was not a string (status is kUnknown then)
  std::string model_id;
  std::string error;        // `error`: a code in HTTP errors, a description in status bodies; or error.code
  std::string message;      // `message`, or error.message
  bool has_output = false;  // an output member (or imageUrl, url) was there, even if empty or null
  // `output` string or output.media_url, then `imageUrl`, then `url`; each a string or an array of strings.
  // Not empty, no control characters, at most 8 KiB; at most 64; one that two members name is there once.
  std::vector<std::string> urls;
  uint32_t bad_urls = 0;   // entries that were anything else
  std::string media_type;  // as claimed
  std::optional<int64_t> created_ms, updated_ms, completed_ms;
  // First known field that had another type than documented ("" if none); never fatal by itself.
  std::string wrong_type_field;
};

// Never fails, never throws on bad input: what cannot be read is absent. Known keys only count at the top
// level, inside `output` and inside an `error` that is an object; of a duplicated key the last counts.
// content_type is not believed: a raw image shows in its bytes.
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

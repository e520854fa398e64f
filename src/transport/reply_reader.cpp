#include "transport/reply_reader.h"

#include <charconv>

#include "transport/ascii.h"

namespace pixazo::transport {
namespace {

constexpr size_t kMaxValue = 512;  // of a header worth keeping
constexpr size_t kMaxLocation = 8192;
constexpr size_t kMaxRetryAfter = 16;  // values

std::string Kept(std::string_view value, size_t max = kMaxValue) { return std::string(value.substr(0, max)); }

}  // namespace

bool ReplyReader::OnHeader(std::string_view line) {
  header_bytes_ += line.size();
  if (too_large()) return false;
  if (headers_done_) return true;  // trailers say nothing we need
  if (StartsWithNoCase(line, "HTTP/")) {
    StatusLine(line);
    return true;
  }
  const std::string_view text = Trim(line);
  if (text.empty()) {
    headers_done_ = facts_.http_status != 0;
    return true;
  }
  const size_t colon = line.find(':');
  if (facts_.http_status == 0 || colon == std::string_view::npos || colon == 0) return true;
  Field(line.substr(0, colon), Trim(line.substr(colon + 1)));
  return true;
}

// "HTTP/1.1 202 Accepted". An interim status leaves http_status 0: it answers nothing.
void ReplyReader::StatusLine(std::string_view line) {
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return;
  const std::string_view code = line.substr(space + 1, 3);
  int status = 0;
  const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), status);
  if (error != std::errc() || end != code.data() + 3 || status < 200) return;
  facts_.http_status = status;
}

void ReplyReader::Field(std::string_view name, std::string_view value) {
  if (EqualsNoCase(name, "Content-Length")) {
    ContentLength(value);
  } else if (EqualsNoCase(name, "Transfer-Encoding")) {
    if (EqualsNoCase(value, "chunked"))
      chunked_ = true;
    else if (!EqualsNoCase(value, "identity"))
      coded_transfer_ = true;
  } else if (EqualsNoCase(name, "Content-Encoding")) {
    content_encoding_ = Kept(value);
  } else if (EqualsNoCase(name, "Content-Type")) {
    facts_.content_type = Kept(value);
  } else if (EqualsNoCase(name, "Date")) {
    facts_.date = Kept(value);
  } else if (EqualsNoCase(name, "Retry-After")) {
    if (facts_.retry_after.size() < kMaxRetryAfter) facts_.retry_after.push_back(Kept(value));
  } else if (EqualsNoCase(name, "Location")) {
    facts_.location = value.size() <= kMaxLocation ? std::string(value) : std::string();
  } else if (EqualsNoCase(name, "ETag")) {
    etag_ = value.size() <= kMaxValue ? std::string(value) : std::string();
  } else if (EqualsNoCase(name, "Last-Modified")) {
    last_modified_ = Kept(value);
  } else if (EqualsNoCase(name, "Content-Range")) {
    content_range_ = Kept(value);
  }
}

void ReplyReader::ContentLength(std::string_view value) {
  uint64_t length = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
  const bool valid = error == std::errc() && end == value.data() + value.size();
  if (!valid || (has_length_ && length != content_length_)) bad_length_ = true;
  content_length_ = length;
  has_length_ = true;
}

std::optional<uint64_t> ReplyReader::content_length() const {
  if (!has_length_ || bad_length_ || chunked_) return std::nullopt;
  return content_length_;
}

bool ReplyReader::encoded() const {
  return coded_transfer_ || (!content_encoding_.empty() && !EqualsNoCase(content_encoding_, "identity"));
}

bool ReplyReader::BodyComplete(bool ended_well) const {
  if (!headers_done_ || coded_transfer_) return false;
  if (NoBodyStatus()) return ended_well;
  if (chunked_) return ended_well;
  return content_length() && body_bytes_ == *content_length();
}

}  // namespace pixazo::transport

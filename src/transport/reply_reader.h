// Reads the header block of a reply into facts and keeps count of what the framing promised. Header lines
// come from libcurl one by one; interim (1xx) replies are skipped, but count against the cap.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/exchange.h"

namespace pixazo::transport {

class ReplyReader {
 public:
  ReplyReader(wire::Exchange& facts, uint64_t max_header_bytes) : facts_(facts), cap_(max_header_bytes) {}

  bool OnHeader(std::string_view line);  // false: the block is larger than the cap
  void OnBody(size_t len) { body_bytes_ += len; }

  bool headers_done() const { return headers_done_; }  // the empty line of the final reply was seen
  bool too_large() const { return header_bytes_ > cap_; }
  uint64_t header_bytes() const { return header_bytes_; }
  uint64_t body_bytes() const { return body_bytes_; }
  // Whether the framing itself said that the body ended: Content-Length met, or the last chunk, which
  // libcurl's success implies.
  bool BodyComplete(bool ended_well) const;

  std::optional<uint64_t> content_length() const;  // none: absent, malformed or contradictory
  bool close_delimited() const { return headers_done_ && !chunked_ && !content_length() && !NoBodyStatus(); }
  bool encoded() const;  // a Content-Encoding other than identity, or a Transfer-Encoding other than chunked
  const std::string& content_encoding() const { return content_encoding_; }
  const std::string& etag() const { return etag_; }
  const std::string& last_modified() const { return last_modified_; }
  const std::string& content_range() const { return content_range_; }

 private:
  void StatusLine(std::string_view line);
  void Field(std::string_view name, std::string_view value);
  void ContentLength(std::string_view value);
  bool NoBodyStatus() const { return facts_.http_status == 204 || facts_.http_status == 304; }

  wire::Exchange& facts_;
  const uint64_t cap_;
  uint64_t header_bytes_ = 0;
  uint64_t body_bytes_ = 0;
  uint64_t content_length_ = 0;
  bool has_length_ = false;
  bool bad_length_ = false;
  bool chunked_ = false;
  bool coded_transfer_ = false;
  bool headers_done_ = false;
  std::string content_encoding_, etag_, last_modified_, content_range_;
};

}  // namespace pixazo::transport

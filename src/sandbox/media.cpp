#include "sandbox/media.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace pixazo::sandbox {
namespace {

struct Range {
  size_t first, length;
};

std::optional<size_t> ReadNumber(std::string_view text) {
  size_t n = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return n;
}

enum class Asked { kWhole, kPart, kNothing };  // kNothing: a range the file does not have

// What is malformed, or asks for several parts, is answered with the whole file, as RFC 9110 14.2 allows.
Asked ReadRange(std::string_view header, size_t size, Range& range) {
  constexpr std::string_view kUnit = "bytes=";
  if (header.substr(0, kUnit.size()) != kUnit || header.find(',') != std::string_view::npos)
    return Asked::kWhole;
  header.remove_prefix(kUnit.size());
  size_t dash = header.find('-');
  if (dash == std::string_view::npos) return Asked::kWhole;
  auto first = ReadNumber(header.substr(0, dash)), last = ReadNumber(header.substr(dash + 1));
  bool open_start = dash == 0, open_end = dash + 1 == header.size();
  if ((!first && !open_start) || (!last && !open_end) || (open_start && open_end)) return Asked::kWhole;
  if (open_start) {  // the last so many bytes
    if (*last == 0) return Asked::kNothing;
    range.length = std::min(*last, size);
    range.first = size - range.length;
    return Asked::kPart;
  }
  if (last && *last < *first) return Asked::kWhole;
  if (*first >= size) return Asked::kNothing;
  range.first = *first;
  range.length = std::min(last.value_or(size - 1), size - 1) - *first + 1;
  return Asked::kPart;
}

Asked WhatIsAsked(const HttpRequest& request, const PictureFile& file, Range& range) {
  const std::string *header = request.Header("Range"), *condition = request.Header("If-Range");
  if (!header || request.method != "GET" || (condition && *condition != file.etag)) return Asked::kWhole;
  return ReadRange(*header, file.bytes->size(), range);
}

}  // namespace

Reply MediaReply(const HttpRequest& request, const PictureFile& file, wire::ImageFormat format) {
  Reply reply;
  reply.content_type = wire::MediaType(format);
  reply.body = file.bytes;
  reply.length = file.bytes->size();
  reply.head_only = request.method == "HEAD";
  reply.headers = {
      {"ETag", file.etag}, {"Accept-Ranges", "bytes"}, {"Cache-Control", "public, max-age=3600"}};
  const std::string* known = request.Header("If-None-Match");
  if (known && (*known == "*" || known->find(file.etag) != std::string::npos)) {
    reply.status = 304;
    reply.length = 0;
    reply.body = nullptr;
    return reply;
  }
  Range range{};
  std::string total = std::to_string(file.bytes->size());
  switch (WhatIsAsked(request, file, range)) {
    case Asked::kWhole:
      break;
    case Asked::kPart:
      reply.status = 206;
      reply.offset = range.first;
      reply.length = range.length;
      reply.headers.emplace_back("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                      std::to_string(range.first + range.length - 1) + "/" +
                                                      total);
      break;
    case Asked::kNothing:
      reply = ErrorReply(416, "Range Not Satisfiable", "The file has " + total + " bytes");
      reply.headers.emplace_back("Content-Range", "bytes */" + total);
  }
  return reply;
}

}  // namespace pixazo::sandbox

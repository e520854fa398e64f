#include "http1.h"

#include <strings.h>

#include <charconv>

#include "text.h"

namespace pixazo::bench {
namespace {

constexpr size_t kMaxHead = 64 << 10;

const char* Reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 404:
      return "Not Found";
    default:
      return "Bad Request";
  }
}

bool Is(std::string_view name, std::string_view wanted) {
  return name.size() == wanted.size() && strncasecmp(name.data(), wanted.data(), name.size()) == 0;
}

// The next piece of `text`, which loses it and the separator.
std::string_view Cut(std::string_view& text, std::string_view separator) {
  const size_t at = text.find(separator);
  const std::string_view piece = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + separator.size());
  return piece;
}

}  // namespace

bool Http1::Receive(std::string_view bytes) {
  if (!in_.empty() || waiting_) {
    in_ += bytes;
    bytes = in_;
  }
  size_t taken = 0;
  while (!waiting_ && !bad_ && taken < bytes.size()) {
    const size_t length = Take(bytes.substr(taken));
    if (length == 0) break;
    taken += length;
  }
  if (in_.empty())
    in_ = bytes.substr(taken);
  else
    in_.erase(0, taken);
  return !bad_;
}

size_t Http1::Take(std::string_view bytes) {
  const size_t head_size = bytes.find("\r\n\r\n");
  if (head_size == std::string_view::npos) {
    bad_ = bytes.size() > kMaxHead;
    return 0;
  }
  std::string_view head = bytes.substr(0, head_size);
  std::string_view line = Cut(head, "\r\n");
  Request request;
  request.tls = tls_;
  request.method = Cut(line, " ");
  request.target = Cut(line, " ");
  size_t body_size = 0;
  while (!head.empty()) {
    std::string_view value = Cut(head, "\r\n");
    const std::string_view name = Cut(value, ":");
    while (value.starts_with(' ')) value.remove_prefix(1);
    if (Is(name, "host")) request.host = value;
    if (Is(name, "content-length")) std::from_chars(value.data(), value.data() + value.size(), body_size);
    if (Is(name, "transfer-encoding") || request.target.empty()) bad_ = true;
    if (Is(name, "connection") && Is(value, "close")) closing_ = true;
  }
  const size_t length = head_size + 4 + body_size;
  if (bad_ || bytes.size() < length) return 0;
  waiting_ = true;
  on_request_(0, request);
  return length;
}

void Http1::Send(uint32_t, Reply reply) {
  reply_ = std::move(reply);
  replied_ = true;
}

void Http1::Fill(Outgoing& out) {
  while (replied_) {
    replied_ = waiting_ = false;
    out.Append(Text("HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n", reply_.status,
                    Reason(reply_.status), reply_.type, reply_.content().size()));
    if (reply_.constant.empty())
      out.Append(reply_.body);
    else
      out.AppendConstant(reply_.constant);
    if (!in_.empty()) Receive({});
  }
}

}  // namespace pixazo::bench

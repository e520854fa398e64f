#include "protocol.h"

#include <utility>

#include "http1.h"
#include "http2.h"

namespace pixazo::bench {

void Outgoing::Append(std::string_view bytes) {
  own_ += std::exchange(constant_, {});
  own_ += bytes;
}

void Outgoing::AppendConstant(std::string_view bytes) {
  own_ += std::exchange(constant_, {});
  constant_ = bytes;
}

std::string_view Outgoing::next() const {
  return gone_ < own_.size() ? std::string_view(own_).substr(gone_) : constant_;
}

bool Outgoing::more_follows() const { return gone_ < own_.size() && !constant_.empty(); }

void Outgoing::Drop(size_t len) {
  if (gone_ == own_.size()) {
    constant_.remove_prefix(len);
    return;
  }
  gone_ += len;
  if (gone_ < own_.size()) return;
  own_.clear();
  gone_ = 0;
}

std::unique_ptr<Protocol> Protocol::Choose(std::string_view first_bytes, bool tls, OnRequest on_request) {
  if (first_bytes.starts_with("PRI * HTTP/2")) return std::make_unique<Http2>(tls, std::move(on_request));
  return std::make_unique<Http1>(tls, std::move(on_request));
}

}  // namespace pixazo::bench

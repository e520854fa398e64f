// HTTP/1.1 with kept connections. Bodies have a Content-Length; a request is read after the one before it was
// replied to.
#pragma once

#include "protocol.h"

namespace pixazo::bench {

class Http1 final : public Protocol {
 public:
  Http1(bool tls, OnRequest on_request) : tls_(tls), on_request_(std::move(on_request)) {}
  bool Receive(std::string_view bytes) override;
  void Send(uint32_t stream, Reply reply) override;
  void Fill(Outgoing& out) override;
  bool closing() const override { return closing_; }

 private:
  size_t Take(std::string_view bytes);  // the length of the request at the front; 0: it is not whole yet

  const bool tls_;
  const OnRequest on_request_;
  std::string in_;  // of a request that is not whole, or not yet to be read
  std::string head_;
  Reply reply_;
  bool waiting_ = false, replied_ = false, closing_ = false, bad_ = false;
};

}  // namespace pixazo::bench

// What a connection speaks: bytes in, whole requests out; replies in, bytes out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "exchange.h"

namespace pixazo::bench {

// Bytes to be written: some of our own, then some that somebody else keeps.
class Outgoing {
 public:
  void Append(std::string_view bytes);
  void AppendConstant(std::string_view bytes);
  std::string_view next() const;  // to be written now; "" if there is nothing
  bool more_follows() const;      // something stands behind next()
  bool empty() const { return next().empty(); }
  size_t own_size() const { return own_.size() - gone_; }
  void Drop(size_t len);  // of next()

 private:
  std::string own_;
  size_t gone_ = 0;  // of own_
  std::string_view constant_;
};

class Protocol {
 public:
  // `stream` names the request when it is replied to.
  using OnRequest = std::function<void(uint32_t stream, const Request& request)>;

  virtual ~Protocol() = default;
  virtual bool Receive(std::string_view bytes) = 0;  // false: not this protocol, or its end
  virtual void Send(uint32_t stream, Reply reply) = 0;
  virtual void Fill(Outgoing& out) = 0;  // what there is to be written, or a good part of it
  virtual bool closing() const = 0;      // once all is written the connection is over

  // By the first bytes that a client sends.
  static std::unique_ptr<Protocol> Choose(std::string_view first_bytes, bool tls, OnRequest on_request);
};

}  // namespace pixazo::bench

// HTTP/2, by libnghttp2.
#pragma once

#include <nghttp2/nghttp2.h>

#include <memory>
#include <unordered_map>

#include "protocol.h"

namespace pixazo::bench {

class Http2 final : public Protocol {
 public:
  Http2(bool tls, OnRequest on_request);
  ~Http2() override { nghttp2_session_del(session_); }
  Http2(const Http2&) = delete;
  Http2& operator=(const Http2&) = delete;

  bool Receive(std::string_view bytes) override;
  void Send(uint32_t stream, Reply reply) override;
  void Fill(Outgoing& out) override;
  bool closing() const override { return nghttp2_session_want_read(session_) == 0; }

 private:
  struct Stream {
    std::string method, target, host;
    Reply reply;
    size_t sent = 0;
  };
  static nghttp2_session_callbacks* Callbacks();
  static int OnHeader(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name, size_t name_len,
                      const uint8_t* value, size_t value_len, uint8_t flags, void* self);
  static int OnFrame(nghttp2_session*, const nghttp2_frame* frame, void* self);
  static int OnStreamClose(nghttp2_session*, int32_t stream, uint32_t code, void* self);
  static ssize_t OnBodyWanted(nghttp2_session*, int32_t stream, uint8_t* to, size_t size, uint32_t* flags,
                              nghttp2_data_source* source, void* self);

  const bool tls_;
  const OnRequest on_request_;
  nghttp2_session* session_ = nullptr;
  std::unordered_map<uint32_t, Stream> streams_;
};

}  // namespace pixazo::bench

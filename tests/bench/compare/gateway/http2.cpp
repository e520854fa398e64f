#include "http2.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace pixazo::bench {
namespace {

constexpr size_t kEnough = 256 << 10;  // bytes made ahead of the socket
constexpr uint32_t kMaxStreams = 1000;

nghttp2_nv Field(std::string_view name, std::string_view value) {
  return {reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
          reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(),
          NGHTTP2_NV_FLAG_NONE};
}

class Digits {
 public:
  explicit Digits(size_t number) : end_(std::to_chars(text_, text_ + sizeof text_, number).ptr) {}
  std::string_view view() const { return {text_, static_cast<size_t>(end_ - text_)}; }

 private:
  char text_[20];
  const char* end_;
};

}  // namespace

nghttp2_session_callbacks* Http2::Callbacks() {
  static nghttp2_session_callbacks* const callbacks = [] {
    nghttp2_session_callbacks* made = nullptr;
    nghttp2_session_callbacks_new(&made);
    nghttp2_session_callbacks_set_on_header_callback(made, &Http2::OnHeader);
    nghttp2_session_callbacks_set_on_frame_recv_callback(made, &Http2::OnFrame);
    nghttp2_session_callbacks_set_on_stream_close_callback(made, &Http2::OnStreamClose);
    return made;
  }();
  return callbacks;
}

Http2::Http2(bool tls, OnRequest on_request) : tls_(tls), on_request_(std::move(on_request)) {
  nghttp2_session_server_new(&session_, Callbacks(), this);
  const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kMaxStreams}};
  nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, 1);
}

bool Http2::Receive(std::string_view bytes) {
  return nghttp2_session_mem_recv(session_, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()) >=
         0;
}

void Http2::Send(uint32_t id, Reply reply) {
  const auto found = streams_.find(id);
  if (found == streams_.end()) return;  // reset meanwhile
  Stream& stream = found->second;
  stream.reply = std::move(reply);
  const Digits status(static_cast<size_t>(stream.reply.status)), length(stream.reply.content().size());
  const nghttp2_nv fields[] = {Field(":status", status.view()), Field("content-type", stream.reply.type),
                               Field("content-length", length.view())};
  nghttp2_data_provider body{};
  body.read_callback = &Http2::OnBodyWanted;
  body.source.ptr = &stream;
  nghttp2_submit_response(session_, static_cast<int32_t>(id), fields, std::size(fields), &body);
}

void Http2::Fill(Outgoing& out) {
  while (out.own_size() < kEnough) {
    const uint8_t* bytes = nullptr;
    const ssize_t length = nghttp2_session_mem_send(session_, &bytes);
    if (length <= 0) return;
    out.Append({reinterpret_cast<const char*>(bytes), static_cast<size_t>(length)});
  }
}

int Http2::OnHeader(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name_bytes, size_t name_len,
                    const uint8_t* value_bytes, size_t value_len, uint8_t, void* self) {
  const std::string_view name(reinterpret_cast<const char*>(name_bytes), name_len);
  const std::string_view value(reinterpret_cast<const char*>(value_bytes), value_len);
  Stream& stream = static_cast<Http2*>(self)->streams_[static_cast<uint32_t>(frame->hd.stream_id)];
  if (name == ":method") stream.method = value;
  if (name == ":path") stream.target = value;
  if (name == ":authority") stream.host = value;
  return 0;
}

int Http2::OnFrame(nghttp2_session*, const nghttp2_frame* frame, void* self_pointer) {
  auto* self = static_cast<Http2*>(self_pointer);
  const bool carries_request = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
  if (!carries_request || !(frame->hd.flags & NGHTTP2_FLAG_END_STREAM)) return 0;
  const auto id = static_cast<uint32_t>(frame->hd.stream_id);
  const Stream& stream = self->streams_[id];
  self->on_request_(id, {stream.method, stream.target, stream.host, self->tls_});
  return 0;
}

int Http2::OnStreamClose(nghttp2_session*, int32_t id, uint32_t, void* self) {
  static_cast<Http2*>(self)->streams_.erase(static_cast<uint32_t>(id));
  return 0;
}

ssize_t Http2::OnBodyWanted(nghttp2_session*, int32_t, uint8_t* to, size_t size, uint32_t* flags,
                            nghttp2_data_source* source, void*) {
  auto* stream = static_cast<Stream*>(source->ptr);
  const std::string_view left = stream->reply.content().substr(stream->sent);
  const size_t length = std::min(size, left.size());
  std::memcpy(to, left.data(), length);
  stream->sent += length;
  if (length == left.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
  return static_cast<ssize_t>(length);
}

}  // namespace pixazo::bench

#include "sandbox/session.h"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <optional>

#include "sandbox/agenda.h"
#include "wire/time.h"

namespace pixazo::sandbox {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr auto kIdle = std::chrono::seconds(75);
constexpr uint32_t kMaxHeaderBytes = 64 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr size_t kEndlessChunk = 64 * 1024;

std::string HeadText(const Reply& reply, bool keep_alive) {
  auto reason = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(reply.status)));
  std::string head =
      "HTTP/1.1 " + std::to_string(reply.status) + " " + std::string(reason.data(), reason.size());
  head += "\r\nServer: pz-sandbox (emulator)\r\nDate: " + wire::FormatHttpDate(UnixMs());
  for (const auto& [name, value] : reply.headers) head.append("\r\n").append(name).append(": ").append(value);
  if (reply.status != 304) {
    head += "\r\nContent-Type: " + reply.content_type;
    head += reply.delivery.endless ? "\r\nTransfer-Encoding: chunked"
                                   : "\r\nContent-Length: " + std::to_string(reply.length);
  }
  return head + (keep_alive ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n");
}

HttpRequest Plain(http::request<http::string_body>& message) {
  HttpRequest request;
  auto view = [](beast::string_view s) { return std::string(s.data(), s.size()); };
  request.method = view(message.method_string());
  std::string target = view(message.target());
  size_t question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string::npos) request.query = target.substr(question + 1);
  for (const auto& field : message)
    request.headers.emplace_back(view(field.name_string()), view(field.value()));
  request.body = std::move(message.body());
  return request;
}

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(asio::ip::tcp::socket socket, const Handler& handler, size_t max_request_bytes)
      : stream_(std::move(socket)),
        delay_(stream_.get_executor()),
        handler_(handler),
        max_request_bytes_(max_request_bytes) {}

  void Read() {
    parser_.emplace();
    parser_->header_limit(kMaxHeaderBytes);
    parser_->body_limit(max_request_bytes_);
    stream_.expires_after(kIdle);
    http::async_read_header(stream_, buffer_, *parser_,
                            [self = shared_from_this()](error_code error, size_t) {
                              if (error) return self->Refuse(error);
                              self->ReadBody();
                            });
  }

 private:
  void ReadBody() {
    if (beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
      asio::async_write(stream_, asio::buffer(kContinue),
                        [self = shared_from_this()](error_code error, size_t) {
                          if (!error) self->ReadRest();
                        });
    } else {
      ReadRest();
    }
  }

  void ReadRest() {
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code error, size_t) {
      if (error) return self->Refuse(error);
      self->Hand();
    });
  }

  void Hand() {
    stream_.expires_never();
    keep_alive_ = parser_->get().keep_alive();
    HttpRequest request = Plain(parser_->get());
    handler_(request, [self = shared_from_this()](Reply reply) { self->Deliver(std::move(reply)); });
  }

  // What cannot be read as a request is answered once, and the connection closed.
  void Refuse(error_code error) {
    keep_alive_ = false;
    if (error == http::error::body_limit)
      return Deliver(ErrorReply(413, "Payload Too Large", "The request is too large for this sandbox"));
    if (error == http::error::header_limit)
      return Deliver(ErrorReply(431, "Request Header Fields Too Large", "The headers are too large"));
    if (error != http::error::end_of_stream &&
        error.category() == make_error_code(http::error::bad_version).category())
      return Deliver(ErrorReply(400, "Bad Request", "This is no HTTP request"));
    Close();
  }

  void Deliver(Reply reply) {
    reply_ = std::move(reply);
    if (reply_.delivery.delay_ms <= 0) return Write();
    delay_.expires_after(std::chrono::milliseconds(reply_.delivery.delay_ms));
    delay_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->Write();
    });
  }

  void Write() {
    head_ = HeadText(reply_, keep_alive_);
    const Delivery& delivery = reply_.delivery;
    size_t body = reply_.body && !reply_.head_only && !delivery.endless ? reply_.length : 0;
    if (delivery.cut_body_at >= 0) body = std::min(body, static_cast<size_t>(delivery.cut_body_at));
    size_t whole = head_.size() + body;
    end_ = delivery.cut_at >= 0 ? std::min(whole, static_cast<size_t>(delivery.cut_at)) : whole;
    sent_ = 0;
    WritePart();
  }

  // The next part of the reply: all of it, or what its pace allows for a tenth of a second.
  void WritePart() {
    size_t part = end_ - sent_;
    int64_t pace = reply_.delivery.bytes_per_second;
    if (pace > 0) part = std::min(part, static_cast<size_t>(std::max<int64_t>(1, pace / 10)));
    size_t from_head = sent_ < head_.size() ? std::min(part, head_.size() - sent_) : 0;
    size_t body_at = sent_ + from_head - head_.size();  // meant only if something of the body is sent
    const char* body = part > from_head ? reply_.body->data() + reply_.offset + body_at : nullptr;
    std::array<asio::const_buffer, 2> parts{asio::buffer(head_.data() + std::min(sent_, head_.size()), from_head),
                                            asio::buffer(body, part - from_head)};
    stream_.expires_after(kIdle);
    asio::async_write(stream_, parts, [self = shared_from_this()](error_code error, size_t n) {
      if (error) return;
      self->sent_ += n;
      if (self->sent_ == self->end_) return self->Written();
      self->Pause(std::chrono::milliseconds(
          self->reply_.delivery.bytes_per_second < 10 ? 1000 / self->reply_.delivery.bytes_per_second : 100));
    });
  }

  void Pause(std::chrono::milliseconds time) {
    delay_.expires_after(time);
    delay_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->WritePart();
    });
  }

  void Written() {
    Delivery& delivery = reply_.delivery;
    if (delivery.reset) return Reset();
    if (delivery.endless) return WriteChunk();
    if (delivery.twice) {
      delivery.twice = false;
      return Write();
    }
    if (delivery.closes() || !keep_alive_) return Close();
    reply_ = {};
    Read();
  }

  void WriteChunk() {
    if (head_.size() != kEndlessChunk + 9) head_ = "10000\r\n" + std::string(kEndlessChunk, '\x5a') + "\r\n";
    stream_.expires_after(kIdle);
    asio::async_write(stream_, asio::buffer(head_), [self = shared_from_this()](error_code error, size_t) {
      if (!error) self->WriteChunk();
    });
  }

  void Reset() {
    error_code ignored;
    stream_.socket().set_option(asio::socket_base::linger(true, 0), ignored);
    stream_.socket().close(ignored);
  }

  void Close() {
    error_code ignored;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  }

  beast::tcp_stream stream_;
  asio::steady_timer delay_;
  const Handler& handler_;
  size_t max_request_bytes_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  bool keep_alive_ = false;
  Reply reply_;
  std::string head_;
  size_t sent_ = 0, end_ = 0;  // bytes of head and body together
};

}  // namespace

void StartSession(asio::ip::tcp::socket socket, const Handler& handler, size_t max_request_bytes) {
  std::make_shared<Session>(std::move(socket), handler, max_request_bytes)->Read();
}

}  // namespace pixazo::sandbox

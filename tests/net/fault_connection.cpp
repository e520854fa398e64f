#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "net/fault_server.h"

namespace pixazo::testing {
namespace {

bool StartsWithNoCase(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && strncasecmp(text.data(), prefix.data(), prefix.size()) == 0;
}

std::string StatusLine(int status) { return "HTTP/1.1 " + std::to_string(status) + " Said\r\n"; }

}  // namespace

std::string Request::Header(std::string_view name) const {
  for (size_t at = head.find("\r\n"); at != std::string::npos; at = head.find("\r\n", at + 2)) {
    const std::string_view line = std::string_view(head).substr(at + 2);
    if (!StartsWithNoCase(line, name) || line.size() <= name.size() || line[name.size()] != ':') continue;
    std::string_view value = line.substr(name.size() + 1, line.find("\r\n") - name.size() - 1);
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    return std::string(value);
  }
  return {};
}

size_t Request::content_length() const {
  return static_cast<size_t>(std::strtoull(Header("Content-Length").c_str(), nullptr, 10));
}

std::string Answer(int status, std::string_view body, std::string_view headers,
                   std::string_view content_type) {
  return StatusLine(status) + "Content-Type: " + std::string(content_type) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(headers) + "\r\n" +
         std::string(body);
}

std::string Chunked(int status, std::string_view body, size_t chunk, std::string_view headers,
                    std::string_view content_type) {
  std::string out = StatusLine(status) + "Content-Type: " + std::string(content_type) +
                    "\r\nTransfer-Encoding: chunked\r\n" + std::string(headers) + "\r\n";
  for (size_t at = 0; at < body.size(); at += chunk) {
    const std::string_view piece = body.substr(at, chunk);
    char size[24];
    std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
    out += size;
    out += piece;
    out += "\r\n";
  }
  return out + "0\r\n\r\n";
}

std::string Unframed(int status, std::string_view body, std::string_view content_type) {
  return StatusLine(status) + "Content-Type: " + std::string(content_type) + "\r\nConnection: close\r\n\r\n" +
         std::string(body);
}

Connection::~Connection() { Fin(); }

bool Connection::Handshake(SSL_CTX* context) {
  ssl_ = SSL_new(context);
  SSL_set_app_data(ssl_, this);
  SSL_set_fd(ssl_, fd_);
  for (;;) {
    ERR_clear_error();
    const int rc = SSL_accept(ssl_);
    if (rc == 1) return true;
    const int why = SSL_get_error(ssl_, rc);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) return false;
    if (!WaitFor(why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT)) return false;
  }
}

bool Connection::WaitReadable() { return fd_ >= 0 && WaitFor(POLLIN); }

bool Connection::StartTls() { return server_.context_ && Handshake(server_.context_); }

bool Connection::WaitFor(short events) {
  pollfd fds[2] = {{fd_, events, 0}, {server_.stop_pipe_[0], POLLIN, 0}};
  while (poll(fds, 2, -1) < 0 && errno == EINTR) {
  }
  return fds[1].revents == 0;
}

// > 0: bytes; 0: the end (or an error, which is an end too).
long Connection::ReadSome(char* buffer, size_t len) {
  for (;;) {
    short wait = POLLIN;
    if (ssl_) {
      ERR_clear_error();
      const int rc = SSL_read(ssl_, buffer, static_cast<int>(len));
      if (rc > 0) return rc;
      const int why = SSL_get_error(ssl_, rc);
      if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) return 0;
      wait = why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    } else {
      const ssize_t rc = recv(fd_, buffer, len, 0);
      if (rc > 0) return rc;
      if (rc == 0 || (errno != EAGAIN && errno != EINTR)) return 0;
    }
    if (!WaitFor(wait)) return 0;
  }
}

long Connection::WriteSome(const char* bytes, size_t len) {
  for (;;) {
    short wait = POLLOUT;
    if (ssl_) {
      ERR_clear_error();
      const int rc = SSL_write(ssl_, bytes, static_cast<int>(std::min<size_t>(len, 1 << 20)));
      if (rc > 0) return rc;
      const int why = SSL_get_error(ssl_, rc);
      if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) return -1;
      wait = why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    } else {
      const ssize_t rc = send(fd_, bytes, len, MSG_NOSIGNAL);
      if (rc > 0) return rc;
      if (rc < 0 && errno != EAGAIN && errno != EINTR) return -1;
    }
    if (!WaitFor(wait)) return -1;
  }
}

bool Connection::Fill() {
  if (fd_ < 0) return false;
  char buffer[65536];
  const long got = ReadSome(buffer, sizeof buffer);
  if (got <= 0) return false;
  in_.append(buffer, static_cast<size_t>(got));
  server_.Record({buffer, static_cast<size_t>(got)});
  return true;
}

std::optional<Request> Connection::ReadHead() {
  size_t end;
  while ((end = in_.find("\r\n\r\n")) == std::string::npos)
    if (!Fill()) return std::nullopt;
  Request request;
  request.connection = index_;
  request.head = in_.substr(0, end + 4);
  in_.erase(0, end + 4);
  const size_t space = request.head.find(' ');
  request.method = request.head.substr(0, space);
  request.target = request.head.substr(space + 1, request.head.find(' ', space + 1) - space - 1);
  return request;
}

bool Connection::ReadBody(Request& request, size_t more) {
  const size_t whole = request.content_length();
  const size_t wanted = std::min(whole, more < whole ? request.body.size() + more : whole);
  while (request.body.size() < wanted) {
    if (in_.empty() && !Fill()) return false;
    const size_t take = std::min(in_.size(), wanted - request.body.size());
    request.body.append(in_, 0, take);
    in_.erase(0, take);
  }
  if (request.body.size() == whole && !request.complete) {
    request.complete = true;
    server_.Note(request);
  }
  return true;
}

std::optional<Request> Connection::ReadRequest() {
  std::optional<Request> request = ReadHead();
  if (request && !ReadBody(*request)) return std::nullopt;
  return request;
}

std::optional<std::string> Connection::ReadBytes(size_t count) {
  while (in_.size() < count)
    if (!Fill()) return std::nullopt;
  std::string bytes = in_.substr(0, count);
  in_.erase(0, count);
  return bytes;
}

bool Connection::Send(std::string_view bytes) {
  while (fd_ >= 0 && !bytes.empty()) {
    const long sent = WriteSome(bytes.data(), bytes.size());
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return fd_ >= 0;
}

bool Connection::Drip(std::string_view bytes, size_t piece, int gap_ms) {
  for (size_t at = 0; at < bytes.size(); at += piece) {
    if (!Send(bytes.substr(at, piece))) return false;
    pollfd stop = {server_.stop_pipe_[0], POLLIN, 0};
    if (poll(&stop, 1, gap_ms) != 0) return false;
  }
  return true;
}

void Connection::Tunnel(uint16_t port) {
  const int far = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bool open = connect(far, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  while (open) {
    pollfd fds[3] = {{fd_, POLLIN, 0}, {far, POLLIN, 0}, {server_.stop_pipe_[0], POLLIN, 0}};
    if (poll(fds, 3, -1) < 0 && errno == EINTR) continue;
    if (fds[2].revents != 0) break;
    char buffer[16384];
    if (fds[1].revents != 0) {
      const ssize_t got = recv(far, buffer, sizeof buffer, 0);
      open = got > 0 && Send({buffer, static_cast<size_t>(got)});
    }
    if (open && fds[0].revents != 0) {
      open = Fill() && send(far, in_.data(), in_.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(in_.size());
      in_.clear();
    }
  }
  close(far);
}

void Connection::Drain() {
  char dropped[4096];
  for (;;) {
    const ssize_t rc = recv(fd_, dropped, sizeof dropped, 0);
    if (rc > 0) continue;
    if (rc == 0 || (errno != EAGAIN && errno != EINTR)) return;
    if (!WaitFor(POLLIN)) return;
  }
}

void Connection::Fin() {
  if (fd_ < 0) return;
  if (ssl_) {
    ERR_clear_error();
    SSL_shutdown(ssl_);
  }
  Cut();
}

void Connection::Cut() {
  if (fd_ < 0) return;
  shutdown(fd_, SHUT_WR);
  server_.Event([&] { ++server_.fins_; });
  Drain();
  Close();
}

void Connection::Rst() {
  if (fd_ < 0) return;
  const linger at_once = {1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  Close();
}

void Connection::Hang() {
  while (Fill()) in_.clear();
}

void Connection::Close() {
  if (ssl_) SSL_free(ssl_);
  ssl_ = nullptr;
  close(fd_);
  fd_ = -1;
  server_.Event([&] { --server_.open_; });
}

}  // namespace pixazo::testing

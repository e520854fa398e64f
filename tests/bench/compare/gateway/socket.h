// A connected TCP socket that never blocks, plain or with TLS.
#pragma once

#include <openssl/ssl.h>
#include <sys/types.h>

#include <string_view>

namespace pixazo::bench {

class Socket {
 public:
  static constexpr ssize_t kLater = -1, kOver = -2;

  // Takes the descriptor; context: NULL for plain.
  Socket(int fd, SSL_CTX* context);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  // Bytes moved (> 0), kLater: the descriptor has to become ready first, or kOver. `more`: another Write
  // follows.
  ssize_t Read(char* to, size_t size);
  ssize_t Write(std::string_view bytes, bool more);

  int fd() const { return fd_; }
  bool tls() const { return ssl_ != nullptr; }
  bool resumed() const { return SSL_session_reused(ssl_) == 1; }

 private:
  ssize_t Judge(int result) const;

  const int fd_;
  SSL* ssl_ = nullptr;
};

// What servers share: certificate, ALPN (h2, if it is offered at all, before http/1.1), one session ticket a
// handshake, no session kept here. NULL: the files cannot be used.
SSL_CTX* NewServerContext(const char* certificate, const char* key, bool http2);

}  // namespace pixazo::bench

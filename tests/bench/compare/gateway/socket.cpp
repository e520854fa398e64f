#include "socket.h"

#include <errno.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

namespace pixazo::bench {
namespace {

constexpr std::string_view kHttp1 = "\x08http/1.1", kBoth = "\x02h2\x08http/1.1";

int ChooseProtocol(SSL*, const unsigned char** out, unsigned char* out_len, const unsigned char* in,
                   unsigned in_len, void* http2) {
  const std::string_view protocols = http2 ? kBoth : kHttp1;
  unsigned char* chosen = nullptr;
  const auto* ours = reinterpret_cast<const unsigned char*>(protocols.data());
  if (SSL_select_next_proto(&chosen, out_len, ours, static_cast<unsigned>(protocols.size()), in, in_len) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_NOACK;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

SSL_CTX* NewServerContext(const char* certificate, const char* key, bool http2) {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 1);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_alpn_select_cb(context, ChooseProtocol, http2 ? context : nullptr);
  if (SSL_CTX_use_certificate_chain_file(context, certificate) == 1 &&
      SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1)
    return context;
  SSL_CTX_free(context);
  return nullptr;
}

Socket::Socket(int fd, SSL_CTX* context) : fd_(fd) {
  if (!context) return;
  ssl_ = SSL_new(context);
  SSL_set_fd(ssl_, fd);
  SSL_set_accept_state(ssl_);
}

Socket::~Socket() {
  SSL_free(ssl_);
  close(fd_);
}

ssize_t Socket::Read(char* to, size_t size) {
  if (ssl_) return Judge(SSL_read(ssl_, to, static_cast<int>(size)));
  const ssize_t got = recv(fd_, to, size, 0);
  return got > 0 ? got : got < 0 && errno == EAGAIN ? kLater : kOver;
}

ssize_t Socket::Write(std::string_view bytes, bool more) {
  if (ssl_) return Judge(SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())));
  const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | (more ? MSG_MORE : 0));
  return sent > 0 ? sent : sent < 0 && errno == EAGAIN ? kLater : kOver;
}

ssize_t Socket::Judge(int result) const {
  if (result > 0) return result;
  const int error = SSL_get_error(ssl_, result);
  ERR_clear_error();
  return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? kLater : kOver;
}

}  // namespace pixazo::bench

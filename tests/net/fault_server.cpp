#include "net/fault_server.h"

#include <fcntl.h>
#include <netdb.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace pixazo::testing {
namespace {

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::abort();
}

int SelectAlpn(SSL* ssl, const unsigned char** out, unsigned char* out_len, const unsigned char* in,
               unsigned in_len, void* of_server) {
  auto* connection = static_cast<Connection*>(SSL_get_app_data(ssl));
  const auto& options = *static_cast<const FaultServer::Options*>(of_server);
  const std::string_view wanted = options.protocol;
  int found = SSL_TLSEXT_ERR_NOACK;
  for (unsigned i = 0; i + 1 <= in_len && i + 1 + in[i] <= in_len; i += 1u + in[i]) {
    const std::string_view name(reinterpret_cast<const char*>(in + i + 1), in[i]);
    if (!connection->alpn_offer.empty()) connection->alpn_offer += ',';
    connection->alpn_offer += name;
    if (name != wanted) continue;
    *out = in + i + 1;
    *out_len = in[i];
    found = SSL_TLSEXT_ERR_OK;
  }
  if (found == SSL_TLSEXT_ERR_OK || !options.imposed) return found;
  *out = reinterpret_cast<const unsigned char*>(wanted.data());
  *out_len = static_cast<unsigned char>(wanted.size());
  return SSL_TLSEXT_ERR_OK;
}

SSL_CTX* NewContext(const FaultServer::Options& options) {
  SSL_CTX* context = SSL_CTX_new(TLS_server_method());
  if (options.max_tls_version != 0) {
    SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
    SSL_CTX_set_min_proto_version(context, 0);
    SSL_CTX_set_max_proto_version(context, options.max_tls_version);
  }
  BIO* bio =
      BIO_new_mem_buf(options.identity.cert_pem.data(), static_cast<int>(options.identity.cert_pem.size()));
  X509* certificate = PEM_read_bio_X509(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  bio = BIO_new_mem_buf(options.identity.key_pem.data(), static_cast<int>(options.identity.key_pem.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  if (SSL_CTX_use_certificate(context, certificate) != 1 || SSL_CTX_use_PrivateKey(context, key) != 1)
    Die("certificate");
  X509_free(certificate);
  EVP_PKEY_free(key);
  SSL_CTX_set_alpn_select_cb(context, SelectAlpn, const_cast<FaultServer::Options*>(&options));
  return context;
}

int Listen(const std::string& host, uint16_t& port) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE;
  if (getaddrinfo(host.c_str(), "0", &hints, &found) != 0) Die("getaddrinfo");
  const int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (fd < 0 || bind(fd, found->ai_addr, found->ai_addrlen) != 0 || listen(fd, 128) != 0) Die("listen");
  freeaddrinfo(found);
  sockaddr_storage bound{};
  socklen_t len = sizeof bound;
  getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &len);
  char service[16];
  getnameinfo(reinterpret_cast<sockaddr*>(&bound), len, nullptr, 0, service, sizeof service, NI_NUMERICSERV);
  port = static_cast<uint16_t>(std::atoi(service));
  return fd;
}

}  // namespace

FaultServer::FaultServer(Script script) : FaultServer(std::move(script), Options()) {}

FaultServer::FaultServer(Script script, Options options)
    : script_(std::move(script)), options_(std::move(options)) {
  if (options_.name.empty()) options_.name = options_.host;
  if (options_.tls) {
    if (options_.identity.cert_pem.empty()) options_.identity = MakeTlsIdentity();
    context_ = NewContext(options_);
  }
  if (pipe2(stop_pipe_, O_CLOEXEC) != 0) Die("pipe");
  listener_ = Listen(options_.host, port_);
  if (options_.accept) acceptor_ = std::thread([this] { AcceptLoop(); });
}

FaultServer::~FaultServer() {
  stopping_ = true;
  Event([] {});
  const char byte = 0;
  if (write(stop_pipe_[1], &byte, 1) != 1) Die("write");  // never read: every poll sees it from now on
  if (acceptor_.joinable()) acceptor_.join();
  for (std::thread& thread : threads_) thread.join();
  close(listener_);
  close(stop_pipe_[0]);
  close(stop_pipe_[1]);
  SSL_CTX_free(context_);
}

std::string FaultServer::Url(std::string_view path) const {
  std::string host = options_.name;
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return (options_.tls ? "https://" : "http://") + host + ":" + std::to_string(port_) + std::string(path);
}

void FaultServer::AcceptLoop() {
  for (;;) {
    pollfd fds[2] = {{listener_, POLLIN, 0}, {stop_pipe_[0], POLLIN, 0}};
    if (poll(fds, 2, -1) < 0) continue;
    if (fds[1].revents != 0) return;
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) continue;
    int index = 0;
    Event([&] {
      index = accepted_++;
      ++open_;
    });
    auto* connection = new Connection(*this, fd, index);
    threads_.emplace_back([this, connection] { Serve(connection); });
  }
}

void FaultServer::Serve(Connection* connection) {
  std::unique_ptr<Connection> owned(connection);
  // OpenSSL writes without MSG_NOSIGNAL. Blocked on this thread only: if the code under test raises one, the
  // process dies.
  sigset_t pipe_signal;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe_signal, nullptr);
  if (context_ && !options_.raw && !owned->Handshake(context_)) return;
  script_(*owned);
}

void FaultServer::Event(const std::function<void()>& change) {
  const std::lock_guard lock(mutex_);
  change();
  ++events_;
  changed_.notify_all();
}

void FaultServer::Note(const Request& request) {
  Event([&] {
    posts_ += request.method == "POST";
    requests_.push_back(request);
  });
}

void FaultServer::Record(std::string_view bytes) {
  if (options_.record_bytes) Event([&] { received_ += bytes; });
}

int FaultServer::posts() const {
  const std::lock_guard lock(mutex_);
  return posts_;
}

int FaultServer::connections() const {
  const std::lock_guard lock(mutex_);
  return accepted_;
}

int FaultServer::fins() const {
  const std::lock_guard lock(mutex_);
  return fins_;
}

int FaultServer::open_connections() const {
  const std::lock_guard lock(mutex_);
  return open_;
}

std::vector<Request> FaultServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::string FaultServer::received() const {
  const std::lock_guard lock(mutex_);
  return received_;
}

bool FaultServer::WaitUntil(const std::function<bool()>& pred, int timeout_ms) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  for (;;) {
    std::unique_lock lock(mutex_);
    const uint64_t seen = events_;
    lock.unlock();
    if (pred()) return true;
    lock.lock();
    if (!changed_.wait_until(lock, deadline, [&] { return events_ != seen; })) return false;
  }
}

void FaultServer::Release() {
  Event([this] { released_ = true; });
}

bool FaultServer::WaitReleased() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return released_ || stopping_; });
  return released_;
}

}  // namespace pixazo::testing

// A server that misbehaves on order: plain sockets, one thread a connection, any byte and any cut. It counts
// the POSTs whose whole body it has read; that count is what "at most once" is asserted on.
//
//   FaultServer server([](Connection& c) {
//     while (auto request = c.ReadRequest()) c.Send(Answer(202,
//     R"({"request_id":"a_1","status":"QUEUED"})"));
//   });
//   ... let a client talk to server.Url("/v1/x") ...
//   CHECK(server.posts() == 1);
//
// The script runs once for each accepted connection, on that connection's thread; Connection::index() tells
// the first from the second. When it returns, the connection is closed in order. The destructor unblocks and
// joins everything, whatever a script is waiting for. Nothing here sleeps as synchronisation: tests wait with
// WaitUntil for what they need to have happened.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "net/tls_identity.h"

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;

namespace pixazo::testing {

struct Request {
  int connection = 0;  // index of the connection it came on, from 0
  std::string method, target;
  std::string head;  // request line and header lines as received, with the empty line
  std::string body;  // as far as it was read
  bool complete = false;
  std::string Header(std::string_view name) const;  // first value, "" if absent
  size_t content_length() const;
};

// A whole reply with Content-Length. `headers` are complete lines ("Retry-After: 2\r\n").
std::string Answer(int status, std::string_view body, std::string_view headers = {},
                   std::string_view content_type = "application/json");
std::string Chunked(int status, std::string_view body, size_t chunk, std::string_view headers = {},
                    std::string_view content_type = "application/json");
// Delimited by the closing of the connection only.
std::string Unframed(int status, std::string_view body, std::string_view content_type = "application/json");

class FaultServer;

class Connection {
 public:
  int index() const { return index_; }
  FaultServer& server() { return server_; }
  // Sees a head and then its body. nullopt: the client left, or the server is stopping.
  std::optional<Request> ReadRequest();
  // The head alone; body bytes that came along stay buffered.
  std::optional<Request> ReadHead();
  // Up to `more` further bytes of the body; a POST is counted when this completes it. False: the client left.
  bool ReadBody(Request& request, size_t more = SIZE_MAX);
  // So many bytes, whatever they are. nullopt: as above.
  std::optional<std::string> ReadBytes(size_t count);
  bool Send(std::string_view bytes);
  // Hands out the bytes in pieces, `gap_ms` apart; for slow servers only.
  bool Drip(std::string_view bytes, size_t piece, int gap_ms);
  void Tunnel(uint16_t port);  // copies bytes to and from a port of 127.0.0.1 until either side ends
  void Fin();                  // orderly: with TLS a close_notify first; then waits for the client's end
  void Cut();                  // FIN without a close_notify
  void Rst();                  // reset, at once
  void Hang();                 // reads and drops whatever comes until the client leaves or the server stops
  bool WaitReadable();         // false: the server is stopping
  bool StartTls();             // with Options::raw: the handshake, when the script wants it
  bool open() const { return fd_ >= 0; }
  std::string alpn_offer;  // TLS: protocols the client offered, comma separated

  ~Connection();

 private:
  friend class FaultServer;
  Connection(FaultServer& server, int fd, int index) : server_(server), fd_(fd), index_(index) {}
  bool Handshake(SSL_CTX* context);
  bool WaitFor(short events);  // false: the server is stopping
  long ReadSome(char* buffer, size_t len);
  long WriteSome(const char* bytes, size_t len);
  bool Fill();  // appends to in_; false at the end
  void Drain();
  void Close();

  FaultServer& server_;
  int fd_;
  const int index_;
  SSL* ssl_ = nullptr;
  std::string in_;
};

using Script = std::function<void(Connection&)>;

class FaultServer {
 public:
  struct Options {
    bool tls = false;
    TlsIdentity identity;     // used if it has a certificate; otherwise one is made
    bool raw = false;         // tls: the script gets the bare socket before any handshake
    int max_tls_version = 0;  // tls: OpenSSL's number (TLS1_1_VERSION), 0: the newest
    // tls: what ALPN chooses if it is offered; imposed: also where it was not. The script speaks it.
    std::string protocol = "http/1.1";
    bool imposed = false;
    std::string host = "127.0.0.1";  // listening address
    std::string name;                // host name in Url(), default: host
    bool accept = true;              // false: listens, never accepts
    bool record_bytes = false;       // keep every received byte for received()
  };

  explicit FaultServer(Script script);
  FaultServer(Script script, Options options);
  ~FaultServer();
  FaultServer(const FaultServer&) = delete;
  FaultServer& operator=(const FaultServer&) = delete;

  uint16_t port() const { return port_; }
  std::string Url(std::string_view path = {}) const;  // scheme://name:port + path
  const TlsIdentity& identity() const { return options_.identity; }

  int posts() const;        // POSTs read completely
  int connections() const;  // accepted so far
  int open_connections() const;
  int fins() const;                       // connections that this side has begun to close
  std::vector<Request> requests() const;  // complete ones, in order of completion
  std::string received() const;           // every byte that clients sent (after TLS), if record_bytes
  // Until pred() holds (evaluated after each event of this server); false after timeout_ms, which is a safety
  // net only.
  bool WaitUntil(const std::function<bool()>& pred, int timeout_ms = 20'000);
  // For scripts that wait for the test: Release lets every WaitReleased go on, for ever after.
  void Release();
  bool WaitReleased();  // false: the server is stopping
  bool stopping() const { return stopping_; }

 private:
  friend class Connection;
  void AcceptLoop();
  void Serve(Connection* connection);
  void Note(const Request& request);
  void Record(std::string_view bytes);
  void Event(const std::function<void()>& change);

  Script script_;
  Options options_;
  SSL_CTX* context_ = nullptr;
  int listener_ = -1;
  int stop_pipe_[2] = {-1, -1};
  uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t events_ = 0;
  bool released_ = false;
  int accepted_ = 0, posts_ = 0, open_ = 0, fins_ = 0;
  std::vector<Request> requests_;
  std::string received_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace pixazo::testing

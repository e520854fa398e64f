// One thread, one epoll: accepts, reads, answers, and keeps replies that are not due yet.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "protocol.h"
#include "service.h"
#include "socket.h"

namespace pixazo::bench {

class Server {
 public:
  // context: NULL for plain. It outlives the server.
  Server(Service& service, SSL_CTX* context) : service_(service), context_(context) {}
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int Listen();                // on a free port of loopback, which it returns; < 0: errno says why
  void Run(int until_closed);  // until this descriptor is at its end

 private:
  struct Connection {
    Connection(int fd, SSL_CTX* context, uint64_t its_number) : socket(fd, context), number(its_number) {}
    Socket socket;
    const uint64_t number;
    std::unique_ptr<Protocol> protocol;
    Outgoing out;
    uint64_t counted_in = UINT64_MAX;  // the epoch of the tally that it is counted in
    bool waits_to_write = false;
  };
  struct Later {
    uint64_t connection;
    int fd;
    uint32_t stream;
    Reply reply;
  };
  void Accept();
  void OnReady(Connection& connection, uint32_t events);
  bool ReadAll(Connection& connection);
  bool WriteAll(Connection& connection);
  void OnRequest(Connection& connection, uint32_t stream, const Request& request);
  void SendDue(int64_t now_us);
  void Close(Connection& connection);
  Connection* Find(int fd, uint64_t number);

  Service& service_;
  SSL_CTX* const context_;
  int epoll_ = -1, listener_ = -1;
  uint64_t next_number_ = 0;
  std::vector<std::unique_ptr<Connection>> connections_;  // by descriptor
  std::multimap<int64_t, Later> later_;                   // by when they are due
  std::vector<char> buffer_ = std::vector<char>(64 << 10);
};

}  // namespace pixazo::bench

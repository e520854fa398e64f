#include "server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "clock.h"

namespace pixazo::bench {
namespace {

constexpr int kBacklog = 4096, kEvents = 256;
constexpr uint64_t kNobody = UINT64_MAX;  // the number of what is no connection

bool Watch(int epoll, int operation, int fd, uint32_t events, uint64_t number) {
  epoll_event event{};
  event.events = events;
  // A descriptor may be given to a new connection while events of an old one wait to be looked at.
  event.data.u64 = static_cast<uint64_t>(static_cast<uint32_t>(fd)) | number << 32;
  return epoll_ctl(epoll, operation, fd, &event) == 0;
}

}  // namespace

Server::~Server() {
  connections_.clear();
  close(listener_);
  close(epoll_);
}

int Server::Listen() {
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, length) != 0 || listen(listener_, kBacklog) != 0 ||
      getsockname(listener_, generic, &length) != 0 ||
      !Watch(epoll_, EPOLL_CTL_ADD, listener_, EPOLLIN, kNobody))
    return -1;
  return ntohs(address.sin_port);
}

void Server::Run(int until_closed) {
  epoll_event events[kEvents];
  if (!Watch(epoll_, EPOLL_CTL_ADD, until_closed, EPOLLIN, kNobody)) return;
  for (;;) {
    const int64_t before = Now_us();
    const int64_t wait =
        later_.empty() ? -1 : std::max<int64_t>(0, (later_.begin()->first - before + 999) / 1000);
    const int ready = epoll_wait(epoll_, events, kEvents, static_cast<int>(wait));
    service_.tally().Slept(Now_us() - before);
    for (int i = 0; i < ready; ++i) {
      const int fd = static_cast<int>(events[i].data.u64 & UINT32_MAX);
      if (fd == until_closed) {
        if (read(fd, buffer_.data(), buffer_.size()) <= 0) return;
      } else if (fd == listener_) {
        Accept();
      } else if (Connection* connection = Find(fd, events[i].data.u64 >> 32)) {
        OnReady(*connection, events[i].events);
      }
    }
    SendDue(Now_us());
  }
}

Server::Connection* Server::Find(int fd, uint64_t number) {
  const auto at = static_cast<size_t>(fd);
  Connection* connection = at < connections_.size() ? connections_[at].get() : nullptr;
  return connection && connection->number == number ? connection : nullptr;
}

void Server::Accept() {
  for (;;) {
    const int fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (static_cast<size_t>(fd) >= connections_.size()) connections_.resize(static_cast<size_t>(fd) + 1);
    next_number_ = (next_number_ + 1) & (UINT32_MAX >> 1);
    connections_[static_cast<size_t>(fd)] = std::make_unique<Connection>(fd, context_, next_number_);
    Watch(epoll_, EPOLL_CTL_ADD, fd, EPOLLIN, next_number_);
  }
}

void Server::OnReady(Connection& connection, uint32_t) {
  if (!ReadAll(connection) || !WriteAll(connection)) Close(connection);
}

bool Server::ReadAll(Connection& connection) {
  for (;;) {
    const ssize_t got = connection.socket.Read(buffer_.data(), buffer_.size());
    if (got == Socket::kLater) return true;
    if (got == Socket::kOver) return false;
    const std::string_view bytes(buffer_.data(), static_cast<size_t>(got));
    if (!connection.protocol)
      connection.protocol = Protocol::Choose(bytes, connection.socket.tls(),
                                             [this, &connection](uint32_t stream, const Request& request) {
                                               OnRequest(connection, stream, request);
                                             });
    if (!connection.protocol->Receive(bytes)) return false;
    if (!connection.socket.tls() && bytes.size() < buffer_.size()) return true;
  }
}

void Server::OnRequest(Connection& connection, uint32_t stream, const Request& request) {
  const bool counts = !Service::IsAdmin(request.target);
  Reply reply = service_.Answer(request, Now_us());
  if (counts && std::exchange(connection.counted_in, service_.epoch()) != service_.epoch()) {
    service_.tally().Opened();
    if (connection.socket.tls()) service_.tally().Handshake(connection.socket.resumed());
  }
  if (reply.due_us != 0) {
    const int64_t due = reply.due_us;
    later_.emplace(due, Later{connection.number, connection.socket.fd(), stream, std::move(reply)});
    return;
  }
  service_.Sent(reply, Now_us());
  connection.protocol->Send(stream, std::move(reply));
}

bool Server::WriteAll(Connection& connection) {
  if (!connection.protocol) return true;
  Outgoing& out = connection.out;
  bool blocked = false;
  for (connection.protocol->Fill(out); !out.empty() && !blocked; connection.protocol->Fill(out)) {
    const ssize_t sent = connection.socket.Write(out.next(), out.more_follows());
    if (sent == Socket::kOver) return false;
    blocked = sent == Socket::kLater;
    if (!blocked) out.Drop(static_cast<size_t>(sent));
  }
  if (blocked != connection.waits_to_write) {
    connection.waits_to_write = blocked;
    Watch(epoll_, EPOLL_CTL_MOD, connection.socket.fd(), EPOLLIN | (blocked ? EPOLLOUT : 0u),
          connection.number);
  }
  return blocked || !connection.protocol->closing();
}

void Server::SendDue(int64_t now_us) {
  while (!later_.empty() && later_.begin()->first <= now_us) {
    Later later = std::move(later_.extract(later_.begin()).mapped());
    Connection* connection = Find(later.fd, later.connection);
    if (!connection) continue;  // the client has gone
    service_.Sent(later.reply, now_us);
    connection->protocol->Send(later.stream, std::move(later.reply));
    if (!WriteAll(*connection)) Close(*connection);
  }
}

void Server::Close(Connection& connection) {
  if (connection.counted_in == service_.epoch()) service_.tally().Closed();
  connections_[static_cast<size_t>(connection.socket.fd())].reset();
}

}  // namespace pixazo::bench

#include "sandbox/catcher.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sandbox_test {

Catcher::Catcher() {
  listener_ = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
  listen(listener_, 64);
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Run(); });
}

Catcher::~Catcher() {
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

void Catcher::Serve(const std::string& path, std::string file) {
  std::lock_guard lock(mutex_);
  files_[path] = std::move(file);
}

void Catcher::Answer(std::deque<int> statuses) {
  std::lock_guard lock(mutex_);
  statuses_ = std::move(statuses);
}

std::vector<Catcher::Caught> Catcher::Wait(size_t posts) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return posts_.size() >= posts; });
  return posts_;
}

void Catcher::Run() {
  while (true) {
    int connection = accept(listener_, nullptr, nullptr);
    if (connection < 0) return;
    Handle(connection);
    close(connection);
  }
}

void Catcher::Handle(int connection) {
  std::string text;
  char buffer[65536];
  size_t end = std::string::npos, body = 0;
  while (end == std::string::npos || text.size() < end + 4 + body) {
    ssize_t n = recv(connection, buffer, sizeof buffer, 0);
    if (n <= 0) return;
    text.append(buffer, static_cast<size_t>(n));
    if (end != std::string::npos || (end = text.find("\r\n\r\n")) == std::string::npos) continue;
    size_t length = text.find("Content-Length: ");
    if (length < end) body = std::stoul(text.substr(length + 16));
  }
  std::string path = text.substr(text.find(' ') + 1);
  path = path.substr(0, path.find(' '));
  std::lock_guard lock(mutex_);
  int status = 200;
  std::string reply;
  if (text.compare(0, 5, "POST ") == 0) {
    if (!statuses_.empty()) status = statuses_.front(), statuses_.pop_front();
    posts_.push_back({path, text.substr(0, end), text.substr(end + 4)});
  } else {
    auto file = files_.find(path);
    status = file == files_.end() ? 404 : 200;
    if (status == 200) reply = file->second;
  }
  reply = "HTTP/1.1 " + std::to_string(status) +
          " x\r\nConnection: close\r\nContent-Length: " + std::to_string(reply.size()) + "\r\n\r\n" + reply;
  for (size_t sent = 0; sent < reply.size();) {
    ssize_t n = send(connection, reply.data() + sent, reply.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) break;
    sent += static_cast<size_t>(n);
  }
  changed_.notify_all();
}

}  // namespace sandbox_test

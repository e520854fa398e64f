// The little HTTP that tests of a binding need: one request to the sandbox, and a server for its webhooks.
// Loopback only.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <string>
#include <thread>

namespace http {

inline int Connect(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int s = socket(AF_INET, SOCK_STREAM, 0);
  if (s < 0 || connect(s, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::abort();
  return s;
}

inline std::string ReadAll(int s) {
  std::string text;
  char buffer[65536];
  for (ssize_t n = 0; (n = read(s, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<size_t>(n));
  return text;
}

inline void WriteAll(int s, const std::string& text) {
  for (size_t at = 0; at < text.size();) {
    const ssize_t n = send(s, text.data() + at, text.size() - at, MSG_NOSIGNAL);
    if (n <= 0) return;
    at += static_cast<size_t>(n);
  }
}

// The body of the answer; GET without a body of its own, POST with one.
inline std::string Ask(const std::string& base, const std::string& path, const std::string& body = {}) {
  const int s = Connect(std::atoi(base.substr(base.rfind(':') + 1).c_str()));
  std::string request =
      (body.empty() ? "GET " : "POST ") + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n";
  request +=
      "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  WriteAll(s, request);
  const std::string answer = ReadAll(s);
  close(s);
  const size_t end = answer.find("\r\n\r\n");
  return end == std::string::npos ? std::string() : answer.substr(end + 4);
}

// Hands path and body of each POST to `handle` and answers 200.
class Server {
 public:
  explicit Server(std::function<void(const std::string& path, const std::string& body)> handle) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(listener_, 16) != 0)
      std::abort();
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, handle = std::move(handle)] {
      for (int s = 0; (s = accept(listener_, nullptr, nullptr)) >= 0; close(s)) Serve(s, handle);
    });
  }
  ~Server() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  template <class F>
  static void Serve(int s, const F& handle) {
    std::string request;
    char buffer[65536];
    size_t head = std::string::npos, length = 0;
    while (head == std::string::npos || request.size() < head + 4 + length) {
      const ssize_t n = read(s, buffer, sizeof buffer);
      if (n <= 0) return;
      request.append(buffer, static_cast<size_t>(n));
      if (head == std::string::npos && (head = request.find("\r\n\r\n")) != std::string::npos) {
        std::string names = request.substr(0, head);
        for (char& c : names) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
        if (size_t at = names.find("content-length:"); at != std::string::npos)
          length = std::strtoul(names.c_str() + at + 15, nullptr, 10);
      }
    }
    const size_t path = request.find(' ') + 1;
    handle(request.substr(path, request.find(' ', path) - path), request.substr(head + 4, length));
    WriteAll(s, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  }
  int listener_ = -1, port_ = 0;
  std::thread thread_;
};

}  // namespace http

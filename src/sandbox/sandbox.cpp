#include "sandbox/sandbox.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <mutex>
#include <thread>

#include "sandbox/courier.h"
#include "sandbox/gateway.h"
#include "sandbox/session.h"

namespace pixazo::sandbox {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kBreath =
    std::chrono::milliseconds(50);  // after an accept that failed for want of descriptors

// Everything that runs: gone once it is stopped, and with it every connection.
class Server {
 public:
  explicit Server(const Options& options)
      : options_(options),
        acceptor_(loop_),
        breath_(loop_),
        agenda_(loop_),
        studio_(loop_, options.threads, options.cache_bytes),
        courier_(loop_),
        gateway_(options, agenda_, studio_, courier_),
        handler_([this](const HttpRequest& request, Answer answer) {
          gateway_.Handle(request, std::move(answer));
        }) {}

  ~Server() {
    loop_.stop();
    if (thread_.joinable()) thread_.join();
  }

  wire::Result<uint16_t> Listen() {
    error_code error;
    auto address = asio::ip::make_address(options_.host, error);
    if (error)
      return wire::MakeError(wire::Code::kInvalidArg, "'" + options_.host + "' is no IP address", "host");
    tcp::endpoint endpoint(address, options_.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(1024, error);
    if (error)
      return wire::MakeError(wire::Code::kIo, "cannot listen on " + options_.host + ":" +
                                                  std::to_string(options_.port) + ": " + error.message());
    uint16_t port = acceptor_.local_endpoint(error).port();
    gateway_.SetPort(port);
    AcceptOne();
    thread_ = std::thread([this] { loop_.run(); });
    return port;
  }

  // Runs f on the server's thread and waits for it.
  template <class F>
  void Call(F f) {
    std::promise<void> done;
    asio::post(loop_, [&] {
      f(gateway_);
      done.set_value();
    });
    done.get_future().wait();
  }

 private:
  void AcceptOne() {
    acceptor_.async_accept([this](error_code error, tcp::socket socket) {
      if (!error) {
        error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        StartSession(std::move(socket), handler_, options_.max_request_bytes);
        return AcceptOne();
      }
      breath_.expires_after(kBreath);
      breath_.async_wait([this](error_code stopped) {
        if (!stopped) AcceptOne();
      });
    });
  }

  const Options& options_;
  asio::io_context loop_{1};  // first: what follows holds on to it
  tcp::acceptor acceptor_;
  asio::steady_timer breath_;
  Agenda agenda_;
  Studio studio_;
  Courier courier_;
  Gateway gateway_;
  Handler handler_;
  std::thread thread_;
};

}  // namespace

class Sandbox::Impl {
 public:
  explicit Impl(Options options) : options_(std::move(options)) {}

  wire::Result<uint16_t> Start() {
    std::lock_guard lock(mutex_);
    if (server_) return wire::MakeError(wire::Code::kInvalidState, "the sandbox runs already");
    auto server = std::make_unique<Server>(options_);
    auto port = server->Listen();
    if (!port.ok()) return port;
    port_ = *port;
    server_ = std::move(server);
    return port;
  }

  void Stop() {
    std::lock_guard lock(mutex_);
    server_.reset();
  }

  template <class F>
  void Call(F f) {
    std::lock_guard lock(mutex_);
    if (server_) server_->Call(f);
  }

  const Options& options() const { return options_; }
  uint16_t port() {
    std::lock_guard lock(mutex_);
    return port_;
  }

 private:
  const Options options_;
  std::mutex mutex_;
  std::unique_ptr<Server> server_;  // none: stopped
  uint16_t port_ = 0;
};

Sandbox::Sandbox(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Sandbox::~Sandbox() = default;

wire::Result<uint16_t> Sandbox::Start() { return impl_->Start(); }
void Sandbox::Stop() { impl_->Stop(); }
uint16_t Sandbox::port() const { return impl_->port(); }

std::string Sandbox::url() const {
  const std::string& host = impl_->options().host;
  bool v6 = host.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port());
}

std::string Sandbox::StateJson(bool brief) const {
  std::string state;
  impl_->Call([&](Gateway& gateway) { state = gateway.StateJson({!brief}); });
  return state;
}

void Sandbox::Reset() {
  impl_->Call([](Gateway& gateway) { gateway.Reset(); });
}

}  // namespace pixazo::sandbox

#include "sandbox/sandbox.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <future>
#include <mutex>
#include <thread>

#include "sandbox/gateway.h"
#include "sandbox/session.h"

namespace pixazo::sandbox {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kBreath =
    std::chrono::milliseconds(50);  // after an accept that failed for want of descriptors

}  // namespace

class Sandbox::Impl {
 public:
  explicit Impl(Options options)
      : options_(std::move(options)),
        acceptor_(loop_),
        breath_(loop_),
        agenda_(loop_),
        studio_(loop_, options_.threads, options_.cache_bytes),
        gateway_(options_, agenda_, studio_),
        handler_([this](const HttpRequest& request, Answer answer) {
          gateway_.Handle(request, std::move(answer));
        }) {}

  ~Impl() { Stop(); }

  wire::Result<uint16_t> Start() {
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
    port_ = acceptor_.local_endpoint(error).port();
    gateway_.SetPort(port_);
    AcceptOne();
    running_ = true;
    thread_ = std::thread([this] { loop_.run(); });
    return port_;
  }

  void Stop() {
    std::lock_guard lock(mutex_);
    if (!running_) return;
    running_ = false;
    loop_.stop();
    thread_.join();
    studio_.Stop();
    agenda_.Clear();
  }

  // Runs f on the server's thread and waits for it; false if there is no such thread.
  template <class F>
  bool OnLoop(F f) {
    std::lock_guard lock(mutex_);
    if (!running_) return false;
    std::promise<void> done;
    asio::post(loop_, [&] {
      f(gateway_);
      done.set_value();
    });
    done.get_future().wait();
    return true;
  }

  const Options& options() const { return options_; }
  uint16_t port() const { return port_; }

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

  const Options options_;
  asio::io_context loop_{1};
  tcp::acceptor acceptor_;
  asio::steady_timer breath_;
  Agenda agenda_;
  Studio studio_;
  Gateway gateway_;
  Handler handler_;
  std::thread thread_;
  std::mutex mutex_;  // of starting, stopping and asking, not of the work
  bool running_ = false;
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
  impl_->OnLoop([&](Gateway& gateway) { state = gateway.StateJson(!brief); });
  return state;
}

void Sandbox::Reset() {
  impl_->OnLoop([](Gateway& gateway) { gateway.Reset(); });
}

}  // namespace pixazo::sandbox

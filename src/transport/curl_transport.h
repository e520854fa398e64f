// The Transport on libcurl's multi interface: a lane for each kind of exchange, with its pool and those that
// wait, and the loop that drives them.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "transport/pool.h"
#include "transport/transfer.h"
#include "transport/waiter.h"

namespace pixazo::transport {

class CurlTransport final : public Transport {
 public:
  CurlTransport(Config config, Trust trust) : around_(std::move(config), std::move(trust)) {}
  ~CurlTransport() override;
  wire::Error Open();

  void SetApiKey(std::string key) override { around_.key.Set(std::move(key)); }
  void StartSubmit(Token token, SubmitCall call) override;
  void StartStatus(Token token, std::string_view request_id) override;
  void StartDownload(Token token, DownloadCall call) override;
  void Abort(Token token) override;
  uint64_t Progress(Token token) const override;
  void Run(int timeout_ms, std::vector<Completion>& out) override;
  void Wake() override { waiter_.Wake(); }
  Counters counters() const override { return around_.counters; }

 private:
  struct Lane {
    Pool* pool = nullptr;
    std::deque<Transfer*> line;  // waiting for a place
  };

  Lane& LaneOf(Completion::Kind kind) { return lanes_[static_cast<size_t>(kind)]; }
  void Start(std::unique_ptr<Transfer> transfer);
  void Admit();
  void AdmitFrom(Lane& lane);
  bool Launch(Transfer* transfer, Pool& pool, CURL* handle);  // false: it is over
  void Collect(Pool& pool);
  void Leave(Lane& lane);  // for another pool, without its connections
  void Finish(Transfer* transfer);
  void LetGo(Transfer* transfer, CURL* handle);
  void AbortSoon(Token token);
  void AbortNow(Token token);
  void AbortDeferred(Clock::time_point now);
  void Step();
  void Wait(Clock::time_point until);

  Surroundings around_;
  std::array<Lane, 3> lanes_;  // by Completion::Kind
  // The lanes', and those they left, until their last exchange is over.
  std::vector<std::unique_ptr<Pool>> pools_;
  Waiter waiter_;            // for the sockets of all pools
  std::vector<pollfd> ready_;
  std::vector<size_t> ends_;  // of each pool's in ready_
  std::unordered_map<Token, std::unique_ptr<Transfer>> live_;
  std::vector<Completion> done_;
  std::vector<Token> aborts_;  // asked for from within a callback of libcurl
  struct Ending {
    Token token;
    Clock::time_point until;
  };
  std::vector<Ending> endings_;  // to be aborted then, if still running; the earliest first
  bool inside_ = false;          // libcurl is on the stack
};

}  // namespace pixazo::transport

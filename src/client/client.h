// What a host holds: the door to a session. A client that was freed stays recognisable for a while, so that a
// call that races with pz_client_free, or comes soon after it, is refused instead of reading freed memory.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>

#include "client/config.h"
#include "client/dispatch.h"
#include "client/event.h"
#include "client/handle.h"
#include "client/job.h"
#include "client/options.h"
#include "client/request.h"
#include "client/session.h"
#include "wire/result.h"

namespace pixazo::client {

class Client : public Handle<Tag::kClient> {
 public:
  static wire::Result<Client*> New(Config config, Wiring wiring);
  static void Free(Client* client);

  // A call on a client; not ok() if it is freed, or belongs to the parent process.
  class Call {
   public:
    explicit Call(const Client* client);
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;
    ~Call();
    bool ok() const { return code_ == wire::Code::kOk; }
    wire::Code code() const { return code_; }
    wire::Error error() const;
    Session& operator*() const { return *client_->session_; }
    Session* operator->() const { return client_->session_.get(); }
    const std::shared_ptr<Session>& session() const { return client_->session_; }

   private:
    Client* client_;
    wire::Code code_ = wire::Code::kOk;
  };

  // A job that was let in, or the one that has its submit key already. Nothing happens to a new one before
  // Go: the host's variable is written first, so that no event can come before it.
  struct Launch {
    Ref<Job> job;
    bool is_new = false;
    void Go() const {
      if (is_new) job->session->StartJob(job);
    }
  };
  // client_jobs.cpp
  wire::Result<Launch> Submit(const Request& request, CallbackPtr callback) const;
  wire::Result<Launch> Attach(std::string_view remote_id, std::string_view endpoint_id, uint64_t tag) const;
  wire::Result<Launch> FetchAgain(const Job& job) const;
  wire::Result<Launch> Resubmit(const Job& job, bool accept_second_charge) const;
  wire::Code FindJob(core::JobId id, Ref<Job>& out) const;
  wire::Result<uint32_t> Restore() const;
  wire::Code DeliverWebhook(std::string_view path, std::string_view body) const;
  wire::Code Forget(core::JobId id) const;

  // client.cpp
  wire::Code SetKey(std::string_view key) const;
  wire::Code Tell(Command::Kind kind) const;  // a command without arguments
  wire::Code Shutdown(uint32_t timeout_ms) const;
  wire::Code Poll(Ref<Event>& out) const;
  wire::Code Wait(uint32_t timeout_ms, Ref<Event>& out) const;
  wire::Code Dispatch(uint32_t max_events, uint32_t budget_us, uint32_t* count) const;
  wire::Code Wakeup() const;
  intptr_t WakeupFd() const;
  uint32_t InFlight() const;
  int64_t Stat(int32_t which) const;

 private:
  static constexpr uint32_t kFreed = 1u << 31;
  static constexpr uint32_t kBuried = 1u << 30;

  void Leave() noexcept;

  std::shared_ptr<Session> session_;
  uint32_t generation_ = 0;
  Client* next_grave_ = nullptr;
  mutable std::atomic<uint32_t> inside_{
      0};  // calls that run; kFreed: no more come in, the last one lets go of the session, once: kBuried
};

}  // namespace pixazo::client

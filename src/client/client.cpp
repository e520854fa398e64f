#include "client/client.h"

#include <memory>
#include <mutex>

#include "client/process.h"

namespace pixazo::client {

using wire::Code;
using wire::Error;
using wire::MakeError;

namespace {

constexpr size_t kGraves = 1024;

// Freed clients, oldest first; the memory of one is used again when kGraves later ones are freed. Never
// destroyed.
struct Graveyard {
  std::mutex mutex;
  Client* first = nullptr;
  Client* last = nullptr;
  size_t count = 0;
};
Graveyard& TheGraveyard() {
  static Graveyard* graveyard = new Graveyard;
  return *graveyard;
}

}  // namespace

wire::Result<Client*> Client::New(Config config, Wiring wiring) {
  TheGraveyard();  // freeing needs no memory
  std::unique_ptr<Client> client(new Client);
  auto session = Session::Start(std::move(config), std::move(wiring));
  if (!session.ok()) return session.error();
  client->session_ = std::move(*session);
  client->generation_ = Process::generation();
  return client.release();
}

Client::Call::Call(const Client* client) : client_(const_cast<Client*>(client)) {
  if (client_->generation_ != Process::generation()) {
    code_ = Code::kForked;
  } else if (client_->inside_.fetch_add(1, std::memory_order_acq_rel) & kFreed) {
    client_->Leave();
    code_ = Code::kClosed;
  }
}

Client::Call::~Call() {
  if (ok()) client_->Leave();
}

Error Client::Call::error() const {
  if (code_ == Code::kForked) return Session::ForkedError();
  return MakeError(code_, "the client is freed");
}

void Client::Leave() noexcept {
  if (inside_.fetch_sub(1, std::memory_order_acq_rel) != (kFreed | 1)) return;
  uint32_t empty = kFreed;  // a call that came too late may be inside again; then it is the last one
  if (!inside_.compare_exchange_strong(empty, kFreed | kBuried, std::memory_order_acq_rel)) return;
  session_.reset();
  std::unique_ptr<Client> oldest;
  Graveyard& yard = TheGraveyard();
  std::lock_guard lock(yard.mutex);
  (yard.last ? yard.last->next_grave_ : yard.first) = this;
  yard.last = this;
  if (++yard.count <= kGraves) return;
  oldest.reset(yard.first);
  yard.first = oldest->next_grave_;
  --yard.count;
}

void Client::Free(Client* client) {
  if (client->generation_ != Process::generation())
    return;  // the parent's: its threads and locks are not here
  if (client->inside_.fetch_add(1, std::memory_order_acq_rel) & kFreed) return client->Leave();
  if (client->inside_.fetch_or(kFreed, std::memory_order_acq_rel) & kFreed) return client->Leave();
  if (Session::InCallback(client->session_.get()))
    client->session_->EndAfterCall();
  else
    client->session_->End();
  client->Leave();
}

Code Client::SetKey(std::string_view key) const {
  const Call call(this);
  if (!call.ok()) return call.code();
  if (Error error = CheckApiKey(key); !error.ok()) return error.code;
  return call->SetKey(std::string(key)).code;
}

Code Client::Tell(Command::Kind kind) const {
  const Call call(this);
  if (!call.ok()) return call.code();
  if (call->table.closed()) return Code::kClosed;
  call->mailbox.Post({kind, {}, {}});
  return Code::kOk;
}

Code Client::Shutdown(uint32_t timeout_ms) const {
  const Call call(this);
  return call.ok() ? call->Shutdown(timeout_ms) : call.code();
}

Code Client::Poll(Ref<Event>& out) const {
  const Call call(this);
  if (!call.ok()) return call.code();
  if (call->config.dispatch_thread) return Code::kInvalidState;
  EventQueue::Delivery delivery;
  const Code code = call->queue.Take(delivery);
  if (code != Code::kOk) return code;
  Pulled(*call, delivery);
  out = std::move(delivery.event);
  return code;
}

Code Client::Wait(uint32_t timeout_ms, Ref<Event>& out) const {
  const Call call(this);
  if (!call.ok()) return call.code();
  if (call->config.dispatch_thread) return Code::kInvalidState;
  if (Session::InCallback(call.session().get())) return Code::kDeadlock;
  EventQueue::Delivery delivery;
  const Code code = call->queue.Wait(Deadline(timeout_ms), delivery);
  if (code != Code::kOk) return code;
  Pulled(*call, delivery);
  out = std::move(delivery.event);
  return code;
}

Code Client::Dispatch(uint32_t max_events, uint32_t budget_us, uint32_t* count) const {
  const Call call(this);
  if (!call.ok()) return call.code();
  if (call->config.dispatch_thread) return Code::kInvalidState;
  if (Session::InCallback(call.session().get())) return Code::kDeadlock;
  uint32_t taken = 0;
  const Code code = client::Dispatch(call.session(), max_events, budget_us, taken);
  if (count) *count = taken;
  return code;
}

Code Client::Wakeup() const {
  const Call call(this);
  if (call.ok()) call->queue.Interrupt();
  return call.code();
}

intptr_t Client::WakeupFd() const {
  const Call call(this);
  return call.ok() && !call->config.dispatch_thread ? call->queue.WakeupFd() : -1;
}

uint32_t Client::InFlight() const {
  const Call call(this);
  return call.ok() ? call->table.live() : 0;
}

int64_t Client::Stat(int32_t which) const {
  const Call call(this);
  return call.ok() ? call->stat(static_cast<client::Stat>(which)) : 0;
}

}  // namespace pixazo::client

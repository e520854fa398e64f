#include "client/dispatch.h"

#include <algorithm>

namespace pixazo::client {
namespace {

using wire::Code;

thread_local const Session* t_calling = nullptr;  // whose callback runs on this thread

void Delivered(Session& session, const Event& event) {
  if (event.type == EventType::kDone) session.DoneTaken(event.job);
}

// No catch here: a callback that throws ends the process at its own frame (pixazo.h, "Callbacks").
void Call(Session& session, EventQueue::Delivery& delivery) {
  const Session* outer = std::exchange(t_calling, &session);
  Delivered(session, *delivery.event);
  if (delivery.callback && delivery.callback->function)
    delivery.callback->function(delivery.event.get(), delivery.callback->user.get());
  delivery = {};  // destroy may run: still one of the calls that pz_client_free waits for
  t_calling = outer;
  session.queue.CallEnded();
}

}  // namespace

bool Session::InCallback(const Session* session) { return t_calling == session; }

Code Dispatch(const std::shared_ptr<Session>& session, uint32_t max_events, uint32_t budget_us,
              uint32_t& count) {
  using Clock = std::chrono::steady_clock;
  count = 0;
  if (session->dispatching.exchange(true, std::memory_order_acquire)) return Code::kAgain;
  const uint64_t limit = max_events ? max_events : std::max<uint64_t>(session->queue.size(), 1);
  const Clock::time_point until =
      budget_us ? Clock::now() + std::chrono::microseconds(budget_us) : Clock::time_point::max();
  Code code = Code::kOk;
  while (code == Code::kOk && count < limit) {
    EventQueue::Delivery delivery;
    code = session->queue.TakeForCall(delivery);
    if (code != Code::kOk) break;
    ++count;
    Call(*session, delivery);
    if (session->end_after_call() || (budget_us && Clock::now() >= until)) break;
  }
  session->dispatching.store(false, std::memory_order_release);
  if (session->end_after_call()) {
    session->End();
    return Code::kOk;
  }
  return code == Code::kClosed && count == 0 ? Code::kClosed : Code::kOk;
}

void DispatchUntilClosed(const std::shared_ptr<Session>& session) {
  for (;;) {
    EventQueue::Delivery delivery;
    if (session->queue.WaitForCall(delivery) != Code::kOk) return;
    Call(*session, delivery);
    if (session->end_after_call()) {
      session->End();
      return;
    }
  }
}

void Pulled(Session& session, EventQueue::Delivery& delivery) {
  Delivered(session, *delivery.event);
  if (!delivery.last) return;
  delivery.callback = nullptr;
  delivery.last = nullptr;
  session.queue.CallEnded();
}

}  // namespace pixazo::client

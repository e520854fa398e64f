// Events to callbacks: on the thread that calls pz_client_dispatch, or on the library's thread "pz-dispatch".
#pragma once

#include <cstdint>
#include <memory>

#include "client/queue.h"
#include "client/session.h"

namespace pixazo::client {

// max_events 0: as many as are queued now. budget_us 0: no limit. kAgain: another thread is at it.
wire::Code Dispatch(const std::shared_ptr<Session>& session, uint32_t max_events, uint32_t budget_us,
                    uint32_t& count);

// The body of "pz-dispatch".
void DispatchUntilClosed(const std::shared_ptr<Session>& session);

// An event is taken by the host itself: no callback, but a DONE lets go of the job's one.
void Pulled(Session& session, EventQueue::Delivery& delivery);

}  // namespace pixazo::client

// The host's functions, taken over with their user_data: from here on destroy runs exactly once (I3).
#pragma once

#include "client/callback.h"
#include "pixazo/pixazo.h"

namespace pixazo::capi {

// Null if there is no memory; destroy has run then.
client::CallbackPtr MakeCallback(pz_event_fn fn, void* user_data, pz_destroy_fn destroy);
client::HooksPtr MakeHooks(pz_thread_fn on_start, pz_thread_fn on_stop, void* user_data,
                           pz_destroy_fn destroy);

}  // namespace pixazo::capi

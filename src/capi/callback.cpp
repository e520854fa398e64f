#include "capi/callback.h"

#include <new>

#include "capi/guard.h"

namespace pixazo::capi {
namespace {

// shared_ptr's own memory may fail too: it deletes what it was given.
template <class T, class... Args>
std::shared_ptr<const T> Make(void* user_data, pz_destroy_fn destroy, Args... functions) {
  auto* made = new (std::nothrow) T(functions..., user_data, destroy);
  if (!made && destroy) destroy(user_data);
  return made ? GuardOr(std::shared_ptr<const T>(), [&] { return std::shared_ptr<const T>(made); }) : nullptr;
}

}  // namespace

client::CallbackPtr MakeCallback(pz_event_fn fn, void* user_data, pz_destroy_fn destroy) {
  return Make<client::Callback>(user_data, destroy, reinterpret_cast<client::Callback::Function>(fn));
}

client::HooksPtr MakeHooks(pz_thread_fn on_start, pz_thread_fn on_stop, void* user_data,
                           pz_destroy_fn destroy) {
  return Make<client::Hooks>(user_data, destroy, on_start, on_stop);
}

}  // namespace pixazo::capi

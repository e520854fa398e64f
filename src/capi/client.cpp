// pz_client
#include "client/client.h"

#include "capi/callback.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/text.h"

using namespace pixazo::capi;
using pixazo::client::Client;
using pixazo::client::Command;
using pixazo::client::Ref;
using pixazo::wire::Result;

namespace {

// The host's variable is written before the job can do anything.
pz_status Launch(const Result<Client::Launch>& launch, pz_job** out_job, pz_error** out_error) {
  if (!launch.ok()) return Fail(out_error, launch.error());
  if (out_job) *out_job = To(Ref(launch->job).Detach());
  launch->Go();
  return PZ_OK;
}

template <class Body>
pz_status With(const pz_client* client, Body body) noexcept {
  return Guard([&] { return From(client) ? body(*From(client)) : pz_status{PZ_E_INVALID_ARG}; });
}

template <class T, class H>
pz_status Give(pixazo::wire::Code code, Ref<T>& object, H** out) {
  if (code == pixazo::wire::Code::kOk) *out = To(object.Detach());
  return Status(code);
}

}  // namespace

pz_status pz_client_new(const pz_options* options, pz_client** out_client, pz_error** out_error) noexcept {
  return Guard([&] {
    if (!From(options)) return FailHandle(out_error, "options");
    if (!out_client) return FailHandle(out_error, "out_client");
    auto finished = From(options)->Finish();
    if (!finished.ok()) return Fail(out_error, finished.error());
    const auto client = Client::New(std::move(finished->config), std::move(finished->wiring));
    if (!client.ok()) return Fail(out_error, client.error());
    *out_client = To(*client);
    return pz_status{PZ_OK};
  });
}

void pz_client_free(pz_client* client) noexcept {
  if (From(client)) Client::Free(From(client));
}
pz_status pz_client_shutdown(pz_client* client, uint32_t timeout_ms) noexcept {
  return With(client, [&](const Client& c) { return Status(c.Shutdown(timeout_ms)); });
}
pz_status pz_client_set_api_key(pz_client* client, const char* key, size_t len) noexcept {
  return With(client, [&](const Client& c) {
    const auto text = ReadText(key, len);
    return text.ok() ? Status(c.SetKey(*text)) : Status(text.error());
  });
}

pz_status pz_client_submit(pz_client* client, const pz_request* request, pz_job** out_job,
                           pz_error** out_error) noexcept {
  return Guard([&] {
    if (!From(client)) return FailHandle(out_error, "client");
    if (!From(request)) return FailHandle(out_error, "request");
    return Launch(From(client)->Submit(*From(request), nullptr), out_job, out_error);
  });
}
pz_status pz_client_submit_cb(pz_client* client, const pz_request* request, pz_event_fn fn, void* user_data,
                              pz_destroy_fn destroy, pz_job** out_job, pz_error** out_error) noexcept {
  auto callback = MakeCallback(fn, user_data, destroy);
  if (!callback) return PZ_E_NOMEM;
  return Guard([&] {
    if (!From(client)) return FailHandle(out_error, "client");
    if (!From(request)) return FailHandle(out_error, "request");
    return Launch(From(client)->Submit(*From(request), std::move(callback)), out_job, out_error);
  });
}
pz_status pz_client_attach(pz_client* client, const char* remote_id, size_t len, const char* endpoint_id,
                           size_t endpoint_len, uint64_t tag, pz_job** out_job,
                           pz_error** out_error) noexcept {
  return Guard([&] {
    if (!From(client)) return FailHandle(out_error, "client");
    const auto id = ReadText(remote_id, len), endpoint = ReadText(endpoint_id, endpoint_len);
    if (!id.ok()) return Fail(out_error, id.error());
    if (!endpoint.ok()) return Fail(out_error, endpoint.error());
    return Launch(From(client)->Attach(*id, *endpoint, tag), out_job, out_error);
  });
}
pz_status pz_client_fetch_again(pz_client* client, const pz_job* job, pz_job** out_job,
                                pz_error** out_error) noexcept {
  return Guard([&] {
    if (!From(client)) return FailHandle(out_error, "client");
    if (!From(job)) return FailHandle(out_error, "job");
    return Launch(From(client)->FetchAgain(*From(job)), out_job, out_error);
  });
}
pz_status pz_client_resubmit(pz_client* client, const pz_job* job, int32_t accept_second_charge,
                             pz_job** out_job, pz_error** out_error) noexcept {
  return Guard([&] {
    if (!From(client)) return FailHandle(out_error, "client");
    if (!From(job)) return FailHandle(out_error, "job");
    return Launch(From(client)->Resubmit(*From(job), accept_second_charge != 0), out_job, out_error);
  });
}
pz_status pz_client_find_job(pz_client* client, uint64_t job_id, pz_job** out_job) noexcept {
  return With(client, [&](const Client& c) {
    Ref<pixazo::client::Job> job;
    return out_job ? Give(c.FindJob(job_id, job), job, out_job) : pz_status{PZ_E_INVALID_ARG};
  });
}

pz_status pz_client_restore(pz_client* client, uint32_t* out_count, pz_error** out_error) noexcept {
  return Guard([&] {
    if (!From(client)) return FailHandle(out_error, "client");
    const auto count = From(client)->Restore();
    if (!count.ok()) return Fail(out_error, count.error());
    if (out_count) *out_count = *count;
    return pz_status{PZ_OK};
  });
}
pz_status pz_client_deliver_webhook(pz_client* client, const char* path, size_t path_len, const void* body,
                                    size_t len) noexcept {
  return With(client, [&](const Client& c) {
    const auto text = ReadText(path, path_len);
    const auto bytes = ReadBytes(body, len);
    if (!text.ok() || !bytes.ok()) return pz_status{PZ_E_INVALID_ARG};
    return Status(c.DeliverWebhook(*text, *bytes));
  });
}
pz_status pz_client_forget(pz_client* client, uint64_t job_id) noexcept {
  return With(client, [&](const Client& c) { return Status(c.Forget(job_id)); });
}

pz_status pz_client_cancel_all(pz_client* client) noexcept {
  return With(client, [](const Client& c) { return Status(c.Tell(Command::Kind::kCancelAll)); });
}
pz_status pz_client_pause(pz_client* client) noexcept {
  return With(client, [](const Client& c) { return Status(c.Tell(Command::Kind::kPause)); });
}
pz_status pz_client_resume(pz_client* client) noexcept {
  return With(client, [](const Client& c) { return Status(c.Tell(Command::Kind::kResume)); });
}
uint32_t pz_client_in_flight(const pz_client* client) noexcept {
  return Get(client, [](const Client& c) { return c.InFlight(); });
}
int64_t pz_client_stat(const pz_client* client, pz_stat which) noexcept {
  return Get(client, [which](const Client& c) { return c.Stat(which); });
}

// Not guarded: a catch around the host's callbacks would be no firewall (pixazo.h, "Callbacks").
pz_status pz_client_dispatch(pz_client* client, uint32_t max_events, uint32_t budget_us,
                             uint32_t* out_count) noexcept {
  return From(client) ? Status(From(client)->Dispatch(max_events, budget_us, out_count)) : PZ_E_INVALID_ARG;
}
pz_status pz_client_poll_event(pz_client* client, pz_event** out_event) noexcept {
  return With(client, [&](const Client& c) {
    Ref<pixazo::client::Event> event;
    return out_event ? Give(c.Poll(event), event, out_event) : pz_status{PZ_E_INVALID_ARG};
  });
}
pz_status pz_client_wait_event(pz_client* client, uint32_t timeout_ms, pz_event** out_event) noexcept {
  return With(client, [&](const Client& c) {
    Ref<pixazo::client::Event> event;
    return out_event ? Give(c.Wait(timeout_ms, event), event, out_event) : pz_status{PZ_E_INVALID_ARG};
  });
}
pz_status pz_client_wakeup(pz_client* client) noexcept {
  return With(client, [](const Client& c) { return Status(c.Wakeup()); });
}
intptr_t pz_client_wakeup_handle(pz_client* client) noexcept {
  return From(client) ? From(client)->WakeupFd() : -1;
}

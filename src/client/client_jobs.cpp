// The ways a job comes into a client.
#include "client/client.h"
#include "client/journal_row.h"
#include "wire/reply.h"
#include "wire/text.h"

namespace pixazo::client {

using core::JobSpec;
using wire::Code;
using wire::Error;
using wire::MakeError;

namespace {

Error NoKey(const Session& session) {
  if (session.key_present() || session.config.policy.ask_key) return {};
  return MakeError(Code::kAuth, "no API key is set; set one, or let the client ask for it");
}

Error NeedsUrls(const Session& session, const Submission& submission) {
  if (session.config.ask_urls || !submission.prepared) return {};
  for (const catalogue::Prepared::Slot& slot : submission.prepared->slots)
    if (slot.needs_url)
      return MakeError(
          Code::kInvalidArg,
          slot.field + ": " + submission.endpoint->id +
              " takes pictures by URL only; give a URL, or let the client ask for one (ask_urls)",
          slot.field);
  return {};
}

// Whether a webhook of ours goes along: not with a request that names one of its own.
bool SendsWebhook(const Session& session, const Submission& submission) {
  return !session.config.webhook.base.empty() && submission.endpoint->queued && !submission.names_webhook;
}

wire::Result<Client::Launch> Admit(Session& session, Job::Make make, CallbackPtr callback = nullptr) {
  Client::Launch launch;
  if (make.kind == JobSpec::Kind::kSubmit && SendsWebhook(session, *make.submission)) {
    auto nonce = Webhooks::NewNonce();
    if (!nonce.ok()) return nonce.error();
    make.nonce = std::move(*nonce);
  }
  auto job = session.Admit(std::move(make), std::move(callback), launch.is_new);
  if (!job.ok()) return job.error();
  launch.job = std::move(*job);
  return launch;
}

// The endpoint named, or the only one whose request ids look like this one; null if that cannot be said.
wire::Result<const catalogue::Endpoint*> EndpointOf(const catalogue::Catalogue& catalogue,
                                                    std::string_view remote_id,
                                                    std::string_view endpoint_id) {
  if (!endpoint_id.empty()) {
    if (const catalogue::Endpoint* endpoint = catalogue.Find(endpoint_id)) return endpoint;
    std::string message = "there is no endpoint '" + std::string(endpoint_id) + "'";
    const std::string_view nearest = catalogue.Nearest(endpoint_id);
    if (!nearest.empty()) message += "; did you mean '" + std::string(nearest) + "'?";
    return MakeError(Code::kNotFound, wire::CleanForMessage(message), "endpoint");
  }
  const std::string_view model = wire::ModelOfRequestId(remote_id);
  const catalogue::Endpoint* only = nullptr;
  for (const catalogue::Endpoint& endpoint : catalogue.endpoints()) {
    if (model.empty() || endpoint.model_id != model) continue;
    if (only) return static_cast<const catalogue::Endpoint*>(nullptr);
    only = &endpoint;
  }
  return only;
}

}  // namespace

wire::Result<Client::Launch> Client::Submit(const Request& request, CallbackPtr callback) const {
  const Call call(this);
  if (!call.ok()) return call.error();
  auto submission = request.Prepare({.allow_private_urls = call->config.transport.allow_loopback});
  if (!submission.ok()) return submission.error();
  if (Error error = NeedsUrls(*call, **submission); !error.ok()) return error;
  if (Error error = NoKey(*call); !error.ok()) return error;
  if (!(*submission)->submit_key.empty()) {
    auto known = call->archive.FindByKey(*call, (*submission)->submit_key.c_str());
    if (!known.ok()) return known.error();
    if (*known) return Launch{std::move(*known), false};
  }
  Job::Make make;
  make.tag = (*submission)->tag;
  make.endpoint = (*submission)->endpoint.get();
  make.submission = std::move(*submission);
  return Admit(*call, std::move(make), std::move(callback));
}

wire::Result<Client::Launch> Client::Attach(std::string_view remote_id, std::string_view endpoint_id,
                                            uint64_t tag) const {
  const Call call(this);
  if (!call.ok()) return call.error();
  if (!wire::ValidRequestId(remote_id))
    return MakeError(Code::kInvalidArg, "a request id is 1 to 200 of A-Z a-z 0-9 . _ -", "remote_id");
  auto endpoint = EndpointOf(*call->config.catalogue, remote_id, endpoint_id);
  if (!endpoint.ok()) return endpoint.error();
  if (Error error = NoKey(*call); !error.ok()) return error;
  Job::Make make;
  make.kind = JobSpec::Kind::kAttach;
  make.tag = tag;
  make.endpoint = *endpoint;
  make.Follow().request_id = remote_id;
  return Admit(*call, std::move(make));
}

wire::Result<Client::Launch> Client::FetchAgain(const Job& job) const {
  const Call call(this);
  if (!call.ok()) return call.error();
  if (!job.ended()) return MakeError(Code::kInvalidState, "the job has not ended");
  Job::Make make;
  make.kind = JobSpec::Kind::kFetch;
  make.tag = job.made.tag;
  make.Follow().origin = job.id;
  make.submission = job.made.submission;
  make.endpoint = job.made.endpoint;
  if (!make.submission)
    make.endpoint = call->config.catalogue->Find(job.endpoint_id());  // the job may be another client's
  Job::Past& again = make.Follow();
  again.request_id = job.remote_id();
  again.origin_outputs = job.output_count();
  for (uint32_t i = 0; i < job.output_count(); ++i) {
    const Output* output = job.output(i);
    if (!output || output->status == Code::kOk || output->url.empty()) continue;
    again.urls.push_back(output->url);
    again.positions.push_back(i);
  }
  if (again.urls.empty()) return MakeError(Code::kNotFound, "there is no output to fetch again");
  return Admit(*call, std::move(make));
}

wire::Result<Client::Launch> Client::Resubmit(const Job& job, bool accept_second_charge) const {
  const Call call(this);
  if (!call.ok()) return call.error();
  if (job.made.kind != JobSpec::Kind::kSubmit)
    return MakeError(Code::kUnsupported,
                     "this job did not begin with a request: there is nothing to send again");
  if (!job.ended()) return MakeError(Code::kInvalidState, "the job has not ended");
  if (!accept_second_charge && job.charged() != wire::Charged::kNo)
    return MakeError(Code::kInvalidState,
                     "the job may have been charged: accept a second charge to send it again");
  if (job.made.row() && IsElsewhere(*job.made.row(), call->config))
    return MakeError(Code::kInvalidState, "the job is of another gateway, " + job.made.row()->gateway +
                                              ": nothing of it is sent to this one");
  std::shared_ptr<const Submission> submission = job.made.submission;
  if (job.made.row() && submission && submission->body.empty())
    submission = call->archive.RequestOf(*call, job.id);
  if (!submission)
    return MakeError(Code::kUnsupported, "the journal has no request that could be sent again");
  if (Error error = NoKey(*call); !error.ok()) return error;
  Job::Make make;
  make.tag = job.made.tag;
  make.Follow().origin = job.id;
  make.submission = std::move(submission);
  make.endpoint = job.made.endpoint;
  return Admit(*call, std::move(make));
}

Code Client::FindJob(core::JobId id, Ref<Job>& out) const {
  const Call call(this);
  if (!call.ok()) return call.code();
  out = call->table.Find(id);
  if (out) return Code::kOk;
  auto past = call->archive.Find(*call, id);
  if (!past.ok()) return past.error().code;
  out = std::move(*past);
  return Code::kOk;
}

wire::Result<uint32_t> Client::Restore() const {
  const Call call(this);
  if (!call.ok()) return call.error();
  if (Error error = NoKey(*call); !error.ok()) return error;
  return call->archive.Restore(*call);
}

Code Client::DeliverWebhook(std::string_view path, std::string_view body) const {
  const Call call(this);
  if (!call.ok()) return call.code();
  std::string nonce;
  bool tell = false;
  const Code code = call->webhooks.Deliver(path, body, nonce, tell);
  if (code != Code::kOk || !tell) return code;
  if (call->mailbox.Post({Command::Kind::kWebhook, {}, nonce})) return Code::kOk;
  call->webhooks.Untold(nonce);
  return Code::kClosed;
}

Code Client::Forget(core::JobId id) const {
  const Call call(this);
  if (!call.ok()) return call.code();
  Ref<Job> job = call->table.Find(id);
  if (job && !job->ended()) return Code::kInvalidState;
  if (const Code code = call->archive.Forget(id); code != Code::kOk) return code;
  call->table.Forget(id);
  call->mailbox.Post({Command::Kind::kForget, std::move(job), {}, id});
  return Code::kOk;
}

}  // namespace pixazo::client

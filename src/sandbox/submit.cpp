// The paid POST: what refuses it, what it costs, and the life of the job it begins.
#include "sandbox/gateway.h"
#include "sandbox/ids.h"
#include "sandbox/report.h"
#include "wire/text.h"
#include "wire/url.h"

namespace pixazo::sandbox {
namespace {

constexpr size_t kMaxDepth = 64;

Reply BadRequest(std::string_view message) { return ErrorReply(400, "Bad Request", message); }

}  // namespace

std::optional<Reply> Gateway::RefuseEndpoint(const Endpoint& endpoint, const HttpRequest& request) {
  if (auto refusal = RefuseKey(request)) return refusal;
  if (settings_.forbidden.count(&endpoint))
    return ErrorReply(403, "Forbidden", "This key may not use this endpoint");
  int64_t wait_ms = limiter_.Ask(KeyPrint(request), settings_.submits_per_second, Limiter::Clock::now());
  if (wait_ms > 0) {
    std::string seconds = std::to_string((wait_ms + 999) / 1000);
    Reply reply =
        ErrorReply(429, "Too Many Requests", "Rate limit is exceeded. Try again in " + seconds + " seconds.");
    reply.headers.emplace_back("Retry-After", seconds);
    return reply;
  }
  if (settings_.disabled.count(&endpoint)) {
    const std::string& model = endpoint.model_id.empty() ? endpoint.id : endpoint.model_id;
    return ErrorReply(400, "Model not found", "Model '" + model + "' not found or is disabled");
  }
  return std::nullopt;
}

std::optional<Reply> Gateway::RefuseWebhook(const Endpoint& endpoint, const HttpRequest& request) const {
  const std::string *url = request.Header("X-Webhook-URL"), *mode = request.Header("X-Webhook-Mode");
  if (!endpoint.queued || !url) return std::nullopt;
  auto parsed = wire::ParseUrl(*url);
  if (!parsed.ok() || parsed->scheme != "https") return BadRequest("X-Webhook-URL must be an https URL");
  if (mode && *mode != "terminal" && *mode != "sync")
    return BadRequest("X-Webhook-Mode must be terminal or sync");
  return std::nullopt;
}

Job& Gateway::Open(const Endpoint& endpoint, const HttpRequest& request, Order order, const Post& post) {
  Job job;
  job.serial = ++serial_;
  job.endpoint = &endpoint;
  job.manner = MannerOf(endpoint);
  job.owner = KeyPrint(request);
  job.post = post.serial;
  job.order = std::move(order);
  job.created_ms = job.updated_ms = UnixMs();
  // Every job has its own stream of numbers: the order in which requests arrive together does not matter to
  // the others.
  Random random(Hash(job.order.prompt, options_.seed + job.serial));
  job.id =
      endpoint.queued ? RequestId(endpoint.model_id, job.created_ms, job.serial, random) : ShortId(random);
  job.mixed_dates = random.Chance(0.5);
  job.plan = DrawPlan(job, settings_.speed, settings_.failed_share, settings_.error_share, random);
  job.status = endpoint.queued ? JobStatus::kQueued : JobStatus::kProcessing;
  return jobs_.Add(std::move(job));
}

std::optional<Reply> Gateway::Accept(const Endpoint& endpoint, const HttpRequest& request, Post& post,
                                     uint64_t& serial) {
  auto json = wire::ParseJson(request.body, {options_.max_request_bytes, kMaxDepth});
  if (!json.ok()) return BadRequest("The body is no valid JSON: " + json.error().message);
  if (const wire::Json* prompt = json->Find("prompt"); prompt && prompt->is_string())
    ledger_.SetPrompt(post, prompt->as_string());
  if (auto refusal = RefuseEndpoint(endpoint, request)) return refusal;
  auto order = ReadOrder(endpoint, MannerOf(endpoint), *json, options_.lenient);
  if (!order.ok()) return BadRequest(order.error().message);
  if (auto refusal = RefuseWebhook(endpoint, request)) return refusal;
  int64_t price = order->price_microusd.value_or(options_.assumed_price_microusd * order->count);
  if (!wallet_.Take(price))
    return ErrorReply(402, "Insufficient Balance",
                      "Your wallet does not have enough balance. Required: $" + DollarText(price));
  Job& job = Open(endpoint, request, std::move(*order), post);
  job.price_microusd = price;
  job.charged = true;
  ledger_.Of(endpoint.id).charged_microusd += price;
  serial = job.serial;
  return std::nullopt;
}

void Gateway::Submit(const Endpoint& endpoint, const HttpRequest& request, Answer answer) {
  Post& post = ledger_.Open(endpoint.id, request, KeyPrint(request), UnixMs());
  Answer record = [this, serial = post.serial, answer = std::move(answer)](Reply reply) {
    if (Post* answered = ledger_.Find(serial)) answered->status = reply.status;
    answer(std::move(reply));
  };
  uint64_t serial = 0;
  if (auto refusal = Accept(endpoint, request, post, serial)) {
    ++ledger_.Of(endpoint.id).refused;
    return record(std::move(*refusal));
  }
  ++ledger_.Of(endpoint.id).accepted;
  Job& job = *jobs_.Find(serial);
  post.job = job.id;
  if (endpoint.queued) {
    agenda_.In(job.plan.queued_ms, [this, serial] { Begin(serial); });
    return record(JsonReply(202, AcceptedJson(job, Base(request), catalogue_->StatusPath(job.id))));
  }
  agenda_.In(job.plan.processing_ms, [this, serial, base = Base(request), record = std::move(record)] {
    Finish(serial);
    const Job* done = jobs_.Find(serial);
    record(done ? SyncReply(*done, base) : ErrorReply(500, "Internal Server Error", "The sandbox was reset"));
  });
}

void Gateway::Begin(uint64_t serial) {
  Job* job = jobs_.Find(serial);
  if (!job) return;
  job->status = JobStatus::kProcessing;
  job->updated_ms = UnixMs();
  agenda_.In(job->plan.processing_ms, [this, serial] { Finish(serial); });
}

void Gateway::Finish(uint64_t serial) {
  Job* job = jobs_.Find(serial);
  if (!job) return;
  job->status = job->plan.end;
  job->updated_ms = job->completed_ms = UnixMs();
  EndpointCounts& counts = ledger_.Of(job->endpoint->id);
  if (job->status == JobStatus::kCompleted) {
    ++counts.completed;
    PlanPictures(*job, options_.seed);
    jobs_.Publish(*job);
    return;
  }
  ++(job->status == JobStatus::kError ? counts.errors : counts.failed);
  if (job->status != JobStatus::kError)
    return;  // FAILED: whether it is charged is not documented; here it is
  wallet_.GiveBack(job->price_microusd);
  counts.charged_microusd -= job->price_microusd;
  job->charged = false;
}

}  // namespace pixazo::sandbox

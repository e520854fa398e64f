// The paid POST: what refuses it, what it costs, and the life of the job it begins.
#include <algorithm>

#include "sandbox/gateway.h"
#include "sandbox/ids.h"
#include "sandbox/report.h"
#include "wire/text.h"
#include "wire/url.h"

namespace pixazo::sandbox {
namespace {

constexpr size_t kMaxDepth = 64;

constexpr double kCycleMs =
    5'000;  // between two looks of the queue at a job; the documents cap it at 15 s in sync mode

Reply BadRequest(std::string_view message) { return ErrorReply(400, "Bad Request", message); }

std::vector<Job::Hook> HooksOf(const catalogue::Endpoint& endpoint, const HttpRequest& request,
                               const Order& order) {
  std::vector<Job::Hook> hooks;
  const std::string *url = request.Header("X-Webhook-URL"), *mode = request.Header("X-Webhook-Mode");
  if (endpoint.queued && url) hooks.push_back({*url, false, mode && *mode == "sync", {}});
  if (!order.webhook.empty()) hooks.push_back({order.webhook, true, false, order.webhook_events});
  return hooks;
}

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

std::optional<Reply> Gateway::RefuseWebhook(const Endpoint& endpoint, const HttpRequest& request,
                                            const Order& order) const {
  const std::string *url = request.Header("X-Webhook-URL"), *mode = request.Header("X-Webhook-Mode");
  if (!order.webhook.empty() && !hooks_.Acceptable(order.webhook))
    return BadRequest("webhook must be an https URL");
  if (!endpoint.queued || !url) return std::nullopt;
  if (!hooks_.Acceptable(*url)) return BadRequest("X-Webhook-URL must be an https URL");
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
  job.base = Base(request);
  job.hooks = HooksOf(endpoint, request, job.order);
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

std::optional<Reply> Gateway::Accept(const Endpoint& endpoint, const HttpRequest& request,
                                     const wire::Result<wire::Json>& body, const Post& post, Job** job) {
  if (auto refusal = RefuseEndpoint(endpoint, request)) return refusal;
  if (!body.ok()) return BadRequest("The body is no valid JSON: " + body.error().message);
  auto order = ReadOrder(endpoint, MannerOf(endpoint), *body, options_.lenient);
  if (!order.ok()) return BadRequest(order.error().message);
  if (auto refusal = RefuseWebhook(endpoint, request, *order)) return refusal;
  int64_t price = order->price_microusd.value_or(options_.assumed_price_microusd * order->count);
  if (!wallet_.Take(price))
    return ErrorReply(402, "Insufficient Balance",
                      "Your wallet does not have enough balance. Required: $" + DollarText(price));
  *job = &Open(endpoint, request, std::move(*order), post);
  (*job)->price_microusd = price;
  (*job)->charged = true;
  ledger_.Of(endpoint.id).charged_microusd += price;
  return std::nullopt;
}

void Gateway::Submit(const Endpoint& endpoint, const HttpRequest& request, Answer answer) {
  Post& post = ledger_.Open(endpoint.id, request, KeyPrint(request), UnixMs());
  auto body = wire::ParseJson(request.body, {options_.max_request_bytes, kMaxDepth});
  const wire::Json* prompt = body.ok() ? body->Find("prompt") : nullptr;
  if (prompt && prompt->is_string()) ledger_.SetPrompt(post, prompt->as_string());
  auto fault = faults_.Match(Where::kSubmit, endpoint.id, post.prompt, UnixMs());
  Answer record = [this, serial = post.serial, fault, answer = std::move(answer)](Reply reply) {
    if (fault) Spoil(*fault, reply);
    if (Post* answered = ledger_.Find(serial)) answered->status = reply.status;
    answer(std::move(reply));
  };
  EndpointCounts& counts = ledger_.Of(endpoint.id);
  Job* job = nullptr;
  std::optional<Reply> refusal;
  if (fault && fault->RefusesSubmit()) refusal.emplace();  // whatever it says, the script says it otherwise
  if (!refusal) refusal = Accept(endpoint, request, body, post, &job);
  ++(refusal ? counts.refused : counts.accepted);
  if (refusal && fault && fault->OnlyPlans()) faults_.TakeBack(*fault);
  if (refusal) return record(std::move(*refusal));
  post.job = job->id;
  if (fault) Spoil(*fault, job->plan);
  Start(*job, record);
}

void Gateway::Start(Job& job, const Answer& answer) {
  uint64_t serial = job.serial;
  if (!job.endpoint->queued) {
    job.when_done = [answer](const Job& done) { answer(SyncReply(done, done.base)); };
    return Begin(serial);
  }
  job.due_ms = job.created_ms + job.plan.queued_ms;
  agenda_.In(job.plan.queued_ms, [this, serial] { Begin(serial); });
  if (!job.hooks.empty() && job.hooks[0].every_cycle) Cycle(serial);
  answer(JsonReply(202, AcceptedJson(job, job.base, catalogue_->StatusPath(job.id))));
}

void Gateway::Begin(uint64_t serial) {
  Job* job = jobs_.Find(serial);
  if (!job) return;
  job->status = JobStatus::kProcessing;
  job->updated_ms = UnixMs();
  hooks_.Call(*job, Hooks::Event::kStart, settings_.speed);
  std::vector<std::string> pictures = job->order.references;
  bool masked = !job->order.mask.empty();
  if (masked) pictures.push_back(job->order.mask);
  job->references.resize(job->order.references.size());
  job->awaited = 1 + static_cast<int>(pictures.size());
  double processing = static_cast<double>(job->plan.processing_ms) * job->plan.speed / settings_.speed;
  auto processing_ms = std::max<int64_t>(1, static_cast<int64_t>(processing));
  job->due_ms = job->updated_ms + processing_ms;
  agenda_.In(processing_ms, [this, serial] { Arrived(serial); });
  for (size_t i = 0; i < pictures.size(); ++i) {
    bool is_mask = masked && i + 1 == pictures.size();
    fetcher_.Get(pictures[i], [this, serial, i, is_mask](wire::Result<Source> source) {
      Job* waiting = jobs_.Find(serial);
      if (!waiting) return;
      if (source.ok()) (is_mask ? waiting->mask : waiting->references[i]) = *source;
      if (!source.ok()) waiting->plan.end = JobStatus::kFailed, waiting->plan.error = source.error().message;
      Arrived(serial);
    });
  }
}

void Gateway::Cycle(uint64_t serial) {
  agenda_.In(std::max<int64_t>(1, static_cast<int64_t>(kCycleMs / settings_.speed)), [this, serial] {
    Job* job = jobs_.Find(serial);
    if (!job || IsTerminal(job->status)) return;
    hooks_.Call(*job, Hooks::Event::kCycle, settings_.speed);
    Cycle(serial);
  });
}

void Gateway::Arrived(uint64_t serial) {
  Job* job = jobs_.Find(serial);
  if (job && --job->awaited == 0) Finish(serial);
}

// Some endpoints want a mask of the picture's size; the pictures had to be fetched to tell.
void Gateway::CheckMask(Job& job) {
  if (!job.mask || job.references.empty() || !job.references[0]) return;
  bool strict =
      std::any_of(job.endpoint->rules.begin(), job.endpoint->rules.end(),
                  [](const catalogue::Rule& rule) { return rule.kind == catalogue::Rule::Kind::kSameSize; });
  auto info = [](const Source& source) {
    return wire::SniffImage(source->bytes.data(), source->bytes.size());
  };
  wire::ImageInfo picture = info(job.references[0]), mask = info(job.mask);
  if (!strict || (picture.width == mask.width && picture.height == mask.height)) return;
  job.plan.end = JobStatus::kFailed;
  job.plan.error = "The mask must have the size of the first picture";
}

void Gateway::Finish(uint64_t serial) {
  Job* job = jobs_.Find(serial);
  if (!job) return;
  CheckMask(*job);
  job->status = job->plan.end;
  job->updated_ms = job->completed_ms = UnixMs();
  Settle(*job);
  if (job->status == JobStatus::kCompleted) {
    PlanPictures(*job, options_.seed);
    jobs_.Publish(*job);
    hooks_.Call(*job, Hooks::Event::kOutput, settings_.speed);
  }
  hooks_.Call(*job, Hooks::Event::kEnd, settings_.speed);
  if (auto when_done = std::move(job->when_done)) when_done(*job);
}

void Gateway::Settle(Job& job) {
  EndpointCounts& counts = ledger_.Of(job.endpoint->id);
  ++(job.status == JobStatus::kCompleted ? counts.completed
     : job.status == JobStatus::kError   ? counts.errors
                                         : counts.failed);
  if (job.status != JobStatus::kError) return;  // FAILED: whether it is charged is not documented; here it is
  wallet_.GiveBack(job.price_microusd);
  counts.charged_microusd -= job.price_microusd;
  job.charged = false;
}

}  // namespace pixazo::sandbox

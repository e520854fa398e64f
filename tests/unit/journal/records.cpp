#include "records.h"

namespace pixazo::test {

Record MakeRecord(uint64_t job, Stage stage, uint64_t salt) {
  const std::string n = std::to_string(job) + "." + std::to_string(salt);
  Record r;
  r.job = job;
  r.tag = ~job;
  r.origin = job / 2;
  r.stage = stage;
  r.state = stage == Stage::kIntent ? 1 : stage == Stage::kAcked ? 4 : 100;
  r.charged = stage == Stage::kIntent ? 1 : 2;
  r.kind = static_cast<int32_t>(job % 4);
  r.priority = -static_cast<int32_t>(job);
  r.queued_endpoint = job % 2 == 0;
  r.endpoint_id = "endpoint-" + n;
  r.submit_key = "key-" + n;
  r.nonce = "nonce-" + n;
  r.body = R"({"prompt":"a lighthouse in winter )" + n + "\"}";
  r.params = R"({"prompt":")" + n + "\"}";
  r.output_dir = "/pictures/" + n;
  r.output_name = "name-" + n;
  r.reserved_microusd = static_cast<int64_t>(40'000 + job);
  r.created_ms = 1'790'000'000'000 + static_cast<int64_t>(job);
  r.updated_ms = r.created_ms + static_cast<int64_t>(salt);
  r.deadline_ms = r.created_ms + 1'800'000;
  r.fetch_outputs = job % 3 != 0;
  r.gateway = job % 2 ? "https://gateway.example" : "";
  r.submit_timeout_ms = static_cast<uint32_t>(job % 5 * 1000);
  if (stage == Stage::kIntent) return r;
  r.request_id = "model-0_" + n;
  r.outputs.push_back({"https://cdn.example/" + n + ".png", "", "image/png", 0, 0, 0, -13});
  if (stage == Stage::kAcked) return r;
  r.outputs[0] = {
      "https://cdn.example/" + n + ".png", "/pictures/\xff\xfe" + n, "image/png", 1u << 20, 1024, 768, 0};
  r.outputs.push_back({"", "/pictures/" + n, "image/webp", 5, 6, 7, -59});
  r.error = wire::MakeError(Code::kOutput, "the second picture of " + n + " could not be fetched", "field");
  r.error.remote_code = "Gone";
  r.error.request_id = r.request_id;
  r.error.http_status = 410;
  r.error.retryable = true;
  r.error.retry_after_ms = 5;
  r.error.required_microusd = 6;
  r.error.charged = wire::Charged::kYes;
  return r;
}

std::string Difference(const Record& a, const Record& b) {
#define SAME(member) \
  if (a.member != b.member) return #member
  SAME(job);
  SAME(tag);
  SAME(origin);
  SAME(stage);
  SAME(state);
  SAME(charged);
  SAME(kind);
  SAME(priority);
  SAME(attempts);
  SAME(queued_endpoint);
  SAME(delivered);
  SAME(body_withheld);
  SAME(fetch_outputs);
  SAME(gateway);
  SAME(submit_timeout_ms);
  SAME(candidate);
  SAME(endpoint_id);
  SAME(request_id);
  SAME(submit_key);
  SAME(nonce);
  SAME(body);
  SAME(params);
  SAME(output_dir);
  SAME(output_name);
  SAME(reserved_microusd);
  SAME(created_ms);
  SAME(updated_ms);
  SAME(deadline_ms);
  SAME(error.code);
  SAME(error.message);
  SAME(error.field);
  SAME(error.remote_code);
  SAME(error.request_id);
  SAME(error.http_status);
  SAME(error.retryable);
  SAME(error.retry_after_ms);
  SAME(error.required_microusd);
  if (!a.error.ok()) SAME(error.charged);
  SAME(outputs.size());
  for (size_t i = 0; i < a.outputs.size(); ++i) {
    SAME(outputs[i].url);
    SAME(outputs[i].path);
    SAME(outputs[i].media_type);
    SAME(outputs[i].bytes);
    SAME(outputs[i].width);
    SAME(outputs[i].height);
    SAME(outputs[i].status);
  }
#undef SAME
  return {};
}

}  // namespace pixazo::test

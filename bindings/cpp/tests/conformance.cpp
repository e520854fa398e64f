// The scenarios of bindings/conformance/scenarios.json in C++: conformance <scenario>.
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <pixazo.hpp>

#include "http.h"

namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using pixazo::charged;
using pixazo::state;
using pixazo::status;

void Require(bool good, const char* what, int line) {
  if (good) return;
  std::printf("conformance.cpp:%d: not so: %s\n", line, what);
  std::exit(1);
}
#define REQUIRE(condition) Require(static_cast<bool>(condition), #condition, __LINE__)

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

pixazo::options Options() {
  pixazo::options o;
  o.base_url(Environment("PIXAZO_BASE_URL")).api_key(Environment("PIXAZO_API_KEY")).allow_loopback();
  o.poll_interval(20ms, 100ms).retry(3, 10ms, 50ms);
  return o;
}

pixazo::client Client() { return pixazo::client::make(Options()).or_throw(); }

pixazo::request Request(const std::string& prompt, const char* endpoint = "gpt-image-2") {
  pixazo::request r(endpoint);
  r.prompt(prompt);
  return r;
}

// Pumps until `found` says so; the script that runs this program ends a wait in vain.
template <class F>
void Until(pixazo::client& client, F found) {
  while (!found()) client.pump(50ms);
}

bool IsPicture(std::string_view bytes, std::string_view type) {
  if (type == "image/png") return bytes.substr(0, 8) == "\x89PNG\r\n\x1a\n";
  if (type == "image/jpeg") return bytes.substr(0, 3) == "\xff\xd8\xff";
  return type == "image/webp" && bytes.substr(0, 4) == "RIFF" && bytes.substr(8, 4) == "WEBP";
}

void CheckEnd(const pixazo::job& job, state ended, std::optional<status> why, charged money) {
  REQUIRE(job.state() == ended);
  REQUIRE(job.error().has_value() == why.has_value());
  if (why) REQUIRE(job.error()->status == *why);
  REQUIRE(job.charged() == money);
}

pixazo::job Ended(pixazo::client& client, const pixazo::request& request) {
  pixazo::job job = client.submit(request).or_throw();
  job.wait().or_throw();
  return job;
}

void GenerateMemory() {
  pixazo::client client = Client();
  pixazo::request request = Request("generate_memory", "gpt-image-2-text-to-image");
  pixazo::job job = client.generate(request.set("quality", "low")).or_throw();
  CheckEnd(job, state::completed, {}, charged::yes);
  auto outputs = job.outputs();
  REQUIRE(outputs.size() == 1 && outputs[0].status() == status::ok);
  REQUIRE(IsPicture(outputs[0].bytes(), outputs[0].media_type()));
  REQUIRE(outputs[0].size() == outputs[0].bytes().size());
  REQUIRE(outputs[0].width() > 0 && outputs[0].height() > 0);
}

void GenerateFile() {
  pixazo::client client = Client();
  pixazo::request request = Request("generate_file", "sdxl-lightning");
  request.set("width", 256).set("height", 256).output_dir(Environment("PIXAZO_SCENARIO_DIR"));
  pixazo::job job = client.generate(request).or_throw();
  auto outputs = job.outputs();
  REQUIRE(outputs.size() == 1);
  std::string path(outputs[0].path());
  std::ifstream file(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  REQUIRE(bytes.size() == outputs[0].size() && !bytes.empty());
  REQUIRE(outputs[0].bytes().empty());
  REQUIRE(IsPicture(bytes, outputs[0].media_type()));
  std::string extension = path.substr(path.rfind('.') + 1);
  REQUIRE((extension == "jpg" ? "image/jpeg" : "image/" + extension) == outputs[0].media_type());
}

void FourOutputsOneFails() {
  pixazo::client client = Client();
  pixazo::request request = Request("four_outputs_one_fails");
  pixazo::job job = client.generate(request.set("count", 4)).or_throw();
  auto outputs = job.outputs();
  REQUIRE(outputs.size() == 4);
  for (const pixazo::output& output : outputs) {
    REQUIRE(output.status() == (output.index() == 2 ? status::output : status::ok));
    REQUIRE(output.error().has_value() == (output.index() == 2));
  }
  REQUIRE(outputs[2].error()->http_status == 403);
}

void CancelBeforeSubmit() {
  pixazo::client client = Client();
  client.pause().or_throw();
  pixazo::job job = client.submit(Request("cancel_before_submit")).or_throw();
  job.cancel();
  job.wait().or_throw();
  CheckEnd(job, state::cancelled, status::cancelled, charged::no);
}

void CancelAfterSubmit() {
  pixazo::client client = Client();
  pixazo::job job = client.submit(Request("cancel_after_submit")).or_throw();
  Until(client, [&] { return job.state() == state::processing; });
  job.cancel();
  job.wait().or_throw();
  CheckEnd(job, state::cancelled, status::cancelled, charged::unknown);
  REQUIRE(!job.remote_id().empty());
}

void ValidationError() {
  pixazo::client client = Client();
  pixazo::request request("gpt-image-2");
  pixazo::result<pixazo::job> job = client.submit(request.set("promt", "validation_error"));
  REQUIRE(job.status() == status::invalid_argument);
  REQUIRE(job.error().field == "promt");
  REQUIRE(job.error().message.find("prompt") != std::string::npos);
}

void Balance402() {
  pixazo::client client = Client();
  pixazo::request request = Request("balance_402", "gpt-image-2-text-to-image");
  pixazo::job job = Ended(client, request.set("quality", "low"));
  CheckEnd(job, state::failed, status::balance, charged::no);
  REQUIRE(job.error()->http_status == 402 && job.error()->required_microusd == 12000);
}

void RateLimitedThenOk() {
  pixazo::client client = Client();
  pixazo::job job = Ended(client, Request("rate_limited_then_ok"));
  CheckEnd(job, state::completed, {}, charged::yes);
  REQUIRE(job.attempts() == 2);
}

void Ends(const char* prompt, status why, charged money) {
  pixazo::client client = Client();
  CheckEnd(Ended(client, Request(prompt)), state::failed, why, money);
}

void Uncertain() {
  pixazo::client client = Client();
  pixazo::job job = Ended(client, Request("uncertain"));
  CheckEnd(job, state::failed, status::uncertain, charged::unknown);
  REQUIRE(!job.error()->retryable);
}

void Timeout() {
  pixazo::client client = Client();
  pixazo::request request = Request("timeout");
  pixazo::job job = Ended(client, request.job_timeout(2000ms));
  CheckEnd(job, state::failed, status::timeout, charged::unknown);
  REQUIRE(!job.remote_id().empty());
}

void Restore() {
  pixazo::options options = Options();
  options.journal(Environment("PIXAZO_SCENARIO_DIR") + "/journal");
  uint64_t id = 0;
  std::string remote_id;
  {
    pixazo::client client = pixazo::client::make(options).or_throw();
    pixazo::job job = client.submit(Request("restore")).or_throw();
    Until(client, [&] { return !job.remote_id().empty(); });
    id = job.id();
    remote_id = job.remote_id();
  }
  http::Ask(Environment("PIXAZO_SANDBOX"), "/sandbox/settings", R"({"speed": 500})");
  pixazo::client client = pixazo::client::make(options).or_throw();
  REQUIRE(*client.restore() == 1);
  pixazo::job job = client.find_job(id).or_throw();
  job.wait().or_throw();
  CheckEnd(job, state::completed, {}, charged::yes);
  REQUIRE(job.remote_id() == remote_id);
}

void Webhook() {
  std::optional<pixazo::client> client;
  std::mutex mutex;
  http::Server server([&](const std::string& path, const std::string& body) {
    std::lock_guard<std::mutex> lock(mutex);
    client->deliver_webhook(path, body).or_throw();
  });
  pixazo::options options = Options();
  options.webhook_url(server.url() + "/hook/").poll_interval(60s, 60s);
  {
    std::lock_guard<std::mutex> lock(mutex);
    client.emplace(pixazo::client::make(options).or_throw());
  }
  pixazo::job job = client->generate(Request("webhook")).or_throw();
  CheckEnd(job, state::completed, {}, charged::yes);
  REQUIRE(client->get(pixazo::stat::webhooks) > 0);
}

void Attach() {
  std::string remote_id;
  {
    pixazo::client first = Client();
    pixazo::job job = first.submit(Request("attach")).or_throw();
    Until(first, [&] { return !job.remote_id().empty(); });
    remote_id = job.remote_id();
  }
  pixazo::client second = Client();
  pixazo::job job = second.attach(remote_id).or_throw();
  job.wait().or_throw();
  REQUIRE(job.state() == state::completed);
  REQUIRE(job.outputs().size() == 1 && job.outputs()[0].status() == status::ok);
}

void CatalogueForm() {
  pixazo::catalogue catalogue = pixazo::catalogue::builtin();
  REQUIRE(catalogue.endpoints().size() >= 15);
  for (const pixazo::endpoint& endpoint : catalogue.endpoints()) {
    REQUIRE(!endpoint.params().empty());
    REQUIRE(json::parse(endpoint.example_json()).is_object());
    for (const pixazo::param& param : endpoint.params()) {
      REQUIRE(!param.name().empty());
      REQUIRE(name(param.type()) != "?");
    }
  }
  pixazo::param images = *catalogue.find("gpt-image-2-edit")->find_param("images");
  REQUIRE(images.type() == pixazo::param_type::images && images.required() && images.accepts_data_uri());
  json choices = json::array();
  for (std::string_view choice : catalogue.find("gpt-image-2")->find_param("quality")->choices_json())
    choices.push_back(json::parse(choice));
  REQUIRE(choices == json({"low", "medium", "high", "auto"}));
}

void Estimate() {
  pixazo::request known = Request("estimate", "gpt-image-2-text-to-image");
  pixazo::price price = known.set("quality", "low").estimate().or_throw();
  REQUIRE(price.low_microusd == 12000 && price.low_microusd <= price.high_microusd);
  REQUIRE(!known.estimate_source().empty());
  pixazo::request unknown = Request("estimate");
  REQUIRE(unknown.estimate().status() == status::not_found);
  REQUIRE(!unknown.estimate_source().empty());
}

void UnicodePrompt() {
  const std::string prompt =
      json::parse("\"lighthouse \\ud83c\\udfee e\\u0301 \\u05e9\\u05dc\\u05d5\\u05dd \\u202e\\u2028 end\"");
  pixazo::client client = Client();
  client.generate(Request(prompt)).or_throw();
  json seen = json::parse(http::Ask(Environment("PIXAZO_SANDBOX"), "/sandbox/state"));
  REQUIRE(seen["posts"][0]["prompt"] == prompt);
}

void TwoClients() {
  pixazo::options other = Options();
  other.api_key(Environment("PIXAZO_API_KEY") + "-2");
  pixazo::client first = Client(), second = pixazo::client::make(other).or_throw();
  auto one = first.async(Request("two_clients 1")), two = second.async(Request("two_clients 2"));
  one.get().or_throw();
  two.get().or_throw();
}

void SubmitSome(pixazo::client& client, const std::string& prompt, int count,
                std::vector<pixazo::job>& jobs) {
  for (int i = 1; i <= count; ++i)
    jobs.push_back(client.submit(Request(prompt + " " + std::to_string(i))).or_throw());
  Until(client, [&] { return jobs[0].state() == state::processing; });
}

void ExitRunning() {
  // Never freed: main is left while they run, also the client's own pump thread.
  static auto* client = new pixazo::client(Client());
  static auto* jobs = new std::vector<pixazo::job>;
  SubmitSome(*client, "exit_running", 5, *jobs);
  client->start_pump_thread();
}

void Many() {
  pixazo::client client = Client();
  std::map<uint64_t, int> done;
  std::vector<pixazo::job> jobs;
  for (int i = 1; i <= 200; ++i) {
    pixazo::request request = Request("many " + std::to_string(i));
    jobs.push_back(client
                       .submit(request.fetch_outputs(false),
                               [&](const pixazo::event& event) {
                                 if (event.type() == pixazo::event_type::done) ++done[event.job_id()];
                               })
                       .or_throw());
  }
  Until(client, [&] { return done.size() == 200; });
  client.shutdown(0ms).or_throw();
  client.pump();
  for (const pixazo::job& job : jobs) REQUIRE(job.state() == state::completed && done[job.id()] == 1);
}

void DestroyMidflight() {
  std::vector<pixazo::job> jobs;
  {
    pixazo::client client = Client();
    SubmitSome(client, "destroy_midflight", 20, jobs);
  }
  for (const pixazo::job& job : jobs) CheckEnd(job, state::cancelled, status::closed, job.charged());
}

const std::map<std::string, void (*)()> kScenarios = {
    {"generate_memory", GenerateMemory},
    {"generate_file", GenerateFile},
    {"four_outputs_one_fails", FourOutputsOneFails},
    {"cancel_before_submit", CancelBeforeSubmit},
    {"cancel_after_submit", CancelAfterSubmit},
    {"validation_error", ValidationError},
    {"balance_402", Balance402},
    {"rate_limited_then_ok", RateLimitedThenOk},
    {"job_failed", [] { Ends("job_failed", status::job_failed, charged::unknown); }},
    {"job_error", [] { Ends("job_error", status::job_error, charged::no); }},
    {"uncertain", Uncertain},
    {"timeout", Timeout},
    {"restore", Restore},
    {"webhook", Webhook},
    {"attach", Attach},
    {"catalogue_form", CatalogueForm},
    {"estimate", Estimate},
    {"unicode_prompt", UnicodePrompt},
    {"two_clients", TwoClients},
    {"exit_running", ExitRunning},
    {"many", Many},
    {"destroy_midflight", DestroyMidflight},
};

}  // namespace

int main(int argc, char** argv) {
  auto found = kScenarios.find(argc == 2 ? argv[1] : "");
  if (found == kScenarios.end()) return std::puts("there is no such scenario in C++"), 77;
  try {
    found->second();
  } catch (const pixazo::exception& e) {
    return std::printf("%s: %s\n", name(e.status()).data(), e.what()), 1;
  }
  return 0;
}

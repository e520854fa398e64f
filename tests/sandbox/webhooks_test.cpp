// Webhooks: both mechanisms, both modes, and what is posted.
#include "sandbox/catcher.h"
#include "sandbox/fixture.h"

namespace sandbox_test {
namespace {

const char* const kRelight = "/pixelforge-relighting-api/v1/relighting/generate";
const std::string kIso = "0000-00-00T00:00:00.000Z", kSpaced = "0000-00-00 00:00:00";

// The text with every digit made 0.
std::string Form(std::string text) {
  for (char& c : text) c = c >= '0' && c <= '9' ? '0' : c;
  return text;
}

Options WithHttp(double speed = 500) {
  Options options;
  options.speed = speed;
  options.http_webhooks = true;
  return options;
}

Headers Hook(const std::string& url, const std::string& mode = "") {
  Headers headers = kWithKey;
  headers.emplace_back("X-Webhook-URL", url);
  if (!mode.empty()) headers.emplace_back("X-Webhook-Mode", mode);
  return headers;
}

Json Printed(const std::string& section) {
  for (const Json& example : Examples())
    if (PathOf(example) == kTextToImage && example["section"] == section) return example["json"];
  return nullptr;
}

// The printed payload with this job's own id, URLs and dates in place of the documents'.
Json Expected(Json printed, const Json& posted) {
  for (const char* name : {"request_id", "created_at", "updated_at", "completed_at"})
    printed[name] = posted[name];
  if (posted["output"].is_object()) printed["output"]["media_url"] = posted["output"]["media_url"];
  return printed;
}

std::vector<Json> Bodies(const std::vector<Catcher::Caught>& posts) {
  std::vector<Json> bodies;
  for (const auto& post : posts) bodies.push_back(Json::parse(post.body));
  return bodies;
}

std::vector<std::string> Words(const std::vector<Catcher::Caught>& posts) {
  std::vector<std::string> words;
  for (const Json& body : Bodies(posts)) words.push_back(body["status"]);
  return words;
}

// How many calls of a sandbox are over, waited for.
Json WaitForCalls(const Fixture& f, size_t n) {
  while (true) {
    Json calls = f.State()["webhooks"];
    size_t over = 0;
    for (const Json& call : calls) over += call["over"].get<bool>();
    if (over >= n) return calls;
  }
}

}  // namespace

TEST_CASE("terminal mode posts once, at the end, what the documents print") {
  Fixture f(WithHttp());
  Catcher catcher;
  Json accepted =
      f.Order(kTextToImage, {{"prompt", "a"}}, Hook(catcher.url() + "/hook?n=1", "terminal")).json();
  Json status = WaitForEnd(accepted["polling_url"]);
  auto posts = catcher.Wait(1);
  CHECK(WaitForCalls(f, 1).size() == 1);
  CHECK(posts[0].path == "/hook?n=1");
  CHECK(posts[0].head.find("Content-Type: application/json") != std::string::npos);
  CHECK(posts[0].head.find(kKey) == std::string::npos);
  Json posted = Json::parse(posts[0].body);
  CHECK(posted == Expected(Printed("Callback Payload"), posted));
  CHECK(posted["request_id"] == accepted["request_id"]);
  CHECK(posted["output"] == status["output"]);
  CHECK(Form(posted["created_at"]) == kIso);
  for (const char* name : {"updated_at", "completed_at"})
    CHECK(Form(posted[name]) == kSpaced);
}

TEST_CASE("a failure is posted in the documents' shape of a failure") {
  Fixture f(WithHttp());
  Catcher catcher;
  f.Order(kTextToImage, {{"prompt", "sandbox:ERROR"}}, Hook(catcher.url()));
  Json posted = Json::parse(catcher.Wait(1)[0].body);
  CHECK(posted == Expected(Printed("Failure callback shape"), posted));
}

TEST_CASE("sync mode posts while the job waits and runs, and once at its end") {
  Fixture f(WithHttp(20));
  Catcher catcher;
  f.Order(kTextToImage, {{"prompt", "a"}, {"quality", "high"}}, Hook(catcher.url(), "sync"));
  std::vector<std::string> words;
  for (size_t n = 1; words.empty() || words.back() != "COMPLETED"; ++n) words = Words(catcher.Wait(n));
  CHECK(words.size() >= 3);
  CHECK(std::count(words.begin(), words.end(), "COMPLETED") == 1);
  CHECK(words[words.size() - 2] == "PROCESSING");
}

TEST_CASE("the body's webhook follows its filter, with each endpoint's own word for the end") {
  Fixture f(WithHttp());
  struct Row {
    const char* path;
    Json filter;
    std::vector<std::string> statuses, events;
  };
  const Row rows[] = {
      {kGhibli, nullptr, {"COMPLETED"}, {"completed"}},
      {kGhibli, {"completed"}, {"COMPLETED"}, {"completed"}},
      {kGhibli, {"*"}, {"PROCESSING", "COMPLETED", "COMPLETED"}, {"start", "output", "completed"}},
      {kGhibli,
       {"start", "output", "completed"},
       {"PROCESSING", "COMPLETED", "COMPLETED"},
       {"start", "output", "completed"}},
      {kRelight, nullptr, {"PROCESSING", "COMPLETED", "COMPLETED"}, {"start", "output", "complete"}},
      {kRelight, {"start"}, {"PROCESSING"}, {"start"}},
      {kRelight, {"complete"}, {"COMPLETED"}, {"complete"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.filter.dump());
    f.sandbox.Reset();
    Catcher catcher;
    Json body = {{"prompt", "a"}, {"webhook", catcher.url()}};
    if (!row.filter.is_null()) body["webhook_events_filter"] = row.filter;
    if (row.path == kRelight) body["image_urls"] = {"https://example.com/a.png"};
    Response accepted = f.Order(row.path, body);
    REQUIRE_MESSAGE(accepted.status == 202, accepted.body);
    WaitForEnd(accepted.json()["polling_url"]);
    Json calls = WaitForCalls(f, row.events.size());
    auto posts = catcher.Wait(row.events.size());
    REQUIRE(calls.size() == row.events.size());
    for (size_t i = 0; i < calls.size(); ++i) {
      CHECK(calls[i]["event"] == row.events[i]);
      CHECK(calls[i]["status"] == row.statuses[i]);
      CHECK(calls[i]["http"] == 200);
    }
  }
}

TEST_CASE("a webhook that answers 500 is tried again, one that keeps failing is given up") {
  Fixture f(WithHttp());
  Catcher catcher;
  catcher.Answer({500, 503});
  f.Order(kTextToImage, {{"prompt", "a"}}, Hook(catcher.url()));
  CHECK(catcher.Wait(3).size() == 3);
  Json call = WaitForCalls(f, 1)[0];
  CHECK(call["attempts"] == 3);
  CHECK(call["http"] == 200);
  f.sandbox.Reset();
  catcher.Answer({500, 500, 500});
  f.Order(kTextToImage, {{"prompt", "a"}}, Hook(catcher.url()));
  call = WaitForCalls(f, 1)[0];
  CHECK(call["attempts"] == 3);
  CHECK(call["http"] == 500);
}

TEST_CASE("a call can be replayed as it was") {
  Fixture f(WithHttp());
  Catcher catcher;
  f.Order(kTextToImage, {{"prompt", "a"}}, Hook(catcher.url()));
  std::string first = catcher.Wait(1)[0].body, serial = WaitForCalls(f, 1)[0]["serial"].dump();
  CHECK(Post(f.Url("/sandbox/replay?webhook=" + serial), "", {}).status == 200);
  CHECK(catcher.Wait(2)[1].body == first);
  CHECK(Post(f.Url("/sandbox/replay?webhook=99"), "", {}).status == 404);
}

TEST_CASE("plain http is refused unless allowed, and then on loopback only") {
  Catcher catcher;
  {
    Fixture f;
    CHECK(f.Order(kTextToImage, {{"prompt", "a"}}, Hook(catcher.url())).status == 400);
    CHECK(f.Order(kGhibli, {{"prompt", "a"}, {"webhook", catcher.url()}}).status == 400);
  }
  Fixture f(WithHttp());
  CHECK(f.Order(kTextToImage, {{"prompt", "a"}}, Hook("http://example.com/hook")).status == 400);
  CHECK(f.Order(kTextToImage, {{"prompt", "a"}}, Hook(catcher.url())).status == 202);
}

TEST_CASE("a host that nobody allowed is never called, and the state says so") {
  Fixture f;
  f.Order(kTextToImage, {{"prompt", "a"}}, Hook("https://your-server.com/webhook/callback"));
  Json call = WaitForCalls(f, 1)[0];
  CHECK(call["http"] == 0);
  CHECK(call["error"].get<std::string>().find("not sent") == 0);
}

}  // namespace sandbox_test

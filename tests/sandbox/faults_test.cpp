// The fault script.
#include <curl/curl.h>

#include "sandbox/catcher.h"
#include "sandbox/fixture.h"
#include "wire/json.h"

namespace sandbox_test {
namespace {

Fixture WithScript(const Json& rules, double speed = 500) {
  Options options;
  options.speed = speed;
  options.http_webhooks = true;
  options.faults = *pixazo::wire::ParseJson(rules.dump());
  return Fixture(options);
}

Json Prompt(const std::string& text = "a") { return {{"prompt", text}}; }

std::string SmallPicture(const Fixture& f, const std::string& prompt = "a") {
  return FirstMedia(f.Order(kSdxl, {{"prompt", prompt}, {"width", 200}, {"height", 200}}).json());
}

}  // namespace

TEST_CASE("a submit can be refused by script: as often as told, without a job, with Retry-After") {
  Fixture f = WithScript({{{"on", "submit"}, {"times", 2}, {"status", 429}, {"retry_after", 2}}});
  for (int i = 0; i < 2; ++i) {
    Response response = f.Order(kTextToImage, Prompt());
    CHECK(response.status == 429);
    CHECK(response.headers["retry-after"] == "2");
  }
  CHECK(f.Order(kTextToImage, Prompt()).status == 202);
  CHECK(f.State()["jobs"].size() == 1);
  CHECK(f.State()["endpoints"]["gpt-image-2"]["refused"] == 2);
  CHECK(f.State()["faults"][0]["applied"] == 2);
}

TEST_CASE("an answer can be lost after the job was made, and the money taken") {
  Fixture f = WithScript({{{"on", "submit"}, {"process", true}, {"drop", true}},
                          {{"on", "submit"}, {"process", true}, {"status", 502}}});
  CHECK(f.Order(kTextToImage, Prompt()).curl == CURLE_GOT_NOTHING);
  CHECK(f.Order(kTextToImage, Prompt()).status == 502);
  Json state = f.State();
  CHECK(state["jobs"].size() == 2);
  CHECK(state["wallet"]["charged_microusd"] == 20'000);
  CHECK(state["prompts"]["a"] == 2);
}

TEST_CASE("a connection can be dropped or reset before the job is made") {
  Fixture f =
      WithScript({{{"on", "submit"}, {"drop", true}}, {{"on", "submit"}, {"drop", true}, {"reset", true}}});
  CHECK(f.Order(kTextToImage, Prompt()).curl == CURLE_GOT_NOTHING);
  CHECK(f.Order(kTextToImage, Prompt()).curl == CURLE_RECV_ERROR);
  CHECK(f.State()["jobs"].empty());
  CHECK(f.State()["wallet"]["charged_microusd"] == 0);
}

TEST_CASE("rules choose by endpoint, prompt and turn") {
  Fixture f = WithScript({{{"on", "submit"}, {"endpoint", "studio-ghibli"}, {"times", 0}, {"status", 500}},
                          {{"on", "submit"}, {"prompt", "cat"}, {"nth", 2}, {"status", 503}}});
  CHECK(f.Order(kGhibli, Prompt()).status == 500);
  CHECK(f.Order(kTextToImage, Prompt("a cat")).status == 202);
  CHECK(f.Order(kTextToImage, Prompt("a dog")).status == 202);
  CHECK(f.Order(kTextToImage, Prompt("two cats")).status == 503);
  CHECK(f.Order(kTextToImage, Prompt("a cat")).status == 202);
  CHECK(f.Order(kGhibli, Prompt()).status == 500);
}

TEST_CASE("one picture of several can be refused by its path") {
  Fixture f = WithScript({{{"on", "media"}, {"path", "output_2"}, {"times", 0}, {"status", 403}}});
  Json urls = WaitForEnd(f.Order(kTextToImage, {{"prompt", "two"}, {"n", 2}}).json()["polling_url"])["output"]["media_url"];
  CHECK(Get(urls[0]).status == 200);
  CHECK(Get(urls[1]).status == 403);
  CHECK(Get(urls[1]).status == 403);
}

TEST_CASE("a share of the matches is drawn from the seed") {
  auto run = [] {
    Fixture f = WithScript({{{"on", "submit"}, {"times", 0}, {"share", 0.4}, {"status", 500}}});
    std::string statuses;
    for (int i = 0; i < 50; ++i) statuses += f.Order(kTextToImage, Prompt()).status == 500 ? 'x' : '.';
    return statuses;
  };
  std::string first = run();
  CHECK(run() == first);
  CHECK(std::count(first.begin(), first.end(), 'x') > 8);
  CHECK(std::count(first.begin(), first.end(), 'x') < 35);
}

TEST_CASE("a job's end and times can be set by script") {
  Fixture f = WithScript(
      {{{"on", "submit"}, {"end", "FAILED"}, {"error", "no luck"}, {"queued_ms", 1}, {"processing_ms", 1}}},
      0.001);
  Json status = WaitForEnd(f.Order(kTextToImage, Prompt()).json()["polling_url"]);
  CHECK(status["status"] == "FAILED");
  CHECK(status["error"] == "no luck");
}

TEST_CASE("a status reply can lie, fail, be cut at any byte, and be slow") {
  Fixture f = WithScript(Json::array());
  std::string url = f.Order(kTextToImage, Prompt()).json()["polling_url"];
  Json truth = WaitForEnd(url);
  auto script = [&](const Json& rule) {
    CHECK(Post(f.Url("/sandbox/faults"), rule.dump(), {}).status == 200);
  };
  script({{"on", "status"}, {"lie", {{"status", "PROCESSING"}, {"output", nullptr}}}});
  Json lie = Get(url, kWithKey).json();
  CHECK(lie["status"] == "PROCESSING");
  CHECK(lie["output"].is_null());
  CHECK(lie["request_id"] == truth["request_id"]);
  CHECK(Get(url, kWithKey).json() == truth);
  script({{"on", "status"}, {"status", 503}, {"body", "<html>"}, {"content_type", "text/html"}});
  Response html = Get(url, kWithKey);
  CHECK(html.status == 503);
  CHECK(html.body == "<html>");
  CHECK(html.headers["content-type"] == "text/html");
  script({{"on", "status"}, {"truncate", 10}});
  Response cut = Get(url, kWithKey);
  CHECK(cut.curl == CURLE_PARTIAL_FILE);
  CHECK(cut.body == Get(url, kWithKey).body.substr(0, 10));
  script({{"on", "status"}, {"cut_at", 9}, {"times", 2}});  // twice: libcurl asks again when a kept connection dies
  CHECK(Get(url, kWithKey).status == 0);
  script({{"on", "status"}, {"delay_ms", 30}, {"bytes_per_second", 20'000}});
  CHECK(Get(url, kWithKey).json() == truth);
}

TEST_CASE("a reply sent twice is followed by itself on the same connection") {
  Fixture f = WithScript({{{"on", "submit"}, {"twice", true}}});
  CHECK(f.Order(kTextToImage, Prompt()).status == 202);
  CHECK(f.State()["jobs"].size() == 1);
}

TEST_CASE("a picture can be truncated, endless, or no picture at all") {
  Fixture f = WithScript(Json::array());
  std::string url = SmallPicture(f);
  std::string whole = Get(url).body;
  auto set = [&](Json rule) {
    rule["on"] = "media";
    CHECK(Post(f.Url("/sandbox/faults"), rule.dump(), {}).status == 200);
  };
  set({{"truncate", 100}});
  Response cut = Get(url);
  CHECK(cut.curl == CURLE_PARTIAL_FILE);
  CHECK(cut.body == whole.substr(0, 100));
  CHECK(cut.headers["content-length"] == std::to_string(whole.size()));
  set({{"status", 200}, {"body", "<html>sorry</html>"}});
  CHECK(Get(url).body == "<html>sorry</html>");
  set({{"endless", true}});
  CURL* curl = curl_easy_init();
  size_t taken = 0;
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &taken);
  curl_easy_setopt(
      curl, CURLOPT_WRITEFUNCTION, +[](char*, size_t size, size_t n, void* out) {
        return (*static_cast<size_t*>(out) += size * n) > (20u << 20) ? size_t{0} : size * n;
      });
  CHECK(curl_easy_perform(curl) == CURLE_WRITE_ERROR);
  curl_easy_cleanup(curl);
  CHECK(taken > (20u << 20));
  CHECK(Get(url).body == whole);
}

TEST_CASE("a webhook can be lost, doubled, late or forged") {
  Fixture f = WithScript({{{"on", "webhook"}, {"prompt", "lost"}, {"drop", true}},
                          {{"on", "webhook"}, {"prompt", "doubled"}, {"twice", true}, {"delay_ms", 5}},
                          {{"on", "webhook"}, {"prompt", "forged"}, {"lie", {{"status", "FAILED"}}}}});
  Catcher catcher;
  Headers headers = kWithKey;
  headers.emplace_back("X-Webhook-URL", catcher.url());
  for (const char* prompt : {"lost", "doubled", "forged"})
    WaitForEnd(f.Order(kTextToImage, Prompt(prompt), headers).json()["polling_url"]);
  auto posts = catcher.Wait(3);
  CHECK(posts.size() == 3);
  int failed = 0;
  for (const auto& post : posts) failed += Json::parse(post.body)["status"] == "FAILED";
  CHECK(failed == 1);
}

TEST_CASE("the script can be read, replaced and ended, wrong rules change nothing and name the member") {
  Fixture f = WithScript({{{"on", "submit"}, {"status", 500}, {"times", 0}}});
  CHECK(f.Order(kTextToImage, Prompt()).status == 500);
  struct Row {
    Json rule;
    const char* named;
  };
  const Row rows[] = {{{{"status", 500}}, "on"},
                      {{{"on", "moon"}}, "on"},
                      {{{"on", "submit"}, {"stauts", 500}}, "stauts"},
                      {{{"on", "submit"}, {"status", 5000}}, "status"},
                      {{{"on", "submit"}, {"share", 2}}, "share"},
                      {{{"on", "status"}, {"lie", 1}}, "lie"},
                      {{{"on", "submit"}, {"end", "GONE"}}, "end"}};
  for (const Row& row : rows) {
    Response response = Post(f.Url("/sandbox/faults"), Json{{"rules", {row.rule}}}.dump(), {});
    CHECK(response.status == 400);
    CHECK_MESSAGE(response.json()["message"].get<std::string>().find(row.named) != std::string::npos,
                  response.body);
  }
  CHECK(Get(f.Url("/sandbox/faults")).json()["rules"].size() == 1);
  CHECK(Send("DELETE", f.Url("/sandbox/faults"), "", {}).json()["rules"].empty());
  CHECK(f.Order(kTextToImage, Prompt()).status == 202);
  f.sandbox.Reset();
  CHECK(f.Order(kTextToImage, Prompt()).status == 500);
}

}  // namespace sandbox_test

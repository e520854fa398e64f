// What the sandbox tells about itself.
#include "sandbox/fixture.h"

namespace sandbox_test {

TEST_CASE("bodies are kept as they came, byte for byte, with the headers and without the key") {
  Fixture f;
  std::string body =
      "{ \"prompt\" : \"41\xc2\xb0"
      "43\xe2\x80\xb2 \\u00e9\",\n\t\"n\":1 }";
  Headers headers = kWithKey;
  headers.emplace_back("Authorization", "Bearer " + kKey);
  headers.emplace_back("X-Other", "kept");
  CHECK(Post(f.Url(kTextToImage), body, headers).status == 202);
  Json state = f.State(), post = state["posts"][0];
  CHECK(post["body"] == body);
  CHECK(post["body_bytes"] == body.size());
  CHECK(post["endpoint"] == "gpt-image-2");
  CHECK(post["status"] == 202);
  CHECK(post["job"] == state["jobs"][0]["id"]);
  CHECK(post["headers"]["X-Other"] == "kept");
  CHECK(post["headers"]["Content-Type"] == "application/json");
  CHECK(post["key"].get<std::string>().size() == 7);
  CHECK(f.sandbox.StateJson().find(kKey) == std::string::npos);
}

TEST_CASE("posts are counted for each prompt, accepted or not") {
  Options options = Fixture::Fast();
  options.balance_microusd = 20'000;
  Fixture f(options);
  for (int i = 0; i < 3; ++i) f.Order(kGhibli, {{"prompt", "thrice"}});
  f.Order(kGhibli, {{"prompt", "once"}, {"width", 1}});
  f.Order(kGhibli, {{"prompt", "keyless"}}, {});
  Json state = f.State();
  CHECK(state["prompts"] == Json{{"thrice", 3}, {"once", 1}, {"keyless", 1}});
  CHECK(state["endpoints"]["studio-ghibli"]["posts"] == 5);
  CHECK(state["endpoints"]["studio-ghibli"]["accepted"] == 2);
  CHECK(state["endpoints"]["studio-ghibli"]["refused"] == 3);
  CHECK(state["replies"]["402"] == 1);
  CHECK(state["posts"].size() == 5);
}

TEST_CASE("state over HTTP is the state in the process, brief leaves the long lists out") {
  Fixture f;
  f.Order(kSdxl, {{"prompt", "a"}, {"width", 8}, {"height", 8}});
  Json here = f.State(), there = Get(f.Url("/sandbox/state")).json();
  for (const char* name : {"posts", "jobs", "endpoints", "wallet", "settings"})
    CHECK(here[name] == there[name]);
  CHECK(here["emulator"] == true);
  CHECK(here["jobs"][0]["status"] == "COMPLETED");
  Json brief = Get(f.Url("/sandbox/state?brief=1")).json();
  CHECK_FALSE(brief.contains("jobs"));
  CHECK(brief["endpoints"] == here["endpoints"]);
}

TEST_CASE("a reset makes it as new, jobs under way included") {
  Options options;
  options.speed = 20;
  options.balance_microusd = 10'000;
  Fixture f(options);
  std::string polling = f.Order(kGhibli, {{"prompt", "a"}}).json()["polling_url"];
  CHECK(f.Order(kGhibli, {{"prompt", "a"}}).status == 402);
  CHECK(Post(f.Url("/sandbox/reset"), "", {}).status == 200);
  Json state = f.State();
  CHECK(state["jobs"].empty());
  CHECK(state["posts"].empty());
  CHECK(state["wallet"] == Json{{"balance_microusd", 10'000}, {"charged_microusd", 0}});
  CHECK(Get(polling, kWithKey).status == 404);
  CHECK(f.Order(kGhibli, {{"prompt", "a"}}).status == 202);
}

TEST_CASE("settings change while it runs, all or none") {
  Fixture f;
  auto set = [&](const Json& settings) { return Post(f.Url("/sandbox/settings"), settings.dump(), {}); };
  CHECK(set({{"balance_microusd", 0}}).status == 200);
  CHECK(f.Order(kGhibli, {{"prompt", "a"}}).status == 402);
  CHECK(set({{"balance_microusd", nullptr}, {"disabled", {"studio-ghibli"}}}).status == 200);
  CHECK(f.Order(kGhibli, {{"prompt", "a"}}).status == 400);
  CHECK(set({{"disabled", Json::array()}, {"speed", 1000}}).status == 200);
  CHECK(f.Order(kGhibli, {{"prompt", "a"}}).status == 202);
  Json before = f.State()["settings"];
  for (const Json& bad : {Json{{"speed", 7}, {"nonsense", 1}}, Json{{"speed", 0}}, Json{{"speed", 1e-308}}, Json{{"speed", 1e7}},
                          Json{{"disabled", {"nobody"}}}, Json::array()}) {
    CHECK(set(bad).status == 400);
    CHECK(f.State()["settings"] == before);
  }
}

TEST_CASE("a foreign web page cannot work the controls") {
  Fixture f;
  CHECK(Post(f.Url("/sandbox/reset"), "", {{"Origin", "https://evil.example"}}).status == 403);
  CHECK(Post(f.Url("/sandbox/reset"), "", {{"Origin", f.sandbox.url()}}).status == 200);
}

TEST_CASE("a web page by a name that was pointed at this machine can neither work the controls nor read") {
  Options options = Fixture::Fast();
  options.public_url = "https://sandbox.studio.example/";
  Fixture f(options);
  std::string port = std::to_string(f.sandbox.port());
  f.Order(kGhibli, {{"prompt", "confidential"}});
  const Headers stranger{{"Host", "rebound.example:" + port}};
  for (const char* path : {"/", "/sandbox/state", "/sandbox/post?serial=1", "/sandbox/console/console.js"})
    CHECK(Get(f.Url(path), stranger).status == 403);
  CHECK(Post(f.Url("/sandbox/reset"), "", stranger).status == 403);
  CHECK(Post(f.Url("/sandbox/reset"), "",
             {{"Host", "rebound.example:" + port}, {"Origin", "http://rebound.example:" + port}})
            .status == 403);
  for (const std::string& host : std::vector<std::string>{"localhost:" + port, "127.0.0.1", "[::1]:9",
                                                          "192.168.1.20:80", "sandbox.studio.example"}) {
    CAPTURE(host);
    CHECK(Get(f.Url("/sandbox/state"), {{"Host", host}}).status == 200);
  }
  for (const char* host :
       {"sandbox.studio.example.evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "a b"})
    CHECK(Get(f.Url("/sandbox/state"), {{"Host", host}}).status == 403);
  CHECK(f.State()["posts"].size() == 1);
}

TEST_CASE("the latest of the state, one post, and a small picture can be had on their own") {
  Fixture f;
  for (int i = 0; i < 5; ++i)
    f.Order(kSdxl, {{"prompt", "p" + std::to_string(i)}, {"width", 64}, {"height", 32}});
  Json state = Get(f.Url("/sandbox/state?last=2&bodies=0")).json();
  REQUIRE(state["posts"].size() == 2);
  CHECK(state["posts"][0]["prompt"] == "p3");
  CHECK(state["jobs"][1]["prompt"] == "p4");
  CHECK(state["left_out"] == Json{{"posts", 3}, {"jobs", 3}, {"webhooks", 0}});
  CHECK_FALSE(state["posts"][0].contains("body"));
  CHECK_FALSE(state.contains("prompts"));
  Json post = Get(f.Url("/sandbox/post?serial=4")).json();
  CHECK(Json::parse(post["body"].get<std::string>())["prompt"] == "p3");
  CHECK(Get(f.Url("/sandbox/post?serial=6")).status == 404);
  Json counts = f.State()["counts"];
  for (const char* query : {"job=1&index=0", "job=1&index=0&side=16"}) {
    Response picture = Get(f.Url("/sandbox/picture?" + std::string(query)));
    CHECK(picture.status == 200);
    CHECK(picture.body.substr(1, 3) == "PNG");
  }
  CHECK(Get(f.Url("/sandbox/picture?job=1&index=1")).status == 404);
  CHECK(Get(f.Url("/sandbox/picture?job=9&index=0")).status == 404);
  CHECK(f.State()["counts"] == counts);  // who looks on is no client
}

TEST_CASE("a browser gets the console at /, with a policy, and a program text") {
  Fixture f;
  Response page = Get(f.Url("/"), {{"Accept", "text/html,*/*;q=0.8"}});
  CHECK(page.body.find("<!doctype html>") == 0);
  CHECK(page.headers["content-security-policy"].find("default-src 'none'") == 0);
  CHECK(page.body.find("style=") == std::string::npos);
  CHECK(Get(f.Url("/")).body.find("/gpt-image-2/v1/text-to-image") != std::string::npos);
  for (const char* name : {"console.js", "console.css", "icon.svg"})
    CHECK(Get(f.Url("/sandbox/console/" + std::string(name))).status == 200);
  CHECK(Get(f.Url("/sandbox/console/../state.cpp")).status == 404);
}

TEST_CASE("memory is bounded: old bodies go first, then old posts and finished jobs") {
  Options options = Fixture::Fast();
  options.speed = 100'000;
  options.max_jobs = 20;
  options.kept_body_bytes = 2'000;
  Fixture f(options);
  std::string polling;
  for (int i = 0; i < 60; ++i) {
    polling =
        f.Order(kTextToImage, {{"prompt", std::string(300, 'a') + std::to_string(i)}}).json()["polling_url"];
    WaitForEnd(polling);
  }
  Json state = f.State();
  CHECK(state["posts"].size() == 20);
  CHECK(state["jobs"].size() == 20);
  CHECK(state["posts"][0]["body"].is_null());
  CHECK(state["posts"][19]["body"].is_string());
  CHECK(state["endpoints"]["gpt-image-2"]["completed"] == 60);
  CHECK(Get(polling, kWithKey).status == 200);
}

TEST_CASE("thousands of jobs at once all end") {
  Options options = Fixture::Fast();
  options.speed = 20;
  Fixture f(options);
  constexpr int kJobs = 3000;
  std::vector<std::string> polling;
  for (int i = 0; i < kJobs; ++i)
    polling.push_back(f.Order(kTextToImage, {{"prompt", "job " + std::to_string(i)}}).json()["polling_url"]);
  for (const std::string& url : polling) CHECK(WaitForEnd(url)["status"] == "COMPLETED");
  Json counts = f.State()["endpoints"]["gpt-image-2"];
  CHECK(counts["posts"] == kJobs);
  CHECK(counts["completed"] == kJobs);
  CHECK(counts["charged_microusd"] == kJobs * 10'000);
  CHECK(f.State()["pictures"]["drawn"] == 0);
}

TEST_CASE("it stops at once with jobs, sync replies and drawing under way, and starts again elsewhere") {
  Options options;
  options.speed = 0.001;
  auto f = std::make_unique<Fixture>(options);
  f->Order(kGhibli, {{"prompt", "a"}});
  uint16_t port = f->sandbox.port();
  f->sandbox.Stop();
  f->sandbox.Stop();
  CHECK(f->sandbox.StateJson().empty());
  CHECK(Get("http://127.0.0.1:" + std::to_string(port) + "/").status == 0);
  options.port = port;
  Fixture again(options);
  CHECK(again.sandbox.port() == port);
}

}  // namespace sandbox_test

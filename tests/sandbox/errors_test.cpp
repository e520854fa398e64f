// What is refused, and how.
#include "sandbox/fixture.h"

namespace sandbox_test {
namespace {

void CheckError(const Response& response, long status, const std::string& error) {
  CHECK(response.status == status);
  Json body = response.json();
  CHECK(body.size() == 2);
  CHECK(body["error"] == error);
  CHECK(body["message"].is_string());
}

}  // namespace

TEST_CASE("without a key, or with one that is not accepted, everything paid or asked is 401") {
  Options options = Fixture::Fast();
  options.keys = {kKey};
  Fixture f(options);
  Headers wrong = {{"Ocp-Apim-Subscription-Key", "another"}};
  CheckError(f.Order(kTextToImage, {{"prompt", "a"}}, {}), 401, "Unauthorized");
  CheckError(f.Order(kTextToImage, {{"prompt", "a"}}, wrong), 401, "Unauthorized");
  CHECK(f.Order(kTextToImage, {{"prompt", "a"}}).status == 202);
  std::string polling = f.Order(kTextToImage, {{"prompt", "a"}}).json()["polling_url"];
  CheckError(Get(polling), 401, "Unauthorized");
  CheckError(Get(polling, wrong), 401, "Unauthorized");
}

TEST_CASE("a job is found with the key that made it and no other") {
  Fixture f;
  std::string polling = f.Order(kTextToImage, {{"prompt", "a"}}).json()["polling_url"];
  CHECK(Get(polling, kWithKey).status == 200);
  CheckError(Get(polling, {{"Ocp-Apim-Subscription-Key", "another"}}), 404, "Not Found");
}

TEST_CASE("unknown paths and ids are 404, other methods 405 with Allow") {
  Fixture f;
  CheckError(f.Order("/gpt-image-3/v1/text-to-image", {{"prompt", "a"}}), 404, "Not Found");
  CheckError(Get(f.Url("/v2/requests/status/gpt-image-2_0"), kWithKey), 404, "Not Found");
  CheckError(Get(f.Url("/media/v1/nothing/output.png")), 404, "Not Found");
  Response get = Get(f.Url(kTextToImage), kWithKey);
  CheckError(get, 405, "Method Not Allowed");
  CHECK(get.headers["allow"] == "POST");
  CheckError(f.Order("/v2/requests/status/x", {}), 405, "Method Not Allowed");
}

TEST_CASE("bodies the documents would not allow are 400 and name what is wrong") {
  Fixture f;
  struct Row {
    const char* path;
    const char* body;
    const char* named;
  };
  const Row rows[] = {
      {kTextToImage, "", "JSON"},
      {kTextToImage, "{\"prompt\":\"a\"", "JSON"},
      {kTextToImage, "[1]", "object"},
      {kTextToImage, "{}", "prompt"},
      {kTextToImage, "{\"prompt\":\"\"}", "prompt"},
      {kTextToImage, "{\"prompt\":7}", "prompt"},
      {kTextToImage, "{\"prompt\":\"a\",\"n\":11}", "n"},
      {kTextToImage, "{\"prompt\":\"a\",\"n\":\"2\"}", "n"},
      {kTextToImage, "{\"prompt\":\"a\",\"num_images\":2}", "num_images"},
      {kTextToImage, "{\"prompt\":\"a\",\"count\":2}", "count"},
      {kTextToImage, "{\"prompt\":\"a\",\"background\":\"transparent\"}", "background"},
      {kTextToImage, "{\"prompt\":\"a\",\"format\":\"jpg\"}", "jpeg"},
      {kTextToImage, "{\"prompt\":\"a\",\"size\":\"9000x10\"}", "9000x10"},
      {kGhibli, "{\"prompt\":\"a\",\"width\":512,\"aspect_ratio\":\"1:1\"}", "aspect_ratio"},
      {kGhibli, "{\"prompt\":\"a\",\"mask\":\"https://example.com/m.png\"}", "mask"},
      {kGhibli, "{\"prompt\":\"a\",\"width\":100}", "width"},
      {"/sd3-5/v1/r-sd-3-5-large", "{\"prompt\":\"a\"}", "aspect_ratio"},
      {"/sd3/v1/getData", "{\"prompt\":\"a\",\"output_format\":\"gif\"}", "gif"},
      {"/sd3/v1/getData", "{\"prompt\":\"a\",\"aspect_ratio\":\"wide\"}", "aspect_ratio"},
      {"/pixelforge-image/v1/qwen_image_gen/serve_image", "{\"prompt\":\"a\",\"image_urls\":[]}",
       "image_urls"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body);
    Response response = Post(f.Url(row.path), row.body, kWithKey);
    CheckError(response, 400, "Bad Request");
    CHECK_MESSAGE(response.json()["message"].get<std::string>().find(row.named) != std::string::npos,
                  response.body);
  }
  CHECK(f.State()["wallet"]["charged_microusd"] == 0);
}

TEST_CASE("a lenient sandbox ignores parameters it does not know") {
  Options options = Fixture::Fast();
  options.lenient = true;
  Fixture f(options);
  CHECK(f.Order(kTextToImage, {{"prompt", "a"}, {"num_images", 2}}).status == 202);
}

TEST_CASE("custom sizes are taken with either multiplication sign, and line breaks in prompts") {
  Fixture f;
  CHECK(f.Order(kTextToImage, {{"prompt", "a"}, {"size", "640x480"}}).status == 202);
  CHECK(f.Order(kTextToImage, {{"prompt", "a"}, {"size", "640\u00d7480"}}).status == 202);
  CHECK(f.Order(kTextToImage, {{"prompt", "two\nlines"}}).status == 202);
}

TEST_CASE("a disabled model answers exactly what the documents print") {
  Options options = Fixture::Fast();
  options.disabled = {"studio-ghibli"};
  Fixture f(options);
  Response response = f.Order(kGhibli, {{"prompt", "a"}});
  CHECK(response.status == 400);
  CHECK(response.json() ==
        Json{{"error", "Model not found"}, {"message", "Model 'studio-ghibli' not found or is disabled"}});
  CHECK(f.Order(kTextToImage, {{"prompt", "a"}}).status == 202);
}

TEST_CASE("a forbidden endpoint answers 403") {
  Options options = Fixture::Fast();
  options.forbidden = {"gpt-image-2"};
  Fixture f(options);
  CheckError(f.Order(kTextToImage, {{"prompt", "a"}}), 403, "Forbidden");
}

TEST_CASE("an empty wallet answers exactly what the documents print, and pays no more") {
  Options options = Fixture::Fast();
  options.balance_microusd = 25'000;
  Fixture f(options);
  CHECK(f.Order(kGhibli, {{"prompt", "a"}}).status == 202);
  CHECK(f.Order(kSdxl, {{"prompt", "a"}}).status == 200);
  Response refused = f.Order(kGhibli, {{"prompt", "a"}});
  CHECK(refused.status == 402);
  CHECK(refused.json() == Json{{"error", "Insufficient Balance"},
                               {"message", "Your wallet does not have enough balance. Required: $0.01"}});
  CHECK(f.State()["wallet"] == Json{{"balance_microusd", 5'000}, {"charged_microusd", 20'000}});
}

TEST_CASE(
    "prices the documents give are taken by quality and picture, ERROR gives the money back, FAILED does "
    "not") {
  Options options = Fixture::Fast();
  options.balance_microusd = 1'000'000;
  Fixture f(options);
  const char* path = "/gpt-image-2-text-to-image/v1/gpt-image-2-text-to-image/generate";
  auto balance_after = [&](const Json& body) {
    WaitForEnd(f.Order(path, body).json()["polling_url"]);
    return f.State()["wallet"]["balance_microusd"].get<int64_t>();
  };
  CHECK(balance_after({{"prompt", "a"}, {"quality", "low"}}) == 988'000);
  CHECK(balance_after({{"prompt", "a"}, {"quality", "medium"}, {"number_of_images", 2}}) == 894'000);
  CHECK(balance_after({{"prompt", "a"}}) == 766'000);
  CHECK(balance_after({{"prompt", "sandbox:ERROR"}}) == 766'000);
  CHECK(balance_after({{"prompt", "sandbox:FAILED"}, {"quality", "low"}}) == 754'000);
  Json jobs = f.State()["jobs"];
  CHECK(jobs[3]["charged_microusd"] == 0);
  CHECK(jobs[4]["charged_microusd"] == 12'000);
}

TEST_CASE("more submits than the rate allows are 429 with Retry-After, for each key alone") {
  Options options = Fixture::Fast();
  options.submits_per_second = 0.01;
  Fixture f(options);
  CHECK(f.Order(kTextToImage, {{"prompt", "a"}}).status == 202);
  Response refused = f.Order(kTextToImage, {{"prompt", "a"}});
  CheckError(refused, 429, "Too Many Requests");
  CHECK(std::stoi(refused.headers["retry-after"]) > 90);
  CHECK(std::stoi(refused.headers["retry-after"]) <= 100);
  CHECK(f.Order(kTextToImage, {{"prompt", "a"}}, {{"Ocp-Apim-Subscription-Key", "another"}}).status == 202);
}

TEST_CASE("X-Webhook-URL must be https, as the documents say") {
  Fixture f;
  auto with = [](const char* url, const char* mode) {
    Headers headers = kWithKey;
    headers.emplace_back("X-Webhook-URL", url);
    headers.emplace_back("X-Webhook-Mode", mode);
    return headers;
  };
  CheckError(f.Order(kTextToImage, {{"prompt", "a"}}, with("http://example.com/hook", "terminal")), 400,
             "Bad Request");
  CheckError(f.Order(kTextToImage, {{"prompt", "a"}}, with("https://example.com/hook", "always")), 400,
             "Bad Request");
}

}  // namespace sandbox_test

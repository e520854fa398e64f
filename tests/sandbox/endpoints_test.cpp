// The fifteen endpoints against what the documents print.
#include <set>

#include "sandbox/fixture.h"

namespace sandbox_test {
namespace {

std::set<std::string> Names(const Json& object) {
  std::set<std::string> names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

// The example of one section for one endpoint.
Json Printed(const std::string& path, const std::string& section) {
  for (const Json& example : Examples())
    if (PathOf(example) == path && example["section"] == section) return example["json"];
  return nullptr;
}

std::string Prefix(const std::string& request_id) { return request_id.substr(0, request_id.rfind('_') + 1); }

void CheckAccepted(const Response& response, const Json& printed) {
  Json reply = response.json();
  CHECK(response.status == 202);
  CHECK(Names(reply) == Names(printed));
  CHECK(reply["status"] == "QUEUED");
  CHECK(Prefix(reply["request_id"]) == Prefix(printed["request_id"]));
  std::string polling = reply["polling_url"], id = reply["request_id"];
  CHECK(polling.substr(polling.find("/v2/")) == "/v2/requests/status/" + id);
}

void CheckCompleted(const Json& status, const Json& printed) {
  CHECK(Names(status) == Names(printed));
  CHECK(status["status"] == "COMPLETED");
  CHECK(status["model_id"] == printed["model_id"]);
  CHECK(status["error"].is_null());
  CHECK(Names(status["output"]) == Names(printed["output"]));
  CHECK(status["output"]["media_url"].is_array());
  for (const char* date : {"created_at", "updated_at", "completed_at"}) CHECK(status[date].is_string());
}

}  // namespace

TEST_CASE("each endpoint accepts the first request the documents print and answers as they print") {
  Fixture f;
  std::set<std::string> done;
  for (const Json& example : Examples()) {
    std::string path = PathOf(example);
    if (example["request"].is_null() || !done.insert(path).second) continue;
    CAPTURE(path);
    Response response = f.Order(path, example["json"]);
    Json printed = Printed(path, "Response");
    if (printed.contains("request_id")) {
      CheckAccepted(response, printed);
      CheckCompleted(WaitForEnd(response.json()["polling_url"]), Printed(path, "Response (Completed)"));
    } else {
      CHECK(response.status == 200);
      CHECK(Names(response.json()) == Names(printed));
      if (printed.contains("status")) CHECK(response.json()["status"] == printed["status"]);
      CHECK(FirstMedia(response.json()).rfind(f.sandbox.url() + "/media/", 0) == 0);
    }
    CHECK(response.headers["content-type"] == "application/json");
  }
  CHECK(done.size() == 15);
}

TEST_CASE("every request body that the documents print is accepted") {
  Fixture f;
  int sent = 0;
  for (const Json& example : Examples()) {
    if (!IsRequest(example)) continue;
    CAPTURE(example["line"]);
    Response response = f.Order(PathOf(example), example["json"]);
    CHECK_MESSAGE((response.status == 200 || response.status == 202), response.body);
    ++sent;
  }
  CHECK(sent == 33);
}

TEST_CASE("request ids look like the documents' and differ") {
  Fixture f;
  std::set<std::string> ids;
  for (int i = 0; i < 200; ++i) {
    std::string id = f.Order(kTextToImage, {{"prompt", "same"}}).json()["request_id"],
                tail = id.substr(Prefix(id).size());
    CAPTURE(id);
    CHECK(ids.insert(id).second);
    CHECK(tail.find_first_not_of("0123456789abcdef-") == std::string::npos);
    CHECK((tail.size() == 36 || tail.size() == 37));
    for (size_t dash : {8, 13, 18, 23}) CHECK(tail[dash] == '-');
  }
}

TEST_CASE("a job is QUEUED, then PROCESSING, then COMPLETED, and stays so") {
  Options options = Fixture::Fast();
  options.speed = 40;
  Fixture f(options);
  Json accepted = f.Order(kGhibli, {{"prompt", "a fox"}}).json();
  std::vector<std::string> seen;
  Json end = WaitForEnd(accepted["polling_url"], &seen);
  CHECK(seen == std::vector<std::string>{"QUEUED", "PROCESSING", "COMPLETED"});
  CHECK(Get(accepted["polling_url"], kWithKey).json() == end);
}

TEST_CASE("a job that is not finished has no output, no error and no completion date") {
  Options options;
  options.speed = 0.001;
  Fixture f(options);
  Json status = Get(f.Order(kGhibli, {{"prompt", "a fox"}}).json()["polling_url"], kWithKey).json();
  CHECK(status["status"] == "QUEUED");
  for (const char* name : {"error", "output", "completed_at"}) CHECK(status[name].is_null());
}

TEST_CASE("jobs end FAILED or in ERROR when their prompt asks for it, with the members the documents print") {
  Fixture f;
  for (std::string end : {"FAILED", "ERROR"}) {
    Json accepted = f.Order(kTextToImage, {{"prompt", "a cat, sandbox:" + end}}).json();
    Json status = WaitForEnd(accepted["polling_url"]);
    CHECK(status["status"] == end);
    CHECK(status["error"].is_string());
    CHECK(status["output"].is_null());
    CHECK(Names(status) == Names(Printed(kTextToImage, "Failure callback shape")));
  }
}

TEST_CASE("shares of jobs that fail are drawn from the seed") {
  Options options = Fixture::Fast();
  options.failed_share = 0.3;
  options.error_share = 0.3;
  std::map<std::string, int> ends;
  std::vector<std::string> first, second;
  for (auto* run : {&first, &second}) {
    Fixture f(options);
    for (int i = 0; i < 60; ++i) {
      Json status = WaitForEnd(f.Order(kTextToImage, {{"prompt", std::to_string(i)}}).json()["polling_url"]);
      run->push_back(status["status"]);
      ++ends[status["status"]];
    }
  }
  CHECK(first == second);
  CHECK(ends.size() == 3);
  for (const auto& [end, n] : ends) CHECK(n >= 10);
}

TEST_CASE("status replies use both date grammars of the documents, and no job ends before it began") {
  Fixture f;
  std::set<size_t> lengths;
  for (int i = 0; i < 24; ++i) {
    Json status = WaitForEnd(f.Order(kTextToImage, {{"prompt", std::to_string(i)}}).json()["polling_url"]);
    std::string created = status["created_at"], completed = status["completed_at"];
    lengths.insert(completed.size());
    CHECK(created.size() == 24);
    CHECK(created[10] == 'T');
    completed[10] = 'T';
    CHECK(created.substr(0, 19) <= completed.substr(0, 19));
  }
  CHECK(lengths == std::set<size_t>{19, 24});
}

TEST_CASE("a sync endpoint answers a failure over HTTP, sd3.5 also in its own words") {
  Fixture f;
  CHECK(f.Order(kSdxl, {{"prompt", "sandbox:ERROR"}}).status == 500);
  CHECK(f.Order(kSdxl, {{"prompt", "sandbox:FAILED"}}).status == 500);
  Json body = Printed("/sd3-5/v1/r-sd-3-5-large", "Example Request");
  body["prompt"] = "sandbox:FAILED";
  Response response = f.Order("/sd3-5/v1/r-sd-3-5-large", body);
  CHECK(response.status == 200);
  CHECK(response.json()["status"] == "failed");
  CHECK(response.json()["output"].is_null());
}

}  // namespace sandbox_test

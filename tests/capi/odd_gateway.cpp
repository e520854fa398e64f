// A gateway that behaves as its manner says, for tests written in C. Commands on stdin, one a line, one line back:
//
//   posts            POSTs read completely              gets             status calls
//   downloads        requests to the media host         open             connections to the gateway now
//   media-leaks      how often the canary key was sent to the media host
//   await WHAT N     waits until WHAT is at least N, then says it
//   hook             the latest POST's X-Webhook-URL, its mode, and the webhook of its body; "-" for what is not there
//   release          what hangs goes on
//   quit
//
// Pictures come from another host, 127.0.0.2.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>

#include "net/fault_server.h"

namespace {

using namespace pixazo::testing;

constexpr const char* kCanary = "canary-key-5d41402abc4b2a76";
constexpr const char* kId = "studio-ghibli_01a1fd74-2906-70ce-4fda-aa526f0000001";

std::string ReadPicture() {
  std::ifstream in(PZ_TEST_DATA "/images/rgb.png", std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::string Accepted() { return R"({"request_id":")" + std::string(kId) + R"(","status":"QUEUED"})"; }

std::string Status(const char* word) {
  return R"({"request_id":")" + std::string(kId) + R"(","status":")" + word + R"(","output":null})";
}

class OddGateway {
 public:
  explicit OddGateway(std::string manner)
      : manner_(std::move(manner)),
        picture_(ReadPicture()),
        media_([this](Connection& c) { ServeMedia(c); }, OtherHost()),
        gateway_([this](Connection& c) { Serve(c); }) {}

  std::string Url() const { return gateway_.Url(); }

  std::string Say(const std::string& question) {
    if (question == "release") return gateway_.Release(), media_.Release(), "0";
    if (question.starts_with("await ")) {
      const size_t space = question.rfind(' ');
      const std::string what = question.substr(6, space - 6);
      const long least = std::strtol(question.c_str() + space, nullptr, 10);
      FaultServer& server = what == "downloads" ? media_ : gateway_;
      server.WaitUntil([&] { return Count(what) >= least; });
      return std::to_string(Count(what));
    }
    if (question == "hook") return Hook();
    return std::to_string(Count(question));
  }

 private:
  long Count(const std::string& what) const {
    if (what == "posts") return gateway_.posts();
    if (what == "open") return gateway_.open_connections();
    if (what == "downloads") return static_cast<long>(media_.requests().size());
    if (what == "media-leaks") return Occurrences(media_.received(), kCanary);
    long gets = 0;
    for (const Request& request : gateway_.requests()) gets += request.method == "GET";
    return gets;
  }

  std::string Hook() const {
    Request post;
    for (const Request& request : gateway_.requests())
      if (request.method == "POST") post = request;
    const auto or_dash = [](const std::string& text) { return text.empty() ? "-" : text; };
    constexpr std::string_view kMember = "\"webhook\":\"";
    const size_t at = post.body.find(kMember);
    std::string own;
    if (at != std::string::npos)
      own = post.body.substr(at + kMember.size(), post.body.find('"', at + kMember.size()) - at - kMember.size());
    return or_dash(post.Header("X-Webhook-URL")) + " " + or_dash(post.Header("X-Webhook-Mode")) + " " + or_dash(own);
  }

  static FaultServer::Options OtherHost() {
    FaultServer::Options options;
    options.host = "127.0.0.2";
    options.record_bytes = true;
    return options;
  }

  static long Occurrences(const std::string& text, const std::string& part) {
    long n = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
    return n;
  }

  std::string Done(int pictures) const {
    std::string urls;
    for (int i = 0; i < pictures; ++i)
      urls += (i ? "," : "") + std::string("\"") + media_.Url("/picture-" + std::to_string(i) + ".png") + "\"";
    return R"({"request_id":")" + std::string(kId) +
           R"(","status":"COMPLETED","output":{"media_url":[)" + urls + R"(],"media_type":"image/png"}})";
  }

  void Serve(Connection& c) {
    while (auto request = c.ReadRequest()) {
      if (request->method == "POST" ? !AnswerPost(c, *request) : !AnswerStatus(c)) return;
    }
  }

  bool AnswerPost(Connection& c, const Request& request) {
    const std::string key = request.Header("Ocp-Apim-Subscription-Key");
    if (manner_ == "hang") return c.Hang(), false;
    if (manner_ == "hold" && !gateway_.WaitReleased()) return false;
    if (manner_ == "refuse-held" && !gateway_.WaitReleased()) return false;
    if (manner_ == "refuse" || manner_ == "refuse-down" || manner_ == "refuse-held")
      return c.Send(Answer(429, R"({"error":"Too Many Requests"})", "Retry-After: 30\r\n"));
    if (manner_ == "not-found") return c.Send(Answer(404, R"({"error":"Not Found","message":"no such model"})"));
    if (manner_ == "drop-503") return c.Rst(), false;
    if (manner_ == "drop" || manner_ == "drop-going") return c.Rst(), false;
    if (manner_ == "echo-key") return c.Send(Answer(400, R"({"error":"Bad )" + key + R"(","message":"your key is )" + key + R"("})"));
    if (manner_ == "echo-late")  // so far behind that a message is cut within it
      return c.Send(Answer(400, R"({"error":"Bad","message":")" + std::string(1010, 'y') + key + R"("})"));
    if (manner_ == "key-as-id") return c.Send(Answer(202, R"({"request_id":")" + key + R"(","status":"QUEUED"})"));
    if (manner_ == "made") return c.Send(Answer(200, Done(1)));
    if (manner_ == "raw") return c.Send(Answer(200, picture_, {}, "image/png"));
    if (manner_ == "balance")
      return c.Send(Answer(402, R"({"error":"Insufficient Balance","message":"Required: $0.04, available: $0.01"})"));
    if (manner_ == "first-key" && key == kCanary)
      return c.Send(Answer(401, R"({"error":"Unauthorized","message":"Invalid subscription key"})"));
    if (manner_ == "throttle")
      return c.Send(Answer(429, R"({"error":"Too Many Requests","message":"slow down"})", "Retry-After: 0\r\n"));
    if (manner_ == "elsewhere")  // an id, and a place to ask about it that is not the gateway
      return c.Send(Answer(202, R"({"request_id":")" + std::string(kId) + R"(","status":"QUEUED","polling_url":")" +
                                    media_.Url("/v2/requests/status/" + std::string(kId)) + R"("})"));
    return c.Send(Answer(202, Accepted()));
  }

  bool AnswerStatus(Connection& c) {
    if (manner_ == "queued") return c.Send(Answer(200, Status("QUEUED")));
    if (manner_ == "processing" || manner_ == "drop-going") return c.Send(Answer(200, Status("PROCESSING")));
    if (manner_ == "hang-status") return c.Hang(), false;
    if (manner_ == "made") return c.Send(Answer(404, R"({"error":"Not Found"})"));
    if (manner_ == "failed") return c.Send(Answer(200, Status("FAILED")));
    if (manner_ == "error") return c.Send(Answer(200, Status("ERROR")));
    if (manner_ == "refuse-down") return c.Send(Answer(503, "down", {}, "text/plain"));
    if (manner_ == "drop-503" && ++statuses_ % 5 != 0) return c.Send(Answer(503, "down", {}, "text/plain"));
    if (manner_ == "fifth" && ++statuses_ % 5 != 0) return c.Send(Answer(200, Status("PROCESSING")));
    if (manner_ == "key-in-url")
      return c.Send(Answer(200, R"({"request_id":")" + std::string(kId) + R"(","status":"COMPLETED","output":{"media_url":[")" +
                                    media_.Url("/picture.png?key=" + std::string(kCanary)) + R"("]}})"));
    return c.Send(Answer(200, Done(manner_ == "four" || manner_ == "whole-four" ? 4 : 1)));
  }

  void ServeMedia(Connection& c) {
    while (auto request = c.ReadRequest()) {
      const bool third = request->target.find("picture-2") != std::string::npos;
      if (manner_ == "hang-media" || (manner_ == "made" && !healed_.load())) return c.Hang();
      if (manner_ == "half-media") {
        const std::string whole = Answer(200, picture_, {}, "image/png");
        c.Send(std::string_view(whole).substr(0, whole.size() - picture_.size() / 2));
        return c.Hang();
      }
      if (manner_ == "four" && third && !healed_.load()) {
        if (!c.Send(Answer(404, "gone", {}, "text/plain"))) return;
      } else if (!c.Send(Answer(200, picture_, {}, "image/png"))) {
        return;
      }
    }
  }

 public:
  std::atomic<bool> healed_{false};
  std::atomic<long> statuses_{0};

 private:
  const std::string manner_;
  const std::string picture_;
  FaultServer media_;
  FaultServer gateway_;
};

}  // namespace

int main(int argc, char** argv) {
  OddGateway gateway(argc > 1 ? argv[1] : "");
  std::printf("odd-gateway listening on %s\n", gateway.Url().c_str());
  std::fflush(stdout);
  char line[256];
  while (std::fgets(line, sizeof line, stdin)) {
    std::string question(line);
    while (!question.empty() && (question.back() == '\n' || question.back() == '\r')) question.pop_back();
    if (question == "quit") break;
    if (question == "heal") gateway.healed_ = true;
    std::printf("%s\n", question == "heal" ? "0" : gateway.Say(question).c_str());
    std::fflush(stdout);
  }
  return 0;
}

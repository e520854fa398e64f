// May a paid POST go out on a connection that was used before? libcurl itself, without our room, in every
// combination of vetoes against a server that breaks off in every way. What must hold: with a veto no POST
// arrives twice. What decides between the vetoes: how often the outcome is UNCERTAIN although the server
// never had the request, which is money a user has to wonder about.
#include <curl/curl.h>

#include <array>
#include <cstdio>
#include <cstring>

#include "net/rig.h"
#include "transport/fault.h"

using namespace pixazo;
using namespace pixazo::testing;
using core::Verdict;

namespace {

struct Combination {
  const char* name;
  bool fresh, no_rewind, prereq_veto;
};
constexpr std::array kCombinations = {
    Combination{"reused connection, no veto", false, false, false},
    Combination{"reused, body cannot rewind", false, true, false},
    Combination{"reused, PREREQ refuses the second", false, false, true},
    Combination{"reused, both", false, true, true},
    Combination{"fresh connection, no veto", true, false, false},
    Combination{"fresh, both (what we ship)", true, true, true},
};

enum class Breaks {
  kNot,
  kRstAfterPost,
  kFinAfterPost,
  kFinWithinStatusLine,
  kRstWithinBody,
  kClosedWhileIdle,   // the server's FIN is there before the POST is started
  kResetAsItArrives,  // the server had given up the idle connection and resets it when the POST's first bytes
                      // come
};
constexpr std::array kBreaks = {
    Breaks::kNot,           Breaks::kRstAfterPost,    Breaks::kFinAfterPost,    Breaks::kFinWithinStatusLine,
    Breaks::kRstWithinBody, Breaks::kClosedWhileIdle, Breaks::kResetAsItArrives};

const std::string kAccepted = R"({"request_id":"sd3_1","status":"QUEUED"})";

// The first POST is answered. The second meets what `breaks` says: on whichever connection it comes, except
// for the two idle kinds, which are about the kept connection only.
Script Breaking(Breaks breaks) {
  auto answered = std::make_shared<std::atomic<int>>(0);
  return [=](Connection& c) {
    for (int on_this = 0;; ++on_this) {
      if (on_this == 1 && breaks == Breaks::kClosedWhileIdle) return;
      if (on_this == 1 && breaks == Breaks::kResetAsItArrives) {
        if (c.WaitReadable()) c.Rst();
        return;
      }
      auto request = c.ReadHead();
      if (!request) return;
      const bool second = answered->load() == 1;
      if (second && breaks == Breaks::kRstWithinBody) {
        c.ReadBody(*request, request->content_length() / 2);
        return c.Rst();
      }
      if (!c.ReadBody(*request)) return;
      if (second && breaks == Breaks::kRstAfterPost) return c.Rst();
      if (second && breaks == Breaks::kFinAfterPost) return c.Cut();
      if (second && breaks == Breaks::kFinWithinStatusLine) {
        c.Send("HTTP/1.1 20");
        return c.Cut();
      }
      answered->fetch_add(1);
      c.Send(Answer(202, kAccepted));
    }
  };
}

// One POST with plain libcurl, its facts collected as the transport collects them.
struct Post {
  wire::SubmitExchange facts;
  std::string body;
  size_t handed = 0;
  bool veto = false;

  static size_t Read(char* to, size_t size, size_t n, void* self) {
    auto* p = static_cast<Post*>(self);
    const size_t len = std::min(size * n, p->body.size() - p->handed);
    std::memcpy(to, p->body.data() + p->handed, len);
    p->handed += len;
    p->facts.last_byte_handed |= p->handed == p->body.size();
    return len;
  }
  static int SeekFails(void*, curl_off_t, int) { return CURL_SEEKFUNC_FAIL; }
  static int SeekWorks(void* self, curl_off_t to, int) {
    static_cast<Post*>(self)->handed = static_cast<size_t>(to);
    return CURL_SEEKFUNC_OK;
  }
  static int Prereq(void* self, char*, char*, int, int) {
    auto* p = static_cast<Post*>(self);
    ++p->facts.prereq_calls;
    return p->veto && p->facts.prereq_calls > 1 ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
  }
  static size_t Write(char* bytes, size_t size, size_t n, void* self) {
    static_cast<Post*>(self)->facts.body.append(bytes, size * n);
    return size * n;
  }
};

void Perform(CURL* handle, const FaultServer& server, const Combination& how, Post& post) {
  curl_easy_reset(handle);
  post.veto = how.prereq_veto;
  const std::string url = server.Url("/v1/generate");
  std::string ca = server.identity().ca_pem;
  curl_blob blob = {ca.data(), ca.size(), CURL_BLOB_NOCOPY};
  if (!ca.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &blob);
  curl_slist* headers = curl_slist_append(nullptr, "Expect:");
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, how.fresh ? 1L : 0L);
  curl_easy_setopt(handle, CURLOPT_POST, 1L);
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(post.body.size()));
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, &Post::Read);
  curl_easy_setopt(handle, CURLOPT_READDATA, &post);
  curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, how.no_rewind ? &Post::SeekFails : &Post::SeekWorks);
  curl_easy_setopt(handle, CURLOPT_SEEKDATA, &post);
  curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, &Post::Prereq);
  curl_easy_setopt(handle, CURLOPT_PREREQDATA, &post);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &Post::Write);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &post);
  const CURLcode code = curl_easy_perform(handle);
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  post.facts.curl_code = code;
  post.facts.http_status = static_cast<int>(status);
  post.facts.fault = transport::FaultOf(
      code, post.facts.prereq_calls > 0 ? transport::Stage::kSent : transport::Stage::kConnecting, false);
  curl_slist_free_all(headers);
}

struct Tally {
  int runs = 0, duplicates = 0, accepted = 0, uncertain = 0, resendable = 0;
  int needless = 0;  // UNCERTAIN although the server never had the whole POST
  int unsafe = 0;    // may be sent again although the server had it
};

Tally Count(const Combination& how, bool tls) {
  Tally tally;
  for (const Breaks breaks : kBreaks)
    for (const size_t size : {size_t{500}, size_t{3} << 20}) {
      FaultServer::Options options;
      options.tls = tls;
      FaultServer server(Breaking(breaks), options);
      CURL* handle = curl_easy_init();
      Post first, second;
      first.body = second.body = std::string(size, 'p');
      Perform(handle, server, how, first);
      REQUIRE(first.facts.http_status == 202);
      if (breaks == Breaks::kClosedWhileIdle) REQUIRE(server.WaitUntil([&] { return server.fins() == 1; }));
      Perform(handle, server, how, second);
      curl_easy_cleanup(handle);
      const Verdict verdict = Judged(second.facts).verdict;
      const int arrived = server.posts() - 1;
      ++tally.runs;
      tally.duplicates += arrived > 1;
      tally.accepted += verdict == Verdict::kQueued;
      tally.uncertain += verdict == Verdict::kUncertain;
      tally.resendable += verdict == Verdict::kNotProcessed || verdict == Verdict::kNotSent;
      tally.needless += verdict == Verdict::kUncertain && arrived == 0;
      tally.unsafe += (verdict == Verdict::kNotProcessed || verdict == Verdict::kNotSent) && arrived > 0;
    }
  return tally;
}

}  // namespace

TEST_CASE(
    "S6 S7 S8 S9: with any veto no paid POST arrives twice, and only a fresh connection adds no doubt of its "
    "own") {
  std::printf("%-36s %-5s %5s %10s %8s %9s %10s %8s\n", "combination", "", "runs", "duplicates", "accepted",
              "uncertain", "resendable", "needless");
  for (const Combination& how : kCombinations)
    for (const bool tls : {false, true}) {
      const Tally t = Count(how, tls);
      std::printf("%-36s %-5s %5d %10d %8d %9d %10d %8d\n", how.name, tls ? "TLS" : "plain", t.runs,
                  t.duplicates, t.accepted, t.uncertain, t.resendable, t.needless);
      CAPTURE(how.name);
      CHECK(t.unsafe == 0);
      if (how.fresh || how.no_rewind || how.prereq_veto) CHECK(t.duplicates == 0);
      if (how.fresh) {
        CHECK(t.accepted ==
              6);  // the undisturbed, and both kinds of idle connection that are simply not used
        CHECK(t.needless <= 2);  // a body cut half way whose last byte libcurl had already been given
      }
    }
}

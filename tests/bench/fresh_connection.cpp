// What "sent at most once" costs: a submit on a connection of its own against one on a kept connection,
// within one run. Times are noisy, so the figures to quote are the ratios; CPU is that of the client's thread
// alone. Over a real distance a fresh connection adds one round trip for TCP and one for TLS 1.3 (resumed or
// not) to each submit; here both are loopback's.
//
//   bench_fresh_connection [submits a round = 100] [rounds = 7]
#include <curl/curl.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/fault_server.h"
#include "net/folder.h"
#include "transport/transport.h"
#include "transport/trust.h"

using namespace pixazo;
using namespace pixazo::testing;

namespace {

const std::string kBody = R"({"prompt":")" + std::string(480, 'p') + R"("})";

double ThreadCpu_us() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) / 1e3;
}

double Wall_us() {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

[[noreturn]] void Die(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

// Plain libcurl, one handle, the options of our submit.
class Bare {
 public:
  struct How {
    bool fresh, sessions, parse_each_time;
  };
  Bare(const FaultServer& server, std::string bundle, How how)
      : url_(server.Url("/v1/generate")), bundle_(std::move(bundle)), how_(how) {}
  ~Bare() {
    curl_easy_cleanup(handle_);
    curl_slist_free_all(headers_);
  }

  void Submit() {
    curl_easy_reset(handle_);
    handed_ = 0;
    Set(CURLOPT_URL, url_.c_str());
    Set(CURLOPT_NOSIGNAL, 1L);
    Set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
    Set(CURLOPT_HTTPHEADER, headers_);
    Set(CURLOPT_TCP_NODELAY, 1L);
    Set(CURLOPT_CAINFO, bundle_.c_str());
    Set(CURLOPT_CAPATH, how_.parse_each_time ? "/etc/ssl/certs" : static_cast<const char*>(nullptr));
    Set(CURLOPT_SSL_SESSIONID_CACHE, how_.sessions ? 1L : 0L);
    Set(CURLOPT_FRESH_CONNECT, how_.fresh ? 1L : 0L);
    Set(CURLOPT_MAXCONNECTS, 12L);
    Set(CURLOPT_POST, 1L);
    Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(kBody.size()));
    Set(CURLOPT_READFUNCTION, &Bare::Read);
    Set(CURLOPT_READDATA, this);
    Set(CURLOPT_WRITEFUNCTION, &Bare::Write);
    if (const CURLcode code = curl_easy_perform(handle_); code != CURLE_OK) Die(curl_easy_strerror(code));
  }

 private:
  template <class T>
  void Set(CURLoption option, T value) {
    if (curl_easy_setopt(handle_, option, value) != CURLE_OK) Die("option");
  }
  static size_t Read(char* to, size_t size, size_t n, void* self) {
    auto* b = static_cast<Bare*>(self);
    const size_t len = std::min(size * n, kBody.size() - b->handed_);
    std::memcpy(to, kBody.data() + b->handed_, len);
    b->handed_ += len;
    return len;
  }
  static size_t Write(char*, size_t size, size_t n, void*) { return size * n; }

  CURL* handle_ = curl_easy_init();
  curl_slist* headers_ = curl_slist_append(nullptr, "Expect:");
  const std::string url_, bundle_;
  const How how_;
  size_t handed_ = 0;
};

// What we ship.
class Ours {
 public:
  Ours(const FaultServer& server, std::string bundle) {
    transport::Config config;
    config.base = *wire::ParseUrl(server.Url());
    config.allow_loopback = true;
    config.ca_file = std::move(bundle);
    auto made = transport::Transport::Create(std::move(config));
    if (!made.ok()) Die(made.error().message);
    transport_ = std::move(*made);
  }
  void Submit() {
    transport::SubmitCall call;
    call.path = "/v1/generate";
    call.body = kBody;
    transport_->StartSubmit(++token_, std::move(call));
    done_.clear();
    while (done_.empty()) transport_->Run(1000, done_);
    if (done_[0].submit.http_status != 202) Die(done_[0].submit.detail);
  }

 private:
  std::unique_ptr<transport::Transport> transport_;
  std::vector<transport::Completion> done_;
  transport::Token token_ = 0;
};

struct Row {
  const char* name;
  int baseline;  // index of the row it is compared with
  std::function<void()> submit;
  std::vector<double> wall, cpu;
};

double Median(std::vector<double> v) {
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  const int submits = argc > 1 ? std::atoi(argv[1]) : 100;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 7;
  if (submits <= 0 || rounds <= 0 || !transport::GlobalInit().ok())
    Die("usage: bench_fresh_connection [submits] [rounds]");
  const Script answer = [](Connection& c) {
    while (c.ReadRequest()) c.Send(Answer(202, R"({"request_id":"sd3_1","status":"QUEUED"})"));
  };
  FaultServer::Options tls;
  tls.tls = true;
  FaultServer plain(answer), secure(answer, tls);
  Folder folder;
  const auto system = transport::ChooseTrust({});
  const std::string bundle = folder / "ca.pem";  // as large as a real one
  WriteFile(bundle, (system.ok() ? ReadFile(system->file) : "") + secure.identity().ca_pem);

  Bare p_reuse(plain, bundle, {false, true, false}), p_fresh(plain, bundle, {true, true, false});
  Bare t_reuse(secure, bundle, {false, true, false}), t_fresh(secure, bundle, {true, true, false});
  Bare t_full(secure, bundle, {true, false, false}), t_parse(secure, bundle, {true, true, true});
  Ours p_ours(plain, bundle), t_ours(secure, bundle);
  std::vector<Row> rows = {
      {"plain, kept connection", 0, [&] { p_reuse.Submit(); }, {}, {}},
      {"plain, fresh", 0, [&] { p_fresh.Submit(); }, {}, {}},
      {"plain, our transport (fresh)", 0, [&] { p_ours.Submit(); }, {}, {}},
      {"TLS, kept connection", 3, [&] { t_reuse.Submit(); }, {}, {}},
      {"TLS, fresh, session resumed", 3, [&] { t_fresh.Submit(); }, {}, {}},
      {"TLS, fresh, full handshake", 3, [&] { t_full.Submit(); }, {}, {}},
      {"TLS, fresh, bundle parsed anew", 3, [&] { t_parse.Submit(); }, {}, {}},
      {"TLS, our transport (fresh)", 3, [&] { t_ours.Submit(); }, {}, {}},
  };
  for (int round = 0; round <= rounds; ++round)
    for (Row& row : rows) {
      const double wall = Wall_us(), cpu = ThreadCpu_us();
      for (int i = 0; i < submits; ++i) row.submit();
      if (round == 0) continue;  // warms caches and sessions
      row.wall.push_back((Wall_us() - wall) / submits);
      row.cpu.push_back((ThreadCpu_us() - cpu) / submits);
    }
  std::printf("%d submits a round, median of %d rounds, loopback, one after the other; libcurl %s\n", submits,
              rounds, curl_version_info(CURLVERSION_NOW)->version);
  std::printf("%-34s %10s %12s %10s %7s %7s\n", "", "us/submit", "submits/s", "us CPU", "wall x", "CPU x");
  for (const Row& row : rows) {
    const double wall = Median(row.wall), cpu = Median(row.cpu);
    const Row& base = rows[static_cast<size_t>(row.baseline)];
    std::printf("%-34s %10.0f %12.0f %10.0f %7.2f %7.2f\n", row.name, wall, 1e6 / wall, cpu,
                wall / Median(base.wall), cpu / Median(base.cpu));
  }
  return 0;
}

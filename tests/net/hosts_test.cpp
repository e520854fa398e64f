// faults.md section 6: TLS, hosts, proxies, and where the key goes.
#include <openssl/ssl.h>

#include <cstdlib>
#include <fstream>

#include "net/folder.h"
#include "net/pictures.h"
#include "net/rig.h"

using namespace pixazo;
using namespace pixazo::testing;
using core::Verdict;
using wire::Fault;

namespace {

const std::string kAccepted = R"({"request_id":"sd3_1","status":"QUEUED"})";

Script Everything() {
  return [](Connection& c) {
    while (auto request = c.ReadRequest())
      c.Send(request->method == "POST" ? Answer(202, kAccepted) : Answer(200, Png(4, 4)));
  };
}

FaultServer::Options Tls() {
  FaultServer::Options options;
  options.tls = true;
  return options;
}

wire::Error CreateError(transport::Config config) {
  const auto made = transport::Transport::Create(std::move(config));
  return made.ok() ? wire::Error() : made.error();
}

// Sets a variable for as long as it lives.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) { setenv(name, value.c_str(), 1); }
  ~Variable() { unsetenv(name_); }

 private:
  const char* name_;
};

}  // namespace

TEST_CASE("T1: a server nobody vouches for gets nothing, neither a submit, a poll nor a download") {
  FaultServer server(Everything(), Tls());
  transport::Config config = ConfigFor(server);
  config.ca_pem.clear();  // the system's authorities
  Rig rig(std::move(config));
  CHECK(rig.Submit().fault == Fault::kTrust);
  CHECK(rig.Status("a_1").fault == Fault::kTrust);
  CHECK(rig.Download(server.Url("/a")).download.fault == Fault::kTrust);
  CHECK(server.requests().empty());
}

TEST_CASE("T1: a CA file is trusted, alone, and one that cannot be read is refused at once") {
  FaultServer server(Everything(), Tls());
  Folder folder;
  WriteFile(folder / "ca.pem", server.identity().ca_pem);
  transport::Config config = ConfigFor(server);
  config.ca_pem.clear();
  config.ca_file = folder / "ca.pem";
  Rig rig(config);
  CHECK(Judged(rig.Submit()).verdict == Verdict::kQueued);
  CHECK(rig.Download(server.Url("/a")).download.whole);
  config.ca_file = folder / "missing.pem";
  CHECK(CreateError(config).code == wire::Code::kIo);
}

TEST_CASE("T2: the base URL is https, and http and loopback need the option, private addresses never do") {
  struct Row {
    const char* url;
    bool plain, allowed;  // without and with allow_loopback
  };
  for (const Row& row :
       {Row{"https://gateway.pixazo.ai", true, true}, Row{"http://gateway.pixazo.ai", false, true},
        Row{"http://127.0.0.1:8080", false, true}, Row{"https://127.0.0.1:8080", false, true},
        Row{"http://localhost:1", false, true}, Row{"http://[::1]:1", false, true},
        Row{"https://10.0.0.1", false, false}, Row{"http://192.168.0.1", false, false},
        Row{"https://[fd00::1]", false, false}, Row{"https://169.254.169.254", false, false},
        Row{"https://gateway.pixazo.ai/?a=b", false, false}}) {
    CAPTURE(row.url);
    transport::Config config;
    config.base = *wire::ParseUrl(row.url);
    CHECK(CreateError(config).ok() == row.plain);
    config.allow_loopback = true;
    CHECK(CreateError(config).ok() == row.allowed);
  }
}

TEST_CASE("T3: TLS older than 1.2 is refused") {
  FaultServer::Options options = Tls();
  options.max_tls_version = TLS1_1_VERSION;
  FaultServer server(Everything(), options);
  Rig rig(server);
  const wire::SubmitExchange x = rig.Submit();
  CHECK(x.fault == Fault::kTls);
  CHECK(x.prereq_calls == 0);
  CHECK(server.posts() == 0);
  options.max_tls_version = TLS1_2_VERSION;
  FaultServer newer(Everything(), options);
  Rig good(newer);
  CHECK(Judged(good.Submit()).verdict == Verdict::kQueued);
}

TEST_CASE("T4 T7 T8: URLs that no output may come from are refused before a socket is opened") {
  FaultServer listener(Everything());
  const std::string port = std::to_string(listener.port());
  transport::Config config;
  config.base = *wire::ParseUrl("https://gateway.example");
  Rig rig(std::move(config));
  for (const std::string& url : std::vector<std::string>{"http://127.0.0.1:" + port + "/",
                                                         "https://127.0.0.1/",
                                                         "https://[::1]/",
                                                         "https://[::ffff:127.0.0.1]/",
                                                         "https://[::ffff:7f00:1]/",
                                                         "https://10.1.2.3/",
                                                         "https://169.254.169.254/latest/meta-data",
                                                         "https://100.64.0.1/",
                                                         "https://[fd00::1]/",
                                                         "https://0.0.0.0/",
                                                         "https://2130706433/",
                                                         "https://0x7f000001/",
                                                         "https://0177.0.0.1/",
                                                         "https://127.1/",
                                                         "https://localhost/",
                                                         "https://localhost./",
                                                         "file:///etc/passwd",
                                                         "ftp://cdn.example/a",
                                                         "gopher://cdn.example/a",
                                                         "data:image/png;base64,AAAA",
                                                         "smb://cdn.example/a",
                                                         "//cdn.example/a",
                                                         "a.png",
                                                         "",
                                                         "https://user:pw@cdn.example/a",
                                                         "https://user@cdn.example/a",
                                                         "https://cdn.example:8443/a",
                                                         "http://cdn.example/a",
                                                         "https://cdn.example:0/a",
                                                         "https://c\xd0\xb4n.example/a",
                                                         "https://cdn.example\\@127.0.0.1/",
                                                         "https://cdn.example/a\r\nX: y",
                                                         "https://" + std::string(9000, 'a') + ".example/"}) {
    CAPTURE(url);
    const transport::Completion done = rig.Download(url);
    CHECK(done.download.fault == Fault::kForbidden);
    CHECK(done.download.detail != "");
    CHECK(done.download.detail.find("pw") == std::string::npos);
  }
  CHECK(rig->counters().connections_opened == 0);
  CHECK(listener.connections() == 0);
}

TEST_CASE("outputs come from the listed hosts only, if hosts are listed") {
  FaultServer server(Everything());
  const auto fault_with = [&](std::vector<std::string> hosts) {
    transport::Config config = ConfigFor(server);
    config.output_hosts = std::move(hosts);
    Rig rig(std::move(config));
    return rig.Download(server.Url("/a")).download.fault;
  };
  CHECK(fault_with({"127.0.0.1"}) == Fault::kNone);
  CHECK(fault_with({"cdn.example", "127.0.0.1"}) == Fault::kNone);
  CHECK(fault_with({".0.0.1"}) == Fault::kNone);
  CHECK(fault_with({"cdn.example"}) == Fault::kForbidden);
  CHECK(fault_with({"0.0.1"}) == Fault::kForbidden);
  CHECK(fault_with({"."}) == Fault::kForbidden);
}

TEST_CASE("T6: proxies of the environment are ignored unless asked for") {
  FaultServer::Options record;
  record.record_bytes = true;
  FaultServer proxy(Everything(), record);
  FaultServer server(Everything());
  const Variable a("http_proxy", proxy.Url());
  const Variable b("https_proxy", proxy.Url());
  const Variable c("ALL_PROXY", proxy.Url());
  {
    Rig rig(server);
    CHECK(Judged(rig.Submit()).verdict == Verdict::kQueued);
    CHECK(rig.Status("a_1").http_status == 200);
    CHECK(rig.Download(server.Url("/a")).download.whole);
    CHECK(proxy.connections() == 0);
  }
  {
    FaultServer secure(Everything(), Tls());
    transport::Config config = ConfigFor(secure);
    config.proxy_from_environment = true;
    Rig rig(std::move(config));
    CHECK_FALSE(rig.Download(secure.Url("/a")).download.whole);  // this proxy does not tunnel
    CHECK(proxy.requests().at(0).target == "127.0.0.1:" + std::to_string(secure.port()));
    const int before = proxy.connections();
    const Variable d("no_proxy", "other.example, 127.0.0.1");
    transport::Config again = ConfigFor(secure);
    again.proxy_from_environment = true;
    Rig direct(std::move(again));
    CHECK(direct.Download(secure.Url("/a")).download.whole);
    CHECK(proxy.connections() == before);
  }
}

TEST_CASE("T6: plain http to loopback goes past every proxy, which would read the key") {
  FaultServer proxy(Everything());
  FaultServer server(Everything());
  const Variable environment("http_proxy", proxy.Url());
  for (const bool named : {true, false}) {
    transport::Config config = ConfigFor(server);
    config.proxy = named ? proxy.Url() : "";
    config.proxy_from_environment = true;
    Rig rig(std::move(config));
    CHECK(Judged(rig.Submit()).verdict == Verdict::kQueued);
    CHECK(rig.Status("a_1").http_status == 200);
    CHECK(rig.Download(server.Url("/a")).download.whole);
  }
  CHECK(server.posts() == 2);
  CHECK(proxy.connections() == 0);
}

TEST_CASE("T6: a proxy sees a CONNECT without the key, and it may not stand in for a private host") {
  FaultServer server(Everything(), Tls());
  FaultServer::Options record;
  record.record_bytes = true;
  FaultServer proxy(
      [&](Connection& c) {  // a proxy that refuses everything
        while (c.ReadRequest()) c.Send(Answer(403, "no"));
      },
      record);
  transport::Config config = ConfigFor(server);
  config.proxy = proxy.Url();
  Rig rig(config);
  const wire::SubmitExchange x = rig.Submit();
  CHECK(x.fault == Fault::kProxy);
  CHECK(x.prereq_calls == 0);
  CHECK(x.http_status == 0);
  CHECK(Judged(x).verdict == Verdict::kNotSent);
  CHECK(proxy.received().find("CONNECT 127.0.0.1:") == 0);
  CHECK(proxy.received().find(kKey) == std::string::npos);
  CHECK(proxy.received().find("Ocp-Apim") == std::string::npos);
  CHECK(rig.Download("https://10.0.0.1/a").download.fault == Fault::kForbidden);
  CHECK(rig.Download("http://cdn.example/a").download.fault ==
        Fault::kForbidden);  // cannot be checked behind a proxy
  CHECK(proxy.connections() == 1);

  config.proxy = "http://127.0.0.1:1";
  Rig nobody(config);
  const wire::SubmitExchange refused = nobody.Submit();
  CHECK(refused.fault == Fault::kProxy);
  CHECK(Judged(refused).verdict == Verdict::kNotSent);
  config.proxy = "socks5h://127.0.0.1:" + std::to_string(proxy.port());
  Rig socks(config);
  const wire::SubmitExchange talked = socks.Submit("{}", 2000);
  CHECK(talked.prereq_calls == 0);
  CHECK(Judged(talked).verdict == Verdict::kNotSent);
  CHECK(server.posts() == 0);
}

TEST_CASE(
    "T6: through a proxy that tunnels, everything works and the tunnel carries the key to the gateway only") {
  FaultServer server(Everything(), Tls());
  // Copies bytes both ways, one request and one reply at a time being enough for HTTP/1.1.
  FaultServer::Options record;
  record.record_bytes = true;
  FaultServer proxy(
      [&](Connection& c) {
        if (!c.ReadRequest()) return;
        c.Send("HTTP/1.1 200 Connection established\r\nRetry-After: 99\r\n\r\n");
        c.Tunnel(server.port());
      },
      record);
  transport::Config config = ConfigFor(server);
  config.proxy = proxy.Url();
  Rig rig(config);
  const wire::SubmitExchange x = rig.Submit();
  CHECK(Judged(x).verdict == Verdict::kQueued);
  CHECK(x.retry_after.empty());  // the proxy's own words are not the gateway's
  CHECK(rig.Status("a_1").http_status == 200);
  CHECK(server.posts() == 1);
  CHECK(proxy.received().find(kKey) == std::string::npos);
}

TEST_CASE("T9: .netrc is not read and cookies are not kept") {
  Folder home;
  WriteFile(home / ".netrc", "default login u password pw\n");
  const char* old = std::getenv("HOME");
  const std::string before = old ? old : "";
  setenv("HOME", home.path().c_str(), 1);
  FaultServer server([](Connection& c) {
    while (c.ReadRequest()) c.Send(Answer(202, kAccepted, "Set-Cookie: session=1; Path=/\r\n"));
  });
  Rig rig(server);
  rig.Submit();
  rig.Status("a_1");
  rig.Status("a_1");
  setenv("HOME", before.c_str(), 1);
  for (const Request& request : server.requests()) {
    CHECK(request.Header("Authorization") == "");
    CHECK(request.Header("Cookie") == "");
  }
  CHECK(server.requests().size() == 3);
}

TEST_CASE("T10: what a header cannot carry is never sent") {
  FaultServer server(Everything());
  for (const std::string& key : {std::string("a\r\nX: y"), std::string("a\nb"), std::string("a\0b", 3),
                                 std::string("k\xc3\xa9y"), std::string(" a")}) {
    Rig rig(server);
    rig->SetApiKey(key);
    CHECK(rig.Submit().fault == Fault::kArgument);
    CHECK(rig.Status("a_1").fault == Fault::kArgument);
  }
  Rig rig(server);
  for (const char* line : {"X-Webhook-URL: https://a\r\nX: y", "no colon", "X Y: z", "Host: other",
                           "Content-Length: 1", ": v", "X:"}) {
    CAPTURE(line);
    const wire::SubmitExchange x = rig.Wait(rig.StartSubmit("{}", 1000, {line})).submit;
    CHECK(x.fault == Fault::kArgument);
    CHECK(Judged(x).verdict == Verdict::kNotSentFinal);
  }
  transport::Config agent = ConfigFor(server);
  agent.user_agent = "a\r\nX: y";
  CHECK(CreateError(agent).code == wire::Code::kInvalidArg);
  CHECK(server.connections() == 0);
}

TEST_CASE("T11: an endpoint's path cannot leave the origin or the base") {
  FaultServer server(Everything());
  transport::Config config = ConfigFor(server, "/base");
  Rig rig(std::move(config));
  for (const char* path : {"", "v1", "@evil.example/", "/a/../../b", "/..", "/a?b=c", "/a#b", "/a\\b", "/a b",
                           "/a/%2e%2e/b", "/a%2Fb", "/.", "http://evil.example/", "/a\r\n"}) {
    CAPTURE(path);
    transport::SubmitCall call;
    call.path = path;
    call.body = "{}";
    rig->StartSubmit(1000, std::move(call));
    CHECK(rig.Wait(1000).submit.fault == Fault::kArgument);
  }
  CHECK(server.connections() == 0);
  transport::SubmitCall call;
  call.path = "//evil.example/x";  // stays a path
  call.body = "{}";
  rig->StartSubmit(1000, std::move(call));
  rig.Wait(1000);
  CHECK(server.requests().at(0).target == "/base//evil.example/x");
}

TEST_CASE("T12: the key is in no detail, no log line and no other header, and a new one replaces it") {
  FaultServer server(Everything());
  std::string log;
  transport::Config config = ConfigFor(server);
  config.curl_verbose = true;
  config.log = [&](std::string_view line) { log.append(line).append("\n"); };
  Rig rig(std::move(config));
  std::string details = rig.Submit().detail;
  details += rig.Status("a_1").detail;
  const auto hook =
      rig.StartSubmit("{\"secret\":\"body\"}", 1000, {"X-Webhook-URL: https://a.example/nonce-1234"});
  rig.Wait(hook);
  rig->SetApiKey("second-key");
  rig.Status("a_1");
  rig->SetApiKey("");
  rig.Status("a_1");
  const auto requests = server.requests();
  REQUIRE(requests.size() == 5);
  CHECK(requests[1].Header("Ocp-Apim-Subscription-Key") == kKey);
  CHECK(requests[3].Header("Ocp-Apim-Subscription-Key") == "second-key");
  CHECK(requests[4].Header("Ocp-Apim-Subscription-Key") == "");
  CHECK(log.find("> POST /v1/generate HTTP/1.1") != std::string::npos);
  CHECK(log.find("> Ocp-Apim-Subscription-Key: [not shown]") != std::string::npos);
  for (const char* secret : {kKey, "second-key", "nonce-1234", "\"secret\""}) {
    CHECK(log.find(secret) == std::string::npos);
    CHECK(details.find(secret) == std::string::npos);
  }
}

TEST_CASE("T12: a key that the gateway repeats is in nothing it said, wherever the text is cut") {
  const std::string part = std::string(kKey).substr(0, 6);
  size_t before = 0;  // what stands before the key
  FaultServer server([&](Connection& c) {
    while (c.ReadRequest()) {
      const std::string said = std::string(before, 'y') + kKey;
      c.Send(Answer(400, R"({"error":"x","message":")" + said + R"("})",
                    "X-Echo: " + said + "\r\nLocation: https://a.example/" + said + "\r\nRetry-After: " + said +
                        "\r\nDate: " + said + "\r\n"));
    }
  });
  std::string log;
  transport::Config config = ConfigFor(server);
  config.curl_verbose = true;
  config.log = [&](std::string_view line) { log.append(line).append("\n"); };
  Rig rig(std::move(config));
  for (before = 0; before < 1100; before += 10) {
    const wire::SubmitExchange x = rig.Submit();
    const wire::Exchange status = rig.Status("a_1");
    for (const wire::Exchange* said : {static_cast<const wire::Exchange*>(&x), &status})
      for (const std::string& text : {said->body, said->location, said->detail, said->date, said->retry_after.at(0)})
        CHECK(text.find(part) == std::string::npos);
    CHECK(x.body.size() == before + std::string(kKey).size() + 26);  // nothing else is touched
    CHECK(Judged(x).error.message.find(part) == std::string::npos);
  }
  CHECK(log.find("X-Echo") != std::string::npos);
  CHECK(log.find(part) == std::string::npos);
}

TEST_CASE("T12: a body that is cut within the key ends before it") {
  FaultServer server([](Connection& c) {
    c.ReadRequest();
    c.Send("HTTP/1.1 400 No\r\nContent-Length: 1000\r\n\r\nyour key is " + std::string(kKey).substr(0, 20));
  });
  Rig rig(server);
  CHECK(rig.Submit().body == "your key is " + std::string(20, '*'));
}

TEST_CASE("T12: the key that was sent is hidden, also when the client has another by then") {
  FaultServer server([](Connection& c) {
    c.ReadRequest();
    if (c.server().WaitReleased()) c.Send(Answer(403, R"({"message":"key )" + std::string(kKey) + R"( may not"})"));
  });
  Rig rig(server);
  const transport::Token post = rig.StartSubmit();
  CHECK(rig.DriveUntil([&] { return server.posts() == 1; }));
  rig->SetApiKey("another-key-0123456789");
  server.Release();
  const wire::SubmitExchange x = rig.Wait(post).submit;
  CHECK(x.http_status == 403);
  CHECK(x.body.find(kKey) == std::string::npos);
}

TEST_CASE("two transports with two keys do not share them") {
  FaultServer server(Everything());
  Rig one(server), two(server);
  two->SetApiKey("the-other-key");
  one.Status("a_1");
  two.Status("a_2");
  one.Submit();
  const auto requests = server.requests();
  CHECK(requests.at(0).Header("Ocp-Apim-Subscription-Key") == kKey);
  CHECK(requests.at(1).Header("Ocp-Apim-Subscription-Key") == "the-other-key");
  CHECK(requests.at(2).Header("Ocp-Apim-Subscription-Key") == kKey);
}

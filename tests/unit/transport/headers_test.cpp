#include <doctest/doctest.h>

#include <cstring>
#include <string>

#include "transport/header_list.h"
#include "transport/secret.h"
#include "transport/verbose.h"

using namespace pixazo::transport;

TEST_CASE("a host may add headers, but none that is ours or that cannot be one") {
  for (const char* line :
       {"X-Studio: north", "x-webhook-url: https://a", "Accept: image/png", "X!#$%&'*+.^_`|~: v"})
    CHECK(IsForeignHeaderLine(line));
  for (const char* line : {"",
                           ":",
                           "X",
                           "X:",
                           "X: ",
                           ": v",
                           "X Y: v",
                           "X\t: v",
                           "X: a\r\nY: b",
                           "X: a\nb",
                           "(x): v",
                           "ocp-apim-subscription-KEY: k",
                           "content-length: 1",
                           "Transfer-Encoding: chunked",
                           "Host: h",
                           "EXPECT: 100-continue",
                           "Cookie: a=b",
                           "Accept-Encoding: gzip",
                           "Authorization: b",
                           "Connection: close",
                           "Upgrade: h2c",
                           "User-Agent: x",
                           "Range: bytes=0-"})
    CHECK_FALSE_MESSAGE(IsForeignHeaderLine(line), line);
  CHECK_FALSE(IsForeignHeaderLine(std::string("X: a\0b", 6)));
}

TEST_CASE("a header list holds whole lines in order") {
  HeaderList list;
  CHECK(list.Add("A", "1"));
  CHECK(list.AddLine("Expect:"));
  REQUIRE(list.get());
  CHECK(std::strcmp(list.get()->data, "A: 1") == 0);
  CHECK(std::strcmp(list.get()->next->data, "Expect:") == 0);
  list.Clear();
  CHECK(list.get() == nullptr);
}

TEST_CASE("a secret is overwritten when it is replaced") {
  Secret secret;
  secret.Set(std::string(100, 'k'));
  const char* old = secret.view().data();
  CHECK(old[0] == 'k');
  secret.Set("new");  // fits the old buffer: it can be looked at
  REQUIRE(secret.view().data() == old);
  CHECK(secret.view() == "new");
  for (size_t i = 4; i < 100; ++i) CHECK(old[i] == '\0');
  std::string text(200, 's');
  const char* bytes = text.data();
  Wipe(text);
  CHECK(text.empty());
  for (size_t i = 0; i < 200; ++i) CHECK(bytes[i] == '\0');
}

TEST_CASE("T12: verbose lines show neither secrets nor bodies") {
  std::string log;
  LogSink sink = [&](std::string_view line) { log.append(line).append("|"); };
  Secret key;
  key.Set("canary-key");
  Verbose verbose{sink, key};
  const auto debug = [&](curl_infotype type, std::string text) {
    DebugThunk(nullptr, type, text.data(), text.size(), &verbose);
  };
  debug(CURLINFO_HEADER_OUT,
        "POST /x HTTP/1.1\r\nocp-apim-subscription-key: KEY\r\nProxy-Authorization: Basic "
        "KEY\r\nX-Webhook-URL: https://h/KEY\r\nA: b\r\n\r\n");
  debug(CURLINFO_HEADER_IN, "Set-Cookie: KEY\r\n");
  debug(CURLINFO_TEXT, "Connected\x1b[31m\n");
  debug(CURLINFO_DATA_OUT, "KEY");
  debug(CURLINFO_DATA_IN, "KEY");
  debug(CURLINFO_SSL_DATA_OUT, "KEY");
  CHECK(log.find("KEY") == std::string::npos);
  CHECK(log.find("> POST /x HTTP/1.1|> ocp-apim-subscription-key: [not shown]|") == 0);
  CHECK(log.find("> A: b|") != std::string::npos);
  CHECK(log.find("* Connected") != std::string::npos);
  debug(CURLINFO_HEADER_IN, "X-Echo: " + std::string(500, 'y') + "canary-key\r\n");
  CHECK(log.find("yc") == std::string::npos);
  CHECK(log.find('\x1b') == std::string::npos);
}

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "wire/reply.h"
#include "wire/text.h"

using namespace pixazo::wire;
using nlohmann::json;

namespace {

int64_t Required(const std::string& message) {
  return ErrorFromHttp(402, json{{"error", "Insufficient Balance"}, {"message", message}}.dump())
      .required_microusd;
}

}  // namespace

TEST_CASE("the HTTP status decides the code") {
  for (int status = 100; status < 600; ++status) {
    CAPTURE(status);
    Code expected = Code::kProtocol;
    if (status >= 400) expected = Code::kBadRequest;
    if (status == 401 || status == 403) expected = Code::kAuth;
    if (status == 402) expected = Code::kBalance;
    if (status == 404) expected = Code::kModelNotFound;
    if (status == 429) expected = Code::kRateLimited;
    if (status == 408 || status == 421 || status == 425 || status >= 500) expected = Code::kServer;
    const Error e = ErrorFromHttp(status, "");
    CHECK(e.code == expected);
    CHECK(e.http_status == status);
    CHECK(e.message == "HTTP " + std::to_string(status) + " without an explanation");
    CHECK(e.retry_after_ms == -1);
    CHECK(e.required_microusd == -1);
  }
}

TEST_CASE("only statuses that say the request was refused say that nothing was charged") {
  for (int status = 100; status < 600; ++status) {
    CAPTURE(status);
    bool refused = false, not_processed = false;
    for (const int s : {400, 401, 402, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422, 431})
      refused = refused || s == status;
    for (const int s : {408, 421, 425, 429, 503}) not_processed = not_processed || s == status;
    const Error e = ErrorFromHttp(status, "");
    CHECK(e.charged == (refused ? Charged::kNo : Charged::kUnknown));
    CHECK(e.retryable == not_processed);
  }
}

TEST_CASE("a model that is not found is told from a bad parameter") {
  const auto code = [](const char* body) { return ErrorFromHttp(400, body).code; };
  CHECK(code(R"({"error":"Model not found","message":"Model 'x' not found or is disabled"})") ==
        Code::kModelNotFound);
  CHECK(code(R"({"error":"MODEL NOT FOUND"})") == Code::kModelNotFound);
  CHECK(code(R"({"message":"Model 'x' not found or is disabled"})") == Code::kModelNotFound);
  CHECK(code(R"({"error":"Bad Request","message":"steps must be at most 28"})") == Code::kBadRequest);
  CHECK(code("Model not found") == Code::kModelNotFound);
  CHECK(ErrorFromHttp(500, R"({"error":"Model not found"})").code == Code::kServer);
}

TEST_CASE("M8: bodies of every shape become one line") {
  const std::pair<const char*, const char*> table[] = {
      {R"({"error":"Insufficient Balance","message":"Not enough."})", "Insufficient Balance: Not enough."},
      {R"({"error":"Oops"})", "Oops"},
      {R"({"message":"Only this"})", "Only this"},
      {R"({"statusCode":401,"message":"Access denied"})", "Access denied"},
      {R"({"error":{"code":"c1","message":"inner"}})", "c1: inner"},
      {R"({"error":{"message":"inner"}})", "inner"},
      {R"({"detail":"other"})", R"({"detail":"other"})"},
      {R"(["list"])", R"(["list"])"},
      {R"("text")", R"("text")"},
      {R"({"error":"cut","message":"Not eno)", "cut"},
      {"upstream connect error\r\n\treset", "upstream connect error reset"},
      {"<html><head><title>502 Bad Gateway</title><style>b{color:red}</style></head>\n<body><h1>502</h1>"
       "<SCRIPT>var x = '<b>';</SCRIPT><p>nginx</p></body></html>",
       "502 Bad Gateway 502 nginx"},
      {" \n <!DOCTYPE html><p>a<br/>b", "a b"},
      {"<p", "HTTP 500 without an explanation"},
      {"<script>never closed", "HTTP 500 without an explanation"},
      {" \r\n ", "HTTP 500 without an explanation"},
      {"{}", "{}"},
  };
  for (const auto& [body, message] : table) {
    const auto& body_shown = body;  // clang: a lambda captures no structured binding
    CAPTURE(body_shown);
    CHECK(ErrorFromHttp(500, body).message == message);
  }
  CHECK(ErrorFromHttp(500, std::string_view("a\0b", 3)).message == "HTTP 500 without an explanation");
  CHECK(ErrorFromHttp(500, "\x89PNG\r\n\x1a\n").message == "HTTP 500 without an explanation");
}

TEST_CASE("M8: however large or broken the body, the message is bounded and clean") {
  const std::string bodies[] = {
      std::string(5'000'000, 'x'),
      "{\"error\":\"" + std::string(5'000'000, 'x') + "\"}",
      "{\"error\":\"" + std::string(900'000, 'x') + "\",\"message\":\"" + std::string(9000, 'y') + "\"}",
      std::string(100'000, '\xFF'),
      std::string(200'000, '<'),
      "<" + std::string(200'000, ' '),
      std::string(200'000, '['),
      "\xC3\xA9\xE2\x80\xA8\x1B[31m"};
  for (const std::string& body : bodies) {
    const Error e = ErrorFromHttp(502, body);
    CHECK(e.message.size() <= 1024);
    CHECK(e.remote_code.size() <= 128);
    CHECK(IsValidUtf8(e.message));
    CHECK_FALSE(HasControl(e.message));
    CHECK(e.message != "");
  }
}

TEST_CASE("the gateway's short code and id are kept") {
  const Error e = ErrorFromHttp(500, R"({"error":"Internal","message":"m","request_id":"m_1"})");
  CHECK(e.remote_code == "Internal");
  CHECK(e.request_id == "m_1");
  CHECK(ErrorFromHttp(500, R"({"error":{"code":"c1"}})").remote_code == "c1");
  CHECK(ErrorFromHttp(500, R"({"request_id":"../x"})").request_id == "");
  CHECK(ErrorFromHttp(500, "text").remote_code == "");
}

TEST_CASE("a required price is read as microdollars, rounded up, or not at all") {
  CHECK(Required("Your wallet does not have enough balance. Required: $0.01") == 10'000);
  CHECK(Required("Required: $1") == 1'000'000);
  CHECK(Required("Required: $12.50.") == 12'500'000);
  CHECK(Required("required:$0.000001") == 1);
  CHECK(Required("Required: $0.0000001") == 1);
  CHECK(Required("Required: $0.0100000000000000000000000000000") == 10'000);
  CHECK(Required("Required: $0") == 0);
  CHECK(Required("Required: $999999999.999999") == 999'999'999'999'999);
  CHECK(Required("Required: $2, balance: $1") == 2'000'000);
  for (const char* text :
       {"", "Required:", "Required: 0.01", "Required: $", "Required: $x", "Required: $-1", "Required: $.5",
        "Required: EUR 1", "Required: $1,234.50", "Required: $1000000000", "Required $1", "$0.01"}) {
    CAPTURE(text);
    CHECK(Required(text) == -1);
  }
}

TEST_CASE("a price that the message limit may have cut is not believed") {
  int believed = 0, doubted = 0;
  for (size_t lead = 900; lead < 1010; ++lead) {
    const int64_t price = Required(std::string(lead, 'x') + " Required: $12.50");
    CAPTURE(lead);
    CHECK((price == -1 || price == 12'500'000));
    ++(price == -1 ? doubted : believed);
  }
  CHECK(believed > 50);
  CHECK(doubted > 20);
}

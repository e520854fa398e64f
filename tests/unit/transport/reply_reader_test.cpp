#include "transport/reply_reader.h"

#include <doctest/doctest.h>

using pixazo::transport::ReplyReader;
using pixazo::wire::Exchange;

namespace {

struct Reading {
  Exchange facts;
  ReplyReader reader{facts, 64u << 10};
  explicit Reading(std::initializer_list<std::string_view> lines) {
    for (std::string_view line : lines) CHECK(reader.OnHeader(std::string(line) + "\r\n"));
  }
};

}  // namespace

TEST_CASE("status, fields and repeated Retry-After are taken from the final reply only") {
  Reading r{"HTTP/1.1 103 Early Hints",
            "Retry-After: 9",
            "Content-Type: text/early",
            "",
            "HTTP/1.1 429 Too Many",
            "CONTENT-TYPE:  application/json ",
            "Date: d",
            "Retry-After: 1",
            "retry-AFTER: 2",
            "Location: /x",
            ""};
  CHECK(r.facts.http_status == 429);
  CHECK(r.facts.content_type == "application/json");
  CHECK(r.facts.date == "d");
  CHECK(r.facts.retry_after == std::vector<std::string>{"1", "2"});
  CHECK(r.facts.location == "/x");
  CHECK(r.reader.headers_done());
}

TEST_CASE("an interim reply alone is no status") {
  Reading r{"HTTP/1.1 100 Continue", ""};
  CHECK(r.facts.http_status == 0);
  CHECK_FALSE(r.reader.headers_done());
}

TEST_CASE("status lines that are none leave the status unknown") {
  for (std::string_view line : {"HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 2", "HTTP/1.1 2x0 OK", "HTTP/1.1  200 OK",
                                "HTTP/1.1 -20 OK", "XTTP/1.1 200"})
    CHECK(Reading{line}.facts.http_status == 0);
  CHECK(Reading{"HTTP/2 202"}.facts.http_status == 202);
}

TEST_CASE("trailers change nothing") {
  Reading r{"HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "",
            "HTTP/1.1 500 No", "Content-Length: 5",          "Retry-After: 3"};
  CHECK(r.facts.http_status == 200);
  CHECK(r.facts.retry_after.empty());
  CHECK_FALSE(r.reader.content_length());
}

TEST_CASE("a body is complete when its framing says so") {
  Reading sized{"HTTP/1.1 200 OK", "Content-Length: 5", ""};
  sized.reader.OnBody(4);
  CHECK_FALSE(sized.reader.BodyComplete(true));
  sized.reader.OnBody(1);
  CHECK(sized.reader.BodyComplete(true));
  CHECK(sized.reader.BodyComplete(false));

  Reading chunked{"HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Content-Length: 5", ""};
  CHECK(chunked.reader.BodyComplete(true));
  CHECK_FALSE(chunked.reader.BodyComplete(false));
  CHECK_FALSE(chunked.reader.content_length());

  Reading open{"HTTP/1.1 200 OK", ""};
  CHECK(open.reader.close_delimited());
  CHECK_FALSE(open.reader.BodyComplete(true));

  Reading cut{"HTTP/1.1 200 OK", "Content-Length: 0"};
  CHECK_FALSE(cut.reader.BodyComplete(true));

  Reading none{"HTTP/1.1 204 No Content", ""};
  CHECK(none.reader.BodyComplete(true));
  CHECK_FALSE(none.reader.close_delimited());
}

TEST_CASE("a Content-Length that is malformed or contradicts itself is no length") {
  for (std::string_view line :
       {"Content-Length: -1", "Content-Length: +1", "Content-Length: 1e3", "Content-Length: 0x5",
        "Content-Length:", "Content-Length: 99999999999999999999", "Content-Length: 5, 5"})
    CHECK_FALSE((Reading{"HTTP/1.1 200 OK", line, ""}.reader.content_length()));
  CHECK_FALSE(
      (Reading{"HTTP/1.1 200 OK", "Content-Length: 5", "Content-Length: 6", ""}.reader.content_length()));
  CHECK((Reading{"HTTP/1.1 200 OK", "Content-Length: 5", "Content-Length: 5", ""}.reader.content_length()) ==
        5);
}

TEST_CASE("codings of content and transfer are noticed") {
  CHECK((Reading{"HTTP/1.1 200 OK", "Content-Encoding: gzip", ""}.reader.encoded()));
  CHECK((Reading{"HTTP/1.1 200 OK", "Transfer-Encoding: gzip, chunked", ""}.reader.encoded()));
  CHECK_FALSE((Reading{"HTTP/1.1 200 OK", "Content-Encoding: IDENTITY", ""}.reader.encoded()));
  CHECK_FALSE((Reading{"HTTP/1.1 200 OK", "Transfer-Encoding: chunked", ""}.reader.encoded()));
  Reading coded{"HTTP/1.1 200 OK", "Transfer-Encoding: gzip", "Content-Length: 3", ""};
  coded.reader.OnBody(3);
  CHECK_FALSE(coded.reader.BodyComplete(true));
}

TEST_CASE("the header block is capped as a whole and values one by one") {
  Exchange facts;
  ReplyReader reader(facts, 1000);
  CHECK(reader.OnHeader("HTTP/1.1 100 Continue\r\n"));
  CHECK(reader.OnHeader("X: " + std::string(900, 'x') + "\r\n"));
  CHECK_FALSE(reader.OnHeader("Y: " + std::string(100, 'y') + "\r\n"));
  CHECK(reader.too_large());

  Reading r{"HTTP/1.1 200 OK", "Content-Type: " + std::string(5000, 't'),
            "Location: " + std::string(9000, 'l'), ""};
  CHECK(r.facts.content_type.size() == 512);
  CHECK(r.facts.location == "");  // half a URL is no URL
  Reading many{"HTTP/1.1 429 No"};
  for (int i = 0; i < 100; ++i) many.reader.OnHeader("Retry-After: 1\r\n");
  CHECK(many.facts.retry_after.size() == 16);
}

// Polls over HTTP/2: frames by hand, so that the server can stop wherever it likes (RFC 9113).
#include "net/rig.h"

using namespace pixazo;
using namespace pixazo::testing;
using core::Verdict;
using wire::Fault;

namespace {

enum Type : uint8_t { kData = 0, kHeaders = 1, kSettings = 4, kPing = 6 };
constexpr uint8_t kEndStream = 1, kAck = 1, kEndHeaders = 4;

struct Frame {
  uint8_t type = 0, flags = 0;
  uint32_t stream = 0;
  std::string payload;
};

void PutNumber(std::string& out, uint32_t n, int bytes) {
  while (bytes-- > 0) out += static_cast<char>(n >> (8 * bytes));
}

uint32_t Number(std::string_view s) {
  uint32_t n = 0;
  for (const char c : s) n = n << 8 | static_cast<uint8_t>(c);
  return n;
}

std::string Bytes(const Frame& frame) {
  std::string out;
  PutNumber(out, static_cast<uint32_t>(frame.payload.size()), 3);
  out += static_cast<char>(frame.type);
  out += static_cast<char>(frame.flags);
  PutNumber(out, frame.stream, 4);
  return out + frame.payload;
}

std::string Answer2(uint32_t stream, std::string_view body) {
  return Bytes({kHeaders, kEndHeaders, stream, "\x88"}) +  // :status 200, of the static table
         Bytes({kData, kEndStream, stream, std::string(body)});
}

// Begins to speak HTTP/2 on the connection.
bool Greet(Connection& c) { return c.ReadBytes(24) && c.Send(Bytes({kSettings, 0, 0, {}})); }

// The next request's stream, once it is complete; settings and pings are seen to. 0: the client left.
uint32_t NextRequest(Connection& c) {
  for (;;) {
    const auto head = c.ReadBytes(9);
    if (!head) return 0;
    Frame frame{static_cast<uint8_t>((*head)[3]),
                static_cast<uint8_t>((*head)[4]),
                Number(std::string_view(*head).substr(5)),
                {}};
    auto payload = c.ReadBytes(Number(std::string_view(*head).substr(0, 3)));
    if (!payload) return 0;
    if (frame.type == kSettings && !(frame.flags & kAck)) c.Send(Bytes({kSettings, kAck, 0, {}}));
    if (frame.type == kPing && !(frame.flags & kAck)) c.Send(Bytes({kPing, kAck, 0, *payload}));
    if ((frame.type == kHeaders || frame.type == kData) && (frame.flags & kEndStream)) return frame.stream;
  }
}

FaultServer::Options Http2(bool imposed = false) {
  FaultServer::Options options;
  options.tls = true;
  options.protocol = "h2";
  options.imposed = imposed;
  return options;
}

const std::string kGoing = R"({"request_id":"sd3_1","status":"PROCESSING"})";

}  // namespace

TEST_CASE(
    "a poll over HTTP/2 that gets no answer in time takes its connection with it: the next one has another") {
  FaultServer server(
      [](Connection& c) {
        if (!Greet(c)) return;
        for (int answered = 0;; ++answered) {
          const uint32_t stream = NextRequest(c);
          if (stream == 0) return;
          if (c.index() == 0 && answered > 0) return c.Hang();  // the first connection dies without a word
          c.Send(Answer2(stream, kGoing));
        }
      },
      Http2());
  transport::Config config = ConfigFor(server);
  config.status_timeout_ms = 300;
  Rig rig(std::move(config));
  CHECK(rig.Status("sd3_1").http_status == 200);
  CHECK(rig.Status("sd3_1").fault == Fault::kTimeout);
  CHECK(rig.Status("sd3_1").http_status == 200);
  CHECK(server.connections() == 2);
}

TEST_CASE("a server that chooses HTTP/2 unasked gets no POST") {
  FaultServer server([](Connection& c) { c.Hang(); }, Http2(true));
  Rig rig(server);
  CHECK(Judged(rig.Submit()).verdict == Verdict::kNotSent);
}

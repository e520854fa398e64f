#include "model.h"

namespace pixazo::simulation {
namespace {

using wire::Fault;

// A whole 1x1 PNG up to what the library looks at: signature, IHDR, IEND.
const std::string kPng(
    "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\0\0\0IEND\xae"
    "B`\x82",
    45);

std::string QueuedBody(const std::string& id) {
  return R"({"request_id":")" + id +
         R"(","status":"QUEUED","polling_url":"https://gateway.example/v2/requests/status/)" + id + "\"}";
}

std::string Urls(const Remote& remote) {
  std::string s;
  for (uint32_t i = 0; i < remote.outputs; ++i)
    s += (i ? "," : "") + std::string("\"https://cdn.example/") + remote.url_version + "/" + remote.id + "/" +
         std::to_string(i) + ".png\"";
  return s;
}

wire::SubmitExchange Sent(int status, std::string body) {
  wire::SubmitExchange x;
  x.prereq_calls = 1;
  x.last_byte_handed = true;
  x.http_status = status;
  x.body = std::move(body);
  x.body_complete = true;
  return x;
}

wire::SubmitExchange Unsent(Fault fault) {
  wire::SubmitExchange x;
  x.fault = fault;
  return x;
}

}  // namespace

Fate PickFate(Random& random, bool faulty) {
  if (!faulty || random.Unit() < 0.45) return Fate::kAccepted;
  const auto fate = static_cast<Fate>(random.Next() % static_cast<uint64_t>(Fate::kCount));
  // A refused key and an empty wallet end every job that waits: seldom, or there is little else to see.
  const bool sweeping = fate == Fate::k401 || fate == Fate::k402;
  return sweeping && random.Unit() < 0.9 ? Fate::kAccepted : fate;
}

bool Executes(Fate fate) {
  switch (fate) {
    case Fate::kAccepted:
    case Fate::kAcceptedLost:
    case Fate::kAcceptedCut:
    case Fate::kAcceptedCutEarly:
    case Fate::kAcceptedHtml:
    case Fate::kAccepted500:
    case Fate::kAcceptedTwice:
    case Fate::kSyncEmpty:
    case Fate::kRawImage:
      return true;
    default:
      return false;
  }
}

void ModelGateway::Arrive(uint64_t job, Fate fate, bool queued, int64_t now) {
  if (!Executes(fate)) return;
  ++executed_[job];
  Remote& remote = remotes_[job];
  remote.id = "model-" + std::to_string(job % 7) + "_" + std::to_string(job) + "-" +
              std::to_string(random_.Next() % 1000000);
  remote.accepted_at = now;
  remote.ends_at = now + 1000 + static_cast<int64_t>(random_.Next() % 60000);
  const double end = random_.Unit();
  remote.end = end < 0.85   ? Remote::End::kCompleted
               : end < 0.92 ? Remote::End::kFailed
               : end < 0.98 ? Remote::End::kError
                            : Remote::End::kNever;
  remote.outputs = queued ? 1 + static_cast<uint32_t>(random_.Next() % 4) : 1;
  by_id_[remote.id] = job;
}

wire::SubmitExchange ModelGateway::Answer(uint64_t job, Fate fate, bool queued) {
  const Remote* remote = RemoteOf(job);
  const std::string good = !remote  ? std::string()
                           : queued ? QueuedBody(remote->id)
                                    : R"({"imageUrl":)" + Urls(*remote) + "}";
  switch (fate) {
    case Fate::kAccepted:
      return Sent(queued ? 202 : 200, good);
    case Fate::kAcceptedCut: {
      wire::SubmitExchange x = Sent(202, good.substr(0, good.size() - 3));
      x.fault = random_.Unit() < 0.5 ? Fault::kBroken : Fault::kNone;
      x.body_complete = false;
      return x;
    }
    case Fate::kAcceptedCutEarly: {
      wire::SubmitExchange x = Sent(202, good.substr(0, random_.Next() % 16));
      x.body_complete = false;
      return x;
    }
    case Fate::kAcceptedHtml:
      return Sent(200, "<html>welcome</html>");
    case Fate::kAccepted500:
    case Fate::kRefused500:
      return Sent(502, R"({"error":"Bad Gateway"})");
    case Fate::kAcceptedTwice: {
      wire::SubmitExchange x = Sent(0, {});
      x.prereq_calls = 2;
      x.fault = Fault::kAborted;
      return x;
    }
    case Fate::kAcceptedLost:
    case Fate::kLostUnexecuted: {
      wire::SubmitExchange x = Sent(0, {});
      x.fault = random_.Unit() < 0.5 ? Fault::kTimeout : Fault::kBroken;
      return x;
    }
    case Fate::kNoConnection:
      return Unsent(Fault::kConnect);
    case Fate::kNoDns:
      return Unsent(Fault::kDns);
    case Fate::kBadTrust:
      return Unsent(Fault::kTrust);
    case Fate::kHalfSent: {
      wire::SubmitExchange x = Sent(0, {});
      x.last_byte_handed = false;
      x.fault = Fault::kBroken;
      return x;
    }
    case Fate::kThrottled:
    case Fate::kThrottledLong: {
      wire::SubmitExchange x = Sent(429, R"({"error":"Too Many Requests"})");
      x.retry_after = {fate == Fate::kThrottledLong ? "900" : std::to_string(random_.Next() % 20)};
      return x;
    }
    case Fate::k408:
      return Sent(408, {});
    case Fate::k503: {
      wire::SubmitExchange x = Sent(503, {});
      x.retry_after = {"3"};
      return x;
    }
    case Fate::k400:
      return Sent(400, R"({"error":"Bad Request","message":"no"})");
    case Fate::k401:
      return Sent(401, {});
    case Fate::k402:
      return Sent(402, R"({"error":"Insufficient Balance","message":"Required: $0.01"})");
    case Fate::k403:
      return Sent(403, {});
    case Fate::kRedirect: {
      wire::SubmitExchange x = Sent(307, {});
      x.location = "https://elsewhere.example/";
      return x;
    }
    case Fate::kSyncEmpty:
      return Sent(200, R"({"imageUrl":""})");
    case Fate::kJobErrorAtOnce:
      return Sent(200, R"({"request_id":"model-0_1","status":"ERROR","error":"no"})");
    case Fate::kRawImage:
      return Sent(200, kPng);
    case Fate::kCount:
      break;
  }
  return Unsent(Fault::kConnect);
}

wire::Exchange ModelGateway::Status(const std::string& id, int64_t now, bool faulty) {
  wire::Exchange x;
  x.http_status = 200;
  x.body_complete = true;
  const double dice = faulty ? random_.Unit() : 1;
  if (dice < 0.04) {
    x.http_status = 0;
    x.fault = Fault::kBroken;
    return x;
  }
  if (dice < 0.06) x.http_status = 500;
  if (dice >= 0.06 && dice < 0.08) {
    x.http_status = 429;
    x.retry_after = {"4"};
  }
  if (dice >= 0.08 && dice < 0.085) x.http_status = 401;
  if (dice >= 0.085 && dice < 0.09) x.http_status = 403;
  if (dice >= 0.09 && dice < 0.10) x.http_status = 404;
  if (x.http_status != 200) return x;
  if (dice < 0.11) {
    x.body =
        R"({"request_id":"somebody_else","status":"COMPLETED","output":{"media_url":["https://evil.example/x.png"]}})";
    return x;
  }
  if (dice < 0.12) {
    x.body = "{\"request_id\":\"" + id.substr(0, id.size() / 2);
    return x;
  }
  if (dice < 0.125) {
    x.body = R"({"status":"PROCESSING","output":null})";  // about nobody in particular
    return x;
  }
  const Remote* remote = FindById(id);
  if (!remote) {
    x.http_status = 404;
    return x;
  }
  const std::string head = R"({"request_id":")" + id + R"(","status":")";
  const bool over = now >= remote->ends_at && remote->end != Remote::End::kNever;
  if (dice < 0.14) {
    x.body = head + R"(PAUSED"})";
  } else if (!over || dice < 0.16) {  // sometimes a stale replica answers
    x.body = head + (now - remote->accepted_at < 2000 ? "QUEUED" : "PROCESSING") + "\",\"output\":null}";
  } else if (remote->end == Remote::End::kCompleted) {
    x.body =
        head + R"(COMPLETED","output":{"media_url":[)" + Urls(*remote) +
        R"(],"media_type":"image/png"},"created_at":"2026-05-22T13:17:32.110Z","completed_at":"2026-05-22 13:17:39"})";
  } else {
    x.body =
        head + (remote->end == Remote::End::kError ? "ERROR" : "FAILED") + R"(","error":"no","output":null})";
  }
  return x;
}

wire::DownloadExchange ModelGateway::Media(const std::string& url, bool faulty) {
  wire::DownloadExchange x;
  x.http_status = 200;
  const double dice = faulty ? random_.Unit() : 1;
  if (url.find("evil.example") != std::string::npos) x.detail = "EVIL";
  if (dice < 0.05) {
    x.fault = Fault::kBroken;
  } else if (dice < 0.08) {
    x.http_status = 403;
  } else if (dice < 0.10) {
    x.http_status = 503;
  } else if (dice < 0.11) {
    x.fault = Fault::kIo;
  } else if (dice < 0.12) {
    x.fault = Fault::kForbidden;
  } else {
    x.whole = true;
    x.bytes = 45;
  }
  return x;
}

uint32_t ModelGateway::executed(uint64_t job) const {
  auto it = executed_.find(job);
  return it == executed_.end() ? 0 : it->second;
}

const Remote* ModelGateway::RemoteOf(uint64_t job) const {
  auto it = remotes_.find(job);
  return it == remotes_.end() ? nullptr : &it->second;
}

Remote* ModelGateway::FindById(const std::string& id) {
  auto it = by_id_.find(id);
  return it == by_id_.end() ? nullptr : &remotes_[it->second];
}

}  // namespace pixazo::simulation

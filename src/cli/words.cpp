#include "words.h"

#include <algorithm>

#include "text.h"

namespace pixazo::cli {
namespace {

bool Sent(const Item& item) { return item.charged != PZ_CHARGED_NO; }

// The job may still be running, or its pictures may still lie at the gateway.
bool CanGoOn(const Item& item) {
  if (item.request_id.empty() || item.exit == Exit::kOk) return false;
  if (item.state == PZ_STATE_COMPLETED) return true;
  if (item.state == PZ_STATE_FAILED)
    return item.failure.status == PZ_E_TIMEOUT || item.failure.status == PZ_E_UNCERTAIN;
  return Sent(item);
}

const char* Times() { return Ascii() ? "x" : "×"; }

std::string Kind(const std::string& mime) {
  const size_t slash = mime.find('/');
  return slash == std::string::npos ? mime : mime.substr(slash + 1);
}

}  // namespace

const char* StateWord(pz_state state) {
  switch (state) {
    case PZ_STATE_WAITING:
      return "waiting";
    case PZ_STATE_SUBMITTING:
      return "sending";
    case PZ_STATE_UNCERTAIN:
      return "uncertain";
    case PZ_STATE_QUEUED:
      return "queued";
    case PZ_STATE_PROCESSING:
      return "processing";
    case PZ_STATE_DOWNLOADING:
      return "fetching";
    case PZ_STATE_COMPLETED:
      return "made";
    case PZ_STATE_FAILED:
      return "failed";
    case PZ_STATE_CANCELLED:
      return "stopped";
    default:
      return "?";
  }
}

std::string MoneyWord(const Item& item) {
  switch (item.charged) {
    case PZ_CHARGED_YES:
      return "charged";
    case PZ_CHARGED_NO:
      return "not charged";
    default:
      return "may be charged";
  }
}

std::string Why(const Item& item) {
  if (item.left_alone) return "not sent";
  if (item.not_ended) return std::string("has not ended yet: ") + StateWord(item.seen);
  if (!item.failure.any) return StateWord(item.state);
  std::string why = item.failure.message;
  const bool said = why.find(item.failure.remote_code) != std::string::npos;
  if (!item.failure.remote_code.empty() && !said) why = item.failure.remote_code + ": " + why;
  if (item.failure.http_status >= 400) why += " (HTTP " + std::to_string(item.failure.http_status) + ")";
  if (item.failure.required_microusd >= 0 && why.find('$') == std::string::npos)
    why += ", required: " + Dollars(item.failure.required_microusd);
  if (item.failure.retry_after_ms >= 0) why += ", try again in " + Seconds(item.failure.retry_after_ms);
  return why;
}

std::string PictureFacts(const Picture& p) {
  std::string facts;
  if (p.width > 0) facts = std::to_string(p.width) + Times() + std::to_string(p.height);
  for (const std::string& fact : {Kind(p.mime), Bytes(p.bytes)}) facts += (facts.empty() ? "" : "  ") + fact;
  return facts;
}

std::vector<std::string> Advice(const std::vector<Item>& items, const std::string& follow) {
  std::string go_on, fetch;
  std::vector<std::string> lost_urls;
  size_t doubtful = 0;
  for (const Item& item : items) {
    if (item.exit == Exit::kUncertain) ++doubtful;
    if (CanGoOn(item))
      (item.state == PZ_STATE_COMPLETED ? fetch : go_on) += " " + item.request_id;
    else if (item.charged == PZ_CHARGED_YES && item.exit != Exit::kOk)
      for (const Picture& p : item.pictures)
        if (!p.here && !p.url.empty()) lost_urls.push_back(p.url);
  }
  std::vector<std::string> lines;
  if (!go_on.empty()) lines.push_back("Go on with:  pz wait" + follow + go_on);
  if (!fetch.empty()) lines.push_back("Fetch what is missing with:  pz fetch" + follow + fetch);
  for (const std::string& url : lost_urls) lines.push_back("Made, paid and not fetched; it lies at  " + url);
  if (doubtful > 0) {
    lines.push_back(
        "Uncertain: the request was sent and its answer was lost. The gateway may have accepted and charged "
        "it; pz does not send "
        "it again by itself.");
    for (const Item& item : items)
      if (item.exit == Exit::kUncertain && !item.resubmit.empty())
        lines.push_back("Send it again from the journal, and maybe pay twice, with:  " + item.resubmit);
    lines.push_back(
        "Look into your account at the gateway first. Running the same command once more may be charged a "
        "second time; with "
        "--resubmit-accepting-second-charge pz does that by itself, once.");
  }
  return lines;
}

Tally Count(const std::vector<Item>& items) {
  Tally t;
  for (const Item& item : items) {
    t.pictures += PicturesHere(item);
    if (item.state == PZ_STATE_COMPLETED) {
      ++t.made;
      t.incomplete += item.exit == Exit::kOutput;
    } else if (item.exit == Exit::kUncertain) {
      ++t.uncertain;
    } else if (item.state == PZ_STATE_FAILED && item.exit != Exit::kTimeout) {
      ++(Sent(item) ? t.failed_unknown : t.failed_free);
    } else {
      ++(Sent(item) ? t.unfinished : t.unsent);
    }
  }
  return t;
}

std::vector<std::string> TallyWords(const Tally& t) {
  std::vector<std::string> words;
  const auto add = [&](size_t n, const char* what) {
    if (n > 0) words.push_back(std::to_string(n) + " " + what);
  };
  add(t.made, "made");
  add(t.incomplete, "with a picture missing");
  add(t.failed_free, "failed, not charged");
  add(t.failed_unknown, "failed, may be charged");
  add(t.uncertain, "uncertain, may be charged");
  add(t.unfinished, "not ended, may be charged");
  add(t.unsent, "not sent, not charged");
  return words;
}

}  // namespace pixazo::cli

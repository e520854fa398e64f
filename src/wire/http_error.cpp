#include <algorithm>

#include "wire/reply.h"
#include "wire/text.h"

namespace pixazo::wire {
namespace {

constexpr size_t kMaxMessageBytes = 1024;
constexpr size_t kMaxBytesRead = 16 * 1024;  // of a body that is not JSON

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

size_t FindIgnoringCase(std::string_view text, std::string_view lower) {
  const auto at = std::search(text.begin(), text.end(), lower.begin(), lower.end(),
                              [](char a, char b) { return Lower(a) == b; });
  return at == text.end() ? std::string_view::npos : static_cast<size_t>(at - text.begin());
}

std::string CollapseSpace(std::string_view s) {
  std::string out;
  for (const char c : s) {
    const bool space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!space) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

// The words of an HTML page; scripts and styles are none.
std::string DropTags(std::string_view html) {
  std::string out;
  while (!html.empty()) {
    const size_t open = std::min(html.find('<'), html.size());
    out += html.substr(0, open);
    html.remove_prefix(open);
    for (const std::string_view element : {"script", "style"}) {
      if (FindIgnoringCase(html.substr(0, element.size() + 1), "<" + std::string(element)) != 0) continue;
      html.remove_prefix(std::min(FindIgnoringCase(html, "</" + std::string(element)), html.size()));
    }
    const size_t close = html.find('>');
    html.remove_prefix(close == std::string_view::npos ? html.size() : close + 1);
    out += ' ';
  }
  return out;
}

std::string ReadText(std::string_view body) {
  body = body.substr(0, kMaxBytesRead);
  if (body.find('\0') != std::string_view::npos) return {};
  const size_t first = body.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return CollapseSpace(body[first] == '<' ? DropTags(body) : std::string(body));
}

std::string Describe(int http_status, const Reply& reply, std::string_view body) {
  std::string text = reply.error;
  if (!reply.message.empty()) text += (text.empty() ? "" : ": ") + reply.message;
  if (text.empty() && !reply.raw_image) text = ReadText(body);
  if (text.empty()) text = "HTTP " + std::to_string(http_status) + " without an explanation";
  return CleanForMessage(text, kMaxMessageBytes);
}

bool NamesNoModel(std::string_view message) {
  return FindIgnoringCase(message, "model not found") != std::string_view::npos ||
         FindIgnoringCase(message, "not found or is disabled") != std::string_view::npos;
}

Code CodeOf(int http_status, std::string_view message) {
  switch (http_status) {
    case 400:
      return NamesNoModel(message) ? Code::kModelNotFound : Code::kBadRequest;
    case 401:
    case 403:
      return Code::kAuth;
    case 402:
      return Code::kBalance;
    case 404:
      return Code::kModelNotFound;
    case 408:
    case 421:
    case 425:
      return Code::kServer;
    case 429:
      return Code::kRateLimited;
    default:
      break;
  }
  if (http_status >= 400 && http_status < 500) return Code::kBadRequest;
  return http_status >= 500 ? Code::kServer : Code::kProtocol;
}

bool IsRejected(int http_status) {
  constexpr int kRejected[] = {400, 401, 402, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422, 431};
  return std::find(std::begin(kRejected), std::end(kRejected), http_status) != std::end(kRejected);
}

bool SaysNotProcessed(int http_status) {
  constexpr int kNotProcessed[] = {408, 421, 425, 429, 503};
  return std::find(std::begin(kNotProcessed), std::end(kNotProcessed), http_status) !=
         std::end(kNotProcessed);
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// "Required: $0.01" as microdollars, rounded up; -1 if there is none or it is not plainly a number.
int64_t RequiredMicrodollars(std::string_view text) {
  const bool cut = text.size() > kMaxMessageBytes - 4;  // digits may be missing at its end
  constexpr std::string_view kLabel = "required:";
  const size_t label = FindIgnoringCase(text, kLabel);
  if (label == std::string_view::npos) return -1;
  text.remove_prefix(label + kLabel.size());
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  if (!text.starts_with('$')) return -1;
  text.remove_prefix(1);
  size_t whole = 0, fraction = 0;
  int64_t micros = 0;
  for (; whole < text.size() && IsDigit(text[whole]); ++whole) {
    if (whole == 9) return -1;
    micros = micros * 10 + (text[whole] - '0');
  }
  text.remove_prefix(whole);
  micros *= 1'000'000;
  if (text.size() > 1 && text[0] == '.' && IsDigit(text[1])) {
    text.remove_prefix(1);
    bool more = false;
    for (int64_t unit = 100'000; fraction < text.size() && IsDigit(text[fraction]); ++fraction, unit /= 10) {
      micros += (text[fraction] - '0') * unit;
      more = more || (unit == 0 && text[fraction] != '0');
    }
    if (more) ++micros;
    text.remove_prefix(fraction);
  }
  const bool goes_on = text.size() > 1 && text[0] == ',' && IsDigit(text[1]);
  return whole == 0 || goes_on || (text.size() < 2 && cut) ? -1 : micros;
}

}  // namespace

Error ErrorFromHttp(int http_status, std::string_view body) {
  const Reply reply = ParseReply(body);
  Error e = MakeError(Code::kOk, Describe(http_status, reply, body));
  e.code = CodeOf(http_status, e.message);
  e.remote_code = CleanForMessage(reply.error, 128);
  e.request_id = reply.request_id;
  e.http_status = http_status;
  e.retryable = SaysNotProcessed(http_status);
  e.required_microusd = RequiredMicrodollars(e.message);
  e.charged = IsRejected(http_status) ? Charged::kNo : Charged::kUnknown;
  return e;
}

}  // namespace pixazo::wire

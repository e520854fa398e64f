#include "wire/time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace pixazo::wire {
namespace {

constexpr int64_t kMsPerSecond = 1000;
constexpr int64_t kMsPerDay = 86'400 * kMsPerSecond;
constexpr int64_t kLastMs = 253'402'300'799'999;  // the end of year 9999
constexpr int64_t kMaxWaitMs = 3650 * kMsPerDay;

constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Civil {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0;
};

std::string_view Trim(std::string_view s) {
  const size_t first = s.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return s.substr(first, s.find_last_not_of(" \t") - first + 1);
}

// Takes pieces from the front; after the first that does not fit, nothing fits any more.
class Cursor {
 public:
  explicit Cursor(std::string_view s) : s_(s) {}
  bool done() const { return ok_ && s_.empty(); }
  bool ok() const { return ok_; }
  bool At(std::string_view text) const { return s_.starts_with(text); }

  Cursor& Text(std::string_view text) {
    if (!At(text)) return Fail();
    s_.remove_prefix(text.size());
    return *this;
  }
  Cursor& Digits(size_t n, int& out) {
    if (s_.size() < n || !std::all_of(s_.begin(), s_.begin() + static_cast<std::ptrdiff_t>(n), IsDigit))
      return Fail();
    std::from_chars(s_.data(), s_.data() + n, out);
    s_.remove_prefix(n);
    return *this;
  }
  Cursor& Month(int& out) {
    for (size_t i = 0; i < kMonths.size(); ++i) {
      if (!At(kMonths[i])) continue;
      out = static_cast<int>(i) + 1;
      return Text(kMonths[i]);
    }
    return Fail();
  }
  Cursor& DayName(bool whole) {
    for (const std::string_view day : kDays) {
      const std::string_view name = day.substr(0, whole ? day.size() : 3);
      if (At(name)) return Text(name);
    }
    return Fail();
  }
  Cursor& TimeOfDay(Civil& t) {
    return Digits(2, t.hour).Text(":").Digits(2, t.minute).Text(":").Digits(2, t.second);
  }
  // ".1" to ".123456789": milliseconds, the rest cut off.
  Cursor& Fraction(int& ms) {
    Text(".");
    size_t n = 0;
    for (int scale = 100; n < s_.size() && n < 9 && IsDigit(s_[n]); ++n, scale /= 10)
      ms += (s_[n] - '0') * scale;
    if (n == 0) return Fail();
    s_.remove_prefix(n);
    return *this;
  }

 private:
  static bool IsDigit(char c) { return c >= '0' && c <= '9'; }
  Cursor& Fail() {
    ok_ = false;
    s_ = {};
    return *this;
  }
  std::string_view s_;
  bool ok_ = true;
};

std::optional<int64_t> ToUnixMs(const Civil& t) {
  using namespace std::chrono;
  const year_month_day date{year{t.year}, month{static_cast<unsigned>(t.month)},
                            day{static_cast<unsigned>(t.day)}};
  if (t.year < 1970 || t.year > 9999 || !date.ok()) return std::nullopt;
  if (t.hour > 23 || t.minute > 59 || t.second > 60) return std::nullopt;  // 60: a leap second
  const int64_t seconds = int64_t{t.hour} * 3600 + t.minute * 60 + t.second;
  return sys_days(date).time_since_epoch().count() * kMsPerDay + seconds * kMsPerSecond + t.ms;
}

bool ParseImfFixdate(std::string_view s, Civil& t) {
  Cursor c(s);
  c.DayName(false).Text(", ").Digits(2, t.day).Text(" ").Month(t.month).Text(" ").Digits(4, t.year).Text(" ");
  return c.TimeOfDay(t).Text(" GMT").done();
}

bool ParseRfc850(std::string_view s, Civil& t) {
  Cursor c(s);
  c.DayName(true).Text(", ").Digits(2, t.day).Text("-").Month(t.month).Text("-").Digits(2, t.year).Text(" ");
  t.year += t.year < 70 ? 2000 : 1900;
  return c.TimeOfDay(t).Text(" GMT").done();
}

bool ParseAsctime(std::string_view s, Civil& t) {
  Cursor c(s);
  c.DayName(false).Text(" ").Month(t.month).Text(" ");
  if (c.At(" ")) {
    c.Text(" ").Digits(1, t.day);
  } else {
    c.Digits(2, t.day);
  }
  return c.Text(" ").TimeOfDay(t).Text(" ").Digits(4, t.year).done();
}

Civil ToCivil(int64_t unix_ms) {
  using namespace std::chrono;
  unix_ms = std::clamp<int64_t>(unix_ms, 0, kLastMs);
  const year_month_day date{sys_days{days{unix_ms / kMsPerDay}}};
  const auto in_day = static_cast<int>(unix_ms % kMsPerDay);
  Civil t;
  t.year = static_cast<int>(date.year());
  t.month = static_cast<int>(static_cast<unsigned>(date.month()));
  t.day = static_cast<int>(static_cast<unsigned>(date.day()));
  t.hour = in_day / 3'600'000;
  t.minute = in_day / 60'000 % 60;
  t.second = in_day / 1000 % 60;
  t.ms = in_day % 1000;
  return t;
}

std::string Padded(int value, size_t width) {
  std::string digits = std::to_string(value);
  return std::string(width - std::min(width, digits.size()), '0') + digits;
}

std::string TimeText(const Civil& t) {
  return Padded(t.hour, 2) + ":" + Padded(t.minute, 2) + ":" + Padded(t.second, 2);
}

std::optional<int64_t> WaitFromSeconds(std::string_view s) {
  if (s.empty() || s.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  int64_t seconds = 0;
  const auto [stop, error] = std::from_chars(s.data(), s.data() + s.size(), seconds);
  if (error != std::errc() || seconds > kMaxWaitMs / kMsPerSecond) return kMaxWaitMs;
  return seconds * kMsPerSecond;
}

}  // namespace

std::optional<int64_t> ParseHttpDate(std::string_view s) {
  s = Trim(s);
  for (const auto parse : {ParseImfFixdate, ParseRfc850, ParseAsctime}) {
    Civil t;
    if (parse(s, t)) return ToUnixMs(t);
  }
  return std::nullopt;
}

std::optional<int64_t> ParseStatusDate(std::string_view s) {
  Civil t;
  Cursor c(s);
  c.Digits(4, t.year).Text("-").Digits(2, t.month).Text("-").Digits(2, t.day);
  if (c.At("T")) {
    c.Text("T").TimeOfDay(t);
    if (c.At(".")) c.Fraction(t.ms);
    c.Text("Z");
  } else {
    c.Text(" ").TimeOfDay(t);
  }
  return c.done() ? ToUnixMs(t) : std::nullopt;
}

std::string FormatStatusDate(int64_t unix_ms) {
  const Civil t = ToCivil(unix_ms);
  return Padded(t.year, 4) + "-" + Padded(t.month, 2) + "-" + Padded(t.day, 2) + "T" + TimeText(t) + "." +
         Padded(t.ms, 3) + "Z";
}

std::string FormatHttpDate(int64_t unix_ms) {
  const Civil t = ToCivil(unix_ms);
  const auto day = static_cast<size_t>((std::clamp<int64_t>(unix_ms, 0, kLastMs) / kMsPerDay + 4) % 7);
  std::string out(kDays[day].substr(0, 3));
  out += ", " + Padded(t.day, 2) + " ";
  out += kMonths[static_cast<size_t>(t.month - 1)];
  return out + " " + Padded(t.year, 4) + " " + TimeText(t) + " GMT";
}

std::optional<int64_t> RetryAfterMs(std::span<const std::string> values, std::string_view date_header,
                                    int64_t local_unix_ms) {
  const int64_t now = ParseHttpDate(date_header).value_or(local_unix_ms);
  std::optional<int64_t> longest;
  const auto consider = [&](std::optional<int64_t> wait) {
    if (wait && (!longest || *wait > *longest)) longest = wait;
  };
  for (const std::string& value : values) {
    if (const auto date = ParseHttpDate(value)) {
      // The difference in unsigned arithmetic: a local clock may be anything.
      const bool future = *date > now;
      const uint64_t wait = static_cast<uint64_t>(*date) - static_cast<uint64_t>(now);
      consider(future ? static_cast<int64_t>(std::min<uint64_t>(wait, kMaxWaitMs)) : 0);
      continue;
    }
    // Several headers joined into one by a proxy.
    for (std::string_view rest = value; true;) {
      const std::string_view part = rest.substr(0, rest.find(','));
      consider(WaitFromSeconds(Trim(part)));
      if (part.size() == rest.size()) break;
      rest.remove_prefix(part.size() + 1);
    }
  }
  return longest;
}

}  // namespace pixazo::wire

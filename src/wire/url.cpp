#include "wire/url.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "wire/address.h"

namespace pixazo::wire {
namespace {

constexpr size_t kMaxBytes = 8192;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string LowerCase(std::string_view s) {
  std::string out(s);
  std::transform(out.begin(), out.end(), out.begin(), Lower);
  return out;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return Lower(c) >= 'a' && Lower(c) <= 'z'; }

uint16_t DefaultPort(std::string_view scheme) { return scheme == "http" ? 80 : 443; }

Error Refuse(const char* why) { return MakeError(Code::kInvalidArg, std::string("URL refused: ") + why); }

const char* CheckCharacters(std::string_view text) {
  if (text.empty()) return "it is empty";
  if (text.size() > kMaxBytes) return "longer than 8192 bytes";
  const auto odd = std::find_if(text.begin(), text.end(),
                                [](unsigned char c) { return c <= ' ' || c >= 0x7F || c == '\\'; });
  if (odd == text.end()) return nullptr;
  const auto byte = static_cast<unsigned char>(*odd);
  if (byte == ' ') return "it contains a space";
  if (byte == '\\') return "it contains a backslash";
  if (byte > 0x7F) return "it contains a character outside ASCII (write host names in their xn-- form)";
  return "it contains a control character";
}

// A dot-separated name of letters, digits, '-' and '_'.
const char* CheckName(std::string_view host) {
  if (host.size() > 253) return "the host name is longer than 253 characters";
  while (true) {
    const std::string_view label = host.substr(0, host.find('.'));
    if (label.empty()) return "the host name has an empty label";
    if (label.size() > 63) return "a label of the host name is longer than 63 characters";
    for (const char c : label) {
      if (!IsLetter(c) && !IsDigit(c) && c != '-' && c != '_') {
        return c == '%' ? "the host contains a percent sign" : "the host name contains a forbidden character";
      }
    }
    if (label.size() == host.size()) return nullptr;
    host.remove_prefix(label.size() + 1);
  }
}

// Names whose last label is a number are what resolvers take for addresses: 127.1, 0x7f000001, 2130706433,
// 0177.0.0.1.
bool LooksNumeric(std::string_view host) {
  const std::string_view last = host.substr(host.rfind('.') + 1);  // npos + 1 is 0
  if (last.starts_with("0x")) return true;
  return !last.empty() && std::all_of(last.begin(), last.end(), IsDigit);
}

const char* ParseHost(std::string_view host, Url& url) {
  if (host.empty()) return "it has no host";
  if (host.front() == '[') {
    const auto address = ParseIpv6(host.substr(1, host.size() - 2));
    if (host.find('%') != std::string_view::npos) return "an IPv6 address with a zone";
    if (host.back() != ']' || !address) return "not an IPv6 address";
    url.host = FormatIpv6(*address);
    url.host_is_ipv6 = true;
    return nullptr;
  }
  url.host = LowerCase(host);
  if (const char* wrong = CheckName(url.host)) return wrong;
  url.host_is_ipv4 = ParseIpv4(url.host).has_value();
  if (!url.host_is_ipv4 && LooksNumeric(url.host)) return "an IPv4 address that is not four decimal numbers";
  return nullptr;
}

const char* ParsePort(std::string_view digits, Url& url) {
  constexpr const char* kWrong = "the port is not a number from 1 to 65535";
  if (digits.empty() || digits.size() > 5 || !std::all_of(digits.begin(), digits.end(), IsDigit))
    return kWrong;
  uint32_t port = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (port == 0 || port > 65535) return kWrong;
  url.port = static_cast<uint16_t>(port);
  return nullptr;
}

const char* ParseAuthority(std::string_view authority, Url& url) {
  if (authority.find('@') != std::string_view::npos) return "it contains a user name or password";
  size_t host_end = authority.find(':');
  if (authority.starts_with('[')) {
    const size_t bracket = authority.find(']');
    if (bracket == std::string_view::npos) return "not an IPv6 address";
    host_end = bracket + 1;
  }
  const std::string_view host = authority.substr(0, host_end);
  if (const char* wrong = ParseHost(host, url)) return wrong;
  if (host.size() == authority.size()) return nullptr;
  if (authority[host.size()] != ':') return "not an IPv6 address";
  return ParsePort(authority.substr(host.size() + 1), url);
}

// Of an absolute URL or a reference: the scheme before the first ':', "" if there is none.
std::string_view SchemeOf(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !IsLetter(text[0])) return {};
  const std::string_view scheme = text.substr(0, colon);
  const bool valid = std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return IsLetter(c) || IsDigit(c) || c == '+' || c == '-' || c == '.';
  });
  return valid ? scheme : std::string_view();
}

std::string HostText(const Url& url) { return url.host_is_ipv6 ? "[" + url.host + "]" : url.host; }

// RFC 3986 5.2.4, for paths that begin with '/'.
std::string RemoveDotSegments(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const size_t next = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, next);
    const bool last = next == path.size();
    if (segment == "/..") out.resize(out.empty() ? 0 : out.rfind('/'));
    if (segment != "/." && segment != "/..") {
      out += segment;
    } else if (last) {
      out += '/';
    }
    path.remove_prefix(next);
  }
  return out;
}

}  // namespace

std::string Url::Origin() const { return scheme + "://" + HostText(*this) + ":" + std::to_string(port); }

std::string Url::Text() const {
  std::string out = scheme + "://" + HostText(*this);
  if (port != DefaultPort(scheme)) out += ":" + std::to_string(port);
  out += path;
  if (!query.empty()) out += "?" + query;
  return out;
}

Result<Url> ParseUrl(std::string_view text) {
  if (const char* wrong = CheckCharacters(text)) return Refuse(wrong);
  Url url;
  const std::string_view scheme = SchemeOf(text);
  url.scheme = LowerCase(scheme);
  if (url.scheme != "http" && url.scheme != "https")
    return Refuse("it does not begin with https:// (or http://)");
  url.port = DefaultPort(url.scheme);
  std::string_view rest = text.substr(scheme.size() + 1);
  if (!rest.starts_with("//")) return Refuse("there is no // after the scheme");
  rest.remove_prefix(2);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (const char* wrong = ParseAuthority(authority, url)) return Refuse(wrong);
  rest.remove_prefix(authority.size());
  rest = rest.substr(0, rest.find('#'));
  const std::string_view path = rest.substr(0, rest.find('?'));
  url.path = path.empty() ? "/" : std::string(path);
  if (path.size() < rest.size()) url.query = std::string(rest.substr(path.size() + 1));
  return url;
}

bool SameOrigin(const Url& a, const Url& b) {
  return a.scheme == b.scheme && a.host == b.host && a.host_is_ipv6 == b.host_is_ipv6 && a.port == b.port;
}

bool IsLoopbackHost(const Url& url) {
  if (url.host_is_ipv6) return url.host == "::1";
  if (url.host_is_ipv4) return url.host.starts_with("127.");
  return url.host == "localhost";
}

Result<Url> ResolveReference(const Url& base, std::string_view location) {
  if (const char* wrong = CheckCharacters(location)) return Refuse(wrong);
  if (!SchemeOf(location).empty()) return ParseUrl(location);
  if (location.starts_with("//")) return ParseUrl(base.scheme + ":" + std::string(location));
  const size_t path_end = std::min(location.find_first_of("?#"), location.size());
  const std::string_view path = location.substr(0, path_end);
  Url url = base;
  if (path.starts_with('/')) {
    url.path = RemoveDotSegments(path);
  } else if (!path.empty()) {
    url.path = RemoveDotSegments(base.path.substr(0, base.path.rfind('/') + 1) + std::string(path));
  }
  const std::string_view rest = location.substr(path_end);
  const std::string_view query = rest.substr(0, rest.find('#'));
  if (!path.empty() || !query.empty()) url.query = query.empty() ? "" : std::string(query.substr(1));
  return ParseUrl(url.Text());
}

}  // namespace pixazo::wire

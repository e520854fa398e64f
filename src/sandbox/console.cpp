#include "sandbox/console.h"

#include <string>

#include "wire/url.h"

namespace pixazo::sandbox {
namespace {

constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri "
    "'none'; "
    "form-action 'none'; frame-ancestors 'none'";

struct TypeRow {
  std::string_view ending, type;
};
constexpr TypeRow kTypes[] = {{".html", "text/html; charset=utf-8"},
                              {".css", "text/css; charset=utf-8"},
                              {".js", "text/javascript; charset=utf-8"},
                              {".svg", "image/svg+xml"}};

std::string_view TypeOf(std::string_view name) {
  for (const TypeRow& row : kTypes)
    if (name.ends_with(row.ending)) return row.type;
  return "application/octet-stream";
}

}  // namespace

Reply ConsoleReply(std::string_view name) {
  for (const ConsoleFile& file : ConsoleFiles()) {
    if (file.name != name) continue;
    Reply reply = TextReply(200, std::string(TypeOf(name)), std::string(file.text));
    reply.headers = {{"Content-Security-Policy", std::string(kPolicy)},
                     {"X-Content-Type-Options", "nosniff"},
                     {"X-Frame-Options", "DENY"},
                     {"Referrer-Policy", "no-referrer"},
                     {"Cross-Origin-Resource-Policy", "same-origin"},
                     {"Cache-Control", "no-cache"},
                     {"Vary", "Accept"}};
    return reply;
  }
  return ErrorReply(404, "Not Found", "The console has no such file");
}

bool NamesThisServer(const HttpRequest& request, std::string_view public_url) {
  const std::string* host = request.Header("Host");
  if (!host) return true;  // no browser leaves it out
  auto url = wire::ParseUrl("http://" + *host + "/");
  if (!url.ok()) return false;
  if (url->host_is_ipv4 || url->host_is_ipv6 || url->host == "localhost") return true;
  auto named = wire::ParseUrl(public_url);
  return named.ok() && named->host == url->host;
}

}  // namespace pixazo::sandbox

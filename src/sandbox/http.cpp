#include "sandbox/http.h"

#include <charconv>

namespace pixazo::sandbox {
namespace {

bool SameName(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

}  // namespace

const std::string* HttpRequest::Header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (SameName(key, name)) return &value;
  return nullptr;
}

std::string HttpRequest::Query(std::string_view name, std::string_view otherwise) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(pair.size() < rest.size() ? pair.size() + 1 : pair.size());
    size_t equals = pair.find('=');
    if (pair.substr(0, equals) == name)
      return std::string(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
  }
  return std::string(otherwise);
}

uint64_t HttpRequest::Number(std::string_view name) const {
  std::string text = Query(name);
  uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

Reply TextReply(int status, std::string content_type, std::string text) {
  Reply reply;
  reply.status = status;
  reply.content_type = std::move(content_type);
  reply.length = text.size();
  reply.body = std::make_shared<const std::string>(std::move(text));
  return reply;
}

Reply JsonReply(int status, const wire::Json& json) {
  return TextReply(status, "application/json", wire::WriteJson(json));
}

Reply ErrorReply(int status, std::string_view error, std::string_view message) {
  return JsonReply(status, wire::Json::Object{{"error", error}, {"message", message}});
}

}  // namespace pixazo::sandbox

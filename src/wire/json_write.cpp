#include <charconv>
#include <cmath>

#include "wire/json.h"
#include "wire/text.h"

namespace pixazo::wire {
namespace {

void AppendInt(std::string& out, int64_t v) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, v).ptr;
  out.append(digits, end);
}

void AppendDouble(std::string& out, double v) {
  if (!std::isfinite(v)) {
    out += "null";
    return;
  }
  char digits[40];
  const auto end = std::to_chars(digits, digits + sizeof digits, v).ptr;
  const std::string_view text(digits, static_cast<size_t>(end - digits));
  out += text;
  // A whole double keeps its kind when it is read back.
  if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

void AppendEscape(std::string& out, unsigned char c) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00", out += kHex[c >> 4], out += kHex[c & 15];
  }
}

// Stands for itself: ASCII, and neither quote, backslash nor control character.
bool IsPlain(char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

class Writer {
 public:
  Writer(std::string& out, bool pretty) : out_(out), pretty_(pretty) {}

  void Write(const Json& v) {
    if (v.is_null()) out_ += "null";
    if (v.is_bool()) out_ += v.as_bool() ? "true" : "false";
    if (v.is_int()) AppendInt(out_, v.as_int());
    if (v.is_double()) AppendDouble(out_, v.as_double());
    if (v.is_string()) AppendJsonString(out_, v.as_string());
    if (v.is_array()) WriteArray(v.as_array());
    if (v.is_object()) WriteObject(v.as_object());
  }

 private:
  void WriteArray(const Json::Array& items) {
    Open('[');
    bool first = true;
    for (const Json& item : items) {
      Separate(first);
      Write(item);
    }
    Close(']', first);
  }

  void WriteObject(const Json::Object& members) {
    Open('{');
    bool first = true;
    for (const Json::Member& member : members) {
      Separate(first);
      AppendJsonString(out_, member.first);
      out_ += pretty_ ? ": " : ":";
      Write(member.second);
    }
    Close('}', first);
  }

  void Open(char c) {
    out_ += c;
    ++depth_;
  }

  void Separate(bool& first) {
    if (!first) out_ += ',';
    first = false;
    NewLine();
  }

  void Close(char c, bool was_empty) {
    --depth_;
    if (!was_empty) NewLine();
    out_ += c;
  }

  void NewLine() {
    if (!pretty_) return;
    out_ += '\n';
    out_.append(2 * depth_, ' ');
  }

  std::string& out_;
  const bool pretty_;
  size_t depth_ = 0;
};

}  // namespace

void AppendJsonString(std::string& out, std::string_view utf8) {
  out += '"';
  while (true) {
    size_t plain = 0;
    while (plain < utf8.size() && IsPlain(utf8[plain])) ++plain;
    out.append(utf8.data(), plain);
    utf8.remove_prefix(plain);
    if (utf8.empty()) break;
    const auto c = static_cast<unsigned char>(utf8.front());
    const size_t length = Utf8SequenceLength(utf8);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
    } else if (length == 1) {
      AppendEscape(out, c);
    } else {
      out += utf8.substr(0, length);
    }
    utf8.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

std::string WriteJson(const Json& value) {
  std::string out;
  Writer(out, false).Write(value);
  return out;
}

std::string WritePrettyJson(const Json& value) {
  std::string out;
  Writer(out, true).Write(value);
  return out;
}

}  // namespace pixazo::wire

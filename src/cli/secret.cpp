#include "secret.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace pixazo::cli {
namespace {

constexpr size_t kLongest = 4096;

std::string DefaultFile() {
  if (const char* config = std::getenv("XDG_CONFIG_HOME"); config && *config == '/')
    return std::string(config) + "/pixazo/key";
  if (const char* home = std::getenv("HOME"); home && *home) return std::string(home) + "/.config/pixazo/key";
  return {};
}

std::string_view Trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  return text;
}

// The mode of the file that was opened is looked at, not of a name that may point elsewhere a moment later.
KeyResult ReadKey(const std::string& path, bool may_be_absent) {
  KeyResult result;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) {
    if (!(may_be_absent && (errno == ENOENT || errno == ENOTDIR)))
      result.error = "the key file " + path + " cannot be read: " + std::strerror(errno);
    return result;
  }
  struct stat st {};
  char buffer[kLongest + 1];
  if (::fstat(fd, &st) != 0 || S_ISDIR(st.st_mode)) {
    result.error = "the key file " + path + " is not a file";
  } else if (S_ISREG(st.st_mode) && (st.st_mode & 077) != 0) {
    result.error =
        "the key file " + path + " can be read by others: chmod 600 " + path + ", and think about a new key";
  } else {
    size_t have = 0;
    ssize_t got = 0;
    while (have < sizeof buffer && (got = ::read(fd, buffer + have, sizeof buffer - have)) != 0) {
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) break;
      have += static_cast<size_t>(got);
    }
    const std::string_view key = Trimmed({buffer, have});
    if (have > kLongest || key.find('\n') != std::string_view::npos)
      result.error =
          "the key file " + path + " holds more than one line: it must hold the key and nothing else";
    else if (key.empty())
      result.error = "the key file " + path + " is empty";
    else
      result.key = Secret(key);
    ::explicit_bzero(buffer, sizeof buffer);
  }
  ::close(fd);
  return result;
}

}  // namespace

Secret::Secret(Secret&& other) noexcept : text_(other.text_) { other.Wipe(); }

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    Wipe();
    text_ = other.text_;
    other.Wipe();
  }
  return *this;
}

void Secret::Wipe() {
  ::explicit_bzero(text_.data(), text_.size());
  text_.clear();
}

KeyResult FindKey(const std::string& file, bool local) {
  KeyResult result;
  if (char* value = std::getenv("PIXAZO_API_KEY")) {
    result.key = Secret(Trimmed(value));
    ::explicit_bzero(value, std::strlen(value));
    ::unsetenv("PIXAZO_API_KEY");
  }
  if (!file.empty()) return ReadKey(file, false);
  if (!result.key.empty()) return result;
  const std::string standard = DefaultFile();
  if (!local && !standard.empty()) result = ReadKey(standard, true);
  if (local && result.key.empty()) result.key = Secret("sandbox");
  result.looked = "PIXAZO_API_KEY" + (standard.empty() ? std::string() : ", " + standard) + " and --key-file";
  return result;
}

}  // namespace pixazo::cli

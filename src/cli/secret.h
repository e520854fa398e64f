// The API key: from PIXAZO_API_KEY or from a file that nobody else can read; never from an argument.
#pragma once

#include <string>
#include <string_view>

namespace pixazo::cli {

// A string that is wiped when it goes.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text) : text_(text) {}
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { Wipe(); }

  std::string_view view() const { return text_; }
  bool empty() const { return text_.empty(); }

 private:
  void Wipe();
  std::string text_;
};

struct KeyResult {
  Secret key;  // empty: there is none, or error says why
  std::string error;
  std::string looked;  // where one would have been found, for the message
};

// In this order: `file` (--key-file), PIXAZO_API_KEY, $XDG_CONFIG_HOME/pixazo/key. The environment's copy is
// removed, so that no child process has it. `local`: the gateway is on this machine; then the key file of the
// user's real account is not read, and without another key "sandbox" is used.
KeyResult FindKey(const std::string& file, bool local);

}  // namespace pixazo::cli

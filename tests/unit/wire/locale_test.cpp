#include <doctest/doctest.h>

#include <unistd.h>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "wire/json.h"
#include "wire/reply.h"
#include "wire/time.h"

using namespace pixazo::wire;

namespace {

// A process whose decimal point is a comma, for as long as this lives.
class GermanNumbers {
 public:
  GermanNumbers() {
    for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8"}) {
      if (std::setlocale(LC_ALL, name) != nullptr) return;
    }
    // Not installed: build it for ourselves where glibc looks for it.
    directory_ = std::filesystem::temp_directory_path() / ("pixazo_locale_" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory_);
    const std::string target = (directory_ / "de_DE.UTF-8").string();
    if (std::system(("localedef -i de_DE -f UTF-8 '" + target + "' >/dev/null 2>&1").c_str()) != 0) return;
    ::setenv("LOCPATH", directory_.c_str(), 1);
    std::setlocale(LC_ALL, "de_DE.UTF-8");
  }
  ~GermanNumbers() {
    std::setlocale(LC_ALL, "C");
    ::unsetenv("LOCPATH");
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
  }
  bool here() const { return *std::localeconv()->decimal_point == ','; }

 private:
  std::filesystem::path directory_;
};

}  // namespace

TEST_CASE("M6: numbers are written and read with a point when the host's locale has a comma") {
  const GermanNumbers german;
  if (!german.here()) {
    MESSAGE("not tested: no locale with a decimal comma is installed and localedef could not make one");
    return;
  }
  char proof[16];
  std::snprintf(proof, sizeof proof, "%.1f", 0.5);
  REQUIRE(std::string(proof) == "0,5");
  CHECK(WriteJson(Json::Array{0.5, 1234567.25, -3}) == "[0.5,1234567.25,-3]");
  CHECK(ParseJson("0.5")->as_double() == 0.5);
  CHECK(ParseJson("123456789.123456789012345678901234567890e-3")->as_double() == 123456.78912345679);
  CHECK_FALSE(ParseJson("0,5").ok());
  CHECK(ErrorFromHttp(402, R"({"message":"Required: $0.01"})").required_microusd == 10'000);
  CHECK(ParseStatusDate("2026-05-22T13:17:32.110Z") == 1779455852110);
  CHECK(FormatHttpDate(784111777000) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(ParseStatusWord("PROCESSING") == Status::kProcessing);
}

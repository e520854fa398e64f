// The words under a picture.
#include <doctest/doctest.h>

#include "sandbox/picture/caption.h"

namespace sandbox_test {

using pixazo::sandbox::WrapText;
using Lines = std::vector<std::string>;

TEST_CASE("prompts are broken between words, in characters, not bytes") {
  CHECK(WrapText("a bb ccc", 20, 4) == Lines{"a bb ccc"});
  CHECK(WrapText("a bb ccc", 4, 4) == Lines{"a bb", "ccc"});
  CHECK(WrapText("  a \n b\t", 20, 4) == Lines{"a b"});
  CHECK(WrapText("41\xc2\xb0"
                 "43\xe2\x80\xb2 x",
                 6, 4) == Lines{"41\xc2\xb0"
                                "43\xe2\x80\xb2",
                                "x"});
  CHECK(WrapText("abcdefghij kl", 4, 4) == Lines{"abcd", "efgh", "ij", "kl"});
  CHECK(WrapText("", 4, 4) == Lines{""});
}

TEST_CASE("a prompt that is too long for its band ends in dots") {
  CHECK(WrapText("one two three four five", 7, 2) == Lines{"one two", "thre..."});
}

}  // namespace sandbox_test

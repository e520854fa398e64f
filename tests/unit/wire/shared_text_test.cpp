#include "wire/shared_text.h"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

using pixazo::wire::SharedText;

TEST_CASE("a shared text keeps its bytes as long as one of its copies, whatever becomes of the others") {
  static_assert(sizeof(SharedText) == sizeof(void*));
  SharedText a = std::string("studio-ghibli_1"), b = a;
  CHECK(b.c_str() == a.c_str());
  a = "other";
  CHECK(a == "other");
  CHECK(b == "studio-ghibli_1");
  CHECK(b.size() == 15);
  SharedText c = std::move(b);
  CHECK(b.empty());
  CHECK(c.str() == "studio-ghibli_1");
  c = SharedText(c);
  CHECK(c == std::string("studio-ghibli_1"));
  CHECK(c != a);
  CHECK(c == SharedText("studio-ghibli_1"));
}

TEST_CASE("an empty shared text is an empty string, and bytes may be of any kind") {
  const SharedText none, from_empty = "";
  CHECK(none.empty());
  CHECK(none == from_empty);
  CHECK(*none.c_str() == '\0');
  CHECK(none.size() == 0);
  const SharedText zeros = std::string_view("a\0b", 3);
  CHECK(zeros.size() == 3);
  CHECK(zeros.view() == std::string_view("a\0b", 3));
  CHECK(zeros != "a");
}

TEST_CASE("copies of a shared text may be made and let go of on several threads") {
  const SharedText text = std::string(100, 'x');
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([copy = text] {
      for (int j = 0; j < 10'000; ++j) SharedText(copy).size();
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(text.size() == 100);
}

#include "transport/output_file.h"

#include <doctest/doctest.h>

#include "net/folder.h"
#include "transport/download.h"

using namespace pixazo;
using namespace pixazo::transport;
using testing::Folder;
using testing::ReadFile;

TEST_CASE("a file appears under its final name with all its bytes, or not at all") {
  Folder folder;
  {
    auto file = OutputFile::Create(folder.path());
    REQUIRE(file.ok());
    CHECK((*file)->Write("hello ", 6).ok());
    CHECK((*file)->Write("world", 5).ok());
    std::string scratch;
    CHECK((*file)->Head(5, scratch) == "hello");
    CHECK((*file)->Tail(5, scratch) == "world");
    CHECK((*file)->Tail(500, scratch) == "hello world");
    CHECK(folder.names().size() == 1);
    const auto path = (*file)->Publish("a", "png");
    REQUIRE(path.ok());
    CHECK(*path == folder / "a.png");
  }
  CHECK(folder.names() == std::set<std::string>{"a.png"});
  CHECK(ReadFile(folder / "a.png") == "hello world");
  {
    auto file = OutputFile::Create(folder.path() + "/");
    REQUIRE(file.ok());
    CHECK((*file)->Write("x", 1).ok());
    CHECK((*file)->Truncate().ok());
    CHECK((*file)->Write("again", 5).ok());
    CHECK(*(*file)->Publish("a", "png") == folder / "a-2.png");
  }
  CHECK(ReadFile(folder / "a-2.png") == "again");
  CHECK(ReadFile(folder / "a.png") == "hello world");
  {
    auto dropped = OutputFile::Create(folder.path());
    REQUIRE(dropped.ok());
  }
  CHECK(folder.names().size() == 2);
}

TEST_CASE("a directory that goes away while a file is written is an error, not a crash") {
  Folder folder;
  std::filesystem::create_directory(folder / "d");
  auto file = OutputFile::Create(folder / "d");
  REQUIRE(file.ok());
  CHECK((*file)->Write("x", 1).ok());
  std::filesystem::remove_all(folder / "d");
  CHECK((*file)->Publish("a", "png").error().code == wire::Code::kIo);
}

TEST_CASE("what may be a stem") {
  for (std::string_view stem : {"a", "sd3-0", "..a", "\xc3\xa9t\xc3\xa9", "con"}) CHECK(IsFileStem(stem));
  for (std::string_view stem : std::initializer_list<std::string_view>{"", ".", "..", "a/b", "/a", "a\\b",
                                                                       "a\n", std::string_view("a\0", 2)})
    CHECK_FALSE(IsFileStem(stem));
  CHECK(IsFileStem(std::string(200, 'a')));
  CHECK_FALSE(IsFileStem(std::string(201, 'a')));
}

TEST_CASE("D14: Content-Range is read strictly") {
  CHECK(ParseContentRange("bytes 5-9/10")->first == 5);
  CHECK(ParseContentRange("bytes 5-9/10")->total == 10);
  CHECK_FALSE(ParseContentRange("BYTES 5-9/*")->total);
  for (const char* bad :
       {"", "bytes", "bytes */10", "bytes 5-9", "bytes 5-9/", "bytes 9-5/10", "bytes 5-10/10",
        "bytes -5-9/10", "bytes 5-9/10 ", "items 5-9/10", "bytes 5-99999999999999999999/*"})
    CHECK_FALSE_MESSAGE(ParseContentRange(bad), bad);
}

TEST_CASE("D14: validators that are strong enough to go on from") {
  CHECK(StrongValidator("\"a\"", "", "") == "\"a\"");
  CHECK(StrongValidator("W/\"a\"", "", "") == "");
  CHECK(StrongValidator("a", "", "") == "");
  CHECK(StrongValidator("\"", "", "") == "");
  const char* then = "Sun, 06 Nov 1994 08:48:37 GMT";
  CHECK(StrongValidator("", then, "Sun, 06 Nov 1994 08:49:37 GMT") == then);
  CHECK(StrongValidator("", then, "Sun, 06 Nov 1994 08:49:36 GMT") == "");
  CHECK(StrongValidator("", then, "yesterday") == "");
}

#include "client/files.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace pixazo::client {
namespace {

namespace fs = std::filesystem;
using wire::Code;

struct Directory {
  Directory() {
    std::string pattern = (fs::temp_directory_path() / "pixazo-files-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path = pattern;
  }
  ~Directory() { fs::remove_all(path); }
  std::string operator/(const char* name) const { return path + "/" + name; }
  size_t entries() const { return static_cast<size_t>(std::distance(fs::directory_iterator(path), {})); }
  std::string path;
};

std::string Slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

TEST_CASE("a file is written whole, replaced whole, and nothing else is left in its directory") {
  Directory d;
  CHECK(WriteWhole(d / "a.png", "one").ok());
  CHECK(WriteWhole(d / "a.png", std::string(300'000, 'x')).ok());
  CHECK(Slurp(d / "a.png") == std::string(300'000, 'x'));
  CHECK(CopyWhole(d / "a.png", d / "b.png").ok());
  CHECK(Slurp(d / "b.png") == Slurp(d / "a.png"));
  CHECK(d.entries() == 2);
}

TEST_CASE("what cannot be written is said with the path and the reason, and leaves the old file alone") {
  Directory d;
  const auto error = WriteWhole("/nowhere/a.png", "x");
  CHECK(error.code == Code::kIo);
  CHECK(error.message.find("/nowhere/a.png") != std::string::npos);
  CHECK(WriteWhole(d.path, "x").code == Code::kIo);
  REQUIRE(WriteWhole(d / "a.png", "old").ok());
  CHECK(CopyWhole(d / "missing.png", d / "a.png").code == Code::kIo);
  CHECK(Slurp(d / "a.png") == "old");
  CHECK(d.entries() == 1);
}

TEST_CASE("a link is replaced, what it points to is not touched") {
  Directory d;
  REQUIRE(WriteWhole(d / "precious.png", "old").ok());
  REQUIRE(symlink("precious.png", (d / "link.png").c_str()) == 0);
  CHECK(WriteWhole(d / "link.png", "new").ok());
  CHECK(Slurp(d / "precious.png") == "old");
  CHECK(Slurp(d / "link.png") == "new");
  CHECK(fs::is_regular_file(fs::symlink_status(d / "link.png")));
}

TEST_CASE("a new file never replaces one: the next free name is taken, also before a dangling link") {
  Directory d;
  CHECK(*WriteNew(d.path, "fox", "png", "1") == d / "fox.png");
  CHECK(*WriteNew(d.path, "fox", "png", "2") == d / "fox-2.png");
  REQUIRE(symlink("/nowhere", (d / "fox-3.png").c_str()) == 0);
  CHECK(*WriteNew(d.path, "fox", "png", "4") == d / "fox-4.png");
  CHECK(*WriteNew(d.path, "fox", "jpg", "5") == d / "fox.jpg");
  CHECK(Slurp(d / "fox.png") == "1");
  CHECK(WriteNew("/nowhere", "fox", "png", "6").error().code == Code::kIo);
  CHECK(d.entries() == 5);
}

TEST_CASE("only regular files are read, and only up to the cap, and a pipe does not block") {
  Directory d;
  REQUIRE(WriteWhole(d / "a.png", "12345").ok());
  CHECK(*ReadFile(d / "a.png", 5) == "12345");
  CHECK(ReadFile(d / "a.png", 4).error().code == Code::kIo);
  CHECK(ReadFile(d.path, 100).error().code == Code::kIo);
  CHECK(ReadFile(d / "missing", 100).error().code == Code::kIo);
  CHECK(ReadFile("/dev/zero", 100).error().code == Code::kIo);
  REQUIRE(mkfifo((d / "pipe").c_str(), 0600) == 0);
  CHECK(ReadFile(d / "pipe", 100).error().code == Code::kIo);
}

TEST_CASE("J8: what a killed process left is removed after a day, and nothing else ever is") {
  Directory folder;
  const std::string hex(32, 'a');
  const int64_t now_s = 1'790'000'000;
  const auto make = [&](const std::string& name, int64_t age_s) {
    const std::string path = folder.path + "/" + name;
    std::ofstream(path) << "x";
    const timespec times[2] = {{now_s - age_s, 0}, {now_s - age_s, 0}};
    REQUIRE(utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0);
  };
  constexpr int64_t kDay = 86'400;
  make(".pixazo-" + hex, kDay + 60);
  make(".pixazo-123-4", 30 * kDay);
  make(".pixazo-" + std::string(32, 'b'), kDay - 60);
  make(".pixazo-77-1", -kDay);
  make("fox.png", 30 * kDay);
  make(".pixazo-notes", 30 * kDay);
  make(".pixazo-12-", 30 * kDay);
  make("pixazo-123-4", 30 * kDay);
  std::filesystem::create_directory(folder.path + "/.pixazo-1-1");
  std::filesystem::create_symlink("fox.png", folder.path + "/.pixazo-1-2");
  RemoveLeftovers(folder.path, now_s * 1000);
  std::set<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path))
    left.insert(entry.path().filename());
  CHECK(left == std::set<std::string>{".pixazo-" + std::string(32, 'b'), ".pixazo-77-1", "fox.png",
                                      ".pixazo-notes", ".pixazo-12-", "pixazo-123-4", ".pixazo-1-1",
                                      ".pixazo-1-2"});
  RemoveLeftovers(folder.path + "/nowhere", now_s * 1000);
}

TEST_CASE("a directory that is none is said so") {
  Directory d;
  REQUIRE(WriteWhole(d / "file", "x").ok());
  CHECK(CheckDirectory(d.path).ok());
  CHECK(CheckDirectory(d / "file").code == Code::kIo);
  CHECK(CheckDirectory(d / "missing").code == Code::kIo);
}

}  // namespace
}  // namespace pixazo::client

// pz sandbox: hands over to pz-sandbox.
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "commands.h"

namespace pixazo::cli {
namespace {

constexpr const char* kProgram = "pz-sandbox";

std::string OwnDirectory() {
  char path[4096];
  const ssize_t size = ::readlink("/proc/self/exe", path, sizeof path - 1);
  if (size <= 0) return {};
  const std::string own(path, static_cast<size_t>(size));
  return own.substr(0, own.rfind('/'));
}

// Beside pz, in libexec, or "" for PATH to say.
std::string Find() {
  const std::string own = OwnDirectory();
  for (const char* place : {"/", "/../libexec/pixazo/", "/../libexec/"}) {
    const std::string path = own + place + kProgram;
    if (!own.empty() && ::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

}  // namespace

Exit Sandbox(const Args& args) {
  ::unsetenv("PIXAZO_API_KEY");  // it needs none
  std::string path = Find();
  std::string name = kProgram;
  std::vector<char*> words = {name.data()};
  std::vector<std::string> rest = args.rest;
  for (std::string& word : rest) words.push_back(word.data());
  words.push_back(nullptr);
  if (!path.empty())
    ::execv(path.c_str(), words.data());
  else
    ::execvp(kProgram, words.data());
  Problem problem = Usage(std::string("pz-sandbox cannot be started: ") + std::strerror(errno) +
                          " (looked beside pz, in libexec and in PATH)");
  problem.exit = Exit::kFailure;
  return Report(problem, args.report);
}

}  // namespace pixazo::cli

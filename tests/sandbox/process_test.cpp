// The program: its options, the line it prints, its end.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "sandbox/fixture.h"

namespace sandbox_test {
namespace {

struct Child {
  pid_t pid = -1;
  int out = -1;

  explicit Child(std::vector<std::string> words, bool orphaned = false) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    words.insert(words.begin(), PZ_SANDBOX);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid = fork();
    if (pid == 0) {
      close(ends[0]);
      pid_t inner = orphaned ? fork() : 0;
      if (inner !=
          0) {  // the parent of the program: ends once the program has spoken, which its own parent tells it
        close(ends[1]);
        pause();
        _exit(0);
      }
      dup2(ends[1], 1);
      close(ends[1]);
      execv(argv[0], argv.data());
      _exit(127);
    }
    close(ends[1]);
    out = ends[0];
  }
  ~Child() {
    close(out);
    if (pid > 0) {
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
    }
  }

  std::string Line() const {
    std::string line;
    char c;
    while (read(out, &c, 1) == 1 && c != '\n') line += c;
    return line;
  }
  std::string Rest() const {
    std::string text;
    char c;
    while (read(out, &c, 1) == 1) text += c;
    return text;
  }
  int End() {
    int status = 0;
    waitpid(pid, &status, 0);
    pid = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
};

const std::string kLine = "pz-sandbox listening on ";

}  // namespace

TEST_CASE("it picks a free port, says so in one line, serves, and ends cleanly on SIGTERM and SIGINT") {
  for (int signal : {SIGTERM, SIGINT}) {
    Child child({"--port", "0", "--speed=500", "--quiet", "--balance", "0.5"});
    std::string line = child.Line();
    REQUIRE(line.rfind(kLine + "http://127.0.0.1:", 0) == 0);
    std::string url = line.substr(kLine.size());
    Json accepted = Post(url + kTextToImage, R"({"prompt":"a"})", kWithKey).json();
    CHECK(WaitForEnd(accepted["polling_url"])["status"] == "COMPLETED");
    CHECK(Get(url + "/sandbox/state").json()["wallet"]["balance_microusd"] == 490'000);
    kill(child.pid, signal);
    CHECK(child.Rest().empty());
    CHECK(child.End() == 0);
  }
}

TEST_CASE("with --exit-with-parent it ends when its parent does") {
  Child child({"--port", "0", "--quiet", "--exit-with-parent"}, true);
  std::string line = child.Line();
  REQUIRE(line.rfind(kLine, 0) == 0);
  CHECK(Get(line.substr(kLine.size()) + "/").status == 200);
  kill(child.pid, SIGKILL);
  child.End();
  CHECK(child.Rest().empty());  // returns when the program's end of the pipe is closed
  CHECK(Get(line.substr(kLine.size()) + "/").status == 0);
}

TEST_CASE("wrong options are refused with a sentence and exit code 2") {
  for (std::vector<std::string> words : {std::vector<std::string>{"--port", "x"},
                                         {"--speed", "0"},
                                         {"--nonsense"},
                                         {"--rate"},
                                         {"--disable", "nobody"},
                                         {"--keys", "/nonexistent"},
                                         {"--quiet=1"}}) {
    CAPTURE(words[0]);
    words.push_back("--quiet");
    Child child(words);
    CHECK(child.End() == 2);
  }
}

TEST_CASE("a port that is taken is an error, not a wait") {
  Fixture f;
  Child child({"--port", std::to_string(f.sandbox.port()), "--quiet"});
  CHECK(child.Line().empty());
  CHECK(child.End() == 1);
}

TEST_CASE("--help and --version speak on standard output") {
  CHECK(Child({"--help"}).Rest().find("--exit-with-parent") != std::string::npos);
  CHECK(Child({"--version"}).Rest().rfind("pz-sandbox 1.", 0) == 0);
}

}  // namespace sandbox_test

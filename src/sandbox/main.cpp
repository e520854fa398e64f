// pz-sandbox: the gateway on your desk.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#ifdef __linux__
#include <sys/prctl.h>
#include <unistd.h>
#endif

#include "pixazo/version.h"
#include "sandbox/arguments.h"
#include "sandbox/sandbox.h"

namespace {

using namespace pixazo::sandbox;

// The kernel sends SIGTERM when the parent ends; if it has ended already, nobody would.
bool FollowParent() {
#ifdef __linux__
  pid_t parent = getppid();
  return prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent;
#else
  return true;
#endif
}

int Serve(const Arguments& arguments) {
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stops,
                  nullptr);  // before there are threads: all of them leave the signals to sigwait
  std::signal(SIGPIPE, SIG_IGN);
  if (arguments.exit_with_parent && !FollowParent()) return EXIT_SUCCESS;
  Options options = arguments.options;
  if (arguments.verbose)
    options.log = [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); };
  Sandbox sandbox(options);
  auto port = sandbox.Start();
  if (!port.ok()) {
    std::fprintf(stderr, "pz-sandbox: %s\n", port.error().message.c_str());
    return EXIT_FAILURE;
  }
  if (!arguments.quiet) {
    std::fprintf(stderr,
                 "pz-sandbox is an emulator of the Pixazo gateway: nothing it says comes from the real "
                 "service, its pictures are\n"
                 "drawn by this program, and no money is spent. Any key is accepted%s. Ctrl-C stops it.\n"
                 "Open %s in a browser to see what happens in it.\n",
                 options.keys.empty() ? "" : " that --keys names", sandbox.url().c_str());
  }
  std::printf("pz-sandbox listening on %s\n", sandbox.url().c_str());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&stops, &signal);
  sandbox.Stop();
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  auto arguments = ReadArguments(std::vector<std::string>(argv + 1, argv + argc));
  if (!arguments.ok()) {
    std::fprintf(stderr, "pz-sandbox: %s\n", arguments.error().message.c_str());
    return 2;
  }
  if (arguments->help) return std::fputs(HelpText().c_str(), stdout), EXIT_SUCCESS;
  if (arguments->version) {
    std::printf("pz-sandbox %d.%d.%d\n", PZ_VERSION_MAJOR, PZ_VERSION_MINOR, PZ_VERSION_PATCH);
    return EXIT_SUCCESS;
  }
  return Serve(*arguments);
}

// pz: the Pixazo gateway on the command line. Uses nothing of the library but its public header.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstring>
#include <exception>

#include "commands.h"
#include "options.h"
#include "terminal.h"
#include "text.h"

namespace pixazo::cli {
namespace {

// A line that cannot be parsed may still have asked for JSON.
bool WantsJson(int argc, char** argv) {
  return std::any_of(argv + 1, argv + argc,
                     [](const char* word) { return std::strcmp(word, "--json") == 0; });
}

// "--steps 3" for a parameter that has no option of its own: how it is written.
std::string HowToWrite(const CLI::App& sub) {
  const bool takes_words = sub.get_option_no_throw("NAME=VALUE") != nullptr;
  for (const std::string& word : sub.remaining()) {
    if (!takes_words || word.size() < 4 || word.compare(0, 2, "--") != 0) continue;
    const std::string name = Clean(word.substr(2, word.find('=') - 2));
    return "if " + name + " is a parameter of the endpoint, write " + name + "=VALUE; ";
  }
  return {};
}

Exit RefuseLine(const CLI::App& app, const CLI::ParseError& error, ReportArgs report) {
  if (error.get_exit_code() == 0) return static_cast<Exit>(app.exit(error));  // --help, --version
  if (app.get_subcommands().empty()) {
    const std::string word = app.remaining().empty() ? "" : app.remaining().front();
    if (word.empty()) return Report(Usage("which command? `pz --help` lists them"), report);
    if (word[0] == '-')
      return Report(Usage("there is no option " + Clean(word) + "; `pz --help` lists them"), report);
    return Report(Usage("there is no command '" + Clean(word) + "'; `pz --help` lists them"), report);
  }
  std::string command = "pz";
  std::string how;
  for (const CLI::App* sub : app.get_subcommands()) {
    command += " " + sub->get_name();
    how = HowToWrite(*sub);
  }
  Problem problem = Usage(error.what() + std::string("; ") + how + "`" + command + " --help` tells more");
  return Report(problem, report);
}

Exit Main(int argc, char** argv) {
  SetUpLocale();
  Args args;
  std::function<Exit()> run;
  const auto app = MakeApp(args, run);
  try {
    app->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    args.report.json = WantsJson(argc, argv);
    return RefuseLine(*app, error, args.report);
  }
  args.report.verbose = args.gateway.verbose;
  return run();
}

}  // namespace
}  // namespace pixazo::cli

int main(int argc, char** argv) {
  try {
    return static_cast<int>(pixazo::cli::Main(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pz: %s\n", error.what());
    return static_cast<int>(pixazo::cli::Exit::kFailure);
  }
}

#include "reporter.h"

#include "json.h"
#include "text.h"

namespace pixazo::cli {

std::unique_ptr<Reporter> MakeReporter(const ReportArgs& args) {
  if (args.json) return MakeJsonReporter(args);
  if (!args.quiet && CanRedraw(stderr)) return MakeTerminalReporter(args);
  return MakePlainReporter(args);
}

Exit Report(const Problem& problem, const ReportArgs& args) {
  if (args.json) {
    Print(ProblemJson(problem));
    return problem.exit;
  }
  const Style style(stderr, args.color);
  std::string line = style.Bad("pz:") + " ";
  if (problem.line > 0) line += "line " + std::to_string(problem.line) + ": ";
  WriteLine(stderr, line + Clean(problem.message));
  return problem.exit;
}

}  // namespace pixazo::cli

#include "help.h"

#include <algorithm>

#include "terminal.h"
#include "text.h"

namespace pixazo::cli {
namespace {

constexpr int kTitleColumn = 30;

void AddRow(std::string& out, const std::string& title, const std::string& text, int columns,
            const Style& style) {
  const int column = kTitleColumn;
  const std::string left = "  " + title;
  const auto lines = Wrap(text, columns - column);
  const bool beside = Columns(left) + 2 <= column;
  out += "  " + style.Accent(title);
  out += beside ? std::string(static_cast<size_t>(column - Columns(left)), ' ')
                : "\n" + std::string(column, ' ');
  for (size_t i = 0; i < lines.size(); ++i) out += (i == 0 ? "" : std::string(column, ' ')) + lines[i] + "\n";
}

std::string Usage(const CLI::App* app, const std::string& name) {
  std::string out = name.empty() ? app->get_name() : name;
  if (!app->get_subcommands([](const CLI::App* s) { return !s->get_group().empty(); }).empty())
    out += " COMMAND";
  for (const CLI::Option* o : app->get_options([](const CLI::Option* p) { return p->get_positional(); }))
    out += o->get_required() ? " " + OptionTitle(o) : " [" + OptionTitle(o) + "]";
  return out + " [OPTIONS]";
}

}  // namespace

std::string OptionTitle(const CLI::Option* option) {
  if (option->get_positional())
    return option->get_name(true) + (option->get_items_expected_max() > 1 ? "..." : "");
  std::string out;
  for (const std::string& s : option->get_snames()) out += (out.empty() ? "-" : ", -") + s;
  for (const std::string& l : option->get_lnames()) out += (out.empty() ? "    --" : ", --") + l;
  const std::string type = option->get_type_name();
  return type.empty() ? out : out + (type[0] == '[' ? "" : " ") + type;
}

std::string HelpFormatter::make_help(const CLI::App* app, std::string name, CLI::AppFormatMode) const {
  const Style style(stdout, Color::kAuto);
  const int columns = std::clamp(IsTerminal(stdout) ? SizeOf(stdout).columns - 1 : 99, 60, 99);
  std::string out;
  for (const std::string& line : Wrap(app->get_description(), columns)) out += line + "\n";
  out += "\n" + style.Bold("Usage") + "\n  " + Usage(app, name) + "\n";
  const auto commands = app->get_subcommands([](const CLI::App* s) { return !s->get_group().empty(); });
  if (!commands.empty()) out += "\n" + style.Bold("Commands") + "\n";
  for (const CLI::App* command : commands)
    AddRow(out, command->get_name(), command->get_description(), columns, style);
  const auto positionals =
      app->get_options([](const CLI::Option* o) { return o->get_positional() && !o->get_group().empty(); });
  if (!positionals.empty()) out += "\n" + style.Bold("Arguments") + "\n";
  for (const CLI::Option* o : positionals) AddRow(out, OptionTitle(o), o->get_description(), columns, style);
  for (const char* group : {"Request", "Files", "Money", "Gateway", "Output", "Options"}) {
    const auto options =
        app->get_options([&](const CLI::Option* o) { return o->nonpositional() && o->get_group() == group; });
    if (options.empty()) continue;
    out += "\n" + style.Bold(group) + "\n";
    for (const CLI::Option* o : options) AddRow(out, OptionTitle(o), o->get_description(), columns, style);
  }
  const std::string footer = app->get_footer();
  return footer.empty() ? out : out + "\n" + footer + "\n";
}

}  // namespace pixazo::cli

// pz completion: scripts for three shells, made from the command line as it is defined. Endpoints, parameters
// and choices are asked of the catalogue when the user presses Tab, by `pz __words`.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "commands.h"
#include "terminal.h"
#include "text.h"

namespace pixazo::cli {
namespace {

std::vector<const CLI::App*> CommandsOf(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* s) { return !s->get_group().empty(); });
}

std::vector<const CLI::Option*> OptionsOf(const CLI::App* app) {
  return app->get_options([](const CLI::Option* o) { return o->nonpositional(); });
}

bool TakesValue(const CLI::Option* o) { return o->get_items_expected_min() > 0; }

// The words that can follow an option; "" where anything can.
std::string ChoicesOf(const CLI::Option* o) {
  for (const std::string& name : o->get_lnames()) {
    if (name == "color") return "auto always never";
    if (name == "format") return "png jpeg webp";
  }
  return {};
}

bool IsFile(const CLI::Option* o) { return o->get_type_name().find("FILE") != std::string::npos; }
bool IsDirectory(const CLI::Option* o) { return o->get_type_name() == "DIR"; }
bool WantsEndpoint(const std::string& command) {
  return command == "generate" || command == "estimate" || command == "models";
}

// "--out|-o" of all options of a command that fit.
template <class Fits>
std::string Pattern(const CLI::App* app, Fits fits) {
  std::string out;
  for (const CLI::Option* o : OptionsOf(app)) {
    if (!fits(o)) continue;
    for (const std::string& l : o->get_lnames()) out += (out.empty() ? "--" : "|--") + l;
    for (const std::string& s : o->get_snames()) out += (out.empty() ? "-" : "|-") + s;
  }
  return out;
}

void BashCase(std::string& out, const std::string& pattern, const std::string& action) {
  if (!pattern.empty()) out += "        " + pattern + ") " + action + "; return ;;\n";
}

std::string BashOptions(const CLI::App* c) {
  std::string out = "    " + c->get_name() + ")\n      case $prev in\n";
  BashCase(out, Pattern(c, IsFile), "COMPREPLY=($(compgen -f -- \"$cur\")); compopt -o filenames");
  BashCase(out, Pattern(c, IsDirectory), "COMPREPLY=($(compgen -d -- \"$cur\")); compopt -o filenames");
  for (const CLI::Option* o : OptionsOf(c))
    if (const std::string choices = ChoicesOf(o); !choices.empty())
      BashCase(out, Pattern(c, [o](const CLI::Option* p) { return p == o; }),
               "COMPREPLY=($(compgen -W '" + choices + "' -- \"$cur\"))");
  BashCase(out,
           Pattern(c,
                   [](const CLI::Option* o) {
                     return TakesValue(o) && !IsFile(o) && !IsDirectory(o) && ChoicesOf(o).empty();
                   }),
           "true");
  std::string names;
  for (const CLI::Option* o : OptionsOf(c))
    for (const std::string& l : o->get_lnames()) names += (names.empty() ? "--" : " --") + l;
  return out + "      esac\n      options='" + names + "' ;;\n";
}

std::string Bash(const CLI::App& app) {
  std::string commands, options;
  for (const CLI::App* c : CommandsOf(app)) {
    commands += (commands.empty() ? "" : " ") + c->get_name();
    options += BashOptions(c);
  }
  return R"sh(# bash completion for pz; load it with: source <(pz completion bash)
_pz() {
  local line=${COMP_LINE:0:COMP_POINT} cur= prev= options= command= words
  read -ra words <<<"$line"
  case $line in *[[:space:]]) words+=('') ;; esac
  local last=$((${#words[@]} - 1))
  cur=${words[last]}
  [ "$last" -gt 0 ] && prev=${words[last - 1]}
  COMPREPLY=()
  if [ "$last" -le 1 ]; then
    COMPREPLY=($(compgen -W ')sh" +
         commands + R"sh( --help --version' -- "$cur"))
    return
  fi
  command=${words[1]}
  case $command in
)sh" + options +
         R"sh(  esac
  case $cur in
    -*) COMPREPLY=($(compgen -W "$options" -- "$cur")); return ;;
  esac
  case $command in
    models | generate | estimate)
      if [ "$last" -eq 2 ]; then
        COMPREPLY=($(compgen -W "$("${words[0]}" __words endpoints 2>/dev/null | cut -f1)" -- "$cur"))
      elif [ "$command" != models ]; then
        case $cur in
          *=*)
            local values
            values=$("${words[0]}" __words values "${words[2]}" "${cur%%=*}" 2>/dev/null)
            COMPREPLY=($(compgen -W "$values" -- "${cur#*=}"))
            case $COMP_WORDBREAKS in *=*) ;; *) COMPREPLY=("${COMPREPLY[@]/#/${cur%%=*}=}") ;; esac ;;
          *)
            COMPREPLY=($(compgen -S = -W "$("${words[0]}" __words parameters "${words[2]}" 2>/dev/null | cut -f1)" -- "$cur"))
            compopt -o nospace ;;
        esac
      fi ;;
    completion) COMPREPLY=($(compgen -W 'bash zsh fish' -- "$cur")) ;;
  esac
}
complete -F _pz pz
)sh";
}

std::string Quoted(std::string_view text, std::string_view specials) {
  std::string out;
  for (const char c : text) {
    if (specials.find(c) != std::string_view::npos) out += '\\';
    if (c == '\'')
      out += "'\\''";
    else
      out += c;
  }
  return out;
}

std::string ZshOption(const CLI::Option* o) {
  std::vector<std::string> names;
  for (const std::string& s : o->get_snames()) names.push_back("-" + s);
  for (const std::string& l : o->get_lnames()) names.push_back("--" + l);
  std::string tail = "[" + Quoted(o->get_description(), "[]:\\") + "]";
  if (TakesValue(o)) {
    tail += ":" + Quoted(o->get_type_name(), "[]:\\") + ":";
    if (IsFile(o)) tail += "_files";
    if (IsDirectory(o)) tail += "_directories";
    if (const std::string choices = ChoicesOf(o); !choices.empty()) tail += "(" + choices + ")";
  }
  std::string out;
  for (const std::string& name : names) out += "        '*" + name + tail + "' \\\n";
  return out;
}

std::string Zsh(const CLI::App& app) {
  std::string commands, cases;
  for (const CLI::App* c : CommandsOf(app)) {
    const std::string name = c->get_name();
    commands += "    '" + name + ":" + Quoted(c->get_description(), ":") + "'\n";
    cases += "    " + name + ")\n      _arguments -S \\\n";
    for (const CLI::Option* o : OptionsOf(c)) cases += ZshOption(o);
    if (WantsEndpoint(name)) cases += "        '1:endpoint:_pz_endpoints' \\\n";
    if (WantsEndpoint(name) && name != "models") cases += "        '*:parameter:_pz_parameters' \\\n";
    if (name == "completion") cases += "        '1:shell:(bash zsh fish)' \\\n";
    cases += "        && return\n      ;;\n";
  }
  return R"sh(#compdef pz
# zsh completion for pz; put it where $fpath looks, as _pz: pz completion zsh > ~/.zfunc/_pz

_pz_endpoints() {
  local -a list
  list=(${(f)"$(_call_program endpoints pz __words endpoints | sed -e 's/:/\\:/g' -e 's/\t/:/')"})
  _describe -t endpoints endpoint list
}

_pz_parameters() {
  local endpoint=${words[2]}
  if compset -P 1 '*='; then
    local -a values
    values=(${(f)"$(_call_program values pz __words values $endpoint ${IPREFIX%=})"})
    compadd -a values
  else
    local -a list
    list=(${(f)"$(_call_program parameters pz __words parameters $endpoint | sed -e 's/:/\\:/g' -e 's/\t/:/')"})
    _describe -t parameters parameter list -S =
  fi
}

_pz() {
  local curcontext=$curcontext
  local -a commands
  commands=(
)sh" + commands +
         R"sh(  )
  if (( CURRENT == 2 )); then
    _describe -t commands 'pz command' commands
    return
  fi
  local command=${words[2]}
  shift words
  (( CURRENT-- ))
  case $command in
)sh" + cases +
         R"sh(  esac
}

if [ "$funcstack[1]" = "_pz" ]; then _pz "$@"; else compdef _pz pz; fi
)sh";
}

std::string Fish(const CLI::App& app) {
  std::string out =
      "# fish completion for pz; pz completion fish > ~/.config/fish/completions/pz.fish\n"
      "complete -c pz -f\n"
      "function __pz_endpoint\n"
      "    set -l words (commandline -opc)\n"
      "    test (count $words) -ge 3; and echo $words[3]\n"
      "end\n"
      "function __pz_values\n"
      "    set -l name (string split -m 1 = -- (commandline -ct))[1]\n"
      "    for value in (pz __words values (__pz_endpoint) $name 2>/dev/null)\n"
      "        echo $name=$value\n"
      "    end\n"
      "end\n"
      "function __pz_at\n"
      "    test (count (commandline -opc)) -eq $argv[1]\n"
      "end\n";
  for (const CLI::App* c : CommandsOf(app)) {
    const std::string name = c->get_name(), seen = "__fish_seen_subcommand_from " + name;
    out += "complete -c pz -n __fish_use_subcommand -a " + name + " -d '" + Quoted(c->get_description(), "") +
           "'\n";
    for (const CLI::Option* o : OptionsOf(c)) {
      out += "complete -c pz -n '" + seen + "'";
      for (const std::string& l : o->get_lnames()) out += " -l " + l;
      for (const std::string& s : o->get_snames()) out += " -s " + s;
      if (TakesValue(o)) out += " -x";
      if (IsFile(o)) out += " -a '(__fish_complete_path (commandline -ct))'";
      if (IsDirectory(o)) out += " -a '(__fish_complete_directories)'";
      if (const std::string choices = ChoicesOf(o); !choices.empty()) out += " -a '" + choices + "'";
      out += " -d '" + Quoted(o->get_description(), "") + "'\n";
    }
    if (WantsEndpoint(name))
      out += "complete -c pz -n '" + seen + "; and __pz_at 2' -a '(pz __words endpoints)'\n";
    if (WantsEndpoint(name) && name != "models")
      out += "complete -c pz -n '" + seen +
             "; and not __pz_at 2' -a '(pz __words parameters (__pz_endpoint) | string replace -r \"\\t\" "
             "\"=\\t\")'\n" +
             "complete -c pz -n '" + seen + "; and not __pz_at 2' -a '(__pz_values)'\n";
    if (name == "completion") out += "complete -c pz -n '" + seen + "' -a 'bash zsh fish'\n";
  }
  return out;
}

}  // namespace

Exit Completion(const Args& args, const CLI::App& app) {
  const std::string script = args.shell == "bash" ? Bash(app) : args.shell == "zsh" ? Zsh(app) : Fish(app);
  return Write(stdout, script) ? Exit::kOk : Exit::kFailure;
}

Exit Words(const Args& args) {
  const pz_catalogue* catalogue = pz_catalogue_builtin();
  const auto word = [&](size_t i) { return i < args.rest.size() ? args.rest[i] : std::string(); };
  std::string out;
  const std::string endpoint = word(1), name = word(2);
  if (word(0) == "endpoints") {
    for (uint32_t i = 0; i < pz_catalogue_endpoint_count(catalogue); ++i) {
      const pz_endpoint* e = pz_catalogue_endpoint(catalogue, i);
      out += std::string(pz_endpoint_id(e)) + "\t" + Clean(pz_endpoint_title(e)) + "\n";
    }
  }
  const pz_endpoint* e = pz_catalogue_find(catalogue, endpoint.data(), endpoint.size());
  for (uint32_t i = 0; word(0) == "parameters" && i < pz_endpoint_param_count(e); ++i) {
    const pz_param* p = pz_endpoint_param(e, i);
    out += std::string(pz_param_name(p)) + "\t" + Clean(pz_param_note(p)) + "\n";
  }
  const pz_param* p = pz_endpoint_find_param(e, name.data(), name.size());
  for (uint32_t i = 0; word(0) == "values" && i < pz_param_choice_count(p); ++i) {
    const auto choice = nlohmann::json::parse(pz_param_choice_json(p, i), nullptr, false);
    out += (choice.is_string() ? choice.get<std::string>() : choice.dump()) + "\n";
  }
  if (word(0) == "values" && pz_param_kind(p) == PZ_PARAM_BOOLEAN) out += "true\nfalse\n";
  Write(stdout, out);
  return Exit::kOk;
}

}  // namespace pixazo::cli

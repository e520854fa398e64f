#include "options.h"

#include <CLI/CLI.hpp>

#include "commands.h"
#include "help.h"
#include "show.h"
#include "terminal.h"

namespace pixazo::cli {
namespace {

using CLI::App;

constexpr const char* kRequest = "Request";
constexpr const char* kFiles = "Files";
constexpr const char* kMoney = "Money";
constexpr const char* kGateway = "Gateway";
constexpr const char* kOutput = "Output";

// One of these words, and an error that lists them.
CLI::Validator OneOf(std::vector<std::string> words) {
  const auto check = [words](std::string& value) {
    std::string list;
    for (const std::string& word : words) {
      if (word == value) return std::string();
      list += (list.empty() ? "" : word == words.back() ? " or " : ", ") + word;
    }
    return "must be " + list + ", not '" + value + "'";
  };
  return CLI::Validator(check, "");
}

CLI::Validator WholeNumber(unsigned low, unsigned high) {
  const auto check = [low, high](std::string& value) {
    unsigned number = 0;
    const bool good = CLI::detail::lexical_cast(value, number) && number >= low && number <= high;
    if (good) return std::string();
    return "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high) + ", not '" +
           value + "'";
  };
  return CLI::Validator(check, "");
}

CLI::Option* Text(App* app, const char* name, std::string& value, const char* type, const char* what,
                  const char* group) {
  return app->add_option(name, value, what)->type_name(type)->group(group);
}

CLI::Option* Texts(App* app, const char* name, std::vector<std::string>& values, const char* type,
                   const char* what, const char* group) {
  return app->add_option(name, values, what)->type_name(type)->group(group)->allow_extra_args(false);
}

void Flag(App* app, const char* name, bool& value, const char* what, const char* group) {
  app->add_flag(name, value, what)->group(group);
}

// Canonical parameters that have an option of their own.
void Parameter(App* app, Wish& wish, const char* option, const char* name, const char* type,
               const char* what) {
  const std::function<void(const std::string&)> take = [&wish, name](const std::string& value) {
    wish.options.emplace_back(name, value);
  };
  app->add_option_function<std::string>(option, take, what)->type_name(type)->group(kRequest);
}

void AddReport(App* app, ReportArgs& report, bool progress) {
  Flag(app, "--json", report.json, "One JSON object a line, on standard output", kOutput);
  if (progress)
    Flag(app, "-q,--quiet", report.quiet, "No progress, no bars: results and failures only", kOutput);
  const std::function<void(const std::string&)> take = [&report](const std::string& word) {
    report.color = word == "always" ? Color::kAlways : word == "never" ? Color::kNever : Color::kAuto;
  };
  app->add_option_function<std::string>("--color", take,
                                        "auto, always or never; NO_COLOR in the environment is never")
      ->check(OneOf({"auto", "always", "never"}))
      ->type_name("WHEN")
      ->group(kOutput);
}

void AddCatalogue(App* app, GatewayArgs& gateway) {
  Text(app, "--catalogue", gateway.catalogue, "FILE",
       "Endpoints from this JSON file instead of the built-in ones; `pz models --catalogue-json` prints one", kGateway);
}

void AddGateway(App* app, Args& args, bool jobs) {
  GatewayArgs& g = args.gateway;
  Text(app, "--base-url", g.base_url, "URL",
       "The gateway, instead of PIXAZO_BASE_URL or the public one. Plain http only to a loopback address",
       kGateway);
  Flag(app, "--allow-loopback", g.allow_loopback,
       "Plain http to the name localhost too, and pictures from this machine", kGateway);
  Text(app, "--key-file", g.key_file, "FILE", "The API key's file, mode 0600, instead of PIXAZO_API_KEY",
       kGateway);
  Text(app, "--ca-file", g.ca_file, "FILE", "Trusted certificates (PEM) instead of the system's", kGateway);
  Text(app, "--proxy", g.proxy, "URL", "A proxy: http, https, socks5 or socks5h", kGateway);
  Flag(app, "--proxy-from-env", g.proxy_from_environment, "The proxies that https_proxy and no_proxy name",
       kGateway);
  Text(app, "--timeout", g.timeout, "TIME",
       "Stop following a job after so long: 90s, 10m (default 30m; 0: never)", kGateway);
  Text(
      app, "--poll-interval", g.poll_interval, "TIME",
      "Before the first look at a job; later ones are further apart. At least 2s, but for a loopback gateway",
      kGateway);
  if (jobs)
    app->add_option("--concurrency", g.concurrency, "Requests on their way at the same time (default 8)")
        ->check(WholeNumber(1, 512))
        ->type_name("N")
        ->group(kGateway);
  AddCatalogue(app, g);
  Flag(app, "-v,--verbose", g.verbose, "Tell also about retries and failed polls", kOutput);
}

void AddRequest(App* app, Args& args) {
  Wish& w = args.wish;
  Parameter(app, w, "-p,--prompt", "prompt", "TEXT", "What the picture shall show");
  Text(app, "--prompt-file", args.prompt_file, "FILE", "The prompt from a file, - for standard input",
       kRequest);
  Parameter(app, w, "--negative-prompt", "negative_prompt", "TEXT", "What it shall not show");
  Texts(app, "-i,--image", w.images, "FILE|URL", "A picture to start from; may be given several times",
        kRequest);
  Texts(app, "-m,--mask", w.masks, "FILE|URL", "Where the picture may be changed", kRequest);
  Parameter(app, w, "-n,--count", "count", "N", "How many pictures in one request");
  Parameter(app, w, "-s,--size", "size", "WxH", "Pixels, or a size the endpoint names");
  Parameter(app, w, "--seed", "seed", "N",
            "The same seed makes the same picture, where the model knows seeds");
  Parameter(app, w, "-f,--format", "format", "FORMAT",
            "png, jpeg or webp, where the endpoint lets you choose");
  Texts(app, "--raw", w.raw, "NAME=JSON", "A parameter the catalogue does not know; sent unchecked",
        kRequest);
}

void AddFiles(App* app, Args& args) {
  Text(app, "-o,--out", args.directory, "DIR", "Where pictures go; made if it is not there (default: here)",
       kFiles);
  Text(app, "--name", args.name, "STEM", "File name without extension, instead of one made from the prompt",
       kFiles);
  Flag(app, "--overwrite", args.overwrite, "Replace files of the same name; otherwise -2, -3, ... is added",
       kFiles);
  app->add_flag("--show{auto}", args.report.show,
                "Show the pictures in the terminal, too: auto, kitty, sixel or half")
      ->check(OneOf({"auto", "kitty", "sixel", "half"}))
      ->type_name("[=HOW]")
      ->group(kFiles);
}

App* Command(App* app, const char* name, const char* what, std::function<Exit()>& run,
             std::function<Exit()> command) {
  App* sub = app->add_subcommand(name, what);
  sub->callback([&run, command] { run = command; });
  return sub;
}

void AddJournal(App* app, Args& args, const char* what) {
  Text(app, "--journal", args.gateway.journal, "FILE", what, kFiles)
      ->envname("PIXAZO_JOURNAL");
}

void AddBudget(App* app, GatewayArgs& g) {
  Text(app, "--budget", g.budget, "USD", "Refuse what would cost more than this in all", kMoney);
  Text(app, "--assume-price", g.assumed_price, "USD", "With --budget: the price of what has no known price",
       kMoney);
}

void AddGenerate(App* app, Args& args, std::function<Exit()>& run) {
  App* c = Command(app, "generate", "Make pictures", run, [&args] { return Generate(args); });
  c->add_option("ENDPOINT", args.wish.endpoint, "Which model: an id of `pz models`")->group("Arguments");
  c->add_option(
       "NAME=VALUE", args.wish.words,
       "Any parameter of `pz models ENDPOINT`; NAME=@FILE reads it from a file, NAME:=JSON sets it as JSON")
      ->group("Arguments");
  AddRequest(c, args);
  Text(c, "--batch", args.batch, "FILE",
       "Many requests: a prompt a line, or a JSON object a line; - for standard input", kRequest);
  Flag(c, "--dry-run", args.dry_run, "Check everything, print what would be sent and its price, send nothing",
       kRequest);
  AddFiles(c, args);
  Flag(c, "--no-fetch", args.no_fetch, "Print the pictures' URLs instead of fetching them", kFiles);
  Flag(c, "--no-contact-sheet", args.no_sheet, "No contact-sheet.png after a batch", kFiles);
  AddJournal(c, args,
             "Where jobs are written before they are sent, so that `pz jobs` finds them after a crash (or PIXAZO_JOURNAL)");
  Text(c, "--webhook-url", args.gateway.webhook_url, "URL",
       "The gateway tells URL/<random digits> when a job has ended; see `pz listen`", kGateway);
  AddBudget(c, args.gateway);
  Flag(c, "--resubmit-accepting-second-charge", args.second_charge,
       "When an answer is lost, send the request once more, though both may be charged", kMoney);
  AddGateway(c, args, true);
  AddReport(c, args.report, true);
  c->footer(
      "Examples\n"
      "  pz generate sdxl --prompt 'a quiet harbour at dawn' --size 1024x1024\n"
      "  pz generate studio-ghibli -p 'a tea house in the rain' -n 4 -o pictures --show\n"
      "  pz generate gpt-image-2-edit -p 'make it autumn' --image park.png --mask trees.png\n"
      "  pz generate sd3.5-large -p 'a red fox' steps=40 guidance=4.5 --json | jq .path\n"
      "  pz generate sdxl --batch prompts.txt -o batch --budget 5 --assume-price 0.02");
}

void AddJournalJobs(App* app, Args& args, std::function<Exit()>& run) {
  App* c = Command(app, "jobs", "What a journal holds, and going on with it", run, [&args] { return Jobs(args); });
  c->add_option("ACTION", args.action, "list, show, resume, resubmit, giveup or forget (default: list)")
      ->check(OneOf({"list", "show", "resume", "resubmit", "giveup", "forget"}))
      ->group("Arguments");
  c->add_option("JOB", args.ids, "Numbers of jobs, as `pz jobs list` prints them")->group("Arguments");
  AddJournal(c, args,
             "The journal to look at: the file that `pz generate --journal` wrote (or PIXAZO_JOURNAL)");
  Text(c, "-o,--out", args.directory, "DIR", "With resume: where pictures go whose job was to keep them in memory (default: here)", kFiles);
  Flag(c, "--accepting-second-charge", args.second_charge,
       "With resubmit: send again what may have been charged, though both may be", kMoney);
  Flag(c, "--once-more", args.once_more, "With resubmit: though it was sent again before", kMoney);
  AddBudget(c, args.gateway);
  AddGateway(c, args, true);
  AddReport(c, args.report, false);
  c->footer(
      "Examples\n"
      "  pz jobs --journal jobs.db\n"
      "  pz jobs resume --journal jobs.db\n"
      "  pz jobs resubmit 12 --accepting-second-charge --journal jobs.db");
}

void AddListen(App* app, Args& args, std::function<Exit()>& run) {
  App* c = Command(app, "listen", "Receive webhooks on this machine, behind a reverse proxy", run,
                   [&args] { return Listen(args); });
  c->add_option("--port", args.port, "Of 127.0.0.1, 0 for a free one (default 8787)")
      ->check(WholeNumber(0, 65535))
      ->type_name("N")
      ->group(kGateway);
  AddJournal(c, args,
             "The journal whose jobs are followed and are told what is posted (or PIXAZO_JOURNAL)");
  Text(c, "-o,--out", args.directory, "DIR", "Where pictures go whose job was to keep them in memory (default: here)", kFiles);
  AddGateway(c, args, true);
  AddReport(c, args.report, false);
  c->footer(
      "Prints what is posted, a line each, until it is interrupted. With a journal its jobs that were sent go on,\n"
      "and what is posted is handed to them: a submit whose answer was lost is found again by its own webhook, and\n"
      "its pictures are fetched. Nothing is sent: `pz jobs resume` does that.\n"
      "One program at a time can have a journal: this is for when the one that sent its jobs has ended.\n\n"
      "Examples\n"
      "  pz generate studio-ghibli -p 'a fox' --webhook-url https://hooks.example.com/pz --journal jobs.db\n"
      "  pz listen --journal jobs.db");
}

void AddIds(App* c, Args& args) {
  c->add_option("ID", args.ids, "Request ids, as pz and the gateway print them")
      ->required()
      ->group("Arguments");
}

void AddJobs(App* app, Args& args, std::function<Exit()>& run) {
  App* status =
      Command(app, "status", "Look at requests by their ids, once", run, [&args] { return Status(args); });
  AddIds(status, args);
  AddGateway(status, args, false);
  AddReport(status, args.report, false);
  status->footer("Examples\n  pz status studio-ghibli_019d42ce\n  pz status ID --json | jq -r .state");
  App* wait =
      Command(app, "wait", "Wait for requests and fetch their pictures", run, [&args] { return Wait(args); });
  AddIds(wait, args);
  AddFiles(wait, args);
  Flag(wait, "--no-fetch", args.no_fetch, "Print the pictures' URLs instead of fetching them", kFiles);
  AddGateway(wait, args, true);
  AddReport(wait, args.report, true);
  wait->footer("Examples\n  pz wait studio-ghibli_019d42ce -o pictures\n  pz wait ID1 ID2 --timeout 10m");
  App* fetch = Command(app, "fetch", "Fetch the pictures of requests that have ended", run,
                       [&args] { return Fetch(args); });
  AddIds(fetch, args);
  AddFiles(fetch, args);
  AddGateway(fetch, args, true);
  AddReport(fetch, args.report, true);
  fetch->footer("Examples\n  pz fetch studio-ghibli_019d42ce -o pictures --show");
}

void AddRest(App* app, Args& args, std::function<Exit()>& run) {
  App* sandbox = Command(app, "sandbox", "Run pz-sandbox, a gateway on this machine that costs nothing", run,
                         [&args] { return Sandbox(args); });
  sandbox->prefix_command();
  sandbox->set_help_flag();
  sandbox->callback([&args, &run, sandbox] {
    args.rest = sandbox->remaining();
    run = [&args] { return Sandbox(args); };
  });
  sandbox->footer(
      "Examples\n  pz sandbox --port 8080\n  pz generate sdxl -p 'a fox' --base-url http://127.0.0.1:8080");
  App* completion = Command(app, "completion", "Print a completion script for a shell", run,
                            [&args, app] { return Completion(args, *app); });
  completion->add_option("SHELL", args.shell, "bash, zsh or fish")
      ->required()
      ->check(OneOf({"bash", "zsh", "fish"}))
      ->group("Arguments");
  completion->footer(
      "Examples\n"
      "  source <(pz completion bash)\n"
      "  pz completion zsh > ~/.zfunc/_pz\n"
      "  pz completion fish > ~/.config/fish/completions/pz.fish");
  App* words = Command(app, "__words", "", run, [&args] { return Words(args); });
  words->group("")->add_option("WORD", args.rest)->group("");
}

void AddModels(App* app, Args& args, std::function<Exit()>& run) {
  App* c = Command(app, "models", "List the endpoints, or show what one takes", run,
                   [&args] { return Models(args); });
  c->add_option("ENDPOINT", args.endpoint, "Its parameters, ranges, choices, rules, price and an example")
      ->group("Arguments");
  AddCatalogue(c, args.gateway);
  AddReport(c, args.report, false);
  Flag(c, "--catalogue-json", args.catalogue_json, "All of it as the one document that --catalogue FILE reads", kOutput);
  c->footer("Examples\n  pz models\n  pz models gpt-image-2-edit\n  pz models --json | jq -r .id");
}

void AddEstimate(App* app, Args& args, std::function<Exit()>& run) {
  App* c = Command(app, "estimate", "What a request would cost; nothing is sent", run,
                   [&args] { return Estimate(args); });
  c->add_option("ENDPOINT", args.wish.endpoint, "Which model: an id of `pz models`")->group("Arguments");
  c->add_option("NAME=VALUE", args.wish.words, "As for `pz generate`")->group("Arguments");
  AddRequest(c, args);
  Text(c, "--batch", args.batch, "FILE",
       "All of a batch: a prompt or a JSON object a line; - for standard input", kRequest);
  AddCatalogue(c, args.gateway);
  AddReport(c, args.report, false);
  c->footer(
      "Examples\n  pz estimate gpt-image-2-text-to-image -p 'a fox' quality=low -n 4\n  pz estimate sdxl "
      "--batch prompts.txt");
}

std::string ExitCodes() {
  std::string out = "Exit codes\n";
  for (const ExitRow& row : ExitTable()) {
    const std::string code = std::to_string(static_cast<int>(row.code));
    out += "  " + std::string(3 - code.size(), ' ') + code + "  " + row.meaning + "\n";
  }
  return out;
}

}  // namespace

std::unique_ptr<CLI::App> MakeApp(Args& args, std::function<Exit()>& run) {
  auto app =
      std::make_unique<App>("Pictures from the Pixazo gateway: made, followed, fetched and shown.", "pz");
  app->formatter(std::make_shared<HelpFormatter>());
  app->require_subcommand(1);
  app->set_version_flag(
      "--version", [] { return "pz " + Version() + ", libpixazo " + pz_version_string() + ShowFeature(); });
  app->get_option("--help")->group("Options");
  app->get_option("--version")->description("The versions of pz and of libpixazo")->group("Options");
  app->set_help_flag("-h,--help", "This text; `pz COMMAND --help` tells more")->group("Options");
  app->option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  AddModels(app.get(), args, run);
  AddGenerate(app.get(), args, run);
  AddEstimate(app.get(), args, run);
  AddJobs(app.get(), args, run);
  AddJournalJobs(app.get(), args, run);
  AddListen(app.get(), args, run);
  AddRest(app.get(), args, run);
  for (App* sub : app->get_subcommands({}))
    if (CLI::Option* help = sub->get_help_ptr()) help->description("This text")->group(kOutput);
  app->footer(
      "Examples\n"
      "  pz models\n"
      "  pz generate sdxl --prompt 'a quiet harbour at dawn' --show\n"
      "  pz generate sdxl --batch prompts.txt --out batch\n"
      "  pz wait REQUEST_ID\n"
      "\n"
      "The API key comes from PIXAZO_API_KEY, from --key-file, or from ~/.config/pixazo/key (mode 0600).\n"
      "PIXAZO_BASE_URL stands for --base-url and PIXAZO_JOURNAL for --journal where the option is not given.\n"
      "\n" +
      ExitCodes());
  return app;
}

}  // namespace pixazo::cli

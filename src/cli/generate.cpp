// pz generate and pz estimate: from the command line to jobs.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

#include "batch.h"
#include "commands.h"
#include "finish.h"
#include "json.h"
#include "price.h"
#include "run.h"
#include "show.h"
#include "text.h"

namespace pixazo::cli {
namespace {

std::optional<Problem> CheckName(const std::string& name) {
  if (name.empty()) return std::nullopt;
  const bool control = Clean(name) != name;
  if (control || name[0] == '.' || name.find_first_of("/\\") != std::string::npos || name.size() > 200)
    return Usage("--name is a file name without directory and extension, not '" + Clean(name) + "'",
                 "--name");
  return std::nullopt;
}

Item MakeItem(size_t number, Built built, const Wish& wish, const std::string& stem,
              const pz_catalogue* catalogue) {
  Item item;
  item.number = number;
  item.line = wish.line;
  const pz_endpoint* e = pz_catalogue_find(catalogue, wish.endpoint.data(), wish.endpoint.size());
  item.endpoint = pz_endpoint_id(e);
  item.queued = pz_endpoint_is_queued(e) != 0;
  item.label = built.prompt.empty() ? item.endpoint : built.prompt;
  item.stem = !stem.empty() ? stem : Slug(built.prompt);
  if (item.stem.empty()) item.stem = item.endpoint;
  item.request = std::move(built.request);
  pz_request_set_output_name(item.request.get(), item.stem.data(), item.stem.size());
  return item;
}

// Every wish is checked before the first is sent.
Or<std::vector<Item>> MakeItems(const Args& args, const pz_catalogue* catalogue) {
  auto wish = FullWish(args);
  if (auto* problem = std::get_if<Problem>(&wish)) return *problem;
  std::vector<BatchLine> lines;
  if (args.batch.empty()) {
    lines.push_back({std::get<Wish>(wish), {}});
    if (lines[0].wish.endpoint.empty()) return Usage("no endpoint: name one of `pz models`");
  } else {
    auto read = ReadBatch(args.batch, std::get<Wish>(wish));
    if (auto* problem = std::get_if<Problem>(&read)) return *problem;
    lines = std::move(std::get<std::vector<BatchLine>>(read));
  }
  std::vector<Item> items;
  for (const BatchLine& line : lines) {
    auto built = Build(catalogue, line.wish);
    if (auto* problem = std::get_if<Problem>(&built)) return *problem;
    const std::string& stem = line.file_name.empty() ? args.name : line.file_name;
    items.push_back(
        MakeItem(items.size() + 1, std::move(std::get<Built>(built)), line.wish, stem, catalogue));
  }
  return items;
}

Price PriceOf(const std::vector<Item>& items) {
  Price price;
  for (const Item& item : items) Add(price, item.request.get());
  return price;
}

Json PriceJson(const Price& price) {
  Json json = {{"requests", price.requests}, {"known", price.unknown == 0}};
  if (price.unknown < price.requests)
    json["low_microusd"] = price.low_microusd, json["high_microusd"] = price.high_microusd;
  if (price.unknown > 0) json["unknown_requests"] = price.unknown;
  json["sources"] = price.sources;
  return json;
}

Exit DryRun(const std::vector<Item>& items, const ReportArgs& report) {
  for (const Item& item : items) {
    const Json body = Json::parse(pz_request_body_json(item.request.get(), nullptr), nullptr, false);
    Json line = {{"type", "dry_run"}, {"job", item.number}, {"endpoint", item.endpoint}, {"body", body}};
    if (item.line > 0) line["line"] = item.line;
    if (report.json)
      Print(line);
    else
      WriteLine(stdout, body.dump(IsTerminal(stdout) ? 2 : -1, ' ', false, Json::error_handler_t::replace));
  }
  if (!report.json)
    WriteLine(stderr, "pz: checked " + Plural(items.size(), "request", "requests") + ", " +
                          PriceWords(PriceOf(items)) + "; nothing was sent");
  return Exit::kOk;
}

Exit RunItems(const Args& args, const pz_catalogue* catalogue, std::vector<Item>& items) {
  Directory directory;
  if (!args.no_fetch && !directory.Make(args.directory)) {
    Problem problem =
        Usage("the directory " + Clean(args.directory) + " cannot be used: " + std::strerror(errno), "--out");
    problem.exit = Exit::kFailure;
    problem.status = pz_status_name(PZ_E_IO);
    return Report(problem, args.report);
  }
  if (args.no_fetch)
    for (Item& item : items) pz_request_set_fetch_outputs(item.request.get(), 0);
  auto made = MakeClient(args.gateway, catalogue, {args.no_fetch ? "" : args.directory, false, true});
  if (auto* problem = std::get_if<Problem>(&made)) {
    directory.RemoveIfEmpty();
    return Report(*problem, args.report);
  }
  const auto reporter = MakeReporter(args.report);
  if (!args.batch.empty())
    reporter->Note(Plural(items.size(), "request", "requests") + ", " + PriceWords(PriceOf(items)));
  return Follow(args, std::get<Owned<pz_client>>(made).get(), *reporter, items, directory, false);
}

}  // namespace

Or<Wish> FullWish(const Args& args) {
  Wish wish = args.wish;
  // ENDPOINT is the first word; with --batch it may be missing, and then the first word is a parameter.
  if (!args.batch.empty() && wish.endpoint.find('=') != std::string::npos) {
    wish.words.insert(wish.words.begin(), wish.endpoint);
    wish.endpoint.clear();
  }
  if (args.prompt_file.empty()) return wish;
  std::string text;
  if (args.prompt_file == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
  } else {
    std::ifstream file(args.prompt_file, std::ios::binary);
    if (!file)
      return Usage("the prompt file " + Clean(args.prompt_file) + " cannot be read", "--prompt-file");
    text.assign(std::istreambuf_iterator<char>(file), {});
  }
  // A prompt is one line for the gateway; the lines of a file are joined.
  std::replace(text.begin(), text.end(), '\n', ' ');
  std::erase(text, '\r');
  while (!text.empty() && text.back() == ' ') text.pop_back();
  wish.options.emplace_back("prompt", text);
  return wish;
}

Exit Generate(const Args& args) {
  if (!args.report.show.empty() && !CanShow())
    return Report(Usage("--show needs a pz that was built with libchafa; this one was not", "--show"),
                  args.report);
  if (auto problem = CheckName(args.name)) return Report(*problem, args.report);
  auto loaded = LoadCatalogue(args.gateway);
  if (auto* problem = std::get_if<Problem>(&loaded)) return Report(*problem, args.report);
  const pz_catalogue* catalogue = std::get<Owned<pz_catalogue>>(loaded).get();
  auto items = MakeItems(args, catalogue);
  if (auto* problem = std::get_if<Problem>(&items)) return Report(*problem, args.report);
  if (args.dry_run) return DryRun(std::get<std::vector<Item>>(items), args.report);
  return RunItems(args, catalogue, std::get<std::vector<Item>>(items));
}

Exit Estimate(const Args& args) {
  auto loaded = LoadCatalogue(args.gateway);
  if (auto* problem = std::get_if<Problem>(&loaded)) return Report(*problem, args.report);
  auto items = MakeItems(args, std::get<Owned<pz_catalogue>>(loaded).get());
  if (auto* problem = std::get_if<Problem>(&items)) return Report(*problem, args.report);
  const Price price = PriceOf(std::get<std::vector<Item>>(items));
  if (args.report.json) {
    Json line = {{"type", "estimate"}};
    line.update(PriceJson(price));
    Print(line);
    return Exit::kOk;
  }
  const Style style(stdout, args.report.color);
  std::string out = style.Bold(PriceWords(price)) + "\n";
  if (price.requests > 1) out = Plural(price.requests, "request", "requests") + ": " + out;
  for (const std::string& source : price.sources)
    for (const std::string& line : Wrap(source, 96)) out += style.Dim("  " + line) + "\n";
  return Write(stdout, out) ? Exit::kOk : Exit::kFailure;
}

}  // namespace pixazo::cli

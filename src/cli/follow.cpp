// pz status, pz wait and pz fetch: requests that were sent before, here or elsewhere. Nothing here is
// charged.
#include <cerrno>
#include <cstring>

#include "commands.h"
#include "finish.h"
#include "json.h"
#include "run.h"
#include "show.h"
#include "text.h"
#include "words.h"

namespace pixazo::cli {
namespace {

std::vector<Item> MakeItems(const std::vector<std::string>& ids, const std::string& name) {
  std::vector<Item> items;
  for (const std::string& id : ids) {
    Item item;
    item.number = items.size() + 1;
    item.label = Clean(id);
    item.stem = !name.empty() ? name : Slug(id, 128);
    item.attach_id = id;
    item.charged = PZ_CHARGED_UNKNOWN;
    items.push_back(std::move(item));
  }
  return items;
}

Exit FollowIds(const Args& args, bool once) {
  if (!args.report.show.empty() && !CanShow())
    return Report(Usage("--show needs a pz that was built with libchafa; this one was not", "--show"),
                  args.report);
  auto loaded = LoadCatalogue(args.gateway);
  if (auto* problem = std::get_if<Problem>(&loaded)) return Report(*problem, args.report);
  Directory directory;
  if (!args.no_fetch && !directory.Make(args.directory)) {
    Problem problem =
        Usage("the directory " + Clean(args.directory) + " cannot be used: " + std::strerror(errno), "--out");
    problem.exit = Exit::kFailure;
    return Report(problem, args.report);
  }
  auto made = MakeClient(args.gateway, std::get<Owned<pz_catalogue>>(loaded).get(),
                         {args.no_fetch ? "" : args.directory, args.no_fetch, false, true});
  if (auto* problem = std::get_if<Problem>(&made)) {
    directory.RemoveIfEmpty();
    return Report(*problem, args.report);
  }
  std::vector<Item> items = MakeItems(args.ids, args.name);
  const auto reporter = MakeReporter(args.report);
  return Follow(args, std::get<Owned<pz_client>>(made).get(), *reporter, items, directory, once);
}

// Collects what a status tells, instead of telling how it goes.
class Silent : public Reporter {
 public:
  explicit Silent(bool verbose) : verbose_(verbose) {}
  void Begin(const std::vector<Item>&) override {}
  void Changed(const Item&, bool) override {}
  void Got(const Item&, const Picture&) override {}
  void Done(const Item&) override {}
  void Resubmitted(const Item&) override {}
  void Note(const std::string&) override {}
  void Log(const std::string& text) override {
    if (verbose_) WriteLine(stderr, "pz: " + text);
  }
  void Interrupted(const std::vector<Item>&, size_t) override {}
  void End(const std::vector<Item>&, Exit, const std::string&) override {}
  void Sheet(const std::string&, size_t) override {}

 private:
  bool verbose_;
};

pz_state StateOf(const Item& item) { return item.not_ended ? item.seen : item.state; }

// An answer was had, whatever it says.
bool Answered(const Item& item) {
  if (item.not_ended || item.state == PZ_STATE_COMPLETED) return true;
  const pz_status s = item.failure.status;
  return s == PZ_E_JOB_FAILED || s == PZ_E_JOB_ERROR || s == PZ_E_NO_OUTPUT;
}

Json StatusJson(const Item& item) {
  Json line = {{"type", "status"}, {"request_id", item.attach_id}, {"endpoint", item.endpoint}};
  line["state"] = Answered(item) ? Json(pz_state_name(StateOf(item))) : Json();
  line["charged"] = pz_charged_name(item.not_ended ? PZ_CHARGED_UNKNOWN : item.charged);
  line["urls"] = Json::array();
  for (const Picture& p : item.pictures) line["urls"].push_back(p.url);
  if (item.failure.any && !item.not_ended) line["error"] = FailureJson(item.failure);
  line["exit"] = static_cast<int>(item.exit);
  return line;
}

void Tell(const Item& item, const Style& style) {
  const pz_state state = StateOf(item);
  std::string word = Answered(item) ? StateWord(state) : "no answer";
  if (state == PZ_STATE_COMPLETED)
    word = style.Good(word);
  else if (!item.not_ended)
    word = style.Bad(word);
  std::string line = style.Bold(item.label) + "  " + word;
  if (!item.not_ended && Answered(item)) line += style.Dim("  " + MoneyWord(item));
  if (!Answered(item) && item.failure.status == PZ_E_TIMEOUT)
    line += "\n  the gateway said nothing about this id in time; it may not know it";
  else if (!item.not_ended && item.failure.any)
    line += "\n  " + Why(item);
  for (const Picture& p : item.pictures) line += "\n  " + p.url;
  WriteLine(stdout, line);
}

}  // namespace

Exit Status(const Args& args) {
  GatewayArgs gateway = args.gateway;
  if (gateway.timeout.empty()) gateway.timeout = "30s";  // one look
  auto loaded = LoadCatalogue(gateway);
  if (auto* problem = std::get_if<Problem>(&loaded)) return Report(*problem, args.report);
  auto made = MakeClient(gateway, std::get<Owned<pz_catalogue>>(loaded).get(), {"", true, false, true});
  if (auto* problem = std::get_if<Problem>(&made)) return Report(*problem, args.report);
  pz_client* client = std::get<Owned<pz_client>>(made).get();
  std::vector<Item> items = MakeItems(args.ids, {});
  Silent silent(args.report.verbose);
  RunPlan plan;
  plan.fetch = false;
  plan.once = true;
  Runner runner(client, silent, plan);
  runner.Run(items);
  Exit exit = Exit::kOk;
  const Style style(stdout, args.report.color);
  for (Item& item : items) {
    if (Answered(item)) item.exit = Exit::kOk;
    exit = Gravest(exit, item.exit);
    if (args.report.json)
      Print(StatusJson(item));
    else
      Tell(item, style);
  }
  return exit;
}

Exit Wait(const Args& args) { return FollowIds(args, false); }
Exit Fetch(const Args& args) { return FollowIds(args, true); }

}  // namespace pixazo::cli

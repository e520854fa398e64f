#include "finish.h"

#include <algorithm>
#include <set>

#include "run.h"
#include "sheet.h"
#include "text.h"

namespace pixazo::cli {
namespace {

std::string BaseName(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string Subtitle(const std::vector<Item>& items, size_t first, size_t count, size_t all) {
  std::set<std::string> endpoints;
  for (const Item& item : items)
    if (PicturesHere(item) > 0) endpoints.insert(item.endpoint);
  std::string out = count == all ? Plural(all, "picture", "pictures")
                                 : "pictures " + std::to_string(first + 1) + " to " +
                                       std::to_string(first + count) + " of " + std::to_string(all);
  for (const std::string& endpoint : endpoints) out += "  ·  " + endpoint;
  return out;
}

void MakeSheets(const Args& args, const std::vector<Item>& items, Reporter& reporter) {
  std::vector<Thumbnail> pictures;
  for (const Item& item : items)
    for (const Picture& p : item.pictures)
      if (p.here && !p.path.empty()) pictures.push_back({p.path, item.label, BaseName(p.path)});
  const std::string title = args.batch == "-" ? "Contact sheet" : Clean(BaseName(args.batch));
  for (size_t at = 0; at < pictures.size(); at += kMostOnSheet) {
    const size_t count = std::min(kMostOnSheet, pictures.size() - at);
    const std::vector<Thumbnail> part(pictures.begin() + static_cast<std::ptrdiff_t>(at),
                                      pictures.begin() + static_cast<std::ptrdiff_t>(at + count));
    const Image sheet = MakeSheet(part, title, Subtitle(items, at, count, pictures.size()));
    const SavePlan plan{args.directory, args.overwrite && pictures.size() <= kMostOnSheet};
    const std::string path = WriteWhole(EncodePng(sheet), "contact-sheet", ".png", plan);
    if (path.empty())
      reporter.Log("the contact sheet could not be written");
    else
      reporter.Sheet(path, count);
  }
}

}  // namespace

Exit Follow(const Args& args, pz_client* client, Reporter& reporter, std::vector<Item>& items,
            Directory& directory, bool once) {
  RunPlan plan;
  plan.save = {args.directory, args.overwrite};
  plan.fetch = !args.no_fetch;
  plan.once = once;
  plan.second_charge = args.second_charge;
  plan.journal = !args.gateway.journal.empty();
  if (plan.journal) plan.resubmit = " --journal " + ShellWord(args.gateway.journal) + GatewayOptions(args.gateway);
  plan.follow =
      GatewayOptions(args.gateway) + (args.directory == "." ? "" : " --out " + ShellWord(args.directory));
  Runner runner(client, reporter, plan);
  const Exit exit = runner.Run(items);
  if (!args.batch.empty() && !args.no_sheet && !args.no_fetch && !runner.interrupted())
    MakeSheets(args, items, reporter);
  const bool goes_on = plan.journal && runner.interrupted();
  if (goes_on)
    reporter.Log("Go on with all that was sent:  pz jobs resume --journal " + ShellWord(args.gateway.journal) +
                 GatewayOptions(args.gateway));
  pz_client_shutdown(client, 0);
  if (!plan.journal) directory.RemoveIfEmpty();  // rows name it
  return exit;
}

}  // namespace pixazo::cli

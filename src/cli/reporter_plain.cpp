// Without a terminal: a line for each change on standard error; on standard output the names of the files and
// nothing else.
#include "reporter.h"
#include "run.h"
#include "text.h"
#include "words.h"

namespace pixazo::cli {
namespace {

class PlainReporter : public Reporter {
 public:
  explicit PlainReporter(const ReportArgs& args) : quiet_(args.quiet), style_(stderr, args.color) {}

  void Begin(const std::vector<Item>& items) override {
    several_ = items.size() > 1;
    began_ms_ = NowMs();
  }
  void Changed(const Item& item, bool state) override {
    if (state) Say(item, std::string(StateWord(item.state)) + Id(item));
  }
  void Got(const Item&, const Picture& picture) override {
    if (picture.here) WriteLine(stdout, picture.path);
  }
  void Done(const Item& item) override;
  void Resubmitted(const Item& item) override { Say(item, "uncertain: sent a second time, as allowed"); }
  void Note(const std::string& text) override {
    if (!quiet_) Tell(text);
  }
  void Log(const std::string& text) override { WriteLine(stderr, "pz: " + text); }
  void Interrupted(const std::vector<Item>&, size_t awaited) override {
    Tell(awaited > 0 ? "stopping; waiting a moment for ids, so that what was sent can be resumed"
                     : "stopping");
  }
  void End(const std::vector<Item>& items, Exit, const std::string& follow) override;
  void Sheet(const std::string& path, size_t) override {
    Tell("contact sheet: " + path);
    WriteLine(stdout, path);
  }

 private:
  std::string Id(const Item& item) const { return item.request_id.empty() ? "" : " " + item.request_id; }
  void Tell(const std::string& text) const { WriteLine(stderr, "pz: " + text); }
  void Say(const Item& item, const std::string& text) const {
    if (quiet_) return;
    Tell((several_ ? "[" + std::to_string(item.number) + "] " : "") + Fit(item.label, 40) + ": " + text);
  }

  bool quiet_, several_ = false;
  Style style_;
  int64_t began_ms_ = 0;
};

void PlainReporter::Done(const Item& item) {
  if (item.left_alone) return;
  if (item.exit == Exit::kOk) {
    for (const Picture& p : item.pictures)
      if (!p.here) WriteLine(stdout, p.url);
    Say(item,
        "made, " + Plural(item.pictures.size(), "picture", "pictures") + ", " + Seconds(item.elapsed_ms));
    return;
  }
  // Failures are told also when quiet.
  const std::string who =
      (several_ ? "[" + std::to_string(item.number) + "] " : "") + Fit(item.label, 40) + ": ";
  for (const Picture& p : item.pictures)
    if (!p.here)
      Tell(who + "picture " + std::to_string(p.index + 1) + " could not be fetched: " + p.failure.message);
  if (item.exit != Exit::kOutput) Tell(who + Why(item) + " [" + MoneyWord(item) + "]" + Id(item));
}

void PlainReporter::End(const std::vector<Item>& items, Exit, const std::string& follow) {
  if (several_ && !quiet_) {
    std::string line;
    for (const std::string& words : TallyWords(Count(items))) line += (line.empty() ? "" : "; ") + words;
    Tell(line + " (" + Seconds(NowMs() - began_ms_) + ")");
  }
  for (const std::string& line : Advice(items, follow)) Tell(line);
}

}  // namespace

std::unique_ptr<Reporter> MakePlainReporter(const ReportArgs& args) {
  return std::make_unique<PlainReporter>(args);
}

}  // namespace pixazo::cli

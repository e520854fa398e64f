// One JSON object a line on standard output; nothing else is written there.
#include "json.h"
#include "reporter.h"
#include "run.h"
#include "words.h"

namespace pixazo::cli {
namespace {

class JsonReporter : public Reporter {
 public:
  explicit JsonReporter(const ReportArgs& args) : verbose_(args.verbose) {}

  void Begin(const std::vector<Item>& items) override {
    several_ = items.size() > 1 || (!items.empty() && items[0].line > 0);
    began_ms_ = NowMs();
  }
  void Changed(const Item& item, bool state) override {
    Json line = Line(state ? "state" : "progress", item);
    line["state"] = pz_state_name(item.state);
    line["progress"] = item.progress;
    line["elapsed_ms"] = NowMs() - item.started_ms;
    Print(line);
  }
  void Got(const Item& item, const Picture& picture) override {
    Json line = Line("output", item);
    line.update(PictureJson(picture));
    Print(line);
  }
  void Done(const Item& item) override;
  void Resubmitted(const Item& item) override { Print(Line("resubmitted", item)); }
  void Note(const std::string&) override {}
  void Log(const std::string& text) override {
    if (verbose_) Print(Json{{"type", "log"}, {"text", text}});
  }
  void Interrupted(const std::vector<Item>&, size_t awaited) override {
    Print(Json{{"type", "interrupted"}, {"awaited", awaited}});
  }
  void End(const std::vector<Item>& items, Exit exit, const std::string& follow) override;
  void Sheet(const std::string& path, size_t pictures) override {
    Print(Json{{"type", "contact_sheet"}, {"path", path}, {"pictures", pictures}});
  }

 private:
  static Json Line(const char* type, const Item& item) {
    Json line = {{"type", type}, {"job", item.number}};
    if (item.line > 0) line["line"] = item.line;
    line["endpoint"] = item.endpoint;
    line["request_id"] = item.request_id;
    return line;
  }

  bool verbose_, several_ = false;
  int64_t began_ms_ = 0;
};

void JsonReporter::Done(const Item& item) {
  Json line = Line("done", item);
  line["state"] = pz_state_name(item.state);
  line["charged"] = pz_charged_name(item.charged);
  line["elapsed_ms"] = item.elapsed_ms;
  if (item.gateway_ms >= 0) line["gateway_ms"] = item.gateway_ms;
  line["polls"] = item.polls;
  line["attempts"] = item.attempts;
  line["resubmitted"] = item.resubmitted;
  line["outputs"] = Json::array();
  for (const Picture& p : item.pictures) line["outputs"].push_back(PictureJson(p));
  if (item.failure.any) line["error"] = FailureJson(item.failure);
  line["exit"] = static_cast<int>(item.exit);
  Print(line);
}

void JsonReporter::End(const std::vector<Item>& items, Exit exit, const std::string& follow) {
  if (!several_) return;
  const Tally t = Count(items);
  Print(Json{{"type", "summary"},
             {"jobs", items.size()},
             {"made", t.made},
             {"pictures", t.pictures},
             {"incomplete", t.incomplete},
             {"failed", t.failed_free + t.failed_unknown},
             {"uncertain", t.uncertain},
             {"unfinished", t.unfinished},
             {"unsent", t.unsent},
             {"elapsed_ms", NowMs() - began_ms_},
             {"advice", Advice(items, follow)},
             {"exit", static_cast<int>(exit)}});
}

}  // namespace

std::unique_ptr<Reporter> MakeJsonReporter(const ReportArgs& args) {
  return std::make_unique<JsonReporter>(args);
}

}  // namespace pixazo::cli

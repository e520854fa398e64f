// On a terminal: a row for each job that is on its way, a line for each that has ended, and one for all of a
// batch.
#include <algorithm>
#include <cmath>
#include <map>

#include "live.h"
#include "reporter.h"
#include "run.h"
#include "show.h"
#include "text.h"
#include "words.h"

namespace pixazo::cli {
namespace {

constexpr int kFrame = 80;       // ms
constexpr int kMostRows = 8;     // jobs shown at once
constexpr int kStateWidth = 10;  // "processing"

class TerminalReporter : public Reporter {
 public:
  explicit TerminalReporter(const ReportArgs& args)
      : style_(stderr, args.color), show_(args.show), pipe_(!IsTerminal(stdout)), live_(stderr) {}

  void Begin(const std::vector<Item>& items) override {
    items_ = &items;
    began_ms_ = NowMs();
    for (const Item& item : items) {
      label_width_ = std::max(label_width_, std::min(44, Columns(item.label)));
      stem_width_ = std::max(stem_width_, Columns(item.stem));
    }
  }
  void Changed(const Item&, bool) override {}
  void Got(const Item&, const Picture& picture) override {
    // A reader of standard output gets the names and nothing else.
    if (pipe_ && picture.here) WriteLine(stdout, picture.path);
  }
  void Done(const Item& item) override;
  void Resubmitted(const Item& item) override {
    Say(style_.Doubt(Mark("!")) + " " + Fit(item.label, 40) +
        style_.Dim("   uncertain: sent a second time, as allowed"));
  }
  void Note(const std::string& text) override { Say("  " + style_.Dim(text)); }
  void Log(const std::string& text) override { Say(style_.Dim("    " + text)); }
  void Interrupted(const std::vector<Item>& items, size_t awaited) override;
  void End(const std::vector<Item>& items, Exit exit, const std::string& follow) override;
  void Sheet(const std::string& path, size_t pictures) override {
    Say("  " + style_.Dim("contact sheet") + "  " + path +
        style_.Dim("   " + Plural(pictures, "picture", "pictures")));
    if (pipe_) WriteLine(stdout, path);
  }
  void Tick(int64_t now_ms) override;
  int Interval() const override { return kFrame; }
  void Pause() override { live_.Clear(); }

 private:
  std::string Row(const Item& item, int64_t now_ms);
  std::string Total(int64_t now_ms) const;
  std::string Bar(double share, int width) const;
  std::string Spinner(int64_t now_ms) const;
  static std::string Mark(const char* mark) { return std::string("  ") + mark; }
  static const char* Check() { return Ascii() ? "+" : "✓"; }
  static const char* Cross() { return Ascii() ? "x" : "✗"; }
  static const char* Question() { return "?"; }
  int Room() const { return SizeOf(stderr).columns - 1; }
  bool Several() const { return items_ && items_->size() > 1; }
  void Say(const std::string& line) { live_.Print(stderr, line); }
  void SayWrapped(const std::string& text, int indent);
  void Show(const Item& item);
  void Made(const Item& item);
  std::string PathLine(const Picture& p, const std::string& time) const;

  Style style_;
  std::string show_;
  bool pipe_;
  Live live_;
  const std::vector<Item>* items_ = nullptr;
  std::map<size_t, double> shown_;  // progress as drawn: it moves, it does not jump
  int label_width_ = 12, stem_width_ = 0;
  int64_t began_ms_ = 0;
};

std::string TerminalReporter::Bar(double share, int width) const {
  const int full = std::clamp(static_cast<int>(share * width + 0.5), 0, width);
  std::string done, left;
  for (int i = 0; i < full; ++i) done += Ascii() ? "=" : "━";
  for (int i = full; i < width; ++i) left += Ascii() ? "-" : "─";
  return style_.Accent(done) + style_.Dim(left);
}

std::string TerminalReporter::Spinner(int64_t now_ms) const {
  static constexpr const char* round[] = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
  static constexpr const char* plain[] = {"|", "/", "-", "\\"};
  const auto step = static_cast<size_t>(now_ms / 100);
  return Ascii() ? plain[step % 4] : round[step % 10];
}

std::string TerminalReporter::Row(const Item& item, int64_t now_ms) {
  double& shown = shown_[item.number];
  shown = std::max(shown, shown + (item.progress - shown) * 0.18);
  const std::string clock = Clock(now_ms - item.started_ms);
  const int room = Room();
  // mark and label first, then the state; the bar takes what is left and goes first when there is too little.
  const int fixed = 4 + 3 + kStateWidth + 3 + Columns(clock);
  const int label = std::clamp(room - fixed, 8, label_width_);
  const int bar = std::min(28, room - fixed - label - 3);
  std::string row = "  " + style_.Accent(Spinner(now_ms)) + " " + FitPad(item.label, label);
  row += "   " + style_.Dim(FitPad(StateWord(item.state), kStateWidth));
  if (bar >= 6) row += "   " + Bar(shown, bar);
  if (room >= fixed + label) row += "   " + style_.Dim(clock);
  return row;
}

std::string TerminalReporter::Total(int64_t now_ms) const {
  size_t ended = 0, failed = 0, live = 0;
  double share = 0;
  for (const Item& item : *items_) {
    ended += item.done;
    failed += item.done && item.exit != Exit::kOk;
    live += !item.done && item.started && item.state != PZ_STATE_WAITING;
    share += item.done ? 1 : item.progress;
  }
  const std::string count = std::to_string(ended) + " of " + std::to_string(items_->size());
  std::string words = live > 0 ? "   " + std::to_string(live) + " on their way" : "";
  const std::string bad = failed > 0 ? "   " + std::to_string(failed) + " failed" : "";
  const std::string clock = "   " + Clock(now_ms - began_ms_);
  const int rest = 2 + 3 + Columns(count + words + bad + clock);
  const int bar = std::min(28, Room() - rest);
  std::string row = "  ";
  if (bar >= 6) row += Bar(share / static_cast<double>(items_->size()), bar) + "   ";
  if (Room() < rest - 3) return Fit("  " + count + bad, Room());
  return row + style_.Bold(count) + style_.Dim(words) + style_.Bad(bad) + style_.Dim(clock);
}

void TerminalReporter::Tick(int64_t now_ms) {
  std::vector<std::string> rows;
  const int most = std::clamp(SizeOf(stderr).rows - 4, 1, kMostRows);
  int hidden = 0;
  for (const Item& item : *items_) {
    const bool waits = item.state == PZ_STATE_WAITING && Several();
    if (!item.started || item.done || waits) continue;
    if (static_cast<int>(rows.size()) < most)
      rows.push_back(Row(item, now_ms));
    else
      ++hidden;
  }
  if (hidden > 0) rows.push_back(style_.Dim(Fit("    and " + std::to_string(hidden) + " more", Room())));
  if (Several()) {
    if (!rows.empty()) rows.insert(rows.begin(), "");
    rows.push_back("");
    rows.push_back(Total(now_ms));
  }
  live_.Draw(rows);
}

void TerminalReporter::Done(const Item& item) {
  shown_.erase(item.number);
  if (item.left_alone) return;  // counted in the end
  if (item.exit == Exit::kOk || item.exit == Exit::kOutput) {
    Made(item);
    Show(item);
    return;
  }
  const std::string label = FitPad(item.label, std::min(label_width_, std::max(12, Room() - 24)));
  const bool stopped = item.state == PZ_STATE_CANCELLED;
  const bool doubt = stopped || item.exit == Exit::kUncertain || item.exit == Exit::kTimeout;
  const std::string mark = doubt ? style_.Doubt(Mark(stopped ? "-" : Question())) : style_.Bad(Mark(Cross()));
  const std::string word = item.not_ended ? Why(item) : MoneyWord(item);
  Say(mark + " " + label + "   " + (item.charged == PZ_CHARGED_NO ? style_.Dim(word) : style_.Doubt(word)));
  if (!stopped) SayWrapped(Why(item), 4);
}

// A line for the picture, whose name tells the prompt; or one for the job and one for each of its pictures.
void TerminalReporter::Made(const Item& item) {
  const std::string mark = item.exit == Exit::kOk ? style_.Good(Mark(Check())) : style_.Doubt(Mark(Check()));
  const std::string time = Seconds(item.elapsed_ms);
  const bool one = item.pictures.size() == 1 && item.pictures[0].here && item.stem == Slug(item.label);
  if (one) {
    Say(mark + " " + PathLine(item.pictures[0], time));
    return;
  }
  Say(mark + " " + Fit(item.label, Room() - 30) +
      style_.Dim("   " + Plural(item.pictures.size(), "picture", "pictures") + "   " + time));
  for (const Picture& p : item.pictures) {
    if (p.here)
      Say("    " + PathLine(p, ""));
    else if (p.failure.any)
      SayWrapped("picture " + std::to_string(p.index + 1) + " could not be fetched: " + p.failure.message, 4);
    else
      Say("    " + p.url);
    if (pipe_ && !p.here && item.exit == Exit::kOk) WriteLine(stdout, p.url);
  }
}

// The name is never cut, it is for copying; what is told beside it is as much as fits.
std::string TerminalReporter::PathLine(const Picture& p, const std::string& time) const {
  const size_t slash = p.path.rfind('/');
  const int directory = slash == std::string::npos ? 0 : Columns(p.path.substr(0, slash + 1));
  std::string line =
      FitPad(p.path, std::max(Columns(p.path), std::min(directory + stem_width_ + 6, Room() - 42)));
  const std::string facts = PictureFacts(p);
  const std::string more = time.empty() ? facts : facts + "  " + time;
  for (const std::string& told : {more, time.empty() ? facts : time})
    if (4 + Columns(line) + 3 + Columns(told) <= Room()) return line + "   " + style_.Dim(told);
  return p.path;
}

void TerminalReporter::Show(const Item& item) {
  if (show_.empty()) return;
  const Size size = SizeOf(stderr);
  for (const Picture& p : item.pictures) {
    if (!p.here) continue;
    const auto image = Decode(p.path);
    if (!image) {
      Say(style_.Dim("    " + p.path + " cannot be decoded"));
      continue;
    }
    std::string drawn = Draw(*image, show_, std::min(size.columns - 6, 76), std::clamp(size.rows - 6, 6, 28));
    // Text art is moved in; what a protocol draws stands where the cursor is.
    const bool text = drawn.find("\x1bP") == std::string::npos && drawn.find("\x1b_G") == std::string::npos;
    if (text) {
      for (size_t at = 0; at != std::string::npos; at = drawn.find('\n', at + 1))
        if (at + 1 < drawn.size()) drawn.insert(at == 0 ? 0 : at + 1, "    ");
    }
    Say("\n" + drawn);
  }
}

void TerminalReporter::SayWrapped(const std::string& text, int indent) {
  for (const std::string& line : Wrap(text, std::max(20, Room() - indent)))
    Say(std::string(static_cast<size_t>(indent), ' ') + style_.Dim(line));
}

void TerminalReporter::Interrupted(const std::vector<Item>&, size_t awaited) {
  Say("");
  if (awaited > 0)
    Say("  " + style_.Doubt("Stopping.") +
        style_.Dim(" Waiting a moment for the ids of " + Plural(awaited, "request", "requests") +
                   " on the way, so that they can be resumed. Ctrl-C: now."));
  else
    Say("  " + style_.Doubt("Stopping."));
}

void TerminalReporter::End(const std::vector<Item>& items, Exit, const std::string& follow) {
  live_.Clear();
  const Tally tally = Count(items);
  if (items.size() > 1) {
    std::string line = "  ";
    for (const std::string& words : TallyWords(tally))
      line += (line.size() > 2 ? style_.Dim(",  ") : "") + words;
    Say("");
    Say(line + style_.Dim("   " + Seconds(NowMs() - began_ms_)));
  }
  const auto let_go = [](const Item& item) {
    return item.state == PZ_STATE_CANCELLED && !item.not_ended && item.charged == PZ_CHARGED_UNKNOWN;
  };
  if (std::any_of(items.begin(), items.end(), let_go)) {
    Say("");
    SayWrapped("What was sent goes on at the gateway, which cannot be told to stop, and may be charged.", 2);
  }
  const std::vector<std::string> advice = Advice(items, follow);
  if (!advice.empty()) Say("");
  for (const std::string& line : advice) {
    // Commands and addresses are for copying: never broken.
    if (line.find("  pz ") != std::string::npos || line.find("://") != std::string::npos)
      Say("  " + line);
    else
      SayWrapped(line, 2);
  }
}

}  // namespace

std::unique_ptr<Reporter> MakeTerminalReporter(const ReportArgs& args) {
  return std::make_unique<TerminalReporter>(args);
}

}  // namespace pixazo::cli

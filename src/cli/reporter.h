// Tells how it goes: on a terminal, in plain lines, or as JSON lines.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "item.h"
#include "terminal.h"

namespace pixazo::cli {

struct ReportArgs {
  bool json = false, quiet = false, verbose = false;
  Color color = Color::kAuto;
  std::string show;  // how pictures are drawn in the terminal; "": not at all
};

class Reporter {
 public:
  virtual ~Reporter() = default;
  virtual void Begin(const std::vector<Item>& items) = 0;
  virtual void Changed(const Item& item, bool state) = 0;  // its state, or only its progress
  virtual void Got(const Item& item, const Picture& picture) = 0;
  virtual void Done(const Item& item) = 0;
  virtual void Resubmitted(const Item& item) = 0;  // sent a second time, as the user allowed
  virtual void Note(const std::string& text) = 0;  // worth knowing before it begins
  virtual void Log(const std::string& text) = 0;
  virtual void Interrupted(const std::vector<Item>& items, size_t awaited) = 0;
  // All ended. `follow`: the options that `pz wait` needs to find the same gateway.
  virtual void End(const std::vector<Item>& items, Exit exit, const std::string& follow) = 0;
  virtual void Sheet(const std::string& path, size_t pictures) = 0;

  virtual void Tick(int64_t /*now_ms*/) {}     // called Interval() apart
  virtual int Interval() const { return -1; }  // ms; -1: not needed
  virtual void Pause() {}                      // the terminal is somebody else's for a while
};

std::unique_ptr<Reporter> MakeReporter(const ReportArgs& args);
std::unique_ptr<Reporter> MakeJsonReporter(const ReportArgs& args);
std::unique_ptr<Reporter> MakePlainReporter(const ReportArgs& args);
std::unique_ptr<Reporter> MakeTerminalReporter(const ReportArgs& args);

// An error before there is a job, on the stream where it belongs.
Exit Report(const Problem& problem, const ReportArgs& args);

}  // namespace pixazo::cli

// Jobs of a journal on their way to their ends: told as they come, and left in the journal when pz is
// interrupted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "args.h"
#include "exit_code.h"
#include "handle.h"
#include "signals.h"

namespace pixazo::cli {

// It answers with an id at once, not when the picture is made. An endpoint that is not built in counts as one
// that does.
bool IsQueued(const std::string& endpoint);

// A picture that this process has fetched. One that was to be kept in memory becomes a file in --out, and
// `made` is its path.
Exit TakeOutput(const pz_event* event, const Args& args, std::string& made);
Exit TellOutput(const pz_event* event, const Args& args);  // likewise, and says so

// The line of a job that has ended, and the paths of its pictures.
Exit TellEnd(const pz_event* event, bool json);

// From its beginning on signals are caught.
class Ends {
 public:
  explicit Ends(const Args& args) : args_(args) {}

  void Add(Owned<pz_job> job) { jobs_.push_back(std::move(job)); }  // its request may be on its way
  // Until so many jobs have said DONE. The first signal stops sending and waits a moment for the answers of
  // what is on its way; then, and with the second one, the client closes: what has not ended stays in the
  // journal.
  Exit Await(pz_client* client, uint32_t left);

 private:
  void Wait(pz_client* client) const;
  void TakeSignals(pz_client* client);
  pz_status TakeEvents(pz_client* client);
  void Take(const pz_event* event);
  size_t Awaited() const;
  void Stop(pz_client* client);

  const Args& args_;
  Signals signals_;
  std::vector<Owned<pz_job>> jobs_;
  Exit exit_ = Exit::kOk;
  uint32_t left_ = 0, left_alone_ = 0;
  bool key_refused_ = false;
  int signal_ = 0;  // the first that asked to stop
  int64_t settled_ms_ = 0, give_up_ms_ = 0;
};

}  // namespace pixazo::cli

// The event loop: starts items, follows their jobs, and listens to the terminal's signals.
#pragma once

#include <cstdint>
#include <vector>

#include "item.h"
#include "reporter.h"
#include "save.h"
#include "signals.h"

namespace pixazo::cli {

struct RunPlan {
  SavePlan save;
  bool fetch = true;           // pictures are wanted, so a missing one is a failure
  bool once = false;           // look once: what has not ended is let go
  bool second_charge = false;  // --resubmit-accepting-second-charge
  std::string resubmit;        // options of the `pz jobs resubmit` that finds the journal and the gateway
  bool journal = false;        // what was sent lives on in it when everything stops
  std::string follow;          // see Reporter::End
};

class Runner {
 public:
  Runner(pz_client* client, Reporter& reporter, RunPlan plan)
      : client_(client), reporter_(reporter), plan_(std::move(plan)) {}

  // Until every item has ended. The answer is the gravest of theirs.
  Exit Run(std::vector<Item>& items);
  bool interrupted() const { return signal_ != 0; }

 private:
  void Start(Item& item);
  void StartSome();
  void Wait();
  void TakeSignals();
  void Interrupt(int signal);
  void LeaveUnsent();
  void CancelOrAwait(Item& item);
  void StopAll();
  bool AwaitsAnswer() const;
  void TakeEvents();
  void Take(const pz_event* event);
  Picture SaveHeld(const Item& item, const pz_output* output, Picture p) const;
  void LookOnce(Item& item, pz_event_type type);
  void TakeOutput(Item& item, const pz_event* event);
  void TakeDone(Item& item);
  void Refresh(Item& item);
  void Finish(Item& item);
  bool Resubmit(Item& item);
  Exit Verdict(const Item& item) const;

  pz_client* client_;
  Reporter& reporter_;
  RunPlan plan_;
  Signals signals_;
  std::vector<Item>* items_ = nullptr;
  size_t next_ = 0, live_ = 0, ended_ = 0;
  int signal_ = 0;          // the first that asked to stop
  bool cancelled_ = false;  // everything was
  bool key_refused_ = false;
  int64_t give_up_ms_ = 0;  // when answers on their way are not waited for any more
};

int64_t NowMs();

}  // namespace pixazo::cli

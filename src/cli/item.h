// One job as pz sees it, from the wish to the files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "handle.h"
#include "problem.h"

namespace pixazo::cli {

struct Picture {
  uint32_t index = 0;
  bool here = false;  // whole, in `path`
  std::string path, url, mime;
  uint64_t bytes = 0;
  uint32_t width = 0, height = 0;
  Failure failure;  // why it is not here
};

struct Item {
  size_t number = 0;          // from 1; the tag of its job
  size_t line = 0;            // of its batch file, 0: none
  std::string label;          // its prompt, or its id
  std::string endpoint;       // "" if not known
  bool queued = true;         // answers come by polling
  std::string stem;           // of its files
  Owned<pz_request> request;  // a new job; otherwise
  std::string attach_id;      // the id to follow

  Owned<pz_job> job;
  bool started = false, done = false, resubmitted = false;
  bool left_alone = false;           // Ctrl-C came before it was sent
  bool not_ended = false;            // a single look was asked for, and found it
  pz_state seen = PZ_STATE_WAITING;  // in this state
  pz_state state = PZ_STATE_WAITING;
  double progress = 0;
  int64_t started_ms = 0, elapsed_ms = 0, gateway_ms = -1;
  uint32_t polls = 0, attempts = 0;
  std::string request_id;
  std::string resubmit;  // with a journal: the command that sends it again, though both may be charged
  pz_charged charged = PZ_CHARGED_NO;
  std::vector<Picture> pictures;
  Failure failure;
  Exit exit = Exit::kOk;
};

size_t PicturesHere(const Item& item);

}  // namespace pixazo::cli

// What there is once a process: the count of forks, the list of sessions, the handler that runs at exit.
#pragma once

#include <cstdint>

#include "wire/result.h"

namespace pixazo::client {

class Session;

class Process {
 public:
  // Once a process, by the first client: libcurl first, then the handlers, so that ours runs before
  // libcurl's.
  static wire::Error Prepare();
  // Grows in a child of fork(): what was made under another number belongs to the parent.
  static uint32_t generation();
  static void Add(Session* session);
  static void Remove(Session* session);
};

}  // namespace pixazo::client

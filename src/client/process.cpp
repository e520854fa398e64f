#include "client/process.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <vector>

#include "client/clock.h"
#include "client/session.h"
#include "transport/transport.h"

namespace pixazo::client {
namespace {

constexpr uint32_t kExitMs = 500;

std::atomic<uint32_t> g_generation{0};

// Never destroyed: threads may outlive static destructors.
struct State {
  std::mutex mutex;
  std::vector<Session*> sessions;
  bool prepared = false;
};
State& TheState() {
  static State* state = new State;
  return *state;
}

// The child has none of the parent's threads, so none of its sessions.
void AfterForkInChild() {
  g_generation.fetch_add(1, std::memory_order_relaxed);
  TheState().sessions.clear();
  TheState().mutex.unlock();
}

void AtExit() {
  std::vector<std::shared_ptr<Session>> sessions;
  {
    std::lock_guard lock(TheState().mutex);
    for (Session* session : TheState().sessions)
      if (auto alive = session->weak_from_this().lock()) sessions.push_back(std::move(alive));
  }
  const Deadline deadline(kExitMs);
  for (auto& session : sessions) session->BeginQuit();
  for (auto& session : sessions) session->AwaitQuit(deadline);
}

}  // namespace

wire::Error Process::Prepare() {
  if (wire::Error error = transport::GlobalInit(); !error.ok()) return error;
  std::lock_guard lock(TheState().mutex);
  if (TheState().prepared) return {};
  if (pthread_atfork([] { TheState().mutex.lock(); }, [] { TheState().mutex.unlock(); }, &AfterForkInChild) !=
          0 ||
      std::atexit(&AtExit) != 0)
    return wire::MakeError(wire::Code::kNoMemory, "the handlers for fork and exit could not be registered");
  TheState().prepared = true;
  return {};
}

uint32_t Process::generation() { return g_generation.load(std::memory_order_relaxed); }

void Process::Add(Session* session) {
  std::lock_guard lock(TheState().mutex);
  TheState().sessions.push_back(session);
}

void Process::Remove(Session* session) {
  std::lock_guard lock(TheState().mutex);
  auto& sessions = TheState().sessions;
  sessions.erase(std::remove(sessions.begin(), sessions.end(), session), sessions.end());
}

}  // namespace pixazo::client

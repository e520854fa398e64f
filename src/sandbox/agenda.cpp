#include "sandbox/agenda.h"

namespace pixazo::sandbox {

void Agenda::In(int64_t ms, std::function<void()> task) {
  auto at = Clock::now() + std::chrono::milliseconds(ms);
  bool first = tasks_.empty() || at < tasks_.begin()->first;
  tasks_.emplace(at, std::move(task));
  if (first) Arm();
}

void Agenda::Clear() {
  tasks_.clear();
  timer_.cancel();
}

void Agenda::Arm() {
  timer_.expires_at(tasks_.begin()->first);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) Run();
  });
}

void Agenda::Run() {
  auto now = Clock::now();
  while (!tasks_.empty() && tasks_.begin()->first <= now) {
    auto task = std::move(tasks_.begin()->second);
    tasks_.erase(tasks_.begin());
    task();
  }
  if (!tasks_.empty()) Arm();
}

int64_t UnixMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace pixazo::sandbox

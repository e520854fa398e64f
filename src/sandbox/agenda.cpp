#include "sandbox/agenda.h"

namespace pixazo::sandbox {

void Agenda::In(int64_t ms, std::function<void()> task, Pace pace) {
  auto at = Clock::now() + std::chrono::milliseconds(ms);
  bool first = tasks_.empty() || at < tasks_.begin()->first;
  tasks_.emplace(at, Task{std::move(task), pace});
  if (first) Arm();
}

void Agenda::Hurry(double factor) {
  auto now = Clock::now();
  std::multimap<Clock::time_point, Task> moved;
  for (auto& [at, task] : tasks_) {
    bool moves = task.pace == Pace::kScaled && at > now;
    moved.emplace(moves ? now + std::chrono::duration_cast<Clock::duration>((at - now) / factor) : at, std::move(task));
  }
  tasks_ = std::move(moved);
  if (!tasks_.empty()) Arm();
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
    auto run = std::move(tasks_.begin()->second.run);
    tasks_.erase(tasks_.begin());
    run();
  }
  if (!tasks_.empty()) Arm();
}

int64_t UnixMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace pixazo::sandbox

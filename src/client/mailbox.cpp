#include "client/mailbox.h"

#include "client/secret.h"

namespace pixazo::client {

bool Mailbox::Post(Command command) {
  std::lock_guard lock(mutex_);
  if (closed_) return false;
  const bool was_empty = empty();
  commands_.push_back(std::move(command));
  if (was_empty && transport_) transport_->Wake();
  return true;
}

bool Mailbox::PostStart(const Ref<Job>& job) {
  std::lock_guard lock(mutex_);
  if (closed_) return false;
  const bool was_empty = empty();
  Job* link = Ref<Job>(job).Detach();
  (last_ ? last_->next_to_start_ : first_) = link;
  last_ = link;
  if (was_empty && transport_) transport_->Wake();
  return true;
}

bool Mailbox::Take(std::vector<Command>& commands, Ref<Job>& jobs) {
  commands.clear();
  std::lock_guard lock(mutex_);
  commands.swap(commands_);
  jobs = Ref<Job>::Adopt(std::exchange(first_, nullptr));
  last_ = nullptr;
  return !closed_;
}

Ref<Job> Mailbox::Next(Ref<Job>& jobs) {
  Ref<Job> first = std::move(jobs);
  if (first) jobs = Ref<Job>::Adopt(std::exchange(first->next_to_start_, nullptr));
  return first;
}

void Mailbox::Connect(transport::Transport* transport) {
  std::lock_guard lock(mutex_);
  transport_ = transport;
}

void Mailbox::Close() {
  std::vector<Command> commands;
  Ref<Job> jobs;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    transport_ = nullptr;
    commands.swap(commands_);
    jobs = Ref<Job>::Adopt(std::exchange(first_, nullptr));
    last_ = nullptr;
  }
  while (Next(jobs)) {
  }
  for (Command& command : commands)
    if (command.kind == Command::Kind::kSetKey) Wipe(command.text);
}

}  // namespace pixazo::client

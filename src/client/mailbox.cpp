#include "client/mailbox.h"

#include "client/secret.h"

namespace pixazo::client {

void Mailbox::WakeIfEmpty() {
  if (commands_.empty() && !first_ && !delivered_ && signals_ == 0 && transport_) transport_->Wake();
}

bool Mailbox::PostStart(const Ref<Job>& job) {
  std::lock_guard lock(mutex_);
  if (closed_) return false;
  WakeIfEmpty();
  Job* link = Ref<Job>(job).Detach();
  link->start_turn_ = turns_++;
  (last_ ? last_->next_to_start_ : first_) = link;
  last_ = link;
  return true;
}

bool Mailbox::PostDelivered(const Ref<Job>& job) {
  std::lock_guard lock(mutex_);
  if (closed_) return false;
  WakeIfEmpty();
  Job* link = Ref<Job>(job).Detach();
  link->next_delivered_ = std::exchange(delivered_, link);
  return true;
}

bool Mailbox::Post(Signal signal) {
  std::lock_guard lock(mutex_);
  if (closed_) return false;
  WakeIfEmpty();
  signals_ |= signal;
  return true;
}

bool Mailbox::Take(Letters& out) {
  out.commands_.clear();
  out.next_ = 0;
  std::lock_guard lock(mutex_);
  out.commands_.swap(commands_);
  out.jobs_ = Ref<Job>::Adopt(std::exchange(first_, nullptr));
  last_ = nullptr;
  out.delivered_ = Ref<Job>::Adopt(std::exchange(delivered_, nullptr));
  out.signals_ = std::exchange(signals_, 0);
  return !closed_;
}

Mailbox::Letters::Letter Mailbox::Letters::Next() {
  Letter letter;
  Command* command = next_ < commands_.size() ? &commands_[next_] : nullptr;
  if (jobs_ && (!command || jobs_->start_turn_ < command->turn)) {
    letter.job = std::move(jobs_);
    jobs_ = Ref<Job>::Adopt(std::exchange(letter.job->next_to_start_, nullptr));
  } else if (command) {
    letter.command = command;
    ++next_;
  }
  return letter;
}

Ref<Job> Mailbox::Letters::NextDelivered() {
  Ref<Job> job = std::move(delivered_);
  if (job) delivered_ = Ref<Job>::Adopt(std::exchange(job->next_delivered_, nullptr));
  return job;
}

void Mailbox::Connect(transport::Transport* transport) {
  std::lock_guard lock(mutex_);
  transport_ = transport;
}

void Mailbox::Close() {
  Letters unread;  // let go of after the lock
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    transport_ = nullptr;
    unread.commands_.swap(commands_);
    unread.jobs_ = Ref<Job>::Adopt(std::exchange(first_, nullptr));
    last_ = nullptr;
    unread.delivered_ = Ref<Job>::Adopt(std::exchange(delivered_, nullptr));
  }
  while (unread.NextDelivered()) {
  }
  for (Letters::Letter letter = unread.Next(); letter.job || letter.command; letter = unread.Next())
    if (letter.command && letter.command->kind == Command::Kind::kSetKey) Wipe(letter.command->text);
}

}  // namespace pixazo::client

// What the host is told.
#include "client/driver.h"
#include "client/names.h"

namespace pixazo::client {

using core::Action;

Ref<Event> Driver::NewEvent(EventType type, Job* job) const {
  Ref<Event> event = Ref<Event>::Adopt(new Event(type));
  if (job) {
    event->job = Ref<Job>::Share(job);
    event->state = job->state();
  }
  return event;
}

void Driver::TellState(Record& record, const Action& action) {
  record.job->SetCounts(action.polls, action.attempts);
  record.job->SetProgress(action.progress);
  WriteProof(record, action);
  Ref<Event> event = NewEvent(EventType::kState, record.job.get());
  event->state = action.state;
  session_->queue.Push(std::move(event));
  if (Logs(kLogInfo)) Log(kLogInfo, record.job.get(), std::string("is ") + StateName(action.state));
}

void Driver::TellProgress(Record& record, const Action& action) {
  record.job->SetCounts(action.polls, action.attempts);
  record.job->SetRemaining(action.remaining_ms);
  if (action.progress <= record.job->progress()) return;  // nothing new to tell
  record.job->SetProgress(action.progress);
  Ref<Event> event = NewEvent(EventType::kProgress, record.job.get());
  event->SetProgress(action.progress);
  session_->queue.Push(std::move(event));
}

void Driver::TellNeedKey(const Action& action) {
  if (!session_->config.policy.ask_key) return;
  Ref<Event> event = NewEvent(EventType::kNeedKey, nullptr);
  event->Add().text = Clean(action.text.str());
  session_->queue.Push(std::move(event));
}

void Driver::TellNeedUrls(Record& record) {
  const auto& slots = record.job->made.submission->prepared->slots;
  for (size_t i = 0; i < slots.size(); ++i) {
    if (!slots[i].needs_url || record.job->provided_url(i)) continue;
    Ref<Event> event = NewEvent(EventType::kNeedUrl, record.job.get());
    Event::Details& details = event->Add();
    details.field = slots[i].field;
    details.index = slots[i].index;
    if (slots[i].source.kind == catalogue::ImageSource::Kind::kFile) details.text = slots[i].source.text;
    session_->queue.Push(std::move(event));
  }
}

void Driver::Log(int level, Job* job, std::string text) {
  if (!Logs(level)) return;
  Ref<Event> event = NewEvent(EventType::kLog, job);
  event->Add().log_level = level;
  event->Add().text = Clean(job ? "job " + std::to_string(job->id) + ": " + text : std::move(text));
  session_->queue.Push(std::move(event));
}

std::string Driver::Clean(std::string text) const {
  if (key_.empty()) return text;
  for (size_t at = text.find(key_); at != std::string::npos; at = text.find(key_, at + 3))
    text.replace(at, key_.size(), "***");
  return text;
}

wire::Error Driver::Clean(wire::Error error) const {
  error.message = Clean(std::move(error.message));
  error.remote_code = Clean(std::move(error.remote_code));
  return error;
}

}  // namespace pixazo::client

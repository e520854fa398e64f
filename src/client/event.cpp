#include "client/event.h"

namespace pixazo::client {

bool Event::HasDetails(EventType type) {
  return type == EventType::kOutput || type == EventType::kLog || type == EventType::kNeedKey ||
         type == EventType::kNeedUrl;
}

Event::Event(EventType t) : type(t), progress_(0) {
  if (HasDetails(t)) details_ = new Details;
}

Event::~Event() {
  if (HasDetails(type)) delete details_;
}

double Event::progress() const {
  if (type == EventType::kDone) return state == core::State::kCompleted ? 1 : job ? job->progress() : 0;
  return type == EventType::kProgress ? progress_ : 0;
}

void Event::SetProgress(double p) {
  if (type == EventType::kProgress) progress_ = p;
}

const Event::Details& Event::details() const {
  static const Details none;
  return HasDetails(type) ? *details_ : none;
}

const Failure* Event::error() const {
  if (type == EventType::kDone) return job ? job->error() : nullptr;
  return details().error.get();
}

}  // namespace pixazo::client

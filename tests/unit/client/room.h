// A session without threads: its queue, its table and its mailbox by themselves.
#pragma once

#include <memory>
#include <string>

#include "catalogue/catalogue.h"
#include "client/event.h"
#include "client/job.h"
#include "client/session.h"
#include "client/submission.h"

namespace pixazo::client {

inline std::shared_ptr<Session> MakeSession(Config config = {}, Wiring wiring = {}) {
  return std::make_shared<Session>(std::move(config), std::move(wiring));
}

inline std::shared_ptr<const Submission> MakeSubmission(std::string submit_key = {}, int64_t price = -1) {
  auto submission = std::make_shared<Submission>();
  const auto catalogue = catalogue::Catalogue::BuiltIn();
  submission->endpoint = {catalogue, catalogue->Find("studio-ghibli")};
  submission->body = R"({"prompt":"a fox"})";
  submission->submit_key = std::move(submit_key);
  submission->price_microusd = price;
  return submission;
}

inline Ref<Job> MakeJob(const std::shared_ptr<Session>& session, core::JobId id = 1,
                        std::string submit_key = {}, int64_t price = -1, CallbackPtr callback = nullptr) {
  Job::Make make;
  make.submission = MakeSubmission(std::move(submit_key), price);
  make.endpoint = make.submission->endpoint.get();
  return Ref<Job>::Adopt(new Job(id, session, std::move(make), std::move(callback)));
}

inline Ref<Event> MakeEvent(EventType type, const Ref<Job>& job = {}) {
  Ref<Event> event = Ref<Event>::Adopt(new Event(type));
  event->job = job;
  return event;
}

}  // namespace pixazo::client

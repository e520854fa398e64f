// What the engine asks for, one action after the other.
#include "client/driver.h"
#include "client/files.h"

namespace pixazo::client {

using core::Action;
using wire::Code;
using wire::Error;

void Driver::CarryOut() {
  PublishStats();
  Action action;
  while (engine_.Next(action)) Do(action);
}

void Driver::Do(Action& action) {
  if (action.kind == Action::Kind::kNeedKey) return TellNeedKey(action);
  const auto it = records_.find(action.job);
  if (it == records_.end()) return;
  Record& record = it->second;
  Job& job = *record.job;
  switch (action.kind) {
    case Action::Kind::kSendSubmit:
      SendSubmit(record, action.attempts);
      break;
    case Action::Kind::kGetStatus:
      GetStatus(record, action.text);
      break;
    case Action::Kind::kDownload:
      Download(record, action.index);
      break;
    case Action::Kind::kRecord:
      WriteRecord(record, action);
      break;
    case Action::Kind::kCandidate:
      WriteCandidate(job, action.text);
      break;
    case Action::Kind::kAbort:
      Abort(record, action.index);
      break;
    case Action::Kind::kState:
      TellState(record, action);
      break;
    case Action::Kind::kProgress:
      TellProgress(record, action);
      break;
    case Action::Kind::kRequestId:
      job.SetRemoteId(action.text);
      break;
    case Action::Kind::kOutputs:
      record.Fetched().fetches.resize(action.index);
      job.SetOutputCount(action.index, action.gateway_ms);
      break;
    case Action::Kind::kOutputUrl:
      record.Fetched().fetches[action.index].url = action.text.str();
      break;
    case Action::Kind::kOutput:
      Settle(record, action.index, action.error.get());
      break;
    case Action::Kind::kInline:
      TakeInline(record, action.index);
      break;
    case Action::Kind::kNeedUrl:
      TellNeedUrls(record);
      break;
    case Action::Kind::kDone:
      End(record, action);
      break;
    case Action::Kind::kLog:
      Log(action.log_level, &job, action.text.str());
      break;
    default:
      break;
  }
}

Driver::Token Driver::NewToken(core::JobId job, uint32_t index) {
  exchanges_[++last_token_] = {job, index};
  return last_token_;
}

void Driver::SendSubmit(Record& record, uint32_t attempt) {
  const Job& job = *record.job;
  const Submission& submission = *job.made.submission;
  auto body = BuildBody(job);
  if (!body.ok()) {
    engine_.SubmitFailedLocally(ReadClocks(), job.id, body.error());
    return;
  }
  const Config& config = session_->config;
  transport::SubmitCall call;
  call.path = submission.endpoint->path;
  call.body = std::move(*body);
  call.timeout_ms = submission.submit_timeout_ms.value_or(
      static_cast<uint32_t>(submission.endpoint->queued ? config.submit_timeout_ms : config.sync_timeout_ms));
  AddWebhook(job, call);
  call.before_send = MarkBefore(record.job, attempt);
  record.token = NewToken(job.id, Action::kNoIndex);
  if (Logs(kLogDebug))
    Log(kLogDebug, record.job.get(),
        "POST " + call.path + ", " + std::to_string(call.body.size()) + " bytes");
  transport_->StartSubmit(record.token, std::move(call));
}

// Files are read here, on the I/O thread, each time the request is sent.
wire::Result<std::string> Driver::BuildBody(const Job& job) const {
  const Submission& submission = *job.made.submission;
  if (!submission.prepared) return submission.body.str();
  const auto& slots = submission.prepared->slots;
  std::vector<std::string> files(slots.size());
  std::vector<catalogue::Picture> pictures(slots.size());
  for (size_t i = 0; i < slots.size(); ++i) {
    const catalogue::ImageSource& source = slots[i].source;
    if (const std::string* url = job.provided_url(i)) {
      pictures[i] = {true, *url};
    } else if (source.kind == catalogue::ImageSource::Kind::kFile) {
      auto bytes = ReadFile(source.text, kMaxPictureBytes);
      if (!bytes.ok()) {
        Error error = bytes.error();
        error.field = slots[i].field;
        return error;
      }
      files[i] = std::move(*bytes);
      pictures[i] = {false, files[i]};
    } else if (source.bytes) {
      pictures[i] = {false, *source.bytes};
    }
  }
  return catalogue::BuildBody(*submission.endpoint, *submission.prepared, pictures,
                              {.allow_private_urls = session_->config.transport.allow_loopback});
}

void Driver::GetStatus(Record& record, std::string_view request_id) {
  record.token = NewToken(record.job->id, Action::kNoIndex);
  if (Logs(kLogDebug)) Log(kLogDebug, record.job.get(), "GET status of " + std::string(request_id));
  transport_->StartStatus(record.token, request_id);
}

void Driver::Abort(Record& record, uint32_t index) {
  Token token = record.token;
  if (index != Action::kNoIndex)
    token = index < record.output_count() ? record.pictures->fetches[index].token : 0;
  if (token != 0) transport_->Abort(token);  // a download that is held back has none: nothing to do
}

void Driver::End(Record& record, Action& action) {
  const Ref<Job> job = record.job;
  if (!action.text.empty()) job->SetRemoteId(action.text);
  job->SetCounts(action.polls, action.attempts);
  SettleRest(record);
  WriteEnd(record, action);
  records_.erase(job->id);
  Error error;
  if (action.error) error = Clean(*action.error);
  if (Logs(kLogInfo))
    Log(kLogInfo, job.get(),
        std::string(action.state == core::State::kCompleted ? "completed" : "ended") +
            (action.error ? ": " + error.message : std::string()));
  session_->FinishJob(*job, action.state, action.charged,
                      action.error ? std::make_shared<const Failure>(std::move(error)) : nullptr);
}

}  // namespace pixazo::client

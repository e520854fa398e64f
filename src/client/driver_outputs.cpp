// Outputs: downloads that may have to wait for memory, and what becomes of each picture.
#include <algorithm>

#include "client/driver.h"
#include "client/files.h"
#include "client/meta.h"

namespace pixazo::client {

using wire::Code;
using wire::Error;

namespace {

const std::string& DirectoryOf(const Job& job) {
  const Submission* submission = job.made.submission.get();
  if (submission && submission->output_dir) return *submission->output_dir;
  return job.made.row() ? job.made.row()->output_dir : job.session->config.output_dir;
}

// "<output name>" or "<endpoint id>-<job id>", and "-<n>" if the job has several.
std::string StemOf(const Job& job, uint32_t index, size_t count) {
  const Submission* submission = job.made.submission.get();
  std::string stem = submission ? submission->output_name.str() : "";
  if (!submission && job.made.row())
    stem = job.made.row()->output_name;  // its endpoint is no longer in the catalogue
  if (stem.empty()) {
    stem = *job.endpoint_id() ? job.endpoint_id() : "output";
    stem += "-" + std::to_string(job.id);
  }
  if (const Job::Past* again = job.made.past.get(); again && !again->positions.empty()) {
    index = again->positions[index];  // named as it would have been
    count = again->origin_outputs;
  }
  return count > 1 ? stem + "-" + std::to_string(index + 1) : stem;
}

}  // namespace

bool Driver::MemoryIsFull() const {
  uint64_t bytes = session_->buffered();
  for (const auto& [token, exchange] : exchanges_)
    if (exchange.index != core::Action::kNoIndex) bytes += transport_->Progress(token);
  return bytes >= session_->config.max_buffered_bytes;
}

void Driver::Download(Record& record, uint32_t index) {
  const bool to_memory = DirectoryOf(*record.job).empty();
  if (to_memory && MemoryIsFull()) {
    session_->TellWhenFreed(true);
    if (MemoryIsFull()) {  // looked at again: it may have been freed in between
      held_.push_back({record.job->id, index});
      engine_.HoldDownload(ReadClocks(), record.job->id, index);
      Log(kLogInfo, record.job.get(), "a download waits until outputs in memory are released");
      return;
    }
  }
  StartDownload(record, index);
}

void Driver::StartDownload(Record& record, uint32_t index) {
  Fetch& fetch = record.Fetched().fetches[index];
  transport::DownloadCall call;
  call.url = fetch.url;
  call.directory = DirectoryOf(*record.job);
  call.stem = StemOf(*record.job, index, record.output_count());
  call.partial = std::move(fetch.partial);
  fetch.token = NewToken(record.job->id, index);
  ++downloads_;
  if (Logs(kLogDebug)) Log(kLogDebug, record.job.get(), "GET output " + std::to_string(index));
  transport_->StartDownload(fetch.token, std::move(call));
}

void Driver::ReleaseHeld() {
  while (!held_.empty() && !MemoryIsFull()) {
    const Held held = held_.front();
    held_.pop_front();
    const uint32_t running = downloads_;
    engine_.ReleaseDownload(ReadClocks(), held.job, held.index);
    CarryOut();
    if (downloads_ == running && records_.count(held.job))
      break;  // all places are taken: with the next that ends
  }
  if (held_.empty()) session_->TellWhenFreed(false);
}

// The reply to the paid POST is the picture itself.
void Driver::TakeInline(Record& record, uint32_t index) {
  if (index >= record.output_count() || (!replying_ && !record.pictures->reply_body)) return;
  Fetch& fetch = record.pictures->fetches[index];
  const std::string& body = replying_ ? replying_->body : *record.pictures->reply_body;
  fetch.exchange.whole = true;
  fetch.exchange.bytes = body.size();
  fetch.exchange.image = wire::SniffImage(body.data(), body.size());
  const std::string& directory = DirectoryOf(*record.job);
  if (directory.empty()) {
    fetch.data = body;
    return;
  }
  auto path = WriteNew(directory, StemOf(*record.job, index, record.output_count()),
                       wire::Extension(fetch.exchange.image.format), body);
  if (path.ok()) {
    fetch.exchange.final_path = std::move(*path);
  } else {  // the bytes are paid for: better in memory than nowhere
    Log(kLogWarn, record.job.get(), path.error().message + "; the output is kept in memory");
    fetch.data = body;
  }
}

Ref<Output> Driver::MakeOutput(const Record& record, uint32_t index) const {
  const Fetch& fetch = record.pictures->fetches[index];
  Ref<Output> output = Ref<Output>::Adopt(new Output);
  output->index = index;
  output->url = fetch.url;
  return output;
}

void Driver::Settle(Record& record, uint32_t index, const Error* error) {
  Fetch& fetch = record.Fetched().fetches[index];
  Ref<Output> output = MakeOutput(record, index);
  if (error) {
    const Error clean = Clean(*error);
    output->status = clean.code;
    output->error = std::make_shared<const Failure>(clean);
  } else {
    output->status = Code::kOk;
    output->image = fetch.exchange.image;
    output->path = fetch.exchange.final_path;
    output->size = output->path.empty() ? fetch.data.size() : fetch.exchange.bytes;
  }
  output->meta_json = MetaJson(*record.job, *output);
  if (!error && output->path.empty()) output->Hold(std::move(fetch.data), session_);
  fetch.settled = true;
  record.job->SetOutput(index, output);
  Ref<Event> event = NewEvent(EventType::kOutput, record.job.get());
  event->Add().index = index;
  event->Add().error = output->error;
  event->Add().output = std::move(output);
  session_->queue.Push(std::move(event));
}

// Outputs that nobody fetched: not asked for, or the job ended before.
void Driver::SettleRest(Record& record) {
  for (uint32_t i = 0; i < record.output_count(); ++i) {
    if (record.pictures->fetches[i].settled) continue;
    Ref<Output> output = MakeOutput(record, i);
    output->meta_json = MetaJson(*record.job, *output);
    record.job->SetOutput(i, std::move(output));
  }
}

}  // namespace pixazo::client

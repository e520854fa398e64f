// The I/O thread "pz-io": feeds core::Engine with time, commands and results, and carries out what it asks
// for.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "client/event.h"
#include "client/job.h"
#include "client/mailbox.h"
#include "client/session.h"
#include "core/engine.h"
#include "journal/journal.h"
#include "transport/transport.h"

namespace pixazo::client {

// Values are public (pz_log_level).
constexpr int kLogWarn = 2, kLogInfo = 3, kLogDebug = 4;

constexpr int kSampleMs = 200;  // between looks at running downloads

class Driver {
 public:
  explicit Driver(std::shared_ptr<Session> session);
  ~Driver();

  wire::Error Open();  // before Run, any thread
  void Run();          // until told to stop

 private:
  using Token = transport::Token;
  // One output on its way.
  struct Fetch {
    std::string url;
    Token token = 0;
    bool settled = false;
    wire::DownloadExchange exchange;              // of the last download
    std::string data;                             // its bytes, to memory
    std::unique_ptr<transport::Partial> partial;  // what a broken one left
  };
  // What there is to fetch for a job, once that is known.
  struct Pictures {
    std::vector<Fetch> fetches;
    std::unique_ptr<const std::string> reply_body;  // a reply that is a picture, until the journal has it
  };
  struct Record {
    Ref<Job> job;
    Token token = 0;  // of the running submit or status call
    std::unique_ptr<Pictures> pictures;

    Pictures& Fetched() {
      if (!pictures) pictures = std::make_unique<Pictures>();
      return *pictures;
    }
    size_t output_count() const { return pictures ? pictures->fetches.size() : 0; }
  };
  struct Exchange {
    core::JobId job = 0;
    uint32_t index = core::Action::kNoIndex;
  };
  struct Held {
    core::JobId job;
    uint32_t index;
  };

  // driver.cpp
  void Turn();
  bool ReadCommands();
  void Obey(Command& command);
  void StartJob(const Ref<Job>& job);
  void SetKey(std::string key);
  int WaitMs() const;
  void Finish();
  void Starve() noexcept;
  void PublishStats();
  // driver_actions.cpp
  void CarryOut();
  void Do(core::Action& action);
  void SendSubmit(Record& record, uint32_t attempt);
  wire::Result<std::string> BuildBody(const Job& job) const;
  void GetStatus(Record& record, std::string_view request_id);
  void Abort(Record& record, uint32_t index);
  void End(Record& record, core::Action& action);
  Token NewToken(core::JobId job, uint32_t index);
  // driver_results.cpp
  void Hand(transport::Completion& completion);
  void SampleProgress();
  // driver_outputs.cpp
  void Download(Record& record, uint32_t index);
  void StartDownload(Record& record, uint32_t index);
  void ReleaseHeld();
  bool MemoryIsFull() const;
  void TakeInline(Record& record, uint32_t index);
  void Settle(Record& record, uint32_t index, const wire::Error* error);
  void SettleRest(Record& record);
  Ref<Output> MakeOutput(const Record& record, uint32_t index) const;
  // driver_journal.cpp
  void WriteRecord(Record& record, const core::Action& action);
  void WriteProof(const Record& record, const core::Action& action);
  void WriteCandidate(Job& job, wire::SharedText id);
  void AddRequest(const Job& job, journal::Record& row) const;
  void CompleteIntent(core::JobId id);
  void WriteBegin(const Ref<Job>& job);
  void LogJournal();
  void WriteEnd(const Record& record, const core::Action& action);
  void MarkEnded(Job& job);
  void WriteDelivered(const Ref<Job>& job);
  void ReadJournal();
  std::function<bool()> MarkBefore(const Ref<Job>& job, uint32_t attempt);
  bool EndRestored(const Ref<Job>& job);
  void Restore(Job& job, core::JobSpec& spec);
  void Forget(Job* job, core::JobId id);
  // driver_webhooks.cpp
  void Webhook(const std::string& nonce);
  void AddWebhook(const Job& job, transport::SubmitCall& call) const;
  // driver_events.cpp
  Ref<Event> NewEvent(EventType type, Job* job) const;
  void TellState(Record& record, const core::Action& action);
  void TellProgress(Record& record, const core::Action& action);
  void TellNeedKey(const core::Action& action);
  void TellNeedUrls(Record& record);
  bool Logs(int level) const { return level <= session_->config.log_level; }
  void Log(int level, Job* job, std::string text);
  wire::Error Clean(wire::Error error) const;  // without the API key, should a server have echoed it
  std::string Clean(std::string text) const;

  const std::shared_ptr<Session> session_;
  std::shared_ptr<journal::Journal> journal_;
  core::Engine engine_;
  std::unique_ptr<transport::Transport> transport_;
  std::unordered_map<core::JobId, Record> records_;
  std::unordered_map<Token, Exchange> exchanges_;
  std::unordered_map<core::JobId, Ref<Job>> delivered_;  // the journal is about to say so
  std::deque<Held> held_;                                // downloads that wait for memory
  Mailbox::Letters letters_;
  std::vector<transport::Completion> completions_;
  const wire::SubmitExchange* replying_ = nullptr;  // while the engine reads it
  Token last_token_ = 0;
  uint32_t downloads_ = 0;
  int64_t sampled_ms_ = 0;
  std::string key_;
  bool closing_ = false;
  bool stopping_ = false;
  bool quitting_ = false;
};

}  // namespace pixazo::client

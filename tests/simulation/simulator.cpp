#include "simulator.h"

#include <cstdio>
#include <set>

#include "model.h"

namespace pixazo::simulation {
namespace {

using core::Action;
using core::JobId;
using core::State;
using wire::Charged;

// What the checker knows about one job from outside the engine.
struct Witness {
  core::JobSpec::Kind kind{};
  bool queued = true, webhook = false, expects_deadline = false;
  int64_t deadline = 0;
  uint32_t attempts = 0, posts = 0, dones = 0, outputs_said = 0, outputs_settled = 0;
  bool submit_running = false, status_running = false;
  bool maybe_executed = false;  // a POST left whose fate the library cannot know
  uint32_t generation = 0;      // of the running submit or status, so that an aborted one is not delivered
  std::map<uint32_t, uint32_t> downloads;  // running: index -> generation
  int64_t last_poll = -1;
  uint32_t life = 0;      // the process its last DONE was said in
  bool ended = false;     // DONE was said in some life
  bool over = false;      // it said that the job is not charged: nothing is ever sent for it
  bool accepted = false;  // its row says so
  core::JobSpec spec;     // what the host asked for
  uint32_t urgent = 0;    // polls that may come early: webhook, fresh URLs, a changed key
  double progress = 0;
  std::string candidate;  // the last that was named
  bool doubted = false;   // one was: never sent again
  std::string to_ask;     // the one that the journal kept through a restart, until it is asked about
  int64_t restored_at = 0;
};

class Simulator {
 public:
  explicit Simulator(const Options& options)
      : options_(options),
        random_(options.seed * 7919 + 1),
        gateway_(options.seed * 104729 + 3),
        journal_(options.seed % 2 == 0) {
    Start();
  }

  Report Run() {
    for (uint32_t i = 0; i < options_.jobs; ++i)
      At(static_cast<int64_t>(random_.Next() % 40000), [this] { HostSubmits(); });
    for (uint32_t i = 0; i < options_.jobs / 8; ++i)
      At(static_cast<int64_t>(random_.Next() % 90000), [this] { HostMeddles(); });
    if (journal_)
      for (int i = 0; i < 3; ++i)
        At(static_cast<int64_t>(random_.Next() % 120000), [this] { crash_in_ = random_.Next() % 40; });
    Drain();
    const int64_t end = 2 * 3600 * 1000;
    uint64_t idle_rounds = 0;
    while (report_.violations.empty()) {
      const int64_t next = std::min(events_.empty() ? INT64_MAX : events_.top().time, engine_->NextWake());
      if (next == INT64_MAX || next > end) break;
      if (next <= time_ && events_.empty() && ++idle_rounds > 1000)
        Violation("tight loop: the engine asks to be woken in the past again and again");
      if (next > time_) idle_rounds = 0;
      time_ = std::max(time_, next);
      while (!events_.empty() && events_.top().time <= time_) {
        auto run = std::move(const_cast<Event&>(events_.top()).run);
        events_.pop();
        run();
        Drain();
        if (crash_in_ != kNoCrash && crash_in_-- == 0) Crash();
      }
      engine_->Tick(now());
      Drain();
    }
    if (report_.violations.empty()) {
      const bool close = random_.Unit() < 0.5;
      if (close) {
        engine_->Close(now());
        Drain();
      }
      CheckEnd();
    }
    report_.simulated_ms = time_;
    return report_;
  }

 private:
  struct Event {
    int64_t time;
    uint64_t sequence;
    std::function<void()> run;
    bool operator<(const Event& other) const {
      return time != other.time ? time > other.time : sequence > other.sequence;
    }
  };
  static constexpr uint64_t kNoCrash = UINT64_MAX;

  // -- the process: it may be killed between any two steps and started again with what the journal holds --
  struct Row {
    enum class Stage { kIntent, kAcked, kEnded } stage = Stage::kIntent;
    uint32_t attempts = 0;
    std::string request_id;
    std::vector<std::string> urls;
    uint32_t boot = 0;  // of the machine when it was written
    std::string candidate = {};
  };

  void Start() {
    core::Policy policy;
    policy.journal = journal_;
    policy.ask_key = options_.seed % 3 != 0;
    policy.retry_503 = options_.seed % 5 == 0;
    engine_ = std::make_unique<core::Engine>(policy, options_.seed + life_);
    engine_->SetKey(now(), true);
  }

  // A write that becomes durable a little later, in order, unless the process dies first.
  void Put(JobId id, Row row, bool ask) {
    row.boot = boot_;
    disk_time_ = std::max(disk_time_, time_) + static_cast<int64_t>(random_.Next() % 4);
    At(disk_time_, [this, id, row = std::move(row), ask, life = life_] {
      if (life != life_) return;
      wire::Error error;
      if (ask && Chance(0.01)) error = wire::MakeError(wire::Code::kIo, "disk full");
      if (error.ok()) disk_[id] = row;
      if (ask) engine_->OnRecorded(now(), id, error);
    });
  }

  void Crash() {
    crash_in_ = kNoCrash;
    ++report_.crashes;
    const bool power_lost = Chance(0.3);
    if (power_lost) {
      marks_.clear();
      ended_marks_.clear();
      ++boot_;
    }
    ++life_;
    for (auto& [id, w] : jobs_) {
      if (w.submit_running) w.maybe_executed = sent_[id];
      w.submit_running = w.status_running = false;
      ++w.generation;
      w.downloads.clear();
      w.dones = 0;
      w.progress = 0;
      w.urgent = 3;
      w.outputs_said = w.outputs_settled = 0;
      w.candidate = disk_.count(id) ? disk_[id].candidate : "";
      w.doubted = !w.candidate.empty();
      w.to_ask.clear();
    }
    submits_running_ = 0;
    Start();
    const auto rows = disk_;
    for (const auto& [id, row] : rows) Restore(id, row);
    // What was accepted by the library but not yet written is gone with the process: nothing was sent for it.
    for (auto& [id, w] : jobs_)
      if (!disk_.count(id) && !w.ended) {
        if (w.kind == core::JobSpec::Kind::kSubmit && sent_[id])
          Violation("job " + std::to_string(id) + ": was sent without a row in the journal");
        w.ended = true;
      }
    Drain();
  }

  void Restore(JobId id, const Row& row) {
    Witness& w = jobs_[id];
    w.accepted = row.stage == Row::Stage::kAcked;
    if (row.stage == Row::Stage::kEnded) return;
    if (row.stage == Row::Stage::kIntent && row.boot == boot_ && row.candidate.empty() &&
        ended_marks_.count(id)) {  // its end was said, and is said again
      disk_[id].stage = Row::Stage::kEnded;
      return;
    }
    if (row.stage == Row::Stage::kAcked && row.request_id.empty() && row.urls.empty()) {
      w.ended =
          true;  // the reply was the picture itself, and it was lost with the process: the client says so
      disk_[id].stage = Row::Stage::kEnded;
      return;
    }
    core::JobSpec spec = w.spec;
    spec.deadline_ms = std::max<int64_t>(1, w.deadline - time_);
    spec.needs_urls = 0;
    spec.recorded = true;
    spec.attempts = row.attempts;
    if (row.stage == Row::Stage::kAcked) {
      spec.kind = row.urls.empty() ? core::JobSpec::Kind::kAttach : core::JobSpec::Kind::kFetch;
      spec.request_id = row.request_id;
      spec.urls = row.urls;
      spec.charged = Charged::kYes;
    } else if (row.boot != boot_ || (marks_.count(id) && marks_[id] > row.attempts) ||
               !row.candidate.empty()) {
      spec.hint = w.to_ask = row.candidate;
      w.restored_at = time_;
      if (!w.webhook && row.candidate.empty()) {  // the client says so at once: DONE, UNCERTAIN
        w.ended = true;
        disk_[id].stage = Row::Stage::kEnded;
        ++report_.uncertain;
        return;
      }
      spec.kind = core::JobSpec::Kind::kUncertain;
    } else if (w.maybe_executed) {
      Violation("job " + std::to_string(id) + ": the journal says unsent, and its POST had left");
    }
    engine_->Submit(now(), std::move(spec));
  }
  core::Now now() const { return {time_, 1'780'000'000'000 + time_}; }
  void At(int64_t time, std::function<void()> run) { events_.push({time, ++sequence_, std::move(run)}); }
  void In(int64_t delay, std::function<void()> run) { At(time_ + delay, std::move(run)); }
  bool Chance(double p) { return random_.Unit() < p; }

  void Violation(const std::string& what) {
    if (report_.violations.size() < 5)
      report_.violations.push_back("t=" + std::to_string(time_) + " " + what);
  }

  // -- the host --
  void HostSubmits() {
    core::JobSpec spec;
    spec.id = ++last_id_;
    Witness& w = jobs_[spec.id];
    spec.queued_endpoint = w.queued = Chance(0.6);
    spec.webhook = w.webhook = spec.queued_endpoint && Chance(0.3);
    spec.endpoint = static_cast<uint32_t>(random_.Next() % 4);
    spec.priority = static_cast<int32_t>(random_.Next() % 3) - 1;
    spec.deadline_ms = Chance(0.1) ? 5'000 : 30 * 60'000;
    spec.fetch_outputs = Chance(0.9);
    w.deadline = time_ + spec.deadline_ms;
    if (Chance(0.05)) spec.needs_urls = 1;
    if (Chance(0.05) && !known_ids_.empty()) {
      spec.kind = core::JobSpec::Kind::kAttach;
      spec.request_id = known_ids_[random_.Next() % known_ids_.size()];
      spec.needs_urls = 0;
    } else if (Chance(0.03)) {
      spec.kind = core::JobSpec::Kind::kFetch;
      spec.urls = {"https://cdn.example/a/x/0.png", "https://cdn.example/a/x/1.png"};
      spec.needs_urls = 0;
    }
    w.kind = spec.kind;
    w.spec = spec;
    const JobId id = spec.id;
    if (spec.needs_urls)
      In(100 + static_cast<int64_t>(random_.Next() % 3000), [this, id] { engine_->UrlProvided(now(), id); });
    engine_->Submit(now(), std::move(spec));
  }

  void HostMeddles() {
    const double dice = random_.Unit();
    const JobId job = last_id_ ? 1 + random_.Next() % last_id_ : 0;
    if (dice < 0.35) {
      engine_->Cancel(now(), job);
    } else if (dice < 0.355) {
      engine_->CancelAll(now());
    } else if (dice < 0.55) {
      engine_->Pause(now(), true);
      In(1000 + static_cast<int64_t>(random_.Next() % 5000), [this] { engine_->Pause(now(), false); });
    } else if (dice < 0.80) {
      SetKey();
    } else if (const Remote* remote = gateway_.RemoteOf(job)) {
      Deliver(job, remote->id);
    }
  }

  void SetKey() {
    for (auto& [id, w] : jobs_) ++w.urgent;
    engine_->SetKey(now(), true);
  }

  void Deliver(JobId job, const std::string& id) {
    if (!jobs_[job].webhook) return;
    jobs_[job].urgent += 2;
    engine_->Webhook(now(), job, Chance(0.2) ? "forged_id" : id);
  }

  // -- the network: one exchange --
  void Send(JobId id, uint32_t attempt) {
    Witness& w = jobs_[id];
    w.attempts = attempt;
    ++report_.posts;
    ++w.posts;
    if (w.submit_running) Violation("job " + std::to_string(id) + ": two paid POSTs at once");
    if (w.over) Violation("job " + std::to_string(id) + ": sent after it had ended, not charged");
    if (w.doubted) Violation("job " + std::to_string(id) + ": sent again after an id was named for it");
    if (w.maybe_executed)
      Violation("job " + std::to_string(id) +
                ": a second paid POST although the first may have been executed");
    if (++submits_running_ > core::Policy{}.max_submits) Violation("more submits at once than allowed");
    w.submit_running = true;
    const uint32_t generation = ++w.generation;
    const Fate fate = PickFate(random_, Faulty());
    const int64_t connect = 1 + static_cast<int64_t>(random_.Next() % 100),
                  travel = static_cast<int64_t>(random_.Next() % 200);
    const bool never_leaves = fate == Fate::kNoConnection || fate == Fate::kNoDns || fate == Fate::kBadTrust;
    sent_[id] = false;
    if (!never_leaves) {
      In(connect, [this, id, generation, attempt = w.attempts] {
        if (jobs_[id].generation != generation) return;
        sent_[id] = true;
        left_.insert({id, generation});
        marks_[id] = attempt;
      });
      In(connect + travel, [this, id, generation, fate] {
        if (!left_.count({id, generation})) return;  // aborted before it left
        gateway_.Arrive(id, fate, jobs_[id].queued, time_);
        if (gateway_.executed(id) > 1) Violation("job " + std::to_string(id) + ": executed twice");
        if (const Remote* r = gateway_.RemoteOf(id)) {
          known_ids_.push_back(r->id);
          if (jobs_[id].webhook && Chance(0.7))
            In(500 + static_cast<int64_t>(random_.Next() % 20000),
               [this, id, rid = r->id] { Deliver(id, rid); });
        }
      });
    }
    In(connect + travel + 5 + static_cast<int64_t>(random_.Next() % 3000), [this, id, generation, fate] {
      Witness& job = jobs_[id];
      if (!job.submit_running || job.generation != generation) return;
      Finished(job);
      wire::SubmitExchange x = gateway_.Answer(id, fate, job.queued);
      job.maybe_executed = Executes(fate) || fate == Fate::kRefused500 || fate == Fate::kLostUnexecuted ||
                           fate == Fate::kAcceptedTwice;
      engine_->OnSubmit(now(), id, x);
    });
  }

  void Finished(Witness& w) {
    w.submit_running = false;
    --submits_running_;
  }

  void Poll(JobId id, const std::string& request_id) {
    Witness& w = jobs_[id];
    ++report_.polls;
    const bool early = w.last_poll >= 0 && time_ - w.last_poll < 1500;
    if (early && w.urgent == 0)
      Violation("job " + std::to_string(id) + ": polled again after " + std::to_string(time_ - w.last_poll) +
                " ms");
    w.urgent = early ? w.urgent - 1 : 0;
    w.last_poll = time_;
    w.status_running = true;
    if (request_id == w.to_ask) w.to_ask.clear();
    const uint32_t generation = ++w.generation;
    In(1 + static_cast<int64_t>(random_.Next() % 400), [this, id, request_id, generation] {
      Witness& job = jobs_[id];
      if (!job.status_running || job.generation != generation) return;
      job.status_running = false;
      engine_->OnStatus(now(), id, gateway_.Status(request_id, time_, Faulty()));
    });
  }

  void Download(JobId id, uint32_t index, const std::string& url) {
    Witness& w = jobs_[id];
    ++report_.downloads;
    if (url.find("evil.example") != std::string::npos)
      Violation("job " + std::to_string(id) + ": fetches what a reply about another job named");
    if (w.downloads.count(index)) Violation("one output fetched twice at once");
    const uint32_t generation = ++w.generation;
    w.downloads[index] = generation;
    w.urgent = std::max(w.urgent, 2u);  // a URL that is gone asks the status call at once
    In(1 + static_cast<int64_t>(random_.Next() % 3000), [this, id, index, url, generation] {
      Witness& job = jobs_[id];
      auto it = job.downloads.find(index);
      if (it == job.downloads.end() || it->second != generation) return;
      job.downloads.erase(it);
      engine_->OnDownload(now(), id, index, gateway_.Media(url, Faulty()));
    });
  }

  void Abort(JobId id, uint32_t index) {
    Witness& w = jobs_[id];
    if (index != Action::kNoIndex) {
      w.downloads.erase(index);
    } else if (w.submit_running) {
      wire::SubmitExchange x;
      x.fault = wire::Fault::kAborted;
      x.prereq_calls = sent_[id] ? 1 : 0;
      x.last_byte_handed = sent_[id];
      w.maybe_executed = sent_[id];
      const uint32_t generation = ++w.generation;
      In(1, [this, id, x, generation] {
        Witness& job = jobs_[id];
        if (!job.submit_running || job.generation != generation) return;
        Finished(job);
        engine_->OnSubmit(now(), id, x);
      });
    } else {
      w.status_running = false;
    }
  }

  // Half of all runs are calm at first: faults begin and stop.
  bool Faulty() { return (options_.seed % 4 != 0) || (time_ / 20000) % 2 == 1; }

  // -- what the engine asks for --
  void Drain() {
    Action a;
    while (engine_->Next(a)) {
      ++report_.actions;
      Hash(static_cast<uint64_t>(a.kind) * 31 + a.job * 1000003 + a.index +
           static_cast<uint64_t>(time_) * 17);
      if (options_.trace)
        std::printf("t=%lld job %llu action %d index %u state %d %s\n", static_cast<long long>(time_),
                    static_cast<unsigned long long>(a.job), static_cast<int>(a.kind), a.index,
                    static_cast<int>(a.state), a.text.c_str());
      if (a.job == 0) {
        if (a.kind == Action::Kind::kNeedKey) In(500, [this] { SetKey(); });
        continue;
      }
      Do(a);
    }
  }

  void Do(const Action& a) {
    Witness& w = jobs_[a.job];
    const std::string name = "job " + std::to_string(a.job);
    if (w.dones > 0) Violation(name + ": something happens after its DONE");
    if (a.progress < w.progress) Violation(name + ": progress goes backwards");
    w.progress = a.progress;
    switch (a.kind) {
      case Action::Kind::kSendSubmit:
        Send(a.job, a.attempts);
        if (options_.sabotage == Sabotage::kSendTwice && a.job % 50 == 7)
          In(4000, [this, id = a.job, attempt = a.attempts] {
            if (jobs_[id].maybe_executed) Send(id, attempt);
          });
        break;
      case Action::Kind::kRecord:
        w.accepted = w.accepted || a.state != State::kWaiting;
        Put(a.job,
            {a.state == State::kWaiting ? Row::Stage::kIntent : Row::Stage::kAcked, a.attempts, a.text.str(),
             a.urls},
            true);
        break;
      case Action::Kind::kState:
        if (journal_ && a.state == State::kWaiting)
          Put(a.job, {Row::Stage::kIntent, a.attempts, {}, {}, 0, w.candidate}, false);
        break;
      case Action::Kind::kCandidate:
        w.candidate = a.text.str();
        w.doubted = true;
        if (journal_) Put(a.job, {Row::Stage::kIntent, 0, {}, {}, 0, a.text.str()}, false);
        break;
      case Action::Kind::kRequestId:
        if (!w.to_ask.empty() && a.text.str() == w.to_ask)
          Violation(name + ": believes an id of an earlier life before the gateway was asked");
        if (const Remote* r = gateway_.RemoteOf(a.job); w.kind == core::JobSpec::Kind::kSubmit &&
                                                        (!r || r->id != a.text.str()) &&
                                                        a.text.str() != "model-0_1")
          Violation(name +
                    ": takes a request id for its own that the gateway never gave it: " + a.text.str());
        if (journal_ && w.kind == core::JobSpec::Kind::kSubmit)
          Put(a.job, {Row::Stage::kAcked, a.attempts, a.text.str(), {}}, false);
        break;
      case Action::Kind::kGetStatus:
        Poll(a.job, a.text.str());
        break;
      case Action::Kind::kDownload:
        Download(a.job, a.index, a.text.str());
        break;
      case Action::Kind::kAbort:
        Abort(a.job, a.index);
        break;
      case Action::Kind::kOutputs:
        w.outputs_said = a.index;
        break;
      case Action::Kind::kOutput:
        ++w.outputs_settled;
        break;
      case Action::Kind::kDone:
        Done(a, w, name);
        break;
      default:
        break;
    }
  }

  void Done(const Action& a, Witness& w, const std::string& name) {
    if (options_.sabotage == Sabotage::kDropDone && a.job % 50 == 7) return;
    w.dones += options_.sabotage == Sabotage::kDoneTwice && a.job % 50 == 7 ? 2 : 1;
    w.ended = true;
    if (a.charged == Charged::kNo) {
      w.over = true;
      if (!w.accepted) ended_marks_.insert(a.job);
    }
    if (journal_) Put(a.job, {Row::Stage::kEnded, a.attempts, {}, {}, 0}, false);
    if (w.dones > 1) Violation(name + ": two DONEs");
    if (w.submit_running) Violation(name + ": DONE while its paid POST is on its way");
    if (!core::IsTerminal(a.state)) Violation(name + ": DONE in a state that is not terminal");
    Charged charged = a.charged;
    if (options_.sabotage == Sabotage::kChargedLie && a.job % 50 == 7) charged = Charged::kNo;
    CheckMoney(a, w, name, charged);
    const bool uncertain = a.error && a.error->code == wire::Code::kUncertain;
    if (uncertain && !w.to_ask.empty() && time_ > w.restored_at + 10 * 60'000)
      Violation(name + ": ends in doubt, and nobody asked about the id that the journal kept");
    report_.uncertain += uncertain;
    report_.completed += a.state == State::kCompleted;
    report_.failed += a.state == State::kFailed;
    report_.cancelled += a.state == State::kCancelled;
    if (a.state != State::kCompleted && !a.error) Violation(name + ": ended without a reason");
    if (a.state == State::kCompleted && a.error) Violation(name + ": completed with an error");
    if (time_ > w.deadline + 2000) Violation(name + ": ended after its deadline");
  }

  void CheckMoney(const Action& a, const Witness& w, const std::string& name, Charged charged) {
    if (w.kind != core::JobSpec::Kind::kSubmit) return;
    const bool executed = gateway_.executed(a.job) > 0;
    const Remote* remote = gateway_.RemoteOf(a.job);
    const bool free =
        !executed || (remote && remote->end == Remote::End::kError && w.queued && time_ >= remote->ends_at);
    if (charged == Charged::kNo && !free) Violation(name + ": says not charged, and the gateway executed it");
    if (charged == Charged::kYes && !executed)
      Violation(name + ": says charged, and the gateway never executed it");
    if (a.state == State::kCompleted && !executed)
      Violation(name + ": completed, and the gateway never executed it");
    if (a.state == State::kCompleted && w.outputs_said == 0) Violation(name + ": completed without outputs");
    if (a.state == State::kCompleted && w.spec.fetch_outputs && w.outputs_settled != w.outputs_said)
      Violation(name + ": completed with " + std::to_string(w.outputs_settled) + " of its " +
                std::to_string(w.outputs_said) + " outputs settled");
    if (a.state == State::kWaiting && executed) Violation(name + ": lost");
  }

  void CheckEnd() {
    if (options_.sabotage == Sabotage::kForgetJob) jobs_[last_id_ + 1];
    for (const auto& [id, w] : jobs_)
      if (!w.ended || (!journal_ && w.dones != 1))
        Violation("job " + std::to_string(id) + ": " + std::to_string(w.dones) +
                  " DONEs at the end of the world");
    if (engine_->live_jobs() != 0)
      Violation("the engine still holds " + std::to_string(engine_->live_jobs()) + " jobs");
    // Retries are bounded: each takes tokens, every success returns one.
    const uint64_t successes = report_.completed + report_.polls + report_.downloads;
    if (report_.posts > last_id_ + (500 + successes) / 5)
      Violation("more POSTs than the token bucket allows");
    for (const auto& [id, w] : jobs_)
      if (w.posts > core::Policy{}.max_attempts + report_.crashes)
        Violation("job " + std::to_string(id) + ": more attempts than allowed");
  }

  void Hash(uint64_t v) { report_.trace_hash = (report_.trace_hash ^ v) * 0x100000001b3u; }

  Options options_;
  core::Random random_;
  ModelGateway gateway_;
  bool journal_;
  std::unique_ptr<core::Engine> engine_;
  Report report_;
  int64_t time_ = 0;
  uint64_t sequence_ = 0;
  JobId last_id_ = 0;
  uint32_t submits_running_ = 0, life_ = 0, boot_ = 0;
  uint64_t crash_in_ = kNoCrash;
  int64_t disk_time_ = 0;
  std::map<JobId, Row> disk_;                  // durable
  std::map<JobId, uint32_t> marks_;            // survive a killed process, not a lost power
  std::set<JobId> ended_marks_;                // likewise
  std::set<std::pair<JobId, uint32_t>> left_;  // POSTs whose bytes are on the wire
  std::priority_queue<Event> events_;
  std::map<JobId, Witness> jobs_;
  std::map<JobId, bool> sent_;
  std::vector<std::string> known_ids_;
};

}  // namespace

Report Simulate(const Options& options) { return Simulator(options).Run(); }

}  // namespace pixazo::simulation

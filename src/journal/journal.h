// What must outlive the process: a SQLite database (WAL) with one row a job, beside it a file of marks. The
// I/O thread only enqueues; one writer thread commits in groups. People may open the database with the
// sqlite3 program (SELECT * FROM job_list; table `about` explains the columns). Never the API key.
//
// Files: <path> (0600), <path>-wal and <path>-shm while it is open, <path>-marks, <path>-lock, and
// <path>.damaged-<time> where a damaged file was set aside.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "wire/result.h"

namespace pixazo::journal {

// One job as it must be found again. A write replaces the whole row (see Put for the request); a checksum
// over every column makes a damaged row recognisable.
struct Record {
  // How far the paid POST got, as far as this file knows.
  enum class Stage : int32_t {
    kIntent = 1,  // about to be sent, or sent: the mark decides
    kAcked = 2,   // the gateway named it: request_id is set (or its pictures are known)
    kEnded = 3,   // terminal: state says how
  };
  struct Output {
    std::string url, path, media_type;
    uint64_t bytes = 0;
    uint32_t width = 0, height = 0;
    int32_t status = 0;  // 0: fetched; otherwise a wire::Code
  };
  uint64_t job = 0;  // 1..2^62-1, never reused in one journal
  uint64_t tag = 0;
  uint64_t origin = 0;  // the job this one names (resubmitted, attached, fetched again), 0: none
  Stage stage = Stage::kIntent;
  int32_t state = 0;    // core::State
  int32_t charged = 0;  // wire::Charged
  int32_t kind = 0;     // core::JobSpec::Kind
  int32_t priority = 0;
  uint32_t attempts = 0;  // in stage kIntent: paid POSTs that are proven to have had no effect
  bool queued_endpoint = true;
  bool delivered = false;  // the host popped its DONE
  bool fetch_outputs = true;
  bool body_withheld = false;  // the journal sets it: the job cannot be sent from here, because `body` is a
                               // digest, was damaged or never was
  std::string endpoint_id;
  std::string request_id;
  std::string submit_key;
  std::string nonce;   // of the webhook URL, "" : none
  std::string body;    // the request as sent (JSON), or its SHA-256 when the host asked for a digest
  std::string params;  // what the host asked for, as JSON, for listings ("" with a digest)
  std::string output_dir, output_name;
  // An id that a webhook, or an answer that broke off, named for this job and that no status call has agreed
  // to: to be asked about, never to be believed. A request with one is never sent again.
  std::string candidate;
  std::string gateway;  // its base URL: no other is sent the request, or asked about it; "" : not known
  wire::Error error;    // code kOk: none
  std::vector<Output> outputs;
  int64_t reserved_microusd = -1;
  uint32_t submit_timeout_ms = 0;                           // of the paid request, 0: the client's
  int64_t created_ms = 0, updated_ms = 0, deadline_ms = 0;  // wall clock, since 1970; deadline 0: none
  std::string boot_id;  // of the machine when the INTENT was written; Put fills it in where it is empty
};

struct Options {
  std::string path;
  bool read_only = false;
  bool digest_bodies = false;
  bool load_requests = false;  // body and params of all rows in Loaded; otherwise of those in kIntent (Read
                               // has the others)
  int64_t keep_ended_ms =
      30LL * 24 * 3600 *
      1000;  // ended and delivered rows older than this are dropped at Open; 0: keep for ever
  std::function<void()> wake;  // called when completions are there, from the writer thread; must be quick and
                               // lock nothing of the caller's. Not called after the destructor
};

// What a restart concludes about a row in stage kIntent.
enum class Sent {
  kNo,
  kUnknown,
  kEnded,  // the job is over, not charged: MarkEnded was called for it
};

struct Loaded {
  std::vector<Record> records;        // whole rows, oldest first
  std::vector<std::string> problems;  // one line each: what could not be read and where it was put
};

class Journal {
 public:
  // Blocks on the disk. Errors: kIo with the reason (read-only file, not a directory, owned by another user,
  // disk full, a file of another program), kInvalidState when another process holds it (the message names its
  // pid), kVersion for a journal of a newer version, kNotFound for a read-only one that is not there, kLimit
  // when no thread can be started. A damaged database is renamed beside itself (".damaged-<time>") and what
  // is readable is carried over; read-only it is left alone and what is readable is loaded.
  static wire::Result<std::unique_ptr<Journal>> Open(Options options);
  // Writes what is queued, bounded to one second; a disk that hangs longer keeps the writer thread and the
  // lock until it answers. In a forked child it does nothing.
  virtual ~Journal() = default;

  virtual const Loaded& loaded() const = 0;
  // Whether the POST of a loaded kIntent record may have left. kNo needs proof: the job's entry in the marks,
  // whole, of this run of the machine and in the file it was written to, names no POST beyond
  // Record::attempts; and nobody has named a candidate. kEnded as surely: such a job is not sent.
  virtual Sent SentOf(const Record& record) const = 0;
  virtual uint64_t next_job() const = 0;  // larger than every job ever written here
  // One job as the file holds it now, with its request. Blocks on the disk; any thread. kNotFound, kIo.
  virtual wire::Result<Record> Read(uint64_t job) const = 0;

  // Enqueues; never blocks on the disk. ticket != 0: a completion with that ticket follows once it is durable
  // (fsync'ed) or has failed. A record with empty body and params leaves those of its row as they are: they
  // need to be given only once. What a failed first write of a job in kIntent named is as if it had never
  // been put: a restart does not find it. Every other failed write is tried again by itself until it is done
  // (also after its ticket has failed).
  virtual void Put(Record record, uint64_t ticket) = 0;
  virtual void Forget(uint64_t job) = 0;
  // Before the first byte of the paid POST number `attempt` (from 1): one write to the marks file, which
  // survives a killed process; the writer thread syncs it afterwards, and nobody waits for that. false: not
  // written, or the intent is not durable: do not send. A record says how many attempts are proven unsent
  // (Record::attempts): only a mark with a larger number counts.
  virtual bool Mark(uint64_t job, uint32_t attempt) = 0;
  // Before anybody is told that a job has ended that is not charged: what Mark writes, in the place the job
  // has there, so that no restart takes it for one to be sent although its last row cannot be written any
  // more (a full disk, a killed process). false: that is not certain. A job whose row is not kIntent has
  // none, and needs none. doubted: 0, or the mark that casts doubt on the job instead, because somebody may
  // still say that the gateway has it: a restart then takes it for one that may have been sent.
  virtual bool MarkEnded(uint64_t job, uint32_t doubted) = 0;

  struct Completion {
    uint64_t ticket = 0;
    wire::Error error;  // ok(): durable
  };
  virtual bool Next(Completion& out) = 0;  // the thread that called Put

  struct Counters {
    uint64_t rows_written = 0, commits = 0, failures = 0;  // failures: of commits
  };
  virtual Counters counters() const = 0;
};

}  // namespace pixazo::journal

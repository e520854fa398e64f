#include "journal/load.h"

#include <algorithm>

#include "journal/schema.h"
#include "wire/text.h"

namespace pixazo::journal {
namespace {

// One view of the file, whoever writes meanwhile.
class Snapshot {
 public:
  explicit Snapshot(Database& db) : db_(db), code_(db.Run("BEGIN")) {}
  ~Snapshot() {
    if (db_.in_transaction()) db_.Run("ROLLBACK");
  }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  int code() const { return code_; }

 private:
  Database& db_;
  int code_;
};

constexpr size_t kMostColumns = 32;

struct Row {
  std::array<Value, kMostColumns> values;
  size_t size = 0;
  Values all() const { return Values(values).first(size); }
};

void ReadRow(const Statement& s, Row& row) {
  row.size = std::min(s.columns(), kMostColumns);
  for (size_t i = 0; i < row.size; ++i) row.values[i] = s.Column(i);
}

// Reads a table row by row. Rows that are damaged go to bad(key), whole ones to good(values); good says no to
// one that it cannot take. False: the rest could not be read.
class Reader {
 public:
  Reader(Database& db, Contents& contents) : db_(db), out_(contents) {}

  template <class Good>
  void Read(std::string_view sql, const Shape& shape, Good good) {
    Statement s;
    int code = out_.code != 0 ? out_.code : db_.Prepare(sql, s);
    if (code == SQLITE_OK) code = s.Start();
    Row row;
    for (; code == SQLITE_ROW; code = s.Step()) {
      ReadRow(s, row);
      if (sqlite3_errcode(db_.handle()) == SQLITE_NOMEM) {
        code = SQLITE_NOMEM;
        break;
      }
      if (!good(row.all())) Say("a row of table " + std::string(shape.table) + " is damaged");
    }
    if (code == SQLITE_DONE) return;
    if (IsDamage(code))
      Say("table " + std::string(shape.table) + ": " + SqliteReason(code, 0));
    else
      out_.code = code;
  }
  void Say(std::string what) { out_.problems.push_back(std::move(what)); }

 private:
  Database& db_;
  Contents& out_;
};

void CheckStructure(Database& db, Reader& reader, Contents& out) {
  std::string result;
  const int code = db.Query("PRAGMA main.quick_check(1)", result);
  if (code == SQLITE_OK && result == "ok") return;
  if (code != SQLITE_OK && !IsDamage(code)) {
    out.code = code;
    return;
  }
  reader.Say(wire::CleanForMessage(code == SQLITE_OK ? result : SqliteReason(code, 0), 200));
}

void CheckSeal(Reader& reader, const Contents& out, bool meta_read) {
  if (!meta_read) return reader.Say("the row of table meta is damaged");
  int64_t digest = 0;
  for (const JobRow& row : out.jobs) digest ^= row.checksum;
  if (static_cast<int64_t>(out.jobs.size()) != out.meta.rows || digest != out.meta.digest)
    reader.Say("table jobs does not hold the rows that were written");
}

}  // namespace

void MarkRequestLost(Record& record) {
  record.body.clear();
  record.params.clear();
  record.body_withheld = true;
}

void WithholdIfEmpty(Record& record) {
  if (record.stage == Record::Stage::kIntent && record.body.empty()) record.body_withheld = true;
}

Contents Load(Database& db, Requests requests) {
  Contents out;
  const Snapshot snapshot(db);
  out.code = snapshot.code();
  if (out.code != SQLITE_OK) return out;
  Reader reader(db, out);
  CheckStructure(db, reader, out);
  reader.Read(kSelectJobs, kJobs, [&](Values values) {
    auto row = DecodeJob(values);
    if (row) out.jobs.push_back(std::move(*row));
    return row.has_value();
  });
  size_t at = 0;  // both tables come in the order of jobs
  const auto lost_until = [&](int64_t job) {
    for (; at < out.jobs.size() && (job < 0 || out.jobs[at].record.job < static_cast<uint64_t>(job)); ++at)
      if (out.jobs[at].request_checksum != 0) {
        MarkRequestLost(out.jobs[at].record);
        reader.Say("a row of table requests is missing");
      }
  };
  reader.Read(kSelectRequests, kRequests, [&](Values values) {
    const auto request = DecodeRequest(values);
    if (!request) return false;
    lost_until(request->job);
    if (at == out.jobs.size() || out.jobs[at].record.job != static_cast<uint64_t>(request->job) ||
        out.jobs[at].request_checksum != values.back().integer)
      return false;
    Record& record = out.jobs[at++].record;
    record.body_withheld = request->withheld;
    if (requests == Requests::kAll || record.stage == Record::Stage::kIntent) {
      record.body = request->body;
      record.params = request->params;
    }
    return true;
  });
  lost_until(-1);
  for (JobRow& row : out.jobs) WithholdIfEmpty(row.record);
  bool meta_read = false;
  reader.Read(kSelectMeta, kMeta, [&](Values values) {
    const auto meta = DecodeMeta(values);
    if (!meta || meta_read || meta->version < 1 || meta->version > kFormat) return false;
    out.meta = *meta;
    return meta_read = true;
  });
  CheckSeal(reader, out, meta_read);
  return out;
}

int LoadMeta(Database& db, Meta& out) {
  Statement s;
  int code = db.Prepare(kSelectMeta, s);
  if (code == SQLITE_OK) code = s.Start();
  if (code == SQLITE_DONE) return SQLITE_CORRUPT;
  if (code != SQLITE_ROW) return code;
  Row row;
  ReadRow(s, row);
  const auto meta = DecodeMeta(row.all());
  if (meta) out = *meta;
  return meta ? SQLITE_OK : SQLITE_CORRUPT;
}

int LoadOne(Database& db, uint64_t job, Record& out) {
  const Value key = Value::Of(static_cast<int64_t>(job));
  const Snapshot snapshot(db);
  if (snapshot.code() != SQLITE_OK) return snapshot.code();
  Statement select_job, select_request;
  int code = db.Prepare(kSelectJob, select_job);
  if (code == SQLITE_OK) code = db.Prepare(kSelectRequest, select_request);
  if (code != SQLITE_OK) return code;
  Row row;
  code = select_job.Start({&key, 1});
  if (code == SQLITE_DONE) return SQLITE_NOTFOUND;
  if (code != SQLITE_ROW) return code;
  ReadRow(select_job, row);
  auto found = DecodeJob(row.all());
  if (!found) return SQLITE_CORRUPT;
  out = std::move(found->record);
  WithholdIfEmpty(out);
  if (found->request_checksum == 0) return SQLITE_OK;
  code = select_request.Start({&key, 1});
  if (code != SQLITE_ROW) return code == SQLITE_DONE ? SQLITE_CORRUPT : code;
  ReadRow(select_request, row);
  const auto request = DecodeRequest(row.all());
  if (!request || row.all().back().integer != found->request_checksum) return SQLITE_CORRUPT;
  out.body_withheld = request->withheld;
  out.body = request->body;
  out.params = request->params;
  return SQLITE_OK;
}

}  // namespace pixazo::journal

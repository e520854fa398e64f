#include "journal/store.h"

#include <algorithm>
#include <array>

namespace pixazo::journal {

int Store::Prepare() {
  struct Part {
    Statement& statement;
    const char* sql;
  };
  for (const Part& part : {
           Part{begin_, "BEGIN IMMEDIATE"},
           Part{commit_, "COMMIT"},
           Part{rollback_, "ROLLBACK"},
           Part{find_, "SELECT request_checksum, checksum FROM main.jobs WHERE job=?"},
           Part{put_job_,
                "INSERT OR REPLACE INTO main.jobs VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
                "?,?,?,?,?,?,?,?,?,?)"},
           Part{put_request_, "INSERT OR REPLACE INTO main.requests VALUES(?,?,?,?,?)"},
           Part{drop_job_, "DELETE FROM main.jobs WHERE job=?"},
           Part{drop_request_, "DELETE FROM main.requests WHERE job=?"},
           Part{put_meta_, "INSERT OR REPLACE INTO main.meta VALUES(?,?,?,?,?,?,?)"},
       }) {
    const int code = db_.Prepare(part.sql, part.statement);
    if (code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

void Store::Close() {
  for (Statement* s : {&begin_, &commit_, &rollback_, &find_, &put_job_, &put_request_, &drop_job_,
                       &drop_request_, &put_meta_})
    *s = Statement();
}

int Store::Begin() {
  if (db_.HasMoved()) return SQLITE_READONLY_DBMOVED;
  next_ = meta_;
  return db_.in_transaction() ? SQLITE_OK : begin_.Run();
}

int Store::RestoreAll(const std::vector<JobRow>& rows) {
  for (const JobRow& row : rows) {
    const Record& r = row.record;
    const Request request = {static_cast<int64_t>(r.job), r.body_withheld, r.body, r.params};
    if (const int code = Restore(row, TextsOf(r), request); code != SQLITE_OK) return code;
  }
  return SQLITE_OK;
}

int Store::Find(int64_t job, Old& old) {
  const Value key = Value::Of(job);
  const int code = find_.Start({&key, 1});
  if (code == SQLITE_ROW) old = {true, find_.Column(0).integer, find_.Column(1).integer};
  find_.Reset();
  return code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
}

// checksum: of the row that is there, then of the row that is there now.
int Store::PutRequest(const Request& request, int64_t& checksum) {
  if (request.body.empty() && request.params.empty() && (!request.withheld || checksum != 0))
    return SQLITE_OK;
  const RequestValues values = EncodeRequest(request);
  if (checksum == values.back().integer) return SQLITE_OK;
  checksum = values.back().integer;
  return put_request_.Run(values);
}

int Store::PutRow(const Record& record, const JobTexts& texts, const Request& request, int64_t write) {
  Old old;
  int code = Find(request.job, old);
  if (code != SQLITE_OK) return code;
  int64_t request_checksum = old.request_checksum;
  code = PutRequest(request, request_checksum);
  if (code != SQLITE_OK) return code;
  const JobValues values = EncodeJob(record, texts, write, request_checksum);
  code = put_job_.Run(values);
  next_.digest ^= old.checksum ^ values.back().integer;
  next_.rows += old.exists ? 0 : 1;
  KeepIdsAbove(request.job + 1, write);
  return code;
}

int Store::Put(const Record& record, const JobTexts& texts, const Request& request) {
  return PutRow(record, texts, request, next_.writes + 1);
}

int Store::Restore(const JobRow& row, const JobTexts& texts, const Request& request) {
  return PutRow(row.record, texts, request, row.write);
}

int Store::Forget(uint64_t job) {
  const auto key = Value::Of(static_cast<int64_t>(job));
  Old old;
  int code = Find(key.integer, old);
  if (code != SQLITE_OK || !old.exists) return code;
  code = drop_job_.Run({&key, 1});
  if (code == SQLITE_OK) code = drop_request_.Run({&key, 1});
  next_.digest ^= old.checksum;
  next_.rows -= 1;
  next_.writes += 1;
  return code;
}

void Store::KeepIdsAbove(int64_t next_job, int64_t writes) {
  next_.next_job = std::max(next_.next_job, next_job);
  next_.writes = std::max(next_.writes, writes);
}

int Store::Commit() {
  int code = put_meta_.Run(EncodeMeta(next_));
  if (code == SQLITE_OK) code = commit_.Run();
  if (code == SQLITE_OK)
    meta_ = next_;
  else
    Rollback();
  return code;
}

void Store::Rollback() {
  if (db_.in_transaction()) rollback_.Run();
}

}  // namespace pixazo::journal

// Writes rows inside a transaction and keeps the row of meta in step. One thread; allocates nothing itself.
#pragma once

#include <cstdint>
#include <vector>

#include "journal/database.h"
#include "journal/row.h"

namespace pixazo::journal {

class Store {
 public:
  // db must outlive it and hold the tables; meta is what its row says.
  Store(Database& db, const Meta& meta) : db_(db), meta_(meta), next_(meta) {}
  int Prepare();  // SQLite's code, as everywhere here
  void Close();   // lets go of the database; then Prepare again

  int Begin();  // or goes on with the caller's transaction
  // Replaces the job's row. An empty body with empty params leaves the row of requests as it is.
  int Put(const Record& record, const JobTexts& texts, const Request& request);
  // The same for a row that was read: its write number stays.
  int Restore(const JobRow& row, const JobTexts& texts, const Request& request);
  int RestoreAll(const std::vector<JobRow>& rows);  // with the requests they hold
  int Forget(uint64_t job);
  void KeepIdsAbove(int64_t next_job, int64_t writes);  // both only grow
  int Commit();
  void Rollback();

  const Meta& meta() const { return meta_; }  // as last committed

 private:
  struct Old {
    bool exists = false;
    int64_t request_checksum = 0, checksum = 0;
  };
  int Find(int64_t job, Old& old);
  int PutRequest(const Request& request, int64_t& checksum);
  int PutRow(const Record& record, const JobTexts& texts, const Request& request, int64_t write);

  Database& db_;
  Meta meta_, next_;
  Statement begin_, commit_, rollback_, find_, put_job_, put_request_, drop_job_, drop_request_, put_meta_;
};

}  // namespace pixazo::journal

#include "journal/schema.h"

namespace pixazo::journal {
namespace {

struct Table {
  std::string_view name;
  std::string sql;
};

std::array<Table, 3> TablesOf(int64_t format) {
  const std::string since_2 =
      format < 2 ? "" : "fetch_outputs INTEGER, submit_timeout_ms INTEGER, candidate TEXT, ";
  const std::string since_3 = format < 3 ? "" : "gateway TEXT, ";
  return {{
      {"jobs",
       "CREATE TABLE jobs(job INTEGER PRIMARY KEY, write INTEGER, stage INTEGER, state INTEGER, charged "
       "INTEGER, "
       "kind INTEGER, priority INTEGER, attempts INTEGER, queued INTEGER, delivered INTEGER, tag INTEGER, "
       "origin INTEGER, endpoint TEXT, request_id TEXT, submit_key TEXT, nonce TEXT, output_dir TEXT, "
       "output_name TEXT, error TEXT, outputs TEXT, reserved_microusd INTEGER, created_ms INTEGER, "
       "updated_ms INTEGER, deadline_ms INTEGER, boot_id TEXT, request_checksum INTEGER, " +
           since_2 + since_3 + "checksum INTEGER)"},
      {"requests",
       "CREATE TABLE requests(job INTEGER PRIMARY KEY, withheld INTEGER, body TEXT, params TEXT, "
       "checksum INTEGER)"},
      {"meta",
       "CREATE TABLE meta(id INTEGER PRIMARY KEY, version INTEGER, next_job INTEGER, writes INTEGER, "
       "row_count INTEGER, digest INTEGER, checksum INTEGER)"},
  }};
}

// For people. None of it is read by the library.
constexpr const char* kForPeople = R"(
CREATE TABLE about(topic TEXT PRIMARY KEY, text TEXT) WITHOUT ROWID;
INSERT INTO about VALUES
('','Journal of libpixazo: one row of jobs for each job. SELECT * FROM job_list; SELECT * FROM output_list; Looking is safe at any time; a row that is edited by hand no longer fits its checksum and is set aside.'),
('jobs.stage','1 intent: about to be sent, or sent and not yet answered (the file of marks knows); 2 acked: the gateway has named it; 3 ended'),
('jobs.state','1 waiting 2 submitting 3 uncertain 4 queued 5 processing 6 downloading 100 completed 101 failed 102 cancelled'),
('jobs.charged','0 unknown 1 no 2 yes'),
('jobs.kind','0 submit 1 attached 2 fetched again 3 uncertain, restored'),
('jobs.attempts','paid POSTs that are proven to have had no effect'),
('jobs.queued','1: an endpoint that answers with a request id; 0: one that answers with pictures'),
('jobs.delivered','1: the host has taken the job''s last event'),
('jobs.origin','the job this one was made from, 0: none'),
('jobs.error','JSON; empty: none'),
('jobs.outputs','JSON, an array; status 0: fetched'),
('jobs.*_ms','milliseconds since 1970-01-01 UTC; 0: none'),
('jobs.*_microusd','millionths of a US dollar; -1: none'),
('jobs.fetch_outputs','0: only the addresses of the pictures are wanted'),
('jobs.submit_timeout_ms','of the paid request; 0: the client''s'),
('jobs.candidate','an id that was named for this job and that no status call has agreed to; empty: none'),
('jobs.gateway','the base URL the job was sent to, or is to be: no other is asked; empty: not known'),
('jobs.boot_id','the run of the machine in which the intent was written'),
('jobs.write','number of this write among all of the journal'),
('requests.body','the request as sent; with withheld = 1 its SHA-256'),
('*.checksum','CRC-64 over the other columns: recognises damage, protects against nobody');
CREATE VIEW job_list AS SELECT job,
 CASE state WHEN 1 THEN 'waiting' WHEN 2 THEN 'submitting' WHEN 3 THEN 'uncertain' WHEN 4 THEN 'queued'
  WHEN 5 THEN 'processing' WHEN 6 THEN 'downloading' WHEN 100 THEN 'completed' WHEN 101 THEN 'failed'
  WHEN 102 THEN 'cancelled' ELSE state END AS state,
 CASE charged WHEN 1 THEN 'no' WHEN 2 THEN 'yes' ELSE 'unknown' END AS charged,
 endpoint, request_id,
 CASE WHEN error = '' THEN '' ELSE json_extract(error, '$.message') END AS error,
 json_array_length(outputs) AS outputs,
 strftime('%Y-%m-%dT%H:%M:%fZ', created_ms / 1000.0, 'unixepoch') AS created,
 strftime('%Y-%m-%dT%H:%M:%fZ', updated_ms / 1000.0, 'unixepoch') AS updated
 FROM jobs ORDER BY job;
CREATE VIEW output_list AS SELECT job, o.key AS output, json_extract(o.value, '$.path') AS path,
 json_extract(o.value, '$.url') AS url, json_extract(o.value, '$.media_type') AS media_type,
 json_extract(o.value, '$.bytes') AS bytes, json_extract(o.value, '$.width') AS width,
 json_extract(o.value, '$.height') AS height, json_extract(o.value, '$.status') AS status
 FROM jobs, json_each(jobs.outputs) AS o ORDER BY job, o.key;
)";

// How many of a format's tables are defined word for word as above.
int CountTables(Database& db, int64_t format, size_t& found) {
  Statement s;
  int code = db.Prepare("SELECT sql FROM main.sqlite_schema WHERE type='table' AND name=?1", s);
  if (code != SQLITE_OK) return code;
  found = 0;
  for (const Table& table : TablesOf(format)) {
    const Value name = Value::Of(table.name);
    code = s.Start({&name, 1});
    if (code == SQLITE_ROW && s.Column(0).text == table.sql) ++found;
    s.Reset();
    if (code != SQLITE_ROW && code != SQLITE_DONE) return code;
  }
  return SQLITE_OK;
}

}  // namespace

Identified Identify(Database& db) {
  int64_t application = 0, format = 0, objects = 0, said = 0;
  size_t tables = 0;
  int code = db.Query("PRAGMA application_id", application);
  if (code == SQLITE_OK) code = db.Query("PRAGMA user_version", format);
  if (code == SQLITE_OK) code = db.Query("SELECT count(*) FROM main.sqlite_schema", objects);
  if (code == SQLITE_OK) code = CountTables(db, format >= 1 && format < kFormat ? format : kFormat, tables);
  if (IsDamage(code)) return {Identity::kDamaged, 0, code};
  if (code != SQLITE_OK) return {Identity::kError, 0, code};
  if (objects == 0 && application == 0) return {Identity::kEmpty, 0, 0};
  const bool all = tables == TablesOf(kFormat).size(), known = format >= 1 && format <= kFormat;
  if (application == kApplicationId && known && all) return {Identity::kJournal, format, 0};
  if (application != kApplicationId && !all) return {Identity::kForeign, 0, 0};
  // Two places must say so before a file counts as newer: one may have been hit.
  if (db.Query("SELECT version FROM main.meta", said) == SQLITE_OK && said == format && format > kFormat)
    return {Identity::kNewer, format, 0};
  return {Identity::kDamaged, 0, 0};
}

int CreateSchema(Database& db, const Meta& meta) {
  int code = SQLITE_OK;
  const auto run = [&](const char* sql) {
    if (code == SQLITE_OK) code = db.Run(sql);
  };
  const bool own = !db.in_transaction();
  if (own) run("BEGIN IMMEDIATE");
  run("PRAGMA application_id=0x50587A4A; PRAGMA user_version=3;");
  for (const Table& table : TablesOf(kFormat)) run(table.sql.c_str());
  run(kForPeople);
  Statement insert;
  if (code == SQLITE_OK) code = db.Prepare("INSERT INTO main.meta VALUES(?,?,?,?,?,?,?)", insert);
  const MetaValues values = EncodeMeta(meta);
  if (code == SQLITE_OK) code = insert.Run(values);
  if (own) run("COMMIT");
  if (code != SQLITE_OK && db.in_transaction()) db.Run("ROLLBACK");
  return code;
}

int DropSchema(Database& db) {
  return db.Run(
      "DROP VIEW IF EXISTS job_list; DROP VIEW IF EXISTS output_list; DROP TABLE IF EXISTS about;"
      "DROP TABLE jobs; DROP TABLE requests; DROP TABLE meta;");
}

}  // namespace pixazo::journal

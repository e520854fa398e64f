// Rows as they lie in the database, and their checksums. One codec for writing, for reading through SQLite
// and for reading a damaged file without it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "journal/journal.h"

namespace pixazo::journal {

// One column's value. Text is not owned.
struct Value {
  enum class Type : uint8_t { kNull, kInteger, kText, kOther };
  Type type = Type::kNull;
  int64_t integer = 0;
  std::string_view text;

  static Value Of(int64_t n) { return {Type::kInteger, n, {}}; }
  static Value Of(std::string_view s) { return {Type::kText, 0, s}; }
};
using Values = std::span<const Value>;

// The shape of a table: its columns in order, the key first (an INTEGER PRIMARY KEY) and the checksum last.
struct Shape {
  std::string_view table;
  std::string_view types;  // a letter a column: i integer, t text
};
constexpr Shape kJobs = {"jobs", "iiiiiiiiiiiittttttttiiiitiiitti"};
constexpr Shape kJobsOfFormat2 = {"jobs", "iiiiiiiiiiiittttttttiiiitiiiti"};  // without gateway
constexpr Shape kJobsOfFormat1 = {"jobs", "iiiiiiiiiiiittttttttiiiitii"};     // nor the three before it
constexpr Shape kRequests = {"requests", "iitti"};
constexpr Shape kMeta = {"meta", "iiiiiii"};

// The checksum over every column but the last.
int64_t RowChecksum(const Shape& shape, Values values);
// Whether the types are those of the shape and the last column is the checksum of the others.
bool HasShape(const Shape& shape, Values values);
bool IsWhole(const Shape& shape, Values values);

// Ids, counts and times end here, so that neither one more nor the difference of two overflows.
constexpr int64_t kMaxCount = int64_t{1} << 62, kMaxTime = int64_t{1} << 61;

// Whether a job can be like that: no row is written or believed that says otherwise.
bool IsPossible(const Record& record);

// A row of table jobs. `write` counts writes of the whole journal: of two versions of a job the larger is
// newer.
struct JobRow {
  Record record;
  int64_t write = 0;
  int64_t request_checksum = 0;  // of the row in table requests, 0: there is none
  int64_t checksum = 0;
};
struct JobTexts {  // columns that are JSON
  std::string error, outputs;
};
JobTexts TextsOf(const Record& record);
using JobValues = std::array<Value, kJobs.types.size()>;
// Views into record and texts.
JobValues EncodeJob(const Record& record, const JobTexts& texts, int64_t write, int64_t request_checksum);
std::optional<JobRow> DecodeJob(Values values);  // of any format that is known; nullopt: damaged

// A row of table requests: written once, with the intent.
struct Request {
  int64_t job = 0;
  bool withheld = false;  // body is a SHA-256
  std::string_view body, params;
};
using RequestValues = std::array<Value, kRequests.types.size()>;
RequestValues EncodeRequest(const Request& request);
std::optional<Request> DecodeRequest(Values values);

// The one row of table meta.
struct Meta {
  int64_t version = 0, next_job = 1;
  int64_t writes = 0;  // every write of a row counts one
  int64_t rows = 0;    // in table jobs
  int64_t digest = 0;  // all their checksums, by exclusive or: a row that is gone is missed
  bool operator==(const Meta&) const = default;
};
using MetaValues = std::array<Value, kMeta.types.size()>;
MetaValues EncodeMeta(const Meta& meta);
std::optional<Meta> DecodeMeta(Values values);

}  // namespace pixazo::journal

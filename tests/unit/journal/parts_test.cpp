// The small parts: checksums, rows, places.
#include <array>
#include <functional>
#include <string>

#include "journal/checksum.h"
#include "journal/places.h"
#include "journal/row.h"
#include "journal/sha256.h"
#include "journal/writer.h"
#include "support.h"

namespace pixazo::test {

using namespace journal;

namespace {

uint64_t Sum(std::string_view bytes) {
  Checksum sum("");
  sum.Add(bytes);
  return sum.value();
}

std::string Sha(std::string_view bytes) {
  const auto hex = Sha256Hex(bytes);
  return std::string(hex.begin(), hex.end());
}

}  // namespace

TEST_CASE("the checksum is CRC-64/XZ and does not depend on how the bytes are cut") {
  CHECK(Sum("123456789") == 0x995DC9BBDF1939FAu);
  const std::string text(1000, 'x');
  for (size_t cut = 0; cut < 40; ++cut) {
    Checksum sum("");
    sum.Add(std::string_view(text).substr(0, cut));
    sum.Add(std::string_view(text).substr(cut));
    CHECK(sum.value() == Sum(text));
  }
}

TEST_CASE("SHA-256 is that of FIPS 180-4 for every length around a block") {
  CHECK(Sha("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(Sha("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(Sha("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(Sha(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  CHECK(Sha(std::string(55, 'a')) == "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
  CHECK(Sha(std::string(56, 'a')) == "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
  CHECK(Sha(std::string(64, 'a')) == "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
}

TEST_CASE("a row reads back as it was written, and as nothing once any column differs") {
  for (Stage stage : {Stage::kIntent, Stage::kAcked, Stage::kEnded}) {
    const Record record = MakeRecord(7, stage, 3);
    const JobTexts texts = TextsOf(record);
    JobValues values = EncodeJob(record, texts, 12, 34);
    auto row = DecodeJob(values);
    REQUIRE(row);
    CHECK(row->write == 12);
    CHECK(row->request_checksum == 34);
    Record expected = record;
    expected.body.clear();  // in a table of its own
    expected.params.clear();
    CHECK(Difference(row->record, expected) == "");

    for (size_t i = 0; i < values.size(); ++i) {
      JobValues changed = values;
      std::string text(changed[i].text);
      if (changed[i].type == Value::Type::kInteger) {
        changed[i].integer ^= 1;
      } else {
        text += 'x';
        changed[i].text = text;
      }
      INFO("column ", i);
      CHECK_FALSE(DecodeJob(changed));
    }
    JobValues swapped = values;  // two texts that trade places
    std::swap(swapped[12], swapped[14]);
    CHECK_FALSE(DecodeJob(swapped));
    CHECK_FALSE(DecodeJob(Values(values).first(values.size() - 1)));
  }
}

TEST_CASE("a row of one table is none of another, and a whole row with impossible contents is none") {
  const Record record = MakeRecord(7, Stage::kIntent);
  const JobTexts texts = TextsOf(record);
  JobValues values = EncodeJob(record, texts, 12, 34);
  values.back().integer = RowChecksum({"requests", kJobs.types}, values);
  CHECK_FALSE(DecodeJob(values));
  values[2].integer = 4;  // no such stage
  values.back().integer = RowChecksum(kJobs, values);
  CHECK_FALSE(DecodeJob(values));
}

TEST_CASE("a whole row that no job can have is none, and is not written") {
  const auto refused = [](Stage stage, const std::function<void(Record&)>& change) {
    Record record = MakeRecord(7, stage);
    REQUIRE(DecodeJob(EncodeJob(record, TextsOf(record), 12, 34)));
    change(record);
    const JobTexts texts = TextsOf(record);
    return !DecodeJob(EncodeJob(record, texts, 12, 34));
  };
  CHECK(refused(Stage::kEnded, [](Record& r) { r.state = 3; }));
  for (Stage stage : {Stage::kIntent, Stage::kAcked, Stage::kEnded}) {
    for (int32_t kind : {-1, 4, 257}) CHECK(refused(stage, [kind](Record& r) { r.kind = kind; }));
    for (int32_t state : {0, 7, 99, 103}) CHECK(refused(stage, [state](Record& r) { r.state = state; }));
    for (int32_t charged : {-1, 3}) CHECK(refused(stage, [charged](Record& r) { r.charged = charged; }));
    for (uint64_t job : {0ull, 1ull << 62, 1ull << 63}) CHECK(refused(stage, [job](Record& r) { r.job = job; }));
    for (int64_t time : {INT64_MIN, -(int64_t{1} << 61) - 1, (int64_t{1} << 61) + 1, INT64_MAX}) {
      CHECK(refused(stage, [time](Record& r) { r.created_ms = time; }));
      CHECK(refused(stage, [time](Record& r) { r.updated_ms = time; }));
      CHECK(refused(stage, [time](Record& r) { r.deadline_ms = time; }));
    }
    CHECK(refused(stage, [](Record& r) { r.deadline_ms = r.created_ms - 1; }));
    CHECK_FALSE(refused(stage, [](Record& r) { r.deadline_ms = 0; }));
  }
  for (int64_t write : {int64_t{-1}, INT64_MAX}) {
    const Record record = MakeRecord(7, Stage::kIntent);
    CHECK_FALSE(DecodeJob(EncodeJob(record, TextsOf(record), write, 34)));
  }
  CHECK(DecodeMeta(EncodeMeta({1, int64_t{1} << 62, 2, 3, 4})));
  for (const Meta& meta : {Meta{1, INT64_MAX, 2, 3, 4}, Meta{1, 0, 2, 3, 4}, Meta{1, 1, -2, 3, 4},
                           Meta{1, 1, 2, INT64_MIN, 4}})
    CHECK_FALSE(DecodeMeta(EncodeMeta(meta)));

  TempDir dir;
  Host host(dir / "j");
  REQUIRE(host.ok());
  Record record = MakeRecord(1, Stage::kEnded);
  record.state = 3;
  CHECK(host.Write(record).code == Code::kInvalidArg);
}

TEST_CASE("places are used again, and a POST begins only once the intent is durable") {
  Places places;
  places.Keep(5, {2, 1});
  places.FreeOthers(4);
  CHECK(places.Take(6) == 0);
  CHECK(places.Take(7) == 1);
  CHECK(places.Take(8) == 3);
  CHECK(places.Take(9) == 4);
  Places::Mark mark;
  CHECK_FALSE(places.Begin(6, 1, mark));
  places.SetDurable(6);
  REQUIRE(places.Begin(6, 2, mark));
  CHECK(mark.attempt == 2);
  REQUIRE(places.Begin(6, 1, mark));
  CHECK(mark.attempt == 2);  // never goes back
  REQUIRE(places.Begin(5, 2, mark));
  CHECK(mark.place == 2);
  places.Release(6);
  CHECK_FALSE(places.Begin(6, 3, mark));
  CHECK(places.Take(10) == 0);
  places.Refuse(7);
  places.SetDurable(7);
  CHECK_FALSE(places.Begin(7, 1, mark));
  std::array<uint64_t, 4> refused{};
  CHECK(places.Refused(refused) == 1);
  CHECK(refused[0] == 7);
  places.Release(7);
  CHECK(places.Refused(refused) == 0);
}

TEST_CASE("a job is written for the first time once, and memory of it is bounded") {
  WrittenJobs written(10);
  CHECK_FALSE(written.Add(9));  // of an earlier life
  CHECK(written.Add(12));
  CHECK_FALSE(written.Add(12));
  CHECK(written.Add(10));
  CHECK(written.Add(11));
  CHECK_FALSE(written.Add(11));
  for (uint64_t job = 20; job < 30'000; job += 2) CHECK(written.Add(job));
  for (uint64_t job = 20; job < 30'000; job += 2) CHECK_FALSE(written.Add(job));
  CHECK_FALSE(written.Add(21));  // so long ago that it counts as written
  CHECK(written.Add(29'999));
}

}  // namespace pixazo::test

// A journal's files, any bytes in them: opening never crashes, a row is whole or absent, and no job counts as
// not sent. And any texts in a row's JSON columns: what is read is written again as it was.
//
// The first byte: even, two columns of a row follow, cut at the first zero byte; odd, three lengths (4 bytes
// each, little endian) and the bytes of database, log and marks.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "fuzz.h"
#include "journal/journal.h"
#include "journal/row.h"

using namespace pixazo;
using namespace pixazo::journal;

namespace {

// A place for the files, removed at the end.
struct Place {
  std::string directory = ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
  Place() {
    directory += "/fuzz-journal-XXXXXX";
    Require(::mkdtemp(directory.data()) != nullptr, "there is a directory for the files");
  }
  ~Place() {
    for (const char* tail : {"", "-wal", "-marks", "-shm", "-lock"})
      ::unlink((directory + "/j" + tail).c_str());
    ::rmdir(directory.c_str());
  }
};

const std::string& Directory() {
  static const Place place;
  return place.directory;
}

void WriteFile(const char* tail, std::string_view bytes) {
  const std::string path = Directory() + "/j" + tail;
  ::unlink(path.c_str());
  if (bytes.empty()) return;
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  Require(fd >= 0 && ::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
          "a file is written");
  ::close(fd);
}

void CheckLoaded(const Journal& journal) {
  uint64_t last = 0;
  for (const Record& r : journal.loaded().records) {
    Require(r.job > last, "jobs come once, in order");
    last = r.job;
    Require(r.stage >= Record::Stage::kIntent && r.stage <= Record::Stage::kEnded, "a stage is one of three");
    Require(journal.SentOf(r) == Sent::kUnknown, "marks of another file prove nothing");
  }
}

void CheckFiles(std::string_view in) {
  size_t lengths[3];
  std::string_view parts[3];
  for (size_t i = 0; i < 3; ++i) {
    uint32_t length = 0;
    for (size_t k = 0; k < 4 && 4 * i + k < in.size(); ++k)
      length |= uint32_t{static_cast<uint8_t>(in[4 * i + k])} << (8 * k);
    lengths[i] = length % (1u << 20);
  }
  std::string_view rest = in.substr(std::min<size_t>(in.size(), 12));
  for (size_t i = 0; i < 3; ++i) {
    parts[i] = rest.substr(0, lengths[i]);
    rest.remove_prefix(parts[i].size());
  }
  WriteFile("", parts[0]);
  WriteFile("-wal", parts[1]);
  WriteFile("-marks", parts[2]);
  WriteFile("-shm", {});
  Options options;
  options.path = Directory() + "/j";
  options.read_only = true;
  options.load_requests = true;
  const auto opened = Journal::Open(options);
  if (!opened.ok()) {
    Require(!opened.error().message.empty(), "an error says why");
    return;
  }
  CheckLoaded(**opened);
  (void)(*opened)->Read(1);
}

void CheckTexts(std::string_view in) {
  const size_t cut = std::min(in.find('\0'), in.size());
  Record record;
  record.job = 7;
  record.state = 1;
  const JobTexts texts = {std::string(in.substr(0, cut)),
                          std::string(in.substr(std::min(cut + 1, in.size())))};
  const auto row = DecodeJob(EncodeJob(record, texts, 1, 2));
  if (!row) return;
  const JobTexts again = TextsOf(row->record);
  const auto twice = DecodeJob(EncodeJob(row->record, again, 1, 2));
  Require(twice.has_value(), "what was read can be written");
  const JobTexts thrice = TextsOf(twice->record);
  Require(thrice.error == again.error && thrice.outputs == again.outputs, "and reads back as it was");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view rest = Text(data, size).substr(1);
  if (data[0] % 2 == 0)
    CheckTexts(rest);
  else
    CheckFiles(rest);
  return 0;
}

#include "journal/marks.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "journal/checksum.h"
#include "journal/row.h"
#include "wire/text.h"

namespace pixazo::journal {
namespace {

// Numbers little endian. Head: magic 16, boot id 40 (zero padded), device 8, inode 8, writes 8, next job 8,
// checksum 8. Entries of 32 from 96 on: job 8, attempt 4, kind 4, zero 8, checksum 8. No entry crosses a
// page.
constexpr size_t kHead = 96, kEntry = 32, kBootId = 40, kMaxFile = 64u << 20;
constexpr std::string_view kMagic("pixazo marks 1\n\0", 16);
enum Kind : uint32_t { kEmpty = 0, kCount = 1, kPrepared = 2, kEnded = 3 };

void PutNumber(char* at, uint64_t n, size_t size) {
  for (size_t i = 0; i < size; ++i) at[i] = static_cast<char>(n >> (8 * i));
}

uint64_t Number(std::string_view s, size_t at, size_t size) {
  uint64_t n = 0;
  for (size_t i = size; i-- > 0;) n = n << 8 | static_cast<uint8_t>(s[at + i]);
  return n;
}

using HeadBytes = std::array<char, kHead>;

uint64_t HeadSum(std::string_view head) {
  Checksum sum("marks");
  sum.Add(head.substr(0, kHead - 8));
  return sum.value();
}

}  // namespace

wire::Result<std::unique_ptr<Marks>> Marks::Open(const std::string& journal, const std::string& boot_id,
                                                 bool read_only) {
  const std::string path = journal + kMarksTail;
  std::unique_ptr<Marks> marks(new Marks);
  marks->boot_id_ = boot_id.size() < kBootId ? boot_id : std::string();
  if (read_only && !Exists(path)) return marks;
  if (read_only) {
    marks->file_ = File::Open(path, O_RDONLY | O_NOFOLLOW);
    if (!marks->file_.is_open()) return marks;
  } else {
    auto file = OpenBeside(journal, kMarksTail);
    if (!file.ok()) return file.error();
    marks->file_ = std::move(*file);
  }
  struct stat st;
  if (::fstat(marks->file_.fd(), &st) != 0) return IoError(path, errno);
  marks->device_ = static_cast<uint64_t>(st.st_dev);
  marks->inode_ = static_cast<uint64_t>(st.st_ino);
  auto bytes = ReadFile(marks->file_, path, kMaxFile);
  if (!bytes.ok()) return bytes.error();
  marks->Parse(*bytes);
  if (!read_only && bytes->empty())  // just made
    if (const int error = SyncDirectoryOf(path)) return IoError(path, error);
  return marks;
}

void Marks::Parse(const std::string& bytes) {
  const std::string_view all = bytes, head = all.substr(0, kHead);
  known_ = head.size() == kHead && head.starts_with(kMagic) && Number(head, kHead - 8, 8) == HeadSum(head);
  bool this_boot = true;
  if (known_) {
    std::string_view boot = head.substr(16, kBootId);
    boot = boot.substr(0, boot.find('\0'));
    this_boot = boot == boot_id_;
    writes_ = static_cast<int64_t>(Number(head, 72, 8));
    next_job_ = static_cast<int64_t>(Number(head, 80, 8));
    known_ = std::min(writes_, next_job_) >= 0 && std::max(writes_, next_job_) <= kMaxCount;
    copied_ = this_boot && (Number(head, 56, 8) != device_ || Number(head, 64, 8) != inode_);
  }
  places_ = static_cast<uint32_t>((all.size() - std::min(all.size(), kHead) + kEntry - 1) / kEntry);
  if (!this_boot || copied_ || boot_id_.empty()) return;
  for (uint32_t place = 0; place < places_; ++place)
    ParseEntry(place, all.substr(kHead + place * kEntry, kEntry));
}

void Marks::ParseEntry(uint32_t place, std::string_view bytes) {
  if (std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; })) return;
  const uint64_t job = bytes.size() == kEntry ? Number(bytes, 0, 8) : 0;
  const auto attempt = static_cast<uint32_t>(job != 0 ? Number(bytes, 8, 4) : 0);
  const auto kind = static_cast<uint32_t>(job != 0 ? Number(bytes, 12, 4) : 0);
  const EntryBytes expected = MakeEntry(place, job, attempt, kind);
  if (kind < kCount || kind > kEnded || std::string_view(expected.data(), kEntry) != bytes) {
    ++unreadable_;
    return;
  }
  const auto [at, added] = entries_.try_emplace(job, Entry{place, attempt, kind == kPrepared});
  if (!added && at->second.attempt < attempt) at->second.attempt = attempt;
  at->second.ended = kind == kEnded && (added || at->second.ended);
}

Marks::EntryBytes Marks::MakeEntry(uint32_t place, uint64_t job, uint32_t attempt, uint32_t kind) const {
  EntryBytes bytes{};
  static_assert(sizeof bytes == kEntry);
  PutNumber(bytes.data(), job, 8);
  PutNumber(bytes.data() + 8, attempt, 4);
  PutNumber(bytes.data() + 12, kind, 4);
  Checksum sum("mark");
  sum.Add(std::string_view(bytes.data(), kEntry - 8));
  sum.Add(boot_id_);
  for (uint64_t n : {device_, inode_, uint64_t{place}}) sum.Add(n);
  PutNumber(bytes.data() + kEntry - 8, sum.value(), 8);
  return bytes;
}

int Marks::WriteEntry(uint32_t place, const EntryBytes& bytes) {
  const FileSizeSignal guard;
  return file_.WriteAt(kHead + uint64_t{place} * kEntry, std::string_view(bytes.data(), bytes.size()));
}

int Marks::Set(uint32_t place, uint64_t job, uint32_t attempt) {
  return WriteEntry(place, MakeEntry(place, job, attempt, kCount));
}

int Marks::Prepare(uint32_t place, uint64_t job) {
  return WriteEntry(place, MakeEntry(place, job, 0, kPrepared));
}

int Marks::End(uint32_t place, uint64_t job) { return WriteEntry(place, MakeEntry(place, job, 0, kEnded)); }

int Marks::Clear(uint32_t place) { return WriteEntry(place, {}); }

int Marks::SetHead(int64_t writes, int64_t next_job) {
  HeadBytes head{};
  std::memcpy(head.data(), kMagic.data(), kMagic.size());
  std::memcpy(head.data() + 16, boot_id_.data(), boot_id_.size());
  PutNumber(head.data() + 56, device_, 8);
  PutNumber(head.data() + 64, inode_, 8);
  PutNumber(head.data() + 72, static_cast<uint64_t>(writes), 8);
  PutNumber(head.data() + 80, static_cast<uint64_t>(next_job), 8);
  const std::string_view bytes(head.data(), head.size());
  PutNumber(head.data() + kHead - 8, HeadSum(bytes), 8);
  const FileSizeSignal guard;
  return file_.WriteAt(0, bytes);
}

int Marks::Sync() { return file_.SyncData(); }

void Marks::Shrink(uint32_t places) {
  places_ = places;
  if (::ftruncate(file_.fd(), static_cast<off_t>(kHead + uint64_t{places} * kEntry)) != 0) return;
}

}  // namespace pixazo::journal

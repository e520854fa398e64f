// A database and its write-ahead log as pages, without SQLite: for files that SQLite refuses or cannot be
// trusted with.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace pixazo::journal {

struct RawFiles {
  std::string database, log;  // bytes as they lie on the disk
};

// Page sizes worth trying, likeliest first.
std::vector<uint32_t> PageSizes(const RawFiles& files);

class Pages {
 public:
  // kCommitted: the log as far as it is whole and committed, as SQLite would read it. kEverything: also what
  // the log holds behind a damaged place.
  enum class Log { kCommitted, kEverything };
  Pages(const RawFiles& files, uint32_t page_size, Log log);  // files must outlive it

  uint32_t page_size() const { return page_size_; }
  const std::map<uint32_t, std::string_view>& all() const { return pages_; }  // from 1; may be cut short
  std::string_view page(uint32_t number) const;                               // empty if it is absent

 private:
  void ApplyLog(std::string_view log, Log mode);

  uint32_t page_size_;
  std::map<uint32_t, std::string_view> pages_;
};

}  // namespace pixazo::journal

#include "live.h"

#include <algorithm>

#include "terminal.h"
#include "text.h"

namespace pixazo::cli {
namespace {

int VisibleColumns(const std::string& row) {
  std::string plain;
  for (size_t at = 0; at < row.size(); ++at) {
    if (row[at] != '\x1b') {
      plain += row[at];
      continue;
    }
    while (at < row.size() && row[at] != 'm') ++at;
  }
  return Columns(plain);
}

}  // namespace

std::string Live::Back() const {
  if (rows_.empty()) return {};
  // A terminal that became narrower has broken the rows anew: each takes as many lines as its columns need
  // now.
  const int columns = std::max(1, SizeOf(stream_).columns);
  int lines = -1;
  for (const std::string& row : rows_) lines += std::max(1, (VisibleColumns(row) + columns - 1) / columns);
  return lines > 0 ? "\r\x1b[" + std::to_string(lines) + "A" : "\r";
}

void Live::Draw(const std::vector<std::string>& rows) {
  const int columns = SizeOf(stream_).columns;
  if (rows == rows_ && columns == columns_) return;
  if (rows.empty()) {
    Clear();
    return;
  }
  std::string out = rows_.empty() ? "\x1b[?25l" : Back();
  for (size_t i = 0; i < rows.size(); ++i) out += (i == 0 ? "" : "\r\n") + rows[i] + "\x1b[K";
  out += "\x1b[J";
  Write(stream_, out);
  rows_ = rows;
  columns_ = columns;
}

void Live::Clear() {
  if (rows_.empty()) return;
  Write(stream_, Back() + "\x1b[J\x1b[?25h");
  rows_.clear();
}

void Live::Print(std::FILE* to, const std::string& line) {
  if (!rows_.empty()) {
    Write(stream_, Back() + "\x1b[J");
    std::vector<std::string> rows;
    rows.swap(rows_);
    WriteLine(to, line);
    Draw(rows);
    return;
  }
  WriteLine(to, line);
}

}  // namespace pixazo::cli

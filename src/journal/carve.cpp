#include "journal/carve.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace pixazo::journal {
namespace {

// https://sqlite.org/fileformat2.html, "B-tree Pages" and "Record Format". A cell of a leaf of a table:
// varint payload length, varint rowid, payload (header: its own length and a type for each column, varints;
// then the columns), number of the first overflow page if the payload does not fit.
constexpr size_t kMostPayload = 1u << 30;
constexpr size_t kMostColumns = kJobs.types.size();

bool Varint(std::string_view& s, uint64_t& out) {
  out = 0;
  for (size_t i = 0; i < 9 && i < s.size(); ++i) {
    const auto byte = static_cast<uint8_t>(s[i]);
    if (i == 8) {
      out = out << 8 | byte;
    } else {
      out = out << 7 | (byte & 0x7f);
      if ((byte & 0x80) != 0) continue;
    }
    s.remove_prefix(i + 1);
    return true;
  }
  return false;
}

// Bytes of an integer column by its type, 9: none such.
size_t IntegerSize(uint64_t type) {
  constexpr std::array<size_t, 10> kSize = {9, 1, 2, 3, 4, 6, 8, 9, 0, 0};
  return type < kSize.size() ? kSize[type] : 9;
}

int64_t Integer(uint64_t type, std::string_view bytes) {
  if (type >= 8) return static_cast<int64_t>(type) - 8;
  uint64_t n = (static_cast<uint8_t>(bytes[0]) & 0x80) != 0 ? ~uint64_t{0} : 0;
  for (char c : bytes) n = n << 8 | static_cast<uint8_t>(c);
  return static_cast<int64_t>(n);
}

// Types of the columns of a row that has the shape; the key's is NULL, its value is the rowid.
struct Header {
  std::array<uint64_t, kMostColumns> types;
  size_t header_size = 0, payload_size = 0;
};

bool ParseHeader(const Shape& shape, std::string_view payload, Header& out) {
  std::string_view rest = payload;
  uint64_t size = 0;
  if (!Varint(rest, size) || size > payload.size() || size < payload.size() - rest.size()) return false;
  rest = rest.substr(0, size - (payload.size() - rest.size()));
  out.header_size = size;
  out.payload_size = size;
  for (size_t i = 0; i < shape.types.size(); ++i) {
    uint64_t& type = out.types[i];
    if (!Varint(rest, type)) return false;
    if (i == 0) {
      if (type != 0) return false;
    } else if (shape.types[i] == 'i') {
      if (IntegerSize(type) == 9) return false;
      out.payload_size += IntegerSize(type);
    } else {
      if (type < 13 || type % 2 == 0 || (type - 13) / 2 > kMostPayload) return false;
      out.payload_size += (type - 13) / 2;
    }
  }
  return rest.empty();
}

class Carver {
 public:
  Carver(const Pages& pages, int64_t newer_than, Carved& found)
      : pages_(pages), newer_than_(newer_than), found_(found) {}

  void Run() {
    for (const auto& [number, page] : pages_.all()) bytes_ += page.size();
    budget_ = 64 * bytes_;
    for (const auto& [number, page] : pages_.all())
      for (size_t at = 0; at < page.size(); ++at) TryCell(page.substr(at));
  }

 private:
  void TryCell(std::string_view cell) {
    uint64_t size = 0, rowid = 0;
    if (!Varint(cell, size) || size < 8 || size > bytes_ || !Varint(cell, rowid)) return;
    // Our headers are shorter than 128 bytes and begin with the NULL of the key: nearly every offset ends
    // here.
    if (cell.size() < 2 || cell[0] < static_cast<char>(kRequests.types.size()) || cell[1] != 0) return;
    const size_t local = std::min(Local(size), cell.size());
    for (const Shape* shape : {&kJobs, &kJobsOfFormat2, &kJobsOfFormat1, &kRequests, &kMeta}) {
      Header header;
      if (!ParseHeader(*shape, cell.substr(0, local), header) || header.payload_size != size) continue;
      if (size > budget_) return;
      budget_ -= size;
      const auto payload = Payload(cell, size);
      Take(*shape, header, static_cast<int64_t>(rowid), payload ? std::string_view(*payload) : "");
    }
  }

  // How much of a payload lies in the cell itself.
  size_t Local(size_t size) const {
    const size_t usable = pages_.page_size(), most = usable - 35, least = (usable - 12) * 32 / 255 - 23;
    if (size <= most) return size;
    const size_t fit = least + (size - least) % (usable - 4);
    return fit <= most ? fit : least;
  }

  std::optional<std::string> Payload(std::string_view cell, size_t size) const {
    const size_t local = Local(size);
    if (local > cell.size()) return std::nullopt;
    std::string payload(cell.substr(0, local));
    cell.remove_prefix(local);
    while (payload.size() < size) {
      if (cell.size() < 4) return std::nullopt;
      uint32_t next = 0;
      for (size_t i = 0; i < 4; ++i) next = next << 8 | static_cast<uint8_t>(cell[i]);
      cell = pages_.page(next);
      if (cell.size() <= 4) return std::nullopt;
      const std::string_view content = cell.substr(4, size - payload.size());
      payload += content;
      if (content.size() < pages_.page_size() - 4 && payload.size() < size) return std::nullopt;
    }
    return payload;
  }

  void Take(const Shape& shape, const Header& header, int64_t rowid, std::string_view payload) {
    std::array<Value, kMostColumns> values;
    values[0] = Value::Of(rowid);
    size_t at = header.header_size;
    for (size_t i = 1; i < shape.types.size() && !payload.empty(); ++i) {
      const bool integer = shape.types[i] == 'i';
      const size_t size = integer ? IntegerSize(header.types[i]) : (header.types[i] - 13) / 2;
      const std::string_view bytes = payload.substr(at, size);
      values[i] = integer ? Value::Of(Integer(header.types[i], bytes)) : Value::Of(bytes);
      at += size;
    }
    const Values all = Values(values).first(shape.types.size());
    if (shape.table == kJobs.table) return TakeJob(payload.empty() ? std::nullopt : DecodeJob(all), rowid);
    if (payload.empty()) return;
    if (&shape == &kRequests) return TakeRequest(DecodeRequest(all), all.back().integer);
    TakeMeta(DecodeMeta(all));
  }

  void TakeJob(std::optional<JobRow> row, int64_t rowid) {
    if (!row) {
      found_.damaged.insert(rowid);
      return;
    }
    if (row->write <= newer_than_) return;
    found_.writes = std::max(found_.writes, row->write);
    JobRow& newest = found_.jobs[rowid];
    if (row->write >= newest.write) newest = std::move(*row);
  }

  void TakeRequest(const std::optional<Request>& request, int64_t checksum) {
    if (!request) return;
    found_.requests[{request->job, checksum}] = {request->withheld, std::string(request->body),
                                                 std::string(request->params)};
  }

  void TakeMeta(const std::optional<Meta>& meta) {
    if (!meta) return;
    found_.writes = std::max(found_.writes, meta->writes);
    if (!found_.meta || meta->writes > found_.meta->writes) found_.meta = *meta;
  }

  const Pages& pages_;
  const int64_t newer_than_;
  Carved& found_;
  uint64_t bytes_ = 0;
  uint64_t budget_ = 0;  // of payload: a file made to cost time costs no more than this
};

}  // namespace

void Carve(const Pages& pages, int64_t newer_than, Carved& found) { Carver(pages, newer_than, found).Run(); }

}  // namespace pixazo::journal

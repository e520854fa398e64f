#include "journal/checksum.h"

#include <array>
#include <cstddef>

namespace pixazo::journal {
namespace {

constexpr uint64_t kPolynomial = 0xC96C5795D7870F42u;  // reflected
using Table = std::array<std::array<uint64_t, 256>, 8>;

// table[k][b]: what byte b does to the state when k more bytes follow it.
constexpr Table MakeTable() {
  Table t{};
  for (uint64_t b = 0; b < 256; ++b) {
    uint64_t r = b;
    for (int bit = 0; bit < 8; ++bit) r = (r >> 1) ^ ((r & 1) != 0 ? kPolynomial : 0);
    t[0][b] = r;
  }
  for (size_t b = 0; b < 256; ++b)
    for (size_t k = 1; k < 8; ++k) t[k][b] = t[0][t[k - 1][b] & 0xff] ^ (t[k - 1][b] >> 8);
  return t;
}
constexpr Table kTable = MakeTable();

uint64_t Word(const char* p) {
  uint64_t w = 0;
  for (int i = 7; i >= 0; --i) w = w << 8 | static_cast<uint8_t>(p[i]);
  return w;
}

}  // namespace

void Checksum::Add(std::string_view bytes) {
  uint64_t s = state_;
  size_t i = 0;
  for (; bytes.size() - i >= 8; i += 8) {
    s ^= Word(bytes.data() + i);
    uint64_t next = 0;
    for (size_t k = 0; k < 8; ++k) next ^= kTable[7 - k][s >> (8 * k) & 0xff];
    s = next;
  }
  for (; i < bytes.size(); ++i) s = kTable[0][(s ^ static_cast<uint8_t>(bytes[i])) & 0xff] ^ (s >> 8);
  state_ = s;
}

void Checksum::Add(uint64_t number) {
  char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(number >> (8 * i));
  Add(std::string_view(bytes, sizeof bytes));
}

}  // namespace pixazo::journal

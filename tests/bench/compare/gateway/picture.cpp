#include "picture.h"

#include <openssl/evp.h>
#include <zlib.h>

#include <cstdint>

namespace pixazo::bench {
namespace {

constexpr size_t kChunkFrame = 12;  // length, type, checksum

std::string BigEndian(uint32_t v) {
  return {static_cast<char>(v >> 24), static_cast<char>(v >> 16), static_cast<char>(v >> 8),
          static_cast<char>(v)};
}

std::string Chunk(const std::string& type, const std::string& data) {
  const std::string checked = type + data;
  const auto sum =
      crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size()));
  return BigEndian(static_cast<uint32_t>(data.size())) + checked + BigEndian(static_cast<uint32_t>(sum));
}

}  // namespace

std::string MakePng(size_t bytes) {
  constexpr uint32_t kSide = 8;
  const std::string rows(kSide * (kSide + 1), '\0');  // each row begins with its filter
  uLongf packed_size = compressBound(rows.size());
  std::string packed(packed_size, '\0');
  compress(reinterpret_cast<Bytef*>(packed.data()), &packed_size, reinterpret_cast<const Bytef*>(rows.data()),
           rows.size());
  packed.resize(packed_size);
  const std::string head =
      std::string("\x89PNG\r\n\x1a\n", 8) +
      Chunk("IHDR", BigEndian(kSide) + BigEndian(kSide) + std::string("\x08\0\0\0\0", 5));
  const std::string tail = Chunk("IDAT", packed) + Chunk("IEND", "");
  std::string comment("Comment\0", 8);
  const size_t rest = head.size() + tail.size() + kChunkFrame;
  comment.resize(bytes > rest + comment.size() ? bytes - rest : comment.size(), '.');
  return head + Chunk("tEXt", comment) + tail;
}

std::string Base64(const std::string& bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<size_t>(length));
  return out;
}

}  // namespace pixazo::bench

#include "sandbox/ids.h"

namespace pixazo::sandbox {

std::string HexDigits(uint64_t value, int digits) {
  std::string out(static_cast<size_t>(digits), '0');
  for (size_t i = out.size(); i-- > 0; value >>= 4) out[i] = "0123456789abcdef"[value & 15];
  return out;
}

std::string RequestId(std::string_view model_id, int64_t unix_ms, uint64_t serial, Random& random) {
  auto time = static_cast<uint64_t>(unix_ms);
  std::string id(model_id);
  id.append("_").append(HexDigits(time >> 16, 8)).append("-").append(HexDigits(time, 4));
  id.append("-7").append(HexDigits(random.Next(), 3)).append("-").append(HexDigits(random.Next(), 4));
  // The serial makes ids of one millisecond different whatever the seed draws.
  id.append("-").append(HexDigits(random.Next(), 6)).append(HexDigits(serial, serial % 2 ? 7 : 6));
  return id;
}

std::string ShortId(Random& random) {
  std::string id;
  for (int i = 0; i < 26; ++i) id += "0123456789abcdefghijklmnopqrstuvwxyz"[random.Below(36)];
  return id;
}

}  // namespace pixazo::sandbox

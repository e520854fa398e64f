#include "wire/result.h"

namespace pixazo::wire {

Error::Error() = default;
Error::Error(const Error&) = default;
Error::Error(Error&&) noexcept = default;
Error& Error::operator=(const Error&) = default;
Error& Error::operator=(Error&&) noexcept = default;
Error::~Error() = default;

Error MakeError(Code code, std::string message, std::string field) {
  Error e;
  e.code = code;
  e.message = std::move(message);
  e.field = std::move(field);
  e.charged = Charged::kNo;
  return e;
}

}  // namespace pixazo::wire

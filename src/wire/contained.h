// Where an exception must not go on: into C code that called us, or out of the first function of a thread.
// With capi/guard.h the only try and catch of the library. What is thrown is std::bad_alloc; nothing else
// throws.
#pragma once

namespace pixazo::wire {

// What body returns, or `otherwise` if anything was thrown.
template <class Value, class Body>
Value Contained(Value otherwise, Body&& body) noexcept {
  try {
    return body();
  } catch (...) {
    return otherwise;
  }
}

}  // namespace pixazo::wire

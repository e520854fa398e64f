// Nothing that is thrown inside gets past these. The only other try and catch of the library: wire/contained.h.
#pragma once

#include <new>
#include <type_traits>

#include "pixazo/pixazo.h"

namespace pixazo::capi {

template <class Body>
pz_status Guard(Body&& body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return PZ_E_NOMEM;
  } catch (...) {
    return PZ_E_INTERNAL;
  }
}

// For functions that return no status: `otherwise` if anything was thrown.
template <class Value, class Body>
Value GuardOr(Value otherwise, Body&& body) noexcept {
  try {
    return body();
  } catch (...) {
    return otherwise;
  }
}

}  // namespace pixazo::capi

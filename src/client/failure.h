// An error as a handle: owned when it came through out_error, borrowed from a job, an event or an output
// otherwise.
#pragma once

#include <memory>

#include "client/handle.h"
#include "wire/result.h"

namespace pixazo::client {

struct Failure : Handle<Tag::kError> {
  explicit Failure(wire::Error e) : error(std::move(e)) {}
  const wire::Error error;
};

using FailurePtr = std::shared_ptr<const Failure>;

}  // namespace pixazo::client

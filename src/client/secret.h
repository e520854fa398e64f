// Secrets are wiped when they are let go of.
#pragma once

#include <string.h>

#include <string>

namespace pixazo::client {

inline void Wipe(std::string& secret) {
  explicit_bzero(secret.data(), secret.capacity());
  secret.clear();
}

}  // namespace pixazo::client

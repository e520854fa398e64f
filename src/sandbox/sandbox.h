// A gateway of one's own: the emulator, on a thread of its own, in this process.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "sandbox/options.h"
#include "wire/result.h"

namespace pixazo::sandbox {

// Any thread may call any member; the destructor stops it.
class Sandbox {
 public:
  explicit Sandbox(Options options = {});
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  wire::Result<uint16_t>
  Start();      // the port; errors: kIo (the address cannot be had), kInvalidArg (no such address)
  void Stop();  // closes every connection; idempotent

  uint16_t port() const;
  std::string url() const;  // http://127.0.0.1:PORT
  // What GET /sandbox/state says; brief leaves posts, prompts and jobs out. Empty before Start and after
  // Stop.
  std::string StateJson(bool brief = false) const;
  void Reset();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pixazo::sandbox

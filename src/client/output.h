// One picture of a job, settled: fetched (in memory or in a file), failed, or not asked for. Immutable.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "client/failure.h"
#include "client/handle.h"
#include "wire/image.h"
#include "wire/result.h"

namespace pixazo::client {

class Session;

struct Output : Handle<Tag::kOutput>, RefCounted<Output> {
  ~Output();
  void Dispose() { delete this; }

  wire::Error Save(const std::string& path) const;  // whole or not at all
  // The same output without its bytes: what a finished job keeps when no host looks at it any more.
  Ref<Output> WithoutBytes() const;
  // Takes over the bytes and counts them against the client's limit until the last owner lets go.
  void Hold(std::string data, std::shared_ptr<Session> session);

  uint32_t index = 0;
  wire::Code status = wire::Code::kAgain;
  FailurePtr error;  // null unless status is one
  uint64_t size = 0;
  wire::ImageInfo image;
  std::string bytes;  // empty for a file
  std::string path;   // "" for memory
  std::string url;
  std::string meta_json;

  const char* mime() const;

 private:
  std::shared_ptr<Session> session_;  // set while bytes are counted
};

}  // namespace pixazo::client

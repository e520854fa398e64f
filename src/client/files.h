// Local files: read whole within a cap, written whole or not at all. Errors: kIo with the path and the
// reason.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "wire/result.h"

namespace pixazo::client {

constexpr size_t kMaxPictureBytes = 10u << 20;  // of one picture that travels inside a request

wire::Result<std::string> ReadFile(const std::string& path, size_t max_bytes);  // regular files only
// What a process that was killed left of its temporary files: removed if it is ours by name, kind and owner,
// and nothing wrote to it for a day. Reports nothing.
void RemoveLeftovers(const std::string& directory, int64_t unix_ms);
wire::Error CheckDirectory(const std::string& path);  // is one, and can be written to
// The directory of outputs as a client and a journal keep it: absolute, checked; "" stays so. Errors name
// output_dir.
wire::Result<std::string> OutputDirectory(const std::string& path);
// The same place whatever the process's directory becomes; symbolic links stay as they are.
wire::Result<std::string> Absolute(const std::string& path);

// A temporary file in the same directory, flushed to disk, then renamed over `path`.
wire::Error WriteWhole(const std::string& path, std::string_view bytes);
wire::Error CopyWhole(const std::string& from, const std::string& to);
// As WriteWhole, but an existing file is never replaced: "stem.ext", "stem-2.ext", ...; says which.
wire::Result<std::string> WriteNew(const std::string& directory, const std::string& stem,
                                   std::string_view extension, std::string_view bytes);

}  // namespace pixazo::client

// A file that is either whole under its final name or not there at all.
#pragma once

#include <memory>
#include <string>

#include "transport/sink.h"

namespace pixazo::transport {

// Usable as the part of a file name that a caller chooses: 1 to 200 bytes, no separators, no control
// characters, not "." or "..".
bool IsFileStem(std::string_view stem);

class OutputFile final : public Sink {
 public:
  // Creates ".pixazo-<random>" in the directory: never an existing file, never through a symbolic link, mode
  // 0600.
  static wire::Result<std::unique_ptr<OutputFile>> Create(const std::string& directory);
  ~OutputFile() override;  // removes it unless published
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  wire::Error Write(const char* bytes, size_t len) override;
  wire::Error Truncate() override;
  wire::Error Expect(uint64_t more) override;
  uint64_t size() const override { return size_; }
  std::string_view Head(size_t max, std::string& scratch) const override;
  std::string_view Tail(size_t max, std::string& scratch) const override;

  // Synced, then "<stem>.<extension>", or "<stem>-2.<extension>" and so on if that exists; then the directory
  // is synced. Returns the path. On an error nothing is left.
  wire::Result<std::string> Publish(std::string_view stem, std::string_view extension);

 private:
  OutputFile(std::string directory, int directory_fd)
      : directory_(std::move(directory)), directory_fd_(directory_fd) {}
  wire::Error Open();
  wire::Error Failed(const std::string& doing, int error) const;
  std::string_view ReadAt(uint64_t offset, size_t len, std::string& scratch) const;

  const std::string directory_;
  const int directory_fd_;
  int fd_ = -1;
  uint64_t size_ = 0;
  std::string name_;  // of the temporary; "" once published
};

}  // namespace pixazo::transport

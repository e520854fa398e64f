// One output from a URL that a server chose: no key, no gateway headers, every hop checked, nothing half-made
// left behind.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "transport/pool.h"
#include "transport/sink.h"
#include "transport/transfer.h"

namespace pixazo::transport {

struct KeptPart final : Partial {
  uint64_t size() const override { return sink->size(); }
  std::unique_ptr<Sink> sink;
  std::string directory;  // the target it was meant for
  std::string source;     // the URL without its query: signatures change, pictures do not
  std::string validator;  // for If-Range
};

class Download final : public Transfer {
 public:
  Download(Token token, DownloadCall call, Surroundings& around)
      : Transfer(token, Completion::Kind::kDownload, around), call_(std::move(call)) {}
  uint64_t progress() const override { return sink_ ? sink_->size() : 0; }

 private:
  enum class Body : uint8_t { kDrop, kStore };

  wire::Exchange& facts() override { return done_.download; }
  bool SetUp(Options& options) override;
  bool Prepare();       // once: URL, target, what an earlier call left
  bool AdoptPartial();  // true: sink_ holds its bytes
  bool SetTimes(Options& options);
  bool OnHeadersDone() override;
  bool StartWhole();    // 200
  bool ContinuePart();  // 206
  size_t OnBody(const char* bytes, size_t len) override;
  Next Finished() override;
  void Aborted() override { sink_.reset(); }
  bool IsRedirect() const;
  Next Follow();
  void Settle();  // all bytes are here: are they whole, what are they, where do they go
  bool Whole(wire::ImageInfo image) const;
  wire::ImageInfo Sniff() const;
  void Deliver();
  void KeepPart();
  void StopIo(const wire::Error& error) { StopWith(wire::Fault::kIo, error.message); }

  DownloadCall call_;
  wire::Url url_;
  std::unique_ptr<Sink> sink_;
  std::string validator_;
  std::optional<uint64_t> whole_size_;  // as the server states it
  std::optional<Clock::time_point> deadline_;
  uint64_t cap_ = 0;
  uint64_t offset_ = 0;   // asked to go on from here
  uint64_t dropped_ = 0;  // bytes of a body nobody wants
  uint32_t hops_ = 0;
  Body body_ = Body::kDrop;
  bool prepared_ = false;
  bool enough_ = false;  // stopped reading a body nobody wants
};

// The validator that If-Range may carry: a strong ETag, or a Last-Modified at least a minute older than the
// reply; "" if there is none.
std::string StrongValidator(std::string_view etag, std::string_view last_modified, std::string_view date);

struct ContentRange {
  uint64_t first = 0;
  std::optional<uint64_t> total;
};
std::optional<ContentRange> ParseContentRange(std::string_view value);  // "bytes 0-9/100", "bytes 5-9/*"

}  // namespace pixazo::transport

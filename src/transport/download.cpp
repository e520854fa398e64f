#include "transport/download.h"

#include <algorithm>
#include <climits>

#include "transport/output_file.h"
#include "wire/text.h"

namespace pixazo::transport {
namespace {

using wire::Fault;

constexpr uint32_t kMaxHops = 5;
constexpr uint64_t kMaxDropped = 64u << 10;  // of an error page or a redirect's body
constexpr long kBuffer = 128L << 10;
constexpr long kStallBytesPerSecond = 256;  // less than this on average is a stall

std::string WithoutQuery(std::string_view url) { return std::string(url.substr(0, url.find_first_of("?#"))); }

}  // namespace

bool Download::SetUp(Options& options) {
  if (!prepared_ && !Prepare()) return false;
  body_ = Body::kDrop;
  dropped_ = 0;
  enough_ = false;
  if (!SetTimes(options)) return false;
  if (offset_ > 0 && (!headers_.Add("Range", "bytes=" + std::to_string(offset_) + "-") ||
                      !headers_.Add("If-Range", validator_))) {
    Fail(Fault::kMemory, "out of memory");
    return false;
  }
  const bool proxied = !around_.proxies.For(url_).empty();
  options.Set(CURLOPT_HTTPGET, 1L).Set(CURLOPT_BUFFERSIZE, kBuffer);
  return SetUrl(options, url_, CheckOutput(url_, around_.config, proxied), proxied);
}

bool Download::Prepare() {
  prepared_ = true;
  cap_ = call_.max_bytes > 0 ? call_.max_bytes : around_.config.max_output_bytes;
  if (call_.timeout_ms > 0) deadline_ = Clock::now() + std::chrono::milliseconds(call_.timeout_ms);
  wire::Result<wire::Url> url = wire::ParseUrl(call_.url);
  if (!url.ok()) {
    Fail(Fault::kForbidden, url.error().message);
    return false;
  }
  url_ = std::move(*url);
  if (AdoptPartial()) return true;
  if (call_.directory.empty()) {
    sink_ = std::make_unique<MemorySink>();
    return true;
  }
  if (!IsFileStem(call_.stem)) {
    Fail(Fault::kArgument, "'" + call_.stem + "' cannot be a file name");
    return false;
  }
  wire::Result<std::unique_ptr<OutputFile>> file = OutputFile::Create(call_.directory);
  if (!file.ok()) {
    Fail(Fault::kIo, file.error().message);
    return false;
  }
  sink_ = std::move(*file);
  return true;
}

bool Download::AdoptPartial() {
  const std::unique_ptr<Partial> partial = std::move(call_.partial);
  auto* kept = static_cast<KeptPart*>(partial.get());  // the only kind there is
  if (!kept || kept->directory != call_.directory || kept->source != WithoutQuery(call_.url)) return false;
  if (kept->size() > cap_) return false;
  if (!call_.directory.empty() && !IsFileStem(call_.stem)) return false;
  sink_ = std::move(kept->sink);
  validator_ = std::move(kept->validator);
  offset_ = sink_->size();
  return true;
}

bool Download::SetTimes(Options& options) {
  const int64_t stall_s = (std::max<int64_t>(around_.config.download_stall_ms, 1) + 999) / 1000;
  options.Set(CURLOPT_LOW_SPEED_LIMIT, kStallBytesPerSecond)
      .Set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(std::min<int64_t>(stall_s, INT_MAX)));
  if (!deadline_) return true;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline_ - Clock::now()).count();
  if (left <= 0) {
    Fail(Fault::kTimeout, "no time is left");
    return false;
  }
  options.Set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::min<int64_t>(left, INT_MAX)));
  return true;
}

bool Download::OnHeadersDone() {
  const int status = facts().http_status;
  if (status != 200 && status != 206) return true;
  if (reader_->encoded()) {
    StopWith(Fault::kProtocol,
             "the output is encoded (" + reader_->content_encoding() + "), which was not asked for");
    return false;
  }
  if (!(status == 200 ? StartWhole() : ContinuePart())) return false;
  const uint64_t more = reader_->content_length().value_or(0);
  if (more > cap_ || sink_->size() + more > cap_) {
    StopWith(Fault::kTooLarge, "the output is larger than " + std::to_string(cap_) + " bytes");
    return false;
  }
  if (const wire::Error error = sink_->Expect(more); !error.ok()) {
    StopIo(error);
    return false;
  }
  body_ = Body::kStore;
  return true;
}

bool Download::StartWhole() {
  offset_ = 0;
  whole_size_ = reader_->content_length();
  validator_ = StrongValidator(reader_->etag(), reader_->last_modified(), facts().date);
  if (sink_->size() == 0) return true;
  const wire::Error error = sink_->Truncate();
  if (!error.ok()) StopIo(error);
  return error.ok();
}

bool Download::ContinuePart() {
  const std::optional<ContentRange> range = ParseContentRange(reader_->content_range());
  const bool same = reader_->etag().empty() || validator_.front() != '"' || reader_->etag() == validator_;
  if (offset_ == 0 || !range || range->first != offset_ || !same) {
    validator_.clear();  // nothing to go on from
    StopWith(Fault::kProtocol, "a part of the output came that was not asked for");
    return false;
  }
  whole_size_ = range->total;
  done_.download.resumed = true;
  return true;
}

size_t Download::OnBody(const char* bytes, size_t len) {
  if (body_ == Body::kDrop) {
    dropped_ += len;
    enough_ = dropped_ > kMaxDropped;
    return enough_ ? 0 : len;
  }
  if (len > cap_ - sink_->size()) {
    StopWith(Fault::kTooLarge, "the output is larger than " + std::to_string(cap_) + " bytes");
    return 0;
  }
  if (const wire::Error error = sink_->Write(bytes, len); !error.ok()) {
    StopIo(error);
    return 0;
  }
  return len;
}

Transfer::Next Download::Finished() {
  wire::DownloadExchange& x = done_.download;
  if (enough_) {  // the status was what counted
    x.fault = Fault::kNone;
    x.detail.clear();
  }
  if (x.fault == Fault::kNone && IsRedirect()) return Follow();
  if (x.fault == Fault::kNone && body_ == Body::kStore) Settle();
  if (x.http_status == 416) validator_.clear();
  if (!x.whole) KeepPart();
  sink_.reset();
  return Next::kDone;
}

bool Download::IsRedirect() const {
  const int status = done_.download.http_status;
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

Transfer::Next Download::Follow() {
  wire::DownloadExchange& x = done_.download;
  wire::Result<wire::Url> next = wire::ResolveReference(url_, x.location);
  if (x.location.empty() || ++hops_ > kMaxHops) {
    Fail(Fault::kProtocol, x.location.empty() ? "a redirect to nowhere" : "more than 5 redirects");
  } else if (!next.ok()) {
    Fail(Fault::kForbidden, "redirected: " + next.error().message);
  } else {
    url_ = std::move(*next);
    x = {};
    return Next::kAgain;
  }
  KeepPart();
  sink_.reset();
  return Next::kDone;
}

void Download::Settle() {
  wire::DownloadExchange& x = done_.download;
  x.image = Sniff();
  if (!Whole(x.image)) {
    Fail(Fault::kBroken, "the output was cut short after " + std::to_string(sink_->size()) + " bytes");
    return;
  }
  if (x.image.format == wire::ImageFormat::kUnknown && !call_.accept_any) {
    x.detail =
        wire::CleanForMessage("the reply is no PNG, JPEG or WebP but " + std::to_string(sink_->size()) +
                              " bytes said to be '" + x.content_type + "'");
    validator_.clear();
    return;
  }
  Deliver();
}

// By the framing; without one, by the picture's own end mark. A part that was appended must also add up.
bool Download::Whole(wire::ImageInfo image) const {
  if (whole_size_ && *whole_size_ != sink_->size()) return false;
  if (done_.download.body_complete) return true;
  if (!reader_->close_delimited()) return false;
  std::string head, tail;
  return wire::LooksComplete(image.format, sink_->Head(64, head), sink_->Tail(64, tail), sink_->size());
}

// A JPEG's size stands after its metadata, which may be long.
wire::ImageInfo Download::Sniff() const {
  std::string scratch;
  wire::ImageInfo image;
  for (size_t len = 64u << 10; len <= (16u << 20); len *= 16) {
    const std::string_view head = sink_->Head(len, scratch);
    image = wire::SniffImage(head.data(), head.size());
    if (image.format == wire::ImageFormat::kUnknown || image.width > 0 || head.size() < len) break;
  }
  return image;
}

void Download::Deliver() {
  wire::DownloadExchange& x = done_.download;
  x.bytes = sink_->size();
  if (call_.directory.empty()) {
    done_.data = static_cast<MemorySink&>(*sink_).Take();
    x.whole = true;
    return;
  }
  wire::Result<std::string> path =
      static_cast<OutputFile&>(*sink_).Publish(call_.stem, wire::Extension(x.image.format));
  if (!path.ok()) {
    Fail(Fault::kIo, path.error().message);
    return;
  }
  x.final_path = std::move(*path);
  x.whole = true;
}

// What another call can go on from: bytes of an output that the server can still recognise, after a passing
// fault.
void Download::KeepPart() {
  const Fault fault = facts().fault;
  const bool passing = fault == Fault::kNone || fault == Fault::kBroken || fault == Fault::kTimeout ||
                       fault == Fault::kConnect || fault == Fault::kDns || fault == Fault::kProxy ||
                       fault == Fault::kTls;
  if (!passing || !sink_ || sink_->size() == 0 || validator_.empty()) return;
  auto part = std::make_unique<KeptPart>();
  part->sink = std::move(sink_);
  part->directory = call_.directory;
  part->source = WithoutQuery(call_.url);
  part->validator = std::move(validator_);
  done_.partial = std::move(part);
}

}  // namespace pixazo::transport

#include "sandbox/fetcher.h"

#include "sandbox/picture/decode.h"
#include "sandbox/samples.h"
#include "wire/text.h"

namespace pixazo::sandbox {
namespace {

constexpr size_t kMaxPictureBytes = size_t{32} << 20;
constexpr int kMaxRedirects = 3;

wire::Error Failed(const std::string& name, const std::string& why) {
  return wire::MakeError(wire::Code::kNetwork,
                         "The picture " + wire::CleanForMessage(name, 200) + " could not be used: " + why);
}

}  // namespace

void Fetcher::Get(const std::string& text, Back back) {
  if (SampleOf(text)) return GetSample(text, std::move(back));
  if (text.compare(0, 5, "data:") == 0) {
    auto data = wire::ParseDataUri(text);
    return Check("in a data-URI", data ? std::move(data->bytes) : std::string(), std::move(back));
  }
  Errand errand;
  errand.url = text;
  errand.max_bytes = kMaxPictureBytes;
  errand.redirects = kMaxRedirects;
  courier_.Send(std::move(errand), [this, text, back = std::move(back)](Outcome outcome) mutable {
    if (outcome.status == 200) return Check(text, std::move(outcome.body), std::move(back));
    back(Failed(text,
                outcome.status ? "its server answered " + std::to_string(outcome.status) : outcome.error));
  });
}

void Fetcher::GetSample(const std::string& url, Back back) {
  if (auto found = samples_.find(url); found != samples_.end()) {
    return studio_.Work([source = found->second] { return source; },
                        [back = std::move(back)](Source source) { back(source); });
  }
  studio_.Work([url] { return MakeSource(MakeSample(*SampleOf(url))); },
               [this, url, back = std::move(back)](Source source) {
                 if (samples_.size() < 100) samples_[url] = source;
                 back(source);
               });
}

void Fetcher::Check(std::string name, std::string bytes, Back back) {
  studio_.Work([bytes = std::move(
                    bytes)]() mutable { return Decode(bytes) ? MakeSource(std::move(bytes)) : Source(); },
               [name = std::move(name), back = std::move(back)](Source source) {
                 if (source) return back(source);
                 back(Failed(name, "it is no PNG, JPEG or WebP picture, or is damaged or too large"));
               });
}

}  // namespace pixazo::sandbox

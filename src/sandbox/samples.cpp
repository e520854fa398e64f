#include "sandbox/samples.h"

#include "sandbox/random.h"
#include "wire/url.h"

namespace pixazo::sandbox {
namespace {

struct Row {
  std::string_view part;  // of the URL's path
  std::string_view prompt;
};
constexpr Row kRows[] = {
    {"/dog.png", "a dog in a meadow on a sunny day"},
    {"/gpt-images-2/", "a swimming pool by the sea at noon"},
    {"/f1.png", "a mountain village by the lake in the morning"},
    {"/reference-image", "a city street at dawn"},
    {"/photo", "a portrait in the studio"},
};

bool IsDocumentsHost(const std::string& host) {
  auto is = [&](std::string_view domain) {
    return host == domain ||
           (host.size() > domain.size() &&
            host.compare(host.size() - domain.size() - 1, std::string::npos, "." + std::string(domain)) == 0);
  };
  return is("r2.dev") || is("example.com");
}

PictureSpec SpecOf(std::string_view prompt, uint64_t seed) {
  PictureSpec spec;
  spec.prompt = prompt;
  spec.seed = seed;
  spec.width = spec.height = kSampleSide;
  return spec;
}

}  // namespace

std::optional<Sample> SampleOf(std::string_view url) {
  if (url.substr(0, 5) == "data:") {
    if (url.substr(url.size() - 3) != "...") return std::nullopt;
    return Sample{false, SpecOf("a product in the studio", 7)};
  }
  auto parsed = wire::ParseUrl(url);
  if (!parsed.ok() || !IsDocumentsHost(parsed->host)) return std::nullopt;
  const std::string& path = parsed->path;
  if (path.find("mask") != std::string::npos) return Sample{true, {}};
  for (const Row& row : kRows)
    if (path.find(row.part) != std::string::npos) return Sample{false, SpecOf(row.prompt, Hash(path))};
  return Sample{false, SpecOf("a product in the studio: " + path.substr(path.rfind('/') + 1), Hash(path))};
}

std::string MakeSample(const Sample& sample) {
  return sample.is_mask ? MakeSampleMask() : MakePicture(sample.spec);
}

}  // namespace pixazo::sandbox

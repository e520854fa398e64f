// URLs: what is accepted is parsed again to the same, and a redirect from it is held to the same rules.
#include "wire/url.h"
#include "fuzz.h"
#include "wire/text.h"

using namespace pixazo::wire;

namespace {

void Check(const Url& url) {
  Require(url.scheme == "https" || url.scheme == "http", "http or https");
  Require(!url.host.empty() && url.port != 0, "a host and a port");
  Require(url.path.empty() || url.path.front() == '/', "a path begins with a slash");
  Require(!HasControl(url.Text()), "no control characters");
  const Result<Url> again = ParseUrl(url.Text());
  Require(again.ok() && again->Text() == url.Text() && SameOrigin(*again, url),
          "what is fetched is what was checked");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = Text(data, size);
  if (const Result<Url> url = ParseUrl(text); url.ok()) Check(*url);
  static const Url base = *ParseUrl("https://cdn.example.com/a/b?c");
  if (const Result<Url> url = ResolveReference(base, text); url.ok()) Check(*url);
  if (size == 4 || size == 16) ClassifyAddress(data, size);
  return 0;
}

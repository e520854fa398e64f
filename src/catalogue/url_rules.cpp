// CheckPublicUrl of value.h.
#include "catalogue/value.h"
#include "wire/address.h"
#include "wire/text.h"
#include "wire/url.h"

namespace pixazo::catalogue {
namespace {

// Literals only: no name is resolved here.
bool IsPrivateHost(const wire::Url& url) {
  if (wire::IsLoopbackHost(url) || url.host.ends_with(".localhost")) return true;
  const auto is_public = [](const auto& bytes) {
    return bytes && wire::ClassifyAddress(bytes->data(), bytes->size()) == wire::AddressKind::kPublic;
  };
  if (url.host_is_ipv4) return !is_public(wire::ParseIpv4(url.host));
  if (url.host_is_ipv6) return !is_public(wire::ParseIpv6(url.host));
  return false;
}

}  // namespace

wire::Error CheckPublicUrl(const Where& where, std::string_view text, bool https_only,
                           const CheckOptions& options) {
  if (auto error = CheckText(where, text, TextKind::kStrict); !error.ok()) return error;
  const auto url = wire::ParseUrl(text);
  if (!url.ok()) return Refuse(where, "must be a URL: " + url.error().message);
  const bool is_private = IsPrivateHost(*url);
  if (is_private && !options.allow_private_urls) {
    return Refuse(where, "must be a public URL: nobody else can reach " + Quoted(url->host));
  }
  if (https_only && url->scheme != "https" && !is_private) {
    return Refuse(where, "must be an https URL, not " + Quoted(url->scheme + "://" + url->host));
  }
  return {};
}

}  // namespace pixazo::catalogue

#include "transport/trust.h"

#include <curl/curl.h>
#include <unistd.h>

namespace pixazo::transport {
namespace {

constexpr const char* kBundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Arch, Alpine, Gentoo, Steam Runtime
    "/etc/pki/tls/certs/ca-bundle.crt",    // Fedora, RHEL
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL, newer
    "/etc/ssl/ca-bundle.pem",                             // openSUSE
    "/etc/ssl/cert.pem",                                  // Alpine, macOS, OpenBSD
    "/usr/local/share/certs/ca-root-nss.crt",             // FreeBSD
    "/var/lib/ca-certificates/ca-bundle.pem",             // openSUSE
    "/usr/share/ssl/certs/ca-bundle.crt",
};

bool Readable(const char* path) { return path && *path && access(path, R_OK) == 0; }

}  // namespace

wire::Result<Trust> ChooseTrust(const Config& config) {
  Trust trust;
  if (!config.ca_pem.empty()) {
    trust.pem = config.ca_pem;
    return trust;
  }
  if (!config.ca_file.empty()) {
    if (!Readable(config.ca_file.c_str()))
      return wire::MakeError(wire::Code::kIo, "the CA file '" + config.ca_file + "' cannot be read",
                             "ca_file");
    trust.file = config.ca_file;
    return trust;
  }
  const curl_version_info_data* curl = curl_version_info(CURLVERSION_NOW);
  if (Readable(curl->cainfo)) {
    trust.file = curl->cainfo;
    return trust;
  }
  for (const char* bundle : kBundles) {
    if (!Readable(bundle)) continue;
    trust.file = bundle;
    break;
  }
  return trust;
}

}  // namespace pixazo::transport

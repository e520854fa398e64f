#include "transport/trust.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <sys/mman.h>
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

#ifdef MFD_ALLOW_SEALING
// "" if there is no such thing here.
std::string AsFile(const std::string& bytes, std::shared_ptr<void>& kept) {
  const int fd = memfd_create("pixazo-ca", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) return {};
  kept = std::shared_ptr<void>(nullptr, [fd](void*) { close(fd); });
  size_t written = 0;
  while (written < bytes.size()) {
    const ssize_t n = write(fd, bytes.data() + written, bytes.size() - written);
    if (n <= 0) return {};
    written += static_cast<size_t>(n);
  }
  if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) return {};
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  return access(path.c_str(), R_OK) == 0 ? path : std::string();
}
#else
std::string AsFile(const std::string&, std::shared_ptr<void>&) { return {}; }
#endif

bool Readable(const char* path) { return path && *path && access(path, R_OK) == 0; }

}  // namespace

wire::Result<Trust> ChooseTrust(const Config& config) {
  Trust trust;
  if (!config.ca_pem.empty()) {
    trust.file = AsFile(config.ca_pem, trust.kept);
    if (trust.file.empty()) trust.pem = config.ca_pem;
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

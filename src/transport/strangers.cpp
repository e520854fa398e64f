#include "transport/strangers.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <link.h>

#include <memory>

namespace pixazo::transport {
#if defined(__GLIBC__)
namespace {

struct Close {
  void operator()(void* handle) const { dlclose(handle); }
};
using Library = std::unique_ptr<void, Close>;

// The object that an address lies in, if it is loaded; null also where that cannot be told.
Library ObjectOf(const void* address) {
  Dl_info info{};
  if (dladdr(address, &info) == 0 || !info.dli_fname) return nullptr;
  return Library(dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD));
}

// The file that defines what stands at the address under that name, for whoever asks. "": none does. A
// program that is not position independent has an entry of its own that leads to the library's function, and
// a library with versions of its symbols gives them only to those that ask for these versions.
std::string DefinedBy(const void* address) {
  Dl_info info{};
  void* entry = nullptr;
  void* object = nullptr;
  if (dladdr1(address, &info, &entry, RTLD_DL_SYMENT) == 0 || !entry || info.dli_saddr != address) return {};
  if (static_cast<const ElfW(Sym)*>(entry)->st_shndx == SHN_UNDEF) return {};
  if (dladdr1(address, &info, &object, RTLD_DL_LINKMAP) == 0 || !object) return {};
  for (const ElfW(Dyn)* d = static_cast<const link_map*>(object)->l_ld; d->d_tag != DT_NULL; ++d)
    if (d->d_tag == DT_VERDEF) return {};
  return info.dli_fname;
}

// Of the functions that `user` needs: one that another object gives to the whole process.
std::string Taken(const Library& user, const char* const* names) {
  if (!user) return {};
  for (; *names; ++names) {
    const void* meant = dlsym(user.get(), *names);  // its own, or its dependencies'
    const void* found = dlsym(RTLD_DEFAULT, *names);
    if (!meant || !found || meant == found) continue;
    if (const std::string file = DefinedBy(found); !file.empty())
      return std::string(*names) + " is that of " + file;
  }
  return {};
}

constexpr const char* kCurl[] = {"curl_global_init",  "curl_version_info",
                                 "curl_easy_init",    "curl_easy_setopt",
                                 "curl_easy_getinfo", "curl_easy_reset",
                                 "curl_easy_cleanup", "curl_multi_init",
                                 "curl_multi_setopt", "curl_multi_socket_action",
                                 "curl_slist_append", "curl_share_init",
                                 nullptr};
constexpr const char* kTls[] = {
    "SSL_new",     "SSL_connect",      "SSL_read",           "SSL_write", "SSL_CTX_new",
    "SSL_free",    "SSL_CTX_free",     "OPENSSL_init_ssl",   "X509_free", "EVP_DigestInit_ex",
    "gnutls_init", "gnutls_handshake", "gnutls_record_send", nullptr};

}  // namespace
#endif

std::string Stranger() {
#if defined(__GLIBC__)  // others have no dladdr1
  static const char here = 0;
  const Library ours = ObjectOf(&here);
  if (std::string taken = Taken(ours, kCurl); !taken.empty()) return taken;
  const void* curl = ours ? dlsym(ours.get(), "curl_easy_init") : nullptr;
  return curl ? Taken(ObjectOf(curl), kTls) : std::string();
#else
  return {};
#endif
}

}  // namespace pixazo::transport

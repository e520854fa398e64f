// The stand-in gateway that compare.py measures clients against; see tests/bench/README.md.
//
//   bench-gateway [--tls CERT.pem KEY.pem] [--http 1|2] [--seed N] [--min-ms 2000] [--max-ms 5000]
//   [--picture-bytes 65536]
//
// --http 1: TLS does not offer HTTP/2, for clients that would take it.
// Prints "listening PORT" and serves loopback until stdin closes.
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "server.h"

using namespace pixazo::bench;

namespace {

struct Arguments {
  Durations durations;
  size_t picture_bytes = 64 << 10;
  bool http2 = true;
  const char* certificate = nullptr;
  const char* key = nullptr;
};

bool Parse(int argc, char** argv, Arguments& arguments) {
  for (int i = 1; i < argc; ++i) {
    const char* name = argv[i];
    if (i + 1 == argc) return false;
    const char* value = argv[++i];
    if (!std::strcmp(name, "--seed")) {
      arguments.durations.seed = std::strtoull(value, nullptr, 10);
    } else if (!std::strcmp(name, "--min-ms")) {
      arguments.durations.min_ms = std::atoll(value);
    } else if (!std::strcmp(name, "--max-ms")) {
      arguments.durations.max_ms = std::atoll(value);
    } else if (!std::strcmp(name, "--picture-bytes")) {
      arguments.picture_bytes = std::strtoull(value, nullptr, 10);
    } else if (!std::strcmp(name, "--http")) {
      arguments.http2 = std::atoi(value) == 2;
    } else if (!std::strcmp(name, "--tls") && i + 1 < argc) {
      arguments.certificate = value;
      arguments.key = argv[++i];
    } else {
      return false;
    }
  }
  return arguments.durations.min_ms >= 0 && arguments.durations.max_ms >= arguments.durations.min_ms;
}

void AllowManyDescriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!Parse(argc, argv, arguments)) {
    std::fprintf(
        stderr,
        "usage: bench-gateway [--tls CERT.pem KEY.pem] [--http 1|2] [--seed N] [--min-ms MS] [--max-ms MS] "
        "[--picture-bytes BYTES]\n");
    return 2;
  }
  AllowManyDescriptors();
  signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  SSL_CTX* context = arguments.certificate
                         ? NewServerContext(arguments.certificate, arguments.key, arguments.http2)
                         : nullptr;
  if (arguments.certificate && !context) {
    std::fprintf(stderr, "bench-gateway: %s and %s are no certificate and its key\n", arguments.certificate,
                 arguments.key);
    return 1;
  }
  Service service(arguments.durations, arguments.picture_bytes);
  {
    Server server(service, context);
    const int port = server.Listen();
    if (port < 0) {
      std::perror("bench-gateway");
      return 1;
    }
    std::printf("listening %d\n", port);
    std::fflush(stdout);
    server.Run(STDIN_FILENO);
  }
  SSL_CTX_free(context);
  return 0;
}

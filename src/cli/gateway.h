// Which gateway, with which key: from arguments and environment to a client.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "handle.h"
#include "problem.h"

namespace pixazo::cli {

struct GatewayArgs {
  std::string base_url, key_file, ca_file, proxy, catalogue, journal;
  bool allow_loopback = false, proxy_from_environment = false;
  bool verbose = false;
  std::string timeout;                // of a job, "10m"
  std::string poll_interval;          // "250ms"
  std::string budget, assumed_price;  // dollars
  unsigned concurrency = 0;
  std::string webhook_url;  // generate
};

// http://127.0.0.1:8080, http://[::1]/: an address that no name server can make another machine.
bool IsLoopbackAddress(std::string_view url);

// "90", "90s", "250ms", "10m", "1h" as milliseconds.
std::optional<uint32_t> ParseDuration(std::string_view text);
// "5", "0.25", "$1.50" as micro-dollars.
std::optional<int64_t> ParseDollars(std::string_view text);

std::string Version();  // of pz: "1.0.0"

template <class T>
using Or = std::variant<T, Problem>;

// The catalogue to use: built in (NULL), or from --catalogue.
Or<Owned<pz_catalogue>> LoadCatalogue(const GatewayArgs& args);

struct ClientPlan {
  std::string output_dir;      // "": outputs to memory
  bool fetch_nothing = false;  // outputs are named but not fetched
  bool journal = false;        // with --journal, if it was given
  bool follows = false;        // only asks about what was sent: to be told when the key is refused
};
Or<Owned<pz_client>> MakeClient(const GatewayArgs& args, const pz_catalogue* catalogue,
                                const ClientPlan& plan);

// The options a later `pz wait` needs to find the same gateway, for messages: " --base-url http://...".
std::string GatewayOptions(const GatewayArgs& args);

}  // namespace pixazo::cli

#include "gateway.h"

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "secret.h"
#include "terminal.h"
#include "text.h"

namespace pixazo::cli {
namespace {

bool StartsWith(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }

std::string BaseUrl(const GatewayArgs& args) {
  if (!args.base_url.empty()) return args.base_url;
  const char* value = std::getenv("PIXAZO_BASE_URL");
  return value ? value : "";
}

struct Numbers {
  std::optional<uint32_t> timeout, poll;
  std::optional<int64_t> budget, assumed;
};

Or<Numbers> ReadNumbers(const GatewayArgs& args) {
  Numbers n;
  if (!args.timeout.empty() && !(n.timeout = ParseDuration(args.timeout)))
    return Usage("--timeout is a time like 90s, 10m or 1h, not '" + args.timeout + "'", "--timeout");
  if (!args.poll_interval.empty() && !(n.poll = ParseDuration(args.poll_interval)))
    return Usage("--poll-interval is a time like 5s or 250ms, not '" + args.poll_interval + "'",
                 "--poll-interval");
  if (!args.budget.empty() && !(n.budget = ParseDollars(args.budget)))
    return Usage("--budget is an amount in US dollars like 2.50, not '" + args.budget + "'", "--budget");
  if (!args.assumed_price.empty() && !(n.assumed = ParseDollars(args.assumed_price)))
    return Usage("--assume-price is an amount in US dollars like 0.05, not '" + args.assumed_price + "'",
                 "--assume-price");
  return n;
}

void SetNetwork(pz_options* o, const GatewayArgs& args, const std::string& url, bool loopback) {
  if (!url.empty()) pz_options_set_base_url(o, url.data(), url.size());
  if (loopback || args.allow_loopback) pz_options_allow_loopback(o, 1);
  if (!args.ca_file.empty()) pz_options_set_ca_file(o, args.ca_file.data(), args.ca_file.size());
  if (!args.proxy.empty()) pz_options_set_proxy(o, args.proxy.data(), args.proxy.size());
  if (args.proxy_from_environment) pz_options_set_proxy_from_environment(o, 1);
  const std::string agent = "pz/" + Version();
  pz_options_set_user_agent(o, agent.data(), agent.size());
}

void SetNumbers(pz_options* o, const GatewayArgs& args, const Numbers& n, bool loopback) {
  if (n.timeout) pz_options_set_job_timeout_ms(o, *n.timeout);
  // The provider asks for 5 to 10 s between polls; a gateway on this machine is nobody's to spare.
  const uint32_t fastest = n.poll.value_or(loopback ? 250 : 0);
  if (fastest > 0) pz_options_set_poll_interval_ms(o, fastest, fastest < 3000 ? fastest * 5 : 15000);
  if (args.concurrency > 0)
    pz_options_set_concurrency(o, args.concurrency, args.concurrency, args.concurrency * 2);
  if (n.budget) pz_options_set_budget_microusd(o, *n.budget);
  if (n.assumed) pz_options_set_assumed_price_microusd(o, *n.assumed);
  pz_options_set_log_level(o, args.verbose ? PZ_LOG_INFO : PZ_LOG_OFF);
}

// A client sets a damaged journal aside: what is lost is said before.
void TellJournalProblems(const std::string& path) {
  Owned<pz_journal> journal;
  if (pz_journal_open(path.data(), path.size(), Out(journal), nullptr) != PZ_OK) return;
  for (uint32_t i = 0; i < pz_journal_problem_count(journal.get()); ++i)
    WriteLine(stderr, std::string("pz: ") + Clean(pz_journal_problem(journal.get(), i)));
}

}  // namespace

std::string Version() {
  return std::to_string(PZ_VERSION_MAJOR) + "." + std::to_string(PZ_VERSION_MINOR) + "." +
         std::to_string(PZ_VERSION_PATCH);
}

bool IsLoopbackAddress(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!StartsWith(url, scheme)) continue;
    url.remove_prefix(scheme.size());
    const std::string_view authority = url.substr(0, url.find_first_of("/?#"));
    if (authority.find('@') != std::string_view::npos) return false;
    if (StartsWith(authority, "[::1]")) return authority.size() == 5 || authority[5] == ':';
    const std::string_view host = authority.substr(0, authority.find(':'));
    if (!StartsWith(host, "127.")) return false;
    int dots = 0;
    for (const char c : host) {
      if (c == '.') ++dots;
      if (c != '.' && (c < '0' || c > '9')) return false;
    }
    return dots == 3;
  }
  return false;
}

std::optional<uint32_t> ParseDuration(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !(value >= 0)) return std::nullopt;
  const std::string_view unit = text.substr(static_cast<size_t>(end - text.data()));
  const double factor = unit == "ms"                  ? 1
                        : unit.empty() || unit == "s" ? 1000
                        : unit == "m"                 ? 60e3
                        : unit == "h"                 ? 3600e3
                                                      : 0;
  if (factor == 0 || value * factor > 86'400'000) return std::nullopt;
  return static_cast<uint32_t>(value * factor);
}

std::optional<int64_t> ParseDollars(std::string_view text) {
  if (StartsWith(text, "$")) text.remove_prefix(1);
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= 0) || value > 1e9)
    return std::nullopt;
  return static_cast<int64_t>(value * 1e6 + 0.5);
}

Or<Owned<pz_catalogue>> LoadCatalogue(const GatewayArgs& args) {
  Owned<pz_catalogue> catalogue;
  if (args.catalogue.empty()) {
    catalogue.reset(pz_catalogue_retain(pz_catalogue_builtin()));
    return catalogue;
  }
  std::ifstream file(args.catalogue, std::ios::binary);
  if (!file) return Usage("the catalogue " + args.catalogue + " cannot be read", "--catalogue");
  const std::string json((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  Owned<pz_error> error;
  if (pz_catalogue_load(json.data(), json.size(), Out(catalogue), Out(error)) == PZ_OK) return catalogue;
  Problem p = ProblemOf(error.get());
  p.message = args.catalogue + ": " + p.message;
  p.exit = Exit::kUsage;
  return p;
}

Or<Owned<pz_client>> MakeClient(const GatewayArgs& args, const pz_catalogue* catalogue,
                                const ClientPlan& plan) {
  const std::string url = BaseUrl(args);
  const bool loopback = IsLoopbackAddress(url);
  auto numbers = ReadNumbers(args);
  if (auto* problem = std::get_if<Problem>(&numbers)) return *problem;
  KeyResult key = FindKey(args.key_file, loopback);
  if (key.key.empty()) {
    Problem p =
        Usage(key.error.empty()
                  ? "no API key: set PIXAZO_API_KEY, or write it to a file with mode 0600 (looked at: " +
                        key.looked + ")"
                  : key.error);
    p.exit = Exit::kAuth;
    p.status = pz_status_name(PZ_E_AUTH);
    return p;
  }
  Owned<pz_options> options(pz_options_new(PZ_API_VERSION));
  pz_options* o = options.get();
  if (!o) {
    Problem p = Usage("this pz and the libpixazo it found do not fit together");
    p.exit = Exit::kFailure;
    return p;
  }
  SetNetwork(o, args, url, loopback);
  SetNumbers(o, args, std::get<Numbers>(numbers), loopback);
  pz_options_set_api_key(o, key.key.view().data(), key.key.view().size());
  pz_options_set_catalogue(o, catalogue);
  if (!plan.output_dir.empty()) pz_options_set_output_dir(o, plan.output_dir.data(), plan.output_dir.size());
  if (plan.journal && !args.journal.empty()) {
    TellJournalProblems(args.journal);
    pz_options_set_journal(o, args.journal.data(), args.journal.size());
  }
  if (!args.webhook_url.empty()) pz_options_set_webhook_url(o, args.webhook_url.data(), args.webhook_url.size());
  if (plan.follows) pz_options_set_ask_key(o, 1);
  // With a host that cannot exist as the only one allowed, an attached job names its outputs and fetches
  // none.
  if (plan.fetch_nothing) pz_options_add_output_host(o, "nothing.invalid", PZ_NUL);
  Owned<pz_client> client;
  Owned<pz_error> error;
  if (pz_client_new(o, Out(client), Out(error)) == PZ_OK) return client;
  return ProblemOf(error.get());
}

std::string GatewayOptions(const GatewayArgs& args) {
  std::string out;
  if (!args.base_url.empty()) out += " --base-url " + ShellWord(args.base_url);
  if (args.allow_loopback) out += " --allow-loopback";
  if (!args.key_file.empty()) out += " --key-file " + ShellWord(args.key_file);
  if (!args.ca_file.empty()) out += " --ca-file " + ShellWord(args.ca_file);
  if (!args.proxy.empty()) out += " --proxy " + ShellWord(args.proxy);
  return out;
}

}  // namespace pixazo::cli

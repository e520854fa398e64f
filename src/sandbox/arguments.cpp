#include "sandbox/arguments.h"

#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>

#include "sandbox/faults.h"

namespace pixazo::sandbox {
namespace {

wire::Error Wrong(const std::string& message) { return wire::MakeError(wire::Code::kInvalidArg, message); }

template <class T>
bool ReadNumber(const std::string& text, T& out) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

bool ReadShare(const std::string& text, double& out) { return ReadNumber(text, out) && out >= 0 && out <= 1; }

bool ReadDollars(const std::string& text, int64_t& microusd) {
  double dollars = 0;
  if (!ReadNumber(text, dollars) || !(dollars >= 0 && dollars < 1e9)) return false;
  microusd = std::llround(dollars * 1e6);
  return true;
}

wire::Result<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file.good() && !file.eof()) return Wrong("cannot read " + path);
  return text;
}

// One key a line; empty lines and lines that begin with # do not count.
wire::Error ReadKeys(const std::string& path, std::vector<std::string>& keys) {
  auto text = ReadFile(path);
  if (!text.ok()) return text.error();
  std::string line;
  for (char c : *text + "\n") {
    if (c != '\n' && c != '\r') {
      line += c;
    } else {
      if (!line.empty() && line[0] != '#') keys.push_back(line);
      line.clear();
    }
  }
  return keys.empty() ? Wrong(path + " holds no key") : wire::Error();
}

wire::Error ReadCatalogue(const std::string& path, Options& options) {
  auto text = ReadFile(path);
  if (!text.ok()) return text.error();
  auto loaded = catalogue::Catalogue::Load(*text);
  if (!loaded.ok()) return Wrong(path + ": " + loaded.error().message);
  options.catalogue = *loaded;
  return {};
}

wire::Error ReadFaults(const std::string& path, Options& options) {
  auto text = ReadFile(path);
  if (!text.ok()) return text.error();
  auto json = wire::ParseJson(*text);
  if (!json.ok()) return Wrong(path + ": " + json.error().message);
  auto faults = Faults::Read(*json);
  if (!faults.ok()) return Wrong(path + ": " + faults.error().message);
  options.faults = std::move(*json);
  return {};
}

wire::Error Expect(bool good, const std::string& name, const char* wanted) {
  return good ? wire::Error() : Wrong(name + " takes " + wanted);
}

struct Flag {
  const char* name;
  const char* value;  // what it takes, nullptr: nothing
  const char* help;
  wire::Error (*set)(Arguments&, const std::string& value);
};

const Flag kFlags[] = {
    {"--port", "N", "port to listen on; 0 picks a free one (default 8460)",
     [](Arguments& a, const std::string& v) {
       return Expect(ReadNumber(v, a.options.port), "--port", "a port number");
     }},
    {"--host", "ADDRESS", "IP address to listen on (default 127.0.0.1: this machine only)",
     [](Arguments& a, const std::string& v) { return a.options.host = v, wire::Error(); }},
    {"--public-url", "URL", "what replies call this server (default: as the request's Host header says)",
     [](Arguments& a, const std::string& v) { return a.options.public_url = v, wire::Error(); }},
    {"--speed", "N", "jobs run N times faster than the real ones (default 1)",
     [](Arguments& a, const std::string& v) {
       return Expect(ReadNumber(v, a.options.speed) && IsSpeed(a.options.speed), "--speed",
                     "a number from 0.001 to 1000000");
     }},
    {"--seed", "N", "of durations, ends and pictures (default 1)",
     [](Arguments& a, const std::string& v) {
       return Expect(ReadNumber(v, a.options.seed), "--seed", "a whole number");
     }},
    {"--balance", "DOLLARS", "what is in the wallet (default: it never empties)",
     [](Arguments& a, const std::string& v) {
       int64_t microusd = 0;
       bool good = ReadDollars(v, microusd);
       a.options.balance_microusd = microusd;
       return Expect(good, "--balance", "an amount like 0.50");
     }},
    {"--price", "DOLLARS", "of a picture where the documents give no price (default 0.01)",
     [](Arguments& a, const std::string& v) {
       return Expect(ReadDollars(v, a.options.assumed_price_microusd), "--price", "an amount like 0.01");
     }},
    {"--rate", "N", "submits a second that a key may make; more get 429 (default: any number)",
     [](Arguments& a, const std::string& v) {
       return Expect(ReadNumber(v, a.options.submits_per_second) && a.options.submits_per_second > 0,
                     "--rate", "a number above 0");
     }},
    {"--failed", "SHARE", "of jobs that end FAILED, 0 to 1 (default 0)",
     [](Arguments& a, const std::string& v) {
       return Expect(ReadShare(v, a.options.failed_share), "--failed", "a share from 0 to 1");
     }},
    {"--error", "SHARE", "of jobs that end in ERROR, 0 to 1 (default 0)",
     [](Arguments& a, const std::string& v) {
       return Expect(ReadShare(v, a.options.error_share), "--error", "a share from 0 to 1");
     }},
    {"--faults", "FILE", "a fault script: what goes wrong, when and for whom (README.md)",
     [](Arguments& a, const std::string& v) { return ReadFaults(v, a.options); }},
    {"--keys", "FILE", "accept only the keys in FILE, one a line (default: any key)",
     [](Arguments& a, const std::string& v) { return ReadKeys(v, a.options.keys); }},
    {"--disable", "ENDPOINT", "answers 'Model not found'; may be given again",
     [](Arguments& a, const std::string& v) { return a.options.disabled.push_back(v), wire::Error(); }},
    {"--forbid", "ENDPOINT", "answers 403; may be given again",
     [](Arguments& a, const std::string& v) { return a.options.forbidden.push_back(v), wire::Error(); }},
    {"--catalogue", "FILE", "endpoints from a catalogue file instead of the built-in ones",
     [](Arguments& a, const std::string& v) { return ReadCatalogue(v, a.options); }},
    {"--http-webhooks", nullptr, "X-Webhook-URL may be plain http on this machine",
     [](Arguments& a, const std::string&) { return a.options.http_webhooks = true, wire::Error(); }},
    {"--webhook-host", "HOST", "post webhooks to HOST too, not only to this machine; may be given again",
     [](Arguments& a, const std::string& v) { return a.options.webhook_hosts.push_back(v), wire::Error(); }},
    {"--webhook-ca", "FILE", "certificates to trust when posting webhooks (default: the system's)",
     [](Arguments& a, const std::string& v) { return a.options.webhook_ca = v, wire::Error(); }},
    {"--lenient", nullptr, "ignore parameters that an endpoint does not have instead of refusing them",
     [](Arguments& a, const std::string&) { return a.options.lenient = true, wire::Error(); }},
    {"--exit-with-parent", nullptr, "stop when the thread that started this program ends (Linux)",
     [](Arguments& a, const std::string&) { return a.exit_with_parent = true, wire::Error(); }},
    {"--verbose", nullptr, "write a line for every request",
     [](Arguments& a, const std::string&) { return a.verbose = true, wire::Error(); }},
    {"--quiet", nullptr, "no banner",
     [](Arguments& a, const std::string&) { return a.quiet = true, wire::Error(); }},
    {"--version", nullptr, "print the version",
     [](Arguments& a, const std::string&) { return a.version = true, wire::Error(); }},
    {"--help", nullptr, "print this",
     [](Arguments& a, const std::string&) { return a.help = true, wire::Error(); }},
};

const Flag* FindFlag(const std::string& name) {
  for (const Flag& flag : kFlags)
    if (name == flag.name) return &flag;
  return nullptr;
}

wire::Error CheckEndpoints(const Options& options) {
  auto catalogue = options.catalogue ? options.catalogue : catalogue::Catalogue::BuiltIn();
  for (const auto* list : {&options.disabled, &options.forbidden})
    for (const std::string& id : *list)
      if (!catalogue->Find(id)) return Wrong("there is no endpoint '" + id + "'");
  return {};
}

}  // namespace

wire::Result<Arguments> ReadArguments(const std::vector<std::string>& words) {
  Arguments arguments;
  arguments.options.port = 8460;
  for (size_t i = 0; i < words.size(); ++i) {
    size_t equals = words[i].find('=');
    std::string name = words[i].substr(0, equals), value;
    const Flag* flag = FindFlag(name);
    if (!flag) return Wrong("unknown option '" + words[i] + "'; --help lists them");
    if (flag->value && equals != std::string::npos) {
      value = words[i].substr(equals + 1);
    } else if (flag->value) {
      if (++i == words.size()) return Wrong(name + " needs a value: " + flag->value);
      value = words[i];
    } else if (equals != std::string::npos) {
      return Wrong(name + " takes no value");
    }
    if (auto error = flag->set(arguments, value); !error.ok()) return error;
  }
  if (auto error = CheckEndpoints(arguments.options); !error.ok()) return error;
  return arguments;
}

std::string HelpText() {
  std::string text =
      "pz-sandbox emulates the Pixazo gateway on this machine: no key, no money, no network.\n\nUsage: "
      "pz-sandbox [options]\n\n";
  for (const Flag& flag : kFlags) {
    std::string left = std::string("  ") + flag.name + (flag.value ? std::string(" ") + flag.value : "");
    left.resize(std::max<size_t>(left.size() + 1, 24), ' ');
    text += left + flag.help + "\n";
  }
  return text +
         "\nExamples:\n"
         "  pz-sandbox --port 0 --speed 20            a free port, jobs twenty times faster\n"
         "  pz-sandbox --balance 0.05 --rate 2        a nearly empty wallet and a slow gateway\n"
         "  curl -H 'Ocp-Apim-Subscription-Key: x' -d '{\"prompt\":\"a lighthouse\"}' \\\n"
         "       http://127.0.0.1:8460/gpt-image-2/v1/text-to-image\n";
}

}  // namespace pixazo::sandbox

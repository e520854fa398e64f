// A client that knows nothing of the sandbox: libcurl.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace sandbox_test {

struct Response {
  long status = 0;                             // 0: no reply
  int curl = 0;                                // CURLcode
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;

  nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
};

using Headers = std::vector<std::pair<std::string, std::string>>;

Response Send(const std::string& method, const std::string& url, const std::string& body,
              const Headers& headers);
Response Get(const std::string& url, const Headers& headers = {});
Response Post(const std::string& url, const std::string& body, const Headers& headers);

inline const std::string kKey = "canary-key-5d1f";
inline const Headers kWithKey = {{"Ocp-Apim-Subscription-Key", kKey}, {"Content-Type", "application/json"}};

// Polls a queued job until it has ended; the statuses it went through, in order, each once.
nlohmann::json WaitForEnd(const std::string& status_url, std::vector<std::string>* seen = nullptr);

}  // namespace sandbox_test

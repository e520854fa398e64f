#include "sandbox/http_client.h"

#include <curl/curl.h>

#include <memory>

namespace sandbox_test {
namespace {

size_t TakeBody(char* data, size_t size, size_t n, void* out) {
  static_cast<std::string*>(out)->append(data, size * n);
  return size * n;
}

size_t TakeHeader(char* data, size_t size, size_t n, void* out) {
  std::string line(data, size * n);
  size_t colon = line.find(": ");
  if (colon == std::string::npos) return size * n;
  std::string name = line.substr(0, colon);
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  (*static_cast<std::map<std::string, std::string>*>(out))[name] =
      line.substr(colon + 2, line.find('\r') - colon - 2);
  return size * n;
}

CURL* Handle() {
  thread_local std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), curl_easy_cleanup);
  curl_easy_reset(handle.get());  // keeps the connection
  return handle.get();
}

}  // namespace

Response Send(const std::string& method, const std::string& url, const std::string& body,
              const Headers& headers) {
  CURL* curl = Handle();
  Response response;
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : headers) list = curl_slist_append(list, (name + ": " + value).c_str());
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  if (method == "HEAD") curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  if (method == "POST" || method == "PUT") {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  }
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, TakeBody);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &response.body);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, TakeHeader);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &response.headers);
  response.curl = curl_easy_perform(curl);
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response.status);
  curl_slist_free_all(list);
  return response;
}

Response Get(const std::string& url, const Headers& headers) { return Send("GET", url, "", headers); }

Response Post(const std::string& url, const std::string& body, const Headers& headers) {
  return Send("POST", url, body, headers);
}

nlohmann::json WaitForEnd(const std::string& status_url, std::vector<std::string>* seen) {
  while (true) {
    Response response = Get(status_url, kWithKey);
    nlohmann::json status = response.json();
    if (response.status != 200 || !status.contains("status")) return status;
    std::string word = status["status"];
    if (seen && (seen->empty() || seen->back() != word)) seen->push_back(word);
    if (word != "QUEUED" && word != "PROCESSING") return status;
  }
}

}  // namespace sandbox_test

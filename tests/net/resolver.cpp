#include "net/resolver.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <set>

namespace pixazo::testing::resolver {
namespace {

struct State {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, std::vector<std::string>> answers;
  std::set<std::string> hangs;
  std::map<std::string, int> lookups;
  int hanging = 0;
  bool released = false;
};

State& Get() {
  static State* state = new State;  // resolver threads may outlive main
  return *state;
}

// One allocation for each node, as freeaddrinfo expects of the C library it belongs to; so both functions are
// replaced.
struct Node {
  addrinfo info{};
  sockaddr_storage address{};
};

addrinfo* Append(addrinfo* list, const std::string& text, const char* service, const addrinfo* hints) {
  auto* node = new Node;
  node->info.ai_socktype = hints && hints->ai_socktype ? hints->ai_socktype : SOCK_STREAM;
  node->info.ai_protocol = IPPROTO_TCP;
  node->info.ai_addr = reinterpret_cast<sockaddr*>(&node->address);
  const auto port = htons(static_cast<uint16_t>(service ? std::atoi(service) : 0));
  auto* v4 = reinterpret_cast<sockaddr_in*>(&node->address);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&node->address);
  if (inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = port;
    node->info.ai_addrlen = sizeof *v4;
  } else if (inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = port;
    node->info.ai_addrlen = sizeof *v6;
  } else {
    std::abort();  // a mistake in a test
  }
  node->info.ai_family = node->address.ss_family;
  if (!list) return &node->info;
  addrinfo* last = list;
  while (last->ai_next) last = last->ai_next;
  last->ai_next = &node->info;
  return list;
}

int Answer(const std::string& answer, const char* service, const addrinfo* hints, addrinfo** out) {
  addrinfo* list = nullptr;
  for (size_t at = 0; at <= answer.size();) {
    const size_t end = std::min(answer.find(',', at), answer.size());
    if (end > at) list = Append(list, answer.substr(at, end - at), service, hints);
    at = end + 1;
  }
  *out = list;
  return list ? 0 : EAI_NONAME;
}

// Copies, so that every list can be freed in one way.
int AskReal(const char* name, const char* service, const addrinfo* hints, addrinfo** out) {
  using Ask = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  using Free = void (*)(addrinfo*);
  static const auto ask = reinterpret_cast<Ask>(dlsym(RTLD_NEXT, "getaddrinfo"));
  static const auto release = reinterpret_cast<Free>(dlsym(RTLD_NEXT, "freeaddrinfo"));
  addrinfo* real = nullptr;
  const int rc = ask(name, service, hints, &real);
  if (rc != 0) return rc;
  addrinfo** tail = out;
  for (const addrinfo* item = real; item; item = item->ai_next) {
    auto* node = new Node;
    node->info = *item;
    node->info.ai_canonname = nullptr;
    node->info.ai_next = nullptr;
    std::memcpy(&node->address, item->ai_addr, item->ai_addrlen);
    node->info.ai_addr = reinterpret_cast<sockaddr*>(&node->address);
    *tail = &node->info;
    tail = &node->info.ai_next;
  }
  release(real);
  return 0;
}

}  // namespace

void Tell(const std::string& name, std::vector<std::string> answers) {
  const std::lock_guard lock(Get().mutex);
  Get().answers[name] = std::move(answers);
  Get().lookups[name] = 0;
}

void Hang(const std::string& name) {
  const std::lock_guard lock(Get().mutex);
  Get().hangs.insert(name);
  Get().released = false;
}

void Release() {
  const std::lock_guard lock(Get().mutex);
  Get().released = true;
  Get().changed.notify_all();
}

int hanging() {
  const std::lock_guard lock(Get().mutex);
  return Get().hanging;
}

int lookups(const std::string& name) {
  const std::lock_guard lock(Get().mutex);
  return Get().lookups[name];
}

bool WaitHanging(int count) {
  std::unique_lock lock(Get().mutex);
  return Get().changed.wait_for(lock, std::chrono::seconds(30), [&] { return Get().hanging == count; });
}

// Called by the functions below.
int Lookup(const char* name, const char* service, const addrinfo* hints, addrinfo** out) {
  if (!name) return AskReal(name, service, hints, out);
  State& state = Get();
  std::unique_lock lock(state.mutex);
  const int nth = state.lookups[name]++;
  if (state.hangs.count(name) != 0) {
    ++state.hanging;
    state.changed.notify_all();
    state.changed.wait_for(lock, std::chrono::seconds(10), [&] { return state.released; });
    --state.hanging;
    state.changed.notify_all();
    return EAI_AGAIN;
  }
  const auto found = state.answers.find(name);
  if (found != state.answers.end()) {
    const size_t which = std::min(static_cast<size_t>(nth), found->second.size() - 1);
    return Answer(found->second[which], service, hints, out);
  }
  lock.unlock();
  return AskReal(name, service, hints, out);
}

}  // namespace pixazo::testing::resolver

extern "C" {
__attribute__((visibility("default"))) int getaddrinfo(const char* name, const char* service,
                                                       const addrinfo* hints, addrinfo** out) {
  return pixazo::testing::resolver::Lookup(name, service, hints, out);
}

__attribute__((visibility("default"))) void freeaddrinfo(addrinfo* list) {
  while (list) {
    addrinfo* next = list->ai_next;
    delete reinterpret_cast<pixazo::testing::resolver::Node*>(list);
    list = next;
  }
}
}

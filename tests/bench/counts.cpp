// What holds by count, whatever the machine is busy with: bytes of a waiting job, allocations of a poll that
// found no change, and for how long the I/O thread goes to sleep when there is nothing to do. Stands in for
// the allocator and for poll() of the whole process.
//
//   bench_counts [--jobs N]     fails when a count is over its bound
#include <dlfcn.h>
#include <malloc.h>
#include <poll.h>
#include <sched.h>

#include <atomic>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <new>

extern "C" {
#include "support/bench.h"
#include "support/local.h"

void* __libc_malloc(size_t size);
void* __libc_realloc(void* p, size_t size);
}

namespace {

constexpr long kBytesAJob = 1100;       // goal: 1024; measured: 1002 to 1030, by what is on its way
constexpr long kAllocationsAPoll = 30;  // goal: 0

std::atomic<long> g_allocations{
    0};  // of the library's own code: through operator new, or straight from malloc
std::atomic<int> g_sleeping_for{
    0};                           // milliseconds that the I/O thread went to sleep for; 0: it does not sleep
const char* g_library = nullptr;  // where it is loaded
std::atomic<bool> g_counting{false};

bool IsOurs(const void* caller) {
  Dl_info info;
  return dladdr(caller, &info) && info.dli_fbase == g_library;
}

}  // namespace

#define VISIBLE extern "C" __attribute__((visibility("default")))
VISIBLE void* malloc(size_t size) {
  if (g_counting && IsOurs(__builtin_return_address(0))) ++g_allocations;
  return __libc_malloc(size);
}
VISIBLE void* realloc(void* p, size_t size) {
  if (g_counting && IsOurs(__builtin_return_address(0))) ++g_allocations;
  return __libc_realloc(p, size);
}
// libcurl calls one or the other, by how it was compiled.
int Sleep(pollfd* fds, nfds_t count, int timeout) {
  static const auto real = reinterpret_cast<int (*)(pollfd*, nfds_t, int)>(dlsym(RTLD_NEXT, "poll"));
  g_sleeping_for = timeout < 0 ? INT_MAX : timeout;
  const int ready = real(fds, count, timeout);
  g_sleeping_for = 0;
  return ready;
}
VISIBLE int poll(pollfd* fds, nfds_t count, int timeout) { return Sleep(fds, count, timeout); }
VISIBLE int __poll_chk(pollfd* fds, nfds_t count, int timeout, size_t) { return Sleep(fds, count, timeout); }
__attribute__((visibility("default"))) void* operator new(size_t size) {
  if (g_counting) ++g_allocations;
  void* p = __libc_malloc(size);
  if (!p) std::abort();
  return p;
}
__attribute__((visibility("default"))) void operator delete(void* p) noexcept { free(p); }
__attribute__((visibility("default"))) void operator delete(void* p, size_t) noexcept { free(p); }

namespace {

void UntilStat(pz_client* client, pz_stat stat, int64_t least) {
  while (pz_client_stat(client, stat) < least) sched_yield();
}

// For longer than this takes: only a call can wake it. (A job that waits has a deadline in half an hour.)
// ctest's time limit is the failure.
void UntilItSleeps() {
  while (g_sleeping_for < 600'000) sched_yield();
}

bool AtMost(const char* what, double value, double bound) {
  std::printf("%-60s %10.1f, bound %.1f%s\n", what, value, bound, value > bound ? "  MISSED" : "");
  return value <= bound;
}

pz_client* NewClient(const server& gateway, uint32_t poll_ms) {
  pz_options* options = bench_options(&gateway);
  pz_client* client = nullptr;
  REQUIRE(pz_options_set_poll_interval_ms(options, poll_ms, poll_ms) == PZ_OK);
  REQUIRE(pz_client_new(options, &client, nullptr) == PZ_OK);
  pz_options_free(options);
  return client;
}

void Sleeps(const server& gateway) {
  pz_client* client = NewClient(gateway, 10);
  UntilItSleeps();
  std::puts("no job: the I/O thread sleeps until it is called");
  pz_request* request = bench_request();
  pz_job* job = bench_submit(client, request);
  REQUIRE(pz_job_wait(job, 60'000) == PZ_OK);
  UntilItSleeps();
  std::puts("no job is left: it sleeps until it is called");
  pz_job_release(job);
  pz_request_free(request);
  bench_end(client);
}

bool Bytes(const server& gateway, long jobs) {
  pz_client* client = NewClient(gateway, 3'600'000);
  pz_request* request = bench_request();
  size_t used[2];
  for (size_t& after : used) {  // the first half pays for what is there once
    for (long i = 0; i < jobs; ++i) pz_job_release(bench_submit(client, request));
    UntilStat(client, PZ_STAT_SUBMITS, &after == used ? jobs : 2 * jobs);
    UntilItSleeps();
    bench_throw_away_events(client);
    after = mallinfo2().uordblks;
  }
  const auto bytes = static_cast<double>(used[1] - used[0]) / static_cast<double>(jobs);
  pz_request_free(request);
  bench_end(client);
  bench_figure("bytes_a_waiting_job", bytes);
  return AtMost("bytes of a job that waits at the gateway", bytes, kBytesAJob);
}

bool Allocations(const server& gateway) {
  constexpr int64_t kWarm = 20, kCounted = 200;
  pz_client* client = NewClient(gateway, 10);
  pz_request* request = bench_request();
  pz_job_release(bench_submit(client, request));
  UntilStat(client, PZ_STAT_POLLS, kWarm);
  bench_throw_away_events(client);
  g_allocations = 0;
  g_counting = true;
  const int64_t from = pz_client_stat(client, PZ_STAT_POLLS);
  UntilStat(client, PZ_STAT_POLLS, from + kCounted);
  g_counting = false;
  const double each = static_cast<double>(g_allocations) / kCounted;
  pz_request_free(request);
  bench_end(client);
  bench_figure("allocations_a_poll", each);
  return AtMost("allocations of a poll that found no change", each, kAllocationsAPoll);
}

}  // namespace

int main(int argc, char** argv) {
  const long jobs = bench_number(argc, argv, "--jobs", 1000);
  const char* const slow[] = {"--speed", "0.001", nullptr};
  Dl_info info;
  server quick, gateway;
  REQUIRE(dladdr(reinterpret_cast<const void*>(&pz_client_new), &info));
  g_library = static_cast<const char*>(info.dli_fbase);
  sandbox_start(&quick, 1000, nullptr);
  Sleeps(quick);
  server_stop(&quick);
  sandbox_start(&gateway, 1, slow);
  const bool bytes = Bytes(gateway, jobs);
  const bool allocations = Allocations(gateway);
  server_stop(&gateway);
  return bytes && allocations ? 0 : 1;
}

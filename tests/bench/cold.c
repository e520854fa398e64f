/* From nothing to the first byte of a paid request on the wire. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pixazo/pixazo.h>

#include "support/bench.h"

static const char help[] =
    "bench_cold LIBRARY [--rounds N]\n"
    "\n"
    "Starts N processes (20) that dlopen the library, make options, a client and a request, and submit it to "
    "a plain socket\n"
    "that only listens. Every second one has loaded and initialised libcurl before, and loaded libsqlite3 "
    "and libstdc++: what\n"
    "is left is the library's own. CPU is that of the process until the submit has returned: on a busy "
    "machine it says more.\n";

/* Every function that is used, under the type that the header gives it. */
#define USED(X)                                                                             \
  X(pz_options_new)                                                                         \
  X(pz_options_set_base_url)                                                                \
  X(pz_options_allow_loopback) X(pz_options_set_api_key) X(pz_client_new) X(pz_request_new) \
      X(pz_request_set_string) X(pz_client_submit) X(pz_job_wait)
#define MEMBER(name) __typeof__(&(name)) name##_;
#define FIND(name) *(void**)&fn.name##_ = dlsym(library, #name);
static struct { USED(MEMBER) } fn;
#define FN(name) fn.name##_

enum { SYSTEM, LOADED, CLIENT, SUBMITTED, TIMES };

static int child(const char* path, const char* url, int system_first) {
  uint64_t at[TIMES] = {0}, start = bench_ns();
  double cpu;
  void *library, *curl;
  pz_options* options;
  pz_client* client = NULL;
  pz_request* request;
  pz_job* job = NULL;
  if (system_first) {
    curl = dlopen("libcurl.so.4", RTLD_NOW);
    REQUIRE(curl && dlopen("libsqlite3.so.0", RTLD_NOW) && dlopen("libstdc++.so.6", RTLD_NOW));
    REQUIRE((*(int (**)(long)) & (void*){dlsym(curl, "curl_global_init")})(3) == 0);
    at[SYSTEM] = bench_ns() - start;
  }
  start = bench_ns();
  cpu = bench_cpu_ms();
  library = dlopen(path, RTLD_NOW);
  at[LOADED] = bench_ns() - start;
  REQUIRE(library);
  USED(FIND)
  options = FN(pz_options_new)(PZ_API_VERSION);
  REQUIRE(FN(pz_options_set_base_url)(options, url, PZ_NUL) == PZ_OK &&
          FN(pz_options_allow_loopback)(options, 1) == PZ_OK &&
          FN(pz_options_set_api_key)(options, "key", PZ_NUL) == PZ_OK);
  REQUIRE(FN(pz_client_new)(options, &client, NULL) == PZ_OK);
  at[CLIENT] = bench_ns() - start;
  request = FN(pz_request_new)(NULL, "gpt-image-2", PZ_NUL);
  REQUIRE(FN(pz_request_set_string)(request, "prompt", PZ_NUL, "a red fox", PZ_NUL) == PZ_OK);
  REQUIRE(FN(pz_client_submit)(client, request, &job, NULL) == PZ_OK);
  at[SUBMITTED] = bench_ns() - start;
  cpu = bench_cpu_ms() - cpu;
  printf("%llu %llu %llu %llu %llu %f\n", (unsigned long long)start, (unsigned long long)at[SYSTEM],
         (unsigned long long)at[LOADED], (unsigned long long)at[CLIENT], (unsigned long long)at[SUBMITTED],
         cpu);
  fflush(stdout);
  FN(pz_job_wait)(job, 10000); /* the socket is closed */
  _exit(0);
}

enum { LOAD, MAKE, SUBMIT, WIRE, ALL, CPU, ROWS };
static struct samples system_first = {.name = "libcurl, sqlite3, stdc++: load, init"};
static struct samples rows[2][ROWS] = {{{.name = "dlopen"},
                                        {.name = "options, client"},
                                        {.name = "request, submit"},
                                        {.name = "submit to first byte"},
                                        {.name = "all"},
                                        {.name = "all, CPU"}},
                                       {{.name = "dlopen"},
                                        {.name = "options, client"},
                                        {.name = "request, submit"},
                                        {.name = "submit to first byte"},
                                        {.name = "all"},
                                        {.name = "all, CPU"}}};

static void round_of(const char* self, const char* library, int listening, const char* url,
                     int after_system) {
  struct samples* row = rows[after_system];
  int out[2], connection;
  unsigned long long start, at[TIMES];
  uint64_t arrived;
  double cpu;
  char byte;
  pid_t pid;
  FILE* from;
  REQUIRE(pipe(out) == 0);
  pid = fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    dup2(out[1], 1);
    execl(self, self, "--child", library, url, after_system ? "1" : "0", (char*)NULL);
    _exit(127);
  }
  close(out[1]);
  connection = accept(listening, NULL, NULL);
  REQUIRE(connection >= 0 && read(connection, &byte, 1) == 1 && byte == 'P');
  arrived = bench_ns();
  close(connection);
  from = fdopen(out[0], "r");
  REQUIRE(from && fscanf(from, "%llu %llu %llu %llu %llu %lf", &start, &at[SYSTEM], &at[LOADED], &at[CLIENT],
                         &at[SUBMITTED], &cpu) == 6);
  fclose(from);
  waitpid(pid, NULL, 0);
  arrived -= start;
  if (after_system) samples_add(&system_first, at[SYSTEM]);
  samples_add(&row[LOAD], at[LOADED]);
  samples_add(&row[MAKE], at[CLIENT] - at[LOADED]);
  samples_add(&row[SUBMIT], at[SUBMITTED] - at[CLIENT]);
  samples_add(&row[WIRE], arrived > at[SUBMITTED] ? arrived - at[SUBMITTED]
                                                  : 0); /* it may be there before submit returns */
  samples_add(&row[ALL], arrived);
  samples_add(&row[CPU], (uint64_t)(1e6 * cpu));
}

int main(int argc, char** argv) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  char self[512], url[64];
  long rounds, i;
  int listening;
  ssize_t len;
  bench_help(argc, argv, help);
  REQUIRE(argc >= 2);
  if (strcmp(argv[1], "--child") == 0) return child(argv[2], argv[3], argv[4][0] == '1');
  rounds = bench_number(argc, argv, "--rounds", 20);
  listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(listening >= 0 && bind(listening, (struct sockaddr*)&address, size) == 0 &&
          listen(listening, 16) == 0);
  REQUIRE(getsockname(listening, (struct sockaddr*)&address, &size) == 0);
  snprintf(url, sizeof url, "http://127.0.0.1:%d", ntohs(address.sin_port));
  len = readlink("/proc/self/exe", self, sizeof self - 1);
  REQUIRE(len > 0);
  self[len] = '\0';
  for (i = 0; i < 2 * rounds; ++i) round_of(self, argv[1], listening, url, (int)(i % 2));
  for (i = 0; i < 2; ++i) {
    int r;
    printf("%s\n", i ? "after them" : "from nothing");
    samples_print_head();
    for (r = 0; r < ROWS; ++r) samples_print(&rows[i][r]);
    if (i == 0) samples_print(&system_first);
  }
  bench_figure("dlopen_own_us", samples_us(&rows[1][LOAD], 0.5));
  bench_figure("dlopen_whole_us", samples_us(&rows[0][LOAD], 0.5));
  bench_figure("cold_ms", 1e-3 * samples_us(&rows[0][ALL], 0.5));
  bench_figure("cold_cpu_ms", 1e-3 * samples_us(&rows[0][CPU], 0.5));
  bench_figure("cold_own_cpu_ms", 1e-3 * samples_us(&rows[1][CPU], 0.5));
  return 0;
}

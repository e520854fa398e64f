/* A host that loads the library at run time and lets go of it, with jobs in flight. Not linked with it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <malloc.h>
#include <stdint.h>
#include <string.h>

#include "hanging_names.h"
#include "support/server.h"
#include "support/test.h"

struct api {
  pz_options *(*options_new)(uint32_t);
  pz_status (*set_base_url)(pz_options *, const char *, size_t);
  pz_status (*set_api_key)(pz_options *, const char *, size_t);
  pz_status (*allow_loopback)(pz_options *, int32_t);
  void (*options_free)(pz_options *);
  pz_status (*client_new)(const pz_options *, pz_client **, pz_error **);
  void (*client_free)(pz_client *);
  pz_request *(*request_new)(const pz_catalogue *, const char *, size_t);
  pz_status (*set_string)(pz_request *, const char *, size_t, const char *, size_t);
  void (*request_free)(pz_request *);
  pz_status (*submit)(pz_client *, const pz_request *, pz_job **, pz_error **);
};

static void *look_up(void *library, const char *name) {
  void *symbol = dlsym(library, name);
  CHECK(symbol != NULL);
  return symbol;
}

static void load(void *library, struct api *api) {
  *(void **)&api->options_new = look_up(library, "pz_options_new");
  *(void **)&api->set_base_url = look_up(library, "pz_options_set_base_url");
  *(void **)&api->set_api_key = look_up(library, "pz_options_set_api_key");
  *(void **)&api->allow_loopback = look_up(library, "pz_options_allow_loopback");
  *(void **)&api->options_free = look_up(library, "pz_options_free");
  *(void **)&api->client_new = look_up(library, "pz_client_new");
  *(void **)&api->client_free = look_up(library, "pz_client_free");
  *(void **)&api->request_new = look_up(library, "pz_request_new");
  *(void **)&api->set_string = look_up(library, "pz_request_set_string");
  *(void **)&api->request_free = look_up(library, "pz_request_free");
  *(void **)&api->submit = look_up(library, "pz_client_submit");
}

static pz_client *client_of(const struct api *api, const char *url) {
  pz_client *client = NULL;
  pz_options *options = api->options_new(PZ_API_VERSION);
  api->set_base_url(options, url, PZ_NUL);
  api->set_api_key(options, "a-key", PZ_NUL);
  api->allow_loopback(options, 1);
  CHECK_EQ(PZ_OK, api->client_new(options, &client, NULL));
  api->options_free(options);
  return client;
}

static void submits(const struct api *api, pz_client *client) {
  pz_request *request = api->request_new(NULL, "sd3", PZ_NUL);
  api->set_string(request, "prompt", PZ_NUL, "a fox", PZ_NUL);
  CHECK_EQ(PZ_OK, api->submit(client, request, NULL, NULL));
  api->request_free(request);
}

TEST(unload_hanging, "L10: dlclose while look-ups hang, with free and without, is harmless, also when they end later") {
  static pz_client *left[10]; /* the host still holds them */
  int round;
  for (round = 0; round < 10; round++) {
    void *library = dlopen(PZ_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    struct api api;
    pz_client *client;
    CHECK(library != NULL);
    load(library, &api);
    client = client_of(&api, "https://gateway.hang");
    submits(&api, client);
    await_hanging(round + 1);
    left[round] = round % 2 ? client : NULL;
    if (!left[round]) api.client_free(client);
    dlclose(library);
  }
  CHECK(names_hanging() >= 10);
  release_names();
  CHECK(left[1] != NULL);
}

TEST(unload, "L9 L11: dlopen, jobs in flight, dlclose, 200 times, with free and without: no crash, and freed clients leave nothing") {
  struct server server;
  static pz_client *left[200]; /* the host still holds them */
  const int threads = threads_of_process();
  int round, descriptors = 0;
  /* Of any eight rounds without one that is left. On a busy machine a thread may outlive its client, and its library with
     it; what is leaked by each round is leaked by all of them. */
  size_t before = 0, least = SIZE_MAX;
  (void)least;
  odd_start(&server, "queued");
  for (round = 0; round < 200; round++) {
    const int leave = round % 10 == 9; /* without free now and then: threads stay, by design */
    void *library = dlopen(PZ_LIBRARY, RTLD_NOW | RTLD_LOCAL);
    struct api api;
    pz_client *client;
    CHECK(library != NULL);
    load(library, &api);
    client = client_of(&api, server.url);
    submits(&api, client);
    left[round] = leave ? client : NULL;
    if (!leave) api.client_free(client);
    dlclose(library);
    if (round == 8) descriptors = descriptors_of_process();
    if (round == 8) await_threads(threads);
    if (round % 10 == 0) before = mallinfo2().uordblks;
    if (round % 10 == 8 && round > 20) {
      const size_t after = mallinfo2().uordblks, grown = after > before ? after - before : 0;
      least = grown < least ? grown : least;
    }
  }
#if !defined(PZ_TEST_ASAN) && !defined(PZ_TEST_TSAN) /* their allocators are not counted */
  CHECK(least < 8 * 4096);
#endif
  CHECK(descriptors > 0);
  await_threads(threads + 20);
  CHECK_EQ(threads + 20, threads_of_process());
  CHECK(left[9] != NULL);
  server_stop(&server);
}

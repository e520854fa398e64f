#include "local.h"

#include "bench.h"
#include "capi/support/test.h"

void test_failed(const char* file, int line, const char* what) { bench_require(0, file, line, what); }

pz_options* bench_options(const struct server* server) {
  pz_options* options = pz_options_new(PZ_API_VERSION);
  REQUIRE(pz_options_set_base_url(options, server->url, PZ_NUL) == PZ_OK);
  REQUIRE(pz_options_allow_loopback(options, 1) == PZ_OK);
  REQUIRE(pz_options_set_api_key(options, "key", PZ_NUL) == PZ_OK);
  REQUIRE(pz_options_set_max_in_flight(options, 1000000) == PZ_OK);
  return options;
}

pz_request* bench_request(void) {
  pz_request* request = pz_request_new(NULL, "studio-ghibli", PZ_NUL);
  REQUIRE(pz_request_set_string(request, "prompt", PZ_NUL, "a red fox in the snow at dusk, soft light",
                                PZ_NUL) == PZ_OK);
  REQUIRE(pz_request_set_int(request, "width", PZ_NUL, 256) == PZ_OK);
  REQUIRE(pz_request_set_int(request, "height", PZ_NUL, 256) == PZ_OK);
  return request;
}

pz_job* bench_submit(pz_client* client, pz_request* request) {
  pz_job* job = NULL;
  REQUIRE(pz_client_submit(client, request, &job, NULL) == PZ_OK);
  return job;
}

void bench_end(pz_client* client) {
  pz_client_cancel_all(client);
  pz_client_shutdown(client, 60000);
  pz_client_free(client);
}

void bench_throw_away_events(pz_client* client) {
  pz_event* event = NULL;
  while (pz_client_poll_event(client, &event) == PZ_OK) pz_event_release(event);
}

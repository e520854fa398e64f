/* libpixazo in compare.py: N jobs at once through pixazo.h, polled each second, pictures in memory. All else
 * is as the library has it by default. */
#include <pixazo/pixazo.h>

#include "client.h"

static void fail(const char* what, pz_error* error) {
  fprintf(stderr, "bench-ours: %s: %s\n", what, pz_error_message(error));
  exit(2);
}

static pz_client* new_client(const struct bench_arguments* a) {
  pz_options* options = pz_options_new(PZ_API_VERSION);
  pz_client* client = NULL;
  pz_error* error = NULL;
  pz_options_set_base_url(options, a->url, PZ_NUL);
  pz_options_allow_loopback(options, 1);
  if (a->ca) pz_options_set_ca_file(options, a->ca, PZ_NUL);
  pz_options_set_api_key(options, "key", PZ_NUL);
  pz_options_set_poll_interval_ms(options, a->poll_ms, a->poll_ms);
  if (a->connections != 16) pz_options_set_concurrency(options, a->connections / 2, 4, a->connections);
  pz_options_set_max_in_flight(options, a->jobs);
  pz_options_set_max_undelivered(options, a->jobs);
  if (pz_client_new(options, &client, &error) != PZ_OK) fail("client", error);
  pz_options_free(options);
  return client;
}

static void submit_all(pz_client* client, unsigned jobs) {
  pz_error* error = NULL;
  unsigned i;
  pz_request* request = pz_request_new(NULL, "gpt-image-2", PZ_NUL);
  pz_request_set_string(request, "prompt", PZ_NUL, "A serene sunset over mountains", PZ_NUL);
  for (i = 0; i < jobs; ++i) {
    pz_request_set_tag(request, i);
    if (pz_client_submit(client, request, NULL, &error) != PZ_OK) fail("submit", error);
  }
  pz_request_free(request);
}

static int has_picture(const pz_event* done) {
  return pz_event_state(done) == PZ_STATE_COMPLETED &&
         pz_output_status(pz_job_output(pz_event_job(done), 0)) == PZ_OK;
}

int main(int argc, char** argv) {
  const struct bench_arguments a = bench_parse(argc, argv);
  struct bench_result r = {0, 0, 0, 0, 0};
  pz_client* client = new_client(&a);
  char* answered = calloc(a.jobs, 1);
  unsigned answers = 0;
  const double begin = bench_now_s(), end = begin + a.timeout_s;
  r.rss_before_kb = bench_rss_kb();
  submit_all(client, a.jobs);
  while (r.done + r.failed < a.jobs && bench_now_s() < end) {
    pz_event* event = NULL;
    if (pz_client_wait_event(client, 1000, &event) != PZ_OK) continue;
    if (pz_event_state(event) >= PZ_STATE_QUEUED && !answered[pz_event_tag(event)]) {
      answered[pz_event_tag(event)] = 1;
      if (++answers == a.jobs) r.rss_waiting_kb = bench_rss_kb();
    }
    if (pz_event_kind(event) == PZ_EVENT_DONE) {
      if (has_picture(event))
        ++r.done;
      else
        ++r.failed;
    }
    pz_event_release(event);
  }
  r.wall_s = bench_now_s() - begin;
  free(answered);
  pz_client_free(client);
  return bench_print(&a, &r);
}

/* All fifteen endpoints, and many jobs at once. */
#include "support/host.h"

#include <stdlib.h>
#include <string.h>

TEST(all_fifteen, "the documents' first request of every endpoint ends COMPLETED with a picture") {
  struct server server;
  pz_client *client;
  const pz_catalogue *catalogue = pz_catalogue_builtin();
  pz_job *jobs[15];
  uint32_t i;
  sandbox_start(&server, 100, NULL);
  client = local_client(&server);
  for (i = 0; i < 15; i++) {
    const pz_endpoint *endpoint = pz_catalogue_endpoint(catalogue, i);
    pz_request *request = pz_request_new(NULL, pz_endpoint_id(endpoint), PZ_NUL);
    CHECK_STATUS(PZ_OK, pz_request_set_all_json(request, pz_endpoint_example_json(endpoint, NULL), PZ_NUL));
    jobs[i] = submit(client, request);
  }
  for (i = 0; i < 15; i++) {
    const pz_output *output;
    ends_as(jobs[i], PZ_STATE_COMPLETED);
    CHECK_EQ(PZ_CHARGED_YES, pz_job_charged(jobs[i]));
    CHECK(pz_job_output_count(jobs[i]) > 0);
    output = pz_job_output(jobs[i], 0);
    CHECK_STATUS_E(PZ_OK, pz_output_status(output), pz_output_error(output));
    CHECK(strncmp(pz_output_mime(output), "image/", 6) == 0);
    CHECK(pz_output_width(output) > 0 && pz_output_height(output) > 0);
    printf("%-27s %-10s %4ux%-4u %8llu\n", pz_job_endpoint_id(jobs[i]), pz_output_mime(output), (unsigned)pz_output_width(output),
           (unsigned)pz_output_height(output), (unsigned long long)pz_output_size(output));
    pz_job_release(jobs[i]);
  }
  CHECK_EQ(15, pz_client_stat(client, PZ_STAT_SUBMITS));
  pz_client_free(client);
  server_stop(&server);
}

TEST(two_hundred, "two hundred jobs at once: two hundred pictures, two hundred POSTs, one DONE each") {
  enum { kJobs = 200 };
  struct server server;
  pz_client *client;
  pz_job *jobs[kJobs];
  unsigned char done[kJobs];
  int i, left = kJobs;
  char *state;
  memset(done, 0, sizeof done);
  sandbox_start(&server, 20, NULL);
  client = local_client(&server);
  for (i = 0; i < kJobs; i++) {
    pz_request *request = small_request("one of many");
    pz_request_set_tag(request, (uint64_t)i);
    jobs[i] = submit(client, request);
  }
  CHECK_EQ(kJobs, pz_client_in_flight(client));
  while (left > 0) {
    pz_event *event = NULL;
    CHECK_STATUS(PZ_OK, pz_client_wait_event(client, LONG_MS, &event));
    CHECK(!done[pz_event_tag(event)]);
    if (pz_event_kind(event) == PZ_EVENT_DONE) {
      CHECK_EQ(PZ_STATE_COMPLETED, pz_event_state(event));
      done[pz_event_tag(event)] = 1;
      left--;
    }
    pz_event_release(event);
  }
  CHECK_EQ(0, pz_client_in_flight(client));
  CHECK_EQ(kJobs, pz_client_stat(client, PZ_STAT_SUBMITS));
  CHECK_EQ(kJobs, pz_client_stat(client, PZ_STAT_DONE));
  for (i = 0; i < kJobs; i++) {
    CHECK_STATUS(PZ_OK, pz_output_status(pz_job_output(jobs[i], 0)));
    CHECK_EQ(1, pz_job_attempt_count(jobs[i]));
    pz_job_release(jobs[i]);
  }
  state = http_get(server.url, "/sandbox/state");
  CHECK_HAS(state, "\"posts\":200");
  free(state);
  pz_client_free(client);
  server_stop(&server);
}

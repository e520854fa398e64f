/* I8, with failing_new.cpp: the n-th allocation of a call fails. */
#include "support/host.h"

void fail_after(long allocations); /* on this thread; the allocation after so many fails, and all that follow */
int failed(void);                  /* since the last fail_after; stops failing */

TEST(i8_out_of_memory, "I8: when memory ends at any point inside a call, the call says so, nothing escapes and nothing is half done") {
  struct server server;
  pz_client *client;
  pz_request *request = small_request("a fox");
  pz_options *options;
  long n;
  odd_start(&server, "queued");
  client = local_client(&server);
  for (n = 0;; n++) {
    pz_job *job = NULL;
    pz_error *error = NULL;
    pz_status status;
    int fell;
    fail_after(n);
    status = pz_client_submit(client, request, &job, &error);
    fell = failed();
    if (status == PZ_OK) {
      pz_job_cancel(job);
      pz_job_release(job);
      if (!fell) break;
      continue;
    }
    CHECK_STATUS(PZ_E_NOMEM, status);
    CHECK(fell && job == NULL);
    pz_error_free(error);
  }
  printf("submit allocates %ld times\n", n);
  CHECK(n > 10);
  for (n = 0;; n++) {
    pz_status status;
    int fell;
    fail_after(n);
    status = pz_request_set_json(request, "width", PZ_NUL, "512", PZ_NUL);
    fell = failed();
    if (!fell) break;
    CHECK(status == PZ_E_NOMEM || status == PZ_OK);
  }
  options = local_options(&server);
  for (n = 0;; n++) {
    pz_client *second = NULL;
    pz_status status;
    int fell;
    fail_after(n);
    status = pz_client_new(options, &second, NULL);
    fell = failed();
    if (status == PZ_OK) pz_client_free(second);
    if (status != PZ_OK) CHECK(second == NULL && fell);
    if (!fell) break;
  }
  printf("client_new allocates %ld times\n", n);
  CHECK_EQ(0, pz_client_stat(client, PZ_STAT_BUDGET_RESERVED_MICROUSD));
  while (pz_client_in_flight(client) > 0) {
    pz_event *event = NULL;
    CHECK_STATUS(PZ_OK, pz_client_wait_event(client, LONG_MS, &event));
    pz_event_release(event);
  }
  pz_options_free(options);
  pz_request_free(request);
  pz_client_free(client);
  server_stop(&server);
}

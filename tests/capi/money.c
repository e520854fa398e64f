/* Budget, charges, and the way back from doubt. */
#include "support/host.h"

#include <string.h>

static pz_request *priced(const char *prompt) { /* 12000 micro-dollars */
  pz_request *request = request_for("gpt-image-2-text-to-image", prompt);
  CHECK_STATUS(PZ_OK, pz_request_set_string(request, "quality", PZ_NUL, "low", PZ_NUL));
  return request;
}

TEST(budget, "the budget reserves at submit, gives back what was not charged, and refuses what does not fit") {
  struct server server;
  pz_options *options;
  pz_client *client;
  pz_request *request = priced("a fox");
  pz_error *error = NULL;
  pz_job *one, *two = NULL;
  odd_start(&server, "hold");
  options = local_options(&server);
  pz_options_set_budget_microusd(options, 30000);
  client = client_from(options);
  one = submit(client, pz_request_clone(request));
  CHECK_STATUS(PZ_OK, pz_client_submit(client, request, &two, NULL));
  CHECK_EQ(24000, pz_client_stat(client, PZ_STAT_BUDGET_RESERVED_MICROUSD));
  CHECK_STATUS(PZ_E_BUDGET, pz_client_submit(client, request, NULL, &error));
  CHECK_HAS(pz_error_message(error), "$0.012, but only $0.006 of the budget of $0.03 are left");
  pz_error_free(error);
  odd_count(&server, "release");
  ends_as(one, PZ_STATE_COMPLETED);
  ends_as(two, PZ_STATE_COMPLETED);
  CHECK_EQ(0, pz_client_stat(client, PZ_STAT_BUDGET_RESERVED_MICROUSD));
  CHECK_EQ(24000, pz_client_stat(client, PZ_STAT_BUDGET_SPENT_MICROUSD));
  CHECK_STATUS(PZ_E_BUDGET, pz_client_submit(client, request, NULL, NULL));
  pz_job_release(one);
  pz_job_release(two);
  pz_request_free(request);
  pz_client_free(client);
  server_stop(&server);
}

TEST(budget_released, "a job that was not charged costs the budget nothing, a doubtful one counts as spent") {
  static const struct {
    const char *manner;
    int64_t spent;
  } rows[] = {{"balance", 0}, {"error", 0}, {"echo-key", 0}, {"drop", 12000}, {"failed", 12000}, {"plain", 12000}};
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct server server;
    pz_options *options;
    pz_client *client;
    pz_job *job;
    odd_start(&server, rows[i].manner);
    options = local_options(&server);
    pz_options_set_budget_microusd(options, 20000);
    client = client_from(options);
    job = submit(client, priced("a fox"));
    CHECK_STATUS(PZ_OK, pz_job_wait(job, LONG_MS));
    CHECK_EQ(rows[i].spent, pz_client_stat(client, PZ_STAT_BUDGET_SPENT_MICROUSD));
    CHECK_EQ(0, pz_client_stat(client, PZ_STAT_BUDGET_RESERVED_MICROUSD));
    pz_job_release(job);
    pz_client_free(client);
    server_stop(&server);
  }
}

TEST(unknown_price, "with a budget an unknown price is refused, unless the host assumes one") {
  struct server server;
  pz_options *options;
  pz_client *client;
  pz_request *request = small_request("a fox");
  pz_error *error = NULL;
  pz_job *job;
  odd_start(&server, "queued");
  options = local_options(&server);
  pz_options_set_budget_microusd(options, 50000);
  CHECK_STATUS(PZ_OK, pz_client_new(options, &client, NULL));
  CHECK_STATUS(PZ_E_BUDGET, pz_client_submit(client, request, NULL, &error));
  CHECK_HAS(pz_error_message(error), "unknown");
  pz_error_free(error);
  CHECK_EQ(0, odd_count(&server, "posts"));
  pz_client_free(client);
  pz_options_set_assumed_price_microusd(options, 40000);
  client = client_from(options);
  job = submit(client, request);
  CHECK_EQ(40000, pz_client_stat(client, PZ_STAT_BUDGET_RESERVED_MICROUSD));
  pz_job_cancel(job);
  ends_as(job, PZ_STATE_CANCELLED);
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

TEST(balance, "a 402 is BALANCE with the price it names, and not charged") {
  struct server server;
  pz_client *client;
  pz_job *job;
  const pz_error *error;
  odd_start(&server, "balance");
  client = local_client(&server);
  job = submit_small(client, "a fox");
  ends_as(job, PZ_STATE_FAILED);
  error = pz_job_error(job);
  CHECK_STATUS(PZ_E_BALANCE, pz_error_status(error));
  CHECK_EQ(402, pz_error_http_status(error));
  CHECK_EQ(40000, pz_error_required_microusd(error));
  CHECK_TEXT("Insufficient Balance", pz_error_remote_code(error));
  CHECK_EQ(-1, pz_error_retry_after_ms(error));
  CHECK_EQ(0, pz_error_is_retryable(error));
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

TEST(resubmit, "a doubtful job is sent again only when the host accepts a second charge, as a new job that names the old one") {
  struct server server;
  pz_client *client;
  pz_request *request = small_request("a fox");
  pz_job *job, *again = NULL;
  pz_error *error = NULL;
  odd_start(&server, "drop");
  client = local_client(&server);
  pz_request_set_submit_key(request, "once", PZ_NUL);
  pz_request_set_tag(request, 77);
  job = submit(client, request);
  ends_as(job, PZ_STATE_FAILED);
  CHECK_STATUS(PZ_E_UNCERTAIN, pz_error_status(pz_job_error(job)));
  CHECK_EQ(1, odd_count(&server, "posts"));
  CHECK_STATUS(PZ_E_INVALID_STATE, pz_client_resubmit(client, job, 0, &again, &error));
  CHECK_HAS(pz_error_message(error), "charge");
  pz_error_free(error);
  CHECK_STATUS(PZ_OK, pz_client_resubmit(client, job, 1, &again, NULL));
  CHECK(again != job);
  CHECK_EQ(pz_job_id(job), pz_job_origin_id(again));
  CHECK_EQ(77, pz_job_tag(again));
  CHECK_TEXT("", pz_job_submit_key(again));
  ends_as(again, PZ_STATE_FAILED);
  CHECK_EQ(2, odd_count(&server, "posts"));
  pz_job_release(again);
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

TEST(resubmit_free, "a job that provably cost nothing may be sent again without accepting anything") {
  struct server server;
  pz_client *client;
  pz_job *job, *again = NULL, *attached = NULL;
  odd_start(&server, "error");
  client = local_client(&server);
  job = submit_small(client, "a fox");
  ends_as(job, PZ_STATE_FAILED);
  CHECK_STATUS(PZ_OK, pz_client_resubmit(client, job, 0, &again, NULL));
  ends_as(again, PZ_STATE_FAILED);
  CHECK_STATUS(PZ_OK, pz_client_attach(client, pz_job_remote_id(job), PZ_NUL, NULL, 0, 5, &attached, NULL));
  ends_as(attached, PZ_STATE_FAILED);
  CHECK_EQ(5, pz_job_tag(attached));
  CHECK_TEXT("studio-ghibli", pz_job_endpoint_id(attached)); /* by its prefix */
  CHECK_STATUS(PZ_E_UNSUPPORTED, pz_client_resubmit(client, attached, 1, NULL, NULL));
  pz_job_release(job);
  pz_job_release(again);
  pz_job_release(attached);
  pz_client_free(client);
  server_stop(&server);
}

TEST(attach, "attach follows a request id from elsewhere to its pictures and never posts") {
  struct server server;
  pz_client *first, *second;
  pz_job *job, *attached = NULL;
  pz_error *error = NULL;
  sandbox_start(&server, 20, NULL);
  first = local_client(&server);
  second = local_client(&server);
  job = submit_small(first, "a fox");
  reaches(first, job, PZ_STATE_QUEUED);
  CHECK_STATUS(PZ_OK, pz_client_attach(second, pz_job_remote_id(job), PZ_NUL, "studio-ghibli", PZ_NUL, 9, &attached, NULL));
  ends_as(attached, PZ_STATE_COMPLETED);
  CHECK_EQ(0, pz_job_attempt_count(attached));
  CHECK(pz_output_size(pz_job_output(attached, 0)) > 0);
  CHECK_EQ(0, pz_client_stat(second, PZ_STAT_SUBMITS));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_client_attach(second, "../x", PZ_NUL, NULL, 0, 0, NULL, &error));
  pz_error_free(error);
  error = NULL;
  CHECK_STATUS(PZ_E_NOT_FOUND, pz_client_attach(second, "a_1", PZ_NUL, "studio-ghibly", PZ_NUL, 0, NULL, &error));
  CHECK_HAS(pz_error_message(error), "studio-ghibli");
  pz_error_free(error);
  pz_job_release(job);
  pz_job_release(attached);
  pz_client_free(first);
  pz_client_free(second);
  server_stop(&server);
}

TEST(priority, "waiting jobs are sent by priority, those of equal priority in their order") {
  struct server server;
  pz_options *options;
  pz_client *client;
  pz_job *jobs[6];
  uint64_t order[6];
  int i, n = 0;
  odd_start(&server, "plain");
  options = local_options(&server);
  pz_options_set_concurrency(options, 1, 4, 16);
  client = client_from(options);
  CHECK_STATUS(PZ_OK, pz_client_pause(client));
  for (i = 0; i < 6; i++) {
    pz_request *request = small_request("a fox");
    pz_request_set_priority(request, i % 3);
    pz_request_set_tag(request, (uint64_t)i);
    jobs[i] = submit(client, request);
  }
  CHECK_STATUS(PZ_OK, pz_client_resume(client));
  while (n < 6) {
    pz_event *event = NULL;
    CHECK_STATUS(PZ_OK, pz_client_wait_event(client, LONG_MS, &event));
    if (pz_event_kind(event) == PZ_EVENT_STATE && pz_event_state(event) == PZ_STATE_SUBMITTING) order[n++] = pz_event_tag(event);
    pz_event_release(event);
  }
  for (i = 0; i < 6; i++) {
    static const uint64_t expected[6] = {2, 5, 1, 4, 0, 3};
    CHECK_EQ(expected[i], order[i]);
    pz_job_release(jobs[i]);
  }
  pz_client_free(client);
  server_stop(&server);
}

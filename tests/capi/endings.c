/* Cancel in each state, destroy with work in flight, free and more inside callbacks, races with free. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "support/host.h"

TEST(cancel_waiting, "cancel while WAITING: CANCELLED, not charged, nothing was sent") {
  struct server server;
  pz_client *client;
  pz_job *job;
  odd_start(&server, "plain");
  client = local_client(&server);
  CHECK_STATUS(PZ_OK, pz_client_pause(client));
  job = submit_small(client, "a fox");
  CHECK_STATUS(PZ_E_TIMEOUT, pz_job_wait(job, 20));
  CHECK_EQ(PZ_STATE_WAITING, pz_job_state(job));
  CHECK_STATUS(PZ_OK, pz_job_cancel(job));
  ends_as(job, PZ_STATE_CANCELLED);
  CHECK_EQ(PZ_CHARGED_NO, pz_job_charged(job));
  CHECK_EQ(0, pz_job_attempt_count(job));
  CHECK_STATUS(PZ_OK, pz_client_resume(client));
  CHECK_EQ(0, odd_count(&server, "posts"));
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

static void cancel_in(const char *manner, pz_state state, const char *seen, pz_charged charged) {
  struct server server;
  pz_client *client;
  pz_job *job;
  odd_start(&server, manner);
  client = local_client(&server);
  job = submit_small(client, "a fox");
  reaches(client, job, state);
  odd_await(&server, seen, 1);
  CHECK_STATUS(PZ_OK, pz_job_cancel(job));
  ends_as(job, PZ_STATE_CANCELLED);
  CHECK_EQ(charged, pz_job_charged(job));
  CHECK_STATUS(PZ_E_CANCELLED, pz_error_status(pz_job_error(job)));
  CHECK_EQ(1, odd_count(&server, "posts"));
  drain_until_done(client, pz_job_id(job));
  CHECK_EQ(0, pz_client_in_flight(client));
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

TEST(cancel_submitting, "cancel while SUBMITTING: the request is out, so charged is unknown") {
  cancel_in("hang", PZ_STATE_SUBMITTING, "posts", PZ_CHARGED_UNKNOWN);
}
TEST(cancel_queued, "cancel while QUEUED: charged is unknown and the id is kept") {
  cancel_in("queued", PZ_STATE_QUEUED, "gets", PZ_CHARGED_UNKNOWN);
}
TEST(cancel_polling, "cancel while a poll hangs ends the job all the same") {
  cancel_in("hang-status", PZ_STATE_QUEUED, "gets", PZ_CHARGED_UNKNOWN);
}
TEST(cancel_processing, "cancel while PROCESSING") {
  cancel_in("processing", PZ_STATE_PROCESSING, "gets", PZ_CHARGED_UNKNOWN);
}
TEST(cancel_downloading, "cancel while DOWNLOADING: it was made, so it was charged") {
  cancel_in("hang-media", PZ_STATE_DOWNLOADING, "downloads", PZ_CHARGED_YES);
}

TEST(cancel_ended, "cancel after the end changes nothing") {
  struct server server;
  pz_client *client;
  pz_job *job;
  odd_start(&server, "plain");
  client = local_client(&server);
  job = submit_small(client, "a fox");
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK_STATUS(PZ_OK, pz_job_cancel(job));
  CHECK_EQ(PZ_STATE_COMPLETED, pz_job_state(job));
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

TEST(cancel_all, "cancel_all ends every job, and a job submitted after it lives") {
  struct server server;
  pz_client *client;
  pz_job *jobs[20], *after;
  int i;
  odd_start(&server, "queued");
  client = local_client(&server);
  for (i = 0; i < 20; i++) jobs[i] = submit_small(client, "a fox");
  CHECK_STATUS(PZ_OK, pz_client_cancel_all(client));
  after = submit_small(client, "a hare");
  for (i = 0; i < 20; i++) {
    ends_as(jobs[i], PZ_STATE_CANCELLED);
    pz_job_release(jobs[i]);
  }
  reaches(client, after, PZ_STATE_QUEUED);
  CHECK_EQ(1, pz_client_in_flight(client));
  pz_job_release(after);
  pz_client_free(client);
  server_stop(&server);
}

TEST(free_in_flight, "free with work in every state returns within a second and every job is terminal") {
  static const char *const manners[] = {"hang", "queued", "hang-status", "processing", "hang-media", "plain"};
  size_t i;
  int k;
  for (i = 0; i < sizeof manners / sizeof *manners; i++) {
    struct server server;
    pz_client *client;
    pz_job *jobs[12];
    struct timespec start, end;
    odd_start(&server, manners[i]);
    client = local_client(&server);
    for (k = 0; k < 12; k++) jobs[k] = submit_small(client, "a fox");
    odd_await(&server, "posts", 1);
    clock_gettime(CLOCK_MONOTONIC, &start);
    pz_client_free(client);
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%s: free took %ld ms\n", manners[i], (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000);
    for (k = 0; k < 12; k++) {
      CHECK(pz_job_state(jobs[k]) >= PZ_STATE_COMPLETED);
      pz_job_release(jobs[k]);
    }
    server_stop(&server);
  }
}

TEST(shutdown_waits, "shutdown lets running jobs finish in the time it is given") {
  struct server server;
  pz_client *client;
  pz_job *job;
  pz_request *request = small_request("a fox");
  sandbox_start(&server, 50, NULL);
  client = local_client(&server);
  job = submit_small(client, "a fox");
  CHECK_STATUS(PZ_OK, pz_client_shutdown(client, LONG_MS));
  CHECK_EQ(PZ_STATE_COMPLETED, pz_job_state(job));
  CHECK_STATUS(PZ_E_CLOSED, pz_client_submit(client, request, NULL, NULL));
  CHECK_STATUS(PZ_E_CLOSED, pz_client_attach(client, "a_1", PZ_NUL, NULL, 0, 0, NULL, NULL));
  CHECK_STATUS(PZ_E_CLOSED, pz_client_set_api_key(client, "x", 1));
  CHECK_STATUS(PZ_E_CLOSED, pz_client_pause(client));
  drain_until_done(client, pz_job_id(job));
  pz_job_release(job);
  pz_request_free(request);
  pz_client_free(client);
  server_stop(&server);
}

/* -- Inside callbacks -- */

struct inside {
  pz_client *client;
  pz_job *job;
  int calls, after_free, destroyed, done_submits;
};

static void was_destroyed(void *user_data) { __atomic_fetch_add(&((struct inside *)user_data)->destroyed, 1, __ATOMIC_SEQ_CST); }

static void free_now(const pz_event *event, void *user_data) {
  struct inside *inside = user_data;
  pz_event *none = NULL;
  (void)event;
  CHECK_EQ(0, inside->calls++);
  pz_client_free(inside->client);
  CHECK_EQ(0, __atomic_load_n(&inside->destroyed, __ATOMIC_SEQ_CST)); /* user_data is still in use: here */
  CHECK_STATUS(PZ_E_CLOSED, pz_client_poll_event(inside->client, &none));
}

TEST(free_inside_dispatch, "free inside a callback of pz_client_dispatch takes effect when the callback returns") {
  struct server server;
  struct inside inside;
  pz_options *options;
  memset(&inside, 0, sizeof inside);
  odd_start(&server, "plain");
  options = local_options(&server);
  pz_options_set_event_callback(options, free_now, &inside, was_destroyed);
  inside.client = client_from(options);
  inside.job = submit_small(inside.client, "a fox");
  while (inside.calls == 0) CHECK_STATUS(PZ_OK, pz_client_dispatch(inside.client, 0, 0, NULL));
  CHECK_EQ(1, inside.destroyed);
  CHECK(pz_job_state(inside.job) >= PZ_STATE_COMPLETED);
  CHECK_STATUS(PZ_E_CLOSED, pz_client_dispatch(inside.client, 0, 0, NULL));
  pz_job_release(inside.job);
  server_stop(&server);
}

TEST(free_inside_thread, "free inside a callback of the dispatch thread takes effect when the callback returns") {
  struct server server;
  struct inside inside;
  pz_options *options;
  const int threads = threads_of_process();
  memset(&inside, 0, sizeof inside);
  odd_start(&server, "plain");
  options = local_options(&server);
  pz_options_set_dispatch(options, PZ_DISPATCH_THREAD);
  pz_options_set_event_callback(options, free_now, &inside, was_destroyed);
  inside.client = client_from(options);
  inside.job = submit_small(inside.client, "a fox");
  while (!__atomic_load_n(&inside.destroyed, __ATOMIC_SEQ_CST)) sched_yield();
  CHECK(pz_job_state(inside.job) >= PZ_STATE_COMPLETED);
  pz_job_release(inside.job);
  await_threads(threads);
  server_stop(&server);
}

static void busy(const pz_event *event, void *user_data) {
  struct inside *inside = user_data;
  pz_job *job = pz_job_retain(pz_event_job(event));
  pz_event *kept = pz_event_retain(event);
  if (pz_event_kind(event) == PZ_EVENT_DONE) {
    int n = __atomic_fetch_add(&inside->done_submits, 1, __ATOMIC_SEQ_CST);
    if (n < 30) {
      pz_job *next = submit_small(inside->client, "again");
      if (n % 3 == 0) pz_job_cancel(next);
      pz_job_release(next);
    }
  } else if (job) {
    pz_job_release(job);
    job = pz_job_retain(job);
  }
  pz_job_release(job);
  pz_event_release(kept);
}

TEST(busy_callbacks, "submit, cancel, retain and release work inside callbacks of both modes") {
  int mode;
  for (mode = 0; mode < 2; mode++) {
    struct server server;
    struct inside inside;
    pz_options *options;
    memset(&inside, 0, sizeof inside);
    odd_start(&server, "plain");
    options = local_options(&server);
    pz_options_set_dispatch(options, mode);
    pz_options_set_event_callback(options, busy, &inside, was_destroyed);
    inside.client = client_from(options);
    pz_job_release(submit_small(inside.client, "first"));
    while (__atomic_load_n(&inside.done_submits, __ATOMIC_SEQ_CST) < 31)
      if (mode == PZ_DISPATCH_POLL)
        pz_client_dispatch(inside.client, 0, 0, NULL);
      else
        sched_yield();
    pz_client_free(inside.client);
    CHECK_EQ(1, inside.destroyed);
    server_stop(&server);
  }
}

/* -- Races -- */

struct storm {
  pz_client *client;
  int stop, accepted, refused;
};

static void *submit_until_closed(void *argument) {
  struct storm *storm = argument;
  for (;;) {
    pz_request *request = small_request("a fox");
    pz_job *job = NULL;
    pz_status status = pz_client_submit(storm->client, request, &job, NULL);
    pz_request_free(request);
    if (status == PZ_E_CLOSED) break;
    CHECK_STATUS(PZ_OK, status);
    if (__atomic_fetch_add(&storm->accepted, 1, __ATOMIC_SEQ_CST) % 2) pz_job_cancel(job);
    pz_job_wait(job, 1);
    pz_job_release(job);
  }
  return NULL;
}

static void *drain_until_closed(void *argument) {
  struct storm *storm = argument;
  for (;;) {
    pz_event *event = NULL;
    pz_status status = pz_client_wait_event(storm->client, PZ_INFINITE, &event);
    if (status == PZ_E_CLOSED) return NULL;
    if (status == PZ_OK) pz_event_release(event);
  }
}

static void *free_it(void *argument) {
  pz_client_free(((struct storm *)argument)->client);
  return NULL;
}

TEST(free_races, "free from two threads, against submits, cancels, waits and drains on others: one wins, the rest are refused") {
  struct server server;
  int round, i;
  odd_start(&server, "queued");
  for (round = 0; round < 10; round++) {
    struct storm storm;
    pthread_t threads[6], killers[2];
    memset(&storm, 0, sizeof storm);
    storm.client = local_client(&server);
    for (i = 0; i < 6; i++) CHECK(pthread_create(&threads[i], NULL, i % 2 ? drain_until_closed : submit_until_closed, &storm) == 0);
    while (__atomic_load_n(&storm.accepted, __ATOMIC_SEQ_CST) < 20) sched_yield();
    for (i = 0; i < 2; i++) CHECK(pthread_create(&killers[i], NULL, free_it, &storm) == 0);
    for (i = 0; i < 2; i++) pthread_join(killers[i], NULL);
    for (i = 0; i < 6; i++) pthread_join(threads[i], NULL);
  }
  server_stop(&server);
}

TEST(thousand_clients, "a thousand clients made and freed leave no thread and no descriptor behind") {
  const int threads = threads_of_process();
  int i, descriptors = 0;
  for (i = 0; i < 1000; i++) {
    pz_options *options = pz_options_new(PZ_API_VERSION);
    pz_options_set_api_key(options, CANARY, PZ_NUL);
    pz_client_free(client_from(options));
    if (i == 10) descriptors = descriptors_of_process();
  }
  await_threads(threads);
  CHECK_EQ(descriptors, descriptors_of_process());
}

/* The one queue and the ways to drain it: poll, wait, dispatch, the wakeup handle, the thread. */
#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "support/host.h"

static int readable(intptr_t handle, int timeout_ms) {
  struct pollfd fd;
  fd.fd = (int)handle;
  fd.events = POLLIN;
  return poll(&fd, 1, timeout_ms) == 1;
}

TEST(wakeup_handle, "the wakeup handle is readable exactly while the queue is non-empty") {
  struct server server;
  pz_client *client;
  pz_job *job;
  pz_event *event = NULL;
  intptr_t handle;
  odd_start(&server, "plain");
  client = local_client(&server);
  handle = pz_client_wakeup_handle(client);
  CHECK(handle >= 0);
  CHECK_EQ(handle, pz_client_wakeup_handle(client));
  CHECK(!readable(handle, 0));
  job = submit_small(client, "a fox");
  ends_as(job, PZ_STATE_COMPLETED);
  while (pz_client_poll_event(client, &event) == PZ_OK) {
    CHECK_EQ(pz_client_stat(client, PZ_STAT_EVENTS_QUEUED) > 0, readable(handle, 0));
    pz_event_release(event);
  }
  CHECK(!readable(handle, 0));
  pz_job_release(job);
  job = submit_small(client, "a fox"); /* an event loop: only the handle says when to look */
  while (pz_job_state(job) < PZ_STATE_COMPLETED || readable(handle, 0)) {
    CHECK(readable(handle, LONG_MS));
    while (pz_client_poll_event(client, &event) == PZ_OK) pz_event_release(event);
  }
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

TEST(late_handle, "a wakeup handle that is asked for late is readable at once") {
  struct server server;
  pz_client *client;
  pz_job *job;
  odd_start(&server, "plain");
  client = local_client(&server);
  job = submit_small(client, "a fox");
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK(readable(pz_client_wakeup_handle(client), 0));
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

TEST(order_and_numbers, "numbers grow, states go forward, progress never goes back, DONE comes last") {
  struct server server;
  pz_client *client;
  pz_job *job;
  uint64_t seq = 0;
  pz_state state = 0;
  double progress = 0;
  int kind = 0, outputs = 0;
  sandbox_start(&server, 20, NULL);
  client = local_client(&server);
  job = submit_small(client, "a fox");
  while (kind != PZ_EVENT_DONE) {
    pz_event *event = NULL;
    CHECK_STATUS(PZ_OK, pz_client_wait_event(client, LONG_MS, &event));
    kind = pz_event_kind(event);
    CHECK(pz_event_seq(event) > seq);
    seq = pz_event_seq(event);
    CHECK_EQ(pz_job_id(job), pz_event_job_id(event));
    CHECK(pz_event_job(event) == job);
    if (kind == PZ_EVENT_STATE) {
      CHECK(pz_event_state(event) > state && pz_event_state(event) < PZ_STATE_COMPLETED);
      state = pz_event_state(event);
    }
    if (kind == PZ_EVENT_PROGRESS) {
      CHECK(pz_event_progress(event) > progress && pz_event_progress(event) <= 1);
      progress = pz_event_progress(event);
    }
    if (kind == PZ_EVENT_OUTPUT) {
      CHECK(pz_event_output(event) == pz_job_output(job, pz_event_index(event)));
      CHECK(pz_event_error(event) == NULL);
      outputs++;
    }
    pz_event_release(event);
  }
  CHECK_EQ(1, outputs);
  CHECK(pz_job_progress(job) == 1);
  CHECK(pz_job_poll_count(job) > 0);
  CHECK_EQ(1, pz_job_attempt_count(job));
  CHECK(pz_job_elapsed_ms(job) > 0);
  CHECK(pz_job_gateway_ms(job) >= 0);
  CHECK(strncmp(pz_job_remote_id(job), "studio-ghibli_", 14) == 0);
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

struct sink {
  pz_client *client;
  int events, own, dones, slow_us;
  pthread_t thread;
};

static void count(const pz_event *event, void *user_data) {
  struct sink *sink = user_data;
  sink->thread = pthread_self();
  sink->events++;
  sink->dones += pz_event_kind(event) == PZ_EVENT_DONE;
  if (sink->slow_us) {
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    do {
      clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((now.tv_sec - start.tv_sec) * 1000000 + (now.tv_nsec - start.tv_nsec) / 1000 < sink->slow_us);
  }
}

static int queued_for(const struct server *server, struct sink *sink, pz_client **client) {
  pz_options *options = local_options(server);
  pz_job *job;
  memset(sink, 0, sizeof *sink);
  pz_options_set_event_callback(options, count, sink, NULL);
  *client = client_from(options);
  job = submit_small(*client, "a fox");
  ends_as(job, PZ_STATE_COMPLETED);
  pz_job_release(job);
  return (int)pz_client_stat(*client, PZ_STAT_EVENTS_QUEUED);
}

TEST(dispatch_limits, "dispatch keeps to the number of events and to the time it is given") {
  struct server server;
  struct sink sink;
  pz_client *client;
  uint32_t n = 99;
  int queued;
  odd_start(&server, "plain");
  queued = queued_for(&server, &sink, &client);
  CHECK(queued >= 4);
  CHECK_STATUS(PZ_OK, pz_client_dispatch(client, 1, 0, &n));
  CHECK_EQ(1, n);
  CHECK_EQ(1, sink.events);
  sink.slow_us = 2000; /* longer than the budget: one more, then it stops */
  CHECK_STATUS(PZ_OK, pz_client_dispatch(client, 0, 500, &n));
  CHECK_EQ(1, n);
  sink.slow_us = 0;
  CHECK_STATUS(PZ_OK, pz_client_dispatch(client, 0, 0, &n));
  CHECK_EQ(queued - 2, n);
  CHECK_EQ(1, sink.dones);
  CHECK_STATUS(PZ_OK, pz_client_dispatch(client, 0, 0, &n));
  CHECK_EQ(0, n);
  CHECK(pthread_equal(sink.thread, pthread_self()));
  pz_client_free(client);
  server_stop(&server);
}

static void count_own(const pz_event *event, void *user_data) {
  (void)event;
  ((struct sink *)user_data)->own++;
}

TEST(routing, "a job's own callback gets its events, and the client's gets the rest") {
  struct server server;
  struct sink sink;
  pz_client *client;
  pz_request *request = small_request("a fox");
  pz_job *own = NULL, *plain_cb = NULL;
  int before;
  odd_start(&server, "plain");
  queued_for(&server, &sink, &client);
  CHECK_STATUS(PZ_OK, pz_client_dispatch(client, 0, 0, NULL));
  before = sink.events;
  CHECK_STATUS(PZ_OK, pz_client_submit_cb(client, request, count_own, &sink, NULL, &own, NULL));
  ends_as(own, PZ_STATE_COMPLETED);
  CHECK_STATUS(PZ_OK, pz_client_dispatch(client, 0, 0, NULL));
  CHECK_EQ(before, sink.events);
  CHECK(sink.own >= 4);
  CHECK_STATUS(PZ_OK, pz_client_submit_cb(client, request, NULL, &sink, NULL, &plain_cb, NULL));
  ends_as(plain_cb, PZ_STATE_COMPLETED);
  CHECK_STATUS(PZ_OK, pz_client_dispatch(client, 0, 0, NULL));
  CHECK(sink.events > before);
  pz_job_release(own);
  pz_job_release(plain_cb);
  pz_request_free(request);
  pz_client_free(client);
  server_stop(&server);
}

static void *wait_for_event(void *client) {
  pz_event *event = NULL;
  return (void *)(intptr_t)pz_client_wait_event(client, PZ_INFINITE, &event);
}

TEST(wakeup_and_timeouts, "pz_client_wakeup ends one wait, a timeout ends it too, and neither is an error") {
  struct server server;
  pz_client *client;
  pz_event *event = NULL;
  pthread_t thread;
  void *result;
  odd_start(&server, "plain");
  client = local_client(&server);
  CHECK_STATUS(PZ_AGAIN, pz_client_poll_event(client, &event));
  CHECK_STATUS(PZ_AGAIN, pz_client_wait_event(client, 0, &event));
  CHECK_STATUS(PZ_AGAIN, pz_client_wait_event(client, 1, &event));
  CHECK_STATUS(PZ_OK, pz_client_wakeup(client)); /* nobody waits: the next one returns */
  CHECK_STATUS(PZ_AGAIN, pz_client_wait_event(client, PZ_INFINITE, &event));
  CHECK(pthread_create(&thread, NULL, wait_for_event, client) == 0);
  CHECK_STATUS(PZ_OK, pz_client_wakeup(client)); /* before or while it waits: both end it */
  pthread_join(thread, &result);
  CHECK_STATUS(PZ_AGAIN, (pz_status)(intptr_t)result);
  CHECK(pthread_create(&thread, NULL, wait_for_event, client) == 0);
  CHECK_STATUS(PZ_OK, pz_client_shutdown(client, 0));
  pthread_join(thread, &result);
  CHECK_STATUS(PZ_E_CLOSED, (pz_status)(intptr_t)result);
  CHECK(event == NULL);
  pz_client_free(client);
  server_stop(&server);
}

TEST(undelivered_limit, "too many undelivered DONEs refuse the next submit until events are drained") {
  struct server server;
  pz_options *options;
  pz_client *client;
  pz_request *request = small_request("a fox");
  pz_error *error = NULL;
  struct tally tally;
  int i;
  odd_start(&server, "plain");
  options = local_options(&server);
  pz_options_set_max_undelivered(options, 3);
  client = client_from(options);
  for (i = 0; i < 3; i++) {
    pz_job *job = submit_small(client, "a fox");
    ends_as(job, PZ_STATE_COMPLETED);
    pz_job_release(job);
  }
  CHECK_STATUS(PZ_E_LIMIT, pz_client_submit(client, request, NULL, &error));
  CHECK_HAS(pz_error_message(error), "drain");
  pz_error_free(error);
  drain_all(client, &tally);
  CHECK_EQ(3, tally.done);
  CHECK_STATUS(PZ_OK, pz_client_submit(client, request, NULL, NULL));
  pz_request_free(request);
  pz_client_free(client);
  server_stop(&server);
}

TEST(in_flight_limit, "too many jobs in flight refuse the next submit, and the end of one makes room before its DONE is seen") {
  struct server server;
  pz_options *options;
  pz_client *client;
  pz_request *request = small_request("a fox");
  pz_job *job;
  odd_start(&server, "queued");
  options = local_options(&server);
  pz_options_set_max_in_flight(options, 1);
  client = client_from(options);
  job = submit_small(client, "a fox");
  CHECK_STATUS(PZ_E_LIMIT, pz_client_submit(client, request, NULL, NULL));
  CHECK_EQ(1, pz_client_in_flight(client));
  pz_job_cancel(job);
  drain_until_done(client, pz_job_id(job));
  CHECK_STATUS(PZ_OK, pz_client_submit(client, request, NULL, NULL));
  pz_job_release(job);
  pz_request_free(request);
  pz_client_free(client);
  server_stop(&server);
}

struct threaded {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  pthread_t first;
  int calls, dones, elsewhere, names;
};

static void on_thread(const pz_event *event, void *user_data) {
  struct threaded *t = user_data;
  pthread_mutex_lock(&t->mutex);
  if (t->calls++ == 0) t->first = pthread_self();
  t->elsewhere += !pthread_equal(t->first, pthread_self());
  t->dones += pz_event_kind(event) == PZ_EVENT_DONE;
  pthread_cond_signal(&t->changed);
  pthread_mutex_unlock(&t->mutex);
}

static void name_thread(const char *name, void *user_data) {
  struct threaded *t = user_data;
  pthread_mutex_lock(&t->mutex);
  t->names += strcmp(name, "pz-io") == 0 ? 1 : strcmp(name, "pz-dispatch") == 0 ? 100 : 10000;
  pthread_mutex_unlock(&t->mutex);
}

TEST(dispatch_thread, "in thread mode one thread calls back, draining by hand is refused, and the hooks see both threads come and go") {
  struct server server;
  struct threaded t;
  pz_options *options;
  pz_client *client;
  pz_event *event = NULL;
  int i;
  memset(&t, 0, sizeof t);
  pthread_mutex_init(&t.mutex, NULL);
  pthread_cond_init(&t.changed, NULL);
  odd_start(&server, "plain");
  options = local_options(&server);
  pz_options_set_dispatch(options, PZ_DISPATCH_THREAD);
  pz_options_set_event_callback(options, on_thread, &t, NULL);
  pz_options_set_thread_hooks(options, name_thread, name_thread, &t, NULL);
  client = client_from(options);
  CHECK_STATUS(PZ_E_INVALID_STATE, pz_client_poll_event(client, &event));
  CHECK_STATUS(PZ_E_INVALID_STATE, pz_client_wait_event(client, 0, &event));
  CHECK_STATUS(PZ_E_INVALID_STATE, pz_client_dispatch(client, 0, 0, NULL));
  CHECK_EQ(-1, pz_client_wakeup_handle(client));
  for (i = 0; i < 20; i++) pz_job_release(submit_small(client, "a fox"));
  pthread_mutex_lock(&t.mutex);
  while (t.dones < 20) pthread_cond_wait(&t.changed, &t.mutex);
  pthread_mutex_unlock(&t.mutex);
  CHECK_EQ(0, t.elsewhere);
  CHECK(!pthread_equal(t.first, pthread_self()));
  pz_client_free(client);
  CHECK_EQ(202, t.names);
  server_stop(&server);
}

TEST(logs, "log lines come through the queue at the level asked for, and the oldest are dropped first") {
  struct server server;
  pz_options *options;
  pz_client *client;
  pz_event *event = NULL;
  int lines = 0, i;
  uint64_t first_seq = 0;
  odd_start(&server, "plain");
  options = local_options(&server);
  pz_options_set_log_level(options, PZ_LOG_DEBUG);
  client = client_from(options);
  for (i = 0; i < 60; i++) {
    pz_job *job = submit_small(client, "a fox");
    ends_as(job, PZ_STATE_COMPLETED);
    pz_job_release(job);
  }
  while (pz_client_poll_event(client, &event) == PZ_OK) {
    size_t size = 0;
    if (pz_event_kind(event) == PZ_EVENT_LOG) {
      if (!lines++) first_seq = pz_event_seq(event);
      CHECK(pz_event_log_level(event) >= PZ_LOG_ERROR && pz_event_log_level(event) <= PZ_LOG_DEBUG);
      CHECK(*pz_event_text(event, &size) && size > 0);
      CHECK(strstr(pz_event_text(event, NULL), CANARY) == NULL);
    }
    pz_event_release(event);
  }
  CHECK(lines > 100 && lines <= 1024);
  CHECK(first_seq > 1); /* 60 jobs log more than are kept */
  pz_client_free(client);
  server_stop(&server);
}

struct race {
  pz_client *client;
  int inside, overlaps, dones, wanted;
};

static void alone(const pz_event *event, void *user_data) {
  struct race *race = user_data;
  if (__atomic_fetch_add(&race->inside, 1, __ATOMIC_SEQ_CST) != 0) __atomic_fetch_add(&race->overlaps, 1, __ATOMIC_SEQ_CST);
  sched_yield();
  __atomic_fetch_sub(&race->inside, 1, __ATOMIC_SEQ_CST);
  if (pz_event_kind(event) == PZ_EVENT_DONE) __atomic_fetch_add(&race->dones, 1, __ATOMIC_SEQ_CST);
}

static void *dispatch_all(void *argument) {
  struct race *race = argument;
  while (__atomic_load_n(&race->dones, __ATOMIC_SEQ_CST) < race->wanted) {
    pz_status status = pz_client_dispatch(race->client, 4, 0, NULL);
    CHECK(status == PZ_OK || status == PZ_AGAIN);
  }
  return NULL;
}

TEST(two_dispatchers, "two threads that dispatch one client never run callbacks at the same time") {
  struct server server;
  struct race race;
  pz_options *options;
  pthread_t threads[2];
  int i;
  odd_start(&server, "plain");
  memset(&race, 0, sizeof race);
  race.wanted = 16;
  options = local_options(&server);
  pz_options_set_event_callback(options, alone, &race, NULL);
  race.client = client_from(options);
  for (i = 0; i < 16; i++) pz_job_release(submit_small(race.client, "a fox"));
  for (i = 0; i < 2; i++) CHECK(pthread_create(&threads[i], NULL, dispatch_all, &race) == 0);
  for (i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  CHECK_EQ(0, race.overlaps);
  CHECK_EQ(16, race.dones);
  pz_client_free(race.client);
  server_stop(&server);
}

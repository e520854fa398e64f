/* The nine invariants at the top of pixazo.h, one test each and more. */
#define _GNU_SOURCE
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "support/host.h"

/* -- I1 -- */

struct ending {
  const char *manner;
  pz_state state;
  pz_status error;
  pz_charged charged;
};

/* Counts the events of every job; DONE must be the last of each and come once. */
static void one_done_each(pz_client *client, int jobs) {
  int done[64] = {0}, left = jobs;
  while (left > 0) {
    pz_event *event = NULL;
    uint64_t tag;
    CHECK_STATUS(PZ_OK, pz_client_wait_event(client, LONG_MS, &event));
    tag = pz_event_tag(event);
    if (pz_event_job(event)) {
      CHECK(tag < 64);
      CHECK_EQ(0, done[tag]); /* nothing follows DONE */
      if (pz_event_kind(event) == PZ_EVENT_DONE) {
        CHECK(pz_event_state(event) >= PZ_STATE_COMPLETED);
        CHECK_EQ(pz_event_state(event), pz_job_state(pz_event_job(event)));
        done[tag] = 1;
        left--;
      }
    }
    pz_event_release(event);
  }
}

TEST(i1_every_ending, "I1: a job ends in exactly one state and its DONE is its last event, however it ends") {
  static const struct ending endings[] = {
      {"plain", PZ_STATE_COMPLETED, PZ_OK, PZ_CHARGED_YES},
      {"failed", PZ_STATE_FAILED, PZ_E_JOB_FAILED, PZ_CHARGED_UNKNOWN},
      {"error", PZ_STATE_FAILED, PZ_E_JOB_ERROR, PZ_CHARGED_NO},
      {"drop", PZ_STATE_FAILED, PZ_E_UNCERTAIN, PZ_CHARGED_UNKNOWN},
      {"echo-key", PZ_STATE_FAILED, PZ_E_BAD_REQUEST, PZ_CHARGED_NO},
      {"balance", PZ_STATE_FAILED, PZ_E_BALANCE, PZ_CHARGED_NO},
      {"raw", PZ_STATE_COMPLETED, PZ_OK, PZ_CHARGED_YES},
  };
  size_t i;
  for (i = 0; i < sizeof endings / sizeof *endings; i++) {
    struct server server;
    pz_client *client;
    pz_job *job;
    pz_event *extra = NULL;
    odd_start(&server, endings[i].manner);
    client = local_client(&server);
    job = submit_small(client, "a fox");
    one_done_each(client, 1);
    if (pz_job_state(job) != endings[i].state || pz_job_charged(job) != endings[i].charged)
      fprintf(stderr, "manner %s: %s %s\n", endings[i].manner, pz_state_name(pz_job_state(job)), pz_error_message(pz_job_error(job)));
    CHECK_EQ(endings[i].state, pz_job_state(job));
    CHECK_STATUS_E(endings[i].error, pz_error_status(pz_job_error(job)), pz_job_error(job));
    CHECK_EQ(endings[i].charged, pz_job_charged(job));
    CHECK_STATUS(PZ_AGAIN, pz_client_poll_event(client, &extra));
    CHECK_EQ(1, odd_count(&server, "posts"));
    pz_job_release(job);
    pz_client_free(client);
    server_stop(&server);
  }
}

TEST(i1_cancel_and_timeout, "I1: cancelled and timed out jobs queue one DONE each, and cancelling twice changes nothing") {
  struct server server;
  pz_client *client;
  pz_job *cancelled, *late;
  pz_request *request;
  odd_start(&server, "queued");
  client = local_client(&server);
  request = small_request("one");
  pz_request_set_tag(request, 1);
  cancelled = submit(client, request);
  request = small_request("two");
  pz_request_set_tag(request, 2);
  pz_request_set_job_timeout_ms(request, 200);
  late = submit(client, request);
  reaches(client, cancelled, PZ_STATE_QUEUED);
  CHECK_STATUS(PZ_OK, pz_job_cancel(cancelled));
  CHECK_STATUS(PZ_OK, pz_job_cancel(cancelled));
  one_done_each(client, 2);
  CHECK_STATUS(PZ_OK, pz_job_cancel(cancelled));
  CHECK_STATUS(PZ_E_CANCELLED, pz_error_status(pz_job_error(cancelled)));
  CHECK_STATUS(PZ_E_TIMEOUT, pz_error_status(pz_job_error(late)));
  CHECK_TEXT(pz_error_request_id(pz_job_error(late)), pz_job_remote_id(late));
  pz_job_release(cancelled);
  pz_job_release(late);
  pz_client_free(client);
  server_stop(&server);
}

TEST(i1_shutdown, "I1: shutdown ends every job, and each DONE can still be drained before free") {
  struct server server;
  pz_client *client;
  pz_job *jobs[10];
  struct tally tally;
  pz_event *event = NULL;
  int i;
  odd_start(&server, "queued");
  client = local_client(&server);
  for (i = 0; i < 10; i++) jobs[i] = submit_small(client, "a fox");
  reaches(client, jobs[0], PZ_STATE_QUEUED);
  CHECK_STATUS(PZ_E_TIMEOUT, pz_client_shutdown(client, 0));
  drain_all(client, &tally);
  CHECK_EQ(10, tally.done);
  CHECK_EQ(10, tally.cancelled);
  CHECK_STATUS(PZ_E_CLOSED, pz_client_poll_event(client, &event));
  CHECK_STATUS(PZ_E_CLOSED, pz_client_wait_event(client, LONG_MS, &event));
  CHECK_STATUS(PZ_E_CLOSED, pz_client_dispatch(client, 0, 0, NULL));
  CHECK_STATUS(PZ_OK, pz_client_shutdown(client, 0));
  for (i = 0; i < 10; i++) {
    CHECK_STATUS(PZ_E_CLOSED, pz_error_status(pz_job_error(jobs[i])));
    pz_job_release(jobs[i]);
  }
  pz_client_free(client);
  server_stop(&server);
}

/* -- I2, I3 -- */

struct watched {
  int calls, dones, destroyed;
  int freed; /* pz_client_free has returned */
};

static void watch(const pz_event *event, void *user_data) {
  struct watched *w = user_data;
  CHECK(!__atomic_load_n(&w->freed, __ATOMIC_SEQ_CST));
  CHECK_EQ(0, __atomic_load_n(&w->destroyed, __ATOMIC_SEQ_CST));
  __atomic_fetch_add(&w->calls, 1, __ATOMIC_SEQ_CST);
  if (pz_event_kind(event) == PZ_EVENT_DONE) __atomic_fetch_add(&w->dones, 1, __ATOMIC_SEQ_CST);
}

static void destroyed(void *user_data) {
  struct watched *w = user_data;
  CHECK(!__atomic_load_n(&w->freed, __ATOMIC_SEQ_CST));
  __atomic_fetch_add(&w->destroyed, 1, __ATOMIC_SEQ_CST);
}

TEST(i2_nothing_after_free, "I2: after pz_client_free no user function is called, with jobs and callbacks in full flight") {
  struct server server;
  struct watched w[40];
  int round, i;
  sandbox_start(&server, 50, NULL);
  for (round = 0; round < 5; round++) {
    pz_options *options = local_options(&server);
    pz_client *client;
    memset(w, 0, sizeof w);
    pz_options_set_dispatch(options, PZ_DISPATCH_THREAD);
    pz_options_set_event_callback(options, watch, &w[0], destroyed);
    client = client_from(options);
    for (i = 1; i < 20; i++) {
      pz_request *request = small_request("a fox");
      CHECK_STATUS(PZ_OK, pz_client_submit_cb(client, request, watch, &w[i], destroyed, NULL, NULL));
      pz_request_free(request);
    }
    while (__atomic_load_n(&w[1].calls, __ATOMIC_SEQ_CST) < round) sched_yield();
    pz_client_free(client);
    for (i = 0; i < 20; i++) {
      CHECK_EQ(1, w[i].destroyed);
      __atomic_store_n(&w[i].freed, 1, __ATOMIC_SEQ_CST);
    }
  }
  server_stop(&server); /* what was in flight has ended by now: nobody called */
}

TEST(i3_destroy_once, "I3: destroy runs exactly once: after DONE, at free, when replaced, and when registering fails") {
  struct server server;
  struct watched w[8];
  pz_options *options;
  pz_client *one, *two;
  pz_request *request;
  pz_error *error = NULL;
  int i;
  memset(w, 0, sizeof w);
  sandbox_start(&server, 50, NULL);

  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_event_callback(NULL, watch, &w[0], destroyed));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_thread_hooks(NULL, NULL, NULL, &w[0], destroyed));
  CHECK_EQ(2, w[0].destroyed);
  options = local_options(&server);
  CHECK_STATUS(PZ_OK, pz_options_set_event_callback(options, watch, &w[1], destroyed));
  CHECK_STATUS(PZ_OK, pz_options_set_event_callback(options, watch, &w[2], destroyed));
  CHECK_EQ(1, w[1].destroyed);
  CHECK_STATUS(PZ_OK, pz_client_new(options, &one, NULL));
  two = client_from(options); /* frees the options: two clients share w[2] */
  CHECK_EQ(0, w[2].destroyed);

  request = request_for("studio-ghibli", "a fox");
  pz_request_set_int(request, "width", PZ_NUL, 1);
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_client_submit_cb(one, request, watch, &w[3], destroyed, NULL, &error));
  CHECK_EQ(1, w[3].destroyed);
  pz_error_free(error);
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_client_submit_cb(NULL, request, watch, &w[4], destroyed, NULL, NULL));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_client_submit_cb(one, NULL, watch, &w[4], destroyed, NULL, NULL));
  CHECK_EQ(2, w[4].destroyed);
  pz_request_free(request);

  request = small_request("a fox");
  CHECK_STATUS(PZ_OK, pz_client_submit_cb(one, request, watch, &w[5], destroyed, NULL, NULL));
  while (w[5].destroyed == 0) CHECK_STATUS(PZ_OK, pz_client_dispatch(one, 0, 0, NULL));
  CHECK_EQ(1, w[5].dones);
  CHECK_STATUS(PZ_OK, pz_client_submit_cb(one, request, watch, &w[6], destroyed, NULL, NULL));
  pz_request_free(request);
  pz_client_free(one);
  CHECK_EQ(1, w[6].destroyed);
  CHECK_EQ(0, w[6].calls);
  CHECK_EQ(0, w[2].destroyed);
  pz_client_free(two);
  for (i = 1; i < 7; i++) CHECK_EQ(i == 4 ? 2 : 1, w[i].destroyed);
  server_stop(&server);
}

TEST(i3_pulled, "I3: a DONE that is pulled from the queue lets go of the job's callback without calling it") {
  struct server server;
  struct watched w;
  pz_client *client;
  pz_request *request = small_request("a fox");
  pz_job *job = NULL;
  memset(&w, 0, sizeof w);
  sandbox_start(&server, 50, NULL);
  client = local_client(&server);
  CHECK_STATUS(PZ_OK, pz_client_submit_cb(client, request, watch, &w, destroyed, &job, NULL));
  pz_request_free(request);
  drain_until_done(client, pz_job_id(job));
  CHECK_EQ(1, w.destroyed);
  CHECK_EQ(0, w.calls);
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

/* -- I4 -- */

struct scene {
  pz_client *client;
  pthread_t dispatcher;
  int dispatching, calls, inside_jobs;
};

static void act(const pz_event *event, void *user_data) {
  struct scene *scene = user_data;
  pz_job *found = NULL;
  CHECK(scene->dispatching);
  CHECK(pthread_equal(scene->dispatcher, pthread_self()));
  scene->calls++;
  /* No lock is held: whatever takes one returns. */
  pz_client_stat(scene->client, PZ_STAT_BUDGET_SPENT_MICROUSD);
  pz_client_in_flight(scene->client);
  pz_client_wakeup(scene->client);
  if (pz_event_job(event) && pz_event_kind(event) != PZ_EVENT_DONE) {
    CHECK_STATUS(PZ_OK, pz_client_find_job(scene->client, pz_event_job_id(event), &found));
    pz_job_release(found);
  }
  CHECK_STATUS(PZ_E_DEADLOCK, pz_client_dispatch(scene->client, 0, 0, NULL));
  CHECK_STATUS(PZ_E_DEADLOCK, pz_client_shutdown(scene->client, 0));
  if (pz_event_kind(event) == PZ_EVENT_DONE && scene->inside_jobs++ < 1) {
    pz_job *job = submit_small(scene->client, "from inside");
    CHECK_STATUS(PZ_E_DEADLOCK, pz_job_wait(job, 0));
    CHECK_STATUS(PZ_OK, pz_job_cancel(job));
    pz_job_release(job);
    CHECK_STATUS(PZ_OK, pz_job_wait(pz_event_job(event), PZ_INFINITE)); /* it has ended */
  }
}

TEST(i4_only_in_dispatch, "I4: callbacks run only inside pz_client_dispatch and hold no lock: submit, cancel and find work inside") {
  struct server server;
  struct scene scene;
  pz_options *options;
  pz_job *job;
  pz_event *event = NULL;
  memset(&scene, 0, sizeof scene);
  sandbox_start(&server, 50, NULL);
  options = local_options(&server);
  pz_options_set_event_callback(options, act, &scene, NULL);
  scene.dispatcher = pthread_self();
  scene.client = client_from(options);
  job = submit_small(scene.client, "a fox");
  ends_as(job, PZ_STATE_COMPLETED); /* waits and delivers nothing */
  CHECK_EQ(0, scene.calls);
  CHECK_STATUS(PZ_OK, pz_client_poll_event(scene.client, &event));
  pz_event_release(event);
  CHECK_EQ(0, scene.calls);
  while (scene.inside_jobs < 2) {
    scene.dispatching = 1;
    CHECK_STATUS(PZ_OK, pz_client_dispatch(scene.client, 0, 0, NULL));
    scene.dispatching = 0;
  }
  CHECK(scene.calls > 2);
  pz_job_release(job);
  pz_client_free(scene.client);
  server_stop(&server);
}

/* -- I5, I6 -- */

TEST(i5_handles_own_everything, "I5: what the library hands out dies with its handle: a hundred rounds leave no memory behind") {
  struct server server;
  size_t before = 0;
  int round;
  odd_start(&server, "plain");
  for (round = 0; round < 100; round++) {
    pz_client *client = local_client(&server);
    pz_request *request = small_request("a fox"), *bad = pz_request_new(NULL, "nothing", PZ_NUL);
    pz_error *error = NULL;
    pz_job *job;
    CHECK_STATUS(PZ_E_NOT_FOUND, pz_client_submit(client, bad, NULL, &error));
    CHECK(*pz_request_body_json(request, NULL) == '{');
    pz_request_estimate_source(request);
    job = submit(client, request);
    ends_as(job, PZ_STATE_COMPLETED);
    CHECK(pz_output_size(pz_job_output(job, 0)) > 0);
    pz_request_free(bad);
    pz_error_free(error);
    pz_job_release(job);
    pz_client_free(client);
    if (round == 49) before = mallinfo2().uordblks;
  }
  if (before > 0) { /* 0: a sanitizer's allocator, which finds leaks by itself */
    size_t after = mallinfo2().uordblks;
    if (after > before + 64 * 1024) fprintf(stderr, "%zu bytes, then %zu\n", before, after);
    CHECK(after <= before + 64 * 1024);
  }
  server_stop(&server);
}

static void *release_output(void *output) {
  CHECK(pz_output_size(output) > 0);
  CHECK(pz_output_data(output, NULL) != NULL);
  pz_output_release(output);
  return NULL;
}

TEST(i6_any_order, "I6: handles may be released in any order, from any thread, and the job runs on without them") {
  struct server server;
  pz_client *client;
  pz_job *job, *found = NULL;
  pz_event *event = NULL, *done = NULL;
  pz_output *output;
  pthread_t thread;
  uint64_t id;
  sandbox_start(&server, 50, NULL);
  client = local_client(&server);
  job = submit_small(client, "a fox");
  id = pz_job_id(job);
  pz_job_release(job); /* at once: it goes on */
  CHECK_STATUS(PZ_OK, pz_client_find_job(client, id, &found));
  pz_job_release(found);
  while (!done) {
    CHECK_STATUS(PZ_OK, pz_client_wait_event(client, LONG_MS, &event));
    if (pz_event_kind(event) == PZ_EVENT_DONE)
      done = event;
    else
      pz_event_release(event);
  }
  CHECK_EQ(PZ_STATE_COMPLETED, pz_event_state(done));
  CHECK_STATUS(PZ_E_NOT_FOUND, pz_client_find_job(client, id, &found));
  pz_client_free(client);
  /* The client is gone; event, job and output are not. */
  job = pz_job_retain(pz_event_job(done));
  pz_event_release(done);
  CHECK_EQ(PZ_STATE_COMPLETED, pz_job_state(job));
  CHECK_STATUS(PZ_OK, pz_job_cancel(job));
  CHECK_STATUS(PZ_OK, pz_job_wait(job, 0));
  output = pz_output_retain(pz_job_output(job, 0));
  pz_job_release(job);
  CHECK(pthread_create(&thread, NULL, release_output, output) == 0);
  pthread_join(thread, NULL);
  server_stop(&server);
}

/* -- I7 -- */

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void stand_still(const char *thread, void *user_data) {
  (void)user_data;
  if (strcmp(thread, "pz-io") != 0) return;
  pthread_mutex_lock(&gate);
  pthread_mutex_unlock(&gate);
}

TEST(i7_nothing_blocks, "I7: with the I/O thread standing still, every function that does not say wait, shutdown or free returns") {
  struct server server;
  pz_options *options;
  pz_client *client;
  pz_job *job = NULL, *again = NULL, *attached = NULL;
  pz_event *event = NULL;
  pz_error *error = NULL;
  pz_request *request;
  sandbox_start(&server, 50, NULL);
  options = local_options(&server);
  pz_options_set_thread_hooks(options, stand_still, NULL, NULL, NULL);
  pthread_mutex_lock(&gate);
  client = client_from(options);
  request = small_request("a fox");
  CHECK_STATUS(PZ_OK, pz_client_submit(client, request, &job, NULL));
  pz_request_free(request);
  CHECK_EQ(PZ_STATE_WAITING, pz_job_state(job));
  CHECK_STATUS(PZ_OK, pz_client_attach(client, "studio-ghibli_1", PZ_NUL, NULL, 0, 0, &attached, NULL));
  CHECK_STATUS(PZ_E_INVALID_STATE, pz_client_resubmit(client, job, 1, &again, &error));
  pz_error_free(error);
  CHECK_STATUS(PZ_E_INVALID_STATE, pz_client_fetch_again(client, job, &again, NULL));
  CHECK_STATUS(PZ_OK, pz_client_set_api_key(client, "another", PZ_NUL));
  CHECK_STATUS(PZ_OK, pz_client_pause(client));
  CHECK_STATUS(PZ_OK, pz_client_resume(client));
  CHECK_STATUS(PZ_AGAIN, pz_client_poll_event(client, &event));
  CHECK_STATUS(PZ_OK, pz_client_dispatch(client, 0, 0, NULL));
  CHECK_STATUS(PZ_OK, pz_client_wakeup(client));
  CHECK(pz_client_wakeup_handle(client) >= 0);
  CHECK_EQ(2, pz_client_in_flight(client));
  CHECK_EQ(2, pz_client_stat(client, PZ_STAT_JOBS_LIVE));
  CHECK_STATUS(PZ_E_TIMEOUT, pz_job_wait(job, 0));
  CHECK_STATUS(PZ_OK, pz_job_cancel(job));
  CHECK_STATUS(PZ_OK, pz_client_cancel_all(client));
  pthread_mutex_unlock(&gate);
  ends_as(job, PZ_STATE_CANCELLED);
  ends_as(attached, PZ_STATE_CANCELLED);
  CHECK_EQ(PZ_CHARGED_NO, pz_job_charged(job));
  pz_job_release(job);
  pz_job_release(attached);
  pz_client_free(client);
  server_stop(&server);
}

TEST(i7_free_is_bounded, "I7: free returns although the I/O thread never does, and every job is terminal") {
  struct server server;
  pz_options *options;
  pz_client *client;
  pz_job *job;
  const int threads = threads_of_process();
  sandbox_start(&server, 50, NULL);
  options = local_options(&server);
  pz_options_set_thread_hooks(options, stand_still, NULL, NULL, NULL);
  pthread_mutex_lock(&gate);
  client = client_from(options);
  job = submit_small(client, "a fox");
  pz_client_free(client);
  CHECK_EQ(PZ_STATE_CANCELLED, pz_job_state(job));
  CHECK_STATUS(PZ_E_CLOSED, pz_error_status(pz_job_error(job)));
  pz_job_release(job);
  pthread_mutex_unlock(&gate); /* the thread that was left behind ends by itself: */
  await_threads(threads);
  server_stop(&server);
}

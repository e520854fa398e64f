/* Whole lives of a client (made, submit, poll, download, freed) in which something runs short: the n-th allocation, the n-th
 * thread, descriptors. PIXAZO_TORTURE_STEP (1; with a journal 29): every how manyth allocation.
 * PIXAZO_TORTURE_FROM: from that one on, PIXAZO_TORTURE_AT: only that one, PIXAZO_TORTURE_TRACE: where each one that fails was asked for. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "shortage.h"
#include "support/host.h"

static long at;

static void says_where(int signal_number) {
  char text[64];
  const int len = snprintf(text, sizeof text, "signal %d with allocation %ld failing\n", signal_number, at);
  if (write(2, text, (size_t)len)) signal(signal_number, SIG_DFL);
  raise(signal_number);
}

/* The shell of a freed client is kept for calls that come too late, up to 1024 of them. */
static long clients;
static long alive_now(void) { return allocations_alive() - (clients < 1024 ? clients : 1024); }

static long step_of(long usual) {
  const char *step = getenv("PIXAZO_TORTURE_STEP");
  return step ? strtol(step, NULL, 10) : usual;
}

struct life {
  struct server *server;
  const char *journal; /* or NULL */
  const char *directory; /* its */
  int by_thread;       /* events are taken by the library's thread */
};

struct outcome {
  pz_state state;      /* 0: no client or no job */
  pz_charged charged;
  pz_status error;
};

/* What is short may end any call; what it ends with must be true. */
static struct outcome live(const struct life *life) {
  struct outcome outcome = {0, PZ_CHARGED_NO, PZ_E_NOMEM};
  pz_options *options = pz_options_new(PZ_API_VERSION);
  pz_client *client = NULL;
  pz_request *request = NULL;
  pz_job *job = NULL;
  pz_status status;
  if (!options) return outcome;
  pz_options_set_base_url(options, life->server->url, PZ_NUL);
  pz_options_set_api_key(options, CANARY, PZ_NUL);
  pz_options_allow_loopback(options, 1);
  pz_options_set_poll_interval_ms(options, 10, 20);
  pz_options_set_retry(options, 3, 1, 5);
  if (life->by_thread) {
    pz_options_set_dispatch(options, PZ_DISPATCH_THREAD);
    pz_options_set_log_level(options, PZ_LOG_DEBUG);
  }
  if (life->journal) pz_options_set_journal(options, life->journal, PZ_NUL);
  status = pz_client_new(options, &client, NULL);
  if (status != PZ_OK) CHECK(client == NULL);
  clients += status == PZ_OK;
  if (status == PZ_OK) request = pz_request_new(NULL, "sd3", PZ_NUL);
  if (request) pz_request_set_string(request, "prompt", PZ_NUL, "a fox", PZ_NUL);
  if (request) {
    status = pz_client_submit(client, request, &job, NULL);
    if (status != PZ_OK) CHECK(job == NULL);
  }
  if (job) {
    status = pz_job_wait(job, LONG_MS); /* it ends, whatever failed */
    if (status != PZ_OK) fprintf(stderr, "allocation %ld: the job is %s for ever\n", at, pz_state_name(pz_job_state(job)));
    CHECK_STATUS(PZ_OK, status);
    outcome.state = pz_job_state(job);
    outcome.charged = pz_job_charged(job);
    outcome.error = pz_error_status(pz_job_error(job));
  } else {
    outcome.error = status;
  }
  pz_job_release(job);
  pz_request_free(request);
  pz_client_free(client);
  pz_options_free(options);
  return outcome;
}

/* The judgement that must hold whatever failed. */
static void judge(struct server *server, long posts_before, struct outcome outcome) {
  const long posts = odd_count(server, "posts") - posts_before;
  if (posts > 1 || (posts == 1 && outcome.charged == PZ_CHARGED_NO) || (outcome.state == PZ_STATE_COMPLETED && posts != 1))
    fprintf(stderr, "allocation %ld: %ld posts, %s, %s, charged %d\n", at, posts, pz_state_name(outcome.state),
            pz_status_name(outcome.error), (int)outcome.charged);
  CHECK(posts <= 1);
  CHECK(posts == 0 || outcome.charged != PZ_CHARGED_NO);
  CHECK(outcome.state != PZ_STATE_COMPLETED || posts == 1);
  CHECK(outcome.state == 0 || outcome.state >= PZ_STATE_COMPLETED);
}

/* Whole after each life, and none of it left for the next one. */
static void bury(const struct life *life) {
  pz_journal *journal = NULL;
  if (!life->journal || !file_exists(life->journal)) return;
  CHECK_STATUS(PZ_OK, pz_journal_open(life->journal, PZ_NUL, &journal, NULL));
  if (pz_journal_problem_count(journal)) fprintf(stderr, "allocation %ld: %s\n", at, pz_journal_problem(journal, 0));
  CHECK_EQ(0, pz_journal_problem_count(journal));
  pz_journal_free(journal);
  remove_directory(life->directory);
  CHECK(mkdir(life->directory, 0700) == 0);
}

static void torture_memory(const struct life *life, long step, long more) {
  const int threads = threads_of_process();
  long n, sites = 0, lives = 0, alive, completed = 0;
  const char *only = getenv("PIXAZO_TORTURE_AT"), *from = getenv("PIXAZO_TORTURE_FROM");
  int warm;
  signal(SIGABRT, says_where);
  signal(SIGSEGV, says_where);
  signal(SIGFPE, says_where);
  for (warm = 0; warm < 4; warm++) {
    CHECK_EQ(PZ_STATE_COMPLETED, live(life).state);
    bury(life);
  }
  alive = alive_now();
  for (n = only ? strtol(only, NULL, 10) : from ? strtol(from, NULL, 10) : 0;; n += step) {
    const long posts = odd_count(life->server, "posts");
    struct outcome outcome;
    long failures;
    at = n;
    memory_fails_at(n, more);
    outcome = live(life);
    sites = memory_back();
    failures = memory_failures();
    judge(life->server, posts, outcome);
    lives++;
    completed += outcome.state == PZ_STATE_COMPLETED;
    if (failures == 0 || only) break;
    await_threads(threads);
    bury(life);
    if (alive_now() > alive) { /* a leak comes again, a cache that has grown does not */
      const long before = alive_now();
      memory_fails_at(n, more);
      live(life);
      memory_back();
      await_threads(threads);
      bury(life);
      if (alive_now() > before) fprintf(stderr, "allocation %ld: %ld not freed\n", n, alive_now() - before);
      CHECK(alive_now() <= before);
      alive = alive_now();
    }
  }
  printf("%ld of %ld allocations failed, each in a life of its own; %ld lives completed all the same\n", lives - 1, sites, completed);
  if (only) return;
  if (!from) CHECK(lives > 20);
  CHECK(completed < lives);
}

TEST(memory, "O1: whichever allocation fails, no crash, leak or hang, no second POST, no word of 'not sent' about one that arrived") {
  struct server server;
  struct life life = {&server, NULL, NULL, 0};
  odd_start(&server, "plain");
  torture_memory(&life, step_of(1), 0);
  server_stop(&server);
}

TEST(memory_for_long, "O1: memory that stays short for twenty allocations is survived as well, with events on the library's thread") {
  struct server server;
  struct life life = {&server, NULL, NULL, 1};
  odd_start(&server, "plain");
  torture_memory(&life, step_of(3), 20);
  server_stop(&server);
}

TEST(memory_journal, "O1: with a journal too, whichever allocation fails, and the journal stays whole") {
  struct server server;
  char directory[512], path[600];
  struct life life = {&server, path, directory, 0};
  make_directory(directory, sizeof directory);
  snprintf(path, sizeof path, "%s/jobs.db", directory);
  odd_start(&server, "plain");
  torture_memory(&life, step_of(29), 0);
  remove_directory(directory);
  server_stop(&server);
}

TEST(threads, "O3: whichever thread cannot start, it is an error, no crash, and the next client works") {
  struct server server;
  char directory[512], path[600];
  int by_thread;
  long n, refused = 0;
  make_directory(directory, sizeof directory);
  snprintf(path, sizeof path, "%s/jobs.db", directory);
  odd_start(&server, "plain");
  for (by_thread = 0; by_thread < 2; by_thread++) {
    struct life life = {&server, path, directory, by_thread};
    for (n = 0;; n++) {
      const long posts = odd_count(&server, "posts");
      struct outcome outcome;
      long fell;
      threads_fail_at(n);
      outcome = live(&life);
      fell = threads_back();
      judge(&server, posts, outcome);
      if (fell == 0) break;
      CHECK(outcome.state != PZ_STATE_COMPLETED);
      refused++;
      CHECK_EQ(PZ_STATE_COMPLETED, live(&life).state);
    }
  }
  printf("%ld threads were refused\n", refused);
  CHECK(refused >= 4); /* pz-io and the journal's, and pz-dispatch in thread mode */
  remove_directory(directory);
  server_stop(&server);
}

TEST(descriptors, "O4: with three to twenty descriptors every job ends truthfully, destroy does not hang, and with more it goes on") {
  struct server server;
  struct rlimit before, few;
  const int open_now = descriptors_of_process();
  int k, failed = 0;
  odd_start(&server, "plain");
  CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
  for (k = 3; k <= 20; k++) {
    struct life life = {&server, NULL, NULL, 0};
    const long posts = odd_count(&server, "posts");
    pz_client *client = NULL;
    pz_job *job = NULL;
    struct outcome outcome;
    pz_options *options = local_options(&server);
    pz_request *request = small_request("a fox");
    pz_options_set_retry(options, 2, 1, 5);
    few = before;
    few.rlim_cur = (rlim_t)k;
    CHECK(setrlimit(RLIMIT_NOFILE, &few) == 0);
    outcome = live(&life);
    if (pz_client_new(options, &client, NULL) == PZ_OK) {
      outcome.state = 0;
      CHECK_STATUS(PZ_OK, pz_client_submit(client, request, &job, NULL));
      CHECK_STATUS(PZ_OK, pz_job_wait(job, LONG_MS));
      failed += pz_job_state(job) != PZ_STATE_COMPLETED;
    } else {
      failed++;
    }
    CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
    if (outcome.state == 0 && !client) CHECK_EQ(posts, odd_count(&server, "posts"));
    if (job && pz_job_charged(job) == PZ_CHARGED_NO && outcome.charged == PZ_CHARGED_NO) CHECK_EQ(posts, odd_count(&server, "posts"));
    pz_job_release(job);
    if (client) { /* the same client, now that there are some */
      job = submit_small(client, "a hare");
      ends_as(job, PZ_STATE_COMPLETED);
      pz_job_release(job);
    }
    pz_request_free(request);
    pz_client_free(client);
    pz_options_free(options);
    CHECK_EQ(PZ_STATE_COMPLETED, live(&life).state);
  }
  printf("%d descriptors were open before, %d of 18 limits were too low\n", open_now, failed);
  CHECK(failed > 3 && failed < 18);
  server_stop(&server);
}

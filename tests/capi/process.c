/* Load, fork, exit, unload. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/host.h"

/* Runs body in a child made before anything of the library was used. Returns its wait status. */
static int in_child(void (*body)(const struct server *), const struct server *server) {
  int status = 0;
  pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    body(server);
    _exit(99);
  }
  CHECK(waitpid(pid, &status, 0) == pid);
  return status;
}

/* What a host that exits still holds. */
static pz_client *held_client;
static pz_job *held_jobs[8];

static void exit_with_jobs(const struct server *server) {
  int i;
  held_client = local_client(server);
  for (i = 0; i < 8; i++) held_jobs[i] = submit_small(held_client, "a fox"); /* nothing is released, nothing is freed */
  exit(42);
}

static void return_with_thread(const struct server *server) {
  pz_options *options = local_options(server);
  pz_options_set_dispatch(options, PZ_DISPATCH_THREAD);
  held_client = client_from(options);
  held_jobs[0] = submit_small(held_client, "a fox");
  held_jobs[1] = submit_small(held_client, "a hare");
  pz_client_pause(held_client);
  exit(43);
}

TEST(i9_exit, "I9: exit with jobs in flight keeps the exit code, two hundred times out of two hundred") {
  static const char *const manners[] = {"hang", "queued", "hang-media", "plain", "drop"};
  int round;
  for (round = 0; round < 100; round++) {
    struct server server;
    int status;
    odd_start(&server, manners[round % 5]);
    status = in_child(exit_with_jobs, &server);
    if (!WIFEXITED(status)) fprintf(stderr, "%s: signal %d\n", manners[round % 5], WTERMSIG(status));
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 42);
    status = in_child(return_with_thread, &server);
    if (!WIFEXITED(status)) fprintf(stderr, "%s: signal %d\n", manners[round % 5], WTERMSIG(status));
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 43);
    server_stop(&server);
  }
}

static void never(void *user_data) {
  (void)user_data;
  abort();
}
static void never_event(const pz_event *event, void *user_data) {
  (void)event;
  (void)user_data;
}
static void never_stop(const char *thread, void *user_data) {
  (void)thread;
  (void)user_data;
  abort();
}

static void exit_with_pointers(const struct server *server) {
  pz_options *options = local_options(server);
  pz_request *request = small_request("a fox");
  pz_options_set_event_callback(options, never_event, NULL, never);
  pz_options_set_thread_hooks(options, NULL, never_stop, NULL, never);
  held_client = client_from(options);
  CHECK_STATUS(PZ_OK, pz_client_submit_cb(held_client, request, never_event, NULL, never, NULL, NULL));
  pz_request_free(request);
  exit(44);
}

TEST(i9_exit_touches_no_host, "I9: at exit no callback, no hook and no destroy of the host is called") {
  struct server server;
  int status;
  odd_start(&server, "queued");
  status = in_child(exit_with_pointers, &server);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 44);
  server_stop(&server);
}

static void exit_in_callback(const pz_event *event, void *user_data) {
  (void)event;
  (void)user_data;
  exit(45);
}

static void exit_on_dispatch_thread(const struct server *server) {
  pz_options *options = local_options(server);
  pz_options_set_dispatch(options, PZ_DISPATCH_THREAD);
  pz_options_set_event_callback(options, exit_in_callback, NULL, NULL);
  held_client = client_from(options);
  held_jobs[0] = submit_small(held_client, "a fox");
  for (;;) pause();
}

TEST(exit_in_a_callback, "a callback on the dispatch thread may end the process") {
  struct server server;
  int status;
  odd_start(&server, "plain");
  status = in_child(exit_on_dispatch_thread, &server);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 45);
  server_stop(&server);
}

/* -- Load -- */

typedef uint32_t (*version_fn)(void);

TEST(i9_load, "I9: loading the library starts no thread, opens no descriptor and touches no signal handler") {
  struct sigaction before[32], after[32];
  int i, threads = threads_of_process(), descriptors = descriptors_of_process();
  void *library;
  version_fn version;
  for (i = 1; i < 32; i++) sigaction(i, NULL, &before[i]);
#if defined(PZ_TEST_ASAN) || defined(PZ_TEST_TSAN)
  library = dlopen(PZ_LIBRARY, RTLD_NOW); /* a sanitizer's runtime cannot be loaded twice */
#else
  library = dlmopen(LM_ID_NEWLM, PZ_LIBRARY, RTLD_NOW); /* a copy of its own: this program is linked with one */
#endif
  CHECK(library != NULL);
  *(void **)&version = dlsym(library, "pz_version");
  CHECK(version && version() == pz_version());
  for (i = 1; i < 32; i++) {
    sigaction(i, NULL, &after[i]);
    CHECK(before[i].sa_handler == after[i].sa_handler);
  }
  CHECK_EQ(threads, threads_of_process());
  CHECK_EQ(descriptors, descriptors_of_process());
  dlclose(library);
}

TEST(signals_stay, "a client changes no signal handler, and its threads take no signal") {
  struct server server;
  struct sigaction before[32], after;
  pz_client *client;
  pz_job *job;
  int i;
  odd_start(&server, "plain");
  for (i = 1; i < 32; i++) sigaction(i, NULL, &before[i]);
  client = local_client(&server);
  job = submit_small(client, "a fox");
  ends_as(job, PZ_STATE_COMPLETED);
  for (i = 1; i < 32; i++) {
    sigaction(i, NULL, &after);
    CHECK(before[i].sa_handler == after.sa_handler);
  }
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

/* -- Fork -- */

struct family {
  pz_client *client;
  pz_job *job, *ended;
  pz_event *event;
};

/* Where a checker of leaks finds what the child of a fork only leaks. */
static pz_client *volatile leaked[2];

static void child_of(const struct family *family, const struct server *server) {
  pz_request *request = small_request("from the child");
  pz_job *job = NULL;
  pz_event *event = NULL;
  pz_error *error = NULL;
  pz_client *own;
  CHECK_STATUS(PZ_E_FORKED, pz_client_submit(family->client, request, &job, &error));
  CHECK_STATUS(PZ_E_FORKED, pz_error_status(error));
  CHECK_STATUS(PZ_E_FORKED, pz_client_poll_event(family->client, &event));
  CHECK_STATUS(PZ_E_FORKED, pz_client_wait_event(family->client, PZ_INFINITE, &event));
  CHECK_STATUS(PZ_E_FORKED, pz_client_dispatch(family->client, 0, 0, NULL));
  CHECK_STATUS(PZ_E_FORKED, pz_client_shutdown(family->client, PZ_INFINITE));
  CHECK_STATUS(PZ_E_FORKED, pz_client_cancel_all(family->client));
  CHECK_STATUS(PZ_E_FORKED, pz_client_set_api_key(family->client, "x", 1));
  CHECK_STATUS(PZ_E_FORKED, pz_client_wakeup(family->client));
  CHECK_STATUS(PZ_E_FORKED, pz_client_resubmit(family->client, family->ended, 1, &job, NULL));
  CHECK_STATUS(PZ_E_FORKED, pz_job_cancel(family->job));
  CHECK_STATUS(PZ_E_FORKED, pz_job_wait(family->job, PZ_INFINITE));
  CHECK_EQ(-1, pz_client_wakeup_handle(family->client));
  CHECK_EQ(0, pz_client_in_flight(family->client));
  CHECK_EQ(PZ_STATE_COMPLETED, pz_job_state(family->ended)); /* getters answer */
  CHECK(pz_output_data(pz_job_output(family->ended, 0), NULL) != NULL);
  pz_event_release(family->event);
  pz_job_release(family->ended);
  pz_job_release(family->job);
  pz_client_free(family->client); /* only leaks */
#if defined(PZ_TEST_TSAN) /* cannot follow threads that are started after a fork */
  (void)server;
  (void)own;
  pz_request_free(request);
#else
  own = local_client(server);
  job = submit(own, request);
  ends_as(job, PZ_STATE_COMPLETED);
  pz_job_release(job);
  pz_client_free(own);
#endif
  exit(7);
}

TEST(fork_child, "a forked child is refused at once, may have clients of its own, and the parent's jobs go on") {
  struct server waits, answers;
  struct family family;
  int status = 0, round;
  odd_start(&waits, "hold");
  odd_start(&answers, "plain");
  for (round = 0; round < 3; round++) {
    pz_client *second;
    pid_t pid;
    family.client = local_client(&waits);
    second = local_client(&answers);
    family.ended = submit_small(second, "a fox");
    ends_as(family.ended, PZ_STATE_COMPLETED);
    CHECK_STATUS(PZ_OK, pz_client_poll_event(second, &family.event));
    family.job = submit_small(family.client, "a fox");
    odd_await(&waits, "posts", round + 1);
    leaked[0] = family.client;
    leaked[1] = second;
    pid = fork();
    if (pid == 0) child_of(&family, &answers);
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    CHECK_EQ(PZ_STATE_COMPLETED, pz_job_state(family.ended));
    odd_count(&waits, "release");
    ends_as(family.job, PZ_STATE_COMPLETED);
    pz_event_release(family.event);
    pz_job_release(family.ended);
    pz_job_release(family.job);
    pz_client_free(second);
    pz_client_free(family.client);
  }
  CHECK_EQ(3, odd_count(&waits, "posts"));
  server_stop(&waits);
  server_stop(&answers);
}

/* Keeps the lock of the client's jobs taken most of the time, so that some fork comes while it is. */
struct busy {
  pz_client *client;
  int stop;
};

static void *busy_run(void *busy) {
  struct busy *b = busy;
  while (!__atomic_load_n(&b->stop, __ATOMIC_ACQUIRE)) pz_client_stat(b->client, PZ_STAT_BUDGET_SPENT_MICROUSD);
  return NULL;
}

TEST(fork_release, "a forked child lets go of a job with a submit key, whatever the parent's threads were doing") {
  struct server server;
  struct busy busy = {NULL, 0};
  pthread_t threads[3];
  pz_request *request = small_request("a fox");
  pz_event *event = NULL;
  pz_job *job;
  int i, status = 0, done = 0;
  odd_start(&server, "plain");
  busy.client = local_client(&server);
  pz_request_set_submit_key(request, "order-7", PZ_NUL);
  job = submit(busy.client, request);
  ends_as(job, PZ_STATE_COMPLETED);
  while (!done) { /* what was told holds the job too */
    CHECK_STATUS(PZ_OK, pz_client_wait_event(busy.client, PZ_INFINITE, &event));
    done = pz_event_kind(event) == PZ_EVENT_DONE;
    pz_event_release(event);
  }
  pz_client_pause(busy.client); /* nothing in the library holds it any more */
  pz_client_resume(busy.client);
  for (i = 0; i < 3; i++) CHECK(pthread_create(&threads[i], NULL, busy_run, &busy) == 0);
  for (i = 0; i < 100; i++) {
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
      alarm(60); /* ends a child that hangs */
      pz_job_release(job);
      _exit(7);
    }
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
  }
  __atomic_store_n(&busy.stop, 1, __ATOMIC_RELEASE);
  for (i = 0; i < 3; i++) pthread_join(threads[i], NULL);
  pz_job_release(job);
  pz_client_free(busy.client);
  server_stop(&server);
}

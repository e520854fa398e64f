/* Rows of tests/faults/README.md that need a whole client. */
#define _GNU_SOURCE
#include <curl/curl.h>
#include <dirent.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hanging_names.h"
#include "net/clock.h"
#include "support/host.h"

static pz_client *hanging_client(void) {
  pz_options *options = pz_options_new(PZ_API_VERSION);
  CHECK_STATUS(PZ_OK, pz_options_set_base_url(options, "https://gateway.hang", PZ_NUL));
  CHECK_STATUS(PZ_OK, pz_options_set_api_key(options, CANARY, PZ_NUL));
  CHECK_STATUS(PZ_OK, pz_options_set_connect_timeout_ms(options, 120000));
  return client_from(options);
}

TEST(l6_names, "S2 L6: while a look-up hangs, another client works and a cancel is answered, all before the look-up ends") {
  struct server server;
  pz_client *stuck = hanging_client(), *other;
  pz_job *job = submit_small(stuck, "a fox"), *next;
  odd_start(&server, "plain");
  await_hanging(1);
  other = local_client(&server);
  next = submit_small(other, "a hare");
  ends_as(next, PZ_STATE_COMPLETED);
  CHECK_STATUS(PZ_OK, pz_job_cancel(job));
  ends_as(job, PZ_STATE_CANCELLED);
  CHECK_EQ(PZ_CHARGED_NO, pz_job_charged(job));
  CHECK(names_hanging() >= 1); /* all of this while it still hung */
  pz_job_release(next);
  pz_job_release(job);
  pz_client_free(other);
  pz_client_free(stuck);
  CHECK(names_hanging() >= 1);
  release_names();
  server_stop(&server);
}

TEST(l1_names, "L1 L10: clients freed while their look-ups hang are gone before these end, and nothing breaks when they do") {
  enum { kClients = 20 };
  pz_job *jobs[kClients];
  const int threads = threads_of_process();
  int i;
  for (i = 0; i < kClients; i++) {
    pz_client *client = hanging_client();
    jobs[i] = submit_small(client, "a fox");
    await_hanging(i + 1);
    pz_client_free(client);
    CHECK_EQ(PZ_STATE_CANCELLED, pz_job_state(jobs[i]));
    CHECK_EQ(PZ_CHARGED_NO, pz_job_charged(jobs[i]));
    CHECK_EQ(i + 1, names_hanging());
  }
  release_names();
  await_threads(threads);
  for (i = 0; i < kClients; i++) pz_job_release(jobs[i]);
}

TEST(c1_wall, "C1: the wall clock jumps a day to and fro, and polls, deadlines and the job's end do not care") {
  static const long long jumps[] = {86400000, -172800000, 86400000};
  struct server polled, held;
  pz_client *client, *second;
  pz_job *job, *waits;
  size_t i;
  odd_start(&polled, "processing");
  odd_start(&held, "hold");
  client = local_client(&polled);
  second = local_client(&held);
  job = submit_small(client, "a fox");
  waits = submit_small(second, "a hare");
  odd_await(&held, "posts", 1);
  for (i = 0; i < 3; i++) {
    odd_await(&polled, "gets", odd_count(&polled, "gets") + 3);
    wall_clock_jumps(jumps[i]);
    odd_await(&polled, "gets", odd_count(&polled, "gets") + 3);
    CHECK_EQ(PZ_STATE_PROCESSING, pz_job_state(job));
    CHECK_EQ(PZ_STATE_SUBMITTING, pz_job_state(waits));
    CHECK(pz_job_elapsed_ms(job) < 3600000);
  }
  odd_count(&held, "release");
  ends_as(waits, PZ_STATE_COMPLETED);
  CHECK_STATUS(PZ_OK, pz_job_cancel(job));
  ends_as(job, PZ_STATE_CANCELLED);
  pz_job_release(job);
  pz_job_release(waits);
  pz_client_free(client);
  pz_client_free(second);
  server_stop(&polled);
  server_stop(&held);
}

TEST(c2_sleep, "C2: after the machine slept a job goes on, and one whose time is over ends TIMEOUT with its id kept") {
  struct server server;
  pz_client *client;
  pz_job *job;
  odd_start(&server, "processing");
  client = local_client(&server); /* 30 minutes for a job */
  job = submit_small(client, "a fox");
  odd_await(&server, "gets", 2);
  monotonic_clock_leaps(20 * 60000);
  odd_await(&server, "gets", odd_count(&server, "gets") + 3);
  CHECK_EQ(PZ_STATE_PROCESSING, pz_job_state(job));
  monotonic_clock_leaps(20 * 60000);
  ends_as(job, PZ_STATE_FAILED);
  CHECK_STATUS(PZ_E_TIMEOUT, pz_error_status(pz_job_error(job)));
  CHECK_EQ(PZ_CHARGED_UNKNOWN, pz_job_charged(job));
  CHECK(*pz_job_remote_id(job) != '\0');
  CHECK_EQ(1, odd_count(&server, "posts"));
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

TEST(r11_layers, "R11: a gateway that always says 429 gets exactly as many POSTs as there are attempts") {
  struct server server;
  pz_options *options;
  pz_client *client;
  pz_job *job;
  odd_start(&server, "throttle");
  options = local_options(&server);
  CHECK_STATUS(PZ_OK, pz_options_set_retry(options, 4, 1, 5));
  client = client_from(options);
  job = submit_small(client, "a fox");
  ends_as(job, PZ_STATE_FAILED);
  CHECK_STATUS(PZ_E_RATE_LIMITED, pz_error_status(pz_job_error(job)));
  CHECK_EQ(PZ_CHARGED_NO, pz_job_charged(job));
  CHECK_EQ(4, odd_count(&server, "posts"));
  CHECK_EQ(4, pz_job_attempt_count(job));
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

TEST(p5_elsewhere, "P5: a polling URL on another host is not asked, the gateway is, and the key goes nowhere else") {
  struct server server;
  pz_client *client;
  pz_job *job;
  odd_start(&server, "elsewhere");
  client = local_client(&server);
  job = submit_small(client, "a fox");
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK(odd_count(&server, "gets") >= 1);
  CHECK_EQ(1, odd_count(&server, "downloads")); /* the picture, and nothing before it */
  CHECK_EQ(0, odd_count(&server, "media-leaks"));
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

TEST(o5_ten_thousand, "O5: ten thousand jobs that wait take less than 20 MB") {
  struct server server;
  pz_options *options;
  pz_client *client;
  pz_request *request = small_request("a fox");
  size_t before, after;
  int i;
  odd_start(&server, "queued");
  options = local_options(&server);
  client = client_from(options);
  CHECK_STATUS(PZ_OK, pz_client_pause(client));
  before = mallinfo2().uordblks;
  for (i = 0; i < 10000; i++) CHECK_STATUS(PZ_OK, pz_client_submit(client, request, NULL, NULL));
  after = mallinfo2().uordblks;
  printf("%zu bytes a job\n", (after - before) / 10000);
#if !defined(PZ_TEST_ASAN) && !defined(PZ_TEST_TSAN) /* their allocators are not counted */
  CHECK(after - before > 10000 * 100);
  CHECK(after - before < 20000000);
#endif
  CHECK_EQ(10000, pz_client_in_flight(client));
  CHECK_EQ(0, odd_count(&server, "posts"));
  pz_request_free(request);
  pz_client_free(client);
  server_stop(&server);
}

static atomic_int spins;
static void *spin(void *unused) {
  volatile unsigned n = 0;
  (void)unused;
  while (atomic_load(&spins)) n++;
  return NULL;
}

TEST(o9_starved, "O9: with every processor busy no job fails for it") {
  enum { kSpinners = 16, kJobs = 20 };
  struct server server;
  pz_client *client;
  pz_job *jobs[kJobs];
  pthread_t spinners[kSpinners];
  int i;
  odd_start(&server, "plain");
  client = local_client(&server);
  atomic_store(&spins, 1);
  for (i = 0; i < kSpinners; i++) CHECK(pthread_create(&spinners[i], NULL, spin, NULL) == 0);
  for (i = 0; i < kJobs; i++) jobs[i] = submit_small(client, "a fox");
  for (i = 0; i < kJobs; i++) ends_as(jobs[i], PZ_STATE_COMPLETED);
  atomic_store(&spins, 0);
  for (i = 0; i < kSpinners; i++) pthread_join(spinners[i], NULL);
  CHECK_EQ(kJobs, odd_count(&server, "posts"));
  for (i = 0; i < kJobs; i++) pz_job_release(jobs[i]);
  pz_client_free(client);
  server_stop(&server);
}

struct gate {
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  int entered, open;
};
static void blocks(const pz_event *event, void *user_data) {
  struct gate *gate = user_data;
  (void)event;
  pthread_mutex_lock(&gate->mutex);
  gate->entered = 1;
  pthread_cond_broadcast(&gate->changed);
  while (!gate->open) pthread_cond_wait(&gate->changed, &gate->mutex);
  pthread_mutex_unlock(&gate->mutex);
}

TEST(l17_blocked, "L17: while a callback blocks, other jobs are sent, polled, fetched and end") {
  struct gate gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0};
  struct server server;
  pz_options *options;
  pz_client *client;
  pz_job *first, *second;
  odd_start(&server, "plain");
  options = local_options(&server);
  CHECK_STATUS(PZ_OK, pz_options_set_dispatch(options, PZ_DISPATCH_THREAD));
  CHECK_STATUS(PZ_OK, pz_options_set_event_callback(options, blocks, &gate, NULL));
  client = client_from(options);
  first = submit_small(client, "a fox");
  pthread_mutex_lock(&gate.mutex);
  while (!gate.entered) pthread_cond_wait(&gate.changed, &gate.mutex);
  pthread_mutex_unlock(&gate.mutex);
  second = submit_small(client, "a hare");
  ends_as(second, PZ_STATE_COMPLETED);
  CHECK_EQ(0, gate.open);
  pthread_mutex_lock(&gate.mutex);
  gate.open = 1;
  pthread_cond_broadcast(&gate.changed);
  pthread_mutex_unlock(&gate.mutex);
  ends_as(first, PZ_STATE_COMPLETED);
  pz_job_release(first);
  pz_job_release(second);
  pz_client_free(client);
  server_stop(&server);
}

static size_t swallow(char *bytes, size_t size, size_t count, void *to) {
  (void)bytes;
  (void)to;
  return size * count;
}
static void host_asks(const char *url) {
  CURL *curl = curl_easy_init();
  CHECK(curl != NULL);
  CHECK(curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK);
  CHECK(curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, swallow) == CURLE_OK);
  CHECK(curl_easy_perform(curl) == CURLE_OK);
  curl_easy_cleanup(curl);
}

TEST(l20_host_curl, "L20: a host that uses libcurl too, and cleans it up under us, breaks nothing, nor do we for it") {
  struct server server;
  pz_client *client;
  pz_job *job;
  int round;
  odd_start(&server, "plain");
  for (round = 0; round < 3; round++) {
    CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    host_asks(server.url);
    client = local_client(&server);
    job = submit_small(client, "a fox");
    curl_global_cleanup();
    ends_as(job, PZ_STATE_COMPLETED);
    pz_job_release(job);
    job = submit_small(client, "a hare");
    ends_as(job, PZ_STATE_COMPLETED);
    pz_job_release(job);
    pz_client_free(client);
    CHECK(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    host_asks(server.url);
    curl_global_cleanup();
  }
  server_stop(&server);
}

/* The files of a directory: how many are temporary ones of the library's, with something in them, and the path of one of these. */
static int files_in(const char *directory, int *temporary, char *path, size_t size) {
  DIR *open = opendir(directory);
  struct dirent *entry;
  int files = 0;
  *temporary = 0;
  CHECK(open != NULL);
  while ((entry = readdir(open)) != NULL) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    files++;
    if (strncmp(entry->d_name, ".pixazo-", 8) != 0) continue;
    snprintf(path, size, "%s/%s", directory, entry->d_name);
    *temporary += file_size(path) > 0;
  }
  closedir(open);
  return files;
}

TEST(j7_killed, "J7 J8: killed while a picture is written, its name is absent, and what is left goes with a start a day later") {
  struct server half, whole;
  struct timespec times[2];
  char directory[512], path[1024];
  pz_options *options;
  pz_client *client;
  pz_job *job;
  int status, temporary = 0;
  pid_t pid;
  make_directory(directory, sizeof directory);
  odd_start(&half, "half-media");
  pid = fork();
  if (pid == 0) {
    options = local_options(&half);
    CHECK_STATUS(PZ_OK, pz_options_set_output_dir(options, directory, PZ_NUL));
    client = client_from(options);
    job = submit_small(client, "a fox");
    for (;;) pause();
  }
  while (temporary == 0) {
    files_in(directory, &temporary, path, sizeof path);
    sched_yield();
  }
  CHECK(kill(pid, SIGKILL) == 0);
  CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
  CHECK_EQ(1, files_in(directory, &temporary, path, sizeof path));
  CHECK_EQ(1, temporary);
  odd_start(&whole, "plain");
  options = local_options(&whole);
  CHECK_STATUS(PZ_OK, pz_options_set_output_dir(options, directory, PZ_NUL));
  client = client_from(options);
  job = submit_small(client, "a fox"); /* it may belong to a process that lives */
  ends_as(job, PZ_STATE_COMPLETED);
  pz_job_release(job);
  pz_client_free(client);
  CHECK_EQ(2, files_in(directory, &temporary, path, sizeof path));
  CHECK_EQ(1, temporary);
  clock_gettime(CLOCK_REALTIME, &times[0]);
  times[0].tv_sec -= 2 * 86400;
  times[1] = times[0];
  CHECK(utimensat(AT_FDCWD, path, times, 0) == 0);
  options = local_options(&whole);
  CHECK_STATUS(PZ_OK, pz_options_set_output_dir(options, directory, PZ_NUL));
  client = client_from(options);
  job = submit_small(client, "a fox");
  ends_as(job, PZ_STATE_COMPLETED);
  pz_job_release(job);
  pz_client_free(client);
  CHECK_EQ(2, files_in(directory, &temporary, path, sizeof path));
  CHECK_EQ(0, temporary);
  remove_directory(directory);
  server_stop(&half);
  server_stop(&whole);
}

struct inside {
  pz_client *client;
  pz_event_type wanted;
  pz_job *second;
  int freed, late, destroyed;
};
static void acts(const pz_event *event, void *user_data) {
  struct inside *inside = user_data;
  if (inside->freed) inside->late++;
  if (inside->freed || pz_event_kind(event) != inside->wanted) return;
  inside->second = submit_small(inside->client, "a hare");
  if (pz_event_job(event)) CHECK_STATUS(PZ_OK, pz_job_cancel(pz_event_job(event)));
  CHECK_STATUS(PZ_E_DEADLOCK, pz_job_wait(inside->second, LONG_MS));
  CHECK_STATUS(PZ_OK, pz_job_cancel(inside->second));
  pz_event_release(pz_event_retain(event));
  __atomic_store_n(&inside->freed, 1, __ATOMIC_SEQ_CST);
  pz_client_free(inside->client); /* takes effect when this returns */
}
static void destroys(void *user_data) {
  struct inside *inside = user_data;
  __atomic_fetch_add(&inside->destroyed, 1, __ATOMIC_SEQ_CST);
}

TEST(l3_inside, "L2 L3: submit, cancel, wait, release and free inside a callback of every kind, in both modes") {
  static const pz_event_type kinds[] = {PZ_EVENT_STATE, PZ_EVENT_OUTPUT, PZ_EVENT_LOG, PZ_EVENT_DONE};
  struct server server;
  int i;
  odd_start(&server, "plain");
  for (i = 0; i < 8; i++) {
    struct inside inside = {NULL, kinds[i % 4], NULL, 0, 0, 0};
    const pz_dispatch_mode mode = i < 4 ? PZ_DISPATCH_POLL : PZ_DISPATCH_THREAD;
    pz_options *options = local_options(&server);
    pz_client *client;
    pz_job *job;
    CHECK_STATUS(PZ_OK, pz_options_set_dispatch(options, mode));
    CHECK_STATUS(PZ_OK, pz_options_set_log_level(options, PZ_LOG_DEBUG));
    CHECK_STATUS(PZ_OK, pz_options_set_event_callback(options, acts, &inside, destroys));
    client = inside.client = NULL;
    CHECK_STATUS(PZ_OK, pz_client_new(options, &client, NULL));
    pz_options_free(options);
    inside.client = client;
    job = submit_small(client, "a fox");
    while (!__atomic_load_n(&inside.destroyed, __ATOMIC_SEQ_CST)) {
      if (mode == PZ_DISPATCH_POLL) pz_client_dispatch(client, 0, 0, NULL);
      sched_yield();
    }
    CHECK_EQ(0, inside.late);
    CHECK_EQ(1, inside.destroyed);
    CHECK(pz_job_state(job) >= PZ_STATE_COMPLETED);
    CHECK(pz_job_state(inside.second) >= PZ_STATE_COMPLETED);
    CHECK_STATUS(PZ_E_CLOSED, pz_client_wakeup(client));
    pz_job_release(inside.second);
    pz_job_release(job);
  }
  server_stop(&server);
}

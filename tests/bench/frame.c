/* What a game sees of us: its loop, and how long each of our calls keeps it. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "support/bench.h"
#include "support/local.h"
#include "support/locks.h"

static const char help[] =
    "bench_frame [--frames N] [--jobs N]\n"
    "\n"
    "Plays N frames (600) of 16.6 ms with N jobs live (1000): each frame dispatches what has come, reads the "
    "state of every job,\n"
    "submits as many jobs as have ended and cancels one in four frames. Prints the distribution of the time "
    "inside our calls, the\n"
    "locks that were waited for, and what befell the longest call. Once without and once with a journal.\n";

enum { SUBMIT, CANCEL, DISPATCH, EMPTY_DISPATCH, READ, FRAME, WAKE, CALLS };
static const char* const names[CALLS] = {"pz_client_submit",
                                         "pz_job_cancel",
                                         "pz_client_dispatch, an event",
                                         "pz_client_dispatch, empty",
                                         "state and progress, all",
                                         "everything of a frame",
                                         "(waking a thread by eventfd)"};

static struct samples calls[CALLS];
static struct samples undisturbed[CALLS]; /* without the calls in which this thread lost its processor */
static struct worst {
  uint64_t ns, waited_ns;
  int what, frame;
  long preempted, slept, faults;
} worst;
static struct lock_waits in_calls;
static int frame;

static struct call {
  uint64_t since;
  struct lock_waits waits;
  struct rusage use;
} call;

static void begin(void) {
  getrusage(RUSAGE_THREAD, &call.use);
  call.waits = lock_waits();
  call.since = bench_ns();
}

static uint64_t end(int what) {
  const uint64_t ns = bench_ns() - call.since;
  const struct lock_waits waits = lock_waits();
  in_calls.count += waits.count - call.waits.count;
  in_calls.ns += waits.ns - call.waits.ns;
  struct rusage use;
  getrusage(RUSAGE_THREAD, &use);
  samples_add(&calls[what], ns);
  if (use.ru_nivcsw == call.use.ru_nivcsw) samples_add(&undisturbed[what], ns);
  if (what == WAKE) return ns;
  if (ns > worst.ns) {
    worst = (struct worst){ns,
                           waits.ns - call.waits.ns,
                           what,
                           frame,
                           use.ru_nivcsw - call.use.ru_nivcsw,
                           use.ru_nvcsw - call.use.ru_nvcsw,
                           use.ru_minflt - call.use.ru_minflt};
  }
  return ns;
}

/* What a call cannot do without that hands something to a thread that sleeps: measured beside the calls. */
static int wakes_fd, awake_fd;
static void* sleeper(void* unused) {
  uint64_t n;
  while (read(wakes_fd, &n, sizeof n) == sizeof n && write(awake_fd, &n, sizeof n) == sizeof n) continue;
  return unused;
}
static void wake(void) {
  uint64_t one = 1;
  begin();
  REQUIRE(write(wakes_fd, &one, sizeof one) == sizeof one);
  end(WAKE);
  REQUIRE(read(awake_fd, &one, sizeof one) == sizeof one);
}

static pz_job** jobs;
static long live;

static void PZ_CALL on_event(const pz_event* event, void* user) {
  pz_job* job = pz_event_job(event);
  long i;
  (void)user;
  if (pz_event_kind(event) != PZ_EVENT_DONE) return;
  for (i = 0; i < live && jobs[i] != job; ++i) continue;
  if (i == live) return;
  pz_job_release(job);
  jobs[i] = jobs[--live];
}

static void play(const struct server* server, const char* journal, int frames, long most) {
  pz_options* options = bench_options(server);
  pz_client* client = NULL;
  pz_request* request = bench_request();
  uint64_t next;
  long i;
  memset(&worst, 0, sizeof worst);
  memset(&in_calls, 0, sizeof in_calls);
  for (i = 0; i < CALLS; ++i) {
    calls[i].count = undisturbed[i].count = 0;
    calls[i].name = undisturbed[i].name = names[i];
  }
  jobs = calloc((size_t)most, sizeof *jobs);
  live = 0;
  REQUIRE(jobs && pz_options_set_event_callback(options, on_event, NULL, NULL) == PZ_OK);
  if (journal) REQUIRE(pz_options_set_journal(options, journal, PZ_NUL) == PZ_OK);
  REQUIRE(pz_client_new(options, &client, NULL) == PZ_OK);
  pz_options_free(options);
  next = bench_ns();
  for (frame = 0; frame < frames; ++frame) {
    uint64_t inside = 0;
    uint32_t events = 1;
    int32_t sum = 0;
    while (events) {
      begin();
      REQUIRE(pz_client_dispatch(client, 1, 0, &events) >= 0);
      inside += end(events ? DISPATCH : EMPTY_DISPATCH);
    }
    if (live) {
      begin();
      for (i = 0; i < live; ++i) sum += pz_job_state(jobs[i]) + (pz_job_progress(jobs[i]) > 1);
      inside += end(READ);
      REQUIRE(sum > 0);
    }
    for (i = 0; i < 50 && live < most; ++i) { /* a frame that starts fifty jobs is a long one already */
      pz_job* job = NULL;
      begin();
      REQUIRE(pz_client_submit(client, request, &job, NULL) == PZ_OK);
      inside += end(SUBMIT);
      jobs[live++] = job;
    }
    if (frame % 4 == 0) {
      begin();
      REQUIRE(pz_job_cancel(jobs[frame % live]) == PZ_OK);
      inside += end(CANCEL);
    }
    samples_add(&calls[FRAME], inside);
    wake();
    next += 16666667;
    if (next < bench_ns()) next = bench_ns();
    bench_pause_until(next);
  }
  printf("\n%d frames of 16.6 ms, %ld jobs live, %s journal\n", frames, live, journal ? "with a" : "without");
  samples_print_head();
  for (i = 0; i < CALLS; ++i) samples_print(&calls[i]);
  printf("without the calls in which the system gave this thread's processor to another\n");
  for (i = 0; i < CALLS; ++i)
    if (i != FRAME) samples_print(&undisturbed[i]);
  printf("locks waited for inside our calls: %llu, %.1f us in all\n", (unsigned long long)in_calls.count,
         1e-3 * (double)in_calls.ns);
  printf(
      "the longest call: %s in frame %d, %.1f us: preempted %ld times, went to sleep %ld times, %ld page "
      "faults, %.1f us for locks\n",
      names[worst.what], worst.frame, 1e-3 * (double)worst.ns, worst.preempted, worst.slept, worst.faults,
      1e-3 * (double)worst.waited_ns);
  while (live) pz_job_release(jobs[--live]);
  free(jobs);
  pz_request_free(request);
  bench_end(client);
}

int main(int argc, char** argv) {
  const int frames = (bench_help(argc, argv, help), (int)bench_number(argc, argv, "--frames", 600));
  const long most = bench_number(argc, argv, "--jobs", 1000);
  char folder[256], journal[300];
  struct server server;
  pthread_t thread;
  REQUIRE(frames > 0 && most > 0);
  bench_folder(folder, sizeof folder);
  snprintf(journal, sizeof journal, "%s/jobs", folder);
  sandbox_start(&server, 1, NULL);
  wakes_fd = eventfd(0, EFD_CLOEXEC);
  awake_fd = eventfd(0, EFD_CLOEXEC);
  REQUIRE(wakes_fd >= 0 && awake_fd >= 0 && pthread_create(&thread, NULL, sleeper, NULL) == 0);
  play(&server, NULL, frames, most);
  bench_figure("submit_p99_us", samples_us(&undisturbed[SUBMIT], 0.99));
  bench_figure("submit_median_us", samples_us(&undisturbed[SUBMIT], 0.5));
  bench_figure("wake_p99_us", samples_us(&undisturbed[WAKE], 0.99));
  bench_figure("empty_dispatch_us", samples_us(&undisturbed[EMPTY_DISPATCH], 0.5));
  bench_figure("frame_p99_us", samples_us(&calls[FRAME], 0.99));
  bench_figure("frame_longest_us", samples_us(&calls[FRAME], 1));
  bench_figure("lock_waits", (double)in_calls.count);
  play(&server, journal, frames, most);
  bench_figure("journal_submit_p99_us", samples_us(&undisturbed[SUBMIT], 0.99));
  bench_figure("journal_frame_longest_us", samples_us(&calls[FRAME], 1));
  server_stop(&server);
  bench_folder_remove(folder);
  return 0;
}

/* Processes with five jobs each, killed at random moments, and what is found after each: PIXAZO_KILL_ROUNDS rounds (50) from
 * PIXAZO_KILL_SEED (1).
 *
 * Each round has a journal of its own and up to four lives: the first submits five jobs; each but the last is killed (SIGKILL)
 * after a random while; every later one restores and submits the five again by their keys; the last one waits for all. Then,
 * from the sandbox's count of paid requests and the journal's rows: at most one POST a prompt, every prompt has exactly one
 * row that has ended and is delivered, what has no POST is not said to be made, and what was made was not lost. */
#define _DEFAULT_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/host.h"

enum { kJobs = 5, kLives = 4, kLongestLifeUs = 60000 };

static const char kFaults[] =
    "[{\"on\":\"submit\",\"times\":0,\"share\":0.3,\"delay_ms\":15},"
    "{\"on\":\"status\",\"times\":0,\"share\":0.3,\"delay_ms\":15},"
    "{\"on\":\"media\",\"times\":0,\"share\":0.3,\"delay_ms\":15}]";

static uint64_t state;
static uint32_t random_below(uint32_t n) { /* splitmix64 */
  uint64_t z = (state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return (uint32_t)((z ^ (z >> 31)) % n);
}

static void live(const struct server *server, const char *journal, int round, int restores, int to_the_end) {
  pz_options *options = local_options(server);
  pz_client *client;
  pz_error *error = NULL;
  int i;
  CHECK_STATUS(PZ_OK, pz_options_set_journal(options, journal, PZ_NUL));
  CHECK_STATUS(PZ_OK, pz_options_set_retry(options, 3, 1, 20));
  client = client_from(options);
  if (restores) CHECK_STATUS_E(PZ_OK, pz_client_restore(client, NULL, &error), error);
  for (i = 0; i < kJobs; i++) {
    char prompt[64];
    pz_request *request;
    snprintf(prompt, sizeof prompt, "round %d fox %d.", round, i);
    request = small_request(prompt);
    CHECK_STATUS(PZ_OK, pz_request_set_submit_key(request, prompt, PZ_NUL));
    pz_job_release(submit(client, request));
  }
  if (to_the_end) CHECK_STATUS(PZ_OK, pz_client_shutdown(client, LONG_MS)); /* every DONE is in the queue */
  for (;;) {
    pz_event *event = NULL;
    const pz_status status = pz_client_wait_event(client, PZ_INFINITE, &event);
    if (status == PZ_E_CLOSED) break;
    if (status == PZ_OK) pz_event_release(event);
  }
  pz_client_free(client);
}

/* 1: it ended by itself. */
static int run_life(const struct server *server, const char *journal, int round, int life, int last) {
  int status = 0;
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    live(server, journal, round, life > 0, last);
    _exit(0);
  }
  if (!last) {
    usleep(random_below(kLongestLifeUs));
    kill(child, SIGKILL);
  }
  CHECK(waitpid(child, &status, 0) == child);
  if (last) CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  else CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  return last;
}

/* How many POSTs the sandbox has seen for a prompt. */
static long posts_for(const char *sandbox, const char *prompt) {
  char member[80];
  const char *prompts = strstr(sandbox, "\"prompts\":{"), *at;
  CHECK(prompts != NULL);
  snprintf(member, sizeof member, "\"%s\":", prompt);
  at = strstr(prompts, member);
  return at ? strtol(at + strlen(member), NULL, 10) : 0;
}

struct totals {
  long completed, uncertain, other;
};

static void judge_round(const struct server *server, const char *path, int round, struct totals *totals) {
  char *sandbox = http_get(server->url, "/sandbox/state");
  pz_journal *journal = NULL;
  int i;
  CHECK_STATUS(PZ_OK, pz_journal_open(path, PZ_NUL, &journal, NULL));
  CHECK_EQ(0, pz_journal_problem_count(journal));
  CHECK_EQ(kJobs, pz_journal_job_count(journal));
  for (i = 0; i < kJobs; i++) {
    char prompt[64], key[96];
    const char *row = NULL;
    uint32_t k, rows = 0;
    long posts;
    snprintf(prompt, sizeof prompt, "round %d fox %d.", round, i);
    snprintf(key, sizeof key, "\"submit_key\":\"%s\"", prompt);
    for (k = 0; k < pz_journal_job_count(journal); k++) {
      if (!strstr(pz_journal_job_json(journal, k, NULL), key)) continue;
      row = pz_journal_job_json(journal, k, NULL);
      rows++;
    }
    CHECK_EQ(1, rows);
    posts = posts_for(sandbox, prompt);
    CHECK_HAS(row, "\"stage\":\"ended\"");
    CHECK_HAS(row, "\"delivered\":true");
    if (posts > 1) fprintf(stderr, "%ld POSTs: %s\n", posts, row);
    CHECK(posts <= 1);
    if (strstr(row, "\"state\":\"COMPLETED\"")) {
      totals->completed++;
      CHECK_EQ(1, posts);
    } else if (strstr(row, "\"status\":\"PZ_E_UNCERTAIN\"")) {
      totals->uncertain++;
    } else {
      totals->other++;
      if (!strstr(row, "\"charged\":\"no\"")) fprintf(stderr, "%s\n", row);
      CHECK_HAS(row, "\"charged\":\"no\"");
      CHECK_EQ(0, posts);
    }
  }
  pz_journal_free(journal);
  free(sandbox);
}

TEST(kill_rounds, "J1: whatever moment processes are killed at, no job is paid twice, lost, or in two states") {
  const char *rounds_text = getenv("PIXAZO_KILL_ROUNDS"), *seed = getenv("PIXAZO_KILL_SEED");
  const int rounds = rounds_text ? atoi(rounds_text) : 50;
  struct server server;
  struct totals totals = {0, 0, 0};
  long killed = 0;
  int round;
  state = seed ? strtoull(seed, NULL, 10) : 1;
  {
    char faults[300];
    FILE *file;
    const char *arguments[] = {"--faults", faults, NULL};
    snprintf(faults, sizeof faults, "%s/kill-faults-%d.json", PZ_SCRATCH, (int)getpid());
    file = fopen(faults, "w");
    CHECK(file != NULL);
    fprintf(file, "{\"rules\":%s}", kFaults);
    fclose(file);
    sandbox_start(&server, 200, arguments);
    remove(faults);
  }
  for (round = 0; round < rounds; round++) {
    char directory[256], path[300];
    const int lives = 2 + (int)random_below(kLives - 1);
    int life;
    make_directory(directory, sizeof directory);
    snprintf(path, sizeof path, "%s/journal", directory);
    for (life = 0; life < lives; life++) run_life(&server, path, round, life, life == lives - 1);
    killed += lives - 1;
    judge_round(&server, path, round, &totals);
    remove_directory(directory);
  }
  printf("%d rounds, %ld processes killed, %ld jobs: %ld completed, %ld uncertain, %ld not sent and not charged\n", rounds, killed,
         totals.completed + totals.uncertain + totals.other, totals.completed, totals.uncertain, totals.other);
  CHECK(totals.completed > 0);
  server_stop(&server);
}

/* One part of a job's life, many times over, for tests/bench/instructions.py, which counts instructions.
 *
 *   instructions PART JOBS ODD_GATEWAY      PART: start submit dispatch life polls outputs */
#include <pixazo/pixazo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void require(int condition, const char *what) {
  if (condition) return;
  fprintf(stderr, "instructions: %s\n", what);
  exit(1);
}

static void PZ_CALL seen(const pz_event *event, void *user) {
  (void)event;
  ++*(int *)user;
}

/* An odd-gateway whose manner is `manner`: its URL. It ends with its stdin. */
static char url[128];
static void start_gateway(const char *program, const char *manner) {
  int in[2], out[2];
  char line[256] = "";
  FILE *from;
  require(pipe(in) == 0 && pipe(out) == 0, "no pipes");
  if (fork() == 0) {
    dup2(in[0], 0);
    dup2(out[1], 1);
    close(in[1]);
    execl(program, program, manner, (char *)NULL);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  from = fdopen(out[0], "r");
  require(from && fgets(line, sizeof line, from) && strstr(line, "http://"), "the gateway did not start");
  sscanf(strstr(line, "http://"), "%127s", url);
}

static pz_job *submit(pz_client *client) {
  pz_request *request = pz_request_new(NULL, "studio-ghibli", PZ_NUL);
  pz_job *job = NULL;
  pz_request_set_string(request, "prompt", PZ_NUL, "a red fox in the snow", PZ_NUL);
  pz_request_set_int(request, "width", PZ_NUL, 256);
  pz_request_set_int(request, "height", PZ_NUL, 256);
  require(pz_client_submit(client, request, &job, NULL) == PZ_OK, "submit");
  pz_request_free(request);
  return job;
}

int main(int argc, char **argv) {
  const char *part = argc == 4 ? argv[1] : "";
  const int jobs = argc == 4 ? atoi(argv[2]) : 0;
  const int lives = !strcmp(part, "life") || !strcmp(part, "polls") || !strcmp(part, "outputs");
  const int cancels = !strcmp(part, "dispatch");
  int events = 0, i;
  uint32_t count = 0;
  pz_options *options = pz_options_new(PZ_API_VERSION);
  pz_client *client = NULL;
  require(jobs > 0, "PART JOBS ODD_GATEWAY");
  start_gateway(argv[3], !strcmp(part, "polls") ? "fifth" : !strcmp(part, "outputs") ? "whole-four" : "plain");
  pz_options_set_base_url(options, url, PZ_NUL);
  pz_options_allow_loopback(options, 1);
  pz_options_set_api_key(options, "key", PZ_NUL);
  pz_options_set_poll_interval_ms(options, 10, 10);
  require(pz_options_set_event_callback(options, seen, &events, NULL) == PZ_OK, "callback");
  require(pz_client_new(options, &client, NULL) == PZ_OK, "client");
  pz_options_free(options);
  pz_request_free(pz_request_new(NULL, "studio-ghibli", PZ_NUL)); /* reads the catalogue: once in a process, not a cost of a submit */
  if (lives) {
    for (i = 0; i < jobs; ++i) { /* one after the other: what happens does not depend on who is quicker */
      pz_job *job = submit(client);
      require(pz_job_wait(job, PZ_INFINITE) == PZ_OK && pz_job_state(job) == PZ_STATE_COMPLETED, "a job did not complete");
      pz_job_release(job);
    }
    printf("%lld polls %lld downloads\n", (long long)pz_client_stat(client, PZ_STAT_POLLS), (long long)pz_client_stat(client, PZ_STAT_DOWNLOADS));
  } else if (strcmp(part, "start") != 0) {
    pz_job **all = calloc((size_t)jobs, sizeof *all);
    pz_client_pause(client);
    for (i = 0; i < jobs; ++i) all[i] = submit(client);
    for (i = 0; cancels && i < jobs; ++i) pz_job_cancel(all[i]);
    for (i = 0; cancels && i < jobs; ++i) require(pz_job_wait(all[i], PZ_INFINITE) == PZ_OK, "wait");
    while (cancels && events < jobs) require(pz_client_dispatch(client, 1000, 1000000, &count) >= 0, "dispatch");
    for (i = 0; i < jobs; ++i) pz_job_release(all[i]);
    free(all);
  }
  pz_client_free(client);
  return 0;
}

#define _GNU_SOURCE
#include "host.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void test_status(const char *file, int line, pz_status expected, pz_status got, const pz_error *error) {
  if (expected == got) return;
  fprintf(stderr, "%s:%d: in %s: %s expected, got %s %s\n", file, line, test_running, pz_status_name(expected),
          pz_status_name(got), pz_error_message(error));
  exit(1);
}

pz_options *local_options(const struct server *server) {
  pz_options *options = pz_options_new(PZ_API_VERSION);
  CHECK(options != NULL);
  CHECK_STATUS(PZ_OK, pz_options_set_base_url(options, server->url, PZ_NUL));
  CHECK_STATUS(PZ_OK, pz_options_allow_loopback(options, 1));
  CHECK_STATUS(PZ_OK, pz_options_set_api_key(options, CANARY, PZ_NUL));
  CHECK_STATUS(PZ_OK, pz_options_set_poll_interval_ms(options, 10, 100));
  return options;
}

pz_client *client_from(pz_options *options) {
  pz_client *client = NULL;
  pz_error *error = NULL;
  CHECK_STATUS_E(PZ_OK, pz_client_new(options, &client, &error), error);
  pz_options_free(options);
  return client;
}

pz_client *local_client(const struct server *server) { return client_from(local_options(server)); }

pz_request *request_for(const char *endpoint, const char *prompt) {
  pz_request *request = pz_request_new(NULL, endpoint, PZ_NUL);
  CHECK_STATUS(PZ_OK, pz_request_set_string(request, "prompt", PZ_NUL, prompt, PZ_NUL));
  return request;
}

pz_request *small_request(const char *prompt) {
  pz_request *request = request_for("studio-ghibli", prompt);
  CHECK_STATUS(PZ_OK, pz_request_set_int(request, "width", PZ_NUL, 256));
  CHECK_STATUS(PZ_OK, pz_request_set_int(request, "height", PZ_NUL, 256));
  return request;
}

pz_job *submit(pz_client *client, pz_request *request) {
  pz_job *job = NULL;
  pz_error *error = NULL;
  pz_status status = pz_client_submit(client, request, &job, &error);
  CHECK_STATUS_E(PZ_OK, status, error);
  CHECK(job != NULL);
  pz_request_free(request);
  return job;
}

pz_job *submit_small(pz_client *client, const char *prompt) { return submit(client, small_request(prompt)); }

void ends_as(pz_job *job, pz_state state) {
  CHECK_STATUS(PZ_OK, pz_job_wait(job, LONG_MS));
  if (pz_job_state(job) != state)
    fprintf(stderr, "it is %s: %s\n", pz_state_name(pz_job_state(job)), pz_error_message(pz_job_error(job)));
  CHECK_EQ(state, pz_job_state(job));
}

int drain_until_done(pz_client *client, uint64_t job_id) {
  int events = 0;
  for (;;) {
    pz_event *event = NULL;
    int is_done;
    CHECK_STATUS(PZ_OK, pz_client_wait_event(client, LONG_MS, &event));
    if (pz_event_job_id(event) == job_id) events++;
    is_done = pz_event_kind(event) == PZ_EVENT_DONE && pz_event_job_id(event) == job_id;
    pz_event_release(event);
    if (is_done) return events;
  }
}

void drain_all(pz_client *client, struct tally *tally) {
  pz_event *event;
  memset(tally, 0, sizeof *tally);
  while (pz_client_poll_event(client, &event) == PZ_OK) {
    tally->events++;
    if (pz_event_kind(event) == PZ_EVENT_DONE) {
      tally->done++;
      tally->completed += pz_event_state(event) == PZ_STATE_COMPLETED;
      tally->failed += pz_event_state(event) == PZ_STATE_FAILED;
      tally->cancelled += pz_event_state(event) == PZ_STATE_CANCELLED;
    }
    pz_event_release(event);
  }
}

void reaches(pz_client *client, pz_job *job, pz_state state) {
  while (pz_job_state(job) < state) {
    pz_event *event = NULL;
    CHECK_STATUS(PZ_OK, pz_client_wait_event(client, LONG_MS, &event));
    pz_event_release(event);
  }
}

int file_exists(const char *path) { return access(path, F_OK) == 0; }

long file_size(const char *path) {
  struct stat info;
  return stat(path, &info) == 0 ? (long)info.st_size : -1;
}

void make_directory(char *path, size_t size) {
  snprintf(path, size, "%s/outputs-XXXXXX", PZ_SCRATCH);
  CHECK(mkdtemp(path) != NULL);
}

void remove_directory(const char *path) {
  DIR *directory = opendir(path);
  struct dirent *entry;
  while ((entry = readdir(directory))) {
    char name[1024];
    snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
    if (entry->d_name[0] != '.' || entry->d_name[1] == 'p') unlink(name);
  }
  closedir(directory);
  CHECK(rmdir(path) == 0);
}

void copy_file(const char *from, const char *to) {
  char buffer[4096];
  size_t n;
  FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
  CHECK(in && out);
  while ((n = fread(buffer, 1, sizeof buffer, in)) > 0) CHECK(fwrite(buffer, 1, n, out) == n);
  fclose(in);
  CHECK(fclose(out) == 0);
}

void end_scene(struct server *server, pz_client *client, pz_job *job) {
  pz_job_release(job);
  pz_client_free(client);
  server_stop(server);
}

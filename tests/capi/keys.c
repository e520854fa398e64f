/* API keys: where they go, where they never go; submit keys. */
#define _GNU_SOURCE
#include <dirent.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "support/host.h"

TEST(two_clients_two_keys, "two clients with two keys: each job goes out with its own client's key") {
  struct server server;
  pz_client *clients[2];
  pz_job *jobs[2][4];
  pz_error *error = NULL;
  pz_job *stolen = NULL;
  int i, k;
  sandbox_start(&server, 50, NULL);
  for (i = 0; i < 2; i++) {
    pz_options *options = local_options(&server);
    pz_options_set_api_key(options, i ? "key-of-the-second" : "key-of-the-first", PZ_NUL);
    clients[i] = client_from(options);
  }
  for (k = 0; k < 4; k++)
    for (i = 0; i < 2; i++) jobs[i][k] = submit_small(clients[i], i ? "second" : "first");
  for (k = 0; k < 4; k++)
    for (i = 0; i < 2; i++) ends_as(jobs[i][k], PZ_STATE_COMPLETED);
  /* The gateway knows whose job it is: the other key cannot see it. */
  CHECK_STATUS_E(PZ_OK, pz_client_attach(clients[1], pz_job_remote_id(jobs[1][0]), PZ_NUL, NULL, 0, 0, &stolen, &error), error);
  ends_as(stolen, PZ_STATE_COMPLETED);
  pz_job_release(stolen);
  {
    char *state = http_get(server.url, "/sandbox/state");
    const char *at = state, *prints[2] = {NULL, NULL};
    size_t size[2] = {0, 0};
    int seen = 0;
    while ((at = strstr(at, "\"key\":\"#"))) { /* each post: key, then prompt */
      const char *prompt = strstr(at, "\"prompt\":\"");
      int which;
      CHECK(prompt != NULL);
      which = strncmp(prompt + 10, "second", 6) == 0;
      if (!prints[which]) {
        prints[which] = at;
        size[which] = strcspn(at + 7, "\"") + 7;
      }
      CHECK(strncmp(prints[which], at, size[which]) == 0);
      seen++;
      at = prompt;
    }
    CHECK(seen >= 8 && prints[0] && prints[1]);
    CHECK(strncmp(prints[0], prints[1], size[0]) != 0);
    free(state);
  }
  for (i = 0; i < 2; i++) {
    for (k = 0; k < 4; k++) pz_job_release(jobs[i][k]);
    pz_client_free(clients[i]);
  }
  server_stop(&server);
}

TEST(no_key, "without a key submit fails clearly, and a key set later makes it work") {
  struct server server;
  pz_options *options;
  pz_client *client;
  pz_request *request = small_request("a fox");
  pz_error *error = NULL;
  pz_job *job = NULL;
  odd_start(&server, "plain");
  options = local_options(&server);
  pz_options_set_api_key(options, "", 0);
  client = client_from(options);
  CHECK_STATUS(PZ_E_AUTH, pz_client_submit(client, request, &job, &error));
  CHECK_HAS(pz_error_message(error), "key");
  CHECK_EQ(PZ_CHARGED_NO, pz_error_charged(error));
  pz_error_free(error);
  CHECK_STATUS(PZ_E_AUTH, pz_client_attach(client, "a_1", PZ_NUL, NULL, 0, 0, &job, NULL));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_client_set_api_key(client, "two\r\nlines", PZ_NUL));
  CHECK_STATUS(PZ_E_AUTH, pz_client_submit(client, request, &job, NULL));
  CHECK_STATUS(PZ_OK, pz_client_set_api_key(client, CANARY, PZ_NUL));
  CHECK_STATUS(PZ_OK, pz_client_submit(client, request, &job, NULL));
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK_STATUS(PZ_OK, pz_client_set_api_key(client, "", 0));
  CHECK_STATUS(PZ_E_AUTH, pz_client_submit(client, request, NULL, NULL));
  pz_job_release(job);
  pz_request_free(request);
  pz_client_free(client);
  server_stop(&server);
}

/* Takes events until one of this type; fails if the job ends before. */
static pz_event *until(pz_client *client, pz_event_type type) {
  for (;;) {
    pz_event *event = NULL;
    CHECK_STATUS(PZ_OK, pz_client_wait_event(client, LONG_MS, &event));
    if (pz_event_kind(event) == type) return event;
    CHECK(pz_event_kind(event) != PZ_EVENT_DONE);
    pz_event_release(event);
  }
}

TEST(need_key, "NEED_KEY: jobs wait for a missing key, and for another one when it is refused, then go on") {
  struct server server;
  pz_options *options;
  pz_client *client;
  pz_job *jobs[3];
  pz_event *event;
  int i;
  odd_start(&server, "first-key"); /* refuses CANARY */
  options = local_options(&server);
  pz_options_set_api_key(options, "", 0);
  pz_options_set_ask_key(options, 1);
  client = client_from(options);
  for (i = 0; i < 3; i++) jobs[i] = submit_small(client, "a fox");
  event = until(client, PZ_EVENT_NEED_KEY);
  CHECK(*pz_event_text(event, NULL) != '\0');
  CHECK(pz_event_job(event) == NULL);
  pz_event_release(event);
  for (i = 0; i < 3; i++) CHECK_EQ(PZ_STATE_WAITING, pz_job_state(jobs[i]));
  CHECK_EQ(0, odd_count(&server, "posts"));
  CHECK_STATUS(PZ_OK, pz_client_set_api_key(client, "better-key", PZ_NUL));
  for (i = 0; i < 3; i++) {
    ends_as(jobs[i], PZ_STATE_COMPLETED);
    pz_job_release(jobs[i]);
  }
  pz_client_free(client);
  server_stop(&server);
}

TEST(refused_key, "a refused key ends the job as AUTH, not charged, and the host is asked for another when it opted in") {
  struct server server;
  pz_options *options;
  pz_client *client;
  pz_job *job;
  pz_event *event;
  odd_start(&server, "first-key");
  client = local_client(&server);
  job = submit_small(client, "a fox");
  ends_as(job, PZ_STATE_FAILED);
  CHECK_STATUS(PZ_E_AUTH, pz_error_status(pz_job_error(job)));
  CHECK_EQ(401, pz_error_http_status(pz_job_error(job)));
  CHECK_EQ(PZ_CHARGED_NO, pz_job_charged(job));
  pz_job_release(job);
  pz_client_free(client);

  options = local_options(&server);
  pz_options_set_ask_key(options, 1);
  client = client_from(options);
  job = submit_small(client, "a fox");
  for (;;) {
    CHECK_STATUS(PZ_OK, pz_client_wait_event(client, LONG_MS, &event));
    if (pz_event_kind(event) == PZ_EVENT_NEED_KEY) break;
    pz_event_release(event);
  }
  pz_event_release(event);
  CHECK_STATUS(PZ_OK, pz_client_set_api_key(client, "better-key", PZ_NUL));
  pz_job_release(job);
  job = submit_small(client, "a hare");
  ends_as(job, PZ_STATE_COMPLETED);
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

/* -- The canary -- */

static void search(const char *where, const char *text, size_t size) {
  if (memmem(text, size, CANARY, 12)) { /* a beginning of it is too much */
    fprintf(stderr, "the API key is in %s\n", where);
    CHECK(!"the API key got out");
  }
}
static void search_text(const char *where, const char *text) { search(where, text, strlen(text)); }

static void search_error(const pz_error *error) {
  search_text("an error's message", pz_error_message(error));
  search_text("an error's remote code", pz_error_remote_code(error));
  search_text("an error's field", pz_error_field(error));
  search_text("an error's request id", pz_error_request_id(error));
}

static void search_job(const pz_job *job) {
  uint32_t i;
  search_error(pz_job_error(job));
  search_text("a request id", pz_job_remote_id(job));
  for (i = 0; i < pz_job_output_count(job); i++) {
    const pz_output *output = pz_job_output(job, i);
    size_t size = 0;
    const char *data = pz_output_data(output, &size);
    search_text("an output's metadata", pz_output_meta_json(output, NULL));
    search_text("an output's URL", pz_output_url(output));
    search_error(pz_output_error(output));
    if (data) search("an output", data, size);
  }
}

static void search_files(const char *path) {
  DIR *directory = opendir(path);
  struct dirent *entry;
  while ((entry = readdir(directory))) {
    char name[2048], *text;
    long size;
    FILE *file;
    snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
    size = file_size(name);
    file = fopen(name, "rb");
    if (entry->d_name[0] == '.' || !file) continue;
    text = malloc((size_t)size + 1);
    CHECK(fread(text, 1, (size_t)size, file) == (size_t)size);
    search(name, text, (size_t)size);
    free(text);
    fclose(file);
  }
  closedir(directory);
}

TEST(canary, "the API key is in no event, error, log line, file or metadata, and no other host ever gets it") {
  static const char *const manners[] = {"plain", "echo-key", "echo-late", "key-as-id", "key-in-url", "four", "failed", "error", "drop", "balance", "raw", "hang-media"};
  size_t i;
  int files;
  for (files = 0; files < 2; files++)
    for (i = 0; i < sizeof manners / sizeof *manners; i++) {
      struct server server;
      char directory[1024];
      pz_options *options;
      pz_client *client;
      pz_request *request = small_request("a fox");
      pz_job *job;
      pz_event *event = NULL;
      make_directory(directory, sizeof directory);
      odd_start(&server, manners[i]);
      options = local_options(&server);
      pz_options_set_log_level(options, PZ_LOG_DEBUG);
      if (files) {
        char journal[1100];
        snprintf(journal, sizeof journal, "%s/jobs.db", directory);
        pz_options_set_output_dir(options, directory, PZ_NUL);
        pz_options_set_journal(options, journal, PZ_NUL);
      }
      client = client_from(options);
      pz_request_set_job_timeout_ms(request, 2000);
      job = submit(client, request);
      CHECK_STATUS(PZ_OK, pz_job_wait(job, LONG_MS));
      search_job(job);
      pz_client_shutdown(client, 0);
      while (pz_client_poll_event(client, &event) == PZ_OK) {
        size_t size = 0;
        const char *text = pz_event_text(event, &size);
        search("an event", text, size);
        search_error(pz_event_error(event));
        pz_event_release(event);
      }
      search_files(directory);
      CHECK_EQ(0, odd_count(&server, "media-leaks"));
      if (strcmp(manners[i], "echo-key") == 0) CHECK_HAS(pz_error_message(pz_job_error(job)), "***");
      pz_job_release(job);
      pz_client_free(client);
      remove_directory(directory);
      server_stop(&server);
    }
}

/* -- Submit keys -- */

struct click {
  pz_client *client;
  pz_job *job;
};

static void *click(void *argument) {
  struct click *c = argument;
  pz_request *request = small_request("the double click");
  pz_request_set_submit_key(request, "button-7", PZ_NUL);
  c->job = submit(c->client, request);
  return NULL;
}

TEST(only_the_key, "a submit key stands for its first job, whatever the request says now, also when it FAILED") {
  struct server server;
  pz_client *client;
  pz_job *job, *same = NULL;
  pz_request *request = small_request("a fox"), *other = request_for("sdxl-lightning", "a hare");
  odd_start(&server, "not-found");
  client = local_client(&server);
  CHECK_STATUS(PZ_OK, pz_request_set_submit_key(request, "button-8", PZ_NUL));
  CHECK_STATUS(PZ_OK, pz_request_set_submit_key(other, "button-8", PZ_NUL));
  job = submit(client, request);
  ends_as(job, PZ_STATE_FAILED);
  same = submit(client, other);
  CHECK(same == job);
  CHECK_EQ(1, odd_count(&server, "posts"));
  pz_job_release(same);
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

TEST(double_click, "the double click costs once: one submit key, one job, one POST, from many threads at once and later") {
  struct server server;
  int round, i;
  odd_start(&server, "plain");
  for (round = 0; round < 20; round++) {
    pz_client *client = local_client(&server);
    struct click clicks[8];
    pthread_t threads[8];
    struct tally tally;
    for (i = 0; i < 8; i++) {
      clicks[i].client = client;
      CHECK(pthread_create(&threads[i], NULL, click, &clicks[i]) == 0);
    }
    for (i = 0; i < 8; i++) pthread_join(threads[i], NULL);
    for (i = 1; i < 8; i++) CHECK(clicks[i].job == clicks[0].job);
    ends_as(clicks[0].job, PZ_STATE_COMPLETED);
    CHECK_TEXT("button-7", pz_job_submit_key(clicks[0].job));
    drain_all(client, &tally);
    CHECK_EQ(1, tally.done);
    for (i = 0; i < 8; i++) pz_job_release(clicks[i].job);
    /* Long after its end, when nobody holds it any more: the same job, its bytes let go of, and no second POST. */
    while (pz_client_stat(client, PZ_STAT_BYTES_BUFFERED) > 0) sched_yield(); /* the I/O thread lets go too */
    click(&clicks[0]);
    CHECK_EQ(PZ_STATE_COMPLETED, pz_job_state(clicks[0].job));
    CHECK_STATUS(PZ_AGAIN, pz_output_status(pz_job_output(clicks[0].job, 0)));
    CHECK_EQ(round + 1, odd_count(&server, "posts"));
    {
      pz_job *again = NULL;
      CHECK_STATUS(PZ_OK, pz_client_fetch_again(client, clicks[0].job, &again, NULL));
      ends_as(again, PZ_STATE_COMPLETED);
      CHECK_STATUS(PZ_OK, pz_output_status(pz_job_output(again, 0)));
      CHECK_EQ(round + 1, odd_count(&server, "posts"));
      pz_job_release(again);
    }
    pz_job_release(clicks[0].job);
    pz_client_free(client);
  }
  server_stop(&server);
}

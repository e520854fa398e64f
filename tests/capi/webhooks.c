#define _DEFAULT_SOURCE
/* Webhooks: what goes along with a submit, and what is believed of what comes back. W1 to W12: tests/faults/README.md. */
#include "support/lives.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BASE "https://hooks.example.com/pixazo/" /* nobody calls it: the tests play the gateway's part */
#define ID "studio-ghibli_01a1fd74-2906-70ce-4fda-aa526f0000001"
#define COMPLETED "{\"request_id\":\"" ID "\",\"status\":\"COMPLETED\",\"output\":{\"media_url\":[\"http://127.0.0.3:9/x.png\"]}}"
#define GOING "{\"request_id\":\"" ID "\",\"status\":\"PROCESSING\"}"

static pz_options *hook_options(const struct server *server) {
  pz_options *options = local_options(server);
  CHECK_STATUS(PZ_OK, pz_options_set_webhook_url(options, BASE, PZ_NUL));
  return options;
}

/* A client with webhooks and one job, at a gateway of this manner. */
static pz_job *hooked_job(struct server *server, const char *manner, pz_client **client) {
  odd_start(server, manner);
  *client = client_from(hook_options(server));
  return submit_small(*client, "a fox");
}
static pz_client *hook_life(const struct server *server, const struct place *place) {
  pz_options *options = hook_options(server);
  CHECK_STATUS(PZ_OK, pz_options_set_journal(options, place->path, PZ_NUL));
  return client_from(options);
}

struct hook {
  char url[256], mode[32], body[256];
};
static void ask_hook(struct server *server, struct hook *hook) {
  char answer[600];
  odd_await(server, "posts", 1);
  odd_ask(server, "hook", answer, sizeof answer);
  CHECK_EQ(3, sscanf(answer, "%255s %31s %255s", hook->url, hook->mode, hook->body));
}
/* The path as the host's server sees it. */
static const char *path_of(const struct hook *hook) {
  const char *path = strchr(hook->url + sizeof "https://", '/');
  CHECK(path != NULL);
  return path;
}
static pz_status deliver(pz_client *client, const char *path, const char *body) {
  return pz_client_deliver_webhook(client, path, PZ_NUL, body, strlen(body));
}

/* -- What goes along ---------------------------------------------------------------------------------------------------- */

TEST(header, "each submit of a queued endpoint carries the base with a nonce of its own, and the mode") {
  struct server server;
  struct hook first, second;
  pz_options *options;
  pz_client *client;
  int i;
  odd_start(&server, "queued");
  options = hook_options(&server);
  CHECK_STATUS(PZ_OK, pz_options_set_webhook_mode(options, PZ_WEBHOOK_SYNC));
  client = client_from(options);
  pz_job_release(submit_small(client, "a fox"));
  ask_hook(&server, &first);
  pz_job_release(submit_small(client, "a hare"));
  odd_await(&server, "posts", 2);
  ask_hook(&server, &second);
  CHECK(strncmp(first.url, BASE, strlen(BASE)) == 0);
  CHECK_EQ(strlen(BASE) + 32, strlen(first.url));
  for (i = 0; i < 32; ++i) CHECK(strchr("0123456789abcdef", first.url[strlen(BASE) + (size_t)i]) != NULL);
  CHECK(strcmp(first.url, second.url) != 0);
  CHECK_TEXT("sync", first.mode);
  CHECK_TEXT("-", first.body);
  pz_client_free(client);
  server_stop(&server);
}

TEST(body_form, "the body's webhook is used where the host wants it and the endpoint has it, never both") {
  struct server server;
  struct hook hook;
  pz_options *options;
  pz_client *client;
  odd_start(&server, "queued");
  options = hook_options(&server);
  CHECK_STATUS(PZ_OK, pz_options_set_webhook_in_body(options, 1));
  client = client_from(options);
  pz_job_release(submit_small(client, "a fox")); /* studio-ghibli has one */
  ask_hook(&server, &hook);
  CHECK_TEXT("-", hook.url);
  CHECK(strncmp(hook.body, BASE, strlen(BASE)) == 0);
  pz_job_release(submit(client, request_for("gpt-image-2-text-to-image", "a fox")));
  odd_await(&server, "posts", 2);
  ask_hook(&server, &hook);
  CHECK(strncmp(hook.url, BASE, strlen(BASE)) == 0);
  CHECK_TEXT("terminal", hook.mode);
  CHECK_TEXT("-", hook.body);
  pz_client_free(client);
  server_stop(&server);
}

TEST(own_webhook, "a request with a webhook of its own gets none of the library's, a sync endpoint gets none at all") {
  struct server server;
  struct hook hook;
  pz_client *client;
  pz_request *request;
  odd_start(&server, "queued");
  client = client_from(hook_options(&server));
  request = small_request("a fox");
  CHECK_STATUS(PZ_OK, pz_request_set_string(request, "webhook", PZ_NUL, "https://elsewhere.example.com/x", PZ_NUL));
  pz_job_release(submit(client, request));
  ask_hook(&server, &hook);
  CHECK_TEXT("-", hook.url);
  CHECK_TEXT("https://elsewhere.example.com/x", hook.body);
  pz_job_release(submit(client, request_for("sdxl-lightning", "a fox")));
  odd_await(&server, "posts", 2);
  ask_hook(&server, &hook);
  CHECK_TEXT("-", hook.url);
  CHECK_TEXT("-", hook.body);
  pz_client_free(client);
  server_stop(&server);
}

TEST(bases, "W11: a base with http, a user, a line end, a query, or more than 2000 bytes is refused before anything is sent") {
  static const char *const refused[] = {"https://user@hooks.example.com/", "https://hooks.example.com/\r\nX: y", "ftp://hooks.example.com/",
                                        "https://hooks.example.com/?a=b", "https://hooks.example.com/#f", "hooks.example.com", "https:///x"};
  static char longer[2100];
  pz_options *options = NULL;
  pz_client *client = NULL;
  pz_error *error = NULL;
  size_t i;
  memset(longer, 'a', sizeof longer - 1);
  memcpy(longer, "https://hooks.example.com/", strlen("https://hooks.example.com/"));
  options = pz_options_new(PZ_API_VERSION);
  for (i = 0; i < sizeof refused / sizeof *refused; ++i)
    CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_webhook_url(options, refused[i], PZ_NUL));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_webhook_url(options, longer, PZ_NUL));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_webhook_mode(options, 2));
  pz_options_free(options);
  options = pz_options_new(PZ_API_VERSION);
  CHECK_STATUS(PZ_OK, pz_options_set_webhook_url(options, "http://127.0.0.1:8080/hooks", PZ_NUL));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_client_new(options, &client, &error));
  CHECK_TEXT("webhook_url", pz_error_field(error));
  pz_error_free(error);
  pz_options_allow_loopback(options, 1);
  CHECK_STATUS(PZ_OK, pz_client_new(options, &client, NULL));
  pz_client_free(client);
  pz_options_free(options);
}

/* -- What comes ---------------------------------------------------------------------------------------------------------- */

TEST(forged, "W1: a webhook that says COMPLETED with somebody's URL makes the library ask, and nothing else") {
  struct server server;
  struct hook hook;
  pz_client *client;
  pz_job *job;
  long gets;
  job = hooked_job(&server, "processing", &client);
  reaches(client, job, PZ_STATE_PROCESSING);
  ask_hook(&server, &hook);
  gets = odd_count(&server, "gets");
  CHECK_STATUS(PZ_OK, deliver(client, path_of(&hook), COMPLETED));
  odd_await(&server, "gets", gets + 1);
  CHECK_EQ(PZ_STATE_PROCESSING, pz_job_state(job));
  CHECK_EQ(0, odd_count(&server, "downloads"));
  CHECK_EQ(1, pz_client_stat(client, PZ_STAT_WEBHOOKS));
  end_scene(&server, client, job);
}

TEST(strangers, "W2, W7: a wrong or missing nonce, too large, too deep and broken bodies are refused and change nothing") {
  static const char *const broken[] = {"", "null", "[]", "{", "{\"request_id\":\"../x\"}", "{\"request_id\":\"\xff\"}", "<html>"};
  struct server server;
  struct hook hook;
  pz_client *client;
  pz_job *job;
  char wrong[300];
  char *large = malloc(300000), *deep = malloc(200001);
  size_t i;
  CHECK(large != NULL && deep != NULL);
  memset(large, ' ', 300000);
  memset(deep, '[', 200000);
  deep[200000] = '\0';
  job = hooked_job(&server, "queued", &client);
  ask_hook(&server, &hook);
  snprintf(wrong, sizeof wrong, "%s", path_of(&hook));
  wrong[strlen(wrong) - 1] ^= 1;
  CHECK_STATUS(PZ_E_NOT_FOUND, deliver(client, wrong, COMPLETED));
  CHECK_STATUS(PZ_E_NOT_FOUND, deliver(client, "", COMPLETED));
  CHECK_STATUS(PZ_E_NOT_FOUND, deliver(client, "/", COMPLETED));
  CHECK_STATUS(PZ_E_NOT_FOUND, deliver(client, "/pixazo/00000000000000000000000000000000", COMPLETED));
  for (i = 0; i < sizeof broken / sizeof *broken; ++i)
    CHECK_STATUS(PZ_E_PROTOCOL, deliver(client, path_of(&hook), broken[i]));
  CHECK_STATUS(PZ_E_PROTOCOL, deliver(client, path_of(&hook), deep));
  CHECK_STATUS(PZ_E_PROTOCOL, pz_client_deliver_webhook(client, path_of(&hook), PZ_NUL, "{\0}", 3));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_client_deliver_webhook(client, path_of(&hook), PZ_NUL, large, 262145));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_client_deliver_webhook(client, large, 8193, "{}", 2));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_client_deliver_webhook(client, path_of(&hook), PZ_NUL, NULL, 3));
  CHECK_EQ(0, pz_client_stat(client, PZ_STAT_WEBHOOKS));
  CHECK(!(pz_job_state(job) >= PZ_STATE_COMPLETED));
  free(large);
  free(deep);
  end_scene(&server, client, job);
}

TEST(other_paths, "a proxy may change what stands before the nonce, and add a slash or a query behind it") {
  struct server server;
  struct hook hook;
  pz_client *client;
  char path[300];
  const char *nonce;
  odd_start(&server, "queued");
  client = client_from(hook_options(&server));
  pz_job_release(submit_small(client, "a fox"));
  ask_hook(&server, &hook);
  nonce = strrchr(hook.url, '/') + 1;
  CHECK_STATUS(PZ_OK, deliver(client, nonce, GOING));
  snprintf(path, sizeof path, "/inner/hooks/%s/", nonce);
  CHECK_STATUS(PZ_OK, deliver(client, path, GOING));
  snprintf(path, sizeof path, "/%s?from=proxy/x", nonce);
  CHECK_STATUS(PZ_OK, deliver(client, path, GOING));
  CHECK_STATUS(PZ_OK, deliver(client, hook.url, GOING));
  CHECK_EQ(4, pz_client_stat(client, PZ_STAT_WEBHOOKS));
  pz_client_free(client);
  server_stop(&server);
}

struct flood {
  pz_client *client;
  const char *path;
  int n;
};
static void *flooding(void *arg) {
  const struct flood *flood = arg;
  int i;
  for (i = 0; i < flood->n; ++i)
    CHECK_STATUS(PZ_OK, deliver(flood->client, flood->path, (i & 1) ? GOING : COMPLETED));
  return NULL;
}

TEST(floods, "W4, W5, W6, W8: duplicates from many threads, out of order, racing the polls and after the end: one DONE") {
  struct server server;
  struct hook hook;
  struct flood flood;
  pthread_t threads[4];
  pz_client *client;
  pz_job *job;
  struct tally tally;
  uint64_t id;
  int i;
  job = hooked_job(&server, "hold", &client);
  id = pz_job_id(job);
  ask_hook(&server, &hook);
  flood.client = client;
  flood.path = path_of(&hook);
  flood.n = 500;
  for (i = 0; i < 4; ++i) CHECK_EQ(0, pthread_create(&threads[i], NULL, flooding, &flood));
  odd_count(&server, "release");
  ends_as(job, PZ_STATE_COMPLETED);
  for (i = 0; i < 4; ++i) pthread_join(threads[i], NULL);
  pz_job_release(job);
  drain_until_done(client, id);
  CHECK_STATUS(PZ_OK, deliver(client, path_of(&hook), COMPLETED)); /* late, and again: not a stranger's */
  CHECK_EQ(2001, pz_client_stat(client, PZ_STAT_WEBHOOKS));
  CHECK_STATUS(PZ_OK, pz_client_shutdown(client, LONG_MS));
  memset(&tally, 0, sizeof tally);
  drain_all(client, &tally);
  CHECK_EQ(0, tally.done); /* nothing has come to life again */
  CHECK_EQ(1, odd_count(&server, "posts"));
  pz_client_free(client);
  server_stop(&server);
}

TEST(early, "W9: a webhook that comes before the submit's answer is kept until the answer names the id") {
  struct server server;
  struct hook hook;
  pz_client *client;
  pz_job *job;
  pz_options *options;
  odd_start(&server, "hold");
  options = hook_options(&server);
  CHECK_STATUS(PZ_OK, pz_options_set_poll_interval_ms(options, 60000, 60000)); /* a scheduled poll would come too late */
  client = client_from(options);
  job = submit_small(client, "a fox");
  ask_hook(&server, &hook);
  CHECK_STATUS(PZ_OK, deliver(client, path_of(&hook), COMPLETED));
  CHECK_EQ(PZ_STATE_SUBMITTING, pz_job_state(job));
  odd_count(&server, "release");
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK_EQ(1, odd_count(&server, "gets"));
  end_scene(&server, client, job);
}

TEST(prompt, "a webhook makes the end known at once, without the poll that was planned") {
  struct server server;
  struct hook hook;
  pz_client *client;
  pz_job *job;
  pz_options *options;
  odd_start(&server, "plain");
  options = hook_options(&server);
  CHECK_STATUS(PZ_OK, pz_options_set_poll_interval_ms(options, 60000, 60000));
  client = client_from(options);
  job = submit_small(client, "a fox");
  reaches(client, job, PZ_STATE_QUEUED);
  ask_hook(&server, &hook);
  CHECK_STATUS(PZ_OK, deliver(client, path_of(&hook), "{\"event\":\"completed\"}")); /* names no id: the job has one */
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK_EQ(1, odd_count(&server, "gets"));
  end_scene(&server, client, job);
}

TEST(absent, "W12: polling goes on by itself when no webhook ever comes") {
  struct server server;
  pz_client *client;
  pz_job *job;
  job = hooked_job(&server, "plain", &client);
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK_EQ(0, pz_client_stat(client, PZ_STAT_WEBHOOKS));
  end_scene(&server, client, job);
}

TEST(hanging, "W10: a delivery returns while the gateway answers nothing at all, a thousand of them too") {
  struct server server;
  struct hook hook;
  pz_client *client;
  pz_job *job;
  int i;
  job = hooked_job(&server, "hang-status", &client);
  reaches(client, job, PZ_STATE_QUEUED);
  ask_hook(&server, &hook);
  for (i = 0; i < 1000; ++i) CHECK_STATUS(PZ_OK, deliver(client, path_of(&hook), COMPLETED));
  CHECK_EQ(1000, pz_client_stat(client, PZ_STAT_WEBHOOKS));
  CHECK_EQ(0, odd_count(&server, "downloads"));
  end_scene(&server, client, job);
}

/* -- Exits from UNCERTAIN ------------------------------------------------------------------------------------------------ */

TEST(settles, "S30, W3: an uncertain submit is settled by the webhook with its nonce, once the status agrees, without a second POST") {
  struct server server;
  struct hook hook;
  pz_client *client;
  pz_job *job;
  job = hooked_job(&server, "drop", &client);
  reaches(client, job, PZ_STATE_UNCERTAIN);
  CHECK_EQ(PZ_STATE_UNCERTAIN, pz_job_state(job));
  CHECK_TEXT("", pz_job_remote_id(job));
  ask_hook(&server, &hook);
  CHECK_STATUS(PZ_OK, deliver(client, path_of(&hook), GOING));
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK_TEXT(ID, pz_job_remote_id(job));
  CHECK_EQ(1, odd_count(&server, "posts"));
  end_scene(&server, client, job);
}

TEST(refuted, "an id that the status does not confirm leaves the submit uncertain, and names nothing") {
  struct server server;
  struct hook hook;
  pz_client *client;
  pz_job *job;
  job = hooked_job(&server, "drop-going", &client);
  reaches(client, job, PZ_STATE_UNCERTAIN);
  ask_hook(&server, &hook);
  CHECK_STATUS(PZ_OK, deliver(client, path_of(&hook), "{\"request_id\":\"somebody-elses_1\",\"status\":\"COMPLETED\"}"));
  odd_await(&server, "gets", 1);
  CHECK_STATUS(PZ_OK, pz_job_cancel(job));
  ends_as(job, PZ_STATE_CANCELLED);
  CHECK_TEXT("", pz_job_remote_id(job));
  CHECK_TEXT("", pz_error_request_id(pz_job_error(job)));
  CHECK_EQ(PZ_CHARGED_UNKNOWN, pz_job_charged(job));
  end_scene(&server, client, job);
}

/* The DONE of the job that follows another one. */
static pz_job *follower_of(pz_client *client, uint64_t origin) {
  for (;;) {
    pz_event *event = NULL;
    CHECK_STATUS(PZ_OK, pz_client_wait_event(client, LONG_MS, &event));
    if (pz_event_kind(event) == PZ_EVENT_DONE && pz_job_origin_id(pz_event_job(event)) == origin) {
      pz_job *job = pz_event_job(event);
      pz_job_retain(job);
      pz_event_release(event);
      return job;
    }
    pz_event_release(event);
  }
}

TEST(later_proof, "S30: proof that comes after an uncertain end is a new job that names the old one, has its tag, and is fetched") {
  struct server server;
  struct hook hook;
  pz_client *client;
  pz_request *request;
  pz_job *job, *later;
  odd_start(&server, "drop");
  client = client_from(hook_options(&server));
  request = small_request("a fox");
  pz_request_set_tag(request, 77);
  CHECK_STATUS(PZ_OK, pz_request_set_job_timeout_ms(request, 200));
  job = submit(client, request);
  ends_as(job, PZ_STATE_FAILED);
  CHECK_STATUS(PZ_E_UNCERTAIN, pz_error_status(pz_job_error(job)));
  ask_hook(&server, &hook);
  CHECK_STATUS(PZ_OK, deliver(client, path_of(&hook), COMPLETED));
  CHECK_STATUS(PZ_OK, deliver(client, path_of(&hook), COMPLETED)); /* one job for one id */
  later = follower_of(client, pz_job_id(job));
  CHECK_EQ(PZ_STATE_COMPLETED, pz_job_state(later));
  CHECK_EQ(77, pz_job_tag(later));
  CHECK_TEXT(ID, pz_job_remote_id(later));
  CHECK_EQ(1, odd_count(&server, "posts"));
  CHECK_EQ(1, odd_count(&server, "gets"));
  pz_job_release(later);
  end_scene(&server, client, job);
}

/* A webhook is stronger than what the answer said: whatever it was, nothing is sent again. */
static void proven_although(const char *manner, int while_waiting) {
  struct server server;
  struct hook hook;
  pz_client *client;
  pz_job *job;
  job = hooked_job(&server, manner, &client);
  ask_hook(&server, &hook);
  while (while_waiting && pz_client_stat(client, PZ_STAT_THROTTLED) < 1) usleep(1000);
  CHECK_STATUS(PZ_OK, deliver(client, path_of(&hook), COMPLETED));
  odd_count(&server, "release");
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK_TEXT(ID, pz_job_remote_id(job));
  CHECK_EQ(1, odd_count(&server, "posts"));
  end_scene(&server, client, job);
}
TEST(before_refusal, "S30: a webhook that comes before a 429 is read: asked about, and never sent again") { proven_although("refuse-held", 0); }
TEST(between_attempts, "S30: a webhook that comes between two attempts: asked about, and never sent again") { proven_although("refuse", 1); }

TEST(after_rejection, "S30: a webhook that comes after a 404 has ended the job is followed by a job of its own") {
  struct server server;
  struct hook hook;
  pz_client *client;
  pz_job *job, *later;
  job = hooked_job(&server, "not-found", &client);
  ends_as(job, PZ_STATE_FAILED);
  ask_hook(&server, &hook);
  CHECK_STATUS(PZ_OK, deliver(client, path_of(&hook), COMPLETED));
  later = follower_of(client, pz_job_id(job));
  CHECK_EQ(PZ_STATE_COMPLETED, pz_job_state(later));
  CHECK_EQ(1, odd_count(&server, "posts"));
  pz_job_release(later);
  end_scene(&server, client, job);
}

TEST(status_down, "a status call that fails refutes nothing: the named id is asked about until there is an answer") {
  struct server server;
  struct hook hook;
  pz_client *client;
  pz_job *job;
  job = hooked_job(&server, "drop-503", &client);
  reaches(client, job, PZ_STATE_UNCERTAIN);
  ask_hook(&server, &hook);
  CHECK_STATUS(PZ_OK, deliver(client, path_of(&hook), COMPLETED));
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK_EQ(5, odd_count(&server, "gets"));
  CHECK_EQ(1, odd_count(&server, "posts"));
  end_scene(&server, client, job);
}

TEST(repeated, "a nonce that is repeated makes no more polls than the poll interval allows") {
  struct server server;
  struct hook hook;
  pz_client *client;
  pz_job *job;
  pz_options *options;
  int i;
  odd_start(&server, "processing");
  options = hook_options(&server);
  CHECK_STATUS(PZ_OK, pz_options_set_poll_interval_ms(options, 60000, 60000));
  client = client_from(options);
  job = submit_small(client, "a fox");
  reaches(client, job, PZ_STATE_QUEUED);
  ask_hook(&server, &hook);
  for (i = 0; i < 50; ++i) {
    CHECK_STATUS(PZ_OK, deliver(client, path_of(&hook), GOING));
    odd_await(&server, "gets", 1);
  }
  CHECK_STATUS(PZ_OK, pz_job_cancel(job)); /* read after all of them */
  ends_as(job, PZ_STATE_CANCELLED);
  CHECK_EQ(1, odd_count(&server, "gets"));
  end_scene(&server, client, job);
}

/* -- Across lives -------------------------------------------------------------------------------------------------------- */

static uint64_t leave_uncertain(const struct server *server, const struct place *place, uint32_t timeout_ms) {
  pz_client *client = hook_life(server, place);
  pz_request *request = small_request("a fox");
  pz_job *job;
  uint64_t id;
  CHECK_STATUS(PZ_OK, pz_request_set_job_timeout_ms(request, timeout_ms));
  job = submit(client, request);
  id = pz_job_id(job);
  reaches(client, job, PZ_STATE_UNCERTAIN);
  pz_job_release(job);
  pz_client_free(client);
  return id;
}

static void another_life(int before_restore) {
  struct server server;
  struct hook hook;
  struct place place;
  pz_client *client;
  pz_job *job;
  uint64_t id;
  odd_start(&server, "drop");
  make_place(&place);
  id = leave_uncertain(&server, &place, 60000);
  ask_hook(&server, &hook);
  client = hook_life(&server, &place);
  if (before_restore) CHECK_STATUS(PZ_OK, deliver(client, path_of(&hook), COMPLETED));
  CHECK_EQ(1, restore(client));
  job = find(client, id);
  if (!before_restore) {
    CHECK_EQ(0, odd_count(&server, "gets"));
    CHECK_STATUS(PZ_OK, deliver(client, path_of(&hook), COMPLETED));
  }
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK_EQ(1, odd_count(&server, "posts"));
  end_life(&server, &place, client, job);
}

TEST(settled_in_another_life, "S30, S31: a job restored as uncertain is settled by its webhook in the next life") { another_life(0); }

/* A life that takes the webhook and ends without its jobs; elsewhere: its client is another gateway's. */
static void taken_by(int elsewhere) {
  struct server server, other;
  struct hook hook;
  struct place place;
  pz_client *client;
  pz_job *job;
  uint64_t id;
  odd_start(&server, "drop");
  odd_start(&other, "plain");
  make_place(&place);
  id = leave_uncertain(&server, &place, 60000);
  ask_hook(&server, &hook);
  client = hook_life(elsewhere ? &other : &server, &place);
  CHECK_STATUS(PZ_OK, deliver(client, path_of(&hook), COMPLETED));
  await_rows(client, 1);
  pz_client_free(client);
  client = hook_life(&server, &place);
  CHECK_EQ(1, restore(client));
  job = find(client, id);
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK_EQ(1, odd_count(&server, "posts"));
  CHECK_EQ(0, odd_count(&other, "gets") + odd_count(&other, "posts"));
  server_stop(&other);
  end_life(&server, &place, client, job);
}

TEST(taken_before, "J1: a webhook that is taken before the jobs are restored is not forgotten when that life ends") { taken_by(0); }
TEST(taken_elsewhere, "J1: a webhook that another gateway's client takes is kept for the life that can ask") { taken_by(1); }
TEST(before_restored, "a webhook that comes before the client's jobs are restored is remembered for its job") { another_life(1); }

TEST(later_proof_of_the_past, "S30, S31: a job that a later life ended as uncertain is still followed when its webhook comes, in that life or the next") {
  int life;
  for (life = 2; life <= 3; ++life) {
    struct server server;
    struct hook hook;
    struct place place;
    pz_client *client;
    pz_job *job, *later;
    uint64_t id;
    odd_start(&server, "drop");
    make_place(&place);
    id = leave_uncertain(&server, &place, 1000);
    ask_hook(&server, &hook);
    client = hook_life(&server, &place);
    restore(client);
    job = find(client, id);
    ends_as(job, PZ_STATE_FAILED);
    CHECK_STATUS(PZ_E_UNCERTAIN, pz_error_status(pz_job_error(job)));
    pz_job_release(job);
    if (life == 3) {
      pz_client_free(client);
      client = hook_life(&server, &place);
    }
    CHECK_STATUS(PZ_OK, deliver(client, path_of(&hook), COMPLETED));
    later = follower_of(client, id);
    CHECK_EQ(PZ_STATE_COMPLETED, pz_job_state(later));
    CHECK_EQ(1, odd_count(&server, "posts"));
    end_life(&server, &place, client, later);
  }
}

TEST(doubt_lives_on, "S30, J2: what a webhook has cast doubt on is sent by no later life, though its answer was a 429") {
  struct server server;
  struct hook hook;
  struct place place;
  pz_client *client;
  pz_job *job;
  uint64_t id;
  odd_start(&server, "refuse-down");
  make_place(&place);
  client = hook_life(&server, &place);
  job = submit_small(client, "a fox");
  id = pz_job_id(job);
  while (pz_client_stat(client, PZ_STAT_THROTTLED) < 1) usleep(1000);
  ask_hook(&server, &hook);
  CHECK_STATUS(PZ_OK, deliver(client, path_of(&hook), GOING));
  reaches(client, job, PZ_STATE_UNCERTAIN);
  pz_job_release(job);
  pz_client_free(client);
  client = hook_life(&server, &place);
  restore(client);
  job = find(client, id);
  reaches(client, job, PZ_STATE_UNCERTAIN);
  CHECK_EQ(PZ_STATE_UNCERTAIN, pz_job_state(job));
  CHECK_EQ(1, odd_count(&server, "posts"));
  end_life(&server, &place, client, job);
}

/* A job that was let in and never sent, in a life that has ended. */
static uint64_t leave_unsent(const struct server *server, const struct place *place, uint32_t timeout_ms) {
  pz_client *client = hook_life(server, place);
  pz_request *request = small_request("a fox");
  pz_job *job;
  uint64_t id;
  CHECK_STATUS(PZ_OK, pz_request_set_job_timeout_ms(request, timeout_ms));
  pz_client_pause(client);
  job = submit(client, request);
  id = pz_job_id(job);
  await_rows(client, 1);
  pz_job_release(job);
  pz_client_free(client);
  return id;
}

TEST(expired, "J3: a job that was never sent and whose deadline has passed is not sent by a restore, and not charged") {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *job;
  uint64_t id;
  odd_start(&server, "plain");
  make_place(&place);
  id = leave_unsent(&server, &place, 1000);
  usleep(1100 * 1000); /* until the deadline has passed on the wall clock */
  client = hook_life(&server, &place);
  restore(client);
  job = find(client, id);
  ends_as(job, PZ_STATE_FAILED);
  CHECK_STATUS(PZ_E_TIMEOUT, pz_error_status(pz_job_error(job)));
  CHECK_EQ(PZ_CHARGED_NO, pz_job_charged(job));
  CHECK_EQ(0, odd_count(&server, "posts"));
  end_life(&server, &place, client, job);
}

TEST(base_gone, "a job that is sent in a life without a webhook's URL carries none") {
  struct server server;
  struct hook hook;
  struct place place;
  pz_client *client;
  pz_job *job;
  uint64_t id;
  odd_start(&server, "plain");
  make_place(&place);
  id = leave_unsent(&server, &place, 60000);
  client = journal_client(&server, &place);
  restore(client);
  job = find(client, id);
  ends_as(job, PZ_STATE_COMPLETED);
  ask_hook(&server, &hook);
  CHECK_TEXT("-", hook.url);
  CHECK_TEXT("-", hook.body);
  end_life(&server, &place, client, job);
}

TEST(freed, "a webhook for a client that is shut down or freed is refused") {
  struct server server;
  struct hook hook;
  pz_client *client;
  odd_start(&server, "queued");
  client = client_from(hook_options(&server));
  pz_job_release(submit_small(client, "a fox"));
  ask_hook(&server, &hook);
  pz_client_free(client);
  CHECK_STATUS(PZ_E_CLOSED, deliver(client, path_of(&hook), COMPLETED));
  server_stop(&server);
}

#define _DEFAULT_SOURCE
/* What a job's row carries over to the next process: where its pictures go and under which name, what was asked for, and
 * what somebody has named without being believed. */
#include "support/lives.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BASE "https://hooks.example.com/pixazo/" /* nobody calls it: the tests play the gateway's part */
#define ID "studio-ghibli_01a1fd74-2906-70ce-4fda-aa526f0000001" /* the one that odd-gateway gives */
#define NAME "f\xc3\xbc" "chse im Schnee"

/* Lets a job in that is not sent, and waits until its row is durable. */
static void leave_unsent(pz_options *options, pz_request *request) {
  pz_client *client = client_from(options);
  pz_client_pause(client);
  submit(client, request);
  await_rows(client, 1);
}

/* -- Where pictures go -------------------------------------------------------------------------------------------------- */

static void go_to(const struct place *place) {
  char pictures[320];
  snprintf(pictures, sizeof pictures, "%s/pictures", place->directory);
  CHECK(mkdir(pictures, 0777) == 0);
  CHECK(chdir(place->directory) == 0);
}

static pz_request *named_request(void) {
  pz_request *request = small_request("a fox");
  CHECK_STATUS(PZ_OK, pz_request_set_output_name(request, NAME, PZ_NUL));
  return request;
}

static void life_clients_directory(struct server *server, const struct place *place) {
  pz_options *options = journal_options(server, place);
  go_to(place);
  CHECK_STATUS(PZ_OK, pz_options_set_output_dir(options, "pictures", PZ_NUL));
  leave_unsent(options, named_request());
}

static void life_requests_directory(struct server *server, const struct place *place) {
  pz_request *request = named_request();
  go_to(place);
  CHECK_STATUS(PZ_OK, pz_request_set_output_dir(request, "./pictures", PZ_NUL));
  leave_unsent(journal_options(server, place), request);
}

static void comes_there(void (*life)(struct server *, const struct place *)) {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *job;
  char expected[PATH_MAX], said[PATH_MAX];
  odd_start(&server, "plain");
  make_place(&place);
  dies(life, &server, &place);
  CHECK(realpath(place.directory, expected) != NULL);
  strcat(expected, "/pictures/" NAME ".png");
  client = journal_client(&server, &place); /* in another directory, and with none of its own */
  CHECK_EQ(1, restore(client));
  job = find(client, first_id(&place));
  ends_as(job, PZ_STATE_COMPLETED);
  snprintf(said, sizeof said, "%s", pz_output_path(pz_job_output(job, 0)));
  CHECK_TEXT(expected, said);
  CHECK(file_exists(said));
  row_will_have(&place, "\"stage\":\"ended\"");
  row_has(&place, NAME ".png");
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
  unlink(said);
  *strrchr(said, '/') = '\0';
  rmdir(said);
  remove_directory(place.directory);
}

TEST(clients_directory, "a client's relative output directory is where its process was, also for the process that goes on") {
  comes_there(life_clients_directory);
}
TEST(requests_directory, "a request's relative output directory is where its process was, also for the process that goes on") {
  comes_there(life_requests_directory);
}

static void life_journals_path(struct server *server, const struct place *place) {
  pz_options *options = local_options(server);
  pz_client *client;
  CHECK(chdir(place->directory) == 0);
  CHECK_STATUS(PZ_OK, pz_options_set_journal(options, "journal", PZ_NUL));
  client = client_from(options);
  CHECK(chdir("/") == 0);
  pz_client_pause(client);
  submit_small(client, "a fox");
  await_rows(client, 1);
}

TEST(journals_path, "a journal's relative path is looked up when its client is made, and no more") {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *job;
  odd_start(&server, "plain");
  make_place(&place);
  dies(life_journals_path, &server, &place);
  job = restored(&server, &place, &client);
  ends_as(job, PZ_STATE_COMPLETED);
  end_life(&server, &place, client, job);
}

/* -- What was asked for --------------------------------------------------------------------------------------------------- */

static void life_without_pictures(struct server *server, const struct place *place) {
  pz_request *request = small_request("a fox");
  CHECK_STATUS(PZ_OK, pz_request_set_fetch_outputs(request, 0));
  leave_unsent(journal_options(server, place), request);
}

static void life_without_pictures_accepted(struct server *server, const struct place *place) {
  pz_client *client = journal_client(server, place);
  pz_request *request = small_request("a fox");
  CHECK_STATUS(PZ_OK, pz_request_set_fetch_outputs(request, 0));
  pz_client_pause(client);
  submit(client, request);
  pz_client_resume(client);
  await_rows(client, 2); /* accepted */
}

static void fetches_nothing(void (*life)(struct server *, const struct place *)) {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *job;
  odd_start(&server, "plain");
  make_place(&place);
  dies(life, &server, &place);
  row_has(&place, "\"fetch_outputs\":false");
  job = restored(&server, &place, &client);
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK(*pz_output_url(pz_job_output(job, 0)) != '\0');
  CHECK_EQ(0, odd_count(&server, "downloads"));
  CHECK_EQ(1, odd_count(&server, "posts"));
  end_life(&server, &place, client, job);
}

static void life_keyed(struct server *server, const struct place *place) {
  pz_request *request = small_request("a fox");
  CHECK_STATUS(PZ_OK, pz_request_set_submit_key(request, "chapter 1", PZ_NUL));
  leave_unsent(journal_options(server, place), request);
}

TEST(elsewhere, "a job of another gateway is not sent, asked about or ended by this one's client, and its submit key pays for nothing") {
  struct server server, other;
  struct place place;
  pz_client *client;
  pz_request *request = small_request("a fox");
  pz_job *job = NULL, *again = NULL;
  pz_error *error = NULL;
  uint64_t id;
  odd_start(&server, "plain");
  odd_start(&other, "plain");
  make_place(&place);
  dies(life_keyed, &server, &place);
  row_has(&place, server.url);
  client = journal_client(&other, &place);
  CHECK_EQ(0, restore(client));
  CHECK_STATUS(PZ_OK, pz_request_set_submit_key(request, "chapter 1", PZ_NUL));
  CHECK_STATUS(PZ_E_INVALID_STATE, pz_client_submit(client, request, &job, &error));
  CHECK_HAS(pz_error_message(error), server.url);
  pz_error_free(error);
  pz_request_free(request);
  pz_client_free(client);
  row_has(&place, "\"stage\":\"intent\"");
  CHECK_EQ(0, odd_count(&other, "posts"));

  job = restored(&server, &place, &client);
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK_EQ(1, odd_count(&server, "posts"));
  id = pz_job_id(job);
  pz_job_release(job);
  pz_client_free(client);

  client = journal_client(&other, &place);
  job = find(client, id);
  CHECK_STATUS(PZ_E_INVALID_STATE, pz_client_resubmit(client, job, 1, &again, &error));
  CHECK_HAS(pz_error_message(error), server.url);
  pz_error_free(error);
  CHECK_EQ(0, odd_count(&other, "posts"));
  server_stop(&other);
  end_life(&server, &place, client, job);
}

TEST(no_pictures, "a job that was to fetch nothing fetches nothing in a later life, sent there or accepted before") {
  fetches_nothing(life_without_pictures);
  fetches_nothing(life_without_pictures_accepted);
}

static void life_impatient(struct server *server, const struct place *place) {
  pz_request *request = small_request("a fox");
  CHECK_STATUS(PZ_OK, pz_request_set_submit_timeout_ms(request, 200));
  leave_unsent(journal_options(server, place), request);
}

/* The catalogue, with another name for the model that jobs are sent to. */
static pz_catalogue *without_the_model(void) {
  pz_catalogue *catalogue = NULL;
  char *json = strdup(pz_catalogue_json(pz_catalogue_builtin(), NULL));
  char *id = json ? strstr(json, "\"id\": \"studio-ghibli\"") : NULL;
  CHECK(id != NULL);
  memcpy(id + strlen("\"id\": \"studio-"), "castle", 6);
  CHECK_STATUS(PZ_OK, pz_catalogue_load(json, PZ_NUL, &catalogue, NULL));
  free(json);
  return catalogue;
}

static void life_named_accepted(struct server *server, const struct place *place) {
  pz_client *client = journal_client(server, place);
  pz_request *request = named_request();
  CHECK_STATUS(PZ_OK, pz_request_set_output_dir(request, place->directory, PZ_NUL));
  submit(client, request);
  await_rows(client, 2); /* accepted */
}

TEST(unknown_model, "a job whose model the catalogue no longer has is fetched, or not, as it was to be, and under its name") {
  int fetched;
  for (fetched = 0; fetched <= 1; ++fetched) {
    struct server server;
    struct place place;
    pz_catalogue *catalogue = without_the_model();
    pz_options *options;
    pz_client *client;
    pz_job *job;
    odd_start(&server, "plain");
    make_place(&place);
    dies(fetched ? life_named_accepted : life_without_pictures_accepted, &server, &place);
    options = journal_options(&server, &place);
    CHECK_STATUS(PZ_OK, pz_options_set_catalogue(options, catalogue));
    pz_catalogue_release(catalogue);
    client = client_from(options);
    CHECK_EQ(1, restore(client));
    job = find(client, first_id(&place));
    ends_as(job, PZ_STATE_COMPLETED);
    CHECK_EQ(fetched, odd_count(&server, "downloads"));
    if (fetched) {
      const char *path = pz_output_path(pz_job_output(job, 0));
      CHECK_HAS(path, "/" NAME ".png");
      unlink(path);
    }
    end_life(&server, &place, client, job);
  }
}

TEST(impatient, "a job's own timeout of the paid request holds in a later life, too") {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *job;
  odd_start(&server, "hang");
  make_place(&place);
  dies(life_impatient, &server, &place);
  row_has(&place, "\"submit_timeout_ms\":200");
  job = restored(&server, &place, &client);
  ends_as(job, PZ_STATE_FAILED); /* the client's own timeout is two minutes */
  CHECK_STATUS(PZ_E_UNCERTAIN, pz_error_status(pz_job_error(job)));
  CHECK_EQ(1, odd_count(&server, "posts"));
  end_life(&server, &place, client, job);
}

static void life_with_a_picture(struct server *server, const struct place *place) {
  pz_options *options = journal_options(server, place);
  pz_client *client;
  pz_job *job;
  pz_request *request = small_request("make it snow");
  CHECK_STATUS(PZ_OK, pz_request_add_image_file(request, "images", PZ_NUL, PZ_TEST_DATA "/images/rgb.png", PZ_NUL));
  pz_options_set_ask_urls(options, 1);
  client = client_from(options);
  pz_client_pause(client);
  job = submit(client, request);
  await_rows(client, 1);
  row_has(place, "\"sendable\":false"); /* without its picture it could not be sent by another life */
  CHECK_STATUS(PZ_OK, pz_job_provide_url(job, "images", PZ_NUL, 0, "https://example.com/uploaded.png", PZ_NUL));
  await_rows(client, 2);
}

TEST(provided, "a picture's URL that the host gave is in the request that a later life sends") {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *job;
  odd_start(&server, "plain");
  make_place(&place);
  dies(life_with_a_picture, &server, &place);
  row_has(&place, "\"sent\":\"no\",\"sendable\":true");
  CHECK_EQ(0, odd_count(&server, "posts"));
  job = restored(&server, &place, &client);
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK_HAS(pz_output_meta_json(pz_job_output(job, 0), NULL), "https://example.com/uploaded.png");
  CHECK_EQ(1, odd_count(&server, "posts"));
  end_life(&server, &place, client, job);
}

/* -- What was named ------------------------------------------------------------------------------------------------------- */

static pz_options *hook_options(const struct server *server, const struct place *place) {
  pz_options *options = journal_options(server, place);
  CHECK_STATUS(PZ_OK, pz_options_set_webhook_url(options, BASE, PZ_NUL));
  return options;
}

/* Its webhook names an id; its answer has not come, and nobody has asked about the id. */
static void is_named(struct server *server, const struct place *place, const char *body) {
  pz_client *client = client_from(hook_options(server, place));
  char answer[600], url[256];
  submit_small(client, "a fox");
  odd_await(server, "posts", 1);
  odd_ask(server, "hook", answer, sizeof answer);
  CHECK_EQ(1, sscanf(answer, "%255s", url));
  CHECK_STATUS(PZ_OK, pz_client_deliver_webhook(client, strrchr(url, '/'), PZ_NUL, body, strlen(body)));
  await_rows(client, 2); /* the intent, and the intent with the id */
  CHECK_EQ(0, odd_count(server, "gets"));
}

static void life_named(struct server *server, const struct place *place) {
  is_named(server, place, "{\"request_id\":\"" ID "\",\"status\":\"PROCESSING\"}");
}

static void life_misnamed(struct server *server, const struct place *place) {
  is_named(server, place, "{\"request_id\":\"forged_1\",\"status\":\"COMPLETED\"}");
}

TEST(named, "S30, J2: killed between a webhook and the confirmation of its id: asked about in the next life, never sent again") {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *job;
  odd_start(&server, "hold");
  make_place(&place);
  dies(life_named, &server, &place);
  row_has(&place, "\"sent\":\"unknown\"");
  row_has(&place, "\"candidate\":\"" ID "\"");
  client = client_from(hook_options(&server, &place));
  CHECK_EQ(1, restore(client));
  job = find(client, first_id(&place));
  ends_as(job, PZ_STATE_COMPLETED); /* no webhook came in this life */
  CHECK_TEXT(ID, pz_job_remote_id(job));
  CHECK_EQ(1, odd_count(&server, "posts"));
  CHECK(odd_count(&server, "gets") > 0);
  end_life(&server, &place, client, job);
}

TEST(misnamed, "W1, J2: an id that an earlier life was told and the gateway does not confirm is no job's, and nothing is sent again") {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *job;
  odd_start(&server, "hold");
  make_place(&place);
  dies(life_misnamed, &server, &place);
  client = client_from(hook_options(&server, &place));
  CHECK_EQ(1, restore(client));
  job = find(client, first_id(&place));
  odd_await(&server, "gets", 3); /* and then no more is to be asked */
  CHECK_EQ(PZ_STATE_UNCERTAIN, pz_job_state(job));
  CHECK_TEXT("", pz_job_remote_id(job));
  CHECK_STATUS(PZ_OK, pz_job_cancel(job));
  ends_as(job, PZ_STATE_CANCELLED);
  CHECK_TEXT("", pz_job_remote_id(job));
  CHECK_EQ(PZ_CHARGED_UNKNOWN, pz_job_charged(job));
  CHECK_EQ(1, odd_count(&server, "posts"));
  end_life(&server, &place, client, job);
}

#define _DEFAULT_SOURCE
/* The journal: what a process leaves behind, and what the next one makes of it. */
#include "support/lives.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

TEST(viewer, "a journal of format 1 is read without a client: ids, the whole life of each job as JSON, and no problem") {
  char directory[256], path[300];
  pz_journal *journal = NULL;
  const char *json;
  size_t len = 0;
  make_directory(directory, sizeof directory);
  snprintf(path, sizeof path, "%s/journal", directory);
  copy_file(PZ_TEST_DATA "/journal/format-1", path);
  CHECK_STATUS(PZ_OK, pz_journal_open(path, PZ_NUL, &journal, NULL));
  CHECK_EQ(3, pz_journal_job_count(journal));
  CHECK_EQ(0, pz_journal_problem_count(journal));
  CHECK_EQ(1, pz_journal_job_id(journal, 0));
  CHECK_EQ(3, pz_journal_job_id(journal, 2));
  json = pz_journal_job_json(journal, 0, &len);
  CHECK_EQ(strlen(json), len);
  CHECK_HAS(json, "\"job_id\":\"1\"");
  CHECK_HAS(json, "\"stage\":\"intent\"");
  CHECK_HAS(json, "\"sent\":\"unknown\""); /* written on another machine */
  CHECK_HAS(pz_journal_job_json(journal, 1, NULL), "\"stage\":\"accepted\"");
  CHECK_HAS(pz_journal_job_json(journal, 2, NULL), "\"stage\":\"ended\"");
  CHECK_HAS(pz_journal_job_json(journal, 2, NULL), "\"delivered\":true");
  CHECK_EQ(0, pz_journal_job_id(journal, 3));
  CHECK_TEXT("", pz_journal_job_json(journal, 3, NULL));
  CHECK_TEXT("", pz_journal_problem(journal, 0));
  pz_journal_free(journal);
  remove_directory(directory);
}

TEST(viewer_errors, "a journal that is not there, and a file that is none, are errors that say so") {
  pz_journal *journal = NULL;
  pz_error *error = NULL;
  CHECK_STATUS(PZ_E_NOT_FOUND, pz_journal_open(PZ_SCRATCH "/no-journal-here", PZ_NUL, &journal, &error));
  CHECK_HAS(pz_error_message(error), "no-journal-here");
  pz_error_free(error);
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_journal_open("", PZ_NUL, &journal, NULL));
  CHECK_STATUS(PZ_E_IO, pz_journal_open(PZ_TEST_DATA "/endpoints.json", PZ_NUL, &journal, NULL));
  CHECK(journal == NULL);
}

/* -- Lives ------------------------------------------------------------------------------------------------------------ */

TEST(whole_life, "a job's row is on the disk with its whole life and never the key, and a later client finds the job by its id and its key") {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *job, *again = NULL;
  pz_request *request = small_request("a fox");
  uint64_t id;
  char command[700];
  odd_start(&server, "plain");
  make_place(&place);
  CHECK_EQ(1, pz_has_feature(PZ_FEATURE_JOURNAL));
  client = journal_client(&server, &place);
  pz_request_set_tag(request, 42);
  pz_request_set_submit_key(request, "click", PZ_NUL);
  CHECK_STATUS(PZ_OK, pz_client_submit(client, request, &job, NULL));
  id = pz_job_id(job);
  ends_as(job, PZ_STATE_COMPLETED);
  await_rows(client, 3); /* intent, accepted, ended */
  row_has(&place, "\"delivered\":false");
  drain_until_done(client, id);
  pz_job_release(job);
  pz_client_free(client);
  row_has(&place, "\"delivered\":true");
  row_has(&place, "\"stage\":\"ended\",\"state\":\"COMPLETED\"");
  row_has(&place, "a fox");
  snprintf(command, sizeof command, "grep -rq %s %s", CANARY, place.directory);
  CHECK(system(command) != 0);

  client = journal_client(&server, &place);
  CHECK_EQ(0, restore(client));
  job = find(client, id);
  CHECK_EQ(42, pz_job_tag(job));
  CHECK_EQ(PZ_STATE_COMPLETED, pz_job_state(job));
  CHECK_TEXT("studio-ghibli", pz_job_endpoint_id(job));
  CHECK(pz_job_output_count(job) > 0);
  CHECK_STATUS(PZ_OK, pz_client_submit(client, request, &again, NULL));
  CHECK_EQ(id, pz_job_id(again));
  CHECK_EQ(1, odd_count(&server, "posts"));
  pz_job_release(again);
  pz_job_release(job);
  CHECK_STATUS(PZ_OK, pz_client_forget(client, id));
  CHECK_STATUS(PZ_E_NOT_FOUND, pz_client_find_job(client, id, &job));
  CHECK_STATUS(PZ_OK, pz_client_submit(client, request, &again, NULL));
  CHECK(pz_job_id(again) > id); /* ids grow through all lives */
  ends_as(again, PZ_STATE_COMPLETED);
  CHECK_EQ(2, odd_count(&server, "posts"));
  pz_job_release(again);
  pz_request_free(request);
  pz_client_free(client);
  server_stop(&server);
  remove_directory(place.directory);
}

TEST(closed_and_restored, "closing the client leaves the row alive: restore polls on, and cancel ends it") {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *job;
  uint64_t id;
  long gets;
  odd_start(&server, "queued");
  make_place(&place);
  client = journal_client(&server, &place);
  job = submit_small(client, "a fox");
  id = pz_job_id(job);
  reaches(client, job, PZ_STATE_QUEUED);
  CHECK_STATUS(PZ_E_TIMEOUT, pz_client_shutdown(client, 0));
  CHECK_EQ(PZ_STATE_CANCELLED, pz_job_state(job));
  drain_until_done(client, id);
  pz_job_release(job);
  pz_client_free(client);
  row_has(&place, "\"stage\":\"accepted\"");

  client = journal_client(&server, &place);
  gets = odd_count(&server, "gets");
  CHECK_EQ(1, restore(client));
  CHECK_EQ(0, restore(client));
  job = find(client, id);
  odd_await(&server, "gets", gets + 2);
  CHECK_STATUS(PZ_OK, pz_job_cancel(job));
  ends_as(job, PZ_STATE_CANCELLED);
  CHECK_EQ(1, odd_count(&server, "posts"));
  pz_job_release(job);
  pz_client_free(client);
  row_has(&place, "\"stage\":\"ended\",\"state\":\"CANCELLED\"");
  server_stop(&server);
  remove_directory(place.directory);
}

static void life_undelivered(struct server *server, const struct place *place) {
  pz_client *client = journal_client(server, place);
  pz_job *job = submit_small(client, "a fox");
  ends_as(job, PZ_STATE_COMPLETED);
  await_rows(client, 3); /* intent, accepted, ended */
}

TEST(undelivered_done, "a DONE that was never taken is delivered after a crash, once, and its outputs can be fetched again") {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *job, *fetched = NULL;
  odd_start(&server, "plain");
  make_place(&place);
  dies(life_undelivered, &server, &place);
  client = journal_client(&server, &place);
  CHECK_EQ(1, restore(client));
  CHECK_EQ(1, drain_until_done(client, first_id(&place)));
  job = find(client, first_id(&place));
  CHECK_EQ(PZ_STATE_COMPLETED, pz_job_state(job));
  CHECK_STATUS(PZ_AGAIN, pz_output_status(pz_job_output(job, 0))); /* was in the memory of a process that is gone */
  CHECK_STATUS(PZ_OK, pz_client_fetch_again(client, job, &fetched, NULL));
  ends_as(fetched, PZ_STATE_COMPLETED);
  CHECK_STATUS(PZ_OK, pz_output_status(pz_job_output(fetched, 0)));
  CHECK_EQ(first_id(&place), pz_job_origin_id(fetched));
  pz_job_release(fetched);
  pz_job_release(job);
  pz_client_free(client);
  client = journal_client(&server, &place);
  job = find(client, first_id(&place));
  pz_job_release(job);
  CHECK_EQ(1, odd_count(&server, "posts"));
  pz_client_free(client);
  server_stop(&server);
  remove_directory(place.directory);
}

static void life_in_doubt(struct server *server, const struct place *place) {
  pz_client *client = journal_client(server, place);
  submit_small(client, "a fox");
  odd_await(server, "posts", 1);
}

TEST(in_doubt, "J2, S31: killed between the request and its answer: never sent again by itself, only when a second charge is accepted") {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *job, *again = NULL;
  odd_start(&server, "hold");
  make_place(&place);
  dies(life_in_doubt, &server, &place);
  row_has(&place, "\"sent\":\"unknown\"");
  client = journal_client(&server, &place);
  CHECK_EQ(1, restore(client));
  drain_until_done(client, first_id(&place));
  job = find(client, first_id(&place));
  CHECK_EQ(PZ_STATE_FAILED, pz_job_state(job));
  CHECK_STATUS(PZ_E_UNCERTAIN, pz_error_status(pz_job_error(job)));
  CHECK_EQ(PZ_CHARGED_UNKNOWN, pz_job_charged(job));
  CHECK_EQ(1, odd_count(&server, "posts"));
  CHECK_STATUS(PZ_E_INVALID_STATE, pz_client_resubmit(client, job, 0, &again, NULL));
  odd_count(&server, "release");
  CHECK_STATUS(PZ_OK, pz_client_resubmit(client, job, 1, &again, NULL));
  ends_as(again, PZ_STATE_COMPLETED);
  CHECK_EQ(first_id(&place), pz_job_origin_id(again));
  CHECK_EQ(2, odd_count(&server, "posts"));
  pz_job_release(again);
  end_life(&server, &place, client, job);
}

static void life_unsent(struct server *server, const struct place *place) {
  pz_client *client = journal_client(server, place);
  pz_client_pause(client);
  submit_small(client, "a fox");
  await_rows(client, 1);
}

TEST(unsent, "J3: killed before the request left: restore sends it, exactly once") {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *job;
  odd_start(&server, "plain");
  make_place(&place);
  dies(life_unsent, &server, &place);
  row_has(&place, "\"sent\":\"no\",\"sendable\":true");
  CHECK_EQ(0, odd_count(&server, "posts"));
  job = restored(&server, &place, &client);
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK_EQ(1, odd_count(&server, "posts"));
  end_life(&server, &place, client, job);
}

static void life_digest(struct server *server, const struct place *place) {
  pz_options *options = journal_options(server, place);
  pz_client *client;
  pz_options_set_journal_digest(options, 1);
  client = client_from(options);
  pz_client_pause(client);
  submit_small(client, "a secret fox");
  await_rows(client, 1);
}

TEST(digest, "J11: with a digest no prompt lies on the disk, and what was not sent is not sent after a crash") {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *job;
  char command[700];
  odd_start(&server, "plain");
  make_place(&place);
  dies(life_digest, &server, &place);
  snprintf(command, sizeof command, "grep -rq 'secret fox' %s", place.directory);
  CHECK(system(command) != 0);
  job = restored(&server, &place, &client);
  ends_as(job, PZ_STATE_FAILED);
  CHECK_EQ(PZ_CHARGED_NO, pz_job_charged(job));
  CHECK_EQ(0, odd_count(&server, "posts"));
  end_life(&server, &place, client, job);
}

TEST(one_holder, "L15: a second client on one journal is told who holds it, and can read it all the same") {
  struct server server;
  struct place place;
  pz_client *client, *second = NULL;
  pz_options *options;
  pz_error *error = NULL;
  pz_job *job;
  odd_start(&server, "plain");
  make_place(&place);
  client = journal_client(&server, &place);
  job = submit_small(client, "a fox");
  ends_as(job, PZ_STATE_COMPLETED);
  await_rows(client, 3); /* intent, accepted, ended */
  options = journal_options(&server, &place);
  CHECK_STATUS(PZ_E_INVALID_STATE, pz_client_new(options, &second, &error));
  CHECK_HAS(pz_error_message(error), "process");
  pz_error_free(error);
  row_has(&place, "COMPLETED");
  pz_client_free(client);
  second = client_from(options); /* although a job of the first one is still held */
  pz_job_release(job);
  pz_client_free(second);
  server_stop(&server);
  remove_directory(place.directory);
}

TEST(unwritable, "O7: when the journal cannot be written, a submit fails unsent and what runs goes on") {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *running, *job;
  struct rlimit limit, full;
  odd_start(&server, "hold");
  make_place(&place);
  client = journal_client(&server, &place);
  running = submit_small(client, "the first fox");
  odd_await(&server, "posts", 1);
  CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
  full = limit;
  full.rlim_cur = 4096;
  CHECK(setrlimit(RLIMIT_FSIZE, &full) == 0);
  job = submit_small(client, "the second fox");
  ends_as(job, PZ_STATE_FAILED);
  CHECK_STATUS(PZ_E_IO, pz_error_status(pz_job_error(job)));
  CHECK_HAS(pz_error_message(pz_job_error(job)), "nothing was sent");
  CHECK_EQ(PZ_CHARGED_NO, pz_job_charged(job));
  CHECK_EQ(1, odd_count(&server, "posts"));
  CHECK(pz_client_stat(client, PZ_STAT_JOURNAL_FAILURES) > 0);
  odd_count(&server, "release");
  ends_as(running, PZ_STATE_COMPLETED);
  CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
  pz_job_release(job);
  pz_job_release(running);
  pz_client_free(client);
  row_has(&place, "COMPLETED"); /* written after all; of the second one there is nothing */
  server_stop(&server);
  remove_directory(place.directory);
}

TEST(unopenable, "J12: a journal in a directory that is not there, or in a file of another program, fails the client") {
  struct server server;
  struct place place;
  pz_client *client = NULL;
  pz_options *options;
  pz_error *error = NULL;
  odd_start(&server, "plain");
  make_place(&place);
  copy_file(PZ_TEST_DATA "/endpoints.json", place.path);
  options = local_options(&server);
  CHECK_STATUS(PZ_OK, pz_options_set_journal(options, PZ_SCRATCH "/no/such/directory/journal", PZ_NUL));
  CHECK_STATUS(PZ_E_IO, pz_client_new(options, &client, &error));
  CHECK_HAS(pz_error_message(error), "no/such/directory");
  pz_error_free(error);
  CHECK_STATUS(PZ_OK, pz_options_set_journal(options, place.path, PZ_NUL));
  CHECK_STATUS(PZ_E_IO, pz_client_new(options, &client, NULL));
  CHECK_STATUS(PZ_OK, pz_options_set_journal(options, "", 0));
  client = client_from(options);
  CHECK_STATUS(PZ_E_INVALID_STATE, pz_client_restore(client, NULL, NULL));
  CHECK_STATUS(PZ_E_INVALID_STATE, pz_client_forget(client, 1));
  pz_client_free(client);
  server_stop(&server);
  remove_directory(place.directory);
}

TEST(raw_picture, "a picture that is itself the answer survives the wait for the journal") {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *job;
  odd_start(&server, "raw");
  make_place(&place);
  client = journal_client(&server, &place);
  job = submit(client, request_for("sdxl-lightning-stream", "a fox"));
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK_STATUS(PZ_OK, pz_output_status(pz_job_output(job, 0)));
  CHECK(pz_output_size(pz_job_output(job, 0)) > 0);
  end_life(&server, &place, client, job);
}

TEST(closed_on_the_way, "closed while the pictures of an answer are fetched: another life fetches them, whatever id the answer had") {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *job;
  uint64_t id;
  odd_start(&server, "made");
  make_place(&place);
  client = journal_client(&server, &place);
  job = submit(client, request_for("sd3", "a fox"));
  id = pz_job_id(job);
  odd_await(&server, "downloads", 1);
  CHECK_STATUS(PZ_E_TIMEOUT, pz_client_shutdown(client, 0));
  drain_until_done(client, id);
  pz_job_release(job);
  pz_client_free(client);
  CHECK_EQ(0, odd_count(&server, "heal"));
  job = restored(&server, &place, &client);
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK(pz_output_size(pz_job_output(job, 0)) > 0);
  CHECK_EQ(1, odd_count(&server, "posts"));
  end_life(&server, &place, client, job);
}

static void life_priced(struct server *server, const struct place *place) {
  pz_options *options = journal_options(server, place);
  pz_client *client;
  pz_options_set_assumed_price_microusd(options, 12000);
  client = client_from(options);
  pz_client_pause(client);
  submit_small(client, "a fox");
  await_rows(client, 1);
}

TEST(beyond_budget, "a job of an earlier life that was never sent and does not fit into the new client's budget is not sent, and not charged") {
  static const int64_t assumed[] = {12000, -1}; /* with none, its row says the price */
  size_t i;
  for (i = 0; i < sizeof assumed / sizeof *assumed; ++i) {
    struct server server;
    struct place place;
    pz_options *options;
    pz_client *client;
    pz_job *job;
    odd_start(&server, "plain");
    make_place(&place);
    dies(life_priced, &server, &place);
    options = journal_options(&server, &place);
    pz_options_set_budget_microusd(options, 11999);
    pz_options_set_assumed_price_microusd(options, assumed[i]);
    client = client_from(options);
    CHECK_EQ(1, restore(client));
    job = find(client, first_id(&place));
    ends_as(job, PZ_STATE_FAILED);
    CHECK_STATUS(PZ_E_BUDGET, pz_error_status(pz_job_error(job)));
    CHECK_EQ(PZ_CHARGED_NO, pz_job_charged(job));
    CHECK_EQ(0, odd_count(&server, "posts"));
    CHECK_EQ(0, pz_client_stat(client, PZ_STAT_BUDGET_RESERVED_MICROUSD));
    end_life(&server, &place, client, job);
  }
}

TEST(budget_of_the_past, "a job that lives again reserves its price from the new client's budget and settles it at its end") {
  struct server server;
  struct place place;
  pz_options *options;
  pz_client *client;
  pz_job *job;
  odd_start(&server, "hold");
  make_place(&place);
  dies(life_priced, &server, &place);
  options = journal_options(&server, &place);
  pz_options_set_budget_microusd(options, 20000);
  pz_options_set_assumed_price_microusd(options, 12000);
  client = client_from(options);
  CHECK_EQ(1, restore(client));
  CHECK_EQ(12000, pz_client_stat(client, PZ_STAT_BUDGET_RESERVED_MICROUSD));
  {
    pz_request *request = small_request("another fox");
    CHECK_STATUS(PZ_E_BUDGET, pz_client_submit(client, request, NULL, NULL));
    pz_request_free(request);
  }
  odd_count(&server, "release");
  job = find(client, first_id(&place));
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK_EQ(12000, pz_client_stat(client, PZ_STAT_BUDGET_SPENT_MICROUSD));
  CHECK_EQ(0, pz_client_stat(client, PZ_STAT_BUDGET_RESERVED_MICROUSD));
  end_life(&server, &place, client, job);
}

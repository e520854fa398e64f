#define _DEFAULT_SOURCE
#include "lives.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void make_place(struct place *place) {
  make_directory(place->directory, sizeof place->directory);
  snprintf(place->path, sizeof place->path, "%s/journal", place->directory);
}

pz_options *journal_options(const struct server *server, const struct place *place) {
  pz_options *options = local_options(server);
  CHECK_STATUS(PZ_OK, pz_options_set_journal(options, place->path, PZ_NUL));
  return options;
}

pz_client *journal_client(const struct server *server, const struct place *place) {
  return client_from(journal_options(server, place));
}

static int says(const struct place *place, const char *part, int must) {
  pz_journal *journal = NULL;
  int found;
  CHECK_STATUS(PZ_OK, pz_journal_open(place->path, PZ_NUL, &journal, NULL));
  CHECK_EQ(1, pz_journal_job_count(journal));
  if (must) CHECK_HAS(pz_journal_job_json(journal, 0, NULL), part);
  found = strstr(pz_journal_job_json(journal, 0, NULL), part) != NULL;
  pz_journal_free(journal);
  return found;
}

void row_has(const struct place *place, const char *part) { says(place, part, 1); }

void row_will_have(const struct place *place, const char *part) {
  while (!says(place, part, 0)) usleep(1000);
}

uint64_t first_id(const struct place *place) {
  pz_journal *journal = NULL;
  uint64_t id;
  CHECK_STATUS(PZ_OK, pz_journal_open(place->path, PZ_NUL, &journal, NULL));
  id = pz_journal_job_id(journal, 0);
  CHECK(id > 0);
  pz_journal_free(journal);
  return id;
}

void await_rows(pz_client *client, int64_t rows) {
  while (pz_client_stat(client, PZ_STAT_JOURNAL_ROWS) < rows) usleep(1000);
}

uint32_t restore(pz_client *client) {
  uint32_t count = 77;
  pz_error *error = NULL;
  CHECK_STATUS_E(PZ_OK, pz_client_restore(client, &count, &error), error);
  return count;
}

pz_job *find(pz_client *client, uint64_t id) {
  pz_job *job = NULL;
  CHECK_STATUS(PZ_OK, pz_client_find_job(client, id, &job));
  CHECK_EQ(id, pz_job_id(job));
  return job;
}

void dies(void (*life)(struct server *, const struct place *), struct server *server, const struct place *place) {
  int status = 0;
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    life(server, place);
    raise(SIGKILL);
  }
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

pz_job *restored(const struct server *server, const struct place *place, pz_client **client) {
  *client = journal_client(server, place);
  CHECK_EQ(1, restore(*client));
  return find(*client, first_id(place));
}

void end_life(struct server *server, const struct place *place, pz_client *client, pz_job *job) {
  end_scene(server, client, job);
  remove_directory(place->directory);
}

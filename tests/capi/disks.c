#define _GNU_SOURCE
/* Journals on disks that are full or read-only, of somebody else, damaged, old or gone: nothing is sent without a row, what
 * runs goes on, and what cannot be read is said. */
#include "support/lives.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534

/* In a process of its own, whose CHECKs count here, too. */
static void in_child(void (*part)(struct server *, const struct place *), struct server *server, const struct place *place) {
  int status = 0;
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    part(server, place);
    fflush(stdout);
    _exit(0);
  }
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* A disk of 256 KiB in the place, seen by this process alone. */
static int mount_tiny(const struct place *place) {
  if (unshare(CLONE_NEWNS | (geteuid() == 0 ? 0 : CLONE_NEWUSER)) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
      mount("tmpfs", place->directory, "tmpfs", 0, "size=256k") == 0)
    return 1;
  printf("left out: no tmpfs can be mounted here (%s); O7 with RLIMIT_FSIZE stands for it\n", strerror(errno));
  return 0;
}

static void fill_disk(const char *path) {
  static const char zeros[4096];
  int fd = open(path, O_WRONLY | O_CREAT, 0600);
  CHECK(fd >= 0);
  while (write(fd, zeros, sizeof zeros) > 0) {}
  CHECK_EQ(ENOSPC, errno);
  close(fd);
}

/* A submit that is refused without anything having been sent. */
static void is_refused(struct server *server, pz_client *client, const char *why) {
  const long posts = odd_count(server, "posts");
  pz_job *job = submit_small(client, "a fox that is not to be paid for");
  ends_as(job, PZ_STATE_FAILED);
  CHECK_STATUS(PZ_E_IO, pz_error_status(pz_job_error(job)));
  CHECK_HAS(pz_error_message(pz_job_error(job)), "nothing was sent");
  CHECK_HAS(pz_error_message(pz_job_error(job)), why);
  CHECK_EQ(PZ_CHARGED_NO, pz_job_charged(job));
  CHECK_EQ(posts, odd_count(server, "posts"));
  pz_job_release(job);
}

static void cannot_open(struct server *server, const struct place *place, const char *why) {
  pz_options *options = journal_options(server, place);
  pz_client *client = NULL;
  pz_error *error = NULL;
  CHECK_STATUS(PZ_E_IO, pz_client_new(options, &client, &error));
  CHECK(client == NULL);
  CHECK_HAS(pz_error_message(error), why);
  CHECK_HAS(pz_error_message(error), "journal");
  pz_error_free(error);
  pz_options_free(options);
}

/* Rows and problems, as seen without a client. */
static uint32_t rows_of(const struct place *place, uint32_t *problems) {
  pz_journal *journal = NULL;
  pz_error *error = NULL;
  uint32_t rows;
  CHECK_STATUS_E(PZ_OK, pz_journal_open(place->path, PZ_NUL, &journal, &error), error);
  rows = pz_journal_job_count(journal);
  *problems = pz_journal_problem_count(journal);
  pz_journal_free(journal);
  return rows;
}

static void on_a_full_disk(struct server *server, const struct place *place) {
  char filler[320];
  uint32_t problems = 0;
  pz_client *client;
  pz_job *running, *later;
  if (!mount_tiny(place)) return;
  snprintf(filler, sizeof filler, "%s/filler", place->directory);
  client = journal_client(server, place);
  running = submit_small(client, "a fox");
  odd_await(server, "posts", 1);
  fill_disk(filler);
  is_refused(server, client, "the disk is full");
  odd_count(server, "release");
  ends_as(running, PZ_STATE_COMPLETED);
  CHECK_STATUS(PZ_OK, pz_output_status(pz_job_output(running, 0)));
  CHECK(unlink(filler) == 0);
  later = submit_small(client, "a hare");
  ends_as(later, PZ_STATE_COMPLETED);
  CHECK_EQ(2, odd_count(server, "posts"));
  pz_job_release(later);
  pz_job_release(running);
  pz_client_free(client);
  CHECK_EQ(2, rows_of(place, &problems)); /* of the refused one there is nothing */
  CHECK_EQ(0, problems);
  client = journal_client(server, place);
  CHECK_EQ(2, restore(client)); /* two DONEs that were not taken */
  CHECK_EQ(2, odd_count(server, "posts"));
  pz_client_free(client);
  CHECK(mount("none", place->directory, NULL, MS_REMOUNT | MS_RDONLY, NULL) == 0);
  cannot_open(server, place, "read-only");
  CHECK_EQ(2, rows_of(place, &problems));
}

TEST(full_disk, "O7, J12: on a disk that is full a submit ends unsent and what runs ends well, with room it goes on, read-only it is only read") {
  struct server server;
  struct place place;
  odd_start(&server, "hold");
  make_place(&place);
  in_child(on_a_full_disk, &server, &place);
  server_stop(&server);
  remove_directory(place.directory);
}

static void ends_without_a_row(struct server *server, const struct place *place) {
  struct rlimit full = {4096, RLIM_INFINITY};
  pz_client *client = journal_client(server, place);
  pz_job *job;
  pz_client_pause(client);
  job = submit_small(client, "a fox");
  await_rows(client, 1);
  CHECK(setrlimit(RLIMIT_FSIZE, &full) == 0); /* what is there can be overwritten, nothing grows */
  CHECK_STATUS(PZ_OK, pz_job_cancel(job));
  drain_until_done(client, pz_job_id(job));
  CHECK_EQ(PZ_STATE_CANCELLED, pz_job_state(job));
  CHECK_EQ(PZ_CHARGED_NO, pz_job_charged(job));
}

TEST(ended_unwritten, "O7, J3: a job whose end was told, and could not be written before the process was killed, is sent by no later life") {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *job;
  odd_start(&server, "plain");
  make_place(&place);
  dies(ends_without_a_row, &server, &place);
  row_has(&place, "\"stage\":\"intent\",\"sent\":\"no\"");
  job = restored(&server, &place, &client);
  ends_as(job, PZ_STATE_CANCELLED);
  CHECK_EQ(PZ_CHARGED_NO, pz_job_charged(job));
  CHECK_STATUS(PZ_E_CANCELLED, pz_error_status(pz_job_error(job)));
  CHECK_HAS(pz_error_message(pz_job_error(job)), "had ended");
  drain_until_done(client, pz_job_id(job));
  CHECK_EQ(0, odd_count(&server, "posts"));
  pz_job_release(job);
  pz_client_free(client);
  row_has(&place, "\"stage\":\"ended\",\"state\":\"CANCELLED\"");
  row_has(&place, "\"delivered\":true");
  server_stop(&server);
  remove_directory(place.directory);
}

static void leave_one_row(struct server *server, const struct place *place) {
  pz_client *client = journal_client(server, place);
  pz_client_pause(client);
  pz_job_release(submit_small(client, "a fox"));
  await_rows(client, 1);
  pz_client_free(client);
}

static void without_permission(struct server *server, const struct place *place) {
  uint32_t problems = 0;
  if (geteuid() == 0) CHECK(setgid(NOBODY) == 0 && setuid(NOBODY) == 0);
  CHECK(chmod(place->directory, 0500) == 0);
  cannot_open(server, place, "permission denied");
  CHECK(chmod(place->directory, 0700) == 0);
  leave_one_row(server, place);
  CHECK(chmod(place->path, 0400) == 0);
  cannot_open(server, place, "permission denied");
  CHECK_EQ(1, rows_of(place, &problems));
  CHECK(chmod(place->path, 0600) == 0 && chmod(place->directory, 0500) == 0);
  CHECK_EQ(1, rows_of(place, &problems));
  CHECK_EQ(0, problems);
  CHECK(chmod(place->directory, 0700) == 0);
  CHECK_EQ(0, odd_count(server, "posts"));
}

TEST(read_only, "O7, J12: a directory or a file that may not be written fails the client with the reason, and is read all the same") {
  struct server server;
  struct place place = {"/tmp/pz-journal-XXXXXX", ""}; /* where nobody may go, too */
  odd_start(&server, "plain");
  CHECK(mkdtemp(place.directory) != NULL);
  snprintf(place.path, sizeof place.path, "%s/journal", place.directory);
  if (geteuid() == 0) CHECK(chown(place.directory, NOBODY, NOBODY) == 0);
  in_child(without_permission, &server, &place);
  server_stop(&server);
  remove_directory(place.directory);
}

TEST(of_another, "J11: a journal that belongs to another user is refused") {
  struct server server;
  struct place place;
  odd_start(&server, "plain");
  make_place(&place);
  if (geteuid() == 0) {
    leave_one_row(&server, &place);
    CHECK(chown(place.path, NOBODY, NOBODY) == 0);
  } else {
    CHECK(symlink("/etc/passwd", place.path) == 0); /* root's */
  }
  cannot_open(&server, &place, "another user");
  CHECK_EQ(0, odd_count(&server, "posts"));
  server_stop(&server);
  remove_directory(place.directory);
}

TEST(gone, "O7: when the journal is moved away from a running client, a submit ends unsent and what runs ends well") {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *running;
  char moved[320];
  odd_start(&server, "hold");
  make_place(&place);
  client = journal_client(&server, &place);
  running = submit_small(client, "a fox");
  odd_await(&server, "posts", 1);
  snprintf(moved, sizeof moved, "%s-moved", place.path);
  CHECK(rename(place.path, moved) == 0);
  is_refused(&server, client, "moved or deleted");
  odd_count(&server, "release");
  ends_as(running, PZ_STATE_COMPLETED);
  pz_job_release(running);
  pz_client_free(client);
  server_stop(&server);
  remove_directory(place.directory);
}

static pz_job *submit_order(pz_client *client) {
  pz_job *job = NULL;
  pz_request *request = small_request("order 4711");
  CHECK_STATUS(PZ_OK, pz_request_set_submit_key(request, "order-4711", PZ_NUL));
  CHECK_STATUS(PZ_OK, pz_client_submit(client, request, &job, NULL));
  pz_request_free(request);
  return job;
}

static void pays_without_its_log(struct server *server, const struct place *place) {
  char log[320];
  pz_client *client = journal_client(server, place);
  ends_as(submit_small(client, "something earlier"), PZ_STATE_COMPLETED);
  await_rows(client, 3);
  snprintf(log, sizeof log, "%s-wal", place->path);
  CHECK(unlink(log) == 0);
  ends_as(submit_order(client), PZ_STATE_COMPLETED);
  CHECK_EQ(0, pz_client_stat(client, PZ_STAT_JOURNAL_FAILURES));
}

TEST(log_gone, "J1, S29: a journal whose -wal is removed while it is open forgets nothing that is paid: a later life knows the submit key") {
  struct server server;
  struct place place;
  pz_client *client;
  pz_job *job;
  uint32_t problems = 0;
  odd_start(&server, "plain");
  make_place(&place);
  dies(pays_without_its_log, &server, &place);
  CHECK_EQ(2, odd_count(&server, "posts"));
  CHECK_EQ(2, rows_of(&place, &problems));
  CHECK_EQ(0, problems);
  client = journal_client(&server, &place);
  job = submit_order(client);
  CHECK_EQ(2, pz_job_id(job));
  CHECK_EQ(2, odd_count(&server, "posts"));
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
  remove_directory(place.directory);
}

/* -- Damage --------------------------------------------------------------------------------------------------------------- */

/* Files of a process that was killed: one job that the gateway has, and two that were not sent. */
#define FILES 3
static const char *const tails[FILES] = {"", "-wal", "-marks"};
struct specimen {
  char *bytes[FILES];
  long size[FILES];
};

static void life_of_three(struct server *server, const struct place *place) {
  pz_client *client = journal_client(server, place);
  pz_job *job = submit_small(client, "a fox");
  reaches(client, job, PZ_STATE_QUEUED);
  pz_client_pause(client);
  submit_small(client, "a hare");
  submit_small(client, "an owl");
  await_rows(client, 4);
}

static void path_of(const struct place *place, int file, char *path, size_t size) { snprintf(path, size, "%s%s", place->path, tails[file]); }

static void keep(struct specimen *specimen, const struct place *place) {
  int i;
  for (i = 0; i < FILES; ++i) {
    char path[320];
    FILE *file;
    path_of(place, i, path, sizeof path);
    specimen->size[i] = file_size(path);
    CHECK(specimen->size[i] > 0);
    specimen->bytes[i] = malloc((size_t)specimen->size[i]);
    file = fopen(path, "rb");
    CHECK(file && fread(specimen->bytes[i], 1, (size_t)specimen->size[i], file) == (size_t)specimen->size[i]);
    fclose(file);
  }
}

/* The files as they were, but that one of them ends at `cut`, or has another byte at `flip`. The marks stay the same file:
 * a copy proves nothing. */
static void lay(const struct specimen *specimen, const struct place *place, int which, long cut, long flip) {
  char command[400];
  int i;
  snprintf(command, sizeof command, "cd '%s' && rm -f journal journal-wal journal-shm journal.damaged-*", place->directory);
  CHECK(system(command) == 0);
  for (i = 0; i < FILES; ++i) {
    char path[320];
    int fd;
    const long size = i == which && cut >= 0 ? cut : specimen->size[i];
    path_of(place, i, path, sizeof path);
    fd = open(path, O_WRONLY | O_CREAT, 0600);
    CHECK(fd >= 0 && ftruncate(fd, 0) == 0);
    CHECK(write(fd, specimen->bytes[i], (size_t)size) == size);
    if (i == which && flip >= 0) {
      const char other = (char)(specimen->bytes[i][flip] ^ 0x41);
      CHECK(pwrite(fd, &other, 1, flip) == 1);
    }
    close(fd);
  }
}

static void await_warning(pz_client *client) {
  pz_event *event = NULL;
  int heard = 0;
  while (!heard) {
    CHECK_STATUS(PZ_OK, pz_client_wait_event(client, LONG_MS, &event));
    heard = pz_event_kind(event) == PZ_EVENT_LOG && strncmp(pz_event_text(event, NULL), "journal: ", 9) == 0;
    pz_event_release(event);
  }
}

/* Whether there is such a job; if so it is sent and answered, or has ended, when this returns. */
static int goes_on(pz_client *client, uint64_t id) {
  pz_job *job = NULL;
  if (pz_client_find_job(client, id, &job) != PZ_OK) return 0;
  reaches(client, job, PZ_STATE_QUEUED);
  pz_job_release(job);
  return 1;
}

/* One life on damaged files. */
static void live_on(struct server *server, const struct place *place) {
  pz_options *options = journal_options(server, place);
  pz_client *client = NULL;
  pz_error *error = NULL;
  pz_job *fresh;
  uint32_t problems = 0, rows = rows_of(place, &problems), restored;
  int sendable;
  const long posts = odd_count(server, "posts");
  CHECK_STATUS(PZ_OK, pz_options_set_log_level(options, PZ_LOG_WARN));
  CHECK_STATUS_E(PZ_OK, pz_client_new(options, &client, &error), error);
  pz_options_free(options);
  if (problems > 0) await_warning(client);
  CHECK(rows <= 3);
  if (rows < 3) CHECK(problems > 0);
  restored = restore(client);
  CHECK(restored <= rows);
  fresh = submit_small(client, "a new one");
  CHECK(pz_job_id(fresh) > 3);
  reaches(client, fresh, PZ_STATE_QUEUED);
  sendable = goes_on(client, 2) + goes_on(client, 3);
  CHECK(odd_count(server, "posts") <= posts + sendable + 1); /* never the first one */
  pz_job_release(fresh);
  pz_client_free(client);
  rows_of(place, &problems);
  CHECK_EQ(0, problems); /* it is sound now */
}

TEST(damaged, "J4, J5: a client on a journal that was cut or hit says what it lost, sends nothing that may have been sent, and works") {
  struct server server;
  struct place place;
  struct specimen specimen;
  int i;
  odd_start(&server, "queued");
  make_place(&place);
  dies(life_of_three, &server, &place);
  keep(&specimen, &place);
  for (i = 0; i < FILES; ++i) {
    const long size = specimen.size[i], step = size / 12 + 1;
    long at;
    for (at = 17; at < size; at += step) {
      lay(&specimen, &place, i, -1, at);
      in_child(live_on, &server, &place);
    }
    for (at = 0; at < size; at += 2 * step) {
      lay(&specimen, &place, i, at, -1);
      in_child(live_on, &server, &place);
    }
  }
  for (i = 0; i < FILES; ++i) free(specimen.bytes[i]);
  server_stop(&server);
  remove_directory(place.directory);
}

TEST(old, "J13: a client opens a journal of format 1, its jobs are there, and it is written on") {
  struct server server;
  struct place place;
  pz_options *options;
  pz_client *client;
  pz_job *job;
  uint32_t problems = 0;
  odd_start(&server, "plain");
  make_place(&place);
  copy_file(PZ_TEST_DATA "/journal/format-1", place.path);
  CHECK(chmod(place.path, 0600) == 0);
  options = journal_options(&server, &place);
  CHECK_STATUS(PZ_OK, pz_options_set_journal_retention_ms(options, 0));
  client = client_from(options);
  job = find(client, 3);
  CHECK_EQ(PZ_STATE_COMPLETED, pz_job_state(job));
  pz_job_release(job);
  CHECK(restore(client) > 0);
  job = submit_small(client, "a fox");
  CHECK(pz_job_id(job) >= 5);
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK_EQ(1, odd_count(&server, "posts")); /* of the old ones none was sent again */
  pz_job_release(job);
  pz_client_free(client);
  CHECK_EQ(4, rows_of(&place, &problems));
  CHECK_EQ(0, problems);
  server_stop(&server);
  remove_directory(place.directory);
}

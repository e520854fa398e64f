/* Pictures that are paid for once, whatever happens to the program: a journal, a submit key for each, and a directory for
 * their files. Killed at any moment and started again it goes on where it was; started once more it has nothing to do. */
#include "example.h"

#define COUNT 3

/* The key says which picture is meant, for ever: it is submitted in every life and paid for in the first. */
static pz_job *submit(pz_client *client, const char *key, const char *prompt) {
  pz_request *request = pz_request_new(NULL, "gpt-image-2", PZ_NUL);
  pz_request_set_string(request, "prompt", PZ_NUL, prompt, PZ_NUL);
  pz_request_set_string(request, "format", PZ_NUL, "png", PZ_NUL);
  pz_request_set_submit_key(request, key, PZ_NUL);
  pz_request_set_output_name(request, key, PZ_NUL);
  return example_submit(client, request);
}

static pz_status take_event(pz_client *client) {
  pz_event *event = NULL;
  const pz_status status = pz_client_wait_event(client, PZ_INFINITE, &event);
  if (status != PZ_OK) return status;
  if (pz_event_kind(event) == PZ_EVENT_STATE || pz_event_kind(event) == PZ_EVENT_DONE)
    printf("job %llu %s\n", (unsigned long long)pz_event_job_id(event), pz_state_name(pz_event_state(event)));
  fflush(stdout); /* what was said stays said when the program is killed */
  pz_event_release(event);
  return PZ_OK;
}

/* Until nothing is alive, neither what was submitted here nor what was restored. */
static void drain(pz_client *client) {
  while (pz_client_in_flight(client) > 0) take_event(client); /* its DONE is still to come */
}

static int is_here(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file) fclose(file);
  return file != NULL;
}

/* Made and paid for, but not saved: its host did not answer (PZ_E_OUTPUT), the disk was full (PZ_E_IO), or it was in the
 * memory of a process that has ended (PZ_AGAIN). What an earlier life fetched again has its file. */
static int is_missing(const pz_job *job, const char *path) {
  return pz_job_state(job) == PZ_STATE_COMPLETED && pz_output_status(pz_job_output(job, 0)) != PZ_OK && !is_here(path);
}

int main(int argc, char **argv) {
  static const char *const wanted[COUNT][2] = {
      {"lighthouse", "a lighthouse at dusk"}, {"harbour", "a quiet harbour at dawn"}, {"map", "an old map of an island"}};
  char paths[COUNT][4096];
  pz_job *jobs[COUNT];
  pz_error *error = NULL;
  uint32_t restored = 0;
  int i, failed = 0;

  if (argc != 3) return fprintf(stderr, "usage: journal JOURNAL DIRECTORY\n"), 2;
  pz_options *options = example_options();
  pz_options_set_journal(options, argv[1], PZ_NUL);
  pz_options_set_output_dir(options, argv[2], PZ_NUL);
  pz_client *client = example_client(options);

  if (pz_client_restore(client, &restored, &error) != PZ_OK) example_fail(error);
  printf("%u jobs of an earlier life\n", (unsigned)restored);
  for (i = 0; i < COUNT; i++) {
    snprintf(paths[i], sizeof paths[i], "%s/%s.png", argv[2], wanted[i][0]);
    jobs[i] = submit(client, wanted[i][0], wanted[i][1]);
  }
  drain(client);

  for (i = 0; i < COUNT; i++) {
    if (!is_missing(jobs[i], paths[i])) continue;
    printf("%s is fetched again\n", wanted[i][0]); /* never a POST, never charged */
    if (pz_client_fetch_again(client, jobs[i], NULL, &error) != PZ_OK) example_fail(error);
  }
  drain(client);
  pz_client_shutdown(client, PZ_INFINITE); /* nothing runs: it queues the last DONE, and what is taken is not told again */
  while (take_event(client) != PZ_E_CLOSED) continue;

  for (i = 0; i < COUNT; i++) {
    const pz_error *why = pz_job_error(jobs[i]);
    const int missing = is_missing(jobs[i], paths[i]);
    failed |= why || missing;
    printf("%s: %s, charged %s\n", wanted[i][0], why ? pz_error_message(why) : missing ? "missing" : "here",
           pz_charged_name(pz_job_charged(jobs[i])));
    pz_job_release(jobs[i]);
  }
  pz_client_free(client);
  return failed;
}

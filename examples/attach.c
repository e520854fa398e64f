/* A program that ends while its picture is made, and another that fetches it: all that must be kept is the request id. */
#include "example.h"

/* The gateway's id for the job, as soon as it is known. */
static void wait_for_id(pz_client *client, const pz_job *job, char *id, size_t size) {
  while (!*pz_job_remote_id(job) && !pz_job_error(job)) {
    pz_event *event = NULL;
    if (pz_client_wait_event(client, PZ_INFINITE, &event) == PZ_OK) pz_event_release(event);
  }
  if (pz_job_error(job)) example_fail(pz_job_error(job));
  snprintf(id, size, "%s", pz_job_remote_id(job));
}

int main(void) {
  char id[201];
  pz_error *error = NULL;
  pz_job *job;
  int failed;

  pz_client *first = example_client(example_options());
  pz_request *request = pz_request_new(NULL, "gpt-image-1.5", PZ_NUL);
  pz_request_set_string(request, "prompt", PZ_NUL, "an old map of an island", PZ_NUL);
  job = example_submit(first, request);
  wait_for_id(first, job, id, sizeof id);
  pz_job_release(job);
  pz_client_free(first);
  printf("left %s behind\n", id);

  pz_client *second = example_client(example_options());
  if (pz_client_attach(second, id, PZ_NUL, NULL, 0, 0, &job, &error) != PZ_OK) example_fail(error);
  pz_job_wait(job, PZ_INFINITE);
  failed = example_report(job);
  pz_job_release(job);
  pz_client_free(second);
  return failed;
}

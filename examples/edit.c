/* A picture from memory goes into the next request: made by one endpoint, changed by another, saved at the end. */
#include "example.h"

static pz_job *make(pz_client *client, pz_request *request) {
  pz_job *job = example_submit(client, request);
  pz_job_wait(job, PZ_INFINITE);
  if (example_report(job) != 0) exit(1);
  return job;
}

int main(int argc, char **argv) {
  const char *path = argc > 1 ? argv[1] : "edited.png";
  pz_client *client = example_client(example_options());
  pz_status saved;
  size_t size;
  const void *bytes;

  pz_request *request = pz_request_new(NULL, "gpt-image-2", PZ_NUL);
  pz_request_set_string(request, "prompt", PZ_NUL, "an empty street", PZ_NUL);
  pz_request_set_string(request, "format", PZ_NUL, "png", PZ_NUL);
  pz_job *street = make(client, request);
  bytes = pz_output_data(pz_job_output(street, 0), &size);

  request = pz_request_new(NULL, "gpt-image-2-edit", PZ_NUL);
  pz_request_set_string(request, "prompt", PZ_NUL, "the same street in the rain", PZ_NUL);
  pz_request_set_string(request, "format", PZ_NUL, "png", PZ_NUL);
  pz_request_add_image_bytes(request, "images", PZ_NUL, bytes, size);
  pz_job_release(street);
  pz_job *rain = make(client, request);
  saved = pz_output_save(pz_job_output(rain, 0), path, PZ_NUL);
  printf("%s: %s\n", path, pz_status_name(saved));

  pz_job_release(rain);
  pz_client_free(client);
  return saved == PZ_OK ? 0 : 1;
}

/* What every example but hello.c begins with: a client for the gateway, or for the sandbox named by PIXAZO_BASE_URL. */
#ifndef EXAMPLE_H_
#define EXAMPLE_H_

#include <pixazo/pixazo.h>
#include <stdio.h>
#include <stdlib.h>

/* Prints the error and ends the program. */
static inline void example_fail(const pz_error *error) {
  const char *field = pz_error_field(error);
  fprintf(stderr, "%s: %s%s%s\n", pz_status_name(pz_error_status(error)), field, *field ? ": " : "", pz_error_message(error));
  exit(1);
}

/* The key from PIXAZO_API_KEY; the gateway, or a pz-sandbox on this machine, which may be polled more often. */
static inline pz_options *example_options(void) {
  const char *key = getenv("PIXAZO_API_KEY"), *url = getenv("PIXAZO_BASE_URL");
  pz_options *options = pz_options_new(PZ_API_VERSION);
  pz_options_set_api_key(options, key, PZ_NUL);
  if (url && *url) {
    pz_options_set_base_url(options, url, PZ_NUL);
    pz_options_allow_loopback(options, 1);
    pz_options_set_poll_interval_ms(options, 200, 1000);
  }
  return options;
}

/* Frees the options. A setter's error is kept by them and reported here. */
static inline pz_client *example_client(pz_options *options) {
  pz_client *client = NULL;
  pz_error *error = NULL;
  if (pz_client_new(options, &client, &error) != PZ_OK) example_fail(error);
  pz_options_free(options);
  return client;
}

/* Submits and frees the request. */
static inline pz_job *example_submit(pz_client *client, pz_request *request) {
  pz_job *job = NULL;
  pz_error *error = NULL;
  if (pz_client_submit(client, request, &job, &error) != PZ_OK) example_fail(error);
  pz_request_free(request);
  return job;
}

/* How a job ended, in one line. 0 if it COMPLETED with a picture. */
static inline int example_report(const pz_job *job) {
  const pz_output *picture = pz_job_output(job, 0);
  const pz_error *error = pz_job_error(job) ? pz_job_error(job) : pz_output_error(picture);
  if (error) {
    fprintf(stderr, "%s %s: %s\n", pz_job_endpoint_id(job), pz_state_name(pz_job_state(job)), pz_error_message(error));
    return 1;
  }
  printf("%s %s: %s, %ux%u, %llu bytes, charged %s\n", pz_job_endpoint_id(job), pz_state_name(pz_job_state(job)),
         pz_output_mime(picture), (unsigned)pz_output_width(picture), (unsigned)pz_output_height(picture),
         (unsigned long long)pz_output_size(picture), pz_charged_name(pz_job_charged(job)));
  return pz_output_status(picture) == PZ_OK ? 0 : 1;
}

#endif /* EXAMPLE_H_ */

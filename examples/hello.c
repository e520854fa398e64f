#include <pixazo/pixazo.h>
#include <stdio.h>
#include <stdlib.h>

int main(void) {
  pz_options *options = pz_options_new(PZ_API_VERSION);
  pz_options_set_api_key(options, getenv("PIXAZO_API_KEY"), PZ_NUL);
  pz_options_set_output_dir(options, ".", PZ_NUL);
  if (getenv("PIXAZO_BASE_URL")) { /* a pz-sandbox on this machine instead of the real gateway */
    pz_options_set_base_url(options, getenv("PIXAZO_BASE_URL"), PZ_NUL);
    pz_options_allow_loopback(options, 1);
  }
  pz_request *request = pz_request_new(NULL, "gpt-image-2", PZ_NUL);
  pz_request_set_string(request, "prompt", PZ_NUL, "a lighthouse at dusk, oil on canvas", PZ_NUL);
  pz_client *client = NULL;
  pz_job *job = NULL;
  pz_error *error = NULL;
  if (pz_client_new(options, &client, &error) == PZ_OK && pz_client_submit(client, request, &job, &error) == PZ_OK)
    pz_job_wait(job, PZ_INFINITE);
  const pz_error *why = error ? error : pz_job_error(job) ? pz_job_error(job) : pz_output_error(pz_job_output(job, 0));
  printf("%s\n", why ? pz_error_message(why) : pz_output_path(pz_job_output(job, 0)));
  pz_error_free(error), pz_job_release(job), pz_client_free(client), pz_request_free(request), pz_options_free(options);
  return why ? 1 : 0;
}

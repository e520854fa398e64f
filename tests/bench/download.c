/* One job a picture, its output to a file: what download.py compares with curl -o. */
#include <stdio.h>
#include <stdlib.h>

#include "support/bench.h"
#include "support/local.h"

static const char help[] =
    "bench_download URL FOLDER JOBS\n"
    "\n"
    "Submits JOBS jobs to the gateway at URL, at most 16 at a time, fetches their outputs into FOLDER and "
    "prints each one's URL, then\n"
    "the peak of this process's memory. download.py runs it.\n";

int main(int argc, char** argv) {
  struct server server = {0};
  pz_options* options;
  pz_client* client = NULL;
  pz_request* request;
  pz_job* jobs[16];
  const int count = (bench_help(argc, argv, help), argc == 4 ? atoi(argv[3]) : 0);
  int i;
  REQUIRE(count > 0 && count <= 16);
  snprintf(server.url, sizeof server.url, "%s", argv[1]);
  options = bench_options(&server);
  REQUIRE(pz_options_set_poll_interval_ms(options, 10, 10) == PZ_OK);
  REQUIRE(pz_options_set_max_output_bytes(options, UINT64_C(1) << 33) == PZ_OK);
  REQUIRE(pz_options_set_output_dir(options, argv[2], PZ_NUL) == PZ_OK);
  REQUIRE(pz_client_new(options, &client, NULL) == PZ_OK);
  pz_options_free(options);
  request = pz_request_new(NULL, "gpt-image-2", PZ_NUL);
  REQUIRE(pz_request_set_string(request, "prompt", PZ_NUL, "a red fox", PZ_NUL) == PZ_OK);
  for (i = 0; i < count; ++i) jobs[i] = bench_submit(client, request);
  for (i = 0; i < count; ++i) {
    REQUIRE(pz_job_wait(jobs[i], PZ_INFINITE) == PZ_OK);
    REQUIRE(pz_output_status(pz_job_output(jobs[i], 0)) == PZ_OK);
    printf("%s\n", pz_output_url(pz_job_output(jobs[i], 0)));
    pz_job_release(jobs[i]);
  }
  bench_figure("peak_kb", (double)bench_peak_kb());
  pz_request_free(request);
  pz_client_free(client);
  return 0;
}

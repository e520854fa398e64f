/* Outputs in memory and in files, each on its own; pictures that go in. */
#include "support/host.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

static char *slurp(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  char *text;
  CHECK(file != NULL);
  *size = (size_t)file_size(path);
  text = malloc(*size + 1);
  CHECK(fread(text, 1, *size, file) == *size);
  fclose(file);
  return text;
}

TEST(in_memory, "an output in memory: bytes without a copy, type and pixels from the bytes, metadata, saved whole") {
  struct server server;
  char directory[1024], path[1100];
  pz_client *client;
  pz_request *request = small_request("a fox");
  pz_job *job;
  pz_output *output;
  const char *data, *meta;
  char *saved;
  size_t size = 0, saved_size = 0;
  make_directory(directory, sizeof directory);
  sandbox_start(&server, 50, NULL);
  client = local_client(&server);
  job = submit(client, request);
  ends_as(job, PZ_STATE_COMPLETED);
  output = pz_job_output(job, 0);
  CHECK_STATUS(PZ_OK, pz_output_status(output));
  CHECK(pz_output_error(output) == NULL);
  data = pz_output_data(output, &size);
  CHECK(data && size == pz_output_size(output) && size > 100);
  CHECK(pz_output_data(output, NULL) == data);
  CHECK_TEXT("image/png", pz_output_mime(output));
  CHECK(memcmp(data, "\x89PNG", 4) == 0);
  CHECK_EQ(256, pz_output_width(output));
  CHECK_EQ(256, pz_output_height(output));
  CHECK_TEXT("", pz_output_path(output));
  CHECK_EQ(0, pz_output_index(output));
  CHECK(pz_job_output(job, 1) == NULL);
  CHECK_EQ((int64_t)size, pz_client_stat(client, PZ_STAT_BYTES_BUFFERED));
  meta = pz_output_meta_json(output, NULL);
  CHECK_HAS(meta, "\"endpoint\":\"studio-ghibli\"");
  CHECK_HAS(meta, "\"prompt\":\"a fox\"");
  CHECK_HAS(meta, pz_job_remote_id(job));
  CHECK_HAS(meta, "\"submitted_at\":\"20");
  CHECK_HAS(pz_output_url(output), "http://127.0.0.1:");
  snprintf(path, sizeof path, "%s/fox.png", directory);
  CHECK_STATUS(PZ_OK, pz_output_save(output, path, PZ_NUL));
  CHECK_STATUS(PZ_OK, pz_output_save(output, path, PZ_NUL)); /* replaces */
  saved = slurp(path, &saved_size);
  CHECK(saved_size == size && memcmp(saved, data, size) == 0);
  free(saved);
  CHECK_STATUS(PZ_E_IO, pz_output_save(output, directory, PZ_NUL));
  CHECK_STATUS(PZ_E_IO, pz_output_save(output, "/nowhere/fox.png", PZ_NUL));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_output_save(output, "", 0));
  pz_output_retain(output);
  pz_job_release(job);
  pz_client_free(client);
  CHECK(pz_output_data(output, NULL) == data); /* outlives both */
  pz_output_release(output);
  remove_directory(directory);
  server_stop(&server);
}

TEST(in_files, "outputs in files: named by endpoint and job or by the host, numbered, typed by their bytes, never replacing one") {
  struct server server;
  char directory[1024], path[1100], copy[1100];
  pz_options *options;
  pz_client *client;
  pz_request *request;
  pz_job *job;
  int i;
  make_directory(directory, sizeof directory);
  sandbox_start(&server, 50, NULL);
  options = local_options(&server);
  pz_options_set_output_dir(options, directory, PZ_NUL);
  client = client_from(options);
  job = submit_small(client, "a fox");
  ends_as(job, PZ_STATE_COMPLETED);
  snprintf(path, sizeof path, "%s/studio-ghibli-%llu.png", directory, (unsigned long long)pz_job_id(job));
  CHECK_TEXT(path, pz_output_path(pz_job_output(job, 0)));
  CHECK_EQ(file_size(path), pz_output_size(pz_job_output(job, 0)));
  CHECK(pz_output_data(pz_job_output(job, 0), NULL) == NULL);
  CHECK_EQ(0, pz_client_stat(client, PZ_STAT_BYTES_BUFFERED));
  snprintf(copy, sizeof copy, "%s/copy.png", directory);
  CHECK_STATUS(PZ_OK, pz_output_save(pz_job_output(job, 0), copy, PZ_NUL));
  CHECK_EQ(file_size(path), file_size(copy));
  pz_job_release(job);
  for (i = 0; i < 2; i++) { /* the second run keeps the first one's files */
    request = small_request("a fox");
    pz_request_set_int(request, "count", PZ_NUL, 2);
    pz_request_set_string(request, "format", PZ_NUL, "webp", PZ_NUL);
    CHECK_STATUS(PZ_OK, pz_request_set_output_name(request, "cover", PZ_NUL));
    job = submit(client, request);
    ends_as(job, PZ_STATE_COMPLETED);
    snprintf(path, sizeof path, i ? "%s/cover-1-2.webp" : "%s/cover-1.webp", directory);
    CHECK_TEXT(path, pz_output_path(pz_job_output(job, 0)));
    snprintf(path, sizeof path, i ? "%s/cover-2-2.webp" : "%s/cover-2.webp", directory);
    CHECK_TEXT(path, pz_output_path(pz_job_output(job, 1)));
    CHECK_TEXT("image/webp", pz_output_mime(pz_job_output(job, 1)));
    pz_job_release(job);
  }
  request = small_request("a fox");
  CHECK_STATUS(PZ_OK, pz_request_set_output_dir(request, "", 0)); /* this one in memory */
  job = submit(client, request);
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK(pz_output_data(pz_job_output(job, 0), NULL) != NULL);
  pz_job_release(job);
  request = small_request("a fox");
  pz_request_set_output_dir(request, "/nowhere", PZ_NUL);
  CHECK_STATUS(PZ_E_IO, pz_client_submit(client, request, NULL, NULL));
  pz_request_free(request);
  pz_client_free(client);
  remove_directory(directory);
  server_stop(&server);
}

TEST(one_of_four, "one of four outputs that fails loses one, and it can be fetched again without a POST") {
  struct server server;
  char directory[1024], path[1100];
  int files;
  for (files = 0; files < 2; files++) {
    pz_options *options;
    pz_client *client;
    pz_request *request = small_request("a fox");
    pz_job *job, *again = NULL;
    char answer[16];
    uint32_t i;
    make_directory(directory, sizeof directory);
    odd_start(&server, "four");
    options = local_options(&server);
    pz_options_set_retry(options, 3, 1, 1);
    if (files) pz_options_set_output_dir(options, directory, PZ_NUL);
    client = client_from(options);
    pz_request_set_output_name(request, "fox", PZ_NUL);
    job = submit(client, request);
    ends_as(job, PZ_STATE_COMPLETED);
    CHECK_EQ(4, pz_job_output_count(job));
    for (i = 0; i < 4; i++) CHECK_STATUS(i == 2 ? PZ_E_OUTPUT : PZ_OK, pz_output_status(pz_job_output(job, i)));
    CHECK_EQ(404, pz_error_http_status(pz_output_error(pz_job_output(job, 2))));
    CHECK_STATUS(PZ_E_INVALID_STATE, pz_output_save(pz_job_output(job, 2), "x.png", PZ_NUL));
    CHECK_TEXT("", pz_output_mime(pz_job_output(job, 2)));
    odd_ask(&server, "heal", answer, sizeof answer);
    CHECK_STATUS(PZ_OK, pz_client_fetch_again(client, job, &again, NULL));
    ends_as(again, PZ_STATE_COMPLETED);
    CHECK_EQ(1, pz_job_output_count(again));
    CHECK_STATUS(PZ_OK, pz_output_status(pz_job_output(again, 0)));
    CHECK_EQ(pz_job_id(job), pz_job_origin_id(again));
    CHECK_EQ(PZ_CHARGED_YES, pz_job_charged(again));
    snprintf(path, sizeof path, "%s/fox-3.png", directory); /* named as it would have been */
    CHECK_TEXT(files ? path : "", pz_output_path(pz_job_output(again, 0)));
    CHECK_EQ(1, odd_count(&server, "posts"));
    CHECK_STATUS(PZ_E_NOT_FOUND, pz_client_fetch_again(client, again, NULL, NULL));
    pz_job_release(job);
    pz_job_release(again);
    pz_client_free(client);
    remove_directory(directory);
    server_stop(&server);
  }
}

TEST(not_fetched, "outputs that are not asked for are named by URL and can be fetched later") {
  struct server server;
  pz_client *client;
  pz_request *request = small_request("a fox");
  pz_job *job, *again = NULL;
  odd_start(&server, "four");
  client = local_client(&server);
  pz_request_set_fetch_outputs(request, 0);
  job = submit(client, request);
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK_EQ(4, pz_job_output_count(job));
  CHECK_STATUS(PZ_AGAIN, pz_output_status(pz_job_output(job, 3)));
  CHECK_HAS(pz_output_url(pz_job_output(job, 3)), "picture-3.png");
  CHECK_EQ(0, odd_count(&server, "downloads"));
  CHECK_STATUS(PZ_OK, pz_client_fetch_again(client, job, &again, NULL));
  CHECK_STATUS(PZ_OK, pz_job_wait(again, LONG_MS));
  CHECK_EQ(4, pz_job_output_count(again));
  CHECK_STATUS(PZ_OK, pz_output_status(pz_job_output(again, 3)));
  pz_job_release(job);
  pz_job_release(again);
  pz_client_free(client);
  server_stop(&server);
}

TEST(raw_reply, "a reply that is itself a picture becomes the output, in memory and in a file") {
  struct server server;
  char directory[1024], path[1100];
  int files;
  for (files = 0; files < 2; files++) {
    pz_options *options;
    pz_client *client;
    pz_request *request = request_for("sdxl-lightning-stream", "a fox");
    pz_job *job;
    make_directory(directory, sizeof directory);
    odd_start(&server, "raw");
    options = local_options(&server);
    if (files) pz_options_set_output_dir(options, directory, PZ_NUL);
    client = client_from(options);
    pz_request_set_output_name(request, "raw", PZ_NUL);
    job = submit(client, request);
    ends_as(job, PZ_STATE_COMPLETED);
    snprintf(path, sizeof path, "%s/raw.png", directory);
    CHECK_TEXT(files ? path : "", pz_output_path(pz_job_output(job, 0)));
    CHECK_TEXT("image/png", pz_output_mime(pz_job_output(job, 0)));
    CHECK(pz_output_width(pz_job_output(job, 0)) > 0);
    CHECK_EQ(file_size(PZ_TEST_DATA "/images/rgb.png"), pz_output_size(pz_job_output(job, 0)));
    if (files) CHECK_EQ(file_size(PZ_TEST_DATA "/images/rgb.png"), file_size(path));
    CHECK_TEXT("", pz_output_url(pz_job_output(job, 0)));
    CHECK_EQ(PZ_CHARGED_YES, pz_job_charged(job));
    pz_job_release(job);
    pz_client_free(client);
    remove_directory(directory);
    server_stop(&server);
  }
}

TEST(size_cap, "an output over the size cap fails alone, and nothing of it is left") {
  struct server server;
  char directory[1024];
  int files;
  for (files = 0; files < 2; files++) {
    pz_options *options;
    pz_client *client;
    pz_job *job;
    make_directory(directory, sizeof directory);
    sandbox_start(&server, 50, NULL);
    options = local_options(&server);
    pz_options_set_max_output_bytes(options, 1024);
    if (files) pz_options_set_output_dir(options, directory, PZ_NUL);
    client = client_from(options);
    job = submit_small(client, "a fox");
    ends_as(job, PZ_STATE_COMPLETED);
    CHECK_STATUS(PZ_E_LIMIT, pz_output_status(pz_job_output(job, 0)));
    pz_job_release(job);
    pz_client_free(client);
    remove_directory(directory); /* fails if anything but files with names is left */
    server_stop(&server);
  }
}

TEST(memory_limit, "downloads to memory wait while outputs hold more than the limit, and go on when they are released") {
  struct server server;
  pz_options *options;
  pz_client *client;
  pz_job *jobs[24], *held = NULL;
  uint64_t bytes = 0;
  int i, ended = 0, waiting = 0;
  sandbox_start(&server, 100, NULL);
  options = local_options(&server);
  pz_options_set_max_buffered_bytes(options, 1 << 20);
  pz_options_set_concurrency(options, 8, 1, 16);
  client = client_from(options);
  for (i = 0; i < 24; i++) {
    pz_request *request = request_for("studio-ghibli", "a fox");
    pz_request_set_int(request, "width", PZ_NUL, 512);
    pz_request_set_int(request, "height", PZ_NUL, 512);
    jobs[i] = submit(client, request);
  }
  /* Until the limit holds the rest back: nothing ends any more, although everything is made. */
  while (!held) {
    pz_event *event = NULL;
    pz_status status = pz_client_wait_event(client, 2000, &event);
    if (status == PZ_OK) pz_event_release(event);
    if (status == PZ_AGAIN)
      for (i = 0; i < 24; i++)
        if (pz_job_state(jobs[i]) == PZ_STATE_DOWNLOADING) held = jobs[i];
  }
  bytes = (uint64_t)pz_client_stat(client, PZ_STAT_BYTES_BUFFERED);
  CHECK(bytes >= 1 << 20);
  for (i = 0; i < 24; i++) ended += pz_job_state(jobs[i]) == PZ_STATE_COMPLETED;
  CHECK(ended > 0 && ended < 24);
  { /* what goes to a file needs no memory */
    char directory[1024];
    pz_request *request = small_request("a fox");
    pz_job *job;
    make_directory(directory, sizeof directory);
    pz_request_set_output_dir(request, directory, PZ_NUL);
    job = submit(client, request);
    ends_as(job, PZ_STATE_COMPLETED);
    CHECK_STATUS(PZ_OK, pz_output_status(pz_job_output(job, 0)));
    pz_job_release(job);
    remove_directory(directory);
  }
  for (i = 0; i < 24; i++)
    if (pz_job_state(jobs[i]) == PZ_STATE_COMPLETED) {
      pz_job_release(jobs[i]);
      jobs[i] = NULL;
    }
  for (waiting = 1; waiting;) { /* each that ends is let go of: room for the next */
    pz_event *event = NULL;
    waiting = 0;
    for (i = 0; i < 24; i++)
      if (jobs[i] && pz_job_state(jobs[i]) >= PZ_STATE_COMPLETED) {
        CHECK_EQ(PZ_STATE_COMPLETED, pz_job_state(jobs[i]));
        pz_job_release(jobs[i]);
        jobs[i] = NULL;
      }
    for (i = 0; i < 24; i++) waiting += jobs[i] != NULL;
    if (waiting && pz_client_wait_event(client, 100, &event) == PZ_OK) pz_event_release(event);
  }
  {
    struct tally tally;
    drain_all(client, &tally);
  }
  /* The I/O thread may be letting go of the last one just now. */
  for (i = 0; i < 500 && pz_client_stat(client, PZ_STAT_BYTES_BUFFERED) != 0; i++) {
    pz_event *event = NULL;
    if (pz_client_wait_event(client, 10, &event) == PZ_OK) pz_event_release(event);
  }
  while (pz_client_stat(client, PZ_STAT_BYTES_BUFFERED) > 0) sched_yield(); /* the I/O thread lets go too */
  pz_client_free(client);
  server_stop(&server);
}

/* -- Pictures that go in -- */

TEST(pictures_inside, "bytes and files travel inside the request where the endpoint takes them") {
  struct server server;
  pz_client *client;
  pz_request *request = request_for("gpt-image-2-edit", "a fox");
  pz_job *job;
  char *picture, *state;
  size_t size;
  sandbox_start(&server, 50, NULL);
  client = local_client(&server);
  picture = slurp(PZ_TEST_DATA "/images/rgb.png", &size);
  CHECK_STATUS(PZ_OK, pz_request_add_image_bytes(request, "images", PZ_NUL, picture, size));
  CHECK_STATUS(PZ_OK, pz_request_add_image_file(request, "images", PZ_NUL, PZ_TEST_DATA "/images/baseline.jpg", PZ_NUL));
  free(picture);
  job = submit(client, request);
  ends_as(job, PZ_STATE_COMPLETED);
  state = http_get(server.url, "/sandbox/state");
  CHECK_HAS(state, "data:image/png;base64,");
  CHECK_HAS(state, "data:image/jpeg;base64,");
  free(state);
  CHECK(strstr(pz_output_meta_json(pz_job_output(job, 0), NULL), "base64") == NULL);
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

TEST(file_not_there, "a file that cannot be read fails the job with its field, nothing sent, not charged") {
  struct server server;
  pz_client *client;
  pz_request *request = request_for("gpt-image-2-edit", "a fox");
  pz_job *job;
  odd_start(&server, "plain");
  client = local_client(&server);
  CHECK_STATUS(PZ_OK, pz_request_add_image_file(request, "images", PZ_NUL, "/nowhere/fox.png", PZ_NUL));
  job = submit(client, request);
  ends_as(job, PZ_STATE_FAILED);
  CHECK_STATUS(PZ_E_IO, pz_error_status(pz_job_error(job)));
  CHECK_TEXT("images", pz_error_field(pz_job_error(job)));
  CHECK_HAS(pz_error_message(pz_job_error(job)), "/nowhere/fox.png");
  CHECK_EQ(PZ_CHARGED_NO, pz_job_charged(job));
  CHECK_EQ(0, odd_count(&server, "posts"));
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

TEST(need_url, "NEED_URL: a picture that must be a URL is asked for, answered once, and sent") {
  struct server server;
  pz_options *options;
  pz_client *client;
  pz_request *request = request_for("studio-ghibli", "a fox");
  pz_error *error = NULL;
  pz_job *job;
  pz_event *event = NULL;
  char *state;
  sandbox_start(&server, 50, NULL);
  options = local_options(&server);
  CHECK_STATUS(PZ_OK, pz_client_new(options, &client, NULL));
  CHECK_STATUS(PZ_OK, pz_request_add_image_file(request, "images", PZ_NUL, PZ_TEST_DATA "/images/rgb.png", PZ_NUL));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_client_submit(client, request, NULL, &error)); /* not opted in */
  CHECK_TEXT("images", pz_error_field(error));
  CHECK_HAS(pz_error_message(error), "URL");
  pz_error_free(error);
  pz_client_free(client);
  pz_options_set_ask_urls(options, 1);
  client = client_from(options);
  job = submit(client, request);
  do {
    pz_event_release(event);
    CHECK_STATUS(PZ_OK, pz_client_wait_event(client, LONG_MS, &event));
  } while (pz_event_kind(event) != PZ_EVENT_NEED_URL);
  CHECK_TEXT("images", pz_event_field(event));
  CHECK_EQ(0, pz_event_index(event));
  CHECK_TEXT(PZ_TEST_DATA "/images/rgb.png", pz_event_text(event, NULL));
  CHECK_EQ(PZ_STATE_WAITING, pz_job_state(job));
  CHECK_STATUS(PZ_E_NOT_FOUND, pz_job_provide_url(job, "mask", PZ_NUL, 0, "https://example.com/a.png", PZ_NUL));
  CHECK_STATUS(PZ_E_NOT_FOUND, pz_job_provide_url(job, "images", PZ_NUL, 1, "https://example.com/a.png", PZ_NUL));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_job_provide_url(job, "images", PZ_NUL, 0, "http://example.com/a.png", PZ_NUL));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_job_provide_url(job, "images", PZ_NUL, 0, "no url", PZ_NUL));
  CHECK_STATUS(PZ_OK, pz_job_provide_url(job, "images", PZ_NUL, 0, "https://example.com/uploaded.png", PZ_NUL));
  CHECK_STATUS(PZ_E_INVALID_STATE, pz_job_provide_url(job, "images", PZ_NUL, 0, "https://example.com/b.png", PZ_NUL));
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK_STATUS(PZ_E_INVALID_STATE, pz_job_provide_url(job, "images", PZ_NUL, 0, "https://example.com/b.png", PZ_NUL));
  state = http_get(server.url, "/sandbox/state");
  CHECK_HAS(state, "https://example.com/uploaded.png");
  free(state);
  pz_event_release(event);
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

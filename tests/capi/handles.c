/* Wrong handles, wrong strings, empty values. */
#include "wrong_handles.h"

#include <stdlib.h>
#include <string.h>

TEST(every_function_every_wrong_handle, "NULL, a misaligned pointer and a handle of another kind are refused in every place of every function") {
  struct server server;
  struct handles right, wrong;
  pz_error *error = NULL;
  pz_job *failed;
  char directory[256], path[300];
  odd_start(&server, "four");
  memset(&right, 0, sizeof right);
  right.catalogue = pz_catalogue_retain(pz_catalogue_builtin());
  right.endpoint = pz_catalogue_endpoint(right.catalogue, 0);
  right.param = pz_endpoint_param(right.endpoint, 0);
  right.options = local_options(&server);
  right.client = local_client(&server);
  right.request = small_request("a fox");
  right.job = submit_small(right.client, "a fox");
  ends_as(right.job, PZ_STATE_COMPLETED);
  CHECK_STATUS(PZ_OK, pz_client_poll_event(right.client, &right.event));
  right.output = pz_job_output(right.job, 0);
  failed = right.job;
  right.error = pz_output_error(pz_job_output(failed, 2));
  CHECK(right.error != NULL);
  make_directory(directory, sizeof directory);
  snprintf(path, sizeof path, "%s/journal", directory);
  copy_file(PZ_TEST_DATA "/journal/format-1", path);
  CHECK_STATUS(PZ_OK, pz_journal_open(path, PZ_NUL, &right.journal, NULL));
  remove_directory(directory);
  right.unaligned = (char *)right.job + 1;
  wrong = right;
  every_wrong_handle(&right, &wrong);
  CHECK(functions_with_handles > 150);

  /* All of them still work. */
  CHECK_STATUS(PZ_OK, pz_request_validate(right.request, &error));
  CHECK_STATUS(PZ_OK, pz_options_set_user_agent(right.options, "x", PZ_NUL));
  CHECK_EQ(PZ_STATE_COMPLETED, pz_job_state(right.job));
  CHECK_STATUS(PZ_OK, pz_output_status(right.output));
  pz_event_release(right.event);
  pz_job_release(right.job);
  pz_request_free(right.request);
  pz_options_free(right.options);
  pz_client_free(right.client);
  pz_catalogue_release(right.catalogue);
  CHECK(pz_journal_job_count(right.journal) > 0);
  pz_journal_free(right.journal);
  server_stop(&server);
}

TEST(release_accepts_null, "free and release accept NULL") {
  pz_options_free(NULL);
  pz_request_free(NULL);
  pz_client_free(NULL);
  pz_job_release(NULL);
  pz_event_release(NULL);
  pz_output_release(NULL);
  pz_error_free(NULL);
  pz_catalogue_release(NULL);
  pz_journal_free(NULL);
}

TEST(freed_client, "a client that is freed refuses every call, and being freed again is harmless") {
  struct server server;
  pz_client *client;
  pz_event *event = NULL;
  pz_error *error = NULL;
  pz_job *job = NULL;
  pz_request *request = small_request("a fox");
  odd_start(&server, "plain");
  client = local_client(&server);
  pz_client_free(client);
  CHECK_STATUS(PZ_E_CLOSED, pz_client_submit(client, request, &job, &error));
  CHECK_STATUS(PZ_E_CLOSED, pz_error_status(error));
  pz_error_free(error);
  CHECK_STATUS(PZ_E_CLOSED, pz_client_poll_event(client, &event));
  CHECK_STATUS(PZ_E_CLOSED, pz_client_wait_event(client, LONG_MS, &event));
  CHECK_STATUS(PZ_E_CLOSED, pz_client_dispatch(client, 0, 0, NULL));
  CHECK_STATUS(PZ_E_CLOSED, pz_client_shutdown(client, 0));
  CHECK_STATUS(PZ_E_CLOSED, pz_client_set_api_key(client, "x", 1));
  CHECK_STATUS(PZ_E_CLOSED, pz_client_cancel_all(client));
  CHECK_EQ(0, pz_client_in_flight(client));
  CHECK_EQ(-1, pz_client_wakeup_handle(client));
  pz_client_free(client);
  CHECK(job == NULL && event == NULL);
  pz_request_free(request);
  server_stop(&server);
}

TEST(freed_client_often, "however often a freed client is called too late, its memory is let go of once") {
  struct server server;
  pz_client *first, *second;
  int round;
  odd_start(&server, "plain");
  first = local_client(&server);
  second = local_client(&server);
  pz_client_free(first);
  pz_client_free(second);
  for (round = 0; round < 3000; round++) {
    CHECK_STATUS(PZ_E_CLOSED, pz_client_cancel_all(first));
    CHECK_STATUS(PZ_E_CLOSED, pz_client_cancel_all(second));
    pz_client_free(first);
  }
  server_stop(&server);
}

TEST(strings_are_checked, "bad UTF-8, embedded NUL and NULL with a length are refused everywhere, PZ_NUL measures") {
  static const struct {
    const char *s;
    size_t len;
  } bad[] = {{"a\xff", PZ_NUL}, {"\xc0\xaf", 2}, {"\xed\xa0\x80", 3}, {"a\0b", 3}, {NULL, 3}};
  size_t i;
  for (i = 0; i < sizeof bad / sizeof *bad; i++) {
    pz_options *options = pz_options_new(PZ_API_VERSION);
    pz_request *request = pz_request_new(NULL, "sd3", PZ_NUL);
    pz_catalogue *catalogue = NULL;
    CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_base_url(options, bad[i].s, bad[i].len));
    CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_api_key(options, bad[i].s, bad[i].len));
    CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_output_dir(options, bad[i].s, bad[i].len));
    CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_ca_pem(options, bad[i].s, bad[i].len));
    CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_add_header(options, bad[i].s, bad[i].len, "v", 1));
    CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_add_header(options, "n", 1, bad[i].s, bad[i].len));
    CHECK_STATUS(PZ_E_INVALID_ARG, pz_request_set_string(request, "prompt", PZ_NUL, bad[i].s, bad[i].len));
    CHECK_STATUS(PZ_E_INVALID_ARG, pz_request_set_string(request, bad[i].s, bad[i].len, "x", 1));
    CHECK_STATUS(PZ_E_INVALID_ARG, pz_request_set_json(request, "steps", PZ_NUL, bad[i].s, bad[i].len));
    CHECK_STATUS(PZ_E_INVALID_ARG, pz_request_set_all_json(request, bad[i].s, bad[i].len));
    CHECK_STATUS(PZ_E_INVALID_ARG, pz_request_add_image_url(request, "image", PZ_NUL, bad[i].s, bad[i].len));
    CHECK_STATUS(PZ_E_INVALID_ARG, pz_request_add_image_file(request, "image", PZ_NUL, bad[i].s, bad[i].len));
    CHECK_STATUS(PZ_E_INVALID_ARG, pz_request_set_submit_key(request, bad[i].s, bad[i].len));
    CHECK_STATUS(PZ_E_INVALID_ARG, pz_catalogue_load(bad[i].s, bad[i].len, &catalogue, NULL));
    CHECK(pz_catalogue_find(pz_catalogue_builtin(), bad[i].s, bad[i].len) == NULL);
    pz_options_free(options);
    pz_request_free(request);
    request = pz_request_new(NULL, bad[i].s, bad[i].len);
    CHECK_STATUS(PZ_E_INVALID_ARG, pz_request_validate(request, NULL));
    pz_request_free(request);
  }
  CHECK(pz_catalogue_find(pz_catalogue_builtin(), "sd3xxx", 3) == pz_catalogue_find(pz_catalogue_builtin(), "sd3", PZ_NUL));
  {
    pz_request *request = pz_request_new(NULL, "sd3", PZ_NUL);
    CHECK_STATUS(PZ_E_INVALID_ARG, pz_request_add_image_bytes(request, "image", PZ_NUL, "x", PZ_NUL));
    pz_request_free(request);
  }
}

TEST(errors_stick, "the first error of a setter is kept and reported by the call that consumes the builder") {
  pz_options *options = pz_options_new(PZ_API_VERSION);
  pz_request *request = pz_request_new(NULL, "sd3", PZ_NUL);
  pz_client *client = NULL;
  pz_error *error = NULL;
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_connect_timeout_ms(options, 0));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_log_level(options, 9));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_client_new(options, &client, &error));
  CHECK_TEXT("connect_timeout_ms", pz_error_field(error));
  CHECK_HAS(pz_error_message(error), "86400000");
  CHECK(client == NULL);
  pz_error_free(error);
  pz_options_free(options);
  error = NULL;
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_request_set_double(request, "guidance", PZ_NUL, 0.0 / 0.0));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_request_set_output_name(request, "../x", PZ_NUL));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_request_validate(request, &error));
  CHECK_TEXT("guidance", pz_error_field(error));
  CHECK_EQ(PZ_CHARGED_NO, pz_error_charged(error));
  pz_error_free(error);
  pz_request_free(request);
}

TEST(names, "every enumerator has a name and unknown values have one too") {
  CHECK_TEXT("PZ_OK", pz_status_name(PZ_OK));
  CHECK_TEXT("PZ_E_UNCERTAIN", pz_status_name(PZ_E_UNCERTAIN));
  CHECK_TEXT("DOWNLOADING", pz_state_name(PZ_STATE_DOWNLOADING));
  CHECK_TEXT("no", pz_charged_name(PZ_CHARGED_NO));
  CHECK_TEXT("NEED_URL", pz_event_type_name(PZ_EVENT_NEED_URL));
  CHECK_TEXT("images", pz_param_type_name(PZ_PARAM_IMAGES));
  CHECK_TEXT("?", pz_status_name(-999));
  CHECK_TEXT("?", pz_state_name(99));
  CHECK_TEXT("?", pz_charged_name(7));
  CHECK_TEXT("?", pz_event_type_name(0));
  CHECK_TEXT("?", pz_param_type_name(-1));
  CHECK(pz_version() >> 16 == PZ_VERSION_MAJOR);
  CHECK_TEXT("1.0.0", pz_version_string());
  CHECK_EQ(1, pz_has_feature(PZ_FEATURE_WAKEUP_HANDLE));
  CHECK_EQ(0, pz_has_feature(4096));
  CHECK(pz_options_new(0x020000) == NULL);
}

/* Every option: what it takes, what it refuses. */
#include "support/host.h"

#include <stdlib.h>
#include <string.h>

typedef pz_status(PZ_CALL *set_number)(pz_options *, uint32_t);
typedef pz_status(PZ_CALL *set_text)(pz_options *, const char *, size_t);

TEST(numbers_have_ranges, "each number has a range and its ends are allowed") {
  static const struct {
    set_number set;
    uint32_t low, high;
  } rows[] = {{pz_options_set_connect_timeout_ms, 1, 86400000},  {pz_options_set_submit_timeout_ms, 1, 86400000},
              {pz_options_set_sync_timeout_ms, 1, 86400000},     {pz_options_set_status_timeout_ms, 1, 86400000},
              {pz_options_set_download_stall_ms, 1, 86400000},   {pz_options_set_job_timeout_ms, 0, 86400000},
              {pz_options_set_retry_after_cap_ms, 0, 86400000},  {pz_options_set_max_in_flight, 1, 10000000},
              {pz_options_set_max_undelivered, 1, UINT32_MAX}};
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++) {
    pz_options *options = pz_options_new(PZ_API_VERSION);
    CHECK_STATUS(PZ_OK, rows[i].set(options, rows[i].low));
    CHECK_STATUS(PZ_OK, rows[i].set(options, rows[i].high));
    if (rows[i].low > 0) CHECK_STATUS(PZ_E_INVALID_ARG, rows[i].set(options, rows[i].low - 1));
    if (rows[i].high < UINT32_MAX) CHECK_STATUS(PZ_E_INVALID_ARG, rows[i].set(options, rows[i].high + 1));
    pz_options_free(options);
  }
}

TEST(pairs_have_ranges, "poll interval, retry, concurrency and byte limits have ranges") {
  pz_options *options = pz_options_new(PZ_API_VERSION);
  CHECK_STATUS(PZ_OK, pz_options_set_poll_interval_ms(options, 10, 10));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_poll_interval_ms(options, 9, 100));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_poll_interval_ms(options, 3000, 2999));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_poll_interval_ms(options, 3000, 3600001));
  CHECK_STATUS(PZ_OK, pz_options_set_retry(options, 10, 1, 1));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_retry(options, 0, 1, 1));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_retry(options, 11, 1, 1));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_retry(options, 3, 0, 1));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_retry(options, 3, 2, 1));
  CHECK_STATUS(PZ_OK, pz_options_set_concurrency(options, 1, 1, 1024));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_concurrency(options, 0, 1, 1));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_concurrency(options, 1, 1025, 1));
  CHECK_STATUS(PZ_OK, pz_options_set_max_buffered_bytes(options, 1 << 20));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_max_buffered_bytes(options, (1 << 20) - 1));
  CHECK_STATUS(PZ_OK, pz_options_set_max_output_bytes(options, 1024));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_max_output_bytes(options, 1023));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_dispatch(options, 2));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_log_level(options, -1));
  pz_options_free(options);
}

TEST(no_line_ends_anywhere, "CR, LF and other control characters are refused in every text that reaches the wire or a log") {
  static const char *const breaks[] = {"a\r\nX: y", "a\nb", "a\rb", "a\tb", "a\x01z", "a\x7f"};
  static const set_text setters[] = {pz_options_set_base_url,   pz_options_set_api_key, pz_options_set_user_agent,
                                     pz_options_set_ca_file,    pz_options_set_proxy,   pz_options_add_output_host,
                                     pz_options_set_output_dir};
  size_t i, k;
  for (i = 0; i < sizeof setters / sizeof *setters; i++)
    for (k = 0; k < sizeof breaks / sizeof *breaks; k++) {
      pz_options *options = pz_options_new(PZ_API_VERSION);
      CHECK_STATUS(PZ_E_INVALID_ARG, setters[i](options, breaks[k], PZ_NUL));
      CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_add_header(options, "X-A", PZ_NUL, breaks[k], PZ_NUL));
      CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_add_header(options, breaks[k], PZ_NUL, "v", PZ_NUL));
      pz_options_free(options);
    }
}

TEST(own_headers_stay, "a header of the library's cannot be set") {
  static const char *const own[] = {"Host", "content-length", "Content-Type", "Transfer-Encoding", "Expect", "User-Agent",
                                    "ocp-apim-subscription-key", "X-Webhook-URL", "Connection", "Proxy-Authorization", ""};
  size_t i;
  for (i = 0; i < sizeof own / sizeof *own; i++) {
    pz_options *options = pz_options_new(PZ_API_VERSION);
    CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_add_header(options, own[i], PZ_NUL, "v", 1));
    CHECK_STATUS(PZ_OK, pz_options_add_header(options, "X-Studio", PZ_NUL, "one", PZ_NUL));
    pz_options_free(options);
  }
}

static pz_status open_with(const char *base, int32_t loopback, uint32_t poll_ms) {
  pz_options *options = pz_options_new(PZ_API_VERSION);
  pz_client *client = NULL;
  pz_status status;
  pz_options_set_base_url(options, base, PZ_NUL);
  pz_options_allow_loopback(options, loopback);
  pz_options_set_poll_interval_ms(options, poll_ms, 15000);
  status = pz_client_new(options, &client, NULL);
  pz_options_free(options);
  pz_client_free(client);
  return status;
}

TEST(plain_http_is_local, "plain http and quick polls only for a loopback host and only when allowed") {
  CHECK_STATUS(PZ_OK, open_with("https://gateway.pixazo.ai", 0, 2000));
  CHECK_STATUS(PZ_OK, open_with("https://gateway.pixazo.ai/", 1, 2000));
  CHECK_STATUS(PZ_E_INVALID_ARG, open_with("http://gateway.pixazo.ai", 0, 2000));
  CHECK_STATUS(PZ_E_INVALID_ARG, open_with("http://gateway.pixazo.ai", 1, 2000));
  CHECK_STATUS(PZ_E_INVALID_ARG, open_with("http://192.168.1.1", 1, 2000));
  CHECK_STATUS(PZ_E_INVALID_ARG, open_with("http://127.0.0.1:8460", 0, 2000));
  CHECK_STATUS(PZ_OK, open_with("http://127.0.0.1:8460", 1, 2000));
  CHECK_STATUS(PZ_OK, open_with("http://localhost:8460", 1, 10));
  CHECK_STATUS(PZ_OK, open_with("http://[::1]:8460", 1, 10));
  CHECK_STATUS(PZ_E_INVALID_ARG, open_with("https://gateway.pixazo.ai", 1, 1999));
  CHECK_STATUS(PZ_E_INVALID_ARG, open_with("ftp://gateway.pixazo.ai", 1, 2000));
  CHECK_STATUS(PZ_E_INVALID_ARG, open_with("https://user@gateway.pixazo.ai", 0, 2000));
  CHECK_STATUS(PZ_E_INVALID_ARG, open_with("https://gateway.pixazo.ai/?a=b", 0, 2000));
  CHECK_STATUS(PZ_E_INVALID_ARG, open_with("https://gateway.pixazo.ai/#f", 0, 2000));
  CHECK_STATUS(PZ_E_INVALID_ARG, open_with("gateway.pixazo.ai", 0, 2000));
}

TEST(files_of_options, "an output directory that is not there and a CA that is none fail the client with a reason") {
  pz_options *options = pz_options_new(PZ_API_VERSION);
  pz_client *client = NULL;
  pz_error *error = NULL;
  CHECK_STATUS(PZ_OK, pz_options_set_output_dir(options, "/nowhere/at/all", PZ_NUL));
  CHECK_STATUS(PZ_E_IO, pz_client_new(options, &client, &error));
  CHECK_TEXT("output_dir", pz_error_field(error));
  CHECK_HAS(pz_error_message(error), "/nowhere/at/all");
  pz_error_free(error);
  error = NULL;
  CHECK_STATUS(PZ_OK, pz_options_set_output_dir(options, "", 0));
  CHECK_STATUS(PZ_OK, pz_options_set_ca_file(options, "/nowhere/ca.pem", PZ_NUL));
  CHECK(pz_client_new(options, &client, &error) != PZ_OK);
  CHECK_HAS(pz_error_message(error), "/nowhere/ca.pem");
  pz_error_free(error);
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_options_set_ca_pem(options, "hello", PZ_NUL));
  pz_options_free(options);
}

TEST(headers_reach_the_gateway, "user agent and extra headers reach the gateway as set, with the library's own name") {
  struct server server;
  pz_options *options;
  pz_client *client;
  pz_job *job;
  char *state;
  sandbox_start(&server, 50, NULL);
  options = local_options(&server);
  CHECK_STATUS(PZ_OK, pz_options_set_user_agent(options, "castle-builder/2.1", PZ_NUL));
  CHECK_STATUS(PZ_OK, pz_options_add_header(options, "X-Studio", PZ_NUL, "the one", PZ_NUL));
  client = client_from(options);
  job = submit_small(client, "a fox");
  ends_as(job, PZ_STATE_COMPLETED);
  state = http_get(server.url, "/sandbox/state");
  CHECK_HAS(state, "castle-builder/2.1 libpixazo/1.0.0");
  CHECK_HAS(state, "the one");
  free(state);
  pz_job_release(job);
  pz_client_free(client);
  server_stop(&server);
}

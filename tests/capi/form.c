/* The catalogue through the C ABI alone: enough to build a form for any endpoint. */
#include "support/host.h"

#include <stdlib.h>
#include <string.h>

/* One line a parameter, as a tool would show it. */
static void print_form(const pz_endpoint *endpoint, FILE *out) {
  uint32_t i, k;
  fprintf(out, "%s: %s, %s (%s) %s %s %s, price %s\n", pz_endpoint_id(endpoint), pz_endpoint_title(endpoint),
          pz_endpoint_product(endpoint), pz_endpoint_provider(endpoint), pz_endpoint_method(endpoint), pz_endpoint_path(endpoint),
          pz_endpoint_is_queued(endpoint) ? "queued" : "sync", pz_endpoint_price_source(endpoint));
  for (i = 0; i < pz_endpoint_param_count(endpoint); i++) {
    const pz_param *p = pz_endpoint_param(endpoint, i);
    fprintf(out, "  %s%s (%s): %s", pz_param_name(p), pz_param_is_required(p) ? "*" : "", pz_param_wire_name(p),
            pz_param_type_name(pz_param_kind(p)));
    if (pz_param_has_minimum(p)) fprintf(out, " from %g", pz_param_minimum(p));
    if (pz_param_has_maximum(p)) fprintf(out, " to %g", pz_param_maximum(p));
    for (k = 0; k < pz_param_choice_count(p); k++) fprintf(out, "%s%s", k ? "|" : " one of ", pz_param_choice_json(p, k));
    if (pz_param_has_open_choices(p)) fprintf(out, "|...");
    if (pz_param_max_length(p)) fprintf(out, " up to %u characters", (unsigned)pz_param_max_length(p));
    if (pz_param_max_items(p)) fprintf(out, " %u to %u items", (unsigned)pz_param_min_items(p), (unsigned)pz_param_max_items(p));
    if (pz_param_has_default(p)) fprintf(out, " default %s", pz_param_default_json(p));
    if (pz_param_is_data_uri_accepted(p)) fprintf(out, " (file or URL)");
    fprintf(out, " %s\n", pz_param_note(p));
  }
  for (i = 0; i < pz_endpoint_rule_count(endpoint); i++) fprintf(out, "  rule: %s\n", pz_endpoint_rule(endpoint, i));
  for (i = 0; i < pz_endpoint_note_count(endpoint); i++) fprintf(out, "  note: %s\n", pz_endpoint_note(endpoint, i));
}

TEST(forms, "a form can be printed for every endpoint, and filled with the documents' examples it is valid") {
  const pz_catalogue *catalogue = pz_catalogue_builtin();
  uint32_t i, k;
  CHECK_EQ(15, pz_catalogue_endpoint_count(catalogue));
  for (i = 0; i < 15; i++) {
    const pz_endpoint *endpoint = pz_catalogue_endpoint(catalogue, i);
    pz_request *whole = pz_request_new(NULL, pz_endpoint_id(endpoint), PZ_NUL);
    const char *example;
    size_t size = 0;
    int required = 0;
    pz_error *error = NULL;
    print_form(endpoint, stdout);
    CHECK(*pz_endpoint_id(endpoint) && *pz_endpoint_product(endpoint) && *pz_endpoint_provider(endpoint));
    CHECK(*pz_endpoint_path(endpoint) == '/');
    CHECK(*pz_endpoint_price_source(endpoint));
    CHECK(*pz_endpoint_response_shape(endpoint));
    CHECK_EQ(pz_endpoint_is_queued(endpoint), *pz_endpoint_model_id(endpoint) != '\0');
    CHECK(pz_catalogue_find(catalogue, pz_endpoint_id(endpoint), PZ_NUL) == endpoint);
    for (k = 0; k < pz_endpoint_alias_count(endpoint); k++)
      CHECK(pz_catalogue_find(catalogue, pz_endpoint_alias(endpoint, k), PZ_NUL) == endpoint);
    CHECK(pz_endpoint_param_count(endpoint) > 0);
    for (k = 0; k < pz_endpoint_param_count(endpoint); k++) {
      const pz_param *param = pz_endpoint_param(endpoint, k);
      pz_param_json(param, &size);
      CHECK(size > 2 && *pz_param_json(param, NULL) == '{');
      CHECK(pz_endpoint_find_param(endpoint, pz_param_name(param), PZ_NUL) != NULL);
      CHECK(pz_endpoint_find_param(endpoint, pz_param_wire_name(param), PZ_NUL) == param);
      CHECK(strcmp(pz_param_type_name(pz_param_kind(param)), "?") != 0);
      CHECK_EQ(pz_param_has_default(param), *pz_param_default_json(param) != '\0');
      CHECK_TEXT("", pz_param_choice_json(param, pz_param_choice_count(param)));
      required += pz_param_is_required(param);
    }
    CHECK(required > 0);
    CHECK(pz_endpoint_param(endpoint, pz_endpoint_param_count(endpoint)) == NULL);
    example = pz_endpoint_example_json(endpoint, &size);
    CHECK_STATUS(PZ_OK, pz_request_set_all_json(whole, example, size));
    CHECK_STATUS_E(PZ_OK, pz_request_validate(whole, &error), error);
    pz_request_free(whole);
    CHECK(*pz_endpoint_json(endpoint, NULL) == '{');
  }
  CHECK(pz_catalogue_endpoint(catalogue, 15) == NULL);
  CHECK(pz_catalogue_find(catalogue, "no such", PZ_NUL) == NULL);
}

static char *replace(const char *text, const char *old, const char *new_text) {
  const char *at = strstr(text, old);
  char *out = malloc(strlen(text) + strlen(new_text) + 1);
  CHECK(at != NULL);
  memcpy(out, text, (size_t)(at - text));
  strcpy(out + (at - text), new_text);
  strcat(out, at + strlen(old));
  return out;
}

TEST(loaded_catalogue, "a new model needs no new library: an endpoint loaded at run time is shown, checked, sent and fetched") {
  struct server server;
  size_t size = 0;
  const char *printed = pz_catalogue_json(pz_catalogue_builtin(), &size);
  char *renamed = replace(printed, "\"id\": \"studio-ghibli\"", "\"id\": \"studio-castle\"");
  char path[1200];
  const char *extra[] = {"--catalogue", path, NULL};
  pz_catalogue *catalogue = NULL;
  pz_error *error = NULL;
  pz_options *options;
  pz_client *client;
  pz_request *request;
  pz_job *job;
  FILE *file;
  snprintf(path, sizeof path, "%s/catalogue.json", PZ_SCRATCH);
  file = fopen(path, "wb");
  CHECK(file && fwrite(renamed, 1, strlen(renamed), file) == strlen(renamed) && fclose(file) == 0);
  sandbox_start(&server, 50, extra);
  CHECK_STATUS_E(PZ_OK, pz_catalogue_load(renamed, PZ_NUL, &catalogue, &error), error);
  CHECK_EQ(15, pz_catalogue_endpoint_count(catalogue));
  CHECK(pz_catalogue_find(catalogue, "studio-ghibli", PZ_NUL) == NULL);
  options = local_options(&server);
  CHECK_STATUS(PZ_OK, pz_options_set_catalogue(options, catalogue));
  client = client_from(options);
  request = pz_request_new(catalogue, "studio-castle", PZ_NUL);
  pz_catalogue_release(catalogue); /* the request keeps it */
  pz_request_set_string(request, "prompt", PZ_NUL, "a castle", PZ_NUL);
  pz_request_set_int(request, "width", PZ_NUL, 256);
  pz_request_set_int(request, "height", PZ_NUL, 256);
  job = submit(client, request);
  ends_as(job, PZ_STATE_COMPLETED);
  CHECK_TEXT("studio-castle", pz_job_endpoint_id(job));
  CHECK_EQ(256, pz_output_width(pz_job_output(job, 0)));
  pz_client_free(client);
  CHECK_TEXT("studio-castle", pz_job_endpoint_id(job)); /* and so does the job */
  pz_job_release(job);
  remove(path);
  free(renamed);
  server_stop(&server);
}

TEST(bad_catalogues, "a catalogue that is damaged is refused with the place") {
  const char *printed = pz_catalogue_json(pz_catalogue_builtin(), NULL);
  static const char *const changes[][2] = {{"\"id\": \"studio-ghibli\"", "\"id\": \"sd3\""},
                                           {"\"path\": \"/studio-ghibli", "\"path\": \"//evil.example/studio-ghibli"},
                                           {"\"type\": \"string\"", "\"type\": \"strung\""},
                                           {"\"product\":", "\"prodact\":"}};
  size_t i;
  for (i = 0; i < sizeof changes / sizeof *changes; i++) {
    char *json = replace(printed, changes[i][0], changes[i][1]);
    pz_catalogue *catalogue = NULL;
    pz_error *error = NULL;
    CHECK_STATUS(PZ_E_INVALID_ARG, pz_catalogue_load(json, PZ_NUL, &catalogue, &error));
    CHECK_HAS(pz_error_message(error), "endpoints[");
    CHECK(catalogue == NULL);
    pz_error_free(error);
    free(json);
  }
}

/* What is wrong with a request is said before anything is sent: class, field, and what is allowed. */
#include "support/host.h"

#include <stdlib.h>
#include <string.h>

/* parameters as a JSON object; what the error must say. */
struct wrong {
  const char *endpoint, *parameters;
  pz_status status;
  const char *field, *says;
};

static const struct wrong table[] = {
    {"studio-ghibly", "{\"prompt\":\"x\"}", PZ_E_NOT_FOUND, "endpoint", "studio-ghibli"},
    {"studio-ghibli", "{}", PZ_E_INVALID_ARG, "prompt", "requires"},
    {"studio-ghibli", "{\"prompt\":\"x\",\"promt\":\"y\"}", PZ_E_INVALID_ARG, "promt", "prompt"},
    {"studio-ghibli", "{\"prompt\":7}", PZ_E_INVALID_ARG, "prompt", "string"},
    {"studio-ghibli", "{\"prompt\":\"x\",\"width\":\"wide\"}", PZ_E_INVALID_ARG, "width", "integer"},
    {"studio-ghibli", "{\"prompt\":\"x\",\"width\":255}", PZ_E_INVALID_ARG, "width", "256"},
    {"studio-ghibli", "{\"prompt\":\"x\",\"width\":2049}", PZ_E_INVALID_ARG, "width", "2048"},
    {"studio-ghibli", "{\"prompt\":\"x\",\"count\":5}", PZ_E_INVALID_ARG, "count", "4"},
    {"studio-ghibli", "{\"prompt\":\"x\",\"aspect_ratio\":\"7:5\"}", PZ_E_INVALID_ARG, "aspect_ratio", "16:9"},
    {"studio-ghibli", "{\"prompt\":\"x\",\"aspect_ratio\":\"1:1\",\"width\":512,\"height\":512}", PZ_E_INVALID_ARG, "aspect_ratio", "width"},
    {"studio-ghibli", "{\"prompt\":\"x\",\"mask\":\"https://example.com/m.png\"}", PZ_E_INVALID_ARG, "mask", "image"},
    {"studio-ghibli", "{\"prompt\":\"x\",\"images\":\"ftp://example.com/i.png\"}", PZ_E_INVALID_ARG, "images", "http"},
    {"studio-ghibli", "{\"prompt\":\"x\\ny\"}", PZ_E_INVALID_ARG, "prompt", "line"},
    {"studio-ghibli", "{\"prompt\":\"x\",\"format\":\"gif\"}", PZ_E_INVALID_ARG, "format", "png"},
    {"sd3", "{\"prompt\":\"x\",\"guidance\":1,\"cfg\":1}", PZ_E_INVALID_ARG, "guidance", "cfg"},
    {"sd3", "{\"prompt\":\"x\",\"steps\":29}", PZ_E_INVALID_ARG, "steps", "28"},
    {"sd3", "{\"prompt\":\"x\",\"steps\":1.5}", PZ_E_INVALID_ARG, "steps", "integer"},
    {"sd3.5-large", "{\"prompt\":\"x\"}", PZ_E_INVALID_ARG, NULL, "requires"},
    {"gpt-image-2", "{\"prompt\":\"x\",\"size\":\"wide\"}", PZ_E_INVALID_ARG, NULL, "1024x1024"},
    {"pixelforge", "{\"prompt\":\"x\"}", PZ_E_INVALID_ARG, "images", "requires"},
};

TEST(each_mistake_is_named, "each mistake is refused before anything is sent, with its field and what is allowed") {
  struct server server;
  pz_client *client;
  size_t i;
  odd_start(&server, "plain");
  client = local_client(&server);
  for (i = 0; i < sizeof table / sizeof *table; i++) {
    pz_request *request = pz_request_new(NULL, table[i].endpoint, PZ_NUL);
    pz_error *validated = NULL, *submitted = NULL;
    CHECK_STATUS(PZ_OK, pz_request_set_all_json(request, table[i].parameters, PZ_NUL));
    CHECK_STATUS_E(table[i].status, pz_request_validate(request, &validated), validated);
    if (table[i].field && strcmp(table[i].field, pz_error_field(validated)) != 0)
      fprintf(stderr, "%s %s: %s\n", table[i].endpoint, table[i].parameters, pz_error_message(validated));
    if (table[i].field) CHECK_TEXT(table[i].field, pz_error_field(validated));
    CHECK_HAS(pz_error_message(validated), table[i].says);
    CHECK(strchr(pz_error_message(validated), '\n') == NULL);
    CHECK_EQ(PZ_CHARGED_NO, pz_error_charged(validated));
    CHECK_EQ(0, pz_error_http_status(validated));
    CHECK_STATUS(table[i].status, pz_client_submit(client, request, NULL, &submitted));
    CHECK_TEXT(pz_error_message(validated), pz_error_message(submitted));
    CHECK_TEXT("", pz_request_body_json(request, NULL));
    pz_error_free(validated);
    pz_error_free(submitted);
    pz_request_free(request);
  }
  CHECK_EQ(0, odd_count(&server, "posts"));
  CHECK_EQ(0, pz_client_in_flight(client));
  pz_client_free(client);
  server_stop(&server);
}

TEST(length_in_characters, "a text that is too long is measured in characters, not in bytes") {
  pz_request *request = pz_request_new(NULL, "pixelforge-relighting", PZ_NUL);
  const pz_param *prompt = pz_endpoint_find_param(pz_catalogue_find(pz_catalogue_builtin(), "pixelforge-relighting", PZ_NUL), "prompt", PZ_NUL);
  const uint32_t most = pz_param_max_length(prompt);
  char *text = malloc(2 * (most + 1) + 1);
  uint32_t i;
  CHECK_EQ(800, most);
  for (i = 0; i <= most; i++) memcpy(text + 2 * i, "\xc3\xa9", 2);
  pz_request_add_image_url(request, "images", PZ_NUL, "https://example.com/a.png", PZ_NUL);
  CHECK_STATUS(PZ_OK, pz_request_set_string(request, "prompt", PZ_NUL, text, 2 * most));
  CHECK_STATUS(PZ_OK, pz_request_validate(request, NULL));
  CHECK_STATUS(PZ_OK, pz_request_set_string(request, "prompt", PZ_NUL, text, 2 * (most + 1)));
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_request_validate(request, NULL));
  free(text);
  pz_request_free(request);
}

TEST(canonical_and_wire_names, "canonical and wire names are both taken and sent under the endpoint's own") {
  pz_request *request = request_for("sd3", "a fox");
  CHECK_STATUS(PZ_OK, pz_request_set_double(request, "guidance", PZ_NUL, 4.5));
  CHECK_STATUS(PZ_OK, pz_request_set_string(request, "negativePrompt", PZ_NUL, "rain", PZ_NUL));
  CHECK_STATUS(PZ_OK, pz_request_set_int(request, "steps", PZ_NUL, 20));
  CHECK_HAS(pz_request_body_json(request, NULL), "\"cfg\":4.5");
  CHECK_HAS(pz_request_body_json(request, NULL), "\"negativePrompt\":\"rain\"");
  CHECK_STATUS(PZ_OK, pz_request_set_int(request, "steps", PZ_NUL, 21));
  CHECK_HAS(pz_request_body_json(request, NULL), "\"steps\":21");
  CHECK_EQ(1, occurrences(pz_request_body_json(request, NULL), "steps"));
  pz_request_free(request);
}

TEST(escape_hatch, "an unknown parameter is sent when asked for by name, and only then") {
  pz_request *request = request_for("sd3", "a fox");
  CHECK_STATUS(PZ_OK, pz_request_set_unknown_json(request, "beta_feature", PZ_NUL, "{\"on\":true}", PZ_NUL));
  CHECK_STATUS(PZ_OK, pz_request_validate(request, NULL));
  CHECK_HAS(pz_request_body_json(request, NULL), "\"beta_feature\":{\"on\":true}");
  CHECK_STATUS(PZ_E_INVALID_ARG, pz_request_set_unknown_json(request, "x", PZ_NUL, "{", PZ_NUL));
  pz_request_free(request);
}

TEST(clones, "a clone has everything and goes its own way") {
  pz_request *request = request_for("sd3", "a fox"), *copy = pz_request_clone(request);
  CHECK_STATUS(PZ_OK, pz_request_set_string(copy, "prompt", PZ_NUL, "a hare", PZ_NUL));
  CHECK_HAS(pz_request_body_json(request, NULL), "a fox");
  CHECK_HAS(pz_request_body_json(copy, NULL), "a hare");
  pz_request_free(request);
  CHECK_STATUS(PZ_OK, pz_request_validate(copy, NULL));
  pz_request_free(copy);
}

TEST(estimates, "a price is an estimate with its source, or honestly unknown") {
  pz_request *known = request_for("gpt-image-2-text-to-image", "a fox"), *unknown = request_for("studio-ghibli", "a fox");
  int64_t low = -1, high = -1;
  CHECK_STATUS(PZ_OK, pz_request_set_string(known, "quality", PZ_NUL, "low", PZ_NUL));
  CHECK_STATUS(PZ_OK, pz_request_set_int(known, "count", PZ_NUL, 3));
  CHECK_STATUS(PZ_OK, pz_request_estimate_microusd(known, &low, &high));
  CHECK_EQ(12000, low);
  CHECK_EQ(36000, high);
  CHECK(*pz_request_estimate_source(known) != '\0');
  low = high = -1;
  CHECK_STATUS(PZ_E_NOT_FOUND, pz_request_estimate_microusd(unknown, &low, &high));
  CHECK(low == -1 && high == -1);
  CHECK(*pz_request_estimate_source(unknown) != '\0');
  pz_request_free(known);
  pz_request_free(unknown);
}

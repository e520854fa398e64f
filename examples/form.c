/* A form for any endpoint, built from what the library says about it: form [ENDPOINT] */
#include <pixazo/pixazo.h>
#include <stdio.h>
#include <string.h>

static void print_range(const pz_param *param) {
  if (pz_param_has_minimum(param) && pz_param_has_maximum(param))
    printf("   %g to %g", pz_param_minimum(param), pz_param_maximum(param));
  else if (pz_param_has_minimum(param))
    printf("   at least %g", pz_param_minimum(param));
  else if (pz_param_has_maximum(param))
    printf("   at most %g", pz_param_maximum(param));
}

static void print_sizes(const char *what, uint32_t least, uint32_t most) {
  if (least && most)
    printf("   %u to %u %s", (unsigned)least, (unsigned)most, what);
  else if (least || most)
    printf("   at %s %u %s", least ? "least" : "most", (unsigned)(least ? least : most), what);
}

static void print_field(const pz_param *param) {
  uint32_t i;
  printf("\n  %s%s", pz_param_is_required(param) ? "* " : "  ", pz_param_name(param));
  if (strcmp(pz_param_name(param), pz_param_wire_name(param)) != 0) printf(" (sent as %s)", pz_param_wire_name(param));
  printf("   %s", pz_param_type_name(pz_param_kind(param)));
  print_range(param);
  print_sizes("characters", pz_param_min_length(param), pz_param_max_length(param));
  print_sizes("items", pz_param_min_items(param), pz_param_max_items(param));
  if (pz_param_has_default(param)) printf("   default %s", pz_param_default_json(param));
  if (pz_param_is_data_uri_accepted(param)) printf("   URL, file or bytes");
  printf("\n");
  for (i = 0; i < pz_param_choice_count(param); i++) printf("%s%s", i ? " | " : "      ( ) ", pz_param_choice_json(param, i));
  if (pz_param_choice_count(param)) printf("%s\n", pz_param_has_open_choices(param) ? " | another value" : "");
  if (*pz_param_note(param)) printf("      %s\n", pz_param_note(param));
  if (*pz_param_example_json(param)) printf("      for example %s\n", pz_param_example_json(param));
}

int main(int argc, char **argv) {
  const pz_endpoint *endpoint = pz_catalogue_find(pz_catalogue_builtin(), argc > 1 ? argv[1] : "gpt-image-2", PZ_NUL);
  uint32_t i;
  if (!endpoint) {
    fprintf(stderr, "form: no endpoint is called '%s'\n", argv[1]);
    return 1;
  }
  printf("%s: %s, %s\n", pz_endpoint_id(endpoint), pz_endpoint_title(endpoint), pz_endpoint_provider(endpoint));
  printf("%s %s, %s\n", pz_endpoint_method(endpoint), pz_endpoint_path(endpoint),
         pz_endpoint_is_queued(endpoint) ? "answers with a queued job" : "answers with the picture");
  printf("price: %s%s\n", pz_endpoint_has_price(endpoint) ? "" : "unknown; ", pz_endpoint_price_source(endpoint));
  for (i = 0; i < pz_endpoint_param_count(endpoint); i++) print_field(pz_endpoint_param(endpoint, i));
  for (i = 0; i < pz_endpoint_rule_count(endpoint); i++) printf("%s  - %s\n", i ? "" : "\n", pz_endpoint_rule(endpoint, i));
  for (i = 0; i < pz_endpoint_note_count(endpoint); i++) printf("%s  (%s)\n", i ? "" : "\n", pz_endpoint_note(endpoint, i));
  return 0;
}

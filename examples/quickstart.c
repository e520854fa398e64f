/*
 * The documents' first printed request of every endpoint, or of one: quickstart [--out DIR] [--yes] [ENDPOINT]
 *
 * Shows each job's life while it waits, puts the pictures into DIR, each named after its endpoint, and prints one table.
 * With an ENDPOINT and no sandbox (PIXAZO_BASE_URL) it says what that may cost and asks before it sends.
 */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "example.h"

enum { MAX_ROWS = 64, BAR = 24 };

struct row {
  const pz_endpoint *endpoint;
  pz_job *job; /* NULL: refused before anything was sent */
  char refused[256];
};

struct show {
  struct row rows[MAX_ROWS];
  unsigned count, ended;
  int terminal, drawn;
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number) {
  (void)number;
  interrupted = 1;
}

static pz_request *example_request(const pz_endpoint *endpoint, uint64_t tag) {
  size_t size;
  const char *json = pz_endpoint_example_json(endpoint, &size);
  pz_request *request = pz_request_new(NULL, pz_endpoint_id(endpoint), PZ_NUL);
  pz_request_set_all_json(request, json, size);
  pz_request_set_output_name(request, pz_endpoint_id(endpoint), PZ_NUL);
  pz_request_set_tag(request, tag);
  return request;
}

static void submit(pz_client *client, struct show *show, const pz_endpoint *endpoint) {
  struct row *row = &show->rows[show->count];
  pz_request *request = example_request(endpoint, show->count);
  pz_error *error = NULL;
  row->endpoint = endpoint;
  if (pz_client_submit(client, request, &row->job, &error) != PZ_OK) {
    snprintf(row->refused, sizeof row->refused, "%s", pz_error_message(error));
    pz_error_free(error);
    show->ended++;
  }
  pz_request_free(request);
  show->count++;
}

/* -- A job's life while it waits ------------------------------------------------------------------------------------ */

static void draw(struct show *show) {
  unsigned i;
  if (show->drawn) printf("\033[%uA", show->count);
  show->drawn = 1;
  for (i = 0; i < show->count; i++) {
    const struct row *row = &show->rows[i];
    char bar[BAR + 1];
    unsigned full = (unsigned)(pz_job_progress(row->job) * BAR + 0.5);
    memset(bar, '.', BAR);
    memset(bar, '#', full < BAR ? full : BAR);
    bar[BAR] = 0;
    printf("\r\033[K%-27s [%s] %-12s %6.1f s\n", pz_endpoint_id(row->endpoint), bar,
           row->job ? pz_state_name(pz_job_state(row->job)) : "REFUSED", (double)pz_job_elapsed_ms(row->job) / 1000);
  }
  fflush(stdout);
}

static void tell(struct show *show, const pz_event *event) {
  const struct row *row = &show->rows[pz_event_tag(event)];
  int32_t kind = pz_event_kind(event);
  if (kind == PZ_EVENT_DONE) show->ended++;
  if (show->terminal || (kind != PZ_EVENT_STATE && kind != PZ_EVENT_DONE)) return;
  printf("%6.1f s  %-27s %s\n", (double)pz_job_elapsed_ms(row->job) / 1000, pz_endpoint_id(row->endpoint),
         pz_state_name(pz_event_state(event)));
  fflush(stdout);
}

static void follow(pz_client *client, struct show *show) {
  int told = 0;
  while (show->ended < show->count) {
    pz_event *event = NULL;
    if (show->terminal) draw(show);
    if (pz_client_wait_event(client, 100, &event) == PZ_OK) {
      do {
        tell(show, event);
        pz_event_release(event);
      } while (pz_client_poll_event(client, &event) == PZ_OK);
    }
    if (interrupted && !told) {
      told = 1;
      pz_client_cancel_all(client);
      fprintf(stderr, "\nStopping. What was sent may be made, and charged, all the same.\n");
      show->drawn = 0;
    }
  }
  if (show->terminal) draw(show);
}

/* -- The table ------------------------------------------------------------------------------------------------------ */

static const char *pixels(const pz_job *job, char *text, size_t size) {
  const pz_output *first = pz_job_output(job, 0);
  uint32_t outputs = pz_job_output_count(job);
  if (!pz_output_width(first)) return "-";
  snprintf(text, size, outputs > 1 ? "%ux%u (%u)" : "%ux%u", (unsigned)pz_output_width(first),
           (unsigned)pz_output_height(first), (unsigned)outputs);
  return text;
}

/* Bytes of all pictures; *whole becomes 1 if there is one and every one is here. */
static uint64_t fetched(const pz_job *job, int *whole) {
  uint32_t i, outputs = pz_job_output_count(job);
  uint64_t bytes = 0;
  *whole = outputs > 0;
  for (i = 0; i < outputs; i++) {
    bytes += pz_output_size(pz_job_output(job, i));
    if (pz_output_status(pz_job_output(job, i)) != PZ_OK) *whole = 0;
  }
  return bytes;
}

static int print_row(const struct row *row) {
  char size[64];
  int whole;
  uint64_t bytes = fetched(row->job, &whole);
  const char *type = pz_output_mime(pz_job_output(row->job, 0)), *id = pz_job_remote_id(row->job);
  const pz_error *error = pz_job_error(row->job);
  int good = whole && pz_job_state(row->job) == PZ_STATE_COMPLETED;
  printf("%-27s %-6s %-10s %8.1f %6u %9llu  %-11s %-12s %s\n", pz_endpoint_id(row->endpoint),
         pz_endpoint_is_queued(row->endpoint) ? "queued" : "sync", row->job ? pz_state_name(pz_job_state(row->job)) : "REFUSED",
         (double)pz_job_elapsed_ms(row->job) / 1000, (unsigned)pz_job_poll_count(row->job), (unsigned long long)bytes,
         *type ? type : "-", pixels(row->job, size, sizeof size), pz_charged_name(pz_job_charged(row->job)));
  if (good) return 0;
  if (!error) error = pz_output_error(pz_job_output(row->job, 0));
  printf("    %s%s%s\n", row->job ? pz_error_message(error) : row->refused, *id ? "; request id " : "", id);
  return 1;
}

static int print_table(const struct show *show) {
  unsigned i, bad = 0;
  printf("\n%-27s %-6s %-10s %8s %6s %9s  %-11s %-12s %s\n", "endpoint", "mode", "status", "seconds", "polls", "bytes",
         "media type", "pixels", "charged");
  for (i = 0; i < show->count; i++) bad += (unsigned)print_row(&show->rows[i]);
  printf("\n%u of %u COMPLETED with every picture here\n", show->count - bad, show->count);
  return bad || interrupted ? 1 : 0;
}

/* -- Money ---------------------------------------------------------------------------------------------------------- */

/* 1: go on. On a terminal it asks; elsewhere it only says. */
static int agreed(const pz_endpoint *endpoint) {
  int64_t low, high;
  char answer[8] = "";
  pz_request *request = example_request(endpoint, 0);
  printf("One request to %s at the real gateway. It costs money: ", pz_endpoint_id(endpoint));
  if (pz_request_estimate_microusd(request, &low, &high) == PZ_OK)
    printf("$%.4f to $%.4f", (double)low / 1e6, (double)high / 1e6);
  else
    printf("how much is not known");
  printf(" (%s).\n%s\n", pz_request_estimate_source(request), pz_request_body_json(request, NULL));
  pz_request_free(request);
  if (!isatty(0)) return 1;
  printf("Send it? [y/N] ");
  fflush(stdout);
  return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static pz_client *open_client(const char *directory) {
  pz_options *options = example_options();
  pz_options_set_user_agent(options, "quickstart", PZ_NUL);
  pz_options_set_output_dir(options, directory, PZ_NUL);
  return example_client(options);
}

int main(int argc, char **argv) {
  static struct show show;
  const char *directory = "out", *wanted = NULL, *key = getenv("PIXAZO_API_KEY");
  const pz_catalogue *catalogue = pz_catalogue_builtin();
  const pz_endpoint *one = NULL;
  int yes = getenv("PIXAZO_BASE_URL") != NULL, status;
  struct sigaction action;
  uint32_t i;
  for (i = 1; i < (uint32_t)argc; i++) {
    if (!strcmp(argv[i], "--out") && i + 1 < (uint32_t)argc)
      directory = argv[++i];
    else if (!strcmp(argv[i], "--yes"))
      yes = 1;
    else
      wanted = argv[i];
  }
  if (!key || !*key) return fprintf(stderr, "quickstart: PIXAZO_API_KEY is not set\n"), 2;
  if (!wanted && !yes) return fprintf(stderr, "quickstart: name one ENDPOINT, or set PIXAZO_BASE_URL to a sandbox\n"), 2;
  if (wanted && !(one = pz_catalogue_find(catalogue, wanted, PZ_NUL)))
    return fprintf(stderr, "quickstart: no endpoint is called '%s'\n", wanted), 2;
  if (!yes && !agreed(one)) return fprintf(stderr, "Nothing was sent.\n"), 2;

  memset(&action, 0, sizeof action);
  action.sa_handler = on_interrupt;
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  show.terminal = isatty(1);
  pz_client *client = open_client(directory);
  for (i = 0; i < pz_catalogue_endpoint_count(catalogue) && show.count < MAX_ROWS; i++)
    if (!one || one == pz_catalogue_endpoint(catalogue, i)) submit(client, &show, pz_catalogue_endpoint(catalogue, i));
  follow(client, &show);
  status = print_table(&show);
  for (i = 0; i < show.count; i++) pz_job_release(show.rows[i].job);
  pz_client_free(client);
  return status;
}

/* What most tests of the C ABI begin with. Every function CHECKs; what it returns is owned by the caller. */
#ifndef PIXAZO_TESTS_CAPI_HOST_H_
#define PIXAZO_TESTS_CAPI_HOST_H_

#include <pixazo/pixazo.h>

#include "server.h"
#include "test.h"

#define CANARY "canary-key-5d41402abc4b2a76"
#define LONG_MS 150000 /* a safety net, not a measure */

pz_options *local_options(const struct server *server); /* loopback, CANARY, quick polls */
pz_client *client_from(pz_options *options);            /* frees the options */
pz_client *local_client(const struct server *server);

pz_request *request_for(const char *endpoint, const char *prompt);
pz_request *small_request(const char *prompt); /* studio-ghibli, 256 x 256: quick to draw */
pz_job *submit(pz_client *client, pz_request *request); /* frees the request */
pz_job *submit_small(pz_client *client, const char *prompt);

/* Waits for the job's end and checks its state. */
void ends_as(pz_job *job, pz_state state);
/* Takes events until the job's DONE; fails if an event of it follows. Returns how many events it had. */
int drain_until_done(pz_client *client, uint64_t job_id);
/* Takes events until there is none (after pz_client_shutdown) and counts the DONEs of each state. */
struct tally {
  int events, done, completed, failed, cancelled;
};
void drain_all(pz_client *client, struct tally *tally);
/* Until the job has (or has passed) this state. */
void reaches(pz_client *client, pz_job *job, pz_state state);

/* Nothing is left of the job, its client and the gateway. */
void end_scene(struct server *server, pz_client *client, pz_job *job);

int file_exists(const char *path);
long file_size(const char *path);
void copy_file(const char *from, const char *to);
/* A new empty directory under the build tree; never removed by name patterns, only file by file. */
void make_directory(char *path, size_t size);
void remove_directory(const char *path); /* with the plain files in it */

#endif

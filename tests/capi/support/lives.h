/* Several lives of one journal: processes that are killed, and what the next one finds. Every function CHECKs. */
#ifndef PIXAZO_TESTS_CAPI_LIVES_H_
#define PIXAZO_TESTS_CAPI_LIVES_H_

#include "host.h"

struct place {
  char directory[256], path[300]; /* an empty directory, and a journal in it that is not there yet */
};
void make_place(struct place *place);

pz_options *journal_options(const struct server *server, const struct place *place);
pz_client *journal_client(const struct server *server, const struct place *place);

/* What the file says of its only job. */
void row_has(const struct place *place, const char *part);
/* Waits until it says that. */
void row_will_have(const struct place *place, const char *part);
uint64_t first_id(const struct place *place);
void await_rows(pz_client *client, int64_t rows); /* written so far by this client */

uint32_t restore(pz_client *client);
pz_job *find(pz_client *client, uint64_t id);
/* The next life of the only job: a new client, which restores it. */
pz_job *restored(const struct server *server, const struct place *place, pz_client **client);
/* Nothing is left of the job, its client, the gateway and the journal. */
void end_life(struct server *server, const struct place *place, pz_client *client, pz_job *job);

/* Runs a life in a process of its own, which is killed when it returns. Before any client is made. */
void dies(void (*life)(struct server *, const struct place *), struct server *server, const struct place *place);

#endif

/* A client of a server on this machine, for benchmarks. */
#ifndef PIXAZO_TESTS_BENCH_LOCAL_H_
#define PIXAZO_TESTS_BENCH_LOCAL_H_

#include <pixazo/pixazo.h>

#include "capi/support/server.h"

/* Options for that server: loopback, a key, any number of jobs. A request for a small picture. */
pz_options* bench_options(const struct server* server);
pz_request* bench_request(void);
pz_job* bench_submit(pz_client* client, pz_request* request); /* keeps the request */
void bench_throw_away_events(pz_client* client);
/* Cancels what is left, and frees it. */
void bench_end(pz_client* client);

#endif

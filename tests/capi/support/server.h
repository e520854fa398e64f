/* Programs that play the gateway: pz-sandbox, and odd-gateway for what a gateway should never do. */
#ifndef PIXAZO_TESTS_CAPI_SERVER_H_
#define PIXAZO_TESTS_CAPI_SERVER_H_

#include <stddef.h>
#include <stdint.h>

struct server {
  int pid;
  int in, out;       /* its stdin and stdout, seen from here */
  char url[128];     /* http://127.0.0.1:port */
};

/* speed: how many times faster than life. extra: more arguments, NULL-terminated, or NULL. */
void sandbox_start(struct server *server, int speed, const char *const *extra);
/* manner: see odd_gateway.cpp. */
void odd_start(struct server *server, const char *manner);
void server_stop(struct server *server);

/* A question to an odd-gateway: one line out, one line back. */
void odd_ask(struct server *server, const char *question, char *answer, size_t size);
long odd_count(struct server *server, const char *question);
/* Waits until the count asked for is at least `least`. */
void odd_await(struct server *server, const char *question, long least);

/* Threads of this process, a sanitizer's own included. */
int threads_of_process(void);
void await_threads(int at_most); /* an ended thread stays listed for a moment */
int descriptors_of_process(void);

/* A GET, whole body; malloc'ed, NUL-terminated. */
char *http_get(const char *url, const char *path);
/* How often `part` occurs in `text`. */
int occurrences(const char *text, const char *part);

#endif

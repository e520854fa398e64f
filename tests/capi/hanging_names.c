#define _GNU_SOURCE
#include "hanging_names.h"

#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <string.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int hanging, leaving, round_now; /* those that are let go are counted apart: their clients may ask again at once */

typedef int (*look_up_fn)(const char *, const char *, const struct addrinfo *, struct addrinfo **);

__attribute__((visibility("default"))) int getaddrinfo(const char *restrict name, const char *restrict service,
                                                       const struct addrinfo *restrict hints, struct addrinfo **restrict out) {
  look_up_fn real;
  const size_t len = name ? strlen(name) : 0;
  int began;
  if (len < 5 || strcmp(name + len - 5, ".hang") != 0) {
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    return real(name, service, hints, out);
  }
  pthread_mutex_lock(&mutex);
  began = round_now;
  hanging++;
  pthread_cond_broadcast(&changed);
  while (round_now == began) pthread_cond_wait(&changed, &mutex);
  leaving--;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
  return EAI_AGAIN;
}

int names_hanging(void) {
  int n;
  pthread_mutex_lock(&mutex);
  n = hanging;
  pthread_mutex_unlock(&mutex);
  return n;
}

void await_hanging(int at_least) {
  pthread_mutex_lock(&mutex);
  while (hanging < at_least) pthread_cond_wait(&changed, &mutex);
  pthread_mutex_unlock(&mutex);
}

void release_names(void) {
  pthread_mutex_lock(&mutex);
  round_now++;
  leaving += hanging;
  hanging = 0;
  pthread_cond_broadcast(&changed);
  while (leaving > 0) pthread_cond_wait(&changed, &mutex);
  pthread_mutex_unlock(&mutex);
}

#define _GNU_SOURCE
#include "shortage.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

#define VISIBLE __attribute__((visibility("default")))

/* glibc's own names for what is replaced here. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *p, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *p);

static atomic_long first = -1, more, counted, failures, alive;

static int traced; /* PIXAZO_TORTURE_TRACE: where the allocation that fails was asked for */

static int falls(void) {
  void *frames[40];
  const long from = atomic_load(&first);
  long n;
  if (from < 0) return 0;
  n = atomic_fetch_add(&counted, 1);
  if (n < from || n > from + atomic_load(&more)) return 0;
  atomic_fetch_add(&failures, 1);
  if (traced) backtrace_symbols_fd(frames, backtrace(frames, 40), 2);
  errno = ENOMEM;
  return 1;
}

static void *lives(void *p) {
  if (p) atomic_fetch_add(&alive, 1);
  return p;
}

VISIBLE void *malloc(size_t size) { return falls() ? NULL : lives(__libc_malloc(size)); }
VISIBLE void *calloc(size_t count, size_t size) { return falls() ? NULL : lives(__libc_calloc(count, size)); }
VISIBLE void *memalign(size_t alignment, size_t size) { return falls() ? NULL : lives(__libc_memalign(alignment, size)); }
VISIBLE void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
VISIBLE int posix_memalign(void **out, size_t alignment, size_t size) {
  void *p = memalign(alignment, size);
  if (p) *out = p;
  return p ? 0 : ENOMEM;
}
VISIBLE void *realloc(void *p, size_t size) {
  void *now;
  if (falls()) return NULL;
  now = __libc_realloc(p, size);
  if (!p && now) lives(now);
  if (p && size == 0) atomic_fetch_sub(&alive, 1);
  return now;
}
VISIBLE void free(void *p) {
  if (p) atomic_fetch_sub(&alive, 1);
  __libc_free(p);
}

void memory_fails_at(long n, long and_more) {
  void *frame;
  if (!traced && getenv("PIXAZO_TORTURE_TRACE")) traced = backtrace(&frame, 1);
  atomic_store(&counted, 0);
  atomic_store(&failures, 0);
  atomic_store(&more, and_more);
  atomic_store(&first, n);
}
long memory_back(void) {
  atomic_store(&first, -1);
  return atomic_load(&counted);
}
long memory_failures(void) { return atomic_load(&failures); }
long allocations_alive(void) { return atomic_load(&alive); }

static atomic_long thread_first = -1, threads, refused;

typedef int (*create_fn)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

VISIBLE int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
  static create_fn real;
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, "pthread_create");
  if (atomic_load(&thread_first) >= 0 && atomic_fetch_add(&threads, 1) == atomic_load(&thread_first)) {
    atomic_fetch_add(&refused, 1);
    return EAGAIN;
  }
  return real(thread, attributes, body, argument);
}

void threads_fail_at(long n) {
  atomic_store(&threads, 0);
  atomic_store(&refused, 0);
  atomic_store(&thread_first, n);
}
long threads_back(void) {
  atomic_store(&thread_first, -1);
  return atomic_load(&refused);
}

/* Counts locks that had to be waited for. Linked into a program with ENABLE_EXPORTS it stands in for
 * pthread_mutex_lock of the whole process, the library included. */
#ifndef PIXAZO_TESTS_BENCH_LOCKS_H_
#define PIXAZO_TESTS_BENCH_LOCKS_H_

#include <stdint.h>

/* Of the calling thread, since it began. */
struct lock_waits {
  uint64_t count, ns;
};
struct lock_waits lock_waits(void);

#endif

/* Takes memory and threads away from the whole process, the library and what it is linked with included. */
#ifndef PIXAZO_TESTS_TORTURE_SHORTAGE_H_
#define PIXAZO_TESTS_TORTURE_SHORTAGE_H_

/* The n-th allocation from now on fails, counted over all threads from 0, and then `more` after it. */
void memory_fails_at(long n, long more);
long memory_back(void);       /* none fails any more; how many allocations there were since memory_fails_at */
long memory_failures(void);   /* since memory_fails_at */
long allocations_alive(void); /* not freed yet */

/* The n-th thread from now on cannot start. */
void threads_fail_at(long n);
long threads_back(void); /* all start again; how many were refused */

#endif

/* The clocks of the whole program, in the test's hands: linking clock.c replaces what libpixazo, libcurl and OpenSSL ask. */
#ifndef PIXAZO_TESTS_NET_CLOCK_H_
#define PIXAZO_TESTS_NET_CLOCK_H_

#ifdef __cplusplus
extern "C" {
#endif
void wall_clock_jumps(long long ms);      /* forward, or back if negative */
void monotonic_clock_leaps(long long ms); /* forward: as after a sleep of the machine */
#ifdef __cplusplus
}
#endif

#endif

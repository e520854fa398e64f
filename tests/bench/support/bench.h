/* What the benchmarks share: options, clocks, samples and their distribution, this process's memory. Nothing
 * of the library is in it. */
#ifndef PIXAZO_TESTS_BENCH_H_
#define PIXAZO_TESTS_BENCH_H_

#include <stddef.h>
#include <stdint.h>

/* Ends the process, with what was expected, when the condition does not hold. */
#define REQUIRE(condition) bench_require(!!(condition), __FILE__, __LINE__, #condition)
void bench_require(int condition, const char* file, int line, const char* what);

/* --help prints `help` and ends the process. bench_number: the number after `name`, or `otherwise`. */
void bench_help(int argc, char** argv, const char* help);
long bench_number(int argc, char** argv, const char* name, long otherwise);
/* A line that goals.py reads. */
void bench_figure(const char* name, double value);

uint64_t bench_ns(void);             /* monotonic */
void bench_pause_until(uint64_t ns); /* of bench_ns */
double bench_cpu_ms(void);           /* of this process so far, user and system */
double bench_thread_cpu_ms(
    const char* thread_name); /* of the thread of this process that is called so; -1: there is none */
long bench_rss_kb(void);
long bench_peak_kb(void);
/* How often the thread of that name went to sleep by itself. */
long bench_sleeps(const char* thread_name);

/* How long calls took. */
struct samples {
  const char* name;
  uint32_t* ns; /* in the order in which they came, until they are sorted */
  size_t count, room;
};
void samples_add(struct samples* samples, uint64_t ns);
double samples_us(struct samples* samples, double share); /* sorts; share 0.99: p99, 1: the longest */
void samples_print_head(void);
void samples_print(struct samples* samples); /* sorts */

/* A new empty directory, and its end, with the plain files in it. */
void bench_folder(char* path, size_t size);
void bench_folder_remove(const char* path);

#endif

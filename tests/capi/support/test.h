/* Tests of the C ABI, written in C99 against the shared library and its header alone.
 *
 *   TEST(name, "the sentence it proves") { ... CHECK(condition); ... }
 *
 * CMakeLists.txt reads these lines and makes each a ctest of its own; a program runs the tests named on its command line,
 * or all. CHECK ends the process at the first failure. */
#ifndef PIXAZO_TESTS_CAPI_TEST_H_
#define PIXAZO_TESTS_CAPI_TEST_H_

#include <pixazo/pixazo.h>
#include <stdio.h>

/* Which sanitizer this is built with: gcc has macros, clang has features. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PZ_TEST_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define PZ_TEST_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define PZ_TEST_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define PZ_TEST_TSAN 1
#endif

typedef void (*test_fn)(void);
void test_register(const char *name, const char *sentence, test_fn fn);
void test_failed(const char *file, int line, const char *what);

#define TEST(name, sentence)                                                                    \
  static void name(void);                                                                       \
  __attribute__((constructor)) static void register_##name(void) { test_register(#name, sentence, name); } \
  static void name(void)

extern const char *test_running; /* the sentence */

#define CHECK(condition)                                                 \
  do {                                                                   \
    if (!(condition)) test_failed(__FILE__, __LINE__, #condition);       \
  } while (0)

/* Compares two integers and prints both when they differ. */
#define CHECK_EQ(a, b) test_equal(__FILE__, __LINE__, #a, (long long)(a), #b, (long long)(b))
void test_equal(const char *file, int line, const char *a_text, long long a, const char *b_text, long long b);
/* Compares a status and prints names, and the error's message if there is one. (host.c has it: it needs the library.) */
#define CHECK_STATUS(expected, got) test_status(__FILE__, __LINE__, expected, got, NULL)
#define CHECK_STATUS_E(expected, got, error) test_status(__FILE__, __LINE__, expected, got, error)
void test_status(const char *file, int line, pz_status expected, pz_status got, const pz_error *error);
/* `text` contains `part`. */
#define CHECK_HAS(text, part) test_has(__FILE__, __LINE__, text, part)
void test_has(const char *file, int line, const char *text, const char *part);
#define CHECK_TEXT(a, b) test_text(__FILE__, __LINE__, a, b)
void test_text(const char *file, int line, const char *a, const char *b);

#endif

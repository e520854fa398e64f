#include "test.h"

#include <stdlib.h>
#include <string.h>

struct test {
  const char *name, *sentence;
  test_fn fn;
};
static struct test tests[256];
static int count;
const char *test_running = "";

void test_register(const char *name, const char *sentence, test_fn fn) {
  tests[count].name = name;
  tests[count].sentence = sentence;
  tests[count++].fn = fn;
}

void test_failed(const char *file, int line, const char *what) {
  fprintf(stderr, "%s:%d: in %s: not true: %s\n", file, line, test_running, what);
  exit(1);
}

void test_equal(const char *file, int line, const char *a_text, long long a, const char *b_text, long long b) {
  if (a == b) return;
  fprintf(stderr, "%s:%d: in %s: %s is %lld, %s is %lld\n", file, line, test_running, a_text, a, b_text, b);
  exit(1);
}

void test_has(const char *file, int line, const char *text, const char *part) {
  if (strstr(text, part)) return;
  fprintf(stderr, "%s:%d: in %s: \"%s\" has no \"%s\" in it\n", file, line, test_running, text, part);
  exit(1);
}

void test_text(const char *file, int line, const char *a, const char *b) {
  if (strcmp(a, b) == 0) return;
  fprintf(stderr, "%s:%d: in %s: \"%s\" is not \"%s\"\n", file, line, test_running, a, b);
  exit(1);
}

int main(int argc, char **argv) {
  int i, k, ran = 0;
  for (i = 0; i < count; i++) {
    int wanted = argc < 2;
    for (k = 1; k < argc; k++) wanted |= strcmp(argv[k], tests[i].name) == 0;
    if (!wanted) continue;
    test_running = tests[i].sentence;
    tests[i].fn();
    printf("ok: %s\n", tests[i].sentence);
    fflush(stdout);
    ran++;
  }
  if (ran == 0) fprintf(stderr, "no such test\n");
  return ran == 0;
}

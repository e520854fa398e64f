/* A plugin host: loads the library by path, asks for functions by name, closes it, and does so again. */
#include <dlfcn.h>
#include <pixazo/pixazo.h>
#include <stdio.h>

typedef uint32_t(PZ_CALL *version_fn)(void);
typedef const pz_catalogue *(PZ_CALL *builtin_fn)(void);
typedef uint32_t(PZ_CALL *count_fn)(const pz_catalogue *);

static void *symbol(void *library, const char *name) {
  void *address = dlsym(library, name);
  if (!address) fprintf(stderr, "%s\n", dlerror());
  return address;
}

static int use(const char *path) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  version_fn version;
  builtin_fn builtin;
  count_fn count;
  int good;
  if (!library) {
    fprintf(stderr, "%s\n", dlerror());
    return 0;
  }
  *(void **)&version = symbol(library, "pz_version");
  *(void **)&builtin = symbol(library, "pz_catalogue_builtin");
  *(void **)&count = symbol(library, "pz_catalogue_endpoint_count");
  good = version && builtin && count && version() >> 16 == PZ_VERSION_MAJOR && count(builtin()) == 15;
  return dlclose(library) == 0 && good;
}

int main(int argc, char **argv) {
  return argc == 2 && use(argv[1]) && use(argv[1]) ? 0 : 1;
}

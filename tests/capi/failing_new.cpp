// Replaces operator new for the whole process, the library included: it fails when a test says so, on the test's thread only.
#include <cstdlib>
#include <new>

namespace {
thread_local long t_left = -1;  // < 0: does not fail
thread_local bool t_failed = false;

void* Allocate(std::size_t size) {
  if (t_left == 0) t_failed = true;
  if (t_left == 0) return nullptr;
  if (t_left > 0) --t_left;
  return std::malloc(size ? size : 1);
}
}  // namespace

extern "C" void fail_after(long allocations) {
  t_failed = false;
  t_left = allocations;
}
extern "C" int failed() {
  t_left = -1;
  return t_failed;
}

#define VISIBLE __attribute__((visibility("default")))
VISIBLE void* operator new(std::size_t size) {
  if (void* p = Allocate(size)) return p;
  throw std::bad_alloc();
}
VISIBLE void* operator new[](std::size_t size) { return operator new(size); }
VISIBLE void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return Allocate(size); }
VISIBLE void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return Allocate(size); }
VISIBLE void operator delete(void* p) noexcept { std::free(p); }
VISIBLE void operator delete[](void* p) noexcept { std::free(p); }
VISIBLE void operator delete(void* p, std::size_t) noexcept { std::free(p); }
VISIBLE void operator delete[](void* p, std::size_t) noexcept { std::free(p); }

// Values that hold others, copied while memory ends. libstdc++ takes a variant of strings and vectors for one
// that is never without a value, and destroys what a copy that failed has not made.
#include <cstdio>
#include <cstdlib>
#include <new>

#include "wire/json.h"

extern "C" {
#include "shortage.h"
}

using pixazo::wire::Json;

int main() {
  Json::Array list;
  for (int i = 0; i < 3; ++i) {
    Json object{Json::Object{}};
    object.Set("a text that is too long to lie in its string", Json("another one that is too long for that"));
    object.Set("list",
               Json(Json::Array{Json(1), Json("a third one that is too long for that"), Json(nullptr)}));
    list.push_back(std::move(object));
  }
  const Json whole(std::move(list));
  const long alive = allocations_alive();
  long n = 0, failed = 0;
  for (bool fell = true; fell; ++n) {
    fell = false;
    memory_fails_at(n, 0);
    try {
      const Json copy = whole;
      Json assigned("something else that is too long for that");
      assigned = whole;
      if (!(copy == whole) || !(assigned == whole)) return std::printf("a copy differs\n"), 1;
    } catch (const std::bad_alloc&) {
      fell = true;
      ++failed;
    }
    memory_back();
    if (allocations_alive() != alive) return std::printf("allocation %ld: something was not freed\n", n), 1;
  }
  std::printf("%ld allocations failed\n", failed);
  return failed > 20 ? 0 : 1;
}

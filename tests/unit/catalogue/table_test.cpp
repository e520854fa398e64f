#include <doctest/doctest.h>

#include "catalogue/catalogue.h"

using namespace pixazo;

TEST_CASE("the built-in catalogue has the fifteen endpoints and its JSON loads to the same") {
  const auto built_in = catalogue::Catalogue::BuiltIn();
  CHECK(built_in->endpoints().size() == 15);
  const auto loaded = catalogue::Catalogue::Load(built_in->json());
  INFO((loaded.ok() ? std::string() : loaded.error().message));
  REQUIRE(loaded.ok());
  CHECK((*loaded)->json() == built_in->json());
}

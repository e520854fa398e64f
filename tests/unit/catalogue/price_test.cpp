// Estimates say where they are from, and "unknown" where the documents give no price.
#include "support.h"

using namespace test;
using pixazo::catalogue::Catalogue;
using pixazo::catalogue::Check;
using pixazo::catalogue::Estimate;

namespace {

Estimate EstimateOf(const Endpoint& endpoint, std::vector<Argument> arguments) {
  const auto prepared = Check(endpoint, arguments);
  REQUIRE_MESSAGE(prepared.ok(), (prepared.ok() ? "" : prepared.error().message));
  return prepared->estimate;
}

Estimate EstimateOf(const char* endpoint, const char* arguments) {
  return EstimateOf(Find(endpoint), Arguments(arguments));
}

}  // namespace

TEST_CASE("an estimate spans one price a request and one a picture, as the unit is not stated") {
  const struct {
    const char* arguments;
    int64_t low, high;
  } rows[] = {
      {R"({"prompt":"a"})", 128000, 128000},
      {R"({"prompt":"a","quality":"low"})", 12000, 12000},
      {R"({"prompt":"a","quality":"medium","count":3})", 47000, 141000},
      {R"({"prompt":"a","quality":"high","number_of_images":10})", 128000, 1280000},
      {R"({"prompt":"a","quality":"auto","count":2.0})", 128000, 256000},
  };
  for (const auto& row : rows) {
    CAPTURE(row.arguments);
    const Estimate estimate = EstimateOf("gpt-image-2-text-to-image", row.arguments);
    CHECK(estimate.known);
    CHECK(estimate.low_microusd == row.low);
    CHECK(estimate.high_microusd == row.high);
    CHECK(estimate.source.find("pricing section") != std::string::npos);
  }
  CHECK(EstimateOf("gpt-image-2-image-to-image",
                   R"({"prompt":"a","images":"https://example.com/a.png","quality":"low","count":2})")
            .high_microusd == 24000);
}

TEST_CASE("where no price is listed the estimate is unknown and says why") {
  const auto catalogue = Catalogue::BuiltIn();
  int unknown = 0;
  for (const Endpoint& endpoint : catalogue->endpoints()) {
    if (endpoint.price.known) continue;
    std::vector<Argument> arguments;
    for (const auto& [name, value] : endpoint.example_request.as_object())
      arguments.push_back({name, value, {}, false});
    const Estimate estimate = EstimateOf(endpoint, arguments);
    CHECK_FALSE(estimate.known);
    CHECK(estimate.low_microusd == 0);
    CHECK(estimate.source == endpoint.price.source);
    ++unknown;
  }
  CHECK(unknown == 13);
  CHECK(Find("gpt-image-2").price.source.find("$0.012 low") != std::string::npos);
}

TEST_CASE("what is sent as it is counts in the estimate, and is unknown where it cannot be counted") {
  const Endpoint& endpoint = Find("gpt-image-2-text-to-image");
  const Argument prompt{"prompt", "a", {}, false};
  CHECK(EstimateOf(endpoint, {prompt, AsIs("number_of_images", 50), AsIs("quality", "low")}).high_microusd ==
        600000);
  CHECK_FALSE(EstimateOf(endpoint, {prompt, AsIs("quality", "ultra")}).known);
  CHECK_FALSE(EstimateOf(endpoint, {prompt, AsIs("quality", 3)}).known);
  CHECK_FALSE(EstimateOf(endpoint, {prompt, AsIs("number_of_images", "many")}).known);
  CHECK_FALSE(EstimateOf(endpoint, {prompt, AsIs("number_of_images", -4)}).known);
  CHECK_FALSE(EstimateOf(endpoint, {prompt, AsIs("number_of_images", int64_t{1} << 60)}).known);
}

#include "sandbox/fixture.h"

#include <fstream>

namespace sandbox_test {

const Json& Examples() {
  static const Json examples = Json::parse(std::ifstream(PZ_TEST_DATA "/examples.json"));
  return examples;
}

std::string PathOf(const Json& example) {
  std::string url = example["operation"];
  return url.substr(url.find('/', 8));
}

bool IsRequest(const Json& example) {
  std::string section = example["section"];
  return !example["request"].is_null() || section.rfind("Example Request", 0) == 0 ||
         section == "Minimum Request" || section.rfind("Full Request", 0) == 0;
}

std::string FirstMedia(const Json& reply) {
  for (const char* name : {"imageUrl", "url", "output"})
    if (reply.contains(name) && reply[name].is_string()) return reply[name];
  return reply.at("output").at("media_url").at(0);
}

}  // namespace sandbox_test

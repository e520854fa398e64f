// Catalogues from strangers: refused with a place, or loaded, printed and loaded again to the same; requests
// against them are checked without a crash.
#include "catalogue/catalogue.h"
#include "fuzz.h"

using namespace pixazo;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto loaded = catalogue::Catalogue::Load(Text(data, size));
  if (!loaded.ok()) {
    Require(!loaded.error().message.empty(), "a refusal says why");
    return 0;
  }
  const catalogue::Catalogue& rows = **loaded;
  const auto again = catalogue::Catalogue::Load(rows.json());
  Require(again.ok() && (*again)->json() == rows.json(), "what it prints loads to the same");
  for (const catalogue::Endpoint& endpoint : rows.endpoints()) {
    Require(rows.Find(endpoint.id) == &endpoint, "an endpoint is found by its id");
    std::vector<catalogue::Argument> arguments;
    for (const catalogue::Param& param : endpoint.params)
      arguments.push_back({param.name, param.example, {}, false});
    const auto checked = catalogue::Check(endpoint, arguments);
    Require(checked.ok() || !checked.error().message.empty(), "a refusal says why");
  }
  return 0;
}

// The rows against the contract: every parameter, field by field, through an independent JSON parser.
#include <algorithm>
#include <map>
#include <set>

#include "support.h"

using namespace test;
using pixazo::catalogue::Catalogue;
using pixazo::catalogue::EndpointJson;
using pixazo::catalogue::ParamJson;

namespace {

constexpr const char* kGateway = "https://gateway.pixazo.ai";

struct Identity {
  const char* id;
  const char* path;
  const char* alias;
};
constexpr Identity kIdentities[] = {
    {"studio-ghibli", "/studio-ghibli/v1/studio-ghibli/generate", ""},
    {"gpt-image-1.5", "/gpt-image-1-5-api-923/v1/gpt-image-1-5-api-request", "gpt-image-1-5-api-923"},
    {"gpt-image-2", "/gpt-image-2/v1/text-to-image", "gpt-image-2/text-to-image"},
    {"gpt-image-2-edit", "/gpt-image-2/v1/image-to-image-edit", "gpt-image-2/image-to-image-edit"},
    {"gpt-image-2-text-to-image", "/gpt-image-2-text-to-image/v1/gpt-image-2-text-to-image/generate", ""},
    {"gpt-image-2-image-to-image", "/gpt-image-2-image-to-image/v1/gpt-image-2-image-to-image/generate", ""},
    {"sd3", "/sd3/v1/getData", "stable-diffusion-3"},
    {"sd3.5-large", "/sd3-5/v1/r-sd-3-5-large", "stable-diffusion-3-5-large"},
    {"sdxl", "/getImage/v1/getSDXLImage", "stable-diffusion-xl-base-10"},
    {"sdxl-lightning", "/sdxl_lightning/getImage/v1/getSDXLImage", "stable-diffusion-xl-lightning"},
    {"sdxl-lightning-stream", "/sdxl_lightning/getImage/v1/getSDXLImageStream", ""},
    {"sd1.5-inpainting", "/inpainting/v1/getImage", "stable-diffusion-v1-5-inpainting"},
    {"sd1.5-inpainting-stream", "/inpainting/v1/getImageStream", ""},
    {"pixelforge", "/pixelforge-image/v1/qwen_image_gen/serve_image", "pixelforge-image"},
    {"pixelforge-relighting", "/pixelforge-relighting-api/v1/relighting/generate",
     "pixelforge-relighting-api"},
};

// Where a row differs from the contract on purpose. ours: the value that stands in the row instead ("null":
// none).
struct Difference {
  const char* endpoint;
  const char* param;  // the contract's name
  const char* field;
  const char* ours;
  const char* why;
};
constexpr Difference kDifferences[] = {
    {"sd1.5-inpainting", "negativePrompt", "wire_name", "\"negative_prompt\"",
     "the table says negativePrompt, every printed example sends negative_prompt: the examples' spelling is "
     "sent, the "
     "table's is an alias"},
    {"gpt-image-2", "size", "choices",
     R"(["1024x1024","1024x1536","1536x1024","2048x2048","2048x1152","2160x3840","3840x2160","auto"])",
     "<custom WxH> is no value: open_choices says it"},
    {"gpt-image-2-edit", "size", "choices",
     R"(["1024x1024","1024x1536","1536x1024","2048x2048","2048x1152","2160x3840","3840x2160","auto"])",
     "<custom WxH> is no value: open_choices says it"},
    {"pixelforge-relighting", "image_size", "choices",
     R"(["square_hd","square","portrait_4_3","portrait_16_9","landscape_4_3","landscape_16_9"])",
     "{width,height} is an example of a custom size: open_choices and object_form say it"},
};

const Difference* FindDifference(const std::string& endpoint, const std::string& param,
                                 const std::string& field) {
  const auto it = std::find_if(std::begin(kDifferences), std::end(kDifferences), [&](const Difference& d) {
    return endpoint == d.endpoint && param == d.param && field == d.field;
  });
  return it == std::end(kDifferences) ? nullptr : it;
}

// The contract's words for types, and ours for the same.
const std::map<std::string, std::set<std::string>> kTypes = {
    {"string", {"string", "size"}},
    {"integer", {"integer"}},
    {"number", {"number"}},
    {"boolean", {"boolean"}},
    {"url", {"image", "url"}},
    {"array<url>", {"images"}},
    {"array<string>", {"string_list"}},
    {"url|data-uri", {"image"}},
    {"url|data-uri or array of them", {"images"}},
    {"enum string OR object {width,height}", {"size"}},
    {"array<{path:string required, scale:number 0.0-2.0 default 1.0}>", {"object_list"}},
};

constexpr std::pair<const char*, const char*> kFields[] = {
    {"name", "wire_name"},
    {"default", "default"},
    {"min", "min"},
    {"max", "max"},
    {"enum", "choices"},
    {"minLength", "min_length"},
    {"maxLength", "max_length"},
    {"minItems", "min_items"},
    {"maxItems", "max_items"},
};

Independent Member(const Independent& object, const std::string& name) {
  const auto it = object.find(name);
  return it == object.end() ? Independent() : *it;
}

const Endpoint& ByPath(const Catalogue& catalogue, const std::string& url) {
  for (const Endpoint& endpoint : catalogue.endpoints()) {
    if (kGateway + endpoint.path == url) return endpoint;
  }
  FAIL("no endpoint for " << url);
  return catalogue.endpoints().front();
}

bool IsRequest(const Independent& example) {
  return example["json"].is_object() && example["json"].contains("prompt");
}

}  // namespace

TEST_CASE("the fifteen endpoints have their ids, paths and aliases, and no others") {
  const auto catalogue = Catalogue::BuiltIn();
  REQUIRE(catalogue->endpoints().size() == std::size(kIdentities));
  for (const Identity& identity : kIdentities) {
    CAPTURE(identity.id);
    const Endpoint* endpoint = catalogue->Find(identity.id);
    REQUIRE(endpoint);
    CHECK(endpoint->id == identity.id);
    CHECK(endpoint->path == identity.path);
    CHECK(endpoint->method == "POST");
    const std::string alias = identity.alias;
    CHECK(endpoint->aliases ==
          (alias.empty() ? std::vector<std::string>{} : std::vector<std::string>{alias}));
    if (!alias.empty()) CHECK(catalogue->Find(alias) == endpoint);
  }
  CHECK_FALSE(catalogue->Find("gpt-image-3"));
  CHECK_FALSE(catalogue->Find(""));
}

TEST_CASE(
    "every parameter is the contract's: name, type, required, default, range, choices, length, counts") {
  const auto catalogue = Catalogue::BuiltIn();
  const Independent contract = ReadData("endpoints.json");
  REQUIRE(contract["endpoints"].size() == catalogue->endpoints().size());
  std::set<const Difference*> used;
  for (const Independent& theirs : contract["endpoints"]) {
    const Endpoint& endpoint = ByPath(*catalogue, theirs["url"]);
    CAPTURE(endpoint.id);
    REQUIRE(theirs["params"].size() == endpoint.params.size());
    for (size_t i = 0; i < endpoint.params.size(); ++i) {
      const Independent& param = theirs["params"][i];
      const Independent ours = Independent::parse(ParamJson(endpoint.params[i]));
      const std::string name = param["name"];
      CAPTURE(name);
      for (const auto& [their_field, our_field] : kFields) {
        const auto& our_field_shown = our_field;  // clang: a lambda captures no structured binding
        CAPTURE(our_field_shown);
        const Difference* difference = FindDifference(endpoint.id, name, our_field);
        if (difference) used.insert(difference);
        CHECK(Member(ours, our_field) ==
              (difference ? Independent::parse(difference->ours) : Member(param, their_field)));
      }
      CHECK(ours.value("required", false) == param["required"].get<bool>());
      const auto types = kTypes.find(param["type"]);
      REQUIRE_MESSAGE(types != kTypes.end(), param["type"]);
      CHECK_MESSAGE(types->second.count(ours["type"]) == 1, ours["type"]);
    }
  }
  CHECK_MESSAGE(used.size() == std::size(kDifferences), "a difference that is none any more");
}

TEST_CASE("product, provider, mode, model id and response shape are the contract's") {
  const auto catalogue = Catalogue::BuiltIn();
  const Independent contract = ReadData("endpoints.json");
  for (const Independent& theirs : contract["endpoints"]) {
    const Endpoint& endpoint = ByPath(*catalogue, theirs["url"]);
    CAPTURE(endpoint.id);
    CHECK(endpoint.product == theirs["product"].get<std::string>());
    CHECK(endpoint.provider == theirs["provider"].get<std::string>());
    CHECK(endpoint.queued == (theirs["mode"] == "queued"));
    CHECK(endpoint.model_id == (theirs["model_id"].is_null() ? "" : theirs["model_id"].get<std::string>()));
    const Independent& body = theirs["response"]["body"];
    CHECK((endpoint.queued ? body.contains("request_id") : body.contains(endpoint.response_shape)));
    CHECK_FALSE(endpoint.title.empty());
    CHECK_FALSE(endpoint.notes.empty());
    CHECK_FALSE(endpoint.price.source.empty());
  }
}

TEST_CASE("the status call is a row too") {
  const auto catalogue = Catalogue::BuiltIn();
  const Independent status = ReadData("endpoints.json")["status_endpoint"];
  CHECK(kGateway + catalogue->status().path == status["url"].get<std::string>());
  CHECK(catalogue->status().method == status["method"].get<std::string>());
  CHECK(catalogue->status().terminal == status["terminal"].get<std::vector<std::string>>());
  CHECK(catalogue->StatusPath("gpt-image-2_019d") == "/v2/requests/status/gpt-image-2_019d");
  CHECK(catalogue->StatusPath("a/../b?c#d") == "/v2/requests/status/a%2F..%2Fb%3Fc%23d");
}

TEST_CASE("each row's example request is the first one the documents print for its URL") {
  const auto catalogue = Catalogue::BuiltIn();
  const Independent examples = ReadData("examples.json");
  for (const Endpoint& endpoint : catalogue->endpoints()) {
    CAPTURE(endpoint.id);
    const auto first = std::find_if(examples.begin(), examples.end(), [&](const Independent& e) {
      return e["operation"] == kGateway + endpoint.path && IsRequest(e);
    });
    REQUIRE(first != examples.end());
    REQUIRE((*first)["request"].is_object());
    CHECK(Independent::parse(EndpointJson(endpoint))["example_request"] == (*first)["json"]);
  }
}

TEST_CASE(
    "each parameter's example is printed for its endpoint, or stands in the list of those that are not") {
  // The documents print no value for these at their own endpoint: the range's end, or the value another
  // endpoint prints.
  const std::set<std::string> elsewhere = {
      "studio-ghibli.image",
      "studio-ghibli.mask",
      "studio-ghibli.width",
      "studio-ghibli.height",
      "studio-ghibli.num_outputs",
      "studio-ghibli.webhook",
      "studio-ghibli.webhook_events_filter",
      "gpt-image-2-edit.image",
      "gpt-image-2-edit.mask",
  };
  const auto catalogue = Catalogue::BuiltIn();
  const Independent examples = ReadData("examples.json");
  std::set<std::string> not_printed;
  for (const Endpoint& endpoint : catalogue->endpoints()) {
    for (const auto& param : endpoint.params) {
      const Independent ours = Independent::parse(ParamJson(param));
      REQUIRE_MESSAGE(ours.contains("example"), endpoint.id << "." << param.wire_name);
      const bool printed = std::any_of(examples.begin(), examples.end(), [&](const Independent& e) {
        return e["operation"] == kGateway + endpoint.path && IsRequest(e) &&
               Member(e["json"], param.wire_name) == ours["example"];
      });
      if (!printed) not_printed.insert(endpoint.id + "." + param.wire_name);
    }
  }
  CHECK(not_printed == elsewhere);
}

TEST_CASE("canonical names are those of the vocabulary") {
  const std::set<std::string> vocabulary = {"prompt",
                                            "negative_prompt",
                                            "images",
                                            "mask",
                                            "width",
                                            "height",
                                            "aspect_ratio",
                                            "count",
                                            "seed",
                                            "steps",
                                            "guidance",
                                            "strength",
                                            "quality",
                                            "output_quality",
                                            "format",
                                            "background",
                                            "moderation",
                                            "loras",
                                            "safety_checker",
                                            "acceleration",
                                            "webhook",
                                            "webhook_events_filter",
                                            "size"};
  std::set<std::string> seen;
  for (const Endpoint& endpoint : Catalogue::BuiltIn()->endpoints()) {
    for (const auto& param : endpoint.params) {
      CAPTURE(endpoint.id);
      CHECK_MESSAGE(vocabulary.count(param.name) == 1, param.name);
      CHECK_FALSE(param.note.empty());
      seen.insert(param.name);
    }
  }
  CHECK(seen == vocabulary);
}

TEST_CASE("prices stand where the documents give them and nowhere else") {
  const std::vector<std::pair<std::string, int64_t>> table = {
      {"low", 12000}, {"medium", 47000}, {"high", 128000}, {"auto", 128000}};
  const Independent contract = ReadData("endpoints.json");
  const auto catalogue = Catalogue::BuiltIn();
  size_t priced = 0;
  for (const Independent& theirs : contract["endpoints"]) {
    const Endpoint& endpoint = ByPath(*catalogue, theirs["url"]);
    CAPTURE(endpoint.id);
    const Independent& price = theirs["price"];
    CHECK(endpoint.price.known == price.is_object());
    if (!price.is_object()) continue;
    ++priced;
    CHECK(endpoint.price.by == price["by"].get<std::string>());
    CHECK(endpoint.price.unit == pixazo::catalogue::Price::Unit::kUnstated);
    CHECK(endpoint.price.table == table);
    for (const auto& [value, microusd] : table)
      CHECK(price[value].get<double>() * 1e6 == doctest::Approx(double(microusd)));
  }
  CHECK(priced == 2);
}

TEST_CASE("the table prints what its files say, row by row") {
  Independent rows = Independent::array();
  Independent status;
  for (const char* file : {"ghibli", "openai", "pixazo", "stability"}) {
    const std::string path = PZ_TEST_DATA "/../../src/catalogue/providers/" + std::string(file) + ".json";
    const Independent document = Independent::parse(ReadText(path));
    for (const Independent& row : document["endpoints"]) rows.push_back(row);
    if (document.contains("status")) status = document["status"];
  }
  const Independent printed = Independent::parse(Catalogue::BuiltIn()->json());
  CHECK(printed["endpoints"] == rows);
  CHECK(printed["status"] == status);
  CHECK(printed["format"] == 1);
}

TEST_CASE("one endpoint's JSON and one parameter's are those of the whole") {
  const auto catalogue = Catalogue::BuiltIn();
  const Independent whole = Independent::parse(catalogue->json());
  for (size_t i = 0; i < catalogue->endpoints().size(); ++i) {
    const Endpoint& endpoint = catalogue->endpoints()[i];
    CHECK(Independent::parse(EndpointJson(endpoint)) == whole["endpoints"][i]);
    for (size_t p = 0; p < endpoint.params.size(); ++p) {
      CHECK(Independent::parse(ParamJson(endpoint.params[p])) == whole["endpoints"][i]["params"][p]);
    }
  }
}

TEST_CASE("a misspelt endpoint is answered with the nearest id") {
  const auto catalogue = Catalogue::BuiltIn();
  CHECK(catalogue->Nearest("studio-gibli") == "studio-ghibli");
  CHECK(catalogue->Nearest("SDXL") == "sdxl");
  CHECK(catalogue->Nearest("gpt-image-1-5") == "gpt-image-1.5");
  CHECK(catalogue->Nearest("pixelforge-relight-api") == "pixelforge-relighting");
  CHECK(catalogue->Nearest("midjourney") == "");
  CHECK(catalogue->Nearest("") == "");
  CHECK(catalogue->Nearest(std::string(100000, 'a')) == "");
}

TEST_CASE("the built-in catalogue is one object and its JSON loads to the same") {
  const auto built_in = Catalogue::BuiltIn();
  CHECK(Catalogue::BuiltIn() == built_in);
  const auto loaded = Catalogue::Load(built_in->json());
  REQUIRE_MESSAGE(loaded.ok(), (loaded.ok() ? "" : loaded.error().message));
  CHECK((*loaded)->json() == built_in->json());
  REQUIRE((*loaded)->endpoints().size() == built_in->endpoints().size());
  for (size_t i = 0; i < built_in->endpoints().size(); ++i) {
    CHECK(EndpointJson((*loaded)->endpoints()[i]) == EndpointJson(built_in->endpoints()[i]));
  }
}

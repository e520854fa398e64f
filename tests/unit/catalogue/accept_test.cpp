// What is accepted, and what is sent for it: bodies are read by an independent JSON parser.
#include "support.h"

using namespace test;
using pixazo::catalogue::BuildBody;
using pixazo::catalogue::Catalogue;
using pixazo::catalogue::Check;

namespace {

struct Row {
  const char* endpoint;
  const char* arguments;
  const char* body;
};

Independent BodyOf(const Endpoint& endpoint, const std::vector<Argument>& arguments) {
  const auto prepared = Check(endpoint, arguments);
  REQUIRE_MESSAGE(prepared.ok(), (prepared.ok() ? "" : prepared.error().message));
  REQUIRE(prepared->slots.empty());
  const auto body = BuildBody(endpoint, *prepared, {});
  REQUIRE(body.ok());
  return Independent::parse(*body);
}

// Types matter on the wire: 20.0 equals 20 for most parsers, so the dump is compared, which tells them apart.
void CheckRows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.endpoint);
    CAPTURE(row.arguments);
    CHECK(BodyOf(Find(row.endpoint), Arguments(row.arguments)).dump() == Independent::parse(row.body).dump());
  }
}

constexpr const char* kPicture = "https://example.com/a.png";

}  // namespace

TEST_CASE("every printed first request is sent exactly as printed") {
  const Independent examples = ReadData("examples.json");
  int sent = 0;
  for (const Endpoint& endpoint : Catalogue::BuiltIn()->endpoints()) {
    CAPTURE(endpoint.id);
    std::vector<Argument> arguments;
    for (const auto& [name, value] : endpoint.example_request.as_object())
      arguments.push_back({name, value, {}, false});
    const Independent body = BodyOf(endpoint, arguments);
    for (const Independent& e : examples) {
      if (e["operation"] != "https://gateway.pixazo.ai" + endpoint.path || !e["request"].is_object())
        continue;
      if (!e["json"].contains("prompt")) continue;
      CHECK(body == e["json"]);
      ++sent;
    }
  }
  CHECK(sent == 16);  // gpt-image-1.5 is documented twice
}

TEST_CASE("every printed request is accepted, but those whose data-URIs are cut short in print") {
  const Independent examples = ReadData("examples.json");
  int accepted = 0, refused = 0;
  for (const Independent& e : examples) {
    if (!e["json"].is_object() || !e["json"].contains("prompt")) continue;
    const std::string url = e["operation"], text = e["json"].dump();
    for (const Endpoint& endpoint : Catalogue::BuiltIn()->endpoints()) {
      if (url != "https://gateway.pixazo.ai" + endpoint.path) continue;
      CAPTURE(endpoint.id);
      const auto prepared = Check(endpoint, Arguments(text));
      if (text.find("AAAANSUhEUgAA...") != std::string::npos) {
        CHECK_FALSE(prepared.ok());
        ++refused;
      } else {
        REQUIRE_MESSAGE(prepared.ok(), (prepared.ok() ? "" : prepared.error().message));
        CHECK(Independent::parse(*BuildBody(endpoint, *prepared, {})) == e["json"]);
        ++accepted;
      }
    }
  }
  CHECK(accepted == 32);
  CHECK(refused == 1);
}

TEST_CASE("canonical names are sent under the endpoint's own") {
  CheckRows({
      {"studio-ghibli",
       R"({"prompt":"a","negative_prompt":"b","format":"webp","output_quality":3,"count":4,"aspect_ratio":"21:9"})",
       R"({"prompt":"a","negative_prompt":"b","output_format":"webp","output_quality":3,"num_outputs":4,"aspect_ratio":"21:9"})"},
      {"studio-ghibli",
       R"({"prompt":"a","images":"https://example.com/a.png","mask":"http://example.com/m.png"})",
       R"({"prompt":"a","image":"https://example.com/a.png","mask":"http://example.com/m.png"})"},
      {"gpt-image-1.5", R"({"prompt":"a","count":2,"format":"webp"})",
       R"({"prompt":"a","num_images":2,"output_format":"webp"})"},
      {"gpt-image-2", R"({"prompt":"a","count":2,"format":"webp","output_quality":5})",
       R"({"prompt":"a","n":2,"format":"webp","output_compression":5})"},
      {"gpt-image-2-text-to-image", R"({"prompt":"a","count":2,"output_quality":5})",
       R"({"prompt":"a","number_of_images":2,"output_compression":5})"},
      {"sd3", R"({"prompt":"a","negative_prompt":"b","guidance":2,"strength":0.5,"steps":1})",
       R"({"prompt":"a","negativePrompt":"b","cfg":2,"prompt_strength":0.5,"steps":1})"},
      {"sdxl", R"({"prompt":"a","negative_prompt":"b","guidance":7,"steps":30,"seed":-1})",
       R"({"prompt":"a","negative_prompt":"b","guidance_scale":7,"num_steps":30,"seed":-1})"},
      {"sdxl-lightning", R"({"prompt":"a","negative_prompt":"b","guidance":7})",
       R"({"prompt":"a","negativePrompt":"b","guidance":7})"},
      {"pixelforge", R"({"prompt":"a","images":"https://example.com/a.png"})",
       R"({"prompt":"a","image_urls":["https://example.com/a.png"]})"},
      {"pixelforge-relighting",
       R"({"prompt":"a","images":["https://example.com/a.png"],"safety_checker":false,"steps":1,"guidance":1.5})",
       R"({"prompt":"a","image_urls":["https://example.com/a.png"],"enable_safety_checker":false,"num_inference_steps":1,"guidance_scale":1.5})"},
  });
}

TEST_CASE("the endpoint's own names are accepted too") {
  CheckRows({
      {"sd3", R"({"prompt":"a","negativePrompt":"b","cfg":2})",
       R"({"prompt":"a","negativePrompt":"b","cfg":2})"},
      {"gpt-image-2", R"({"prompt":"a","n":2,"output_compression":5})",
       R"({"prompt":"a","n":2,"output_compression":5})"},
      {"sd1.5-inpainting", R"({"prompt":"a","imageUrl":"https://example.com/a.png"})",
       R"({"prompt":"a","imageUrl":"https://example.com/a.png"})"},
  });
}

TEST_CASE("where table and examples differ, each spelling used by name is sent as written") {
  CheckRows({
      {"sd1.5-inpainting", R"({"prompt":"a","negative_prompt":"b"})",
       R"({"prompt":"a","negative_prompt":"b"})"},
      {"sd1.5-inpainting", R"({"prompt":"a","negativePrompt":"b"})",
       R"({"prompt":"a","negativePrompt":"b"})"},
      {"sd1.5-inpainting-stream", R"({"prompt":"a","negative_prompt":"b"})",
       R"({"prompt":"a","negativePrompt":"b"})"},
      {"gpt-image-1.5", R"({"prompt":"a","quality":"standard"})", R"({"prompt":"a","quality":"standard"})"},
  });
}

TEST_CASE("jpg and jpeg are sent as the token the endpoint lists") {
  CheckRows({
      {"studio-ghibli", R"({"prompt":"a","format":"jpeg"})", R"({"prompt":"a","output_format":"jpg"})"},
      {"gpt-image-2", R"({"prompt":"a","format":"jpg"})", R"({"prompt":"a","format":"jpeg"})"},
      {"gpt-image-2", R"({"prompt":"a","format":"jpeg"})", R"({"prompt":"a","format":"jpeg"})"},
      {"sd3", R"({"prompt":"a","format":"jpeg"})", R"({"prompt":"a","output_format":"jpeg"})"},
  });
}

TEST_CASE("width and height become the size the endpoint takes") {
  CheckRows({
      {"gpt-image-1.5", R"({"prompt":"a","width":1536,"height":1024})",
       R"({"prompt":"a","image_size":"1536x1024"})"},
      {"gpt-image-2", R"({"prompt":"a","width":2048,"height":1152})", R"({"prompt":"a","size":"2048x1152"})"},
      {"gpt-image-2", R"({"prompt":"a","width":1000.0,"height":1})", R"({"prompt":"a","size":"1000x1"})"},
      {"pixelforge-relighting",
       R"({"prompt":"a","images":"https://example.com/a.png","width":1280,"height":720})",
       R"({"prompt":"a","image_urls":["https://example.com/a.png"],"image_size":{"width":1280,"height":720}})"},
      {"sdxl", R"({"prompt":"a","width":512,"height":16384})",
       R"({"prompt":"a","width":512,"height":16384})"},
      {"studio-ghibli", R"({"prompt":"a","width":256})", R"({"prompt":"a","width":256})"},
  });
}

TEST_CASE("a size is written with x, X or the multiplication sign, or as an object") {
  CheckRows({
      {"gpt-image-2",
       "{\"prompt\":\"a\",\"size\":\"2048\xC3\x97"
       "1152\"}",
       R"({"prompt":"a","size":"2048x1152"})"},
      {"gpt-image-2", R"({"prompt":"a","size":"1111X2222"})", R"({"prompt":"a","size":"1111x2222"})"},
      {"gpt-image-2", R"({"prompt":"a","size":"16384x1"})", R"({"prompt":"a","size":"16384x1"})"},
      {"gpt-image-2", R"({"prompt":"a","size":"auto"})", R"({"prompt":"a","size":"auto"})"},
      {"gpt-image-1.5", R"({"prompt":"a","image_size":"1024X1536"})",
       R"({"prompt":"a","image_size":"1024x1536"})"},
      {"gpt-image-2", R"({"prompt":"a","size":{"height":30,"width":20}})",
       R"({"prompt":"a","size":"20x30"})"},
      {"pixelforge-relighting",
       R"({"prompt":"a","images":"https://example.com/a.png","image_size":"1280x720"})",
       R"({"prompt":"a","image_urls":["https://example.com/a.png"],"image_size":{"width":1280,"height":720}})"},
      {"pixelforge-relighting",
       R"({"prompt":"a","images":"https://example.com/a.png","image_size":{"width":1280.0,"height":720}})",
       R"({"prompt":"a","image_urls":["https://example.com/a.png"],"image_size":{"width":1280,"height":720}})"},
      {"pixelforge-relighting",
       R"({"prompt":"a","images":"https://example.com/a.png","size":"portrait_4_3"})",
       R"({"prompt":"a","image_urls":["https://example.com/a.png"],"image_size":"portrait_4_3"})"},
  });
}

TEST_CASE("a ratio is sent as the listed one it equals") {
  CheckRows({
      {"studio-ghibli", R"({"prompt":"a","aspect_ratio":"1024:1024"})",
       R"({"prompt":"a","aspect_ratio":"1:1"})"},
      {"studio-ghibli", R"({"prompt":"a","aspect_ratio":"1920:1080"})",
       R"({"prompt":"a","aspect_ratio":"16:9"})"},
      {"gpt-image-2-text-to-image", R"({"prompt":"a","aspect_ratio":"6:4"})",
       R"({"prompt":"a","aspect_ratio":"3:2"})"},
      {"sd3", R"({"prompt":"a","aspect_ratio":"6:4"})", R"({"prompt":"a","aspect_ratio":"6:4"})"},
      {"gpt-image-1.5", R"({"prompt":"a","aspect_ratio":"3:2"})",
       R"({"prompt":"a","image_size":"1536x1024"})"},
      {"gpt-image-1.5", R"({"prompt":"a","aspect_ratio":"1:1"})",
       R"({"prompt":"a","image_size":"1024x1024"})"},
      {"gpt-image-2", R"({"prompt":"a","aspect_ratio":"18:32"})", R"({"prompt":"a","size":"2160x3840"})"},
  });
}

TEST_CASE("whole numbers are integers, whatever type they came in") {
  CheckRows({
      {"sdxl", R"({"prompt":"a","steps":20.0,"guidance":5e0})",
       R"({"prompt":"a","num_steps":20,"guidance_scale":5})"},
      {"sdxl", R"({"prompt":"a","seed":9223372036854775807})",
       R"({"prompt":"a","seed":9223372036854775807})"},
      {"sdxl", R"({"prompt":"a","seed":-9223372036854775808})",
       R"({"prompt":"a","seed":-9223372036854775808})"},
      {"sdxl", R"({"prompt":"a","seed":1e18})", R"({"prompt":"a","seed":1000000000000000000})"},
      {"sd3", R"({"prompt":"a","guidance":3})", R"({"prompt":"a","cfg":3})"},
      {"sd3", R"({"prompt":"a","guidance":0.1})", R"({"prompt":"a","cfg":0.1})"},
  });
}

TEST_CASE("the ends of a range are in it") {
  CheckRows({
      {"studio-ghibli", R"({"prompt":"a","output_quality":0})", R"({"prompt":"a","output_quality":0})"},
      {"studio-ghibli", R"({"prompt":"a","output_quality":100})", R"({"prompt":"a","output_quality":100})"},
      {"studio-ghibli", R"({"prompt":"a","width":256,"height":2048})",
       R"({"prompt":"a","width":256,"height":2048})"},
      {"gpt-image-2", R"({"prompt":"a","count":10})", R"({"prompt":"a","n":10})"},
  });
}

TEST_CASE("a plain string stays a string where the endpoint takes one, and a list a list") {
  CheckRows({
      {"gpt-image-2-edit", R"({"prompt":"a","images":"https://example.com/a.png"})",
       R"({"prompt":"a","image":"https://example.com/a.png"})"},
      {"gpt-image-2-edit", R"({"prompt":"a","images":["https://example.com/a.png"]})",
       R"({"prompt":"a","image":["https://example.com/a.png"]})"},
      {"studio-ghibli", R"({"prompt":"a","images":["https://example.com/a.png"]})",
       R"({"prompt":"a","image":"https://example.com/a.png"})"},
  });
  CHECK(BodyOf(Find("gpt-image-2-edit"),
               {{"prompt", "a", {}, false}, Pictures("images", {Url(kPicture)})})["image"] == kPicture);
  CHECK(BodyOf(Find("gpt-image-2-edit"),
               {{"prompt", "a", {}, false}, Pictures("image", {Url(kPicture), Url(kPicture)})})["image"] ==
        Independent::array({kPicture, kPicture}));
  CHECK(BodyOf(Find("pixelforge"),
               {{"prompt", "a", {}, false}, Pictures("images", {Url(kPicture)})})["image_urls"] ==
        Independent::array({kPicture}));
}

TEST_CASE("lengths are counted in characters, not bytes") {
  std::string prompt;
  for (int i = 0; i < 800; ++i) prompt += "\xF0\x9F\x8E\xA8";
  std::vector<Argument> arguments = {{"prompt", prompt, {}, false}, {"images", kPicture, {}, false}};
  CHECK(BodyOf(Find("pixelforge-relighting"), arguments)["prompt"] == prompt);
  arguments[0].value = prompt + "\xC3\xA4";
  const auto refused = Check(Find("pixelforge-relighting"), arguments);
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().field == "prompt");
  CHECK(refused.error().message == "prompt may have at most 800 characters; it has 801");
}

TEST_CASE("objects in lists are checked member by member and sent under their wire names") {
  CheckRows({
      {"pixelforge-relighting",
       R"({"prompt":"a","images":"https://example.com/a.png","loras":[{"path":"p"},{"scale":2,"path":"q"}]})",
       R"({"prompt":"a","image_urls":["https://example.com/a.png"],"loras":[{"path":"p"},{"path":"q","scale":2}]})"},
      {"pixelforge-relighting",
       R"({"prompt":"a","images":"https://example.com/a.png","loras":[],"webhook_events_filter":["complete"]})",
       R"({"prompt":"a","image_urls":["https://example.com/a.png"],"loras":[],"webhook_events_filter":["complete"]})"},
      {"studio-ghibli",
       R"({"prompt":"a","webhook":"https://example.com/hook","webhook_events_filter":["start","output","completed"]})",
       R"({"prompt":"a","webhook":"https://example.com/hook","webhook_events_filter":["start","output","completed"]})"},
  });
}

TEST_CASE("the escape hatch sends a parameter nobody knows as it is") {
  const Endpoint& endpoint = Find("sd3");
  const Independent body = BodyOf(
      endpoint,
      {{"prompt", "a", {}, false}, AsIs("seed", int64_t{7}), AsIs("x.y", Parse(R"({"a":[1,null,"b"]})"))});
  CHECK(body == Independent::parse(R"({"prompt":"a","seed":7,"x.y":{"a":[1,null,"b"]}})"));
  // Under a parameter's own name it stands for the parameter, unchecked: line breaks, values outside the
  // range.
  CHECK(BodyOf(endpoint, {AsIs("prompt", "two\nlines"), AsIs("steps", 1000)}) ==
        Independent::parse(R"({"prompt":"two\nlines","steps":1000})"));
}

TEST_CASE("a parameter that will have no effect is noted, not refused") {
  const auto notes = [](const char* arguments) {
    return Check(Find("gpt-image-2"), Arguments(arguments))->notes;
  };
  const std::vector<std::string> expected = {"output_quality has no effect on png"};
  CHECK(notes(R"({"prompt":"a","output_quality":5})") == expected);  // png is the default
  CHECK(notes(R"({"prompt":"a","output_quality":5,"format":"png"})") == expected);
  CHECK(notes(R"({"prompt":"a","output_quality":5,"format":"jpg"})").empty());
  CHECK(notes(R"({"prompt":"a"})").empty());
}

TEST_CASE("transparent goes with png and webp, given or by default") {
  CheckRows({
      {"gpt-image-1.5", R"({"prompt":"a","background":"transparent"})",
       R"({"prompt":"a","background":"transparent"})"},
      {"gpt-image-1.5", R"({"prompt":"a","background":"transparent","format":"webp"})",
       R"({"prompt":"a","background":"transparent","output_format":"webp"})"},
      {"gpt-image-2-text-to-image", R"({"prompt":"a","background":"transparent"})",
       R"({"prompt":"a","background":"transparent"})"},
      {"gpt-image-1.5", R"({"prompt":"a","background":"opaque","format":"jpg"})",
       R"({"prompt":"a","background":"opaque","output_format":"jpeg"})"},
  });
}

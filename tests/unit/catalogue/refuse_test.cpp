// What is refused, with the parameter at fault and words that say what is allowed.
#include <cmath>
#include <limits>

#include "support.h"

using namespace test;
using pixazo::catalogue::Check;
using pixazo::wire::Code;
using pixazo::wire::Error;

namespace {

struct Row {
  const char* endpoint;
  const char* arguments;
  const char* field;
  const char* message;  // the whole of it
};

Error Refusal(const Endpoint& endpoint, const std::vector<Argument>& arguments) {
  const auto prepared = Check(endpoint, arguments);
  if (prepared.ok()) return {};
  const Error& error = prepared.error();
  CHECK(error.code == Code::kInvalidArg);
  CHECK(error.charged == pixazo::wire::Charged::kNo);
  CHECK(error.message.find('\n') == std::string::npos);
  CHECK(error.message.size() <= 1024);
  return error;
}

void CheckRows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.endpoint);
    CAPTURE(row.arguments);
    const Error error = Refusal(Find(row.endpoint), Arguments(row.arguments));
    CHECK(error.field == row.field);
    CHECK(error.message == row.message);
  }
}

Argument Text(const std::string& name, const std::string& value) { return {name, value, {}, false}; }

}  // namespace

TEST_CASE("an unknown parameter is refused with the nearest name") {
  CheckRows({
      {"studio-ghibli", R"({"promt":"a"})", "promt",
       "studio-ghibli has no parameter 'promt'; did you mean prompt?"},
      {"sd3", R"({"prompt":"a","negativPrompt":"b"})", "negativPrompt",
       "sd3 has no parameter 'negativPrompt'; did you mean negativePrompt?"},
      {"pixelforge", R"({"prompt":"a","image":"b"})", "image",
       "pixelforge has no parameter 'image'; did you mean images?"},
      {"sd1.5-inpainting", R"({"prompt":"a","negative_promt":"b"})", "negative_promt",
       "sd1.5-inpainting has no parameter 'negative_promt'; did you mean negative_prompt?"},
      {"pixelforge", R"({"prompt":"a","acceleration":"b"})", "acceleration",
       "pixelforge has no parameter 'acceleration'; it takes prompt, images"},
      {"sdxl", R"({"prompt":"a","aspect_ratio":"1:1"})", "aspect_ratio",
       "sdxl has no parameter 'aspect_ratio'; it takes width and height"},
      {"sdxl", R"({"prompt":"a","size":"1x1"})", "size",
       "sdxl has no parameter 'size'; it takes width and height"},
      {"sd3", R"({"prompt":"a","size":"1x1"})", "size", "sd3 has no parameter 'size'; it takes aspect_ratio"},
  });
}

TEST_CASE("width and height are never turned into a ratio, but the nearest is named") {
  CheckRows({
      {"gpt-image-2-text-to-image", R"({"prompt":"a","width":1536,"height":1024})", "width",
       "gpt-image-2-text-to-image has no parameter 'width'; it takes aspect_ratio (1:1, 3:2, 2:3); the "
       "nearest to 1536x1024 is 3:2"},
      {"gpt-image-2-text-to-image", R"({"height":1000,"width":900,"prompt":"a"})", "height",
       "gpt-image-2-text-to-image has no parameter 'height'; it takes aspect_ratio (1:1, 3:2, 2:3); the "
       "nearest to 900x1000 is 1:1"},
      {"sd3", R"({"prompt":"a","width":1920,"height":1080})", "width",
       "sd3 has no parameter 'width'; it takes aspect_ratio; the nearest to 1920x1080 is 16:9"},
      {"sd3", R"({"prompt":"a","width":1920})", "width",
       "sd3 has no parameter 'width'; it takes aspect_ratio"},
      {"sd3", R"({"prompt":"a","width":0,"height":"x"})", "width",
       "sd3 has no parameter 'width'; it takes aspect_ratio"},
  });
}

TEST_CASE("a ratio becomes a size only where exactly one listed size has it") {
  CheckRows({
      {"gpt-image-2", R"({"prompt":"a","aspect_ratio":"16:9"})", "aspect_ratio",
       "aspect_ratio 16:9 is the ratio of several sizes: set size to one of 2048x1152, 3840x2160"},
      {"gpt-image-2", R"({"prompt":"a","aspect_ratio":"2:2"})", "aspect_ratio",
       "aspect_ratio 1:1 is the ratio of several sizes: set size to one of 1024x1024, 2048x2048"},
      {"gpt-image-1.5", R"({"prompt":"a","aspect_ratio":"16:9"})", "aspect_ratio",
       "aspect_ratio 16:9 is no listed size's ratio; size (image_size): it takes 1024x1024, 1536x1024, "
       "1024x1536, auto; the nearest ratio is 3:2"},
      {"gpt-image-1.5", R"({"prompt":"a","aspect_ratio":"wide"})", "aspect_ratio",
       "aspect_ratio must be text like 3:2, not 'wide'"},
      {"gpt-image-1.5", R"({"prompt":"a","aspect_ratio":1.5})", "aspect_ratio",
       "aspect_ratio must be text like 3:2, not 1.5"},
      {"pixelforge-relighting", R"({"prompt":"a","images":"https://example.com/a.png","aspect_ratio":"4:3"})",
       "aspect_ratio",
       "aspect_ratio 4:3 is no listed size's ratio; size (image_size): it takes square_hd, square, "
       "portrait_4_3, portrait_16_9, "
       "landscape_4_3, landscape_16_9, or width and height"},
  });
}

TEST_CASE("one parameter set twice is refused and both spellings are named") {
  CheckRows({
      {"sd3", R"({"prompt":"a","guidance":1,"cfg":2})", "guidance",
       "guidance and cfg are the same parameter: set one of them"},
      {"sd1.5-inpainting", R"({"prompt":"a","negativePrompt":"b","negative_prompt":"b"})", "negative_prompt",
       "negativePrompt and negative_prompt are the same parameter: set one of them"},
      {"gpt-image-2", R"({"prompt":"a","size":"auto","width":1,"height":1})", "size",
       "size and width both set size: set one of them"},
      {"gpt-image-1.5", R"({"prompt":"a","image_size":"auto","height":1})", "size",
       "image_size and height both set size (image_size): set one of them"},
      {"gpt-image-1.5", R"({"prompt":"a","aspect_ratio":"1:1","width":1,"height":1})", "size",
       "aspect_ratio and width both set size (image_size): set one of them"},
      {"gpt-image-1.5", R"({"prompt":"a","aspect_ratio":"1:1","size":"auto"})", "size",
       "size and aspect_ratio both set size (image_size): set one of them"},
  });
  const Endpoint& ghibli = Find("studio-ghibli");
  CHECK(Refusal(ghibli, {Text("prompt", "a"), Text("prompt", "a")}).message == "prompt is set twice");
  CHECK(Refusal(Find("gpt-image-2"), {Text("prompt", "a"), {"width", 1, {}, false}, {"width", 1, {}, false}})
            .message == "width is set twice");
}

TEST_CASE("everything that is missing is named at once") {
  CheckRows({
      {"studio-ghibli", R"({})", "prompt", "studio-ghibli requires prompt"},
      {"pixelforge", R"({})", "prompt", "pixelforge requires prompt, images (image_urls)"},
      {"gpt-image-2-edit", R"({"prompt":"a"})", "images", "gpt-image-2-edit requires images (image)"},
      {"sd3.5-large", R"({"prompt":"a","steps":20})", "aspect_ratio",
       "sd3.5-large requires aspect_ratio, guidance (cfg), format (output_format), output_quality, strength "
       "(prompt_strength)"},
      {"gpt-image-2", R"({"prompt":"a","width":5})", "height",
       "width needs height too: together they set size"},
      {"gpt-image-1.5", R"({"prompt":"a","height":5})", "width",
       "height needs width too: together they set size (image_size)"},
      {"pixelforge-relighting",
       R"({"prompt":"a","images":"https://example.com/a.png","loras":[{"path":"p"},{"scale":1}]})", "loras",
       "loras[1].path is required"},
  });
}

TEST_CASE("a value of another type is refused, numbers in strings and strings of numbers too") {
  CheckRows({
      {"sd3", R"({"prompt":5})", "prompt", "prompt must be a string, not 5"},
      {"sd3", R"({"prompt":null})", "prompt", "prompt must be a string, not null"},
      {"sd3", R"({"prompt":["a"]})", "prompt", "prompt must be a string, not a list of 1"},
      {"sd3", R"({"prompt":"a","steps":"20"})", "steps", "steps must be an integer, not '20'"},
      {"sd3", R"({"prompt":"a","steps":true})", "steps", "steps must be an integer, not true"},
      {"sd3", R"({"prompt":"a","guidance":"2.5"})", "guidance", "guidance (cfg) must be a number, not '2.5'"},
      {"studio-ghibli", R"({"prompt":"a","format":1})", "format",
       "format (output_format) must be a string, not 1"},
      {"gpt-image-2", R"({"prompt":"a","size":1024})", "size",
       "size must be a size: text or an object with width and height, not 1024"},
      {"gpt-image-2", R"({"prompt":"a","width":"1024","height":1})", "width",
       "width must be an integer, not '1024'"},
      {"pixelforge-relighting", R"({"prompt":"a","images":"https://example.com/a.png","safety_checker":1})",
       "safety_checker", "safety_checker (enable_safety_checker) must be true or false, not 1"},
      {"pixelforge-relighting", R"({"prompt":"a","images":"https://example.com/a.png","loras":{"path":"p"}})",
       "loras", "loras must be a list of objects, not an object"},
      {"pixelforge-relighting", R"({"prompt":"a","images":"https://example.com/a.png","loras":["p"]})",
       "loras", "loras[0] must be an object, not 'p'"},
      {"pixelforge-relighting", R"({"prompt":"a","images":"https://example.com/a.png","loras":[{"path":7}]})",
       "loras", "loras[0].path must be a string, not 7"},
      {"studio-ghibli", R"({"prompt":"a","webhook_events_filter":"*"})", "webhook_events_filter",
       "webhook_events_filter must be a list of strings, not '*'"},
      {"studio-ghibli", R"({"prompt":"a","webhook_events_filter":[1]})", "webhook_events_filter",
       "webhook_events_filter[0] must be a string, not 1"},
      {"studio-ghibli", R"({"prompt":"a","webhook":1})", "webhook", "webhook must be a URL, not 1"},
      {"studio-ghibli", R"({"prompt":"a","images":1})", "images",
       "images (image) must be one picture: a URL, bytes or a file, not 1"},
      {"pixelforge", R"({"prompt":"a","images":[1]})", "images", "images[0] must be a URL, not 1"},
      {"pixelforge", R"({"prompt":"a","images":null})", "images",
       "images (image_urls) has no picture; leave it out instead"},
  });
  CHECK(Refusal(Find("sd3"), {{"prompt", "a", {Url("https://example.com/a.png")}, false}}).message ==
        "prompt takes no pictures");
  CHECK(Refusal(Find("gpt-image-2"), {Pictures("width", {Url("https://example.com/a.png")})}).message ==
        "width takes no pictures");
}

TEST_CASE("nothing is rounded: the nearest allowed values are named") {
  CheckRows({
      {"sdxl", R"({"prompt":"a","guidance":5.5})", "guidance",
       "guidance (guidance_scale) must be an integer, not 5.5; the nearest are 5 and 6"},
      {"sdxl", R"({"prompt":"a","steps":-0.5})", "steps",
       "steps (num_steps) must be an integer, not -0.5; the nearest are -1 and 0"},
      {"sdxl", R"({"prompt":"a","seed":18446744073709551615})", "seed",
       "seed must be an integer of 64 bits, not 18446744073709551616.0"},
      {"gpt-image-2", R"({"prompt":"a","width":10.5,"height":1})", "width",
       "width must be an integer, not 10.5; the nearest are 10 and 11"},
  });
}

TEST_CASE("a value out of range is refused with the range and the nearest value") {
  CheckRows({
      {"studio-ghibli", R"({"prompt":"a","width":255})", "width",
       "width must be from 256 to 2048, not 255; the nearest allowed is 256"},
      {"studio-ghibli", R"({"prompt":"a","height":2049})", "height",
       "height must be from 256 to 2048, not 2049; the nearest allowed is 2048"},
      {"studio-ghibli", R"({"prompt":"a","count":5})", "count",
       "count (num_outputs) must be from 1 to 4, not 5; the nearest allowed is 4"},
      {"gpt-image-1.5", R"({"prompt":"a","count":0})", "count",
       "count (num_images) must be from 1 to 10, not 0; the nearest allowed is 1"},
      {"sd3", R"({"prompt":"a","guidance":20.5})", "guidance",
       "guidance (cfg) must be from 0 to 20, not 20.5; the nearest allowed is 20"},
      {"sd3", R"({"prompt":"a","steps":29})", "steps",
       "steps must be from 1 to 28, not 29; the nearest allowed is 28"},
      {"sd3", R"({"prompt":"a","strength":-0.1})", "strength",
       "strength (prompt_strength) must be from 0 to 1, not -0.1; the nearest allowed is 0"},
      {"sdxl", R"({"prompt":"a","width":0})", "width",
       "width must be from 1 to 16384, not 0; the nearest allowed is 1"},
      {"sdxl", R"({"prompt":"a","height":-1024})", "height",
       "height must be from 1 to 16384, not -1024; the nearest allowed is 1"},
      {"sdxl", R"({"prompt":"a","height":16385})", "height",
       "height must be from 1 to 16384, not 16385; the nearest allowed is 16384"},
      {"gpt-image-2", R"({"prompt":"a","width":16385,"height":1})", "width",
       "width must be from 1 to 16384, not 16385; the nearest allowed is 16384"},
      {"gpt-image-2", R"({"prompt":"a","size":"0x5"})", "size",
       "size must be from 1 to 16384, not 0; the nearest allowed is 1"},
      {"pixelforge-relighting",
       R"({"prompt":"a","images":"https://example.com/a.png","size":{"width":5,"height":-5}})", "size",
       "size (image_size).height must be from 1 to 16384, not -5; the nearest allowed is 1"},
      {"pixelforge-relighting",
       R"({"prompt":"a","images":"https://example.com/a.png","loras":[{"path":"p","scale":2.5}]})", "loras",
       "loras[0].scale must be from 0 to 2, not 2.5; the nearest allowed is 2"},
  });
}

TEST_CASE("a choice that is not listed is refused with the choices and the nearest") {
  CheckRows({
      {"studio-ghibli", R"({"prompt":"a","format":"PNG"})", "format",
       "format (output_format) is 'PNG'; it takes webp, jpg, png; the nearest is png"},
      {"pixelforge-relighting", R"({"prompt":"a","images":"https://example.com/a.png","format":"webp"})",
       "format", "format (output_format) is 'webp'; it takes jpeg, png"},
      {"gpt-image-2", R"({"prompt":"a","quality":"hight"})", "quality",
       "quality is 'hight'; it takes low, medium, high, auto; the nearest is high"},
      {"gpt-image-2", R"({"prompt":"a","quality":"standard"})", "quality",
       "quality is 'standard'; it takes low, medium, high, auto"},
      {"gpt-image-2", R"({"prompt":"a","background":"transparent"})", "background",
       "background is 'transparent'; it takes opaque, auto"},
      {"gpt-image-2", R"({"prompt":"a","moderation":""})", "moderation",
       "moderation is ''; it takes auto, low"},
      {"studio-ghibli", R"({"prompt":"a","aspect_ratio":"2:1"})", "aspect_ratio",
       "aspect_ratio is '2:1'; it takes 1:1, 16:9, 21:9, 3:2, 2:3, 4:5, 5:4, 3:4, 4:3, 9:16, 9:21; the "
       "nearest is 16:9"},
      {"studio-ghibli", R"({"prompt":"a","aspect_ratio":"0:1"})", "aspect_ratio",
       "aspect_ratio is '0:1'; it takes 1:1, 16:9, 21:9, 3:2, 2:3, 4:5, 5:4, 3:4, 4:3, 9:16, 9:21; the "
       "nearest is 1:1"},
      {"gpt-image-1.5", R"({"prompt":"a","width":1000,"height":1500})", "size",
       "size (image_size) cannot be 1000x1500; it takes 1024x1024, 1536x1024, 1024x1536, auto; the nearest "
       "is 1024x1536"},
      {"gpt-image-1.5", R"({"prompt":"a","size":"auot"})", "size",
       "size (image_size) is 'auot'; it takes 1024x1024, 1536x1024, 1024x1536, auto; the nearest is auto"},
      {"gpt-image-2", R"({"prompt":"a","size":"1024"})", "size",
       "size is '1024'; it takes 1024x1024, 1024x1536, 1536x1024, 2048x2048, 2048x1152, 2160x3840, "
       "3840x2160, auto, or any WIDTHxHEIGHT"},
      {"gpt-image-2", R"({"prompt":"a","size":"10 x 20"})", "size",
       "size is '10 x 20'; it takes 1024x1024, 1024x1536, 1536x1024, 2048x2048, 2048x1152, 2160x3840, "
       "3840x2160, auto, or any WIDTHxHEIGHT"},
      {"gpt-image-2", R"({"prompt":"a","size":{"width":10}})", "size",
       "size as an object must hold width and height and nothing else"},
      {"gpt-image-2", R"({"prompt":"a","size":{"width":10,"height":10,"depth":1}})", "size",
       "size as an object must hold width and height and nothing else"},
      {"studio-ghibli", R"({"prompt":"a","webhook_events_filter":["complete"]})", "webhook_events_filter",
       R"(webhook_events_filter is ["complete"]; it takes ["*"], ["completed"], ["start","output","completed"])"},
      {"pixelforge-relighting",
       R"({"prompt":"a","images":"https://example.com/a.png","loras":[{"path":"p","weight":1}]})", "loras",
       "loras[0] has no member 'weight'; it takes path, scale"},
  });
}

TEST_CASE("empty prompts are refused where the documents say so, and item counts everywhere") {
  CheckRows({
      {"gpt-image-2", R"({"prompt":""})", "prompt", "prompt must not be empty"},
      {"pixelforge", R"({"prompt":"a","images":[]})", "images",
       "images (image_urls) takes at least 1 picture, not 0"},
      {"gpt-image-2-edit", R"({"prompt":"a","images":[]})", "images",
       "images (image) takes at least 1 picture, not 0"},
      {"pixelforge",
       R"({"prompt":"a","images":["https://a.io/1","https://a.io/2","https://a.io/3","https://a.io/4"]})",
       "images", "images (image_urls) takes at most 3 pictures, not 4"},
      {"studio-ghibli", R"({"prompt":"a","images":["https://a.io/1","https://a.io/2"]})", "images",
       "images (image) takes exactly one picture, not 2"},
      {"pixelforge-relighting",
       R"({"prompt":"a","images":"https://example.com/a.png","loras":[{"path":"1"},{"path":"2"},{"path":"3"},{"path":"4"}]})",
       "loras", "loras takes at most 3 items, not 4"},
  });
}

TEST_CASE("cross-field rules are checked, with the spelling the host used") {
  CheckRows({
      {"studio-ghibli", R"({"prompt":"a","aspect_ratio":"1:1","width":256})", "aspect_ratio",
       "aspect_ratio cannot be used with width or height: aspect_ratio and width are both set"},
      {"studio-ghibli", R"({"prompt":"a","aspect_ratio":"1:1","height":256})", "aspect_ratio",
       "aspect_ratio cannot be used with width or height: aspect_ratio and height are both set"},
      {"studio-ghibli", R"({"prompt":"a","mask":"https://example.com/m.png"})", "mask",
       "mask requires images: images is missing"},
      {"gpt-image-1.5", R"({"prompt":"a","background":"transparent","format":"jpg"})", "background",
       "background transparent requires format png or webp: format (output_format) is 'jpeg'; it must be one "
       "of png, webp"},
      {"gpt-image-2-image-to-image",
       R"({"prompt":"a","images":"https://example.com/a.png","background":"transparent","output_format":"jpeg"})",
       "background",
       "background transparent requires format png or webp: format (output_format) is 'jpeg'; it must be one "
       "of png, webp"},
  });
}

TEST_CASE("NUL, CR and LF are refused in every string, other control characters in all but prompts") {
  const std::vector<std::pair<std::string, std::string>> bad = {
      {std::string("a\0b", 3), "holds a NUL character"},
      {"a\nb", "holds a line break; it must be one line"},
      {"a\rb", "holds a line break; it must be one line"},
      {"a\xFF", "is not valid UTF-8"},
      {"\xC0\x80", "is not valid UTF-8"},
      {"\xED\xA0\x80", "is not valid UTF-8"},
  };
  const std::pair<const char*, const char*> strings[] = {
      {"studio-ghibli", "prompt"},  {"studio-ghibli", "negative_prompt"},
      {"studio-ghibli", "format"},  {"studio-ghibli", "aspect_ratio"},
      {"studio-ghibli", "webhook"}, {"studio-ghibli", "images"},
      {"studio-ghibli", "mask"},    {"sd3", "format"},
      {"gpt-image-2", "size"},      {"gpt-image-2-edit", "mask"}};
  for (const auto& [text, said] : bad) {
    for (const auto& [endpoint, name] : strings) {
      const auto& endpoint_shown = endpoint;  // clang: a lambda captures no structured binding
      CAPTURE(endpoint_shown);
      const auto& name_shown = name;  // clang: a lambda captures no structured binding
      CAPTURE(name_shown);
      const Error error = Refusal(Find(endpoint), {Text(name, text)});
      CHECK(error.field == name);
      CHECK(error.message.ends_with(said));
    }
    const Argument filter{"webhook_events_filter", Json(Json::Array{Json(text)}), {}, false};
    CHECK(Refusal(Find("studio-ghibli"), {filter}).message.ends_with(said));
    const Argument loras{"loras", Json(Json::Array{Json(Json::Object{{"path", Json(text)}})}), {}, false};
    CHECK(Refusal(Find("pixelforge-relighting"), {loras}).message.ends_with(said));
  }
  CHECK(Refusal(Find("sd3"), {Text("format", "a\tb")}).message ==
        "format (output_format) holds a control character");
  CHECK(Refusal(Find("sd3"), {Text("prompt", "a\tb")}).ok());
}

TEST_CASE("names with control characters, of no length or too long are refused") {
  const Endpoint& endpoint = Find("sd3");
  for (const std::string& name :
       {std::string("pro\0mpt", 7), std::string("prompt\r\n"), std::string("\x7F"), std::string("\xFF")}) {
    for (bool as_is : {false, true}) {
      const Error error = Refusal(endpoint, {{name, "a", {}, as_is}});
      CHECK(error.message.ends_with("holds a control character or is not valid UTF-8"));
    }
  }
  CHECK(Refusal(endpoint, {Text("", "a")}).message == "a parameter has an empty name");
  CHECK(Refusal(endpoint, {AsIs(std::string(201, 'a'), 1)}).message ==
        "a parameter's name may have at most 200 bytes");
}

TEST_CASE("numbers that are not finite are refused wherever they stand") {
  for (double d :
       {std::nan(""), std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}) {
    const Argument prompt = Text("prompt", "a");
    CHECK(Refusal(Find("sd3"), {prompt, {"guidance", d, {}, false}}).field == "guidance");
    CHECK(Refusal(Find("sd3"), {prompt, {"steps", d, {}, false}}).field == "steps");
    CHECK(Refusal(Find("sdxl"), {prompt, {"width", d, {}, false}}).field == "width");
    CHECK(Refusal(Find("gpt-image-2"), {prompt, {"width", d, {}, false}, {"height", 1, {}, false}}).field ==
          "width");
    CHECK(Refusal(Find("sd3"), {{"prompt", d, {}, false}}).field == "prompt");
    CHECK(Refusal(Find("sd3"), {prompt, AsIs("x", Json(Json::Array{Json(d)}))}).field == "x");
    const Json size(Json::Object{{"width", Json(d)}, {"height", Json(1)}});
    CHECK(Refusal(Find("gpt-image-2"), {prompt, {"size", size, {}, false}}).field == "size");
  }
}

TEST_CASE("what is sent as it is must be JSON and must not meet a parameter that is set") {
  const Argument prompt = Text("prompt", "a");
  const Endpoint& sd3 = Find("sd3");
  CHECK(Refusal(sd3, {prompt, AsIs("prompt", "b")}).message ==
        "prompt is sent as it is, but prompt is set too: set one of them");
  CHECK(Refusal(sd3, {prompt, {"guidance", 2, {}, false}, AsIs("cfg", 3)}).message ==
        "cfg is sent as it is, but guidance (cfg) is set too: set one of them");
  CHECK(Refusal(sd3, {prompt, {"guidance", 2, {}, false}, AsIs("cfg", 3)}).field == "guidance");
  CHECK(Refusal(sd3, {prompt, AsIs("x", 1), AsIs("x", 2)}).message == "x is set twice");
  CHECK(Refusal(sd3, {prompt, AsIs("x", std::string("a\0b", 3))}).message == "x holds a NUL character");
  CHECK(Refusal(sd3, {prompt, AsIs("x", "\xFF")}).message == "x holds text that is not valid UTF-8");
  CHECK(Refusal(sd3, {prompt, AsIs("x", Json(Json::Object{{"\xFF", Json(1)}}))}).message ==
        "x holds text that is not valid UTF-8");
  Argument with_picture = AsIs("image", Json());
  with_picture.images.push_back(Url("https://example.com/a.png"));
  CHECK(Refusal(sd3, {prompt, with_picture}).message ==
        "image is sent as it is and takes no pictures, only JSON");
  Json deep = 1;
  for (int i = 0; i < 40; ++i) deep = Json(Json::Array{deep});
  CHECK(Refusal(sd3, {prompt, AsIs("x", deep)}).message ==
        "x is nested too deeply; at most 32 levels are allowed");
  // It does not stand in for a parameter it only shares the canonical name with.
  CHECK(Refusal(Find("pixelforge"), {prompt, AsIs("images", Parse(R"(["https://example.com/a.png"])"))})
            .message == "pixelforge requires images (image_urls)");
}

TEST_CASE("messages are cut and cleaned whatever the value is") {
  const std::string huge(200000, 'x');
  CHECK(Refusal(Find("studio-ghibli"), {Text("format", huge)}).message.size() < 300);
  CHECK(Refusal(Find("studio-ghibli"), {Text(huge.substr(0, 200), "a")}).message.size() <= 1024);
  Json::Array many(5000, Json("start"));
  CHECK(Refusal(Find("studio-ghibli"), {{"webhook_events_filter", Json(many), {}, false}}).message.size() <
        300);
}

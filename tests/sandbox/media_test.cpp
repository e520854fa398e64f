// Pictures: real ones, of the asked kind, the same for the same request, and served as HTTP wants it.
#include <cmath>
#include <set>

#include "sandbox/decode.h"
#include "sandbox/fixture.h"

namespace sandbox_test {
namespace {

const std::string kLarge = "/gpt-image-2-text-to-image/v1/gpt-image-2-text-to-image/generate";

std::vector<std::string> MediaOf(const Fixture& f, const std::string& path, const Json& body) {
  Response response = f.Order(path, body);
  REQUIRE_MESSAGE(response.status < 300, response.body);
  Json reply = response.json();
  if (response.status == 202) reply = WaitForEnd(reply["polling_url"]);
  if (reply["output"].is_object()) return reply["output"]["media_url"];
  return {FirstMedia(reply)};
}

std::string FileOf(const Fixture& f, const std::string& path, const Json& body) {
  Response response = Get(MediaOf(f, path, body).front());
  REQUIRE(response.status == 200);
  return response.body;
}

}  // namespace

TEST_CASE("pictures decode to the asked format and size, and the content type tells the truth") {
  Fixture f;
  struct Row {
    std::string path;
    Json body;
    std::string format;
    int width, height;
  };
  const Row rows[] = {
      {kTextToImage, {{"prompt", "a"}, {"size", "320x200"}}, "png", 320, 200},
      {kTextToImage, {{"prompt", "a"}, {"size", "200x320"}, {"format", "jpeg"}}, "jpeg", 200, 320},
      {kTextToImage, {{"prompt", "a"}, {"size", "321x123"}, {"format", "webp"}}, "webp", 321, 123},
      {kTextToImage, {{"prompt", "a"}, {"size", "1x1"}}, "png", 1, 1},
      {kTextToImage, {{"prompt", "a"}, {"size", "7x4000"}, {"format", "jpeg"}}, "jpeg", 7, 4000},
      {kGhibli,
       {{"prompt", "a"}, {"width", 256}, {"height", 300}, {"output_format", "jpg"}},
       "jpeg",
       256,
       300},
      {kGhibli, {{"prompt", "a"}, {"aspect_ratio", "16:9"}, {"output_format", "webp"}}, "webp", 1280, 720},
      {kSdxl, {{"prompt", "a"}, {"width", 400}, {"height", 100}}, "png", 400, 100},
      {kLarge, {{"prompt", "a"}, {"aspect_ratio", "2:3"}}, "webp", 832, 1248},
      {"/pixelforge-relighting-api/v1/relighting/generate",
       {{"prompt", "a"},
        {"image_urls", {"https://example.com/a.png"}},
        {"image_size", {{"width", 128}, {"height", 96}}}},
       "png",
       128,
       96},
      {"/pixelforge-relighting-api/v1/relighting/generate",
       {{"prompt", "a"},
        {"image_urls", {"https://example.com/a.png"}},
        {"image_size", "square"},
        {"output_format", "jpeg"}},
       "jpeg",
       512,
       512},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body.dump());
    std::string url = MediaOf(f, row.path, row.body).front();
    Response response = Get(url);
    Image image = Decode(response.body);
    CHECK(image.format == row.format);
    CHECK(image.width == row.width);
    CHECK(image.height == row.height);
    CHECK_FALSE(image.alpha);
    CHECK(response.headers["content-type"] == "image/" + row.format);
    CHECK(url.substr(url.rfind('.')) == (row.format == "jpeg" ? ".jpg" : "." + row.format));
  }
}

TEST_CASE("as many pictures as asked, each different") {
  Fixture f;
  auto urls = MediaOf(f, kTextToImage, {{"prompt", "four"}, {"n", 4}, {"size", "160x160"}});
  CHECK(urls.size() == 4);
  std::set<std::string> files;
  for (const std::string& url : urls) files.insert(Get(url).body);
  CHECK(files.size() == 4);
}

TEST_CASE(
    "the same request and seed make the same bytes, in another sandbox too, and another seed makes others") {
  Json body = {{"prompt", "a lighthouse"}, {"width", 200}, {"height", 160}, {"seed", 42}}, other = body;
  other["seed"] = 43;
  std::string first, again, reseeded;
  {
    Fixture f;
    first = FileOf(f, kSdxl, body);
    CHECK(FileOf(f, kSdxl, body) == first);
    CHECK(FileOf(f, kSdxl, other) != first);
    body["prompt"] = "a lighthouse!";
    CHECK(FileOf(f, kSdxl, body) != first);
    body["prompt"] = "a lighthouse";
  }
  {
    Options options = Fixture::Fast();
    options.cache_bytes = 0;
    Fixture f(options);
    again = FileOf(f, kSdxl, body);
    CHECK(f.State()["pictures"]["drawn"] == 1);
  }
  Options options = Fixture::Fast();
  options.seed = 2;
  Fixture f(options);
  reseeded = FileOf(f, kSdxl, body);
  CHECK(again == first);
  CHECK(reseeded != first);
}

TEST_CASE("a picture that was dropped from memory is drawn again to the same bytes and ETag") {
  Options options = Fixture::Fast();
  options.cache_bytes = 1;
  Fixture f(options);
  std::string url = MediaOf(f, kSdxl, {{"prompt", "a"}, {"width", 64}, {"height", 64}}).front();
  std::string other = MediaOf(f, kSdxl, {{"prompt", "b"}, {"width", 64}, {"height", 64}}).front();
  Response first = Get(url);
  Get(other);
  Response second = Get(url);
  CHECK(f.State()["pictures"]["drawn"] == 3);
  CHECK(first.body == second.body);
  CHECK(first.headers["etag"] == second.headers["etag"]);
}

TEST_CASE("the prompt is written into the picture") {
  Fixture f;
  auto caption = [&](const char* prompt) {  // pixels as bright as letters in the band at the bottom
    Image image =
        Decode(FileOf(f, kSdxl, {{"prompt", prompt}, {"width", 512}, {"height", 512}, {"seed", 1}}));
    int bright = 0;
    for (size_t i = static_cast<size_t>(512 * 440) * 4; i < image.rgba.size(); i += 4)
      bright += image.rgba[i] > 225 && image.rgba[i + 1] > 225 && image.rgba[i + 2] > 225;
    return bright;
  };
  int few = caption("night"), many = caption("night night night night night");
  CHECK(few > 60);
  CHECK(many > 3 * few);
}

TEST_CASE("a lower quality makes a smaller file") {
  Fixture f;
  for (const char* format : {"jpeg", "webp"}) {
    Json body = {{"prompt", "a forest"}, {"size", "400x400"}, {"format", format}, {"output_compression", 95}};
    std::string fine = FileOf(f, kTextToImage, body);
    body["output_compression"] = 10;
    CHECK(FileOf(f, kTextToImage, body).size() * 2 < fine.size());
  }
}

TEST_CASE("a transparent background is transparent where the endpoint has one") {
  Fixture f;
  for (const char* format : {"png", "webp"}) {
    Json body = {
        {"prompt", "a vase"}, {"background", "transparent"}, {"output_format", format}, {"quality", "low"}};
    Image image = Decode(FileOf(f, kLarge, body));
    CHECK(image.alpha);
    CHECK(image.rgba[3] == 0);
    CHECK(image.rgba[(static_cast<size_t>(512) * 1024 + 512) * 4 + 3] == 255);
  }
}

TEST_CASE("a picture can be fetched in parts, and a part knows its whole") {
  Fixture f;
  std::string url = MediaOf(f, kSdxl, {{"prompt", "a"}, {"width", 300}, {"height", 300}}).front();
  Response whole = Get(url);
  std::string size = std::to_string(whole.body.size()), etag = whole.headers["etag"];
  CHECK(whole.headers["accept-ranges"] == "bytes");
  CHECK(whole.headers["content-length"] == size);
  struct Row {
    std::string range;
    size_t first, length;
  };
  const Row rows[] = {{"bytes=0-0", 0, 1},
                      {"bytes=10-99", 10, 90},
                      {"bytes=100-", 100, whole.body.size() - 100},
                      {"bytes=-7", whole.body.size() - 7, 7},
                      {"bytes=5-99999999", 5, whole.body.size() - 5}};
  for (const Row& row : rows) {
    CAPTURE(row.range);
    Response part = Get(url, {{"Range", row.range}, {"If-Range", etag}});
    CHECK(part.status == 206);
    CHECK(part.body == whole.body.substr(row.first, row.length));
    CHECK(part.headers["content-range"] == "bytes " + std::to_string(row.first) + "-" +
                                               std::to_string(row.first + row.length - 1) + "/" + size);
    CHECK(part.headers["etag"] == etag);
  }
  for (const char* ignored : {"bytes=0-1,5-6", "bytes=x-1", "lines=0-1", "bytes=9-3", "bytes=-"}) {
    CAPTURE(ignored);
    CHECK(Get(url, {{"Range", ignored}}).status == 200);
  }
  Response changed = Get(url, {{"Range", "bytes=10-99"}, {"If-Range", "\"other\""}});
  CHECK(changed.status == 200);
  CHECK(changed.body == whole.body);
  for (const std::string& beyond : {"bytes=" + size + "-", std::string("bytes=-0")}) {
    Response none = Get(url, {{"Range", beyond}});
    CHECK(none.status == 416);
    CHECK(none.headers["content-range"] == "bytes */" + size);
  }
}

TEST_CASE("HEAD says what GET would, and a known ETag saves the download") {
  Fixture f;
  std::string url = MediaOf(f, kSdxl, {{"prompt", "a"}, {"width", 64}, {"height", 64}}).front();
  Response get = Get(url), head = Send("HEAD", url, "", {});
  CHECK(head.status == 200);
  CHECK(head.body.empty());
  CHECK(head.headers["content-length"] == get.headers["content-length"]);
  CHECK(head.headers["etag"] == get.headers["etag"]);
  Response same = Get(url, {{"If-None-Match", get.headers["etag"]}});
  CHECK(same.status == 304);
  CHECK(same.body.empty());
  CHECK(Get(url).body == get.body);  // the connection is still in step
}

TEST_CASE("pictures need no key, and one that is sent along is noticed") {
  Fixture f;
  std::string url = MediaOf(f, kSdxl, {{"prompt", "a"}, {"width", 64}, {"height", 64}}).front();
  CHECK(Get(url).status == 200);
  CHECK_FALSE(f.State()["counts"].contains("media_requests_with_a_key"));
  Get(url, kWithKey);
  CHECK(f.State()["counts"]["media_requests_with_a_key"] == 1);
}

}  // namespace sandbox_test

// Reference pictures and masks.
#include <png.h>

#include <random>

#include "sandbox/catcher.h"
#include "sandbox/decode.h"
#include "sandbox/fixture.h"
#include "wire/text.h"

namespace sandbox_test {
namespace {

const char* const kEdit = "/gpt-image-2/v1/image-to-image-edit";
const char* const kInpaint = "/inpainting/v1/getImage";
const char* const kRelight = "/pixelforge-relighting-api/v1/relighting/generate";

std::string EncodePng(int width, int height, const std::vector<uint8_t>& rgba) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(width);
  png.height = static_cast<png_uint_32>(height);
  png.format = PNG_FORMAT_RGBA;
  png_alloc_size_t size = 0;
  png_image_write_to_memory(&png, nullptr, &size, 0, rgba.data(), 0, nullptr);
  std::string file(size, '\0');
  png_image_write_to_memory(&png, file.data(), &size, 0, rgba.data(), 0, nullptr);
  file.resize(size);
  return file;
}

std::vector<uint8_t> Noise(int width, int height, bool alpha) {
  std::mt19937 random(7);
  std::vector<uint8_t> rgba(static_cast<size_t>(width * height) * 4);
  for (size_t i = 0; i < rgba.size(); ++i)
    rgba[i] = i % 4 == 3 && !alpha ? 255 : static_cast<uint8_t>(random());
  return rgba;
}

// A mask whose left half is editable: white on black, or transparent in opaque.
std::vector<uint8_t> LeftHalf(int width, int height, bool by_alpha) {
  std::vector<uint8_t> rgba;
  for (int i = 0; i < width * height; ++i) {
    bool edit = i % width < width / 2;
    auto v = static_cast<uint8_t>(by_alpha || edit ? 255 : 0);
    rgba.insert(rgba.end(), {v, v, v, static_cast<uint8_t>(by_alpha && edit ? 0 : 255)});
  }
  return rgba;
}

std::string DataUri(const std::string& file) {
  return pixazo::wire::MakeDataUri("image/png", file.data(), file.size());
}

Image Result(const Fixture& f, const char* path, const Json& body) {
  Json reply = f.Order(path, body).json();
  if (reply.contains("polling_url")) reply = WaitForEnd(reply["polling_url"]);
  return Decode(Get(FirstMedia(reply)).body);
}

// Pixels of the right half that are the source's to the bit, and of the left half that are not.
void CheckHalves(const Image& image, const std::vector<uint8_t>& source, int width, int height) {
  REQUIRE(image.width == width);
  REQUIRE(image.height == height);
  int kept = 0, changed = 0;
  for (int i = 0; i < width * height; ++i) {
    bool same =
        std::equal(image.rgba.begin() + i * 4, image.rgba.begin() + i * 4 + 4, source.begin() + i * 4);
    if (i % width >= width / 2) kept += same;
    if (i % width < width / 2) changed += !same;
  }
  CHECK(kept == (width - width / 2) * height);
  CHECK(changed > width / 2 * height * 9 / 10);
}

}  // namespace

TEST_CASE("what a mask protects stays to the bit, through data-URIs, white or transparent meaning editable") {
  Fixture f;
  for (bool alpha_source : {false, true}) {
    for (bool alpha_mask : {false, true}) {
      CAPTURE(alpha_source);
      CAPTURE(alpha_mask);
      auto source = Noise(61, 47, alpha_source);
      Image image = Result(f, kEdit,
                           {{"prompt", "a lion"},
                            {"image", DataUri(EncodePng(61, 47, source))},
                            {"mask", DataUri(EncodePng(61, 47, LeftHalf(61, 47, alpha_mask)))}});
      CheckHalves(image, source, 61, 47);
    }
  }
}

TEST_CASE("pictures and masks are fetched from their URLs") {
  Fixture f;
  Catcher server;
  auto source = Noise(90, 40, false);
  server.Serve("/cat.png", EncodePng(90, 40, source));
  server.Serve("/mask.png", EncodePng(90, 40, LeftHalf(90, 40, false)));
  CheckHalves(Result(f, kInpaint,
                     {{"prompt", "a dog"},
                      {"imageUrl", server.url() + "/cat.png"},
                      {"maskUrl", server.url() + "/mask.png"}}),
              source, 90, 40);
}

TEST_CASE("a picture that cannot be had ends the job FAILED and says why") {
  Fixture f;
  Catcher server;
  server.Serve("/text.png", "no picture");
  auto fail = [&](const std::string& url) {
    Json status =
        WaitForEnd(f.Order(kRelight, {{"prompt", "a"}, {"image_urls", {url}}}).json()["polling_url"]);
    CHECK(status["status"] == "FAILED");
    return status["error"].get<std::string>();
  };
  CHECK(fail(server.url() + "/nothing.png").find("404") != std::string::npos);
  CHECK(fail(server.url() + "/text.png").find("no PNG") != std::string::npos);
  CHECK(fail("http://127.0.0.1:1/x.png").find("127.0.0.1:1") != std::string::npos);
}

TEST_CASE(
    "where the documents want it, a mask of another size than the picture is no use: 400 where the bytes are "
    "there, else FAILED") {
  Fixture f;
  Catcher server;
  server.Serve("/a.png", EncodePng(20, 20, Noise(20, 20, false)));
  server.Serve("/m.png", EncodePng(20, 21, LeftHalf(20, 21, false)));
  Json urls = {{"prompt", "a"}, {"image", server.url() + "/a.png"}, {"mask", server.url() + "/m.png"}};
  Json status = WaitForEnd(f.Order(kEdit, urls).json()["polling_url"]);
  CHECK(status["status"] == "FAILED");
  CHECK(status["error"].get<std::string>().find("mask") != std::string::npos);
  Json body = {{"prompt", "a"},
               {"image", DataUri(EncodePng(20, 20, Noise(20, 20, false)))},
               {"mask", DataUri(EncodePng(20, 21, LeftHalf(20, 21, false)))}};
  CHECK(f.Order(kEdit, body).status == 400);
  CHECK(
      Result(f, kInpaint, {{"prompt", "a"}, {"imageUrl", urls["image"]}, {"maskUrl", urls["mask"]}}).width ==
      20);
}

TEST_CASE("editing and relighting start from the reference and change it") {
  Fixture f;
  Catcher server;
  std::vector<uint8_t> halves;  // red above, blue below
  for (int i = 0; i < 200 * 200; ++i)
    halves.insert(halves.end(), {static_cast<uint8_t>(i < 20000 ? 220 : 20), 30,
                                 static_cast<uint8_t>(i < 20000 ? 20 : 220), 255});
  server.Serve("/halves.png", EncodePng(200, 200, halves));
  auto average = [](const Image& image, int from, int to, int channel) {
    double sum = 0;
    for (int y = from; y < to; ++y)
      for (int x = 0; x < image.width; ++x)
        sum += image.rgba[static_cast<size_t>((y * image.width + x) * 4 + channel)];
    return sum / ((to - from) * image.width);
  };
  struct Row {
    const char* path;
    Json body;
  };
  std::string url = server.url() + "/halves.png";
  const Row rows[] = {
      {kRelight,
       {{"prompt", "warm light"}, {"image_urls", {url}}, {"image_size", {{"width", 300}, {"height", 300}}}}},
      {kGhibli, {{"prompt", "anime"}, {"image", url}, {"width", 300}, {"height", 300}}},
      {"/pixelforge-image/v1/qwen_image_gen/serve_image", {{"prompt", "anime"}, {"image_urls", {url}}}}};
  for (const Row& row : rows) {
    CAPTURE(row.path);
    Image image = Result(f, row.path, row.body);
    int h = image.height;
    CHECK(average(image, h / 8, h * 3 / 8, 0) > average(image, h / 8, h * 3 / 8, 2) + 20);
    CHECK(average(image, h * 9 / 16, h * 11 / 16, 2) > average(image, h * 9 / 16, h * 11 / 16, 0) + 20);
    CHECK(average(image, h / 8, h * 3 / 8, 1) > 35);
  }
}

TEST_CASE("the documents' own picture URLs are answered with samples, offline") {
  Fixture f;
  Json body = {{"prompt", "Change to a lion"},
               {"imageUrl", "https://pub-1fb693cb11cc46b2b2f656f51e015a2c.r2.dev/dog.png"},
               {"maskUrl", "https://pub-1fb693cb11cc46b2b2f656f51e015a2c.r2.dev/dog-mask.png"}};
  Image masked = Result(f, kInpaint, body);
  body.erase("maskUrl");
  body["prompt"] = "Change to a flamingo";
  Image edited = Result(f, kInpaint, body);
  CHECK(masked.width == 1024);
  CHECK(edited.width == 1024);
  CHECK(masked.rgba != edited.rgba);
}

}  // namespace sandbox_test

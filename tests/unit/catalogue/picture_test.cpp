// Pictures: where they may come from, what their bytes must be, how they get into the body.
#include "catalogue/picture.h"

#include "support.h"
#include "wire/text.h"

using namespace test;
using pixazo::catalogue::BuildBody;
using pixazo::catalogue::Check;
using pixazo::catalogue::CheckOptions;
using pixazo::catalogue::Picture;
using pixazo::catalogue::Prepared;
using pixazo::wire::Error;

namespace {

const Argument kPrompt{"prompt", "a", {}, false};

Error Refusal(const std::string& endpoint, const Argument& argument, const CheckOptions& options = {}) {
  const auto prepared = Check(Find(endpoint), {kPrompt, argument}, options);
  return prepared.ok() ? Error() : prepared.error();
}

Prepared Accepted(const std::string& endpoint, std::vector<Argument> arguments) {
  arguments.push_back(kPrompt);
  auto prepared = Check(Find(endpoint), arguments);
  REQUIRE_MESSAGE(prepared.ok(), (prepared.ok() ? "" : prepared.error().message));
  return *prepared;
}

std::string DataUri(const std::string& bytes, const std::string& type = "image/png") {
  return pixazo::wire::MakeDataUri(type, bytes.data(), bytes.size());
}

Argument TextImage(const std::string& name, const std::string& text) { return {name, text, {}, false}; }

Error BodyError(const std::string& endpoint, const Prepared& prepared, const std::vector<Picture>& pictures) {
  const auto body = BuildBody(Find(endpoint), prepared, pictures);
  return body.ok() ? Error() : body.error();
}

}  // namespace

TEST_CASE("a picture's URL is http or https, public, without userinfo") {
  const std::pair<const char*, const char*> bad[] = {
      {"ftp://example.com/a.png", "must be a URL: "},
      {"file:///etc/passwd", "must be a URL: "},
      {"example.com/a.png", "must be a URL: "},
      {"", "must be a URL: "},
      {"https://", "must be a URL: "},
      {"https://user@example.com/a.png", "must be a URL: "},
      {"https://user:key@example.com/a.png", "must be a URL: "},
      {"https://example.com:0/a.png", "must be a URL: "},
      {"https://ex\xC3\xA4mple.com/a.png", "must be a URL: "},
      {"https://0x7f.1/a.png", "must be a URL: "},
      {"http://localhost/a.png", "must be a public URL: "},
      {"http://cdn.localhost/a.png", "must be a public URL: "},
      {"http://127.0.0.1:8080/a.png", "must be a public URL: "},
      {"https://10.0.0.1/a.png", "must be a public URL: "},
      {"https://169.254.169.254/latest", "must be a public URL: "},
      {"https://[::1]/a.png", "must be a public URL: "},
      {"https://[fd00::1]/a.png", "must be a public URL: "},
      {"https://[::ffff:192.168.0.1]/a.png", "must be a public URL: "},
  };
  for (const auto& [url, said] : bad) {
    const auto& url_shown = url;  // clang: a lambda captures no structured binding
    CAPTURE(url_shown);
    for (const char* endpoint : {"studio-ghibli", "sd1.5-inpainting", "pixelforge", "gpt-image-2-edit"}) {
      const Error error = Refusal(endpoint, TextImage("images", url));
      CHECK(error.field == "images");
      CHECK_MESSAGE(error.message.find(said) != std::string::npos, error.message);
    }
  }
  for (const char* url : {"https://example.com/a.png", "http://example.com:8080/a?b=c#d", "https://8.8.8.8/a",
                          "https://[2606:4700::1]/a"}) {
    CAPTURE(url);
    CHECK_MESSAGE(Refusal("pixelforge", TextImage("images", url)).ok(),
                  Refusal("pixelforge", TextImage("images", url)).message);
  }
}

TEST_CASE("https is required where the documents say so") {
  CHECK(Refusal("gpt-image-2-edit", TextImage("images", "http://example.com/a.png")).message ==
        "images (image) must be an https URL, not 'http://example.com'");
  CHECK(Refusal("studio-ghibli", TextImage("webhook", "http://example.com/hook")).message ==
        "webhook must be an https URL, not 'http://example.com'");
  CHECK(Refusal("studio-ghibli", TextImage("webhook", "https://192.168.1.1/hook")).message ==
        "webhook must be a public URL: nobody else can reach '192.168.1.1'");
}

TEST_CASE("a client of a local gateway may name pictures on this machine") {
  const CheckOptions local{true};
  for (const char* url : {"http://127.0.0.1:4000/media/a.png", "http://localhost/a.png", "https://10.0.0.1/a",
                          "http://[::1]:1/a"}) {
    for (const char* endpoint : {"pixelforge", "gpt-image-2-edit"}) {
      CAPTURE(url);
      CHECK(Refusal(endpoint, TextImage("images", url), local).ok());
      CHECK_FALSE(Refusal(endpoint, TextImage("images", url)).ok());
    }
  }
  CHECK_FALSE(Refusal("gpt-image-2-edit", TextImage("images", "http://example.com/a.png"), local).ok());
  CHECK_FALSE(Refusal("pixelforge", TextImage("images", "http://user@127.0.0.1/a.png"), local).ok());
}

TEST_CASE("data-URIs are taken where the endpoint takes them, with a real picture inside") {
  const std::string png = Png(4, 3), jpeg = Jpeg(4, 3), webp = Webp(4, 3);
  CHECK(Refusal("gpt-image-2-edit", TextImage("images", DataUri(png))).ok());
  CHECK(Refusal("gpt-image-2-edit", TextImage("images", DataUri(jpeg, "image/jpeg"))).ok());
  CHECK(Refusal("gpt-image-2-edit", TextImage("images", DataUri(jpeg, "image/jpg"))).ok());
  CHECK(Refusal("gpt-image-2-edit", TextImage("images", DataUri(webp, "image/webp"))).ok());
  CHECK(Refusal("gpt-image-2-edit", TextImage("images", DataUri(png, "image/jpeg"))).message ==
        "images (image) says 'image/jpeg' but holds image/png");
  CHECK(Refusal("gpt-image-2-edit", TextImage("images", DataUri("GIF89a", "image/gif"))).message ==
        "images (image) is no PNG, JPEG or WebP picture");
  CHECK(Refusal("gpt-image-2-edit", TextImage("images", DataUri(png.substr(0, 16)))).message ==
        "images (image) is a damaged image/png: it does not say its size");
  CHECK(Refusal("gpt-image-2-edit", TextImage("images", "data:image/png;base64,")).message ==
        "images (image) is empty");
  for (const char* text : {"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA...", "data:image/png,abc",
                           "data:", "DATA:image/png;base64,!"}) {
    CHECK(Refusal("gpt-image-2-edit", TextImage("images", text)).message ==
          "images (image) must be data:image/...;base64,... with valid base64");
  }
  for (const char* endpoint : {"studio-ghibli", "pixelforge", "pixelforge-relighting", "sd1.5-inpainting",
                               "gpt-image-2-image-to-image"}) {
    CHECK(Refusal(endpoint, TextImage("images", DataUri(png)))
              .message.ends_with("must be a URL: this endpoint takes no data-URI"));
  }
}

TEST_CASE("a data-URI over 10 MiB is refused before it is decoded") {
  const std::string big = "data:image/png;base64," + std::string(15u << 20, 'A');
  CHECK(Refusal("gpt-image-2-edit", TextImage("images", big))
            .message.starts_with("images (image) may hold at most 10 MiB of picture"));
}

TEST_CASE("bytes and files wait for their place in the body") {
  const Prepared edit =
      Accepted("gpt-image-2-edit",
               {Pictures("image", {Url("https://example.com/a.png"), Bytes(Png(4, 3)), File("b.png")}),
                Pictures("mask", {File("m.png")})});
  REQUIRE(edit.slots.size() == 3);
  CHECK(edit.slots[0].field == "images");
  CHECK(edit.slots[0].wire_name == "image");
  CHECK(edit.slots[0].index == 1);
  CHECK_FALSE(edit.slots[0].needs_url);
  CHECK(edit.slots[1].index == 2);
  CHECK(edit.slots[1].source.text == "b.png");
  CHECK(edit.slots[2].field == "mask");
  const auto body = BuildBody(
      Find("gpt-image-2-edit"), edit,
      {{false, *edit.slots[0].source.bytes}, {true, "https://example.com/b.png"}, {false, Png(7, 8)}});
  REQUIRE(body.ok());
  CHECK(
      Independent::parse(*body) ==
      Independent({{"prompt", "a"},
                   {"image", {"https://example.com/a.png", DataUri(Png(4, 3)), "https://example.com/b.png"}},
                   {"mask", DataUri(Png(7, 8))}}));
}

TEST_CASE("one picture as bytes is sent as a plain string where the endpoint takes one") {
  const Prepared one = Accepted("gpt-image-2-edit", {Pictures("images", {Bytes(Webp(4, 3))})});
  CHECK(Independent::parse(
            *BuildBody(Find("gpt-image-2-edit"), one, {{false, *one.slots[0].source.bytes}}))["image"] ==
        DataUri(Webp(4, 3), "image/webp"));
}

TEST_CASE("where only URLs are taken the host is asked for one, and data is refused") {
  const Prepared prepared =
      Accepted("pixelforge", {Pictures("images", {Url("https://example.com/a.png"), Bytes("anything")})});
  REQUIRE(prepared.slots.size() == 1);
  CHECK(prepared.slots[0].needs_url);
  CHECK(prepared.slots[0].index == 1);
  CHECK(Independent::parse(
            *BuildBody(Find("pixelforge"), prepared, {{true, "https://example.com/b.png"}}))["image_urls"] ==
        Independent::array({"https://example.com/a.png", "https://example.com/b.png"}));
  CHECK(BodyError("pixelforge", prepared, {{false, Png(1, 1)}}).message ==
        "images[1] must be given as a URL: this endpoint takes no picture data");
  CHECK(BodyError("pixelforge", prepared, {{true, "http://10.1.1.1/b.png"}}).field == "images");
  CHECK(BodyError("pixelforge", prepared, {{true, DataUri(Png(1, 1))}}).message ==
        "images[1] must be a URL: this endpoint takes no data-URI");
  CHECK(BodyError("pixelforge", prepared, {{true, "https://example.com/\n"}}).field == "images");
  CHECK(BodyError("pixelforge", prepared, {}).code == pixazo::wire::Code::kInternal);
}

TEST_CASE("what a file turned out to hold is checked before it is sent") {
  const Prepared prepared = Accepted("gpt-image-2-edit", {Pictures("images", {File("a.png")})});
  CHECK(BodyError("gpt-image-2-edit", prepared, {{false, ""}}).message == "images (image) is empty");
  CHECK(BodyError("gpt-image-2-edit", prepared, {{false, "<html>"}}).message ==
        "images (image) is no PNG, JPEG or WebP picture");
  const std::string big = Png(4, 3) + std::string(pixazo::catalogue::kMaxPictureBytes, '\0');
  CHECK(BodyError("gpt-image-2-edit", prepared, {{false, big}}).message ==
        "images (image) may have at most 10 MiB; it has " + std::to_string(big.size()) + " bytes");
  const std::string most = big.substr(0, pixazo::catalogue::kMaxPictureBytes);
  CHECK(BodyError("gpt-image-2-edit", prepared, {{false, most}}).ok());
}

TEST_CASE("bytes are looked at as soon as they are given") {
  CHECK(Refusal("gpt-image-2-edit", Pictures("images", {Bytes("no picture")})).message ==
        "images (image) is no PNG, JPEG or WebP picture");
  CHECK(Refusal("gpt-image-2-edit", Pictures("images", {Bytes("")})).message == "images (image) is empty");
  CHECK(Refusal("gpt-image-2-edit", Pictures("images", {})).message ==
        "images (image) has no picture; leave it out instead");
  CHECK(Refusal("gpt-image-2-edit", Pictures("images", {{ImageSource::Kind::kBytes, "", nullptr}})).message ==
        "images (image) has no bytes");
}

TEST_CASE("file names are text without control characters") {
  for (const std::string& name :
       {std::string(), std::string("a\nb"), std::string("a\0b", 3), std::string("\xFF")}) {
    CHECK(Refusal("pixelforge", Pictures("images", {File(name)})).field == "images");
  }
}

TEST_CASE("a mask is a PNG of the first picture's size, wherever the two come from") {
  const std::string png = Png(640, 480), other = Png(640, 481), jpeg = Jpeg(640, 480);
  const std::string wrong_size =
      "mask is 640x481 pixels, the first picture 640x480: they must have the same size";
  const auto check = [](std::vector<Argument> arguments) {
    arguments.push_back(kPrompt);
    const auto prepared = Check(Find("gpt-image-2-edit"), arguments);
    return prepared.ok() ? std::string() : prepared.error().message;
  };
  CHECK(check({Pictures("images", {Bytes(jpeg)}), Pictures("mask", {Bytes(png)})}) == "");
  CHECK(check({Pictures("images", {Bytes(jpeg)}), Pictures("mask", {Bytes(other)})}) == wrong_size);
  CHECK(check({Pictures("mask", {Bytes(other)}), TextImage("images", DataUri(png))}) == wrong_size);
  CHECK(check({TextImage("mask", DataUri(other)), Pictures("images", {Bytes(png)})}) == wrong_size);
  CHECK(check({TextImage("mask", DataUri(other)),
               {"images", Json(Json::Array{Json(DataUri(png))}), {}, false}}) == wrong_size);
  CHECK(check({Pictures("images", {Bytes(png)}), Pictures("mask", {Bytes(jpeg)})}) ==
        "mask must be a PNG, not image/jpeg");
  CHECK(check({TextImage("images", "https://example.com/a.png"),
               TextImage("mask", DataUri(jpeg, "image/jpeg"))}) == "mask must be a PNG, not image/jpeg");
  // Only the first picture counts, and only what is here can be compared.
  CHECK(check({Pictures("images", {Bytes(png), Bytes(Png(1, 1))}), Pictures("mask", {Bytes(png)})}) == "");
  CHECK(check({Pictures("images", {Url("https://example.com/a.png"), Bytes(Png(1, 1))}),
               Pictures("mask", {Bytes(png)})}) == "");
  CHECK(check({Pictures("images", {File("a.png")}), Pictures("mask", {Bytes(other)})}) == "");

  const Prepared files =
      Accepted("gpt-image-2-edit", {Pictures("images", {File("a.png")}), Pictures("mask", {File("m.png")})});
  CHECK(BodyError("gpt-image-2-edit", files, {{false, png}, {false, png}}).ok());
  CHECK(BodyError("gpt-image-2-edit", files, {{false, png}, {false, other}}).message == wrong_size);
  CHECK(BodyError("gpt-image-2-edit", files, {{false, png}, {false, jpeg}}).message ==
        "mask must be a PNG, not image/jpeg");
  CHECK(BodyError("gpt-image-2-edit", files, {{true, "https://example.com/a.png"}, {false, other}}).ok());
  CHECK(BodyError("gpt-image-2-edit", files, {{true, DataUri(png)}, {false, other}}).message == wrong_size);
}

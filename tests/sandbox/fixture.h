// A sandbox of a test's own, and the documents' examples.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "sandbox/http_client.h"
#include "sandbox/sandbox.h"

namespace sandbox_test {

using Json = nlohmann::json;
using pixazo::sandbox::Options;
using pixazo::sandbox::Sandbox;

struct Fixture {
  explicit Fixture(Options options = Fast()) : sandbox(std::move(options)) { REQUIRE(sandbox.Start().ok()); }

  static Options Fast() {
    Options options;
    options.speed = 500;
    return options;
  }
  std::string Url(const std::string& path) const { return sandbox.url() + path; }
  Json State() const { return Json::parse(sandbox.StateJson()); }
  Response Order(const std::string& path, const Json& body, const Headers& headers = kWithKey) const {
    return Post(Url(path), body.dump(), headers);
  }

  Sandbox sandbox;
};

const Json& Examples();                     // every JSON document the reference prints
std::string PathOf(const Json& example);    // of the endpoint it belongs to
bool IsRequest(const Json& example);        // a body that a client would send
std::string FirstMedia(const Json& reply);  // URL in a sync reply or a completed status

inline const char* const kTextToImage = "/gpt-image-2/v1/text-to-image";
inline const char* const kSdxl = "/getImage/v1/getSDXLImage";
inline const char* const kGhibli = "/studio-ghibli/v1/studio-ghibli/generate";

}  // namespace sandbox_test

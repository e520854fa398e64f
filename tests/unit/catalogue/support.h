// Words for the tests of the catalogue: arguments from JSON, bodies through an independent parser, pictures
// that are headers only.
#pragma once

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "catalogue/catalogue.h"

namespace test {

using Independent = nlohmann::json;
using pixazo::catalogue::Argument;
using pixazo::catalogue::Endpoint;
using pixazo::catalogue::ImageSource;
using pixazo::wire::Json;

inline std::string ReadText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline Independent ReadData(const std::string& name) {
  return Independent::parse(ReadText(PZ_TEST_DATA "/" + name));
}

inline Json Parse(const std::string& text) {
  auto parsed = pixazo::wire::ParseJson(text);
  REQUIRE_MESSAGE(parsed.ok(), text);
  return *parsed;
}

inline const Endpoint& Find(const std::string& id) {
  static const auto built_in = pixazo::catalogue::Catalogue::BuiltIn();
  const Endpoint* endpoint = built_in->Find(id);
  REQUIRE_MESSAGE(endpoint, id);
  return *endpoint;
}

// {"prompt": "a", "steps": 3}: an argument a member.
inline std::vector<Argument> Arguments(const std::string& json) {
  std::vector<Argument> out;
  const Json parsed = Parse(json);
  for (const auto& [name, value] : parsed.as_object()) out.push_back({name, value, {}, false});
  return out;
}

inline Argument AsIs(const std::string& name, Json value) { return {name, std::move(value), {}, true}; }

inline ImageSource Url(const std::string& url) { return {ImageSource::Kind::kUrl, url, nullptr}; }
inline ImageSource File(const std::string& path) { return {ImageSource::Kind::kFile, path, nullptr}; }
inline ImageSource Bytes(std::string bytes) {
  return {ImageSource::Kind::kBytes, "", std::make_shared<const std::string>(std::move(bytes))};
}
inline Argument Pictures(const std::string& name, std::vector<ImageSource> sources) {
  return {name, Json(), std::move(sources), false};
}

inline std::string BigEndian(uint32_t v, int bytes) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(v >> shift & 0xFF);
  return out;
}

inline std::string Png(uint32_t width, uint32_t height) {
  return std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16) + BigEndian(width, 4) + BigEndian(height, 4) +
         std::string("\x08\x02\0\0\0\0\0\0\0\0\0\0\0IEND\xAE\x42\x60\x82", 21);
}
inline std::string Jpeg(uint32_t width, uint32_t height) {
  return std::string("\xFF\xD8\xFF\xC0\0\x11\x08", 7) + BigEndian(height, 2) + BigEndian(width, 2) +
         std::string("\x03\x01\x22\0\x02\x11\x01\x03\x11\x01\xFF\xD9", 12);
}
inline std::string Webp(uint32_t width, uint32_t height) {
  std::string size;
  for (uint32_t v : {width - 1, height - 1}) {
    for (int i = 0; i < 3; ++i) size += static_cast<char>(v >> 8 * i & 0xFF);
  }
  return std::string("RIFF\x16\0\0\0WEBPVP8X\x0A\0\0\0\0\0\0\0", 24) + size;
}

}  // namespace test

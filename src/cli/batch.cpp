#include "batch.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "text.h"

namespace pixazo::cli {
namespace {

using Json = nlohmann::json;

constexpr size_t kMostLines = 100'000;

// A word of the command line is dropped when the line sets the same name itself.
void Override(Wish& wish, const Json& members) {
  const auto set = [&](std::string_view name) { return members.contains(std::string(name)); };
  std::erase_if(wish.options, [&](const auto& option) { return set(option.first); });
  std::erase_if(wish.words,
                [&](const std::string& word) { return set(word.substr(0, word.find_first_of(":="))); });
  if (set("images") || set("image")) wish.images.clear();
  if (set("mask")) wish.masks.clear();
}

std::optional<Problem> ReadObject(const std::string& text, BatchLine& line) {
  Json members = Json::parse(text, nullptr, false);
  if (!members.is_object()) return Usage("it begins with { but is no JSON object");
  for (const char* own : {"endpoint", "file_name"}) {
    const auto found = members.find(own);
    if (found == members.end()) continue;
    if (!found->is_string()) return Usage(std::string(own) + " is a string", own);
    (own == std::string_view("endpoint") ? line.wish.endpoint : line.file_name) = found->get<std::string>();
    members.erase(found);
  }
  if (!line.file_name.empty() && Slug(line.file_name, 128) != line.file_name)
    return Usage("file_name is made of lower case letters, digits and single hyphens", "file_name");
  Override(line.wish, members);
  line.wish.members = members.dump(-1, ' ', false, Json::error_handler_t::replace);
  return std::nullopt;
}

Or<std::vector<BatchLine>> Read(std::istream& in, const std::string& name, const Wish& common) {
  std::vector<BatchLine> lines;
  std::string text;
  for (size_t number = 1; std::getline(in, text); ++number) {
    if (!text.empty() && text.back() == '\r') text.pop_back();
    if (number == 1 && text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    const size_t first = text.find_first_not_of(" \t");
    if (first == std::string::npos || text[first] == '#') continue;
    BatchLine line;
    line.wish = common;
    line.wish.line = number;
    std::optional<Problem> problem;
    if (text[first] == '{') {
      problem = ReadObject(text, line);
    } else {
      Override(line.wish, Json{{"prompt", ""}});
      line.wish.options.emplace_back("prompt", text.substr(first));
    }
    if (!problem && line.wish.endpoint.empty())
      problem = Usage("no endpoint: name one on the command line or as \"endpoint\" in the line", "endpoint");
    if (!problem && lines.size() == kMostLines) problem = Usage("a batch has at most 100000 lines");
    if (problem) {
      problem->line = number;
      return *problem;
    }
    lines.push_back(std::move(line));
  }
  if (in.bad()) return Usage("the batch " + name + " cannot be read", "--batch");
  if (lines.empty()) return Usage("the batch " + name + " is empty", "--batch");
  return lines;
}

}  // namespace

Or<std::vector<BatchLine>> ReadBatch(const std::string& path, const Wish& common) {
  if (path == "-") return Read(std::cin, "on standard input", common);
  std::ifstream file(path, std::ios::binary);
  if (!file) return Usage("the batch file " + Clean(path) + " cannot be read", "--batch");
  return Read(file, Clean(path), common);
}

}  // namespace pixazo::cli

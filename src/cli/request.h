// From words on a command line, or a line of a batch, to a request of the library.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway.h"
#include "handle.h"

namespace pixazo::cli {

// What one picture-making request was asked to be, still in the user's words.
struct Wish {
  std::string endpoint;
  std::vector<std::string> words;                            // NAME=VALUE, NAME:=JSON, NAME=@FILE
  std::vector<std::pair<std::string, std::string>> options;  // --prompt and the like: canonical name, text
  std::vector<std::string> images, masks;                    // file or URL
  std::vector<std::string> raw;                              // --raw NAME=JSON
  std::string members;                                       // of a JSON line: an object, "" if none
  size_t line = 0;                                           // in a batch file
};

struct Built {
  Owned<pz_request> request;
  std::string prompt;  // for labels and file names
};

// Checked completely by the library's own rules; nothing is sent.
Or<Built> Build(const pz_catalogue* catalogue, const Wish& wish);

// A beginning of endpoints' names, and no name itself: a problem that lists them. nullopt for everything else.
std::optional<Problem> BeginningOfNames(const pz_catalogue* catalogue, const std::string& beginning);

// A command line that makes the endpoint's example request: for `pz models ENDPOINT` and --help.
std::string ExampleCommand(const pz_endpoint* endpoint);

}  // namespace pixazo::cli

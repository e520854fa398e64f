// How --help looks.
#pragma once

#include <CLI/CLI.hpp>

namespace pixazo::cli {

class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
};

// "-o, --out DIR" or "ENDPOINT".
std::string OptionTitle(const CLI::Option* option);

}  // namespace pixazo::cli

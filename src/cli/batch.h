// A batch file: a prompt a line, or a JSON object a line with parameters.
#pragma once

#include <string>
#include <vector>

#include "request.h"

namespace pixazo::cli {

struct BatchLine {
  Wish wish;
  std::string file_name;  // "file_name" of a JSON line: stem of its pictures
};

// `path` "-": standard input. Every line begins as a copy of `common` (options of the command line); what the
// line says wins. Empty lines and lines that begin with # are skipped. Errors name the line.
Or<std::vector<BatchLine>> ReadBatch(const std::string& path, const Wish& common);

}  // namespace pixazo::cli

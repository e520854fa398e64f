// What pz prints with --json.
#pragma once

#include <nlohmann/json.hpp>

#include "item.h"

namespace pixazo::cli {

using Json = nlohmann::ordered_json;

void Print(const Json& line);  // on standard output; text that is not UTF-8 is repaired
Json PictureJson(const Picture& picture);
Json FailureJson(const Failure& failure);
Json ProblemJson(const Problem& problem);

}  // namespace pixazo::cli

// Where pictures end up: never over a file that is there, unless asked for.
#pragma once

#include <cstddef>
#include <string>

namespace pixazo::cli {

struct SavePlan {
  std::string directory = ".";
  bool overwrite = false;
};

// Moves a whole file to `stem` + its own extension in the plan's directory; a taken name gets -2, -3, ...
// (`several`: begins with -1). Atomic, also against other processes doing the same. Returns the new path, or
// the old one if it could not be moved.
std::string Rename(const std::string& path, const std::string& stem, bool several, size_t index,
                   const SavePlan& plan);

// Writes bytes to a file that is whole or absent; a taken name gets a number as above. "" if that failed,
// errno says why.
std::string WriteWhole(const std::string& bytes, const std::string& stem, const std::string& extension,
                       const SavePlan& plan);

// Makes a directory and its parents. Remembers the ones it made; RemoveIfEmpty takes those away again that
// stayed empty.
class Directory {
 public:
  bool Make(const std::string& path);  // false: errno says why
  void RemoveIfEmpty();

 private:
  std::string made_;   // the deepest one
  size_t levels_ = 0;  // how many were made
};

}  // namespace pixazo::cli

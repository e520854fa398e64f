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

// A file that the library put into the plan's directory and named: gets the mode that new files have. Returns
// its path under the directory's name as the user wrote it.
std::string Adopt(const std::string& path, const SavePlan& plan);

// Looks once what the mode of new files is. Call it before there are threads that make files of their own.
void LearnFileMode();
// Gives a whole file that mode; the library's own files are for their owner only.
void Share(const std::string& path);

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

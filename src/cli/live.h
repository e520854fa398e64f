// A few lines at the bottom of a terminal that are drawn over again.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

namespace pixazo::cli {

class Live {
 public:
  explicit Live(std::FILE* stream) : stream_(stream) {}
  ~Live() { Clear(); }
  Live(const Live&) = delete;
  Live& operator=(const Live&) = delete;

  // The rows, each narrower than the terminal. Nothing is written when nothing changed.
  void Draw(const std::vector<std::string>& rows);
  void Clear();                                        // takes them away and shows the cursor
  void Print(std::FILE* to, const std::string& line);  // a line that stays, above them

 private:
  std::string Back()
      const;  // to the first column of the first row, also when the terminal has been made narrower

  std::FILE* stream_;
  std::vector<std::string> rows_;
  int columns_ = 0;
};

}  // namespace pixazo::cli

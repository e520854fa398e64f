// Reference pictures and masks: from data-URIs, from the samples, or from wherever their URL leads.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sandbox/courier.h"
#include "sandbox/picture/picture.h"
#include "sandbox/studio.h"
#include "wire/result.h"

namespace pixazo::sandbox {

// Used on the server's thread only.
class Fetcher {
 public:
  Fetcher(Studio& studio, Courier& courier) : studio_(studio), courier_(courier) {}

  // back: later, on the loop. What is handed back decodes; errors are one line that names the URL.
  using Back = std::function<void(wire::Result<Source>)>;
  void Get(const std::string& text, Back back);

 private:
  void GetSample(const std::string& url, Back back);
  void Check(std::string name, std::string bytes, Back back);

  Studio& studio_;
  Courier& courier_;
  std::unordered_map<std::string, Source> samples_;
};

}  // namespace pixazo::sandbox

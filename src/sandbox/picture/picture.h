// One picture the sandbox makes: what is asked for, and its file.
#pragma once

#include <cstdint>
#include <string>

#include "wire/image.h"

namespace pixazo::sandbox {

struct PictureSpec {
  std::string prompt;
  std::string signature;  // the small line under the prompt
  uint64_t seed = 0;      // of everything that is drawn at random
  int width = 1024, height = 1024;
  wire::ImageFormat format = wire::ImageFormat::kPng;
  int quality = 90;
  bool transparent = false;  // the scene on a disc, nothing around it

  std::string Key() const;  // equal keys, equal bytes
};

// The file, the same for equal specs. Takes tens of milliseconds a megapixel: never on the event loop.
std::string MakePicture(const PictureSpec& spec);

}  // namespace pixazo::sandbox

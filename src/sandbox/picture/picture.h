// One picture the sandbox makes: what is asked for, and its file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "wire/image.h"

namespace pixazo::sandbox {

// A picture somebody else made, as a file.
struct SourceFile {
  std::string bytes;
  uint64_t hash = 0;
};
using Source = std::shared_ptr<const SourceFile>;

enum class Treatment {
  kPaint,    // a scene from the prompt; with a mask, inside the first reference
  kEdit,     // the references, in the prompt's light and colours
  kRelight,  // the references, lit anew
};

struct PictureSpec {
  std::string endpoint;  // that it was ordered from; not part of the picture
  std::string prompt;
  std::string signature;  // the small line under the prompt; both are left out if it is empty
  uint64_t seed = 0;      // of everything that is drawn at random
  int width = 1024, height = 1024;
  wire::ImageFormat format = wire::ImageFormat::kPng;
  int quality = 90;
  bool transparent = false;  // the scene on a rounded tile, nothing around it
  Treatment treatment = Treatment::kPaint;
  std::vector<Source> references;
  Source mask;  // with a reference: what it protects stays to the bit

  std::string Key() const;  // equal keys, equal bytes
};

Source MakeSource(std::string bytes);

// The file, the same for equal specs; empty if it cannot be made (a source that is no picture). Takes a tenth
// of a second a megapixel: never on the event loop.
std::string MakePicture(const PictureSpec& spec);

// A mask with a white oval where the samples' subjects stand, as a PNG of 1024 x 1024.
std::string MakeSampleMask();

}  // namespace pixazo::sandbox

// pz built without libchafa.
#include "show.h"

namespace pixazo::cli {

bool CanShow() { return false; }
std::string ShowFeature() { return {}; }
std::string Draw(const Image&, const std::string&, int, int) { return {}; }

}  // namespace pixazo::cli

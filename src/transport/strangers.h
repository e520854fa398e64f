// Whether the process has functions of libcurl or of its TLS library that are not theirs.
#pragma once

#include <string>

namespace pixazo::transport {

// A host that exports functions of the same names (linked with -rdynamic, or preloaded) takes the place of
// the libraries' own for everybody in the process (ld.so(8), "global scope"). "": none does; otherwise which
// function comes from where. Calls neither of the two libraries. Any thread.
std::string Stranger();

}  // namespace pixazo::transport

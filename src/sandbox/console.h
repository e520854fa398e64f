// The console: the page at / and its files, which are part of the program.
#pragma once

#include <span>
#include <string_view>

#include "sandbox/http.h"

namespace pixazo::sandbox {

struct ConsoleFile {
  std::string_view name, text;
};

std::span<const ConsoleFile> ConsoleFiles();  // console/, as the build embedded it

// A file of the console, 404 if it has none of that name. Nothing in these pages is loaded from elsewhere or
// written inline, and the reply's headers hold the browser to that.
Reply ConsoleReply(std::string_view name);

// Whether the browser that sent this means this server: by an address, by localhost, or by the name in
// public_url. A page of somebody else's whose own name was pointed at this machine (DNS rebinding) does not.
bool NamesThisServer(const HttpRequest& request, std::string_view public_url);

}  // namespace pixazo::sandbox

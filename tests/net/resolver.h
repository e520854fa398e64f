// getaddrinfo of the whole program, in the test's hands. Linking resolver.cpp into a test program replaces
// the resolver that libcurl calls (the program's symbol comes first), which works with sanitizers too.
#pragma once

#include <string>
#include <vector>

namespace pixazo::testing::resolver {

// Answers for a name: the n-th look-up gets the n-th entry (the last one for ever after), each a comma
// separated list of addresses. Names nobody told about go to the real resolver.
void Tell(const std::string& name, std::vector<std::string> answers);
// Look-ups of this name hang until Release, or for ten seconds.
void Hang(const std::string& name);
void Release();
int hanging();                         // look-ups that hang right now
int lookups(const std::string& name);  // so far
bool WaitHanging(int count);           // until that many hang; false after a long time

}  // namespace pixazo::testing::resolver

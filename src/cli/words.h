// The sentences pz says about a job, the same on every kind of output. What they say about money is what the
// library knows.
#pragma once

#include <string>
#include <vector>

#include "item.h"

namespace pixazo::cli {

const char* StateWord(pz_state state);       // "processing"
std::string MoneyWord(const Item& item);     // "charged", "not charged", "may be charged"
std::string Why(const Item& item);           // one line: why it failed
std::string PictureFacts(const Picture& p);  // "1024×1024 png  1.4 MB"

// What can be done now, each advice once: how to go on with ids, where a picture that was not fetched lies,
// what "uncertain" means.
std::vector<std::string> Advice(const std::vector<Item>& items, const std::string& follow);

struct Tally {
  size_t made = 0, failed_free = 0, failed_unknown = 0, uncertain = 0, unfinished = 0, unsent = 0,
         incomplete = 0;
  size_t pictures = 0;
};
Tally Count(const std::vector<Item>& items);
std::vector<std::string> TallyWords(const Tally& tally);

}  // namespace pixazo::cli

#include "sandbox/studio.h"

#include <algorithm>
#include <thread>

#include "sandbox/ids.h"
#include "sandbox/random.h"

namespace pixazo::sandbox {

Studio::Studio(boost::asio::io_context& loop, unsigned threads, size_t cache_bytes)
    : loop_(loop),
      pool_(threads ? threads : std::max(1u, std::thread::hardware_concurrency())),
      limit_(cache_bytes) {}

void Studio::Fetch(const PictureSpec& spec, Ready ready) {
  std::string key = spec.Key();
  if (auto found = index_.find(key); found != index_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
    return ready(found->second->file);
  }
  auto [place, first] = waiting_.try_emplace(key);
  place->second.push_back(std::move(ready));
  if (!first) return;
  Work([spec] { return MakePicture(spec); },
       [this, key](std::string bytes) { Finish(key, std::move(bytes)); });
}

void Studio::Finish(const std::string& key, std::string bytes) {
  ++drawn_;
  PictureFile file;
  file.etag = "\"" + HexDigits(Hash(bytes), 16) + "\"";
  file.bytes = std::make_shared<const std::string>(std::move(bytes));
  std::vector<Ready> waiting = std::move(waiting_[key]);
  waiting_.erase(key);
  cached_ += file.bytes->size();
  entries_.push_front({key, file});
  index_[key] = entries_.begin();
  Trim();
  for (Ready& ready : waiting) ready(file);
}

void Studio::Trim() {
  while (cached_ > limit_ && entries_.size() > 1) {
    cached_ -= entries_.back().file.bytes->size();
    index_.erase(entries_.back().key);
    entries_.pop_back();
  }
}

void Studio::Forget() {
  entries_.clear();
  index_.clear();
  cached_ = 0;
}

void Studio::Stop() {
  pool_.stop();
  pool_.join();
}

}  // namespace pixazo::sandbox

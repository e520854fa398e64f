// Where pictures are drawn: by a pool of threads, each picture once while it is remembered.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sandbox/picture/picture.h"

namespace pixazo::sandbox {

struct PictureFile {
  std::shared_ptr<const std::string> bytes;  // empty: it could not be drawn
  std::string etag;                          // quoted; of the bytes
};

// Used on the server's thread only.
class Studio {
 public:
  Studio(boost::asio::io_context& loop, unsigned threads, size_t cache_bytes);
  ~Studio() { Stop(); }

  using Ready = std::function<void(const PictureFile&)>;
  void Fetch(const PictureSpec& spec, Ready ready);  // ready: later, on the loop; at once if it is remembered
  // Any other work that takes long: work() on a thread of the pool, then back(its result) on the loop.
  template <class F, class G>
  void Work(F work, G back) {
    boost::asio::post(pool_, [this, work = std::move(work), back = std::move(back)]() mutable {
      boost::asio::post(loop_,
                        [back = std::move(back), result = work()]() mutable { back(std::move(result)); });
    });
  }
  void Forget();  // what is remembered
  void Stop();    // what is not begun is not drawn; joins the threads

  uint64_t drawn() const { return drawn_; }
  size_t cached_bytes() const { return cached_; }

 private:
  struct Entry {
    std::string key;
    PictureFile file;
  };
  void Finish(const std::string& key, std::string bytes);
  void Trim();

  boost::asio::io_context& loop_;
  boost::asio::thread_pool pool_;
  size_t limit_, cached_ = 0;
  uint64_t drawn_ = 0;
  std::list<Entry> entries_;  // the most recently used first
  std::unordered_map<std::string, std::list<Entry>::iterator> index_;
  std::unordered_map<std::string, std::vector<Ready>> waiting_;
};

}  // namespace pixazo::sandbox

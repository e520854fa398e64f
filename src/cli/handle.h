// Owners for the handles of the C ABI.
#pragma once

#include <pixazo/pixazo.h>

#include <memory>
#include <string>
#include <string_view>

namespace pixazo::cli {

struct Deleter {
  void operator()(pz_catalogue* h) const { pz_catalogue_release(h); }
  void operator()(pz_options* h) const { pz_options_free(h); }
  void operator()(pz_client* h) const { pz_client_free(h); }
  void operator()(pz_request* h) const { pz_request_free(h); }
  void operator()(pz_job* h) const { pz_job_release(h); }
  void operator()(pz_event* h) const { pz_event_release(h); }
  void operator()(pz_error* h) const { pz_error_free(h); }
  void operator()(pz_journal* h) const { pz_journal_free(h); }
};
template <class T>
using Owned = std::unique_ptr<T, Deleter>;

// Takes what a C function puts into an out parameter: Take(client, pz_client_new(options, Out(client))).
template <class T>
class Out {
 public:
  explicit Out(Owned<T>& target) : target_(target) {}
  ~Out() {
    if (raw_) target_.reset(raw_);
  }
  Out(const Out&) = delete;
  Out& operator=(const Out&) = delete;
  operator T**() { return &raw_; }

 private:
  Owned<T>& target_;
  T* raw_ = nullptr;
};

}  // namespace pixazo::cli

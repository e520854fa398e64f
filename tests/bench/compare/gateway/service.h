// The routes: what the stand-in gateway answers. Pixazo's own, and those that the clients of other services
// expect. A path counts by its end, whatever stands before it.
#pragma once

#include <string>

#include "exchange.h"
#include "jobs.h"
#include "tally.h"

namespace pixazo::bench {

class Service {
 public:
  Service(Durations durations, size_t picture_bytes);

  Reply Answer(const Request& request, int64_t now_us);
  // The reply goes out now.
  void Sent(const Reply& reply, int64_t now_us);
  static bool IsAdmin(std::string_view target) { return target.starts_with("/_"); }
  Tally& tally() { return tally_; }
  uint64_t epoch() const { return epoch_; }  // grows with every reset of the tally

 private:
  struct Asked {
    std::string base;  // "https://127.0.0.1:443", as the client calls this server
    std::string_view path;
    int64_t now_us;
  };
  Reply Post(const Asked& asked);
  Reply Get(const Asked& asked);
  Reply Admin(const Request& request);
  Reply PixazoStatus(const Asked& asked, size_t number);
  Reply FalStatus(const Asked& asked, size_t number);
  Reply FalResult(const Asked& asked, size_t number);
  Reply Prediction(const Asked& asked, size_t number, int status);
  Reply Images(const Asked& asked);
  std::string Media(const Asked& asked, size_t number) const;

  Jobs jobs_;
  Tally tally_;
  uint64_t epoch_ = 0;
  const std::string picture_, images_;  // images_: the whole body of an answer with the picture in it
};

}  // namespace pixazo::bench

// The paid POST: it leaves at most once.
//
// libcurl re-sends a POST by itself when a kept-alive connection turns out to be dead, and has no option
// against it. Three vetoes, any one of which is enough, hold here: a connection of its own
// (CURLOPT_FRESH_CONNECT), a CURLOPT_PREREQFUNCTION that refuses the second call, and a body that cannot be
// rewound.
#pragma once

#include "transport/transfer.h"

namespace pixazo::transport {

class Submit final : public Transfer {
 public:
  Submit(Token token, SubmitCall call, Surroundings& around)
      : Transfer(token, Completion::Kind::kSubmit, around), call_(std::move(call)) {}
  bool answer_is_paid() const override { return done_.submit.http_status != 0; }

 private:
  wire::Exchange& facts() override { return done_.submit; }
  bool SetUp(Options& options) override;
  bool AddHeaders();
  bool OnPrereq() override;
  size_t OnBody(const char* bytes, size_t len) override;
  Next Finished() override;
  void Aborted() override { done_.submit.prereq_calls = prereq_calls_; }
  static size_t ReadThunk(char* buffer, size_t size, size_t count, void* self);
  static int SeekThunk(void* self, curl_off_t offset, int origin);

  SubmitCall call_;
  size_t handed_ = 0;
};

}  // namespace pixazo::transport

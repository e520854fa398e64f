// The host's own spending cap: a submit reserves its high estimate, the end of the job settles it. Not
// thread-safe: the table's lock guards it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "wire/result.h"

namespace pixazo::client {

class Ledger {
 public:
  // Negative: no cap, no assumed price.
  Ledger(int64_t cap, int64_t assumed_price) : cap_(cap), assumed_(assumed_price) {}

  // The amount to reserve, or kBudget.
  // high_estimate: negative where it is not known; why says why it is not.
  wire::Result<int64_t> Price(int64_t high_estimate, std::string_view why) const {
    const int64_t price = high_estimate >= 0 ? high_estimate : assumed_;
    if (cap_ >= 0 && price < 0)
      return wire::MakeError(wire::Code::kBudget,
                             "the price of this request is unknown (" + std::string(why) +
                                 ") and a budget is set; set an assumed price to allow it");
    const int64_t amount = price < 0 ? 0 : price;
    const int64_t left = cap_ < 0 ? 0 : Less(Less(cap_, spent_), reserved_);
    if (cap_ >= 0 && amount > left)
      return wire::MakeError(wire::Code::kBudget, "the request may cost " + Dollars(amount) + ", but only " +
                                                      Dollars(left < 0 ? 0 : left) + " of the budget of " +
                                                      Dollars(cap_) + " are left");
    return amount;
  }
  void Reserve(int64_t amount) { reserved_ = Plus(reserved_, amount); }

  void Settle(int64_t amount, wire::Charged charged) {
    if (reserved_ < kCounted) reserved_ -= amount;
    if (charged != wire::Charged::kNo) spent_ = Plus(spent_, amount);
  }

  int64_t spent() const { return spent_; }
  int64_t reserved() const { return reserved_; }

 private:
  // "$0.012", "$5.00": as many digits as there are, two at least.
  static std::string Dollars(int64_t microusd) {
    std::string cents = std::to_string(1'000'000 + microusd % 1'000'000).substr(1);
    while (cents.size() > 2 && cents.back() == '0') cents.pop_back();
    return "$" + std::to_string(microusd / 1'000'000) + "." + cents;
  }
  // A sum that is too large to be counted stays so.
  static constexpr int64_t kCounted = INT64_MAX;
  static int64_t Plus(int64_t a, int64_t b) { return a > kCounted - b ? kCounted : a + b; }
  static int64_t Less(int64_t a, int64_t b) { return a < INT64_MIN + b ? INT64_MIN : a - b; }

  const int64_t cap_;
  const int64_t assumed_;
  int64_t spent_ = 0;
  int64_t reserved_ = 0;
};

}  // namespace pixazo::client

// Errors are values: Error says what is wrong, Result<T> is a T or an Error. Both travel through every room.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace pixazo::wire {

// The values are those of pz_status in pixazo.h (capi/status.cpp asserts it): wire includes nothing of ours.
enum class Code : int32_t {
  kOk = 0,
  kAgain = 1,
  kInternal = -1,
  kNoMemory = -2,
  kInvalidArg = -3,
  kInvalidState = -4,
  kUnsupported = -5,
  kVersion = -6,
  kNotFound = -7,
  kLimit = -8,
  kTimeout = -9,
  kCancelled = -10,
  kClosed = -11,
  kForked = -12,
  kDeadlock = -13,
  kIo = -14,
  kBudget = -15,
  kNetwork = -30,
  kDns = -31,
  kTls = -32,
  kProxy = -33,
  kProtocol = -34,
  kBadRequest = -50,
  kAuth = -51,
  kBalance = -52,
  kRateLimited = -53,
  kModelNotFound = -54,
  kServer = -55,
  kJobFailed = -56,
  kJobError = -57,
  kNoOutput = -58,
  kOutput = -59,
  kUncertain = -60,
};

// Whether the gateway took money. Unknown is an honest answer; a guess is not.
enum class Charged : int32_t { kUnknown = 0, kNo = 1, kYes = 2 };

struct Error {
  // Not inline: they are made, moved and dropped in every function (half a megabyte of it).
  Error();
  Error(const Error&);
  Error(Error&&) noexcept;
  Error& operator=(const Error&);
  Error& operator=(Error&&) noexcept;
  ~Error();

  Code code = Code::kOk;
  std::string message;      // one line: what is wrong, where, what is allowed; at most 1 KiB of valid UTF-8
  std::string field;        // the parameter at fault, "" if none
  std::string remote_code;  // the gateway's own short code ("Insufficient Balance"), "" if none
  std::string request_id;   // the gateway's id, "" if none
  int32_t http_status = 0;
  bool retryable = false;  // a new attempt by the host may succeed and cannot be charged twice for this one
  int64_t retry_after_ms = -1;     // -1: the server named none
  int64_t required_microusd = -1;  // "Required: $X" of a 402, -1: none
  Charged charged = Charged::kUnknown;

  bool ok() const { return code == Code::kOk; }
};

// Of this side: nothing was sent, not charged; callers that know better say so.
Error MakeError(Code code, std::string message, std::string field = {});

template <class T>
class Result {
 public:
  Result(T value) : v_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit on purpose
  Result(Error error) : v_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit on purpose
  bool ok() const { return v_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() { return *std::get_if<0>(&v_); }
  const T& value() const { return *std::get_if<0>(&v_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const { return *std::get_if<1>(&v_); }

 private:
  std::variant<T, Error> v_;
};

}  // namespace pixazo::wire

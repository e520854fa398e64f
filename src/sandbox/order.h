// A request body, read and checked as the gateway would: what is to be made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.h"
#include "sandbox/manner.h"
#include "wire/result.h"

namespace pixazo::sandbox {

inline constexpr int64_t kMaxSide = 4096;  // of a picture; no document states one for custom sizes

struct Order {
  std::string prompt, negative_prompt;
  int width = 1024, height = 1024;
  bool own_size = false;  // the request names no size: with a reference picture, that picture's
  int count = 1;
  wire::ImageFormat format = wire::ImageFormat::kPng;
  int quality = 90;          // of the encoder
  std::string quality_word;  // low, medium, high, auto; "" where there is none
  bool transparent = false;
  std::optional<int64_t> seed;
  std::vector<std::string> references;  // URLs and data-URIs
  std::string mask;
  std::optional<int64_t>
      price_microusd;   // of the whole order, counted a picture; none: the documents give no price
  std::string webhook;  // in the body
  std::vector<std::string> webhook_events;
};

// Errors carry one line for people, and the name at fault as the request spelled it.
wire::Result<Order> ReadOrder(const catalogue::Endpoint& endpoint, const Manner& manner,
                              const wire::Json& body, bool lenient);

}  // namespace pixazo::sandbox

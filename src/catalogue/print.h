// From rows back to JSON: the members Load reads, in its order, without what is false, empty or not stated.
#pragma once

#include "catalogue/catalogue.h"

namespace pixazo::catalogue {

wire::Json ToJson(const Endpoint& endpoint);
wire::Json ToJson(const Param& param);
wire::Json ToJson(const Rule& rule);
wire::Json ToJson(const Price& price);
wire::Json ToJson(const StatusCall& status);

}  // namespace pixazo::catalogue

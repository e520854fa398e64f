// Names of public values for logs and tables; "?" for values that are not known.
#pragma once

#include <cstdint>

#include "catalogue/catalogue.h"
#include "client/event.h"
#include "core/engine.h"
#include "wire/result.h"

namespace pixazo::client {

const char* CodeName(wire::Code code);  // as in pixazo.h: "PZ_E_LIMIT"
const char* StateName(core::State state);
const char* ChargedName(wire::Charged charged);
const char* EventTypeName(EventType type);
const char* ParamTypeName(catalogue::ParamType type);

}  // namespace pixazo::client

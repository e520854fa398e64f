#include "client/names.h"

namespace pixazo::client {

const char* CodeName(wire::Code code) {
  using wire::Code;
  switch (code) {
    case Code::kOk:
      return "PZ_OK";
    case Code::kAgain:
      return "PZ_AGAIN";
    case Code::kInternal:
      return "PZ_E_INTERNAL";
    case Code::kNoMemory:
      return "PZ_E_NOMEM";
    case Code::kInvalidArg:
      return "PZ_E_INVALID_ARG";
    case Code::kInvalidState:
      return "PZ_E_INVALID_STATE";
    case Code::kUnsupported:
      return "PZ_E_UNSUPPORTED";
    case Code::kVersion:
      return "PZ_E_VERSION";
    case Code::kNotFound:
      return "PZ_E_NOT_FOUND";
    case Code::kLimit:
      return "PZ_E_LIMIT";
    case Code::kTimeout:
      return "PZ_E_TIMEOUT";
    case Code::kCancelled:
      return "PZ_E_CANCELLED";
    case Code::kClosed:
      return "PZ_E_CLOSED";
    case Code::kForked:
      return "PZ_E_FORKED";
    case Code::kDeadlock:
      return "PZ_E_DEADLOCK";
    case Code::kIo:
      return "PZ_E_IO";
    case Code::kBudget:
      return "PZ_E_BUDGET";
    case Code::kNetwork:
      return "PZ_E_NETWORK";
    case Code::kDns:
      return "PZ_E_DNS";
    case Code::kTls:
      return "PZ_E_TLS";
    case Code::kProxy:
      return "PZ_E_PROXY";
    case Code::kProtocol:
      return "PZ_E_PROTOCOL";
    case Code::kBadRequest:
      return "PZ_E_BAD_REQUEST";
    case Code::kAuth:
      return "PZ_E_AUTH";
    case Code::kBalance:
      return "PZ_E_BALANCE";
    case Code::kRateLimited:
      return "PZ_E_RATE_LIMITED";
    case Code::kModelNotFound:
      return "PZ_E_MODEL_NOT_FOUND";
    case Code::kServer:
      return "PZ_E_SERVER";
    case Code::kJobFailed:
      return "PZ_E_JOB_FAILED";
    case Code::kJobError:
      return "PZ_E_JOB_ERROR";
    case Code::kNoOutput:
      return "PZ_E_NO_OUTPUT";
    case Code::kOutput:
      return "PZ_E_OUTPUT";
    case Code::kUncertain:
      return "PZ_E_UNCERTAIN";
  }
  return "?";
}

const char* StateName(core::State state) {
  using core::State;
  switch (state) {
    case State::kWaiting:
      return "WAITING";
    case State::kSubmitting:
      return "SUBMITTING";
    case State::kUncertain:
      return "UNCERTAIN";
    case State::kQueued:
      return "QUEUED";
    case State::kProcessing:
      return "PROCESSING";
    case State::kDownloading:
      return "DOWNLOADING";
    case State::kCompleted:
      return "COMPLETED";
    case State::kFailed:
      return "FAILED";
    case State::kCancelled:
      return "CANCELLED";
  }
  return "?";
}

const char* ChargedName(wire::Charged charged) {
  switch (charged) {
    case wire::Charged::kUnknown:
      return "unknown";
    case wire::Charged::kNo:
      return "no";
    case wire::Charged::kYes:
      return "yes";
  }
  return "?";
}

const char* EventTypeName(EventType type) {
  switch (type) {
    case EventType::kState:
      return "STATE";
    case EventType::kProgress:
      return "PROGRESS";
    case EventType::kOutput:
      return "OUTPUT";
    case EventType::kDone:
      return "DONE";
    case EventType::kLog:
      return "LOG";
    case EventType::kNeedKey:
      return "NEED_KEY";
    case EventType::kNeedUrl:
      return "NEED_URL";
  }
  return "?";
}

const char* ParamTypeName(catalogue::ParamType type) {
  using catalogue::ParamType;
  switch (type) {
    case ParamType::kString:
      return "string";
    case ParamType::kInteger:
      return "integer";
    case ParamType::kNumber:
      return "number";
    case ParamType::kBoolean:
      return "boolean";
    case ParamType::kImage:
      return "image";
    case ParamType::kImages:
      return "images";
    case ParamType::kSize:
      return "size";
    case ParamType::kStringList:
      return "strings";
    case ParamType::kObjectList:
      return "objects";
    case ParamType::kUrl:
      return "url";
  }
  return "?";
}

}  // namespace pixazo::client

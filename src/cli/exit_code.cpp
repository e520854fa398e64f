#include "exit_code.h"

#include <algorithm>
#include <array>

namespace pixazo::cli {

const std::vector<ExitRow>& ExitTable() {
  static const std::vector<ExitRow> table = {
      {Exit::kOk, "everything asked for was done"},
      {Exit::kFailure, "a local failure: file, directory, memory"},
      {Exit::kUsage, "usage or validation; nothing was sent"},
      {Exit::kAuth, "no API key, or it was refused (401, 403)"},
      {Exit::kBalance, "not enough balance (402), or over --budget"},
      {Exit::kRateLimited, "rate limited (429), attempts used up"},
      {Exit::kGateway, "refused by the gateway, or failed there"},
      {Exit::kUncertain, "uncertain: sent, answer lost, may be charged"},
      {Exit::kTimeout, "not ended yet; its id is printed: pz wait ID"},
      {Exit::kNetwork, "gateway not reached; nothing was sent"},
      {Exit::kOutput, "made, but a picture is missing: pz fetch ID"},
      {Exit::kInterrupted, "interrupted; ids to go on with are printed"},
      {Exit::kTerminated, "terminated, likewise"},
  };
  return table;
}

Exit ExitOf(pz_status status) {
  switch (status) {
    case PZ_OK:
      return Exit::kOk;
    case PZ_E_INVALID_ARG:
    case PZ_E_UNSUPPORTED:
    case PZ_E_NOT_FOUND:
      return Exit::kUsage;
    case PZ_E_AUTH:
      return Exit::kAuth;
    case PZ_E_BALANCE:
    case PZ_E_BUDGET:
      return Exit::kBalance;
    case PZ_E_RATE_LIMITED:
      return Exit::kRateLimited;
    case PZ_E_BAD_REQUEST:
    case PZ_E_MODEL_NOT_FOUND:
    case PZ_E_SERVER:
    case PZ_E_JOB_FAILED:
    case PZ_E_JOB_ERROR:
    case PZ_E_NO_OUTPUT:
    case PZ_E_PROTOCOL:
      return Exit::kGateway;
    case PZ_E_UNCERTAIN:
      return Exit::kUncertain;
    case PZ_E_TIMEOUT:
      return Exit::kTimeout;
    case PZ_E_NETWORK:
    case PZ_E_DNS:
    case PZ_E_TLS:
    case PZ_E_PROXY:
      return Exit::kNetwork;
    case PZ_E_OUTPUT:
      return Exit::kOutput;
    case PZ_E_CANCELLED:
    case PZ_E_CLOSED:
      return Exit::kInterrupted;
    default:
      return Exit::kFailure;
  }
}

Exit ExitOf(const pz_error* error) {
  if (!error) return Exit::kFailure;
  const pz_status status = pz_error_status(error);
  // "Not found" by the gateway is an answer; by the catalogue it is a typing error.
  if (status == PZ_E_NOT_FOUND && pz_error_http_status(error) != 0) return Exit::kGateway;
  return ExitOf(status);
}

Exit Gravest(Exit a, Exit b) {
  static constexpr std::array order = {
      Exit::kTerminated, Exit::kInterrupted, Exit::kUncertain, Exit::kTimeout,     Exit::kOutput,
      Exit::kAuth,       Exit::kBalance,     Exit::kGateway,   Exit::kRateLimited, Exit::kNetwork,
      Exit::kFailure,    Exit::kUsage,       Exit::kOk,
  };
  const auto rank = [](Exit e) { return std::find(order.begin(), order.end(), e); };
  return rank(a) < rank(b) ? a : b;
}

}  // namespace pixazo::cli

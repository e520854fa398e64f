// Public values are those that the rooms use: checked here, because the rooms do not include the public
// header.
#include "capi/handles.h"

namespace {

using namespace pixazo;

constexpr bool Same(int32_t value, wire::Code code) { return value == static_cast<int32_t>(code); }
constexpr bool Same(int32_t value, core::State state) { return value == static_cast<int32_t>(state); }
constexpr bool Same(int32_t value, wire::Charged charged) { return value == static_cast<int32_t>(charged); }
constexpr bool Same(int32_t value, client::EventType type) { return value == static_cast<int32_t>(type); }
constexpr bool Same(int32_t value, client::Stat stat) { return value == static_cast<int32_t>(stat); }
constexpr bool Same(int32_t value, catalogue::ParamType type) { return value == static_cast<int32_t>(type); }

using wire::Code;
static_assert(Same(PZ_OK, Code::kOk) && Same(PZ_AGAIN, Code::kAgain));
static_assert(Same(PZ_E_INTERNAL, Code::kInternal) && Same(PZ_E_NOMEM, Code::kNoMemory));
static_assert(Same(PZ_E_INVALID_ARG, Code::kInvalidArg) && Same(PZ_E_INVALID_STATE, Code::kInvalidState));
static_assert(Same(PZ_E_UNSUPPORTED, Code::kUnsupported) && Same(PZ_E_VERSION, Code::kVersion));
static_assert(Same(PZ_E_NOT_FOUND, Code::kNotFound) && Same(PZ_E_LIMIT, Code::kLimit));
static_assert(Same(PZ_E_TIMEOUT, Code::kTimeout) && Same(PZ_E_CANCELLED, Code::kCancelled));
static_assert(Same(PZ_E_CLOSED, Code::kClosed) && Same(PZ_E_FORKED, Code::kForked));
static_assert(Same(PZ_E_DEADLOCK, Code::kDeadlock) && Same(PZ_E_IO, Code::kIo) &&
              Same(PZ_E_BUDGET, Code::kBudget));
static_assert(Same(PZ_E_NETWORK, Code::kNetwork) && Same(PZ_E_DNS, Code::kDns) && Same(PZ_E_TLS, Code::kTls));
static_assert(Same(PZ_E_PROXY, Code::kProxy) && Same(PZ_E_PROTOCOL, Code::kProtocol));
static_assert(Same(PZ_E_BAD_REQUEST, Code::kBadRequest) && Same(PZ_E_AUTH, Code::kAuth));
static_assert(Same(PZ_E_BALANCE, Code::kBalance) && Same(PZ_E_RATE_LIMITED, Code::kRateLimited));
static_assert(Same(PZ_E_MODEL_NOT_FOUND, Code::kModelNotFound) && Same(PZ_E_SERVER, Code::kServer));
static_assert(Same(PZ_E_JOB_FAILED, Code::kJobFailed) && Same(PZ_E_JOB_ERROR, Code::kJobError));
static_assert(Same(PZ_E_NO_OUTPUT, Code::kNoOutput) && Same(PZ_E_OUTPUT, Code::kOutput));
static_assert(Same(PZ_E_UNCERTAIN, Code::kUncertain));

using core::State;
static_assert(Same(PZ_STATE_WAITING, State::kWaiting) && Same(PZ_STATE_SUBMITTING, State::kSubmitting));
static_assert(Same(PZ_STATE_UNCERTAIN, State::kUncertain) && Same(PZ_STATE_QUEUED, State::kQueued));
static_assert(Same(PZ_STATE_PROCESSING, State::kProcessing) &&
              Same(PZ_STATE_DOWNLOADING, State::kDownloading));
static_assert(Same(PZ_STATE_COMPLETED, State::kCompleted) && Same(PZ_STATE_FAILED, State::kFailed));
static_assert(Same(PZ_STATE_CANCELLED, State::kCancelled));

static_assert(Same(PZ_CHARGED_UNKNOWN, wire::Charged::kUnknown) && Same(PZ_CHARGED_NO, wire::Charged::kNo));
static_assert(Same(PZ_CHARGED_YES, wire::Charged::kYes));

using client::EventType;
static_assert(Same(PZ_EVENT_STATE, EventType::kState) && Same(PZ_EVENT_PROGRESS, EventType::kProgress));
static_assert(Same(PZ_EVENT_OUTPUT, EventType::kOutput) && Same(PZ_EVENT_DONE, EventType::kDone));
static_assert(Same(PZ_EVENT_LOG, EventType::kLog) && Same(PZ_EVENT_NEED_KEY, EventType::kNeedKey));
static_assert(Same(PZ_EVENT_NEED_URL, EventType::kNeedUrl));

using catalogue::ParamType;
static_assert(Same(PZ_PARAM_STRING, ParamType::kString) && Same(PZ_PARAM_INTEGER, ParamType::kInteger));
static_assert(Same(PZ_PARAM_NUMBER, ParamType::kNumber) && Same(PZ_PARAM_BOOLEAN, ParamType::kBoolean));
static_assert(Same(PZ_PARAM_IMAGE, ParamType::kImage) && Same(PZ_PARAM_IMAGES, ParamType::kImages));
static_assert(Same(PZ_PARAM_SIZE, ParamType::kSize) && Same(PZ_PARAM_STRING_LIST, ParamType::kStringList));
static_assert(Same(PZ_PARAM_OBJECT_LIST, ParamType::kObjectList) && Same(PZ_PARAM_URL, ParamType::kUrl));

using client::Stat;
static_assert(Same(PZ_STAT_JOBS_LIVE, Stat::kJobsLive) && Same(PZ_STAT_SUBMITS, Stat::kSubmits));
static_assert(Same(PZ_STAT_POLLS, Stat::kPolls) && Same(PZ_STAT_DOWNLOADS, Stat::kDownloads));
static_assert(Same(PZ_STAT_RETRIES, Stat::kRetries) && Same(PZ_STAT_THROTTLED, Stat::kThrottled));
static_assert(Same(PZ_STAT_POLL_ERRORS, Stat::kPollErrors) && Same(PZ_STAT_DONE, Stat::kDone));
static_assert(Same(PZ_STAT_EVENTS_QUEUED, Stat::kEventsQueued) &&
              Same(PZ_STAT_BYTES_RECEIVED, Stat::kBytesReceived));
static_assert(Same(PZ_STAT_CONNECTIONS_OPENED, Stat::kConnectionsOpened));
static_assert(Same(PZ_STAT_BUDGET_SPENT_MICROUSD, Stat::kBudgetSpent));
static_assert(Same(PZ_STAT_BUDGET_RESERVED_MICROUSD, Stat::kBudgetReserved));
static_assert(Same(PZ_STAT_BYTES_BUFFERED, Stat::kBytesBuffered));
static_assert(Same(PZ_STAT_JOURNAL_ROWS, Stat::kJournalRows));
static_assert(Same(PZ_STAT_JOURNAL_FAILURES, Stat::kJournalFailures));

static_assert(PZ_LOG_WARN == 2 && PZ_LOG_INFO == 3 &&
              PZ_LOG_DEBUG == 4);  // client/driver.h, core::Action::log_level
static_assert(PZ_API_VERSION >> 16 == PZ_VERSION_MAJOR);

}  // namespace

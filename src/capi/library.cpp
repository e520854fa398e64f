// The library itself: version, features, names.
#include "capi/handles.h"
#include "client/names.h"

using namespace pixazo;

#define PZ_TEXT_(x) #x
#define PZ_TEXT(x) PZ_TEXT_(x)

uint32_t pz_version(void) noexcept {
  return PZ_VERSION_MAJOR << 16 | PZ_VERSION_MINOR << 8 | PZ_VERSION_PATCH;
}

const char* pz_version_string(void) noexcept {
  return PZ_TEXT(PZ_VERSION_MAJOR) "." PZ_TEXT(PZ_VERSION_MINOR) "." PZ_TEXT(PZ_VERSION_PATCH);
}

int32_t pz_has_feature(uint32_t feature) noexcept {
  return feature == PZ_FEATURE_WAKEUP_HANDLE || feature == PZ_FEATURE_DISPATCH_THREAD ||
         feature == PZ_FEATURE_JOURNAL || feature == PZ_FEATURE_WEBHOOK;
}

const char* pz_status_name(pz_status status) noexcept {
  return client::CodeName(static_cast<wire::Code>(status));
}
const char* pz_state_name(pz_state state) noexcept {
  return client::StateName(static_cast<core::State>(state));
}
const char* pz_charged_name(pz_charged charged) noexcept {
  return client::ChargedName(static_cast<wire::Charged>(charged));
}
const char* pz_event_type_name(pz_event_type type) noexcept {
  return client::EventTypeName(static_cast<client::EventType>(type));
}
const char* pz_param_type_name(pz_param_type type) noexcept {
  return client::ParamTypeName(static_cast<catalogue::ParamType>(type));
}

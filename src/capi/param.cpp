// pz_param
#include "capi/handles.h"

using namespace pixazo::capi;

const char* pz_param_name(const pz_param* param) noexcept {
  return GetText(param, [](const ParamView& p) { return p.param.name.c_str(); });
}
const char* pz_param_wire_name(const pz_param* param) noexcept {
  return GetText(param, [](const ParamView& p) { return p.param.wire_name.c_str(); });
}
pz_param_type pz_param_kind(const pz_param* param) noexcept {
  return Get(param, [](const ParamView& p) { return static_cast<pz_param_type>(p.param.type); });
}
const char* pz_param_note(const pz_param* param) noexcept {
  return GetText(param, [](const ParamView& p) { return p.param.note.c_str(); });
}
int32_t pz_param_is_required(const pz_param* param) noexcept {
  return Get(param, [](const ParamView& p) { return int32_t{p.param.required}; });
}
int32_t pz_param_has_default(const pz_param* param) noexcept {
  return Get(param, [](const ParamView& p) { return int32_t{p.param.default_value.has_value()}; });
}
const char* pz_param_default_json(const pz_param* param) noexcept {
  return GetText(param, [](const ParamView& p) { return p.default_json.c_str(); });
}
const char* pz_param_example_json(const pz_param* param) noexcept {
  return GetText(param, [](const ParamView& p) { return p.example_json.c_str(); });
}
int32_t pz_param_has_minimum(const pz_param* param) noexcept {
  return Get(param, [](const ParamView& p) { return int32_t{p.param.min.has_value()}; });
}
int32_t pz_param_has_maximum(const pz_param* param) noexcept {
  return Get(param, [](const ParamView& p) { return int32_t{p.param.max.has_value()}; });
}
double pz_param_minimum(const pz_param* param) noexcept {
  return Get(param, [](const ParamView& p) { return p.param.min.value_or(0); });
}
double pz_param_maximum(const pz_param* param) noexcept {
  return Get(param, [](const ParamView& p) { return p.param.max.value_or(0); });
}
uint32_t pz_param_choice_count(const pz_param* param) noexcept {
  return Get(param, [](const ParamView& p) { return static_cast<uint32_t>(p.choices.size()); });
}
const char* pz_param_choice_json(const pz_param* param, uint32_t index) noexcept {
  return GetText(param, [index](const ParamView& p) {
    return index < p.choices.size() ? p.choices[index].c_str() : "";
  });
}
int32_t pz_param_has_open_choices(const pz_param* param) noexcept {
  return Get(param, [](const ParamView& p) { return int32_t{p.param.open_choices}; });
}
uint32_t pz_param_min_length(const pz_param* param) noexcept {
  return Get(param, [](const ParamView& p) { return p.param.min_length; });
}
uint32_t pz_param_max_length(const pz_param* param) noexcept {
  return Get(param, [](const ParamView& p) { return p.param.max_length; });
}
uint32_t pz_param_min_items(const pz_param* param) noexcept {
  return Get(param, [](const ParamView& p) { return p.param.min_items; });
}
uint32_t pz_param_max_items(const pz_param* param) noexcept {
  return Get(param, [](const ParamView& p) { return p.param.max_items; });
}
int32_t pz_param_is_data_uri_accepted(const pz_param* param) noexcept {
  return Get(param, [](const ParamView& p) { return int32_t{p.param.accepts_data_uri}; });
}
const char* pz_param_json(const pz_param* param, size_t* out_len) noexcept {
  const ParamView* p = From(param);
  return p ? Text(p->json, out_len) : NoText(out_len);
}

// pz_output
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/text.h"

using namespace pixazo::capi;
using pixazo::client::Output;

pz_output* pz_output_retain(pz_output* output) noexcept {
  const Output* o = From(output);
  if (o) o->Retain();
  return o ? output : nullptr;
}
void pz_output_release(pz_output* output) noexcept {
  if (const Output* o = From(output)) o->Release();
}

pz_status pz_output_status(const pz_output* output) noexcept {
  const Output* o = From(output);
  return o ? Status(o->status) : PZ_E_INVALID_ARG;
}
const pz_error* pz_output_error(const pz_output* output) noexcept {
  return Get(output, [](const Output& o) { return To(o.error.get()); });
}
const void* pz_output_data(const pz_output* output, size_t* out_len) noexcept {
  const Output* o = From(output);
  if (out_len) *out_len = o ? o->bytes.size() : 0;
  return o && !o->bytes.empty() ? o->bytes.data() : nullptr;
}
const char* pz_output_path(const pz_output* output) noexcept {
  return GetText(output, [](const Output& o) { return o.path.c_str(); });
}
uint64_t pz_output_size(const pz_output* output) noexcept {
  return Get(output, [](const Output& o) { return o.size; });
}
const char* pz_output_mime(const pz_output* output) noexcept {
  return GetText(output, [](const Output& o) { return o.mime(); });
}
uint32_t pz_output_width(const pz_output* output) noexcept {
  return Get(output, [](const Output& o) { return o.image.width; });
}
uint32_t pz_output_height(const pz_output* output) noexcept {
  return Get(output, [](const Output& o) { return o.image.height; });
}
uint32_t pz_output_index(const pz_output* output) noexcept {
  return Get(output, [](const Output& o) { return o.index; });
}
const char* pz_output_url(const pz_output* output) noexcept {
  return GetText(output, [](const Output& o) { return o.url.c_str(); });
}
const char* pz_output_meta_json(const pz_output* output, size_t* out_len) noexcept {
  const Output* o = From(output);
  return o ? Text(o->meta_json, out_len) : NoText(out_len);
}

pz_status pz_output_save(const pz_output* output, const char* path, size_t len) noexcept {
  return Guard([&] {
    const Output* o = From(output);
    const auto text = ReadText(path, len);
    if (!o || !text.ok() || text->empty()) return pz_status{PZ_E_INVALID_ARG};
    return Status(o->Save(std::string(*text)));
  });
}

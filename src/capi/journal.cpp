// pz_journal
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/text.h"

using namespace pixazo::capi;
using pixazo::client::JournalView;

pz_status pz_journal_open(const char* path, size_t len, pz_journal** out_journal,
                          pz_error** out_error) noexcept {
  return Guard([&] {
    if (!out_journal) return FailHandle(out_error, "out_journal");
    const auto text = ReadText(path, len);
    if (!text.ok()) return Fail(out_error, text.error());
    if (text->empty())
      return Fail(out_error,
                  pixazo::wire::MakeError(pixazo::wire::Code::kInvalidArg, "path: a file name is needed", "path"));
    auto view = JournalView::Open(*text);
    if (!view.ok()) return Fail(out_error, view.error());
    *out_journal = To(view->release());
    return pz_status{PZ_OK};
  });
}
void pz_journal_free(pz_journal* journal) noexcept { delete From(journal); }

uint32_t pz_journal_job_count(const pz_journal* journal) noexcept {
  return Get(journal, [](const JournalView& v) { return static_cast<uint32_t>(v.rows.size()); });
}
uint64_t pz_journal_job_id(const pz_journal* journal, uint32_t index) noexcept {
  return Get(journal, [index](const JournalView& v) { return index < v.rows.size() ? v.rows[index].job : 0; });
}
const char* pz_journal_job_json(const pz_journal* journal, uint32_t index, size_t* out_len) noexcept {
  const JournalView* v = From(journal);
  return v && index < v->rows.size() ? Text(v->rows[index].json, out_len) : NoText(out_len);
}
uint32_t pz_journal_problem_count(const pz_journal* journal) noexcept {
  return Get(journal, [](const JournalView& v) { return static_cast<uint32_t>(v.problems.size()); });
}
const char* pz_journal_problem(const pz_journal* journal, uint32_t index) noexcept {
  return GetText(journal,
                 [index](const JournalView& v) { return index < v.problems.size() ? v.problems[index].c_str() : ""; });
}

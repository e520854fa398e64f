#include "client/output.h"

#include "client/files.h"
#include "client/session.h"

namespace pixazo::client {

using wire::Code;
using wire::Error;

Output::~Output() {
  if (session_) session_->Unbuffer(size);
}

const char* Output::mime() const { return status == Code::kOk ? wire::MediaType(image.format) : ""; }

void Output::Hold(std::string data, std::shared_ptr<Session> session) {
  bytes = std::move(data);
  session_ = std::move(session);
  session_->Buffer(size);
}

Error Output::Save(const std::string& to) const {
  if (status != Code::kOk) return wire::MakeError(Code::kInvalidState, "this output has no bytes here");
  return path.empty() ? WriteWhole(to, bytes) : CopyWhole(path, to);
}

Ref<Output> Output::WithoutBytes() const {
  Ref<Output> copy = Ref<Output>::Adopt(new Output);
  copy->index = index;
  copy->url = url;
  copy->meta_json = meta_json;
  return copy;
}

}  // namespace pixazo::client

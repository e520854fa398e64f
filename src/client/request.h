// The builder behind pz_request: arguments under any of their names, checked by the catalogue when it is
// consumed. A failing setter changes nothing but the first error, which Prepare reports.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.h"
#include "client/handle.h"
#include "client/submission.h"
#include "wire/json.h"
#include "wire/result.h"

namespace pixazo::client {

class Request : public Handle<Tag::kRequest> {
 public:
  Request(std::shared_ptr<const catalogue::Catalogue> catalogue, std::string_view endpoint_id);
  explicit Request(wire::Error error) : first_(std::move(error)) {}  // was wrong from the beginning
  std::unique_ptr<Request> Clone() const;

  using Error = wire::Error;
  Error Set(std::string_view name, wire::Json value);
  Error SetDouble(std::string_view name, double value);
  Error SetJson(std::string_view name, std::string_view json);
  Error SetAllJson(std::string_view object);
  Error SetUnknown(std::string_view name, std::string_view json);
  Error AddImage(std::string_view name, catalogue::ImageSource source);
  Error SetSubmitKey(std::string_view key);
  Error SetJobTimeout(uint32_t ms);
  Error SetSubmitTimeout(uint32_t ms);
  Error SetOutputDir(std::string_view path);
  Error SetOutputName(std::string_view stem);
  void SetTag(uint64_t tag) { about_.tag = tag; }
  void SetPriority(int32_t priority) { about_.priority = priority; }
  void SetFetchOutputs(bool fetch) { about_.fetch_outputs = fetch; }
  wire::Code Note(Error error);  // keeps the first error and returns the code of this one

  wire::Error Validate() const;
  wire::Result<catalogue::Estimate> Estimate() const;
  const std::string& EstimateSource() const;  // kept until the next setter
  const std::string& BodyJson() const;        // likewise; "" if not valid
  // Everything checked that can be without reading files.
  wire::Result<std::shared_ptr<const Submission>> Prepare(const catalogue::CheckOptions& options) const;

 private:
  struct About {  // the job, not the picture
    uint64_t tag = 0;
    std::string submit_key;
    int32_t priority = 0;
    std::optional<uint32_t> job_timeout_ms;
    std::optional<uint32_t> submit_timeout_ms;
    std::optional<std::string> output_dir;
    std::string output_name;
    bool fetch_outputs = true;
  };
  catalogue::Argument& ArgumentFor(std::string_view name);
  wire::Result<catalogue::Prepared> Check(const catalogue::CheckOptions& options) const;

  std::shared_ptr<const catalogue::Catalogue> catalogue_;
  const catalogue::Endpoint* endpoint_ = nullptr;
  std::vector<catalogue::Argument> arguments_;
  About about_;
  Error first_;
  mutable std::string estimate_source_;
  mutable std::string body_json_;
};

}  // namespace pixazo::client

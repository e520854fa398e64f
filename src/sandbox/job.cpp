#include "sandbox/job.h"

#include <algorithm>

#include "sandbox/ids.h"

namespace pixazo::sandbox {
namespace {

constexpr double kSigma = 0.35;        // of the lognormal durations
constexpr double kQueuedMedian = 1.5;  // seconds in QUEUED
constexpr double kLongest = 600;       // seconds; the tail ends here

struct Pace {
  std::string_view quality;
  double factor;
};
constexpr Pace kPaces[] = {{"low", 0.5}, {"medium", 1}, {"high", 1.6}, {"auto", 1}};

// The scene depends on what was asked for, not on its size or file format: the same picture in another size
// is the same scene.
uint64_t SceneSeed(const Job& job, int index, uint64_t sandbox_seed) {
  uint64_t seed = Hash(job.order.prompt, sandbox_seed);
  seed = Hash(job.order.negative_prompt, seed);
  seed = Hash(job.endpoint->id, seed);
  if (job.order.seed) seed = Hash(std::to_string(*job.order.seed), seed);
  return Hash(std::to_string(index), seed);
}

std::string Signature(const Job& job, int index) {
  const Order& order = job.order;
  std::string out = "pz-sandbox \xc2\xb7 " + job.endpoint->id + " \xc2\xb7 " + std::to_string(order.width) +
                    "\xc3\x97" + std::to_string(order.height);
  if (order.seed) out += " \xc2\xb7 seed " + std::to_string(*order.seed);
  if (order.count > 1) out += " \xc2\xb7 " + std::to_string(index + 1) + "/" + std::to_string(order.count);
  return out;
}

std::string MediaPath(const Job& job, int index) {
  std::string path = "/media/" + std::string(job.manner.folder) + "/",
              extension = wire::Extension(job.order.format);
  if (job.manner.form == ReplyForm::kQueued)
    return path + job.id + (index == 0 ? "/output." : "/output_" + std::to_string(index + 1) + ".") +
           extension;
  if (job.manner.form == ReplyForm::kUrl) return path + HexDigits(Hash(job.id), 8) + "." + extension;
  return path + "prompt-" + std::to_string(job.created_ms) + "-" + std::to_string(100000 + job.serial) + "." +
         extension;
}

}  // namespace

const char* StatusWord(JobStatus status) {
  switch (status) {
    case JobStatus::kQueued:
      return "QUEUED";
    case JobStatus::kProcessing:
      return "PROCESSING";
    case JobStatus::kCompleted:
      return "COMPLETED";
    case JobStatus::kFailed:
      return "FAILED";
    case JobStatus::kError:
      break;
  }
  return "ERROR";
}

Plan DrawPlan(const Job& job, double speed, double failed_share, double error_share, Random& random) {
  Plan plan;
  plan.speed = speed;
  double factor = 1;
  for (const Pace& pace : kPaces)
    if (pace.quality == job.order.quality_word) factor = pace.factor;
  double queued = job.endpoint->queued ? random.LogNormal(kQueuedMedian, kSigma) : 0;
  double processing = random.LogNormal(job.manner.median_seconds * factor, kSigma);
  auto scaled = [speed](double seconds) {
    return std::max<int64_t>(1, static_cast<int64_t>(std::min(seconds, kLongest) * 1000 / speed));
  };
  plan.queued_ms = job.endpoint->queued ? scaled(queued) : 0;
  plan.processing_ms = scaled(processing);
  double end = random.Unit();
  bool failed = job.order.prompt.find("sandbox:FAILED") != std::string::npos || end < failed_share;
  bool error = job.order.prompt.find("sandbox:ERROR") != std::string::npos ||
               (end >= failed_share && end < failed_share + error_share);
  if (failed) plan.end = JobStatus::kFailed, plan.error = "The model could not make a picture of this prompt";
  if (error && !failed) plan.end = JobStatus::kError, plan.error = "Description of the error";
  return plan;
}

void PlanPictures(Job& job, uint64_t sandbox_seed) {
  Order& order = job.order;
  if (order.own_size && !job.references.empty()) {
    wire::ImageInfo info = wire::SniffImage(job.references[0]->bytes.data(), job.references[0]->bytes.size());
    order.width = static_cast<int>(std::min<int64_t>(info.width, kMaxSide));
    order.height = static_cast<int>(std::min<int64_t>(info.height, kMaxSide));
  }
  for (int i = 0; i < order.count; ++i) {
    job.media.push_back(MediaPath(job, i));
    PictureSpec spec;
    spec.endpoint = job.endpoint->id;
    spec.prompt = order.prompt;
    spec.signature = Signature(job, i);
    spec.seed = SceneSeed(job, i, sandbox_seed);
    spec.width = order.width;
    spec.height = order.height;
    spec.format = order.format;
    spec.quality = order.quality;
    spec.transparent = order.transparent;
    spec.treatment = job.mask ? Treatment::kPaint : job.manner.treatment;
    spec.references = job.references;
    spec.mask = job.mask;
    job.pictures.push_back(std::move(spec));
  }
}

}  // namespace pixazo::sandbox

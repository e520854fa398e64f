#include "client/handle.h"

#include <doctest/doctest.h>

#include "client/client.h"
#include "client/options.h"
#include "client/request.h"
#include "unit/client/room.h"

namespace pixazo::client {
namespace {

TEST_CASE("every object behind a handle begins with its tag") {
  auto session = MakeSession();
  Ref<Job> job = MakeJob(session);
  Ref<Event> event = MakeEvent(EventType::kLog);
  Ref<Output> output = Ref<Output>::Adopt(new Output);
  Failure failure(wire::MakeError(wire::Code::kIo, "x"));
  Options options;
  Request request(catalogue::Catalogue::BuiltIn(), "sd3");
  auto first = [](const void* p) { return *static_cast<const uint32_t*>(p); };
  CHECK(first(job.get()) == static_cast<uint32_t>(Tag::kJob));
  CHECK(first(event.get()) == static_cast<uint32_t>(Tag::kEvent));
  CHECK(first(output.get()) == static_cast<uint32_t>(Tag::kOutput));
  CHECK(first(&failure) == static_cast<uint32_t>(Tag::kError));
  CHECK(first(&options) == static_cast<uint32_t>(Tag::kOptions));
  CHECK(first(&request) == static_cast<uint32_t>(Tag::kRequest));
  CHECK(FromHandle<Job>(job.get()) == job.get());
  CHECK(FromHandle<Event>(job.get()) == nullptr);
  CHECK(FromHandle<Job>(nullptr) == nullptr);
  CHECK(FromHandle<Job>(reinterpret_cast<char*>(job.get()) + 2) == nullptr);
}

TEST_CASE("references count owners and give them up once") {
  auto session = MakeSession();
  Ref<Job> job = MakeJob(session);
  CHECK(job->owners() == 1);
  {
    Ref<Job> copy = job;
    CHECK(job->owners() == 2);
    Ref<Job> moved = std::move(copy);
    CHECK(job->owners() == 2);
    copy = moved;
    CHECK(job->owners() == 3);
    copy = Ref<Job>();
    CHECK(job->owners() == 2);
    Job* raw = Ref<Job>(moved).Detach();
    CHECK(job->owners() == 3);
    Ref<Job>::Adopt(raw);
  }
  CHECK(job->owners() == 1);
}

}  // namespace
}  // namespace pixazo::client

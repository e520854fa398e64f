// pixazo.hpp against a pz-sandbox of its own.
#include <doctest/doctest.h>
#include <sys/wait.h>

#include <pixazo.hpp>

#include "http.h"

using namespace std::chrono_literals;
using pixazo::event_type;
using pixazo::state;
using pixazo::status;

namespace {

// A pz-sandbox that ends with the test.
class Sandbox {
 public:
  explicit Sandbox(const std::string& more = {}) {
    const std::string command = "exec '" + std::string(std::getenv("PIXAZO_SANDBOX_PROGRAM")) +
                                "' --port 0 --quiet --exit-with-parent --speed 100 " + more;
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], 1);
      execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
      _exit(127);
    }
    close(ends[1]);
    out_ = fdopen(ends[0], "r");
    char line[256] = "";
    REQUIRE(std::fgets(line, sizeof line, out_));
    url_ = std::string(line).substr(std::string(line).find("http://"));
    url_.pop_back();
  }
  ~Sandbox() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    std::fclose(out_);
  }
  pixazo::options Options() const {
    pixazo::options o;
    o.base_url(url_).api_key("binding-test").allow_loopback().poll_interval(20ms, 100ms).retry(3, 10ms, 50ms);
    return o;
  }
  pixazo::client Client() const { return pixazo::client::make(Options()).or_throw(); }
  // From now on jobs stay PROCESSING.
  void MakeJobsLong() const {
    http::Ask(url_, "/sandbox/faults",
              R"({"on": "submit", "times": 0, "queued_ms": 1, "processing_ms": 600000})");
  }

 private:
  pid_t pid_ = -1;
  FILE* out_ = nullptr;
  std::string url_;
};

pixazo::request Small(const std::string& prompt) {
  pixazo::request r("gpt-image-2");
  r.prompt(prompt).fetch_outputs(false);
  return r;
}

template <class T>
constexpr bool kMoveOnly = std::is_nothrow_move_constructible_v<T>&& std::is_nothrow_move_assignable_v<T> &&
                           !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T>;
static_assert(kMoveOnly<pixazo::client> && kMoveOnly<pixazo::job> && kMoveOnly<pixazo::event> &&
              kMoveOnly<pixazo::output>);
static_assert(kMoveOnly<pixazo::options> && kMoveOnly<pixazo::request> && kMoveOnly<pixazo::catalogue> &&
              kMoveOnly<pixazo::journal>);

}  // namespace

TEST_CASE("a setter's mistake is kept and told by make, with its message") {
  pixazo::options o;
  o.base_url("ftp://nowhere").api_key("a\nb");
  pixazo::result<pixazo::client> client = pixazo::client::make(o);
  REQUIRE(!client);
  CHECK(client.status() == status::invalid_argument);
  CHECK(client.error().message.find("base_url") != std::string::npos);
}

TEST_CASE("or_throw throws what the result holds") {
  try {
    pixazo::request("no-such-endpoint").validate().or_throw();
    FAIL("nothing was thrown");
  } catch (const pixazo::exception& e) {
    CHECK(e.status() == status::not_found);
    CHECK(std::string(e.what()) == e.error().message);
  }
  CHECK(pixazo::result<int>(3).and_then([](int i) { return pixazo::result<int>(i + 1); }).or_throw() == 4);
  CHECK(pixazo::result<int>(pixazo::error(status::io, "x")).value_or(7) == 7);
}

TEST_CASE("every type of value arrives in the body under its own type") {
  pixazo::request r("pixelforge-relighting");
  r.prompt("typed").set("steps", 7L).set("count", 2u).set("guidance", 7.5).set("safety_checker", false);
  r.add_image_url("images", "https://example.com/a.png");
  REQUIRE(r.validate().ok());
  CHECK(std::string(r.body_json()).find("\"prompt\":\"typed\"") != std::string::npos);
  for (const char* part : {"\"num_inference_steps\":7", "\"num_images\":2", "\"guidance_scale\":7.5",
                           "\"enable_safety_checker\":false"})
    CHECK_MESSAGE(std::string(r.body_json()).find(part) != std::string::npos, part);
  pixazo::request copy = r.clone();
  CHECK(copy.body_json() == r.body_json());
  CHECK(!r.set("steps", true).validate());
}

TEST_CASE("a handler gets every event of its job in order, DONE once and last, and no other job's") {
  Sandbox sandbox;
  pixazo::client client = sandbox.Client();
  std::vector<event_type> seen;
  pixazo::job watched = client
                            .submit(Small("watched"),
                                    [&](const pixazo::event& e) {
                                      CHECK(e.job_id() == e.job()->id());
                                      CHECK(e.tag() == 0);
                                      seen.push_back(e.type());
                                    })
                            .or_throw();
  pixazo::request other = Small("other");
  other.tag(5);
  client.submit(other).or_throw();
  int ends = 0;
  while (ends < 2) {
    pixazo::result<pixazo::event> e = client.next_event(100ms);
    if (e && e->type() == event_type::done) ++ends;
  }
  REQUIRE(!seen.empty());
  CHECK(seen.back() == event_type::done);
  CHECK(std::count(seen.begin(), seen.end(), event_type::done) == 1);
  CHECK(client.next_event().status() == status::again);
}

TEST_CASE("a handler misses no event, also where another thread pumps while its job is submitted") {
  Sandbox sandbox;
  pixazo::client client = sandbox.Client();
  client.start_pump_thread();
  std::atomic<int> first{0}, done{0};
  for (int i = 0; i < 300; ++i)
    client
        .submit(Small("raced " + std::to_string(i)),
                [&](const pixazo::event& e) {
                  first += e.type() == event_type::state && e.state() == state::submitting;
                  done += e.type() == event_type::done;
                })
        .or_throw();
  while (done < 300) std::this_thread::yield();
  CHECK(first == 300);
}

TEST_CASE("futures become ready, with the job or with why there is none") {
  Sandbox sandbox;
  pixazo::client client = sandbox.Client();
  std::vector<std::future<pixazo::result<pixazo::job>>> futures;
  for (int i = 0; i < 20; ++i) futures.push_back(client.async(Small("future " + std::to_string(i))));
  futures.push_back(client.async(pixazo::request("gpt-image-2")));
  for (int i = 0; i < 20; ++i) CHECK(futures[static_cast<size_t>(i)].get()->state() == state::completed);
  CHECK(futures[20].get().error().field == "prompt");
}

TEST_CASE("destroying the client settles every future with CLOSED") {
  Sandbox sandbox;
  sandbox.MakeJobsLong();
  std::vector<std::future<pixazo::result<pixazo::job>>> futures;
  {
    pixazo::client client = sandbox.Client();
    for (int i = 0; i < 10; ++i) futures.push_back(client.async(Small("f " + std::to_string(i))));
  }
  for (auto& future : futures) CHECK(future.get().status() == status::closed);
}

TEST_CASE("destroying the client tells every handler, and jobs and outputs outlive it") {
  Sandbox sandbox;
  std::optional<pixazo::job> kept;
  std::optional<pixazo::output> picture;
  int done = 0;
  {
    pixazo::client client = sandbox.Client();
    pixazo::request r("sdxl-lightning");
    r.prompt("kept").set("width", 256).set("height", 256);
    kept = client.generate(r).or_throw();
    picture = kept->outputs().at(0).share();
    sandbox.MakeJobsLong();
    client
        .submit(Small("ended by the end"),
                [&](const pixazo::event& e) { done += e.type() == event_type::done; })
        .or_throw();
  }
  CHECK(done == 1);
  CHECK(kept->state() == state::completed);
  kept.reset();
  CHECK(picture->bytes().size() == picture->size());
  CHECK(picture->width() == 256);
}

TEST_CASE("a client can be destroyed by a handler on its own pump thread") {
  Sandbox sandbox;
  auto client = std::make_unique<pixazo::client>(sandbox.Client());
  std::promise<void> gone;
  std::mutex mutex;
  std::unique_lock<std::mutex> lock(mutex);  // until the pump thread and the job are there
  pixazo::job job = client
                        ->submit(Small("the last"),
                                 [&](const pixazo::event& e) {
                                   if (e.type() != event_type::done) return;
                                   { std::lock_guard<std::mutex> wait(mutex); }
                                   client.reset();
                                   gone.set_value();
                                 })
                        .or_throw();
  client->start_pump_thread();
  lock.unlock();
  gone.get_future().get();
  CHECK(job.state() == state::completed);
}

TEST_CASE("two threads that pump deliver every DONE once") {
  Sandbox sandbox;
  pixazo::client client = sandbox.Client();
  std::atomic<int> done{0};
  for (int i = 0; i < 30; ++i)
    client
        .submit(Small("two " + std::to_string(i)),
                [&](const pixazo::event& e) { done += e.type() == event_type::done; })
        .or_throw();
  client.start_pump_thread();
  while (done < 30) client.pump(20ms);
  client.shutdown(0ms).or_throw();
  client.pump();
  CHECK(done == 30);
  CHECK(client.get(pixazo::stat::done) == 30);
}

TEST_CASE("a submit key makes one job, and a handler of the second submit is served too") {
  Sandbox sandbox;
  pixazo::client client = sandbox.Client();
  pixazo::request r = Small("once");
  r.submit_key("double-click");
  int ends = 0;
  auto count = [&](const pixazo::event& e) { ends += e.type() == event_type::done; };
  pixazo::job first = client.submit(r, count).or_throw(), second = client.submit(r, count).or_throw();
  CHECK(first.id() == second.id());
  while (ends < 2) client.pump(50ms);
  CHECK(client.get(pixazo::stat::submits) == 1);
}

TEST_CASE("generate leaves no event behind where nobody pumps") {
  Sandbox sandbox;
  pixazo::client client = sandbox.Client();
  int ends = 0;
  client.submit(Small("earlier"), [&](const pixazo::event& e) { ends += e.type() == event_type::done; })
      .or_throw()
      .wait()
      .or_throw();
  client.generate(Small("later")).or_throw();
  CHECK(client.get(pixazo::stat::events_queued) == 0);
  CHECK(ends == 1);
}

TEST_CASE("wakeup ends a wait without an event") {
  Sandbox sandbox;
  pixazo::client client = sandbox.Client();
  client.wakeup();
  CHECK(client.next_event(pixazo::infinite).status() == status::again);
  CHECK(client.wakeup_handle() >= 0);
}

TEST_CASE("thread hooks are called on the library's threads and let go of") {
  Sandbox sandbox;
  auto names = std::make_shared<std::vector<std::string>>();
  {
    pixazo::options o = sandbox.Options();
    o.thread_hooks([names](const char* name) { names->push_back(std::string("+") + name); },
                   [names](const char* name) { names->push_back(std::string("-") + name); });
    pixazo::client client = pixazo::client::make(o).or_throw();
    client.generate(Small("hooked")).or_throw();
  }
  CHECK(*names == std::vector<std::string>{"+pz-io", "-pz-io"});
  CHECK(names.use_count() == 1);
}

TEST_CASE("the throwing client throws, also where it answers with a job") {
  Sandbox sandbox;
  pixazo::throwing::client client(sandbox.Options());
  CHECK(client.generate(Small("thrown")).state() == state::completed);
  CHECK_THROWS_AS(client.generate(pixazo::request("gpt-image-2")), pixazo::exception);
  CHECK_THROWS_AS(client.find_job(999), pixazo::exception);
}

TEST_CASE("the client of a parent is let go of in a forked child, with its pump thread") {
  Sandbox sandbox;
  auto client = std::make_unique<pixazo::client>(sandbox.Client());
  client->start_pump_thread();
  const pid_t child = fork();
  if (child == 0) {
    const bool forked = client->pause().status() == status::forked;
    client.reset();
    _exit(forked ? 0 : 1);
  }
  int result = -1;
  waitpid(child, &result, 0);
  CHECK(result == 0);
  CHECK(client->generate(Small("the parent goes on")).or_throw().state() == state::completed);
}

#if defined(PIXAZO_HAS_COROUTINES)
namespace {

struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

Task Await(pixazo::job job, std::atomic<int>& count, std::vector<status>* ends, std::mutex& mutex) {
  pixazo::result<void> ended = co_await job;
  std::lock_guard<std::mutex> lock(mutex);
  if (ends) ends->push_back(ended.status());
  ++count;
}

}  // namespace

TEST_CASE("co_await goes on when the job has ended, on the thread that pumps, or at once") {
  Sandbox sandbox;
  pixazo::client client = sandbox.Client();
  std::atomic<int> count{0};
  std::vector<status> ends;
  std::mutex mutex;
  client.pause().or_throw();
  std::vector<pixazo::job> jobs;
  for (int i = 0; i < 10; ++i) {
    jobs.push_back(client.submit(Small("co " + std::to_string(i))).or_throw());
    Await(jobs.back().share(), count, &ends, mutex);
  }
  client.resume().or_throw();
  for (const pixazo::job& job : jobs) job.wait().or_throw();
  CHECK(count == 0);  // nobody has pumped
  Await(jobs[0].share(), count, &ends, mutex);
  CHECK(count == 1);
  while (count < 11) client.pump(50ms);
  CHECK(ends == std::vector<status>(11, status::ok));
}

TEST_CASE("co_await races with a pump thread and loses no job") {
  Sandbox sandbox;
  pixazo::client client = sandbox.Client();
  client.start_pump_thread();
  std::atomic<int> count{0};
  std::mutex mutex;
  for (int i = 0; i < 100; ++i) {
    pixazo::job job = client.submit(Small("race " + std::to_string(i))).or_throw();
    if (i % 3 == 0) job.cancel();
    Await(std::move(job), count, nullptr, mutex);
  }
  while (count < 100) std::this_thread::yield();
  CHECK(count == 100);
}
#endif

#if defined(PIXAZO_HAS_STOP_TOKEN)
TEST_CASE("a stop asked of the token cancels the job") {
  Sandbox sandbox;
  sandbox.MakeJobsLong();
  pixazo::client client = sandbox.Client();
  std::stop_source stop;
  std::jthread asker([&] {
    while (client.get(pixazo::stat::submits) == 0) std::this_thread::yield();
    stop.request_stop();
  });
  CHECK(client.generate(Small("stopped"), stop.get_token()).status() == status::cancelled);
  CHECK(client.async(Small("stopped before it began"), stop.get_token()).get().status() == status::cancelled);
  std::stop_source later;
  std::future<pixazo::result<pixazo::job>> future = client.async(Small("stopped later"), later.get_token());
  later.request_stop();
  CHECK(future.get().status() == status::cancelled);
  CHECK(client.async(pixazo::request("gpt-image-2"), later.get_token()).get().error().field == "prompt");
}
#endif

// What is to be done later, on the server's thread: one timer for all of it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace pixazo::sandbox {

class Agenda {
 public:
  explicit Agenda(boost::asio::io_context& loop) : timer_(loop) {}

  using Clock = std::chrono::steady_clock;
  enum class Pace { kScaled, kReal };  // whether a change of speed moves it
  // Tasks of the same moment run in the order they came.
  void In(int64_t ms, std::function<void()> task, Pace pace = Pace::kScaled);
  void Hurry(double factor);  // what is left of every scaled wait is divided by it
  void Clear();               // drops every task

 private:
  void Arm();
  void Run();

  struct Task {
    std::function<void()> run;
    Pace pace;
  };

  boost::asio::steady_timer timer_;
  std::multimap<Clock::time_point, Task> tasks_;
};

int64_t UnixMs();  // the wall clock

}  // namespace pixazo::sandbox

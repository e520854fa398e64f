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
  void In(int64_t ms, std::function<void()> task);  // tasks of the same moment run in the order they came
  void Clear();                                     // drops every task

 private:
  void Arm();
  void Run();

  boost::asio::steady_timer timer_;
  std::multimap<Clock::time_point, std::function<void()>> tasks_;
};

int64_t UnixMs();  // the wall clock

}  // namespace pixazo::sandbox

// A plain web server of the tests: serves files, records what is posted to it, answers as told.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sandbox_test {

class Catcher {
 public:
  struct Caught {
    std::string path, head, body;
  };

  Catcher();
  ~Catcher();

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  void Serve(const std::string& path, std::string file);  // to GET
  void Answer(std::deque<int> statuses);                  // to the next POSTs; 200 when there are no more
  std::vector<Caught> Wait(size_t posts);                 // until so many have come

 private:
  void Run();
  void Handle(int connection);

  int listener_ = -1;
  uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::string> files_;
  std::deque<int> statuses_;
  std::vector<Caught> posts_;
  std::thread thread_;
};

}  // namespace sandbox_test

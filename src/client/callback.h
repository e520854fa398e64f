// The host's functions with the user_data that belongs to them. destroy runs when the last holder lets go
// (invariant I3): whoever drops a Callback or Hooks must hold no lock.
#pragma once

#include <memory>

namespace pixazo::client {

class Event;

class UserData {
 public:
  using Destroy = void (*)(void*);
  UserData(void* data, Destroy destroy) : data_(data), destroy_(destroy) {}
  UserData(const UserData&) = delete;
  UserData& operator=(const UserData&) = delete;
  ~UserData() {
    if (destroy_) destroy_(data_);
  }
  void* get() const { return data_; }

 private:
  void* data_;
  Destroy destroy_;
};

struct Callback {
  using Function = void (*)(const Event*, void*);
  Callback(Function f, void* data, UserData::Destroy destroy) : function(f), user(data, destroy) {}
  Function function;  // may be null: only user is kept
  UserData user;
};
using CallbackPtr = std::shared_ptr<const Callback>;

struct Hooks {
  using Function = void (*)(const char*, void*);
  Hooks(Function start, Function stop, void* data, UserData::Destroy destroy)
      : on_start(start), on_stop(stop), user(data, destroy) {}
  Function on_start;
  Function on_stop;
  UserData user;
};
using HooksPtr = std::shared_ptr<const Hooks>;

}  // namespace pixazo::client

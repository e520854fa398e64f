// What the three kinds of exchange have in common: a handle's options, the facts collected while it runs, and
// the end.
#pragma once

#include <curl/curl.h>

#include <optional>
#include <string>
#include <string_view>

#include "transport/fault.h"
#include "transport/header_list.h"
#include "transport/host_rules.h"
#include "transport/pool.h"
#include "transport/proxy.h"
#include "transport/reply_reader.h"
#include "transport/secret.h"
#include "transport/transport.h"
#include "transport/trust.h"
#include "transport/verbose.h"
#include "wire/contained.h"

namespace pixazo::transport {

// What all transfers of a Transport read. Outlives them.
struct Surroundings {
  explicit Surroundings(Config c, Trust t) : config(std::move(c)), trust(std::move(t)), proxies(config) {}
  const Config config;
  const Trust trust;
  const ProxyChoice proxies;
  Secret key;
  Transport::Counters counters;
};

// Sets options and remembers the first that was refused.
class Options {
 public:
  explicit Options(CURL* handle) : handle_(handle) {}
  template <class T>
  Options& Set(CURLoption option, T value) {
    const CURLcode code = curl_easy_setopt(handle_, option, value);
    if (first_error_ == CURLE_OK) first_error_ = code;
    return *this;
  }
  CURLcode result() const { return first_error_; }

 private:
  CURL* handle_;
  CURLcode first_error_ = CURLE_OK;
};

class Transfer {
 public:
  enum class Next { kDone, kAgain };

  Transfer(Token token, Completion::Kind kind, Surroundings& around) : around_(around) {
    done_.token = token;
    done_.kind = kind;
  }
  virtual ~Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  Token token() const { return done_.token; }
  Completion::Kind kind() const { return done_.kind; }
  CURL* handle() const { return handle_; }
  Pool* pool() const { return pool_; }  // the handle's
  long http_version() const;            // of the reply, as libcurl names it; 0: there was none

  // Puts every option on a handle that has none. False: it cannot run; the facts say why.
  bool Begin(CURL* handle, Pool& pool);
  // The handle ended and is not running. kAgain: Begin it once more (a redirect). The handle stays with it
  // until Detach.
  Next End(CURLcode code);
  void Abort();  // cancelled: whatever is known becomes the facts
  void Detach() { handle_ = nullptr; }
  void Fail(wire::Fault fault, std::string detail);  // never ran, or must not go on
  Completion Take();
  virtual uint64_t progress() const { return 0; }
  virtual bool answer_is_paid() const { return false; }  // and has begun to arrive

 protected:
  // The kind's own part. SetUp may Fail and return false.
  virtual wire::Exchange& facts() = 0;
  virtual bool SetUp(Options& options) = 0;
  virtual size_t OnBody(const char* bytes, size_t len) = 0;  // less than len: stop
  virtual bool OnHeadersDone() { return true; }              // false: stop
  virtual bool OnPrereq() { return true; }                   // about to send; false: do not
  virtual Next Finished() { return Next::kDone; }            // fault and detail are set
  virtual void Aborted() {}

  bool SetUrl(Options& options, const wire::Url& url, const wire::Result<AddressRule>& rule, bool proxied);
  // Keeps the body up to a cap; 0 (stop) beyond it.
  size_t KeepBody(const char* bytes, size_t len, uint64_t cap);
  void StopWith(wire::Fault fault, std::string detail);  // from a callback that then refuses
  // A callback from C: what it throws is want of memory, and stops the transfer.
  template <class Value, class Body>
  Value Called(Value stop, Body&& body) noexcept {
    bool whole = false;
    const Value value = wire::Contained(stop, [&] {
      const Value said = body();
      whole = true;
      return said;
    });
    if (!whole) StopForMemory();
    return value;
  }

  Surroundings& around_;
  Completion done_;
  CURL* handle_ = nullptr;
  Pool* pool_ = nullptr;
  HeaderList headers_;
  std::optional<ReplyReader> reader_;
  uint32_t prereq_calls_ = 0;
  // What went out with this exchange: the client's may be another by the time a reply repeats it.
  Secret sent_key_;

 private:
  void SetCommon(Options& options, CURLSH* share);
  void Judge(CURLcode code);
  Stage stage() const;
  void CountConnections();
  void StopForMemory() noexcept;
  bool OnHeader(std::string_view line);  // false: stop
  static size_t HeaderThunk(char* bytes, size_t size, size_t count, void* self);
  static size_t BodyThunk(char* bytes, size_t size, size_t count, void* self);
  static int PrereqThunk(void* self, char*, char*, int, int);

  SocketGuard guard_;
  Verbose verbose_{around_.config.log, sent_key_};
  char error_[CURL_ERROR_SIZE] = {};
  wire::Fault stop_fault_ = wire::Fault::kNone;
  std::string stop_detail_;
};

}  // namespace pixazo::transport

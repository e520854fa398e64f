// The facts about one exchange, as transport saw them and core judges them. Facts only: no decision is made
// here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "wire/image.h"
#include "wire/result.h"

namespace pixazo::wire {

// libcurl's result code by what it means for us (transport/fault.cpp holds the one table).
enum class Fault : uint8_t {
  kNone,
  kDns,       // could not resolve the host
  kConnect,   // refused, unreachable, connect timed out
  kProxy,     // the proxy could not be resolved, refused the CONNECT
  kTimeout,   // a total or stall timeout
  kTls,       // handshake failed in a way another attempt may cure
  kTrust,     // certificate or TLS configuration: another attempt cannot cure it
  kArgument,  // we or the host asked for something impossible
  kMemory,
  kAborted,    // removed by cancel, or our own callback refused
  kBroken,     // the connection ended early: send or receive error, empty reply, partial file
  kProtocol,   // not HTTP, header block too large, bad chunk
  kTooLarge,   // a cap of ours was reached
  kForbidden,  // a host rule of ours refused the address, the scheme or the redirect
  kIo,         // local file: disk full, permission
};

struct Exchange {
  Fault fault = Fault::kNone;
  int32_t curl_code = 0;    // for messages and logs only
  std::string detail;       // one line for people; never contains the key
  int32_t http_status = 0;  // 0: no final status line was seen
  std::string content_type;
  std::string date;                      // Date header as sent
  std::vector<std::string> retry_after;  // all Retry-After values as sent
  std::string location;                  // of a 3xx
  std::string body;                      // capped
  bool body_complete =
      false;  // the framing said so (Content-Length met, last chunk seen); a close-delimited body is not
};

// The paid POST.
struct SubmitExchange : Exchange {
  uint32_t prereq_calls = 0;      // how often libcurl was about to send; >= 2 means the veto fired
  bool last_byte_handed = false;  // the read callback gave libcurl the final byte of the body
};

// A download of one output.
struct DownloadExchange : Exchange {  // body stays empty
  uint64_t bytes = 0;                 // of the whole output, if it is whole
  ImageInfo image;                    // from the bytes
  bool whole = false;                 // complete, within the cap, an image (or accepted as bytes)
  bool resumed = false;
  std::string final_path;  // file mode: where it lies now
};

}  // namespace pixazo::wire

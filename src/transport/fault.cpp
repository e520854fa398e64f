#include "transport/fault.h"

namespace pixazo::transport {
namespace {

using wire::Fault;

struct Row {
  CURLcode code;
  Fault unsent;
  Fault sent;
};

constexpr Row kRows[] = {
    {CURLE_UNSUPPORTED_PROTOCOL, Fault::kArgument, Fault::kProtocol},  // sent: a reply without a status line
    {CURLE_FAILED_INIT, Fault::kMemory, Fault::kMemory},
    {CURLE_URL_MALFORMAT, Fault::kArgument, Fault::kArgument},
    {CURLE_NOT_BUILT_IN, Fault::kArgument, Fault::kArgument},
    {CURLE_COULDNT_RESOLVE_PROXY, Fault::kProxy, Fault::kProxy},
    {CURLE_COULDNT_RESOLVE_HOST, Fault::kDns, Fault::kDns},
    {CURLE_COULDNT_CONNECT, Fault::kConnect, Fault::kConnect},
    {CURLE_WEIRD_SERVER_REPLY, Fault::kProtocol, Fault::kProtocol},
    {CURLE_HTTP2, Fault::kBroken, Fault::kBroken},
    {CURLE_PARTIAL_FILE, Fault::kBroken, Fault::kBroken},
    {CURLE_HTTP_RETURNED_ERROR, Fault::kProtocol, Fault::kProtocol},
    {CURLE_WRITE_ERROR, Fault::kBroken, Fault::kProtocol},  // our own callbacks say more where they refuse
    {CURLE_READ_ERROR, Fault::kAborted, Fault::kAborted},
    {CURLE_OUT_OF_MEMORY, Fault::kMemory, Fault::kProtocol},  // sent: also a header line over 100 KiB
    {CURLE_OPERATION_TIMEDOUT, Fault::kTimeout, Fault::kTimeout},
    {CURLE_RANGE_ERROR, Fault::kBroken, Fault::kBroken},
    {CURLE_SSL_CONNECT_ERROR, Fault::kTls, Fault::kTls},
    {CURLE_ABORTED_BY_CALLBACK, Fault::kAborted, Fault::kAborted},
    {CURLE_BAD_FUNCTION_ARGUMENT, Fault::kArgument, Fault::kArgument},
    {CURLE_INTERFACE_FAILED, Fault::kConnect, Fault::kConnect},
    {CURLE_TOO_MANY_REDIRECTS, Fault::kProtocol, Fault::kProtocol},
    {CURLE_UNKNOWN_OPTION, Fault::kArgument, Fault::kArgument},
    {CURLE_GOT_NOTHING, Fault::kBroken, Fault::kBroken},
    {CURLE_SSL_ENGINE_NOTFOUND, Fault::kTrust, Fault::kTrust},
    {CURLE_SSL_ENGINE_SETFAILED, Fault::kTrust, Fault::kTrust},
    {CURLE_SEND_ERROR, Fault::kBroken, Fault::kBroken},
    {CURLE_RECV_ERROR, Fault::kBroken, Fault::kBroken},
    {CURLE_SSL_CERTPROBLEM, Fault::kTrust, Fault::kTrust},
    {CURLE_SSL_CIPHER, Fault::kTrust, Fault::kTrust},
    {CURLE_PEER_FAILED_VERIFICATION, Fault::kTrust, Fault::kTrust},
    {CURLE_BAD_CONTENT_ENCODING, Fault::kProtocol, Fault::kProtocol},
    {CURLE_FILESIZE_EXCEEDED, Fault::kTooLarge, Fault::kTooLarge},
    {CURLE_USE_SSL_FAILED, Fault::kTls, Fault::kTls},
    {CURLE_SEND_FAIL_REWIND, Fault::kBroken, Fault::kBroken},
    {CURLE_SSL_ENGINE_INITFAILED, Fault::kTrust, Fault::kTrust},
    {CURLE_SSL_CACERT_BADFILE, Fault::kTrust, Fault::kTrust},
    {CURLE_SSL_SHUTDOWN_FAILED, Fault::kBroken, Fault::kBroken},
    {CURLE_SSL_CRL_BADFILE, Fault::kTrust, Fault::kTrust},
    {CURLE_SSL_ISSUER_ERROR, Fault::kTrust, Fault::kTrust},
    {CURLE_NO_CONNECTION_AVAILABLE, Fault::kConnect, Fault::kConnect},
    {CURLE_SSL_PINNEDPUBKEYNOTMATCH, Fault::kTrust, Fault::kTrust},
    {CURLE_SSL_INVALIDCERTSTATUS, Fault::kTrust, Fault::kTrust},
    {CURLE_HTTP2_STREAM, Fault::kBroken, Fault::kBroken},
    {CURLE_RECURSIVE_API_CALL, Fault::kArgument, Fault::kArgument},
    {CURLE_PROXY, Fault::kProxy, Fault::kProxy},
    {CURLE_SSL_CLIENTCERT, Fault::kTrust, Fault::kTrust},
};

Fault TimeoutBefore(Stage stage, bool proxied) {
  if (stage == Stage::kResolving) return Fault::kDns;
  if (proxied) return Fault::kProxy;
  return stage == Stage::kConnecting ? Fault::kConnect : Fault::kTls;
}

}  // namespace

Fault FaultOf(CURLcode code, Stage stage, bool proxied) {
  if (code == CURLE_OK) return Fault::kNone;
  const bool sent = stage == Stage::kSent;
  if (code == CURLE_OPERATION_TIMEDOUT && !sent) return TimeoutBefore(stage, proxied);
  Fault fault = Fault::kBroken;
  for (const Row& row : kRows)
    if (row.code == code) fault = sent ? row.sent : row.unsent;
  // Until the request leaves, a connection that is refused or breaks is the proxy's.
  if (proxied && !sent && (fault == Fault::kConnect || fault == Fault::kBroken)) return Fault::kProxy;
  return fault;
}

}  // namespace pixazo::transport

// One connection: reads requests, hands them to the gateway, writes replies the way their Delivery says.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <functional>

#include "sandbox/http.h"

namespace pixazo::sandbox {

using Handler = std::function<void(const HttpRequest&, Answer)>;

// Lives until the connection is closed.
void StartSession(boost::asio::ip::tcp::socket socket, const Handler& handler, size_t max_request_bytes);

}  // namespace pixazo::sandbox

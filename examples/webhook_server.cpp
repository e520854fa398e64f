// A server that makes pictures and is told of their ends by webhooks: an HTTP server of its own (cpp-httplib) on loopback,
// behind a TLS proxy that the gateway can reach. examples/webhook.sh puts nginx in front of it.
//
//   webhook_server PORT PUBLIC_URL JOBS        key: PIXAZO_API_KEY, gateway: PIXAZO_BASE_URL
#include <httplib.h>
#include <pixazo/pixazo.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

namespace {

int Fail(const char* what, pz_error* error) {
  std::fprintf(stderr, "%s: %s\n", what, pz_error_message(error));
  pz_error_free(error);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const char* key = std::getenv("PIXAZO_API_KEY");
  const char* base = std::getenv("PIXAZO_BASE_URL");
  if (argc != 4 || !key) return std::fprintf(stderr, "webhook_server PORT PUBLIC_URL JOBS, with PIXAZO_API_KEY\n"), 2;
  const int jobs = std::atoi(argv[3]);

  pz_options* options = pz_options_new(PZ_API_VERSION);
  pz_options_set_api_key(options, key, PZ_NUL);
  pz_options_set_webhook_url(options, argv[2], PZ_NUL);
  if (base) pz_options_set_base_url(options, base, PZ_NUL);
  if (base) pz_options_allow_loopback(options, 1);
  // So rarely that every end below is known from a webhook.
  pz_options_set_poll_interval_ms(options, 600000, 600000);
  pz_client* client = nullptr;
  pz_error* error = nullptr;
  if (pz_client_new(options, &client, &error) != PZ_OK) return Fail("client", error);
  pz_options_free(options);

  // The server's threads hand over what comes in; that waits for nothing.
  constexpr size_t kMostBytes = 256u << 10;
  httplib::Server server;
  server.set_payload_max_length(kMostBytes);
  server.set_keep_alive_max_count(1);  // what was not read must not be taken for the next request
  // Anybody may post here, and cpp-httplib unpacks before it counts: what is packed is refused unread, as are forms.
  server.set_pre_routing_handler([](const httplib::Request& request, httplib::Response& response) {
    if (!request.has_header("Content-Encoding") && !request.is_multipart_form_data())
      return httplib::Server::HandlerResponse::Unhandled;
    response.status = 415;
    return httplib::Server::HandlerResponse::Handled;
  });
  server.Post(".*", [&](const httplib::Request& request, httplib::Response& response,
                        const httplib::ContentReader& read) {
    std::string body;
    const bool whole = read([&](const char* bytes, size_t len) {
      if (len > kMostBytes - body.size()) return false;  // in chunks, which have no length to check before
      body.append(bytes, len);
      return true;
    });
    if (!whole) return void(response.status = 413);
    const pz_status status =
        pz_client_deliver_webhook(client, request.path.data(), request.path.size(), body.data(), body.size());
    response.status = status == PZ_OK ? 200 : status == PZ_E_NOT_FOUND ? 404 : 400;
  });
  if (!server.bind_to_port("127.0.0.1", std::atoi(argv[1]))) return std::fprintf(stderr, "port %s is taken\n", argv[1]), 1;
  std::thread serving([&] { server.listen_after_bind(); });

  for (int i = 0; i < jobs; ++i) {
    const std::string prompt = "a lighthouse, picture " + std::to_string(i + 1);
    pz_request* request = pz_request_new(nullptr, "studio-ghibli", PZ_NUL);
    pz_request_set_string(request, "prompt", PZ_NUL, prompt.data(), prompt.size());
    pz_request_set_int(request, "width", PZ_NUL, 256);
    pz_request_set_int(request, "height", PZ_NUL, 256);
    if (pz_client_submit(client, request, nullptr, &error) != PZ_OK) return Fail("submit", error);
    pz_request_free(request);
  }
  int done = 0, completed = 0;
  while (done < jobs) {
    pz_event* event = nullptr;
    if (pz_client_wait_event(client, PZ_INFINITE, &event) != PZ_OK) continue;
    if (pz_event_kind(event) == PZ_EVENT_DONE) {
      ++done;
      completed += pz_event_state(event) == PZ_STATE_COMPLETED;
      std::printf("job %llu: %s\n", static_cast<unsigned long long>(pz_event_job_id(event)),
                  pz_state_name(pz_event_state(event)));
    }
    pz_event_release(event);
  }
  std::printf("%d jobs, %d completed, %lld webhooks, %lld polls\n", jobs, completed,
              static_cast<long long>(pz_client_stat(client, PZ_STAT_WEBHOOKS)),
              static_cast<long long>(pz_client_stat(client, PZ_STAT_POLLS)));
  server.stop();
  serving.join();
  pz_client_free(client);
  return completed == jobs ? 0 : 1;
}

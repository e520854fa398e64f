/* L21: a host that exports functions under the names of libcurl's or OpenSSL's. None of them may ever be called. */
#include <pixazo/pixazo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MINE(name)                                    \
  void name(void) {                                   \
    fputs("the host's own " #name " was called\n", stderr); \
    abort();                                          \
  }
#ifdef OWN_CURL
MINE(curl_global_init)
MINE(curl_version_info)
MINE(curl_easy_init)
MINE(curl_easy_setopt)
MINE(curl_multi_init)
#endif
#ifdef OWN_TLS
MINE(SSL_new)
MINE(SSL_connect)
MINE(SSL_CTX_new)
MINE(SSL_read)
#endif

int main(int argc, char **argv) {
  pz_options *options = pz_options_new(PZ_API_VERSION);
  pz_client *client = NULL;
  pz_error *error = NULL;
  pz_status status;
  int refused;
  pz_options_set_api_key(options, "a key that is sent nowhere", PZ_NUL);
  status = pz_client_new(options, &client, &error);
  printf("%s: %s\n", pz_status_name(status), pz_error_message(error));
  refused = status == PZ_E_UNSUPPORTED && client == NULL && argc > 1 && strstr(pz_error_message(error), argv[1]) != NULL;
  pz_client_free(client);
  pz_error_free(error);
  pz_options_free(options);
  return argc > 1 ? !refused : status != PZ_OK;
}

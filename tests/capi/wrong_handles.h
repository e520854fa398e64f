/* One handle of every kind. */
#ifndef PIXAZO_TESTS_CAPI_WRONG_HANDLES_H_
#define PIXAZO_TESTS_CAPI_WRONG_HANDLES_H_

#include "support/host.h"

struct handles {
  pz_catalogue *catalogue;
  const pz_endpoint *endpoint;
  const pz_param *param;
  pz_options *options;
  pz_request *request;
  pz_client *client;
  pz_job *job;
  pz_event *event;
  pz_output *output;
  const pz_error *error;
  pz_journal *journal;
  void *unaligned;
};

void every_wrong_handle(const struct handles *right, const struct handles *wrong);
extern const int functions_with_handles;

#endif

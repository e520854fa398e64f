/* A server: the library is one more descriptor in its epoll loop, readable while events wait. */
#include <sys/epoll.h>
#include <unistd.h>

#include "example.h"

enum { JOBS = 3 };

/* Takes every event that waits. */
static void drain(pz_client *client, unsigned *ended, unsigned *failed) {
  pz_event *event;
  while (pz_client_poll_event(client, &event) == PZ_OK) {
    if (pz_event_kind(event) == PZ_EVENT_DONE) {
      printf("request %llu: ", (unsigned long long)pz_event_tag(event));
      *failed += example_report(pz_event_job(event)) != 0;
      ++*ended;
    }
    pz_event_release(event);
  }
}

int main(void) {
  static const char *const prompts[JOBS] = {"a red fox", "a grey heron", "a green frog"};
  pz_client *client = example_client(example_options());
  struct epoll_event ready = {.events = EPOLLIN};
  int loop = epoll_create1(EPOLL_CLOEXEC);
  unsigned ended = 0, failed = 0;
  if (epoll_ctl(loop, EPOLL_CTL_ADD, (int)pz_client_wakeup_handle(client), &ready) != 0) {
    perror("epoll_ctl");
    return 1;
  }
  for (unsigned i = 0; i < JOBS; i++) {
    pz_request *request = pz_request_new(NULL, "sd3", PZ_NUL);
    pz_request_set_string(request, "prompt", PZ_NUL, prompts[i], PZ_NUL);
    pz_request_set_tag(request, i + 1); /* comes back in every event */
    pz_job_release(example_submit(client, request));
  }
  while (ended < JOBS)
    if (epoll_wait(loop, &ready, 1, -1) > 0) drain(client, &ended, &failed);
  close(loop);
  pz_client_free(client);
  return failed ? 1 : 0;
}

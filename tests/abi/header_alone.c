/* The public header with nothing before it, and one use of each kind of thing it declares. */
#include <pixazo/pixazo.h>

static void PZ_CALL on_event(const pz_event *event, void *user_data) {
  if (pz_event_kind(event) == PZ_EVENT_DONE) *(int *)user_data += 1;
}

int main(void) {
  int done = 0;
  pz_event_fn function = on_event;
  pz_status status = PZ_OK;
  function(0, &done);
  return status == PZ_OK && PZ_API_VERSION >> 16 == PZ_VERSION_MAJOR && PZ_NUL > 0 && PZ_INFINITE > 0 ? 0 : 1;
}

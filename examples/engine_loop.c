/* A game: every frame it gives the library half a millisecond, in which the callbacks of its jobs run on the game's thread. */
#include <time.h>

#include "example.h"

struct game {
  unsigned frames, pictures, ended;
};

static void PZ_CALL on_event(const pz_event *event, void *user_data) {
  struct game *game = (struct game *)user_data;
  if (pz_event_kind(event) == PZ_EVENT_STATE) printf("frame %u: %s\n", game->frames, pz_state_name(pz_event_state(event)));
  if (pz_event_kind(event) == PZ_EVENT_DONE) {
    game->ended++;
    game->pictures += example_report(pz_event_job(event)) == 0;
  }
}

static void draw_frame(void) {
  const struct timespec frame = {0, 16666667};
  nanosleep(&frame, NULL);
}

int main(void) {
  struct game game = {0, 0, 0};
  pz_options *options = example_options();
  pz_client *client;
  pz_request *request = pz_request_new(NULL, "sdxl-lightning", PZ_NUL);
  pz_options_set_event_callback(options, on_event, &game, NULL);
  client = example_client(options);
  pz_request_set_string(request, "prompt", PZ_NUL, "a mossy stone texture", PZ_NUL);
  pz_job_release(example_submit(client, request)); /* the job runs on; the callback hears of it */
  while (!game.ended) {
    draw_frame();
    game.frames++;
    pz_client_dispatch(client, 32, 500, NULL);
  }
  pz_client_free(client);
  return game.pictures == 1 ? 0 : 1;
}

// @fal-ai/client: fal.subscribe, as its README tells, with the interval of the others. What goes to the queue's host goes to --url.
import { createFalClient } from '@fal-ai/client';
import { bench, download, pollMs, prompt, url } from './bench.mjs';

const fal = createFalClient({
  credentials: 'bench',
  requestMiddleware: async (request) => ({ ...request, url: request.url.replace('https://queue.fal.run', url) }),
});

await bench(async (waiting) => {
  const { data } = await fal.subscribe('fal-ai/bench', { input: { prompt }, pollInterval: pollMs, onEnqueue: waiting });
  return download(data.images[0].url);
});

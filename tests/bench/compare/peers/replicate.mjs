// replicate: replicate.run, as its README tells, polling at the interval of the others.
import Replicate from 'replicate';
import { bench, download, pollMs, prompt, url } from './bench.mjs';

const replicate = new Replicate({ auth: 'bench', baseUrl: `${url}/v1`, useFileOutput: false });

await bench(async (waiting) => {
  let accepted = false;
  const progress = () => {
    if (!accepted) waiting();
    accepted = true;
  };
  const [picture] = await replicate.run('bench/bench', { input: { prompt }, wait: { mode: 'poll', interval: pollMs } }, progress);
  return download(picture);
});

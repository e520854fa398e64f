// What the peers on node have in common: the command line, the JSON line, and the limit of connections where one is asked for.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    url: { type: 'string' }, // http(s)://127.0.0.1:PORT
    ca: { type: 'string' }, // node reads NODE_EXTRA_CA_CERTS when it starts; compare.py sets it
    jobs: { type: 'string' },
    http: { type: 'string', default: '1' },
    timeout: { type: 'string', default: '0' }, // seconds; 0: none
    connections: { type: 'string' }, // at most so many; without it, as many as node's fetch opens by itself
  },
});

export const url = values.url;
export const pollMs = 1000;
export const prompt = 'A serene sunset over mountains';
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const jobs = Number(values.jobs);
const residentKb = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);

// The fetch that node has, and that the packages call, takes its connections from this Agent.
if (values.connections) {
  const { Agent, setGlobalDispatcher } = await import('undici');
  setGlobalDispatcher(new Agent({ connections: Number(values.connections), allowH2: values.http === '2' }));
}

// Runs oneJob(waiting) for every job at once. waiting() says that the gateway has accepted the job. A job is done when oneJob
// returns the bytes of a picture, and failed when it throws.
export async function bench(oneJob) {
  const result = { jobs, done: 0, failed: 0, wall_s: 0, rss_before_kb: residentKb(), rss_waiting_kb: null };
  const start = performance.now();
  let accepted = 0;
  const waiting = () => {
    if (++accepted === jobs) result.rss_waiting_kb = residentKb();
  };
  const finish = () => {
    result.wall_s = (performance.now() - start) / 1000;
    console.log(JSON.stringify(result));
    process.exit(result.done === jobs ? 0 : 1);
  };
  const seconds = Number(values.timeout);
  if (seconds > 0) setTimeout(finish, seconds * 1000);
  const counted = async () => {
    try {
      const picture = await oneJob(waiting);
      if (picture.byteLength === 0) throw new Error('an empty picture');
      result.done++;
    } catch (error) {
      if (result.failed++ === 0) console.error('first failure:', error);
    }
  };
  await Promise.all(Array.from({ length: jobs }, counted));
  finish();
}

export async function download(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.arrayBuffer();
}

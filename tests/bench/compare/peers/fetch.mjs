// node's own fetch, called as the gateway's documents print it. A poll that gets no answer is asked again; the paid POST is not.
import { bench, download, pollMs, prompt, sleep, url } from './bench.mjs';

const headers = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-cache',
  'Ocp-Apim-Subscription-Key': 'bench',
};

async function submit() {
  const response = await fetch(`${url}/gpt-image-2/v1/text-to-image`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ prompt }),
  });
  if (!response.ok) throw new Error(`submit: ${response.status}`);
  return response.json();
}

async function status(job) {
  try {
    const response = await fetch(job.polling_url, { headers });
    return await response.json();
  } catch {
    return job;
  }
}

await bench(async (waiting) => {
  let job = await submit();
  waiting();
  const { polling_url } = job;
  while (job.status !== 'COMPLETED') {
    if (job.status === 'FAILED' || job.status === 'ERROR') throw new Error(job.error);
    await sleep(pollMs);
    job = { ...(await status({ ...job, polling_url })), polling_url };
  }
  return download(job.output.media_url[0]);
});

// openai: images.generate, one call that is answered with the picture. Nothing is polled, and every waiting job holds a connection.
import OpenAI from 'openai';
import { bench, prompt, url } from './bench.mjs';

const client = new OpenAI({ apiKey: 'bench', baseURL: `${url}/v1` });

await bench(async () => {
  const images = await client.images.generate({ model: 'gpt-image-2', prompt });
  return Buffer.from(images.data[0].b64_json, 'base64');
});

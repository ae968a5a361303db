// The script that the vendor's Node sample suggests: axios, Promise.all over chunks of 16.
import { Agent } from 'node:http';
import axios from 'axios';
import { body, HEADERS, PATH } from './request.mjs';

const [url, count] = [process.argv[2], Number(process.argv[3])];
const client = axios.create({ baseURL: url, headers: HEADERS, httpAgent: new Agent({ keepAlive: true }) });
for (let from = 0; from < count; from += 16) {
  const chunk = Array.from({ length: Math.min(16, count - from) }, (_, i) =>
    client.post(PATH, body(from + i)),
  );
  for (const { data } of await Promise.all(chunk))
    if (data.response.lead_id === undefined) throw new Error('no lead id');
}

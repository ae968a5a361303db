// The least that a client can do: undici's request in N loops, no file, no ledger, no retries, no output.
import { Pool } from 'undici';
import { body, HEADERS, PATH } from './request.mjs';

const [url, count, connections] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const pool = new Pool(url, { connections });
let next = 0;
async function loop() {
  while (next < count) {
    const answer = await pool.request({ path: PATH, method: 'POST', headers: HEADERS, body: body(next++) });
    const { response } = await answer.body.json();
    if (response.lead_id === undefined) throw new Error('no lead id');
  }
}
await Promise.all(Array.from({ length: connections }, loop));
await pool.close();

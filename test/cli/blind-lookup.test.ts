// A provider that shows what it has of a person, but not which of it is ours: LeadSquared without idField.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Desk } from './leadpush.ts';

let desk: Desk;
let server: Server;
beforeEach(async () => {
  desk = new Desk();
  server = createServer((request, response) => {
    // It takes a lead and does not say so.
    if (request.method === 'POST') return void request.on('end', () => request.socket.destroy()).resume();
    response
      .setHeader('content-type', 'application/json')
      .end('[{"ProspectID":"5f3c-1","mx_Id":"AB12CD34-0"}]');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  desk.remove();
});

/** @param more settings of the target */
function configure(more: string): void {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen');
  desk.write(
    'c.yaml',
    `targets:
  crm:
    provider: leadsquared
    baseUrl: http://127.0.0.1:${address.port}
    account: acme
    accessKey: an-access-key
    secretKey: a-secret-key
    retries: 0
    settleAfter: 100ms
    ${more}
`,
  );
}

const VERIFY = ['verify', '--to', 'crm', '--phone', '+919820010001', '--config', 'c.yaml'] as const;
const PLACES = ['--config', 'c.yaml', '--ledger', 'l.db'] as const;

it.each([
  ['', 'by leadpush or not: it cannot tell, because idField is not set'],
  ['idField: mx_Other', 'not sent by leadpush'],
  ['idField: mx_Id', 'sent by leadpush as AB12CD34-0'],
])('verify with %j', async (setting, expected) => {
  configure(setting);
  const { status, stdout } = await desk.run(VERIFY);
  expect({ status, stdout }).toMatchObject({ status: 0, stdout: expect.stringContaining(expected) });
});

it('retry --settle names leadpush verify, which can be asked', async () => {
  configure('');
  const lead = ['send', '--to', 'crm', '--phone', '+919820010001', '--name', 'Asha', '--yes'];
  expect((await desk.run([...lead, ...PLACES])).status).toBe(5);
  const { status, stdout } = await desk.run(['retry', '--settle', ...PLACES]);
  expect({ status, stdout }).toMatchObject({
    status: 5,
    stdout: expect.stringContaining('leadpush verify shows what it has of this phone'),
  });
});

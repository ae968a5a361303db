// Something else, or somebody else, answers where the ledger's database should be.
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Desk } from './leadpush.ts';

let desk: Desk;
let server: Server | null;
beforeEach(() => {
  desk = new Desk();
  server = null;
});
afterEach(() => {
  server?.close();
  desk.remove();
});

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

function authentication(kind: number, more = ''): Buffer {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(kind);
  return message('R', Buffer.concat([number, Buffer.from(more)]));
}

it.each<[string, (client: Socket) => void]>([
  ['a web server', (client) => client.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['a way to log in that does not exist', (client) => client.write(authentication(99))],
  ['a message that is too short for what it is', (client) => client.write(message('R', Buffer.alloc(1)))],
  ['a mechanism nobody knows', (client) => client.write(authentication(10, 'OWN-MADE\0\0'))],
  [
    'an error that steers the screen',
    (client) => client.end(message('E', Buffer.from('SFATAL\0C28000\0M\u001b]0;x\u0007\nFORGED s3cr3t\0\0'))),
  ],
  ['an end in the middle', (client) => client.end(Buffer.from('R\0\0'))],
])('%s: exit 2 and a sentence', async (_, answer) => {
  const listening = createServer((client) => {
    client.on('error', () => {});
    client.once('data', () => answer(client));
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const address = listening.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  const ledger = `postgresql://asha:s3cr3t@127.0.0.1:${address.port}/leads?connect_timeout=5`;
  const { status, stderr } = await desk.run(['runs', '--ledger', ledger]);
  expect(stderr).not.toMatch(/internal error|^FORGED|\u001b|s3cr3t@/m);
  expect(stderr).toMatch(/^leadpush: The ledger postgresql:\/\/asha@127\.0\.0\.1:\d+\/leads cannot be /);
  expect(status).toBe(2);
});

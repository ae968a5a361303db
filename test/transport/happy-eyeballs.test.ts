// A host of several addresses is reached by whichever answers, and no attempt is given up because it is slow.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type LookupFunction, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { ConnectFault, connectFault } from '../../src/transport/connect-fault.ts';
import { interleaved, reach } from '../../src/transport/happy-eyeballs.ts';

const close: (() => void)[] = [];
afterEach(() => {
  for (const end of close.splice(0)) end();
});

async function listen(host: string): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}));
  server.listen(0, host);
  await once(server, 'listening');
  close.push(() => server.close());
  const { port }: AddressInfo = Object(server.address());
  return port;
}

/** A port whose handshake takes as long as the queue is full: until `free` is called (and a second for the next SYN). */
async function slow(host: string): Promise<{ readonly port: number; readonly free: () => void }> {
  // A process that does not accept: it waits for its stdin without letting its loop turn.
  const script = `
    const server = require('net').createServer((socket) => socket.resume());
    server.listen({ port: 0, host: ${JSON.stringify(host)}, backlog: 1 }, () => {
      require('fs').writeSync(1, server.address().port + '\\n');
      require('fs').readSync(0, Buffer.alloc(1));
    });`;
  const child: ChildProcess = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [said]: Buffer[] = await once(Object(child.stdout), 'data');
  const port = Number(String(said));
  // More than the queue holds; those beyond it hang, as the next will.
  const fillers = Array.from({ length: 8 }, () => connect(port, host).on('error', () => {}));
  close.push(() => {
    child.kill('SIGKILL');
    for (const filler of fillers) filler.destroy();
  });
  await once(fillers[0] ?? child, 'connect');
  return {
    port,
    free: () => {
      for (const filler of fillers) filler.destroy();
      child.stdin?.end('x');
    },
  };
}

const gives =
  (...addresses: string[]): LookupFunction =>
  (_host, _options, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

async function reached(port: number, ...addresses: string[]): Promise<Socket> {
  const socket = await reach('crm.example', port, {
    lookup: gives(...addresses),
    signal: new AbortController().signal,
  });
  close.push(() => socket.destroy());
  return socket;
}

describe('reach', () => {
  it('a slow handshake beside an address that refuses at once', async () => {
    const { port, free } = await slow('127.0.0.2');
    // Longer than the quarter of a second after which the next address is tried.
    setTimeout(free, 600);
    expect((await reached(port, '127.0.0.2', '::1')).remoteAddress).toBe('127.0.0.2');
  });

  it('the next address, where the first does not answer', async () => {
    const { port } = await slow('127.0.0.2');
    const server = createServer();
    server.listen(port, '127.0.0.3');
    await once(server, 'listening');
    close.push(() => server.close());
    expect((await reached(port, '127.0.0.2', '127.0.0.3')).remoteAddress).toBe('127.0.0.3');
  });

  it('the next address, where the first refuses', async () => {
    const port = await listen('127.0.0.3');
    expect((await reached(port, '::1', '127.0.0.2', '127.0.0.3')).remoteAddress).toBe('127.0.0.3');
  });

  it('none: each address is told', async () => {
    const port = await listen('127.0.0.9');
    const failure = await reached(port, '127.0.0.2', '127.0.0.3').catch((error: unknown) => error);
    expect(failure).toMatchObject({
      kind: 'connect',
      message: `cannot connect (connect ECONNREFUSED 127.0.0.2:${port}; connect ECONNREFUSED 127.0.0.3:${port})`,
    });
  });

  it('a name without addresses', async () => {
    await expect(reached(1)).rejects.toMatchObject({
      kind: 'connect',
      message: expect.stringContaining('no address'),
    });
  });

  it('a name that is not found', async () => {
    const lookup: LookupFunction = (_host, _options, done) =>
      done(Object.assign(new Error('getaddrinfo ENOTFOUND crm.example'), { code: 'ENOTFOUND' }), '', 0);
    const signal = new AbortController().signal;
    await expect(reach('crm.example', 1, { lookup, signal })).rejects.toMatchObject({
      kind: 'connect',
      message: 'cannot connect (getaddrinfo ENOTFOUND crm.example)',
    });
  });

  it('ends at once when it is aborted', async () => {
    const { port } = await slow('127.0.0.2');
    const abort = new AbortController();
    const reaching = reach('127.0.0.2', port, { lookup: gives(), signal: abort.signal });
    abort.abort();
    await expect(reaching).rejects.toBeInstanceOf(ConnectFault);
  });
});

it.each([
  [['a6', 'b6', 'c4', 'd4'], 'a6 c4 b6 d4'],
  [['c4', 'a6', 'b6'], 'c4 a6 b6'],
  [['a4', 'b4'], 'a4 b4'],
  [[], ''],
])('families in turn: %j', (names, expected) => {
  const addresses = names.map((address) => ({ address, family: Number(address.slice(1)) }));
  expect(
    interleaved(addresses)
      .map(({ address }) => address)
      .join(' '),
  ).toBe(expected);
});

it('a look-up that finds no name because no file is left is no fault of the name', async () => {
  // What the system's look-up says then is ENOTFOUND, the same as for a name that there is not.
  const script = `
    import { openSync } from 'node:fs';
    import { reach } from './happy-eyeballs.mjs';
    const lookup = (_name, _options, done) => done(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }));
    const kindOf = () => reach('crm.example', 1, { lookup, signal: new AbortController().signal }).catch(({ kind }) => kind);
    const before = await kindOf();
    try { for (;;) openSync('/dev/null'); } catch {}
    process.stdout.write(before + ' ' + (await kindOf()));`;
  const { build } = await import('esbuild');
  const folder = mkdtempSync(join(tmpdir(), 'leadpush-files-'));
  close.push(() => rmSync(folder, { recursive: true }));
  await build({
    entryPoints: [fileURLToPath(new URL('../../src/transport/happy-eyeballs.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: join(folder, 'happy-eyeballs.mjs'),
  });
  writeFileSync(join(folder, 'script.mjs'), script);
  const run = 'ulimit -n 64; exec "$@"';
  const args = ['-c', run, 'sh', process.execPath, join(folder, 'script.mjs')];
  expect(execFileSync('sh', args, { encoding: 'utf8' })).toBe('connect local');
});

describe('whose fault it is', () => {
  const error = (code: string, address: string) =>
    Object.assign(new Error(`connect ${code} ${address}:443`), { code, address });
  it.each<[string, readonly Error[], string, RegExp]>([
    ['open files', [error('EMFILE', '10.0.0.1')], 'local', /ulimit -n/],
    ['open files of the machine', [error('ENFILE', '10.0.0.1')], 'local', /its limit of open files/],
    ['ports', [error('EADDRNOTAVAIL', '10.0.0.1')], 'local', /no free port/],
    ['a firewall of this machine', [error('EACCES', '10.0.0.1')], 'local', /firewall/],
    ['the same by another name', [error('EPERM', '10.0.0.1')], 'local', /firewall/],
    ['open files at both', [error('EMFILE', 'fd00::1'), error('EMFILE', '10.0.0.1')], 'local', /ulimit -n/],
    [
      'ports, and no IPv6',
      [error('ENETUNREACH', 'fd00::1'), error('EADDRNOTAVAIL', '10.0.0.1')],
      'local',
      /port/,
    ],
    ['no IPv6 is no lack of ports', [error('EADDRNOTAVAIL', '::1')], 'connect', /EADDRNOTAVAIL/],
    [
      'refused, and no IPv6',
      [error('EADDRNOTAVAIL', '::1'), error('ECONNREFUSED', '10.0.0.1')],
      'connect',
      /;/,
    ],
    [
      'refused at one',
      [error('EMFILE', '10.0.0.1'), error('ECONNREFUSED', '10.0.0.2')],
      'connect',
      /EMFILE.*;/,
    ],
    ['no network', [error('ENETUNREACH', '10.0.0.1')], 'connect', /ENETUNREACH/],
    ['no route', [error('EHOSTUNREACH', '10.0.0.1')], 'connect', /EHOSTUNREACH/],
  ])('%s', (_, failures, kind, message) => {
    expect(connectFault(failures)).toMatchObject({ kind, message: expect.stringMatching(message) });
  });
});

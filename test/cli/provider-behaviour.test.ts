// Providers and networks that behave badly, in front of the built program: gateways that answer everything alike, limits
// on connections, restarts, long waits, clocks that differ; and hangups that whoever started it wants ignored.
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { showIgnored } from '../../src/app/hangups.ts';
import { BIN, Desk, type Ended, ended, type Line, linesOf } from './leadpush.ts';

/** A small provider of both kinds: what it took, by phone, and its answer to each request. */
class Provider {
  readonly server: Server;
  readonly taken: string[] = [];
  readonly #ids = new Map<string, number>();
  readonly #details = new Map<string, string>();
  port = 0;

  /** @param reply answers in place of the provider where it gives true */
  constructor(
    latencyMs = 0,
    reply: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
  ) {
    this.server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(Buffer.from(chunk));
      await new Promise((resolve) => setTimeout(resolve, latencyMs));
      const [status, body] = this.#answer(request, Buffer.concat(chunks).toString());
      if (reply(request, response)) return;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    this.server.keepAliveTimeout = 60_000;
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    const address = this.server.address();
    if (typeof address === 'object' && address !== null) this.port = address.port;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.server.close(resolve);
      this.server.closeAllConnections();
    });
  }

  #answer({ method, url = '' }: IncomingMessage, text: string): readonly [number, unknown] {
    if (method !== 'POST') {
      const phone = new URL(url, 'http://x').searchParams.get('phone') ?? '';
      const id = this.#ids.get(phone);
      const lead = { lead_id: id, phone, extra_details: this.#details.get(phone) };
      return id === undefined
        ? [404, { status: 'NOT_FOUND', message: 'no lead of this phone' }]
        : [200, { status: 'OK', message: 'success', response: lead }];
    }
    const form = new URLSearchParams(text);
    const phone = form.get('phone') ?? form.get('phonefax') ?? '';
    const before = this.#ids.get(phone);
    const anarock = url.includes('sync-lead');
    if (before !== undefined && !anarock) {
      return [200, [{ status: 'failed', message: 'duplicate_entry', unique_id: String(before) }]];
    }
    const id = 1_000 + this.taken.length;
    this.taken.push(phone);
    this.#ids.set(phone, id);
    this.#details.set(phone, form.get('extra_details') ?? '');
    return [
      200,
      anarock
        ? { status: 'OK', message: 'success', response: { lead_id: id } }
        : [{ status: 'success', unique_id: id }],
    ];
  }
}

let desk: Desk;
let provider: Provider;
beforeEach(() => {
  desk = new Desk();
});
afterEach(async () => {
  await provider.close();
  desk.remove();
});

async function serve(one: Provider): Promise<void> {
  provider = one;
  await one.listen();
  const url = `http://127.0.0.1:${one.port}`;
  desk.write(
    'c.yaml',
    `targets:
  a: { provider: anarock, channel: c, key: k-4711-k, baseUrl: "${url}", settleAfter: 100ms, defaults: { campaignId: g, sourceId: 1, subSourceId: 8 } }
  p: { provider: paramantra, apiKey: k-4711-k, appName: app, baseUrl: "${url}", defaults: { channelId: c, subject: s, repId: r } }
`,
  );
}

function leads(count: number): void {
  const rows = Array.from({ length: count }, (_, i) => `Asha,98${String(i * 37).padStart(8, '0')}`);
  desk.write('l.csv', `Name,Phone\n${rows.join('\n')}\n`);
}

const ARGS = ['send', 'l.csv', '--config', 'c.yaml', '--ledger', 'l.db', '--json'];
const send = (target: string, ...more: string[]) => desk.run([...ARGS, '--to', target, ...more]);

function told(end: Ended): { readonly results: readonly Line[]; readonly summary: Line } {
  const lines = linesOf(end.stdout);
  return {
    results: lines.filter((line) => line['type'] === 'result'),
    summary: lines.find((line) => line['type'] === 'summary') ?? {},
  };
}

const json =
  (status: number, body: string, headers: Record<string, string> = {}) =>
  (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    return true;
  };

describe('a gateway that takes each lead and says the same to everything', () => {
  it.each([
    '{}',
    'null',
    '[]',
    '{"status":"OK"}',
    '{"message":"Internal server error"}',
    '{"status":"OK","message":"success"}',
    '{"status":"OK","message":"success","response":null}',
    '{"status":"OK","message":"success","response":{}}',
  ])('%s: one lead is there, it is unknown, and nobody calls sending it again safe', async (body) => {
    await serve(new Provider(0, json(200, body)));
    leads(1);
    const end = await send('a');
    expect(provider.taken).toHaveLength(1);
    expect([told(end).results[0]?.['status'], end.status]).toEqual(['unknown', 5]);
    expect(end.stdout + end.stderr).not.toMatch(/again is safe/i);
  });

  it.each<[string, (count: number) => string]>([
    ['4f01', (count) => `4f0${count}`],
    ['KqZxTabc', (count) => `KqZxT${'abcdefgh'.charAt(count % 8)}`],
    ['Kq4ZxT', (count) => `Kq${count}ZxT${'abcdefgh'.charAt(count % 8)}`],
  ])('with another request id in each answer, such as %s: the same', async (_, id) => {
    let count = 0;
    await serve(
      new Provider(0, (request, response) =>
        json(200, `{"status":"OK","response":null,"request":"${id(count++)}"}`)(request, response),
      ),
    );
    leads(1);
    expect((await send('a')).status).toBe(5);
    expect(provider.taken).toHaveLength(1);
  });
});

it.each(['864000', '3000000', '99999999999'])(
  'Retry-After: %s on one lead stops the target, though another is still to be asked about',
  async (wait) => {
    let posts = 0;
    await serve(
      new Provider(20, (request, response) => {
        if (request.method !== 'POST') return json(404, '{"status":"x"}')(request, response);
        if (posts++ > 0) return json(429, '', { 'retry-after': wait })(request, response);
        setTimeout(() => json(500, 'x')(request, response), 300);
        return true;
      }),
    );
    leads(2);
    const end = await send('a');
    expect(told(end).summary).toMatchObject({ unknown: 1, failed: 1, stopped: [{ code: 'PROVIDER_ERROR' }] });
    expect(end.stderr).not.toMatch(/TimeoutOverflowWarning/);
    expect(end.stderr).toMatch(/asks to wait \d+ days/);
  },
);

it.each([
  ['--timeout', '30d', /--timeout: expected a duration.*at most a day/],
  ['--rate', '1e-9', /--rate: expected a number above 0/],
])('%s %s is a wrong call', async (flag, value, message) => {
  await serve(new Provider());
  leads(1);
  const end = await send('a', flag, value);
  expect(end.stderr).toMatch(message);
  expect(end.status).toBe(2);
  expect(provider.taken).toEqual([]);
});

describe.each(['a', 'p'])('to %s', (target) => {
  it.each([1, 3])('only %i connections are let in: all are created, none twice', async (most) => {
    const one = new Provider(15);
    one.server.maxConnections = most;
    let cut = 0;
    one.server.on('drop', () => cut++);
    await serve(one);
    leads(150);
    const end = await send(target);
    expect(told(end).summary).toMatchObject({ failed: 0, unknown: 0 });
    expect(end.status).toBe(0);
    expect(new Set(provider.taken).size).toBe(150);
    expect(provider.taken).toHaveLength(150);
    expect(cut).toBeLessThan(25);
  });

  it('a restart of 300 ms is waited for', async () => {
    const one = new Provider(15);
    await serve(one);
    leads(150);
    const child = desk.start([...ARGS, '--to', target]);
    child.stdin?.end();
    const over = ended(child);
    while (one.taken.length < 40) await new Promise((resolve) => setTimeout(resolve, 5));
    await one.close();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await one.listen();
    const end = await over;
    expect(told(end).summary).toMatchObject({ failed: 0, unknown: 0 });
    expect(end.status).toBe(0);
    expect(new Set(one.taken).size).toBe(150);
    expect(one.taken).toHaveLength(150);
  });
});

describe('refused, with a clock that is off', () => {
  const refusing = () =>
    new Provider(0, json(401, '{"status":"x"}', { date: new Date(Date.now() + 3_700_000).toUTCString() }));
  it('says the clock, not the key', async () => {
    await serve(refusing());
    leads(2);
    const end = await send('a');
    expect(end.status).toBe(3);
    expect(told(end).results[0]?.['errors']).toMatchObject([
      {
        code: 'CREDENTIALS_REFUSED',
        message: expect.stringMatching(/clock is \d+ minutes behind the provider's/),
      },
    ]);
    expect(end.stdout + end.stderr).not.toMatch(/check (the|its) key/i);
    const screen = await desk.run(['send', 'l.csv', '--config', 'c.yaml', '--no-ledger', '--to', 'a']);
    expect(screen.stderr).toMatch(/clock is \d+ minutes behind/);
    expect(screen.stdout + screen.stderr).not.toMatch(/check (the|its) key/i);
  });

  it('verify says it, too', async () => {
    await serve(refusing());
    const end = await desk.run(['verify', '--to', 'a', '--phone', '9988776655', '--config', 'c.yaml']);
    expect(end.stderr).toMatch(/clock is \d+ minutes behind/);
    expect(end.status).toBe(3);
  });
});

describe('hangups', () => {
  it.runIf(process.platform === 'linux').each([
    [
      'nohup in bash',
      'bash',
      'nohup "$0" "$@" >out.txt 2>err.txt & echo "pid $!"; wait $!; echo "status $?"',
    ],
    [
      "trap '' HUP in sh",
      'sh',
      'trap "" HUP; "$0" "$@" >out.txt 2>err.txt & echo "pid $!"; wait $!; echo "status $?"',
    ],
  ])('%s: the run goes on', async (_, shell, script) => {
    await serve(new Provider(60));
    leads(60);
    const child = spawn(shell, ['-c', script, process.execPath, BIN, ...ARGS, '--to', 'a'], {
      cwd: desk.folder,
      env: desk.env(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const pid = pidOf(child);
    const over = ended(child);
    while (provider.taken.length < 8) await new Promise((resolve) => setTimeout(resolve, 5));
    process.kill(await pid, 'SIGHUP');
    expect((await over).stdout).toMatch(/status 0\n/);
    expect(provider.taken).toHaveLength(60);
  });

  const parent = (mask: string) => `Name:\tsh\nSigBlk:\t0000000000000000\nSigIgn:\t${mask}\n`;
  it.each<[string, Parameters<typeof showIgnored>[0], boolean]>([
    ['nothing is known', { started: undefined, parentStatus: null, stdin: null }, false],
    ['nohup was started', { started: '/usr/bin/nohup', parentStatus: null, stdin: null }, true],
    ['another was started', { started: '/usr/bin/leadpush', parentStatus: null, stdin: null }, false],
    [
      'the parent ignores it',
      { started: undefined, parentStatus: parent('0000000000001001'), stdin: null },
      true,
    ],
    [
      'the parent ignores others',
      { started: undefined, parentStatus: parent('0000000000001006'), stdin: null },
      false,
    ],
    [
      'stdin cannot be read',
      { started: undefined, parentStatus: null, stdin: 'pos:\t0\nflags:\t0100001\nmnt_id:\t1\n' },
      true,
    ],
    [
      'stdin can be read',
      { started: undefined, parentStatus: null, stdin: 'pos:\t0\nflags:\t0100000\nmnt_id:\t1\n' },
      false,
    ],
    [
      'stdin is a terminal',
      { started: undefined, parentStatus: null, stdin: 'pos:\t0\nflags:\t0100002\nmnt_id:\t1\n' },
      false,
    ],
  ])('%s', (_, traces, expected) => {
    expect(showIgnored(traces)).toBe(expected);
  });
});

function pidOf(shell: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    shell.stdout?.once('data', (text: Buffer) => resolve(Number(/pid (\d+)/.exec(text.toString())?.[1])));
  });
}

// A real terminal (tmux): the live line, the question before production, Ctrl-C half-way. CI may not skip it
// (LEADPUSH_REQUIRE_BROWSER is set there); elsewhere it says plainly that it does.
import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BIN, Desk, type SandboxProcess, startSandbox } from '../cli/leadpush.ts';

const hasTmux = spawnSync('tmux', ['-V']).error === undefined;
const required = process.env['LEADPUSH_REQUIRE_BROWSER'] !== undefined;

let desk: Desk;
let sandbox: SandboxProcess;
let socket = '';
let names = 0;

const tmux = (...args: readonly string[]) =>
  spawnSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], {
    encoding: 'utf8',
    env: desk.env({ LANG: 'C.UTF-8' }),
  });
/** What the terminal shows now. */
const screen = () => tmux('capture-pane', '-p', '-S', '-2000', '-t', 'main').stdout;
const type = (...keys: readonly string[]) => tmux('send-keys', '-t', 'main', ...keys);

/** Waits for a text on the screen. @returns the screen that shows it */
async function shown(pattern: RegExp, ms = 15_000): Promise<string> {
  const until = Date.now() + ms;
  for (;;) {
    const text = screen();
    if (pattern.test(text)) return text;
    if (Date.now() > until) throw new Error(`not shown: ${pattern}\n${text}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A shell in a terminal of that size, with `leadpush` in it. */
function openTerminal(columns: number, variables: Readonly<Record<string, string>> = {}): void {
  socket = `leadpush-test-${process.pid}-${names++}`;
  const exports = Object.entries({ ...desk.env(), ...variables }).map(
    ([name, value]) => `export ${name}='${value}'`,
  );
  const start = desk.write('start.sh', `${exports.join('\n')}\ncd '${desk.folder}'\nPS1='$ '\n`);
  tmux(
    'new-session',
    '-d',
    '-s',
    'main',
    '-x',
    String(columns),
    '-y',
    '40',
    `bash --noprofile --rcfile '${start}' -i`,
  );
}

beforeEach(async () => {
  desk = new Desk();
  sandbox = await startSandbox(desk, ['--latency', '100ms']);
  desk.write('c.yaml', sandbox.config);
  desk.write('leadpush', `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`);
  chmodSync(join(desk.folder, 'leadpush'), 0o755);
  const rows = Array.from({ length: 400 }, (_, i) => `Lead ${i},98${String(i).padStart(8, '0')}`);
  desk.write('leads.csv', `Name,Phone\n${rows.join('\n')}\n`);
});
afterEach(async () => {
  tmux('kill-server');
  await sandbox.close();
  desk.remove();
});

describe.skipIf(!hasTmux && !required)('on a terminal', () => {
  it('a live line shows how far it is, and goes', async () => {
    openTerminal(100);
    type('clear; ./leadpush send leads.csv --to a --config c.yaml --concurrency 8', 'Enter');
    const live = await shown(/\d+ (of \d+|done) · \d+(\.\d)?\/s · .*\d+ created/);
    expect(live).toMatch(/✓ created/);
    const end = await shown(/Run \w{8}: 400 records to a/);
    expect(end).toMatch(/400 created {3}accepted by the provider/);
  });

  it('a narrow terminal wraps nothing', async () => {
    openTerminal(40);
    type('clear; ./leadpush send leads.csv --to a --config c.yaml', 'Enter');
    const live = await shown(/\d+ (of \d+|done)/);
    for (const line of live.split('\n')) expect(line.length).toBeLessThanOrEqual(40);
    await shown(/400 created/);
  });

  it('without colour or on a dumb terminal there is no live line', async () => {
    openTerminal(100, { TERM: 'dumb', NO_COLOR: '1' });
    type('clear; ./leadpush send leads.csv --to a --config c.yaml', 'Enter');
    expect(await shown(/✓ created/)).not.toMatch(/\/s ·/);
    await shown(/400 created/);
  });

  it('Ctrl-C half-way drains, and the same command goes on', async () => {
    openTerminal(120);
    type('./leadpush send leads.csv --to a --config c.yaml --concurrency 4; echo status $?', 'Enter');
    await shown(/✓ created/);
    type('C-c');
    const end = await shown(/status 130/);
    expect(end).toMatch(/SIGINT: nothing more is sent; waiting for \d+ still in progress/);
    expect(end).toMatch(/Go on: leadpush send leads\.csv --to a --config c\.yaml --concurrency 4/);
    const before = (await sandbox.leads()).length;
    expect(before).toBeLessThan(400);
    type('clear; ./leadpush send leads.csv --to a --config c.yaml --quiet; echo status $?', 'Enter');
    await shown(/status 0/);
    expect(await sandbox.leads()).toHaveLength(400);
  });

  it.each<[string, readonly string[], number]>([
    ['n', ['n', 'Enter'], 2],
    ['nothing', ['Enter'], 2],
    ['Ctrl-D', ['C-d'], 2],
    ['Ctrl-C', ['C-c'], 130],
  ])('a production target is asked about; %s is no', async (_, keys, status) => {
    desk.write(
      'prod.yaml',
      'targets: { live: { provider: anarock, environment: production, channel: c, key: k, sourceIds: optional, defaults: { campaignId: x } } }',
    );
    openTerminal(250);
    type('./leadpush send leads.csv --to live --config prod.yaml; echo status $?', 'Enter');
    await shown(/Send leads\.csv to the production target "live" of \S*prod\.yaml \(named\)\? \[y\/N\]/);
    type(...keys);
    expect(await shown(new RegExp(`status ${status}`))).toContain('Nothing was sent.');
  });

  it('yes goes on', async () => {
    // Production, but nobody listens: that it was tried is enough.
    desk.write(
      'prod.yaml',
      'targets: { live: { provider: anarock, environment: production, baseUrl: "http://127.0.0.1:1", channel: c, key: k, sourceIds: optional, retries: 0, defaults: { campaignId: x } } }',
    );
    openTerminal(250);
    type('./leadpush send leads.csv --to live --config prod.yaml --limit 2; echo status $?', 'Enter');
    await shown(/\[y\/N\]/);
    type('y', 'Enter');
    expect(await shown(/status 4/)).toMatch(/UNREACHABLE/);
  });
});

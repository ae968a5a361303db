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
    const live = await shown(/█+░+ \d+ of 400 · \d+(\.\d)?\/s · \d+ s left · \d+ created/);
    expect(live).toMatch(/✓ created/);
    const end = await shown(/Run \w{8}: 400 records to a/);
    expect(end).toMatch(/400 created {3}accepted by the provider/);
  });

  it.each([80, 50])('at %i columns the bar, the total and what needs attention stay', async (columns) => {
    const rows = Array.from(
      { length: 300 },
      (_, i) => `Ganapathy Subramaniam ${i},9811${String(i).padStart(6, '0')}`,
    );
    desk.write('some.csv', `Name,Phone\nBad,12\n${rows.join('\n')}\n`);
    openTerminal(columns);
    type('clear; ./leadpush send some.csv --to a --config c.yaml --concurrency 8', 'Enter');
    const live = await shown(/█+░+ \d+ of 301 · 1 needs attention/);
    expect(live).toMatch(/\+9198\*{5}\d{3}/);
    for (const line of live.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
    const whole = await shown(/300 created/);
    // Phone and id of each, whatever the width.
    expect(whole.match(/\+9198\*{5}\d{3}\s+lead \S+/g)?.length).toBe(100);
  });

  it('after the first 100 only what needs attention stays on the screen, unless --verbose', async () => {
    const rows = Array.from(
      { length: 400 },
      (_, i) => `Lead ${i},${i === 300 ? '12' : `9822${String(i).padStart(6, '0')}`}`,
    );
    desk.write('long.csv', `Name,Phone\n${rows.join('\n')}\n`);
    openTerminal(100);
    type('clear; ./leadpush send long.csv --to a --config c.yaml', 'Enter');
    const short = await shown(/399 created/);
    expect(short.match(/✓ created/g)?.length).toBe(100);
    expect(short.match(/--verbose lists all/g)?.length).toBe(1);
    expect(short).toContain('long.csv:302  ! invalid');
    type('clear; ./leadpush send long.csv --to a --config c.yaml --resend --verbose; echo over', 'Enter');
    const whole = await shown(/^over/m);
    expect(whole.match(/(✓ created|= duplicate) .*\+9198/g)?.length).toBe(399);
  });

  it.each([
    ['--quiet', '--quiet'],
    ['results in a file', '> results.txt'],
    ['JSON in a file', '--json > results.json'],
  ])('the bar is there with %s', async (_, more) => {
    openTerminal(80);
    type(
      `clear; ./leadpush send leads.csv --to a --config c.yaml --concurrency 8 ${more}; echo over`,
      'Enter',
    );
    expect(await shown(/█+░+ \d+ of 400/)).not.toContain('✓ created');
    await shown(/^over/m);
    if (more.includes('txt')) expect(desk.read('results.txt').match(/✓ created/g)?.length).toBe(400);
  });

  it('a retry knows its total', async () => {
    openTerminal(100);
    type('A_KEY=wrong ./leadpush send leads.csv --to a --config c.yaml --quiet; clear; echo sent', 'Enter');
    await shown(/^sent/m);
    type('clear; ./leadpush retry --config c.yaml --concurrency 8; echo over', 'Enter');
    await shown(/█+░+ \d+ of 400/);
    await shown(/400 created[\s\S]*^over/m);
  });

  it.each(['large.csv', '- < large.csv'])(
    'the total of a large file is estimated, and said to be: %s',
    async (input) => {
      const rows = Array.from(
        { length: 90_000 },
        (_, i) => `Lead ${i},98${String(i).padStart(8, '0')},${'x'.repeat(40)}`,
      );
      desk.write('large.csv', `Name,Phone,Remarks\n${rows.join('\n')}\n`);
      openTerminal(80);
      type(`clear; ./leadpush send --to a --config c.yaml --quiet ${input}`, 'Enter');
      const live = await shown(/█*░+ [\d,]+ of ~[\d,]+/);
      const [, total = ''] = /of ~([\d,]+)/.exec(live) ?? [];
      expect(Math.abs(Number(total.replaceAll(',', '')) / 90_000 - 1)).toBeLessThan(0.05);
      type('C-c');
      type('C-c');
      await shown(/Interrupted/);
    },
  );

  it('a file ends with a table by source and campaign, but not with --quiet, nor one lead', async () => {
    const rows = Array.from(
      { length: 20 },
      (_, i) =>
        `Lead ${i},${i < 3 ? '12' : `9833${String(i).padStart(6, '0')}`},${i % 2 ? 'Web' : 'Walk-in'},Diwali Offer ${i % 2}`,
    );
    desk.write('groups.csv', `Name,Phone,Source,Campaign Name\n${rows.join('\n')}\n`);
    openTerminal(80);
    type('clear; ./leadpush send groups.csv --to a --config c.yaml', 'Enter');
    const whole = await shown(/\d+ created +accepted/);
    expect(whole).toMatch(
      /SOURCE +CAMPAIGN +LEADS +CREATED +DUPLICATE +PROBLEMS\nWalk-in +Diwali Offer 0 +10 +8 +0 +2 \(20%\)\nWeb +Diwali Offer 1 +10 +9 +0 +1 \(10%\)/,
    );
    type('clear; ./leadpush send groups.csv --to a --config c.yaml --quiet --repeat; echo over', 'Enter');
    expect(await shown(/^over/m)).not.toContain('CAMPAIGN');
    type('clear; ./leadpush send --phone 9844012345 --source Web --to a --config c.yaml; echo over', 'Enter');
    expect(await shown(/^over/m)).not.toContain('CAMPAIGN');
  });

  it('no bar in CI', async () => {
    openTerminal(80, { CI: '1' });
    type('clear; ./leadpush send leads.csv --to a --config c.yaml --limit 150', 'Enter');
    const whole = await shown(/150 created {3}/);
    expect(whole).not.toMatch(/[█░]/);
    expect(whole.match(/✓ created/g)?.length).toBe(150);
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

// A ledger that leadpush 0.1.0 wrote (fixtures/ledgers): whatever is renamed inside, no key in it may be forgotten.
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk, type Ended, type Line, linesOf, ROOT, type SandboxProcess, startSandbox } from './leadpush.ts';

const FIXTURES = join(ROOT, 'fixtures/ledgers');
/** The address is part of a key, so it cannot be a free one. */
const PORT = 18_119;

let desk: Desk;
beforeAll(() => {
  desk = new Desk();
  for (const name of readdirSync(FIXTURES)) copyFileSync(join(FIXTURES, name), join(desk.folder, name));
});
afterAll(() => desk.remove());

const call = (...args: readonly string[]): Promise<Ended> =>
  desk.run([...args, '--json', '--ledger', '0.1.0.db']);
const send = (...args: readonly string[]) => call('send', ...args, '--config', '0.1.0.yaml', '--yes');

/** What the old runs said of each key, by phone and target: the newest counts. */
const SENT = ['a', 'p', 'sandbox-anarock', 'sandbox-paramantra'].flatMap((target) =>
  ['+919820010001', '+919820010002', '+919820010003', '+971501234567'].map((phone) => `${target} ${phone}`),
);
const SENT_TO_TWO = ['a', 'p'].flatMap((target) =>
  ['+919820010011', '+919820010012'].map((phone) => `${target} ${phone}`),
);

const placeOf = ({ target, phone }: Line) => `${target} ${phone}`;

it('lists its runs, and what became of each lead', async () => {
  const runs = linesOf((await call('runs')).stdout);
  expect(runs.map(({ run, state, exitStatus }) => [run, state, exitStatus])).toEqual([
    ['4DH2MGXQ', 'ended', 5],
    ['AC8W5RJY', 'ended', 1],
    ['ZYKHAV17', 'ended', 1],
    ['V9T0TM2S', 'ended', 0],
    ['Y7AFJVWY', 'ended', 1],
  ]);
  const statuses: Record<string, unknown[]> = {};
  for (const run of ['Y7AFJVWY', 'V9T0TM2S', 'ZYKHAV17', 'AC8W5RJY', '4DH2MGXQ']) {
    const results = linesOf((await call('show', run)).stdout).filter(({ type }) => type === 'result');
    statuses[run] = results.map(({ target, status, leadId }) => `${target} ${status} ${leadId}`);
  }
  expect(statuses['Y7AFJVWY']).toHaveLength(28);
  expect(statuses['V9T0TM2S']).toEqual([
    'a created 17869',
    'p duplicate 2886',
    'a created 17870',
    'p duplicate 2887',
  ]);
  const four = (status: string) => ['a', 'p', 'a', 'p'].map((target) => `${target} ${status} null`);
  expect(statuses['ZYKHAV17']).toEqual(four('rejected'));
  expect(statuses['AC8W5RJY']).toEqual(four('failed'));
  expect(statuses['4DH2MGXQ']).toEqual(four('unknown'));
});

it('knows every key: nothing that was sent would be sent again', async () => {
  const dryRun = async (files: readonly string[], targets: string) =>
    linesOf((await send(...files, '--to', targets, '--dry-run')).stdout);
  const known = (lines: readonly Line[]) =>
    lines
      .filter((line) => JSON.stringify(line['duplicateOf'] ?? null).includes('"by":"ledger"'))
      .map(placeOf);

  const first = await dryRun(['created.csv'], 'a,p,sandbox-anarock,sandbox-paramantra');
  expect(known(first).sort()).toEqual([...SENT].sort());
  expect(first.at(-1)).toMatchObject({ type: 'summary', wouldSend: 0, duplicate: SENT.length + 4 });

  const second = await dryRun(['duplicate.csv'], 'a,p');
  expect(known(second).sort()).toEqual([...SENT_TO_TWO].sort());
  expect(second.at(-1)).toMatchObject({ type: 'summary', wouldSend: 0 });

  const third = await dryRun(['rejected.csv', 'failed.csv', 'unknown.csv'], 'a,p');
  expect(third.at(-1)).toMatchObject({ type: 'summary', wouldSend: 12, duplicate: 0 });
});

it('asks about what is unknown before it sends that, and sends only what was not taken', async () => {
  const sandbox = await startSandboxAt(PORT);
  const stats = async (): Promise<Line> =>
    JSON.parse(await (await fetch(`${sandbox.url}/__sandbox/stats`)).text());
  try {
    const files = ['created.csv', 'duplicate.csv', 'rejected.csv', 'failed.csv', 'unknown.csv'];
    const results = linesOf((await send(...files, '--to', 'a,p')).stdout);
    const sent = results.filter(({ status }) => status === 'created');
    expect(sent.map(({ file }) => file).sort()).toEqual(
      ['failed.csv', 'rejected.csv', 'unknown.csv'].flatMap((name) => [name, name, name, name]),
    );
    // Anarock is asked, twice each since nothing is found; Paramantra tells when it is sent again.
    expect(await stats()).toMatchObject({ posts: 12, asks: 4, created: 12 });
    // Under the id of the run that left it open (Paramantra is given none).
    const held = (await sandbox.leads()).map((lead) => JSON.stringify(lead));
    expect(held.filter((lead) => lead.includes('4DH2MGXQ-'))).toHaveLength(2);

    const again = linesOf((await send(...files, '--to', 'a,p')).stdout);
    expect(again.at(-1)).toMatchObject({ created: 0, invalid: 4, duplicate: 26 });
    expect(await stats()).toMatchObject({ posts: 12 });
  } finally {
    await sandbox.close();
  }
});

it('of a run that does not know where it sent, the keys tell that its unknown leads go to another account', async () => {
  const config = readFileSync(join(FIXTURES, '0.1.0.yaml'), 'utf8');
  for (const [channel, warned] of [
    ['other', 4],
    ['sandbox', 2],
  ] as const) {
    copyFileSync(join(FIXTURES, '0.1.0.db'), join(desk.folder, `${channel}.db`));
    desk.write(
      'moved.yaml',
      config
        .replace('channel: sandbox', `channel: ${channel}`)
        .replace('appName: sandbox-app', 'appName: another'),
    );
    const retry = ['retry', '4DH2', '--unknown', '--ledger', `${channel}.db`, '--config', 'moved.yaml'];
    const { stdout } = await desk.run([...retry, '--retries', '0', '--json', '--yes']);
    const warnings = linesOf(stdout).filter((line) =>
      JSON.stringify(line['warnings'] ?? []).includes('went to another address, channel or account'),
    );
    expect([channel, warnings.length]).toEqual([channel, warned]);
  }
});

describe('rows that 0.1.0 read by another of their numbers', () => {
  const PLACES = ['exports', 'cases', 'ledgers'].map((name) => join(ROOT, 'fixtures', name));
  const SENT_THEN: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
    readFileSync(join(FIXTURES, '0.1.0-readings.json'), 'utf8'),
  );
  const files = Object.keys(SENT_THEN);
  const NEW = ['other-numbers.csv 4'];
  const places = (lines: readonly Line[]) =>
    lines.map(({ file, record }) => `${file} ${record}`).filter((place, i, all) => all.indexOf(place) === i);
  const sentAgain = (lines: readonly Line[]) =>
    lines.filter((line) => SENT_THEN[String(line['file'])]?.[String(line['record'])] !== undefined);
  const run = async (...args: readonly string[]) => {
    const ledger = ['--config', '0.1.0.yaml', '--ledger', '0.1.0-readings.db'];
    return linesOf((await desk.run(['send', ...args, '--to', 'a,p', ...ledger, '--yes', '--json'])).stdout);
  };
  const ACRES = '99acres_flat.csv';
  const runAll = async () => [
    ...(await run(...files.filter((file) => file !== ACRES))),
    ...(await run(ACRES, '--preset', '99acres')),
  ];
  /** One file a call: a request names its record only. */
  const dryRuns = async () => {
    const lines: Line[] = [];
    for (const file of files) {
      const preset = file === ACRES ? ['--preset', '99acres'] : [];
      for (const line of await run(file, '--dry-run', ...preset)) lines.push({ ...line, file });
    }
    return lines;
  };
  let dry: readonly Line[] = [];

  beforeAll(() => {
    for (const file of files) {
      const from = PLACES.map((place) => join(place, file)).find((path) => existsSync(path));
      if (from === undefined) throw new Error(`${file} is in no folder of fixtures`);
      copyFileSync(from, join(desk.folder, file));
    }
  });

  it('a dry run sends none of them, and still what is new', { timeout: 120_000 }, async () => {
    dry = await dryRuns();
    const requests = dry.filter(({ type }) => type === 'request');
    expect(places(sentAgain(requests))).toEqual([]);
    expect(places(requests)).toEqual(expect.arrayContaining(NEW));
    const known = dry.filter(({ duplicateOf }) => JSON.stringify(duplicateOf ?? null).includes('"ledger"'));
    expect(sentAgain(known).length).toBeGreaterThan(100);
  });

  it('nor does a run, which says the same, and the next one knows them by their own number', {
    timeout: 120_000,
  }, async () => {
    const sandbox = await startSandboxAt(PORT);
    try {
      const lines = await runAll();
      const results = lines.filter(({ type }) => type === 'result');
      const created = results.filter(({ attempts }) => Number(attempts) > 0);
      expect(places(sentAgain(created))).toEqual([]);
      expect(places(created)).toEqual(expect.arrayContaining(NEW));
      const requests = dry.filter(({ type }) => type === 'request');
      expect(places(created).sort()).toEqual(places(requests).sort());
      const again = await runAll();
      expect(again.filter(({ attempts }) => Number(attempts) > 0)).toEqual([]);
    } finally {
      await sandbox.close();
    }
  });
});

/** Another run of this test on the same machine may have the port for a moment. */
async function startSandboxAt(port: number): Promise<SandboxProcess> {
  for (let tries = 1; ; tries++) {
    try {
      return await startSandbox(desk, ['--seed', '7', '--port', String(port)]);
    } catch (error) {
      if (tries === 40) throw error;
      await sleep(500);
    }
  }
}

// What a command advises, it can do: every option that a message names is one of the command's own, unless it stands in
// another command that is written whole.
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { deskWithSandbox } from './desk-with-sandbox.ts';
import type { Call } from './leadpush.ts';

const { desk } = await deskWithSandbox();
desk.write('leads.csv', 'Name,Phone\nAsha,9876500001\n');
desk.write('text.db', 'not a database, but long enough that nobody takes it for an empty file');
chmodSync(desk.write('everyone.db', 'anything'), 0o666);
mkdirSync(join(desk.folder, 'folder'));
desk.write('broken.yaml', 'targets: [');
for (const [name, sql] of [
  ['other.db', 'CREATE TABLE mine (x)'],
  ['newer.db', 'CREATE TABLE x (y); PRAGMA application_id = 1819298919; PRAGMA user_version = 999'],
] as const) {
  const db = new Database(join(desk.folder, name), {});
  db.exec(sql);
  db.close();
}

/** With `--ledger`. */
const READERS = ['runs', 'show', 'report', 'retry', 'show latest --json'];
/** Also with `--no-ledger`. */
const SENDERS = [
  'send leads.csv --to a --config c.yaml',
  'send --phone 9876500002 --to a --config c.yaml',
  'send leads.csv --to a --config c.yaml --dry-run',
  'smoke --to sandbox-anarock',
];

const optionsOf = async (call: string): Promise<ReadonlySet<string>> => {
  const [name = '', ...words] = call.split(' ');
  const under = name === 'ledger' || name === 'config' ? words.slice(0, 1) : [];
  const { stdout } = await desk.run([name, ...under, '--help']);
  return new Set(stdout.match(/--[a-z][a-z-]+/g) ?? []);
};

/** The options that a message names, but those of whole commands. */
const named = (text: string): readonly string[] =>
  text.replace(/`?leadpush [a-z]+ [^`\n]*`?/g, '').match(/--[a-z][a-z-]+/g) ?? [];

async function refusal(call: string, more: readonly string[], given: Call = {}): Promise<string> {
  const { stderr, status } = await desk.run([...call.split(' '), ...more], given);
  const own = await optionsOf(call);
  expect({ call, stderr, strange: named(stderr).filter((option) => !own.has(option)) }).toMatchObject({
    strange: [],
  });
  expect(stderr).not.toMatch(/internal error/);
  expect(status).toBe(2);
  return stderr;
}

const PLACES: readonly (readonly [name: string, ledger: string, needless: boolean])[] = [
  ['a folder', 'folder', true],
  ['below a file', 'text.db/l.db', true],
  ['no database', 'text.db', false],
  ['of another program', 'other.db', false],
  ['of a newer version', 'newer.db', false],
  ['in a folder that is not there', 'nowhere/l.db', false],
  ['one that everybody may write', 'everyone.db', false],
];

describe('a ledger that cannot be used', () => {
  it.each(READERS.flatMap((call) => PLACES.map(([name, ledger]) => [call, name, ledger] as const)))(
    '%s: %s',
    async (call, _, ledger) => {
      const said = await refusal(call, ['--ledger', ledger]);
      expect(said).toMatch(ledger.startsWith('nowhere') ? /Correct the path/ : /--ledger FILE/);
      expect(said).not.toContain('--no-ledger');
    },
  );

  it.each(SENDERS.flatMap((call) => PLACES.map((place) => [call, ...place] as const)))(
    '%s: %s',
    async (call, _, ledger, needless) => {
      const said = await refusal(call, ['--ledger', ledger]);
      expect(said.includes('--no-ledger')).toBe(needless);
    },
  );

  it.each(PLACES.slice(0, 5))('ledger copy: %s', async (_, ledger) => {
    expect(await refusal('ledger copy', [ledger, 'to.db'])).toMatch(/[Nn]ame another file\b(?! with)/);
  });

  it.each([...SENDERS, ...READERS])('%s: in a home that is a file', async (call) => {
    const env = { HOME: join(desk.folder, 'text.db') };
    const said = await refusal(call, [], { env });
    expect(said).toContain('--ledger FILE or LEADPUSH_LEDGER');
  });
});

it('a retry knows no --set', async () => {
  const config = (more: string) =>
    `targets:\n  t: { provider: anarock, baseUrl: "http://127.0.0.1:1", channel: c, key: k, retries: 0, ${more} defaults: { campaignId: x } }\n`;
  desk.write('first.yaml', config('sourceIds: optional,'));
  desk.write('second.yaml', config(''));
  await desk.run(['send', 'leads.csv', '--to', 't', '--config', 'first.yaml', '--ledger', 'retry.db']);
  const { stdout } = await desk.run(['retry', '--config', 'second.yaml', '--ledger', 'retry.db']);
  expect(stdout).toContain(
    "Put it into the target's defaults, or correct it in the file and send that again.",
  );
  expect(stdout).not.toContain('--set');
});

describe('other refusals', () => {
  const calls = [...SENDERS, ...READERS].map((call) => call.replace(' --config c.yaml', ''));
  const more = [
    'check leads.csv',
    'verify --phone 9876500001',
    'sources',
    'presets',
    'config show',
    'providers',
  ];
  it.each([...calls, ...more])('%s: a configuration that is not there, or is broken', async (call) => {
    await refusal(call, ['--config', 'nowhere.yaml']);
    await refusal(call, ['--config', 'broken.yaml']);
  });

  it.each([
    ['send leads.csv', '--to nope'],
    ['send leads.csv', '--preset nope'],
    ['check leads.csv', '--preset nope'],
    ['presets leads.csv', '--preset nope'],
    ['check leads.csv', '--column Nope=phone'],
    ['check leads.csv', '--set nope=1'],
    ['check leads.csv', '--timezone Nowhere'],
    ['smoke', '--to nope'],
    ['smoke', ''],
    ['sources', '--to nope'],
    ['sources', ''],
    ['verify --phone 9876500001', ''],
    ['verify --phone 12', '--to sandbox-anarock'],
    ['verify --email x', '--to sandbox-anarock'],
    ['show NOPE1234', '--ledger new.db'],
    ['report NOPE1234', '--ledger new.db'],
    ['retry NOPE1234', '--ledger new.db'],
    ['retry --settle', '--failed'],
    ['explain', 'NOPE'],
  ])('%s %s', async (call, rest) => {
    await refusal(call, rest === '' ? [] : rest.split(' '));
  });
});

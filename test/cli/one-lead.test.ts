// One lead from flags: whatever became of it, the last line says what comes next.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eachTest } from './each-test.ts';
import { type Desk, type Ended, linesOf, type SandboxProcess } from './leadpush.ts';

let desk: Desk;
let sandbox: SandboxProcess;
eachTest((given, process) => {
  desk = given;
  sandbox = process;
});

const run = (...args: readonly string[]): Promise<Ended> => desk.run([...args, '--config', 'c.yaml']);
const lastLine = ({ stderr }: Ended): string => stderr.trimEnd().split('\n').at(-1) ?? '';

it('one that was sent earlier to a server of this machine, which may have forgotten it', async () => {
  const send = ['send', '--to', 'a', '--name', 'Asha', '--phone', '9876500071'];
  await run(...send);
  const again = await run(...send);
  expect(lastLine(again)).toBe(
    'Next: if the server was restarted and has forgotten it, as a sandbox has: the same command with --resend',
  );
  expect((await run(...send, '--resend')).stdout).toContain('created');
});

it.each<[given: readonly string[], said: string | null]>([
  [['--sub-source-id', '99'], "the provider's list has no sub-source 99 of source 1."],
  [['--source-id', '99'], "the provider's list has no source 99."],
  [['--set', 'subSourceId=99'], "the provider's list has no sub-source 99 of source 1."],
  [
    ['--source-id', 'google', '--sub-source-id', '99'],
    "the provider's list has no sub-source 99 of source 1.",
  ],
  [['--sub-source-id', '10'], null],
  [[], null],
])('a source that the kept list does not have is told, and sent: %j', async (given, said) => {
  const send = ['send', '--to', 'a', '--name', 'Asha', '--phone', '9876500072', '--resend', ...given];
  const numbers = given.every((word) => !/[a-z]$/.test(word) || word.startsWith('--'));
  // Nobody is asked for it: it is only known once it was listed.
  if (numbers) expect((await run(...send)).stderr).not.toContain("the provider's list");
  await run('sources', '--to', 'a');
  const { stderr, status } = await run(...send);
  expect(status).toBe(0);
  if (said === null) expect(stderr).not.toContain("the provider's list");
  else
    expect(stderr).toContain(
      `leadpush: target "a": ${said} leadpush sends it as it is. \`leadpush sources --to a`,
    );
});

it('a default name that the provider does not have is named as a default', async () => {
  const config = readFileSync(join(desk.folder, 'c.yaml'), 'utf8');
  desk.write('greens.yaml', config.replace(/sourceId: 1\b/, 'sourceId: greens'));
  const args = ['send', '--to', 'a', '--name', 'Asha', '--phone', '9876500075', '--ledger', 'd.db'];
  const sent = await desk.run([...args, '--config', 'greens.yaml']);
  expect(sent.stdout).toMatch(/no source "greens"; it has .*\. It is the default sourceId of target "a"\./);
  const named = await desk.run([...args, '--config', 'greens.yaml', '--source-id', 'reds']);
  expect(named.stdout).toMatch(/no source "reds"; it has [^.]*\.\n/);
});

it.each<[given: readonly string[], unlisted: string | null, listed: string | null]>([
  [
    ['--source', 'facebook'],
    'the default sourceId 1 is sent beside "facebook". --source-id sets another; `leadpush sources --to a',
    'the default sourceId 1 (google) is sent beside "facebook". --source-id 2 is that of facebook.',
  ],
  [
    ['--set', 'source=Facebook'],
    'the default sourceId 1 is sent beside "Facebook".',
    'the default sourceId 1 (google) is sent beside "Facebook". --source-id 2 is that of facebook.',
  ],
  [
    ['--source', 'newsletter'],
    'the default sourceId 1 is sent beside "newsletter".',
    'the default sourceId 1 (google) is sent beside "newsletter". --source-id sets another; `leadpush sources --to a',
  ],
  [
    ['--sub-source', 'google_display'],
    'the default subSourceId 8 is sent beside "google_display".',
    'the default subSourceId 8 (GDN) is sent beside "google_display". --sub-source-id 10 is that',
  ],
  [['--source', 'google'], 'the default sourceId 1 is sent beside "google".', null],
  [['--source', 'facebook', '--source-id', '2', '--sub-source-id', '1'], null, null],
  [['--name', 'R'], null, null],
])(
  'a name of a source beside which the id of another is sent is told: %j',
  async (given, unlisted, listed) => {
    const phone = `98765${String(10_000 + (given[1]?.length ?? 0)).padStart(5, '0')}`;
    const send = ['send', '--to', 'a', '--name', 'Asha', '--phone', phone, '--resend', ...given];
    const notes = async () => {
      const { status, stderr } = await run(...send);
      expect(status).toBe(0);
      return stderr.split('\n').filter((line) => line.includes('is sent beside'));
    };
    for (const expected of [unlisted, listed]) {
      expect(await notes()).toEqual(
        expected === null ? [] : [expect.stringContaining(`leadpush: target "a": ${expected}`)],
      );
      await run('sources', '--to', 'a');
    }
    expect((await sandbox.leads()).at(-1)).toMatchObject({
      fields: { source_id: given.includes('2') ? '2' : '1' },
    });
  },
);

it.each<[how: string, input: readonly string[]]>([
  ['from flags', ['--phone', '9876500081', '--name', 'Asha']],
  ['from a file', ['two.csv']],
])('two targets of one account: the second says so, %s', async (_, input) => {
  desk.write('two.csv', 'Name,Phone\nAsha,9876500082\nAsha,9876500082\n');
  const [, a = ''] = /^( {2}a:[\s\S]*?)^ {2}p:/m.exec(sandbox.config) ?? [];
  desk.write('c.yaml', `${sandbox.config}${a.replace('a:', 'staging:')}`);
  const send = ['send', ...input, '--to', 'a,staging'];
  const twice = input.length === 1 ? 2 : 0;
  const said = /^.*duplicate .* a is the same account: it has this lead(?: as lead \d+)?$/m;
  const dry = await run(...send, '--dry-run');
  const sent = await run(...send);
  const [json] = linesOf((await run('show', '--json')).stdout).filter(({ target }) => target === 'staging');
  expect(json).toMatchObject({ duplicateOf: { by: 'input', record: 1 } });
  for (const { stdout, stderr } of [dry, sent, await run('show')]) {
    expect(stdout).toMatch(said);
    expect(stdout.match(/same as line 2/g) ?? []).toHaveLength(twice);
    expect(stderr).toMatch(
      twice === 0
        ? /1 duplicate another target of the same account has it$/m
        : /3 duplicate 2 twice in this input, 1 another target of the same account has$/m,
    );
  }
});

const RETRY = /leadpush retry \w{8} .*$/;

it.each<[status: string, phone: string, fault: string, kept: RegExp, notKept: RegExp]>([
  ['created', '9876500061', '', /created/, /created/],
  [
    'invalid',
    '12',
    '',
    /^Next: correct what is named above, and send it again$/,
    /^Next: correct what is named/,
  ],
  [
    'rejected',
    '9876500062',
    '422:1',
    /^Next: correct what the provider says of it, and send it again; if the fault was in the target's or the provider's settings: leadpush retry \w{8} --rejected --config c.yaml$/,
    /^Next: correct what the provider says of it, and send it again$/,
  ],
  [
    'failed',
    '9876500063',
    '401:1',
    /^Next: leadpush retry \w{8} --config c.yaml$/,
    /^Next: the same command again; sending it again is safe$/,
  ],
  [
    'unknown',
    '9876500064',
    'lost:1,ask-500:1',
    /^Next: leadpush retry \w{8} --settle --config c.yaml$/,
    /^Next: look it up at the provider before you send it again/,
  ],
])('%s', async (status, phone, fault, kept, notKept) => {
  const quick = sandbox.config.replaceAll(
    /^ {4}baseUrl:/gm,
    '    settleAfter: 50ms\n    retries: 0\n    baseUrl:',
  );
  desk.write('c.yaml', quick);
  const setFaults = (body: string) => fetch(`${sandbox.url}/__sandbox/faults`, { method: 'POST', body });
  const send = ['send', '--to', 'a', '--name', 'Asha', '--phone', phone];
  await setFaults(fault);
  const without = await run(...send, '--no-ledger', '--campaign-id', 'other');
  expect(lastLine(without)).toMatch(notKept);
  const ran = await run(...send);
  await setFaults('');
  expect(ran.stdout).toContain(status);
  expect(lastLine(ran)).toMatch(kept);
  const [command] = RETRY.exec(lastLine(ran)) ?? [];
  if (command === undefined) return;
  const again = await desk.paste(`${command} --json`);
  expect(linesOf(again.stdout)[0]?.['status']).toBe('created');
});

it.each<[string, readonly string[], string, string]>([
  [
    'send',
    ['send', '--to', 'a', '--name', 'R K', '--phone', '+91', '99889', '98891'],
    'cut the number',
    '--phone "+91',
  ],
  [
    'send, in quotes that Windows does not know',
    ['send', '--to', 'a', '--phone', "'+91", '99889', "98891'"],
    'cut the number',
    '--phone "+91',
  ],
  ['verify', ['verify', '--to', 'a', '--phone', '+91', '99889', '98891'], 'cut the number', '--phone "+91'],
  ['smoke', ['smoke', '--to', 'a', '--phone', '(080)', '2412-3456'], 'cut the number', '--phone "+91'],
  [
    'a name',
    ['send', '--to', 'a', '--name', 'R', 'K', '--phone', '+919988998891'],
    '"K" is taken for one',
    '--name "Asha Verma"',
  ],
])('a value of several words without quotes: %s', async (_, args, message, hint) => {
  const { status, stderr } = await run(...args);
  expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
  expect(stderr).toContain(hint);
});

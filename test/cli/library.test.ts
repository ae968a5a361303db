// `import { push } from 'leadpush'`: the built library in a program of its own, with an empty HOME, against the built-in
// sandbox and one in another process.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deskWithSandbox } from './desk-with-sandbox.ts';
import { ended, ROOT } from './leadpush.ts';

const { desk, sandbox } = await deskWithSandbox();

/** Runs statements that call `push` and `print`. @returns what they printed; the library itself prints nothing */
async function program(statements: string): Promise<readonly unknown[]> {
  const library = JSON.stringify(join(ROOT, 'dist/index.js'));
  const path = desk.write(
    'program.mjs',
    `import { push, UsageError } from ${library};
const print = (value) => console.log(JSON.stringify(value ?? null));
const refusal = (call) => call.then(() => 'nothing', (error) => [error instanceof UsageError, error.message]);
${statements}`,
  );
  const run = await ended(spawn(process.execPath, [path], { cwd: desk.folder, env: desk.env() }));
  expect(run).toMatchObject({ status: 0, stderr: '' });
  return run.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}

describe('push', () => {
  it('one lead, values as a program has them', async () => {
    const [pushed] = await program(`
      const lead = { phone: '+91 98765 00001', name: 'Asha', apartmentTypes: ['2bhk', '3bhk'], budget: '50L-1.2 Cr',
        contactedAt: new Date(1_700_000_000_000), homeloanRequired: true };
      print(await push(lead, { to: 'sandbox-anarock' }));`);
    expect(pushed).toMatchObject({
      exitStatus: 0,
      summary: { records: 1, counts: { created: 1 } },
      results: [{ record: 1, status: 'created', phone: '+919876500001', errors: [], warnings: [] }],
    });
  });

  it('many leads to several targets: results in input order, targets in the order of `to`', async () => {
    const [status, results] = await program(`
      async function* leads() { yield { phone: '9876500002' }; yield { phone: 'abc' }; yield { Mobile: '9876500002' }; }
      const pushed = await push(leads(), { to: ['p', 'a'], config: 'c.yaml' });
      print(pushed.exitStatus);
      print(pushed.results.map((one) => [one.record, one.target, one.status, one.file, one.duplicateOf?.file ?? null]));`);
    expect(status).toBe(1);
    expect(results).toEqual([
      [1, 'p', 'created', null, null],
      [1, 'a', 'created', null, null],
      [2, 'p', 'invalid', null, null],
      [2, 'a', 'invalid', null, null],
      [3, 'p', 'duplicate', null, null],
      [3, 'a', 'duplicate', null, null],
    ]);
    expect(await sandbox.leads()).toHaveLength(2);
  });

  it('knows what an earlier run sent', async () => {
    const [first, second] = await program(`
      const send = async () => (await push({ phone: '9876500003' }, { to: 'a', config: 'c.yaml' })).results[0];
      print(await send());
      print(await send());`);
    expect(first).toMatchObject({ status: 'created' });
    expect(second).toMatchObject({ status: 'duplicate', duplicateOf: { by: 'ledger' } });
  });

  it('no leads are an empty run', async () => {
    const [pushed] = await program(`print(await push([], { to: 'sandbox-anarock' }));`);
    expect(pushed).toMatchObject({ exitStatus: 0, summary: { records: 0 }, results: [] });
  });

  it('hands each result on, and keeps none', async () => {
    const printed = await program(`
      const leads = [{ phone: '9876500004' }, { phone: '9876500005' }];
      const { results } = await push(leads, { to: 'a', config: 'c.yaml', onResult: (one) => print(one.record) });
      print(results);`);
    expect(printed).toEqual([1, 2, []]);
  });

  it('an abort before the start sends nothing', async () => {
    const before = (await sandbox.leads()).length;
    const [pushed] = await program(
      `print(await push([{ phone: '9876500006' }], { to: 'a', config: 'c.yaml', signal: AbortSignal.abort() }));`,
    );
    expect(pushed).toMatchObject({ exitStatus: 130, summary: { counts: { created: 0 } } });
    expect(await sandbox.leads()).toHaveLength(before);
  });
});

describe('what is thrown', () => {
  it.each<[string, string, boolean, RegExp]>([
    ['no target', `[{ phone: '1' }], { to: [] }`, true, /expected names of targets/],
    ['an unknown target', `[{ phone: '1' }], { to: 'nope' }`, true, /There is no target "nope"/],
    [
      'an unknown field',
      `[{}], { to: 'a', config: 'c.yaml', set: { campaingId: 'x' } }`,
      true,
      /did you mean "campaignId"/i,
    ],
    ['no concurrency', `[{}], { to: 'a', config: 'c.yaml', concurrency: 0 }`, true, /at least 1, found "0"/],
    [
      'what the leads throw',
      `(function* () { yield { phone: '9876500007' }; throw new Error('mine'); })(), { to: 'a', config: 'c.yaml' }`,
      false,
      /^mine$/,
    ],
    [
      'what the leads throw at once',
      `(function* () { throw new Error('mine'); })(), { to: 'a', config: 'c.yaml' }`,
      false,
      /^mine$/,
    ],
    [
      'what onResult throws',
      `{ phone: '9876500008' }, { to: 'a', config: 'c.yaml', onResult: () => { throw new Error('mine'); } }`,
      false,
      /^mine$/,
    ],
  ])('%s', async (_, call, usage, message) => {
    expect(await program(`print(await refusal(push(${call})));`)).toEqual([
      [usage, expect.stringMatching(message)],
    ]);
  });
});

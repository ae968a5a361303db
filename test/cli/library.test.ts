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

it('options that are undefined are not given', async () => {
  const [pushed] = await program(
    `print(await push([{ phone: '9876500009' }], { to: 'sandbox-anarock', ledger: undefined, signal: undefined, set: undefined, env: undefined }));`,
  );
  expect(pushed).toMatchObject({ exitStatus: 0, summary: { counts: { created: 1 } } });
});

it.each([
  ['a folder', `'.'`],
  ['below a file', `'c.yaml/l.db'`],
])('a ledger that cannot be used: its own option is named, for %s', async (_, ledger) => {
  const printed = await program(
    `print(await push([{}], { to: 'sandbox-anarock', ledger: ${ledger} }).catch((error) => [error instanceof UsageError, error.hint]));`,
  );
  const hint = /name another file with the option ledger, or send without one: ledger: false\.$/i;
  expect(printed).toEqual([[true, expect.stringMatching(hint)]]);
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
    ['nothing to send', `null, { to: 'a' }`, true, /^leads: expected an object, a list .*, found null\.$/],
    ['no leads at all', `undefined, { to: 'a' }`, true, /^leads: .*found undefined/],
    ['a text', `'9876500001', { to: 'a' }`, true, /^leads: .*found a text/],
    ['bytes', `Buffer.from('x'), { to: 'a' }`, true, /^leads: .*found bytes/],
    ['a promise', `Promise.resolve([]), { to: 'a' }`, true, /^leads: .*found a promise/],
    ['no options', `[{ phone: '1' }]`, true, /^options: expected an object with to, found undefined/],
    [
      'options that are a name',
      `[{ phone: '1' }], 'a'`,
      true,
      /^options: expected an object with to, found a text/,
    ],
    ['options without a target', `[{ phone: '1' }], {}`, true, /^to is missing\.$/],
    [
      'a mistyped option',
      `[{}], { to: 'a', concurency: 1 }`,
      true,
      /^options\.concurency: unknown option, did you mean "concurrency"\?$/,
    ],
    ['an unknown option', `[{}], { to: 'a', colour: 1 }`, true, /^options\.colour: unknown option\.$/],
    ['an inherited name', `[{}], { to: 'a', toString: 1 }`, true, /^options\.toString: unknown option/],
    [
      'a target that is a number',
      `[{}], { to: 5 }`,
      true,
      /^to: expected a name or a list of names, found a number/,
    ],
    [
      'a list of other things',
      `[{}], { to: ['a', 5] }`,
      true,
      /^to: expected a name or a list of names, found a list/,
    ],
    [
      'a word for true',
      `[{}], { to: 'a', resend: 'yes' }`,
      true,
      /^resend: expected true or false, found a text/,
    ],
    ['a number in quotes', `[{}], { to: 'a', rate: '5' }`, true, /^rate: expected a number, found a text/],
    [
      'true for a ledger',
      `[{}], { to: 'a', ledger: true }`,
      true,
      /^ledger: expected a text or false, found a boolean/,
    ],
    ['a list of defaults', `[{}], { to: 'a', set: [] }`, true, /^set: expected an object, found a list/],
    ['no signal', `[{}], { to: 'a', signal: {} }`, true, /^signal: expected an AbortSignal, found an object/],
    [
      'no function',
      `[{}], { to: 'a', onResult: {} }`,
      true,
      /^onResult: expected a function, found an object/,
    ],
    [
      'an unknown country',
      `[{}], { to: 'a', set: { country: 'Inda' } }`,
      true,
      /^set\.country: .*Did you mean "India"\?$/,
    ],
    ['an unknown region', `[{}], { to: 'a', region: 'UK' }`, true, /^region: .*Did you mean "GB"\?$/],
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

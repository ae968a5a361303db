// One lead from flags: whatever became of it, the last line says what comes next.
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

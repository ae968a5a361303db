// A phone that belongs to no lead, given to `verify`, `smoke` or as testPhone: what is wrong with it and what to type, and
// nothing of leads that are sent again.
import { expect, it } from 'vitest';
import { deskWithSandbox } from './desk-with-sandbox.ts';

const { desk, sandbox } = await deskWithSandbox();
const NEXT = "Give the whole number with + and the country code, such as --phone '+91 99889 98899'.";

const WRONG: readonly (readonly [string, string])[] = [
  ['12', 'Not a valid phone number in India (IN): it has 2 digits.'],
  ['', 'The phone is missing.'],
  ['abc', 'Not a valid phone number: it is text without a number.'],
  ['9.98878E+09', 'A spreadsheet rounded this phone to scientific notation, and its last digits are lost.'],
  ['9999999999', 'The phone is a placeholder, not a real number.'],
  ['98xxxxxx01', 'Not a valid phone number: some of its digits are masked.'],
  ['1800 123 4567', 'Not a personal phone number: it is a toll-free or service number.'],
  ['98117*00058', 'Not a valid phone number: the sign * stands among the digits.'],
  ['98117OOO56', 'Not a valid phone number: the letter O stands among the digits, where 0 may be meant.'],
  ['12/05/2026', 'Not a valid phone number: the sign / stands among the digits.'],
  ['+1 212', 'Not a valid phone number: it has 3 digits after +1.'],
  ['+91 98765 432', 'Not a valid phone number: it has 8 digits after +91.'],
  ['+999 98765 432', 'Not a valid phone number: it has 11 digits.'],
];

it.each(['verify', 'smoke'].flatMap((name) => WRONG.map(([phone, wrong]) => [name, phone, wrong] as const)))(
  '%s --phone "%s"',
  async (name, phone, wrong) => {
    const run = await desk.run([name, '--to', 'a', '--config', 'c.yaml', '--phone', phone]);
    expect(run).toMatchObject({ stdout: '', stderr: `leadpush: --phone: ${wrong}\n${NEXT}\n`, status: 2 });
  },
);

it.each([
  ['smoke', 'testPhone of target "a": Not a valid phone number in India (IN): it has 6 digits.'],
  ['check', 'testPhone: Not a valid phone number in India (IN): it has 6 digits.'],
])('%s: a testPhone is not called --phone', async (name, message) => {
  desk.write('test-phone.yaml', sandbox.config.replace('  a:\n', '  a:\n    testPhone: "123456"\n'));
  const { stdout, stderr } = await desk.run([name, '--to', 'a', '--config', 'test-phone.yaml']);
  expect(stdout + stderr).toContain(message);
  expect(stdout + stderr).not.toMatch(/--phone|send this lead/);
});

it('a testPhone that is no number: what is expected, with nothing masked', async () => {
  desk.write('test-phone.yaml', sandbox.config.replace('  a:\n', '  a:\n    testPhone: mine\n'));
  const { stderr, status } = await desk.run(['verify', '--to', 'a', '--config', 'test-phone.yaml']);
  expect(status).toBe(2);
  expect(stderr).toContain('targets.a.testPhone: expected a phone with + and its country code\n');
});

it('an example is not masked in the report of a smoke test, where the number of the call is', async () => {
  const args = ['--to', 'a', '--config', 'c.yaml', '--junit', 'j.xml'];
  await desk.run(['smoke', ...args, '--phone', '12']);
  expect(desk.read('j.xml')).toContain("such as --phone '+91 99889 98899'.");
});

it.each([
  ['send --phone 12', 'in India (IN): it has 2 digits'],
  ['send --phone 12 --region AE', 'in United Arab Emirates (AE): it has 2 digits'],
  ['send --phone 12 --country +999', 'in India (IN): it has 2 digits'],
  [
    'send --phone 971501234567',
    'not valid in India (IN); it was read as a number from United Arab Emirates (AE)',
  ],
])('%s: a country has its name', async (call, message) => {
  const { stdout } = await desk.run([...call.split(' '), '--to', 'sandbox-anarock', '--dry-run']);
  expect(stdout).toContain(message);
});

it.each([
  ['022/67721234', '+912267721234'],
  ['98117:00059', '+919811700059'],
])('send --phone %s --dry-run --json: the number that a sign splits', async (phone, expected) => {
  const call = ['send', '--phone', phone, '--to', 'sandbox-anarock', '--dry-run', '--json'];
  const { stdout, status } = await desk.run(call);
  expect(JSON.parse(stdout.split('\n')[0] ?? '')).toMatchObject({ lead: { phone: expected } });
  expect(status).toBe(0);
});

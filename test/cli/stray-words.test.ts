// A phone, a target or a time that stands as a word of its own: the message says which option it goes with.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Desk } from './leadpush.ts';

let desk: Desk;
beforeAll(() => {
  desk = new Desk();
  desk.write(
    '.leadpushrc',
    'targets:\n  greens: { provider: anarock, channel: c, key: not-a-real-key, baseUrl: "http://127.0.0.1:9" }\n',
  );
});
afterAll(() => desk.remove());

const HELP = 'Run with --help to see what there is.';

it.each<[args: readonly string[], hint: string]>([
  [['verify', '9988998899'], 'Write --phone before the number.'],
  [['verify', '+91 99889 98899'], 'Write --phone before the number.'],
  [['lookup', '(022) 6700-1234', '--to', 'greens'], 'Write --phone before the number.'],
  [['verify', '98450', '88005'], 'Write --phone before the number, in double quotes where it has blanks.'],
  [['smoke', '+91', '98450'], 'Write --phone before the number, in double quotes where it has blanks.'],
  [['verify', 'asha@example.com'], 'Write --email before the address.'],
  [['verify', 'greens'], 'Write --to before the name of a target.'],
  [['smoke', 'greens'], 'Write --to before the name of a target.'],
  [['smoke', '9988998899'], 'Write --phone before the number.'],
  [['sources', 'greens'], 'Write --to before the name of a target.'],
  [['runs', '7d'], 'Write --since before the time.'],
  [['runs', '2026-11-24'], 'Write --since before the time.'],
  [['runs', '7F3K'], 'leadpush show RUN shows one run.'],
  [['sandbox', '8080'], 'Write --port before the port.'],
  [['init', 'anarock'], 'Write --provider before the name of a provider.'],
  [
    ['explain', 'phone', 'invalid'],
    'A code is one word, such as PHONE_INVALID; `leadpush explain` lists them all.',
  ],
  [['show', '7F3K', '9ABC'], HELP],
  [['ledger', 'copy', 'a', 'b', 'c'], HELP],
  [['send', '9988998899', '--to', 'greens'], 'Write --phone before the number.'],
  [['send', 'greens'], 'Write --to before the name of a target.'],
  [['send', 'sandbox-anarock'], 'Write --to before the name of a target.'],
  [['check', 'greens'], 'Write --to before the name of a target.'],
  [['check', '9988998899'], 'One lead is looked at with `leadpush send --phone` and --dry-run.'],
])('%j', async (args, hint) => {
  const ran = await desk.run(args);
  expect(ran).toMatchObject({ status: 2, stdout: '' });
  expect(ran.stderr.trimEnd().split('\n').at(-1)).toBe(hint);
  expect(ran.stderr).not.toContain('88998899');
});

it.each([['greens'], ['9988998899']])('a file of the name %s is read', async (name) => {
  desk.write(name, 'Name,Phone\nAsha,9876543210\n');
  expect(await desk.run(['check', name])).toMatchObject({ status: 0 });
});

it.each<[args: readonly string[], option: string, next: string]>([
  [['smoke', '--junit', '--no-ledger'], '--junit', '--no-ledger'],
  [['send', 'leads.csv', '--to', '--json'], '--to', '--json'],
  [['send', '--phone', '--dry-run'], '--phone', '--dry-run'],
  [['send', 'leads.csv', '--column', '--yes', '--set', 'city=Pune'], '--column', '--yes'],
  [['runs', '--ledger', '--json'], '--ledger', '--json'],
])('%j: an option is no value of another', async (args, option, next) => {
  expect(await desk.run(args)).toEqual({
    status: 2,
    signal: null,
    stdout: '',
    stderr: `leadpush: ${option}: the value is missing: the next word is the option ${next}.\nGive it one; a variable in its place may be empty.\n`,
  });
});

// `leadpush send` as a user runs it: the main job, end to end.
import { describe, expect, it } from 'vitest';
import { deskWithSandbox } from './desk-with-sandbox.ts';
import { linesOf } from './leadpush.ts';

const { desk } = await deskWithSandbox();

describe('one lead from flags', () => {
  it('to the built-in sandbox', async () => {
    const phone = ['--phone', '+91 99889 98899', '--name', 'Rahul Kumar', '--budget', '50L-1.2 Cr'];
    const { stdout, status } = await desk.run(['send', '--to', 'sandbox-anarock', ...phone, '--json']);
    const [result, summary] = linesOf(stdout);
    expect(result).toMatchObject({
      type: 'result',
      file: null,
      record: 1,
      line: null,
      target: 'sandbox-anarock',
      provider: 'anarock',
      status: 'created',
      phone: '+919988998899',
      leadId: expect.stringMatching(/^\d+$/),
      duplicateOf: null,
      errors: [],
      warnings: [],
      attempts: 1,
    });
    expect(summary).toMatchObject({ type: 'summary', records: 1, created: 1, unknown: 0 });
    expect(status).toBe(0);
  });

  it('to the built-in sandbox with a ledger that was named: known the second time, by a dry run too', async () => {
    const args = ['send', '--to', 'sandbox-anarock', '--phone', '9876543210', '--ledger', 'l.db', '--json'];
    const first = linesOf((await desk.run(args)).stdout)[0];
    expect(first).toMatchObject({ status: 'created' });
    const known = { status: 'duplicate', leadId: first?.['leadId'], duplicateOf: { by: 'ledger' } };
    expect(linesOf((await desk.run(args)).stdout)[0]).toMatchObject(known);
    expect(linesOf((await desk.run([...args, '--dry-run'])).stdout)[0]).toMatchObject(known);
  });
});

it('shows its options in groups, the ten that most calls need first', async () => {
  const { stdout } = await desk.run(['send', '--help']);
  const groups = stdout
    .split(/\n\n/)
    .map((part) => ({
      heading: part.split('\n')[0],
      flags: [...part.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag),
    }))
    .filter(({ flags }) => flags.length > 0);
  expect(groups.map(({ heading }) => heading)).toEqual([
    'Used most:',
    'Target:',
    'Fields of the lead:',
    'Reading:',
    'Values:',
    'Sending:',
    'Output:',
    'Memory:',
    'Options:',
  ]);
  expect(groups[0]?.flags).toHaveLength(10);
});

it('--to given twice means both, as with a comma', async () => {
  const both = [
    '--to',
    'sandbox-anarock',
    '--to',
    'sandbox-paramantra,sandbox-anarock',
    '--dry-run',
    '--json',
  ];
  const { stdout, status } = await desk.run(['send', '--phone', '9876511103', ...both]);
  const requests = linesOf(stdout).filter(({ type }) => type === 'request');
  expect([status, requests.map(({ target }) => target)]).toEqual([
    0,
    ['sandbox-anarock', 'sandbox-paramantra'],
  ]);
});

it('a dry run and the run after it agree on every lead', async () => {
  desk.write(
    'both.csv',
    'Name,Phone,City\nAsha,9876511101,Pune\nBinu,9.19877E+11,Kochi\nAsha,+91 98765 11101,Pune\nTest,,\nChand,9876511102,Delhi\n',
  );
  const call = ['send', 'both.csv', '--to', 'a,p', '--config', 'c.yaml', '--ledger', 'both.db', '--json'];
  const told = async (more: readonly string[]) =>
    linesOf((await desk.run([...call, ...more])).stdout)
      .filter(({ type }) => type !== 'summary')
      .map(({ type, target, record, status, errors, warnings }) => ({
        target,
        record,
        status: type === 'request' ? 'created' : status,
        errors: errors ?? [],
        warnings,
      }));
  const before = await told(['--dry-run']);
  const run = await told([]);
  expect(before).toEqual(run);
  // What is known by then is said by both.
  expect((await told(['--dry-run'])).filter(({ status }) => status === 'created')).toEqual([]);
});

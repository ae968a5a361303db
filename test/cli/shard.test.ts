// `--shard I/N`: machines that share one input send each record once.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk, type Ended, type Line, linesOf } from './leadpush.ts';

const LEADS = 40;
const TO = ['--to', 'sandbox-anarock', '--json'];

let desk: Desk;

beforeEach(() => {
  desk = new Desk();
  const rows = Array.from(
    { length: LEADS },
    (_, i) => `Person ${i},${i % 8 === 7 ? 'none' : `+9198200${10_000 + i}`}`,
  );
  // Twins come to one machine, or both would be sent.
  desk.write('leads.csv', `Name,Phone\n${[...rows, rows[0], rows[1]].join('\n')}\n`);
});
afterEach(() => desk.remove());

const records = ({ stdout }: Ended): readonly unknown[] =>
  linesOf(stdout)
    .filter(({ type }) => type !== 'summary')
    .map(({ record }) => record);
const summaryOf = ({ stdout }: Ended): Line => linesOf(stdout).at(-1) ?? {};

describe('shards of a file', () => {
  it.each([
    ['sent', []],
    ['previewed', ['--dry-run']],
  ])('have each record once, %s', async (_, more) => {
    const parts = await Promise.all(
      ['1/3', '2/3', '3/3'].map((shard) => desk.run(['send', 'leads.csv', ...TO, ...more, '--shard', shard])),
    );
    const all = parts.flatMap(records);
    expect(all.toSorted((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: LEADS + 2 }, (_, i) => i + 1),
    );
    for (const part of parts) {
      const { records: own, otherShards } = summaryOf(part);
      expect(own).toBe(records(part).length);
      expect(Number(own) + Number(otherShards)).toBe(LEADS + 2);
      expect(Number(own)).toBeGreaterThan(0);
    }
    const twins = parts
      .flatMap(({ stdout }) => linesOf(stdout))
      .filter(({ status }) => status === 'duplicate');
    expect(twins.map(({ record, duplicateOf }) => [record, duplicateOf])).toMatchObject(
      [
        [LEADS + 1, { by: 'input', record: 1 }],
        [LEADS + 2, { by: 'input', record: 2 }],
      ].filter(([record]) => twins.some((twin) => twin['record'] === record)),
    );
    expect(twins).toHaveLength(2);
  });

  it('are what --limit and --rejects count', async () => {
    const all = records(await desk.run(['send', 'leads.csv', ...TO, '--shard', '2/2']));
    const some = await desk.run([
      'send',
      'leads.csv',
      ...TO,
      '--shard',
      '2/2',
      '--limit',
      '9',
      '--rejects',
      'r.csv',
    ]);
    expect(records(some)).toEqual(all.slice(0, 9));
    const invalid = linesOf(some.stdout).filter(({ status }) => status === 'invalid');
    expect(invalid.length).toBeGreaterThan(0);
    expect(desk.read('r.csv').trim().split('\n')).toHaveLength(1 + invalid.length);
  });

  it('are told to a person', async () => {
    const { stderr } = await desk.run(['send', 'leads.csv', '--to', 'sandbox-anarock', '--shard', '1/2']);
    expect(stderr).toMatch(/: \d+ records \(and \d+ of other shards\) to sandbox-anarock/);
  });

  it.each([
    ['leads.csv', ['--shard', '3/2'], /--shard: expected I\/N, such as 1\/3/],
    ['one lead', ['--phone', '+919820012345', '--shard', '1/2'], /--shard: one lead from flags has no parts/],
  ])('are refused for %s with %j', async (file, args, message) => {
    const files = file === 'one lead' ? [] : [file];
    const { status, stderr } = await desk.run(['send', ...files, '--to', 'sandbox-anarock', ...args]);
    expect({ status, stderr }).toMatchObject({ status: 2, stderr: expect.stringMatching(message) });
  });
});

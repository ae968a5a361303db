// Files in bulk, of every kind, to both targets at once against the sandbox in another process: every record is accounted
// for, in input order.
import { describe, expect, it } from 'vitest';
import { workbook } from '../input/xlsx/make-xlsx.ts';
import { eachTest } from './each-test.ts';
import { type Call, type Desk, type Line, linesOf, type SandboxProcess } from './leadpush.ts';

let desk: Desk;
let sandbox: SandboxProcess;

eachTest((ownDesk, itsSandbox) => {
  desk = ownDesk;
  sandbox = itsSandbox;
});

let used = 0;
/** Phones that this sandbox has not seen. */
const phones = (count: number) => Array.from({ length: count }, () => `98${String(used++).padStart(8, '0')}`);
const send = (args: readonly string[], call?: Call) =>
  desk.run(['send', ...args, '--config', 'c.yaml', '--json'], call);
const resultsOf = (stdout: string): readonly Line[] =>
  linesOf(stdout).filter((line) => line['type'] === 'result');

describe('a CSV of 5,000 rows to both targets', () => {
  it('ends with counts that add up, in input order', async () => {
    const numbers = phones(4_600);
    const rows = Array.from({ length: 5_000 }, (_, i) => {
      if (i % 50 === 7) return `L${i},`;
      if (i % 50 === 9) return `L${i},${numbers[i % 100]}`;
      return `L${i},${numbers[i] ?? numbers[i - 4_600]}`;
    });
    desk.write('leads.csv', `Name,Phone\n${rows.join('\n')}\n`);
    const { stdout, status } = await send(['leads.csv', '--to', 'a,p']);
    const results = resultsOf(stdout);
    expect(results).toHaveLength(10_000);
    expect(results.map(({ record, target }) => `${record} ${target}`)).toEqual(
      rows.flatMap((_, i) => [`${i + 1} a`, `${i + 1} p`]),
    );
    expect(results.every(({ line, record }) => line === Number(record) + 1)).toBe(true);
    const summary = linesOf(stdout).at(-1) ?? {};
    const names = ['created', 'duplicate', 'skipped', 'invalid', 'rejected', 'failed', 'unknown'];
    expect(names.reduce((sum, name) => sum + Number(summary[name]), 0)).toBe(10_000);
    expect(summary).toMatchObject({ type: 'summary', records: 5_000, invalid: 200, unknown: 0, failed: 0 });
    expect(status).toBe(1);
    const held = await sandbox.leads();
    expect(held).toHaveLength(Number(summary['created']));
  });
});

describe('every way in', () => {
  const expectCreated = (run: { readonly stdout: string; readonly status: number | null }, count: number) => {
    expect(resultsOf(run.stdout).map((line) => line['status'])).toEqual(Array(count).fill('created'));
    expect(run.status).toBe(0);
  };
  const csv = (delimiter = ',') => `Name${delimiter}Mobile No.\nAsha${delimiter}${phones(1)[0]}\n`;
  const json = () => ({ name: 'Asha', phone: phones(1)[0] });

  it('stdin', async () => {
    const run = await send(['-', '--to', 'a'], { input: csv() });
    expectCreated(run, 1);
    expect(resultsOf(run.stdout)[0]).toMatchObject({ file: '-', record: 1, line: 2 });
  });

  it('several files', async () => {
    desk.write('one.csv', csv());
    desk.write('two.csv', csv(';'));
    const run = await send(['one.csv', 'two.csv', '--to', 'a']);
    expectCreated(run, 2);
    expect(resultsOf(run.stdout).map((line) => line['file'])).toEqual(['one.csv', 'two.csv']);
  });

  it.each<[string, () => string | Buffer, number | null]>([
    ['leads.tsv', () => csv('\t'), 2],
    ['leads.json', () => JSON.stringify([json()]), null],
    ['one.json', () => JSON.stringify(json()), null],
    ['leads.ndjson', () => `${JSON.stringify(json())}\n`, 1],
    [
      'leads.xlsx',
      () =>
        workbook([
          ['Name', 'Phone'],
          ['Asha', String(phones(1)[0])],
        ]),
      2,
    ],
    ['utf16.csv', () => Buffer.from(`\ufeff${csv('\t')}`, 'utf16le'), 2],
  ])('%s', async (name, content, line) => {
    desk.write(name, content());
    const run = await send([name, '--to', 'a']);
    expectCreated(run, 1);
    expect(resultsOf(run.stdout)[0]).toMatchObject({ file: name, record: 1, line });
  });

  it('ids beyond 2^53 in JSON survive as text', async () => {
    desk.write('l.json', `[{"phone":"${phones(1)[0]}","id":1234567890123456789}]`);
    const run = await send(['l.json', '--to', 'a', '--dry-run']);
    expect(run.stdout).toContain('1234567890123456789');
  });
});

describe('duplicates in one input', () => {
  it('the later is a duplicate of the first', async () => {
    const [phone] = phones(1);
    desk.write('l.csv', `Name,Phone\nAsha,${phone}\nAsha V,+91 ${phone}\n`);
    const { stdout, status } = await send(['l.csv', '--to', 'a']);
    const [first, second] = resultsOf(stdout);
    expect(second).toMatchObject({
      status: 'duplicate',
      leadId: first?.['leadId'],
      duplicateOf: {
        by: 'input',
        leadId: first?.['leadId'],
        at: expect.any(String),
        run: first?.['run'],
        file: 'l.csv',
        record: 1,
      },
    });
    expect(status).toBe(0);
  });

  it('two projects of one phone are two leads', async () => {
    const [phone] = phones(1);
    desk.write('l.csv', `Phone,Campaign\n${phone},greens\n${phone},hills\n`);
    const { stdout } = await send(['l.csv', '--to', 'a', '--column', 'Campaign=campaignId']);
    expect(resultsOf(stdout).map((line) => line['status'])).toEqual(['created', 'created']);
  });
});

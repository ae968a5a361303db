// Gzipped inputs: what they hold is read as if it were not packed, damage is told after the records before it, bombs end.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { openSource } from '../../../src/input/source.ts';
import { UsageError } from '../../../src/util/usage-error.ts';
import { read, refused, shown } from '../reading.ts';
import { workbook } from '../xlsx/make-xlsx.ts';

const folder = mkdtempSync(join(tmpdir(), 'leadpush-gzip-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function readFile(name: string, bytes: Uint8Array): Promise<readonly string[]> {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const source = await openSource({ path }, {});
  const records: string[] = [];
  for await (const batch of source.records()) records.push(...shown(batch));
  await source.close();
  return [source.info.format, ...records];
}

const LEADS: readonly (readonly [name: string, content: string | Buffer, records: readonly string[]])[] = [
  ['a.csv.gz', 'phone,name\n9000100001,Asha\n', ['csv', '2: 9000100001|Asha']],
  ['a.tsv.gz', 'phone\tname\n9000100001\tAsha\n', ['tsv', '2: 9000100001|Asha']],
  ['one column.tsv.gz', 'phone\n9000100001\n', ['tsv', '2: 9000100001']],
  ['a.json.gz', '[{"phone":"9000100001"}]', ['json', 'null: 9000100001']],
  ['an envelope.json.gz', '{"n":1,"rows":[{"phone":"9000100001"}]}', ['json', 'null: 9000100001']],
  ['one.ndjson.gz', '{"phone":"9000100001"}', ['ndjson', '1: 9000100001']],
  ['a.xlsx.gz', workbook([['phone'], ['9000100001']]), ['xlsx', '2: 9000100001']],
  ['named as it is not.csv', '[{"phone":"9000100001"}]', ['json', 'null: 9000100001']],
];

test.each(LEADS)('%s', async (name, content, [format, ...records]) => {
  const packed = gzipSync(content);
  expect(await readFile(name, packed)).toEqual([format, ...records]);
  const piped = await read(
    packed,
    name.startsWith('one') ? { format: name.includes('tsv') ? 'tsv' : 'ndjson' } : {},
    5,
  );
  expect(shown(piped.records)).toEqual(records);
});

test('members of several packed files, one after another', async () => {
  const packed = Buffer.concat([gzipSync('phone\n1\n'), gzipSync('2\n3\n')]);
  expect(shown((await read(packed)).records)).toEqual(['2: 1', '3: 2', '4: 3']);
});

describe('damage is told after the records before it', () => {
  const rows = Array.from(
    { length: 12_000 },
    (_, i) => `${9000100000 + i},${randomBytes(12).toString('hex')}`,
  );
  const csv = gzipSync(`phone,name\n${rows.join('\n')}\n`);
  const json = gzipSync(`{"leads":[${rows.map((row) => JSON.stringify({ phone: row })).join(',')}]}`);
  test.each([
    ['a table cut off', csv.subarray(0, csv.length / 2), 'ends too early'],
    ['an envelope cut off', json.subarray(0, json.length / 2), 'ends too early'],
    ['a table with a wrong byte', flipped(csv), 'data'],
  ])('%s', async (_, bytes, says) => {
    const { records } = await read(bytes);
    const last = records.at(-1);
    expect(records.length).toBeGreaterThan(3000);
    expect(records.map(({ record }) => record)).toEqual(records.map((_one, i) => i + 1));
    expect(records[0]?.cells[0]).toContain('9000100000');
    expect(last?.problem?.code).toBe('ROW_UNPARSABLE');
    expect(last?.problem?.message).toContain(says);
    expect(records.filter(({ problem }) => problem !== null).length).toBeLessThan(3);
  });
  test('nothing can be unpacked', async () => {
    expect(await refused(gzipSync('phone\n1\n').subarray(0, 8))).toContain('damaged gzip file');
  });
});

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.fill(0xff, copy.length - 4000, copy.length - 3000);
  return copy;
}

test('a bomb ends where it is known to be one', { timeout: 60_000 }, async () => {
  const rows = `9000100001,${'x'.repeat(10_000)}\n`;
  const bomb = gzipSync(`phone,note\n${rows.repeat(7000)}`);
  const { records } = await read(bomb, {}, 16 * 1024);
  expect(records.at(-1)?.problem?.message).toContain('more than 200 times its size');
});

test.each([
  ['october.gsheet', 'Google Sheet', 'Microsoft Excel (.xlsx) or CSV'],
  ['notes.GDOC', 'Google document', 'Microsoft Excel (.xlsx) or CSV'],
  ['portal.url', 'shortcut to a web page', '.xlsx or CSV'],
  ['portal.webloc', 'shortcut to a web page', '.xlsx or CSV'],
])('%s is refused by its name', async (name, what, next) => {
  const error = await readFile(name, Buffer.from('{"phone":"9000100001"}')).catch(
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof UsageError)) throw new Error('it was read');
  expect(error.message).toContain(what);
  expect(error.hint).toContain(next);
});

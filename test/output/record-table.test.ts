// Rejects of JSON as a table: what leadpush reads in it are the same leads, whatever the records were like.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Result } from '../../src/delivery/outcome.ts';
import type { LeadRow } from '../../src/input/prepare.ts';
import { openRejectsFiles } from '../../src/output/rejects-file.ts';
import { readAll } from '../input/read-all.ts';

const folder = mkdtempSync(join(tmpdir(), 'leadpush-table-'));
afterAll(() => rmSync(folder, { recursive: true }));

const put = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

/** Four vendors' records in one file; a table is recognised as a whole, so each has a file of its own. */
const WEBHOOKS = 'cases/form_webhooks.ndjson';
const FIXTURES = join(import.meta.dirname, '../../fixtures');
const NAMES = ['cases', 'exports', 'formats'].flatMap((of) =>
  readdirSync(join(FIXTURES, of))
    .filter((name) => /\.(?:json|ndjson)$/.test(name) && !/^(?:manifest|two_lists)/.test(name))
    .map((name) => `${of}/${name}`),
);
const OF_FIXTURES = NAMES.flatMap((name) => {
  const path = join(FIXTURES, name);
  if (name !== WEBHOOKS) return [[name, path] as const];
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line, i) => [`${name}, ${i + 1}`, put(`webhook-${i}.ndjson`, line)] as const);
});

const ndjson = (...records: readonly unknown[]) => records.map((one) => JSON.stringify(one)).join('\n');
const MADE: readonly (readonly [string, string])[] = [
  ['keys that come later', ndjson({ phone: '9000831801' }, { email: 'a@example.com', phone: '9000831802' })],
  ['another order', ndjson({ phone: '9000831803', name: 'Asha' }, { name: 'Binu', phone: '9000831804' })],
  [
    'what a spreadsheet would run',
    ndjson({ phone: '+919000831805', message: '=1+1', name: '@Asha', 'x.y': '-2' }),
  ],
  ['lines, quotes and separators', ndjson({ phone: '9000831806', message: 'a "b"\n;c,\td\\"e\u2028f' })],
  [
    'lists and objects',
    ndjson({ phone: '9000831807', tags: ['a"b', { c: '\\"' }], utm: { source: 'google', more: { x: 1 } } }),
  ],
  ['long numbers', '{"phone":9000831808,"id":12345678901234567890,"budgetMin":8e6}'],
  ['an answered form', ndjson({ answers: [{ question: 'Mobile number', answer: '9000831809' }] })],
  ['an earlier message', ndjson({ phone: '9000831810', leadpush_message: 'PHONE_INVALID: no' })],
];
const OF_MADE = MADE.map(([name, text], i) => [name, put(`made-${i}.ndjson`, text)] as const);

const REJECTED: Omit<Result, 'file'> = {
  ...{ run: 'R', seq: 0, record: 1, line: null, target: 't', provider: 'p', status: 'rejected', phone: null },
  ...{ name: null, externalId: null, source: null, campaign: null, cell: null, leadId: null },
  ...{ duplicateOf: null, warnings: [], attempts: 1, durationMs: 1 },
  errors: [{ field: null, code: 'PROVIDER_REJECTED', message: 'the provider said no' }],
};

async function rejectsOf(path: string, ending: string) {
  const { rows, source } = await readAll(path);
  const table = join(folder, `${basename(path)}${ending}`);
  const rejects = await openRejectsFiles(table, [source.info]);
  for (const { record } of rows) await rejects.write(record, { ...REJECTED, file: source.info.file });
  await rejects.commit();
  return { rows, table };
}

const leadsOf = (rows: readonly LeadRow[]) =>
  rows.map(({ result }) => (result.kind === 'lead' ? result.lead : result.kind));

describe.each(['.csv', '.tsv', '.xlsx'])('as %s', (ending) => {
  it.each([...OF_FIXTURES, ...OF_MADE])('%s', async (_, path) => {
    const { rows, table } = await rejectsOf(path, ending);
    const again = await readAll(table);
    expect(leadsOf(again.rows)).toEqual(leadsOf(rows));
    expect(again.source.info.headers?.at(-1)).toBe('leadpush_message');
    for (const { record } of again.rows) {
      expect(record.cells.at(-1)).toBe('PROVIDER_REJECTED: the provider said no');
    }
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

it('what is no object keeps its text', async () => {
  const { table } = await rejectsOf(put('odd.ndjson', `{"phone":"1"}\n[1,2]\n{"phone":\n"x"`), '.csv');
  expect(readFileSync(table, 'utf8')).toBe(
    ['\ufeffphone,json,leadpush_message', '1,,M', ',1,M', ',2,M', ',"{""phone"":",M', ',"""x""",M', '']
      .join('\r\n')
      .replaceAll('M\r', 'PROVIDER_REJECTED: the provider said no\r'),
  );
});

it('more columns than a table can have are kept as JSON', async () => {
  const record = (from: number) =>
    JSON.stringify({
      phone: '9000831811',
      ...Object.fromEntries(Array.from({ length: 9_000 }, (_, i) => [`k${from + i}`, i])),
    });
  const { table } = await rejectsOf(put('wide.ndjson', `${record(0)}\n${record(10_000)}`), '.csv');
  const { rows, source } = await readAll(table);
  const headers = source.info.headers ?? [];
  expect(headers).toHaveLength(16_383);
  expect(headers.slice(-2)).toEqual(['leadpush_more', 'leadpush_message']);
  const more = rows.map(({ record: { cells } }) => cells.at(-2) ?? '');
  expect(more[0]).toBe('');
  expect(Object.keys(JSON.parse(more[1] ?? ''))).toEqual(expect.arrayContaining(['k18999']));
  expect(leadsOf(rows)).toMatchObject([{ phone: '+919000831811' }, { phone: '+919000831811' }]);
});

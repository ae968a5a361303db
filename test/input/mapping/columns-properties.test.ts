// What must hold for any table: the order of columns and the words for one thing do not matter, and nobody else's number
// is ever the lead's.
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prepareInput } from '../../../src/input/prepare.ts';
import type { LeadResult } from '../../../src/lead/lead.ts';
import { prepareOptions } from '../read-all.ts';

async function read(text: string): Promise<readonly LeadResult[]> {
  const input = await prepareInput(
    [{ path: '-', stdin: Readable.from([Buffer.from(text)]) }],
    prepareOptions({ preset: 'none' }),
  );
  const results: LeadResult[] = [];
  for (const source of input.sources) {
    for await (const rows of source.rows()) for (const { result } of rows) results.push(result);
  }
  await input.close();
  return results;
}

type Cell = readonly [header: string, text: string];

const csv = (cells: readonly Cell[]) =>
  [0, 1]
    .map((line) => cells.map((cell) => `"${(cell[line] ?? '').replaceAll('"', '""')}"`).join(','))
    .join('\n');
const json = (cells: readonly Cell[]) => JSON.stringify(Object.fromEntries(cells));

/** What is sent; `extra` by its values only, as its names are the columns'. */
async function sent(text: string): Promise<unknown> {
  const [result] = await read(text);
  if (result?.kind !== 'lead')
    return result?.kind === 'invalid' ? result.errors.map(({ code }) => code) : result;
  const { extra = {}, ...lead } = result.lead;
  return { ...lead, extra: Object.values(extra).sort() };
}

const mobile = fc.integer({ min: 0, max: 999_999 }).map((n) => `9000${String(n).padStart(6, '0')}`);
const landline = fc.integer({ min: 0, max: 9_999 }).map((n) => `022-2611${String(n).padStart(4, '0')}`);
const number = fc.oneof(
  { weight: 3, arbitrary: mobile },
  landline,
  fc.constantFrom('', 'NA', '12345', '9999999999'),
);

/** One group of words each, of different ranks: no two columns are equally good. */
const GROUPS = [
  ['Mobile', 'Cell No', 'Person - Phone - Mobile', 'field_mobile', 'Mobile Number'],
  ['Phone', 'Contact Number', 'tel-602', 'Phone 1 - Value', 'billing_phone'],
  ['Alternate Number', 'Secondary phone', 'Other Phone', 'Alt. mobile'],
  ['Office Phone', 'Person - Phone - Work', 'Landline', 'Home phone'],
] as const;
const OTHER = [
  'Agent Phone',
  'Lead Owner Mobile',
  'Company Phone',
  'Virtual Number',
  'Receiver Mobile',
  'DNC Mobile',
];
const REST: readonly Cell[] = [
  ['Name', 'Asha Rao'],
  ['Email', 'asha@example.com'],
  ['City', 'Pune'],
];

const row = fc
  .tuple(...GROUPS.map((group) => fc.tuple(fc.constantFrom<string[]>(...group), number)))
  .map((cells): readonly Cell[] => cells);
const others = fc.array(fc.tuple(fc.constantFrom(...OTHER), mobile), { maxLength: 3 });
const RUNS = { numRuns: 60 };

test('a permutation of the columns, or of the keys of JSON, gives the same lead; so do CSV and JSON', async () => {
  const arbitrary = row.chain((cells) => {
    const all = [...cells, ...REST];
    return fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }));
  });
  await fc.assert(
    fc.asyncProperty(arbitrary, async ([cells, shuffled]) => {
      const one = await sent(csv(cells));
      expect(await sent(csv(shuffled))).toEqual(one);
      expect(await sent(json(cells))).toEqual(one);
      expect(await sent(json(shuffled))).toEqual(one);
    }),
    RUNS,
  );
});

test('another header of the same group changes nothing', async () => {
  const renamed = fc.tuple(...GROUPS.map((group) => fc.constantFrom(...group)));
  await fc.assert(
    fc.asyncProperty(row, renamed, async (cells, names) => {
      const again = cells.map(([, text], index): Cell => [names[index] ?? '', text]);
      expect(await sent(csv([...again, ...REST]))).toEqual(await sent(csv([...cells, ...REST])));
    }),
    RUNS,
  );
});

test("nobody else's number is the lead's, beside whatever it stands", async () => {
  await fc.assert(
    fc.asyncProperty(row, others, fc.boolean(), async (cells, foreign, asJson) => {
      const own = new Set(cells.map(([, text]) => text.replace(/\D/g, '').slice(-10)));
      const all = [...foreign, ...cells, ...REST];
      const [result] = await read(asJson ? json(all) : csv(all));
      if (result?.kind !== 'lead') return;
      const { phone, altPhone } = result.lead;
      for (const found of [phone, altPhone, ...(result.otherPhones ?? [])]) {
        if (found !== undefined) expect([...own]).toContain(found.slice(-10));
      }
    }),
    RUNS,
  );
});

test('a number with a code beside it is read with it, or not at all', async () => {
  const code = fc.constantFrom('+1', '971', '00966', '+44', 'SG', 'Oman (+968)', '+999');
  await fc.assert(
    fc.asyncProperty(code, mobile, fc.boolean(), async (prefix, text, asJson) => {
      const cells: readonly Cell[] = [
        ['Dial Code', prefix],
        ['Mobile', text],
        ['Name', 'Asha'],
      ];
      const [result] = await read(asJson ? json(cells) : csv(cells));
      if (result?.kind === 'lead') expect(result.lead.phone).not.toMatch(/^\+91/);
    }),
    RUNS,
  );
});

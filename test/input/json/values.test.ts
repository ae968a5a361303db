// A program's objects are read as their JSON would be: held against the records of that text.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openLines } from '../../../src/input/json/source.ts';
import { openValues, type Values } from '../../../src/input/json/values.ts';
import type { InputRecord } from '../../../src/input/record.ts';

async function* nothing(): AsyncGenerator<string> {}

async function all(batches: AsyncIterable<readonly InputRecord[]>): Promise<readonly InputRecord[]> {
  const records: InputRecord[] = [];
  for await (const batch of batches) records.push(...batch);
  return records;
}

const fromValues = (values: Values) => all(openValues(values).records());

/** What the same objects come to as NDJSON; lines are what only a text has. */
async function fromText(values: readonly unknown[]): Promise<readonly InputRecord[]> {
  const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');
  return (await all(openLines(text, nothing(), { name: 'stdin', wanted: null, again: null }).records())).map(
    (record) => ({ ...record, line: null }),
  );
}

/** Equal but for how a number is written, which no cell shows. */
const shown = (records: readonly InputRecord[]) =>
  records.map(({ json, ...record }) => ({ ...record, json: JSON.parse(json ?? 'null') }));

describe('as their JSON', () => {
  it.each<[string, unknown]>([
    ['texts', { phone: '9876500001', name: 'Asha' }],
    ['a date', { phone: '1', contactedAt: new Date(0) }],
    ['a date that is none', { phone: '1', contactedAt: new Date(Number.NaN) }],
    ['a list', { phone: '1', apartmentTypes: ['2bhk', undefined, '3bhk'] }],
    ['what JSON leaves out', { phone: '1', a: undefined, b: () => 1, c: Symbol('c') }],
    [
      'numbers',
      {
        a: 1,
        b: 0.1,
        c: -0,
        d: Number.NaN,
        e: Number.POSITIVE_INFINITY,
        f: 1e21,
      },
    ],
    ['an own toJSON', { phone: { toJSON: (key: string) => `${key}!` } }],
    [
      'a class',
      new (class Lead {
        readonly phone = '9876500001';
        readonly member = { city: 'Pune' };
      })(),
    ],
    ['boxed values', { a: Object(1), b: Object('b'), c: Object(true) }],
    [
      'a secret',
      { phone: '1', google_key: 'k', user_column_data: [{ column_id: 'google_key', string_value: 's' }] },
    ],
    ['__proto__', JSON.parse('{"__proto__": {"phone": "1"}, "phone": "2"}')],
    ['null', null],
    ['a list of leads', [{ phone: '1' }]],
    ['a text', 'lead'],
    ['undefined', undefined],
  ])('%s', async (_, value) => {
    expect(shown(await fromValues([value]))).toEqual(shown(await fromText([value])));
  });

  it('nested too deep: refused with the same words', async () => {
    const value = Array.from({ length: 300 }).reduce((inner) => ({ inner }), { phone: '1' });
    const [made] = await fromValues([value]);
    expect(made).toMatchObject({ problem: (await fromText([value]))[0]?.problem ?? 'none' });
  });

  it('whatever they hold', async () => {
    const value = fc.anything({
      withDate: true,
      withBoxedValues: true,
      withNullPrototype: true,
      maxDepth: 4,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          value.filter((one) => one !== undefined),
          { maxLength: 4 },
        ),
        async (values) => {
          expect(shown(await fromValues(values))).toEqual(shown(await fromText(values)));
        },
      ),
      { numRuns: 300, seed: 20261129 },
    );
  });
});

describe('what is thrown comes through', () => {
  it('by the values', async () => {
    const mine = new Error('mine');
    const values = (function* () {
      yield { phone: '1' };
      throw mine;
    })();
    const records: InputRecord[] = [];
    const read = async () => {
      for await (const batch of openValues(values).records()) records.push(...batch);
    };
    await expect(read()).rejects.toBe(mine);
    expect(records).toHaveLength(1);
  });

  it.each<[string, () => unknown]>([
    ['a bigint', () => ({ phone: 1n })],
    [
      'an object within itself',
      () => {
        const lead: Record<string, unknown> = { phone: '1' };
        lead['self'] = [lead];
        return lead;
      },
    ],
  ])('by JSON: %s', async (_, make) => {
    await expect(fromValues([make()])).rejects.toThrow(TypeError);
  });

  it('an object twice, but not within itself, is no circle', async () => {
    const city = { name: 'Pune' };
    expect(await fromValues([{ a: city, b: city }])).toMatchObject([{ keys: ['a.name', 'b.name'] }]);
  });
});

it('closing ends the values, also while the next is waited for', async () => {
  let ended = false;
  const values = (async function* () {
    try {
      yield { phone: '1' };
      yield { phone: '2' };
    } finally {
      ended = true;
    }
  })();
  const source = openValues(values);
  await source.records()[Symbol.asyncIterator]().next();
  await source.close();
  await new Promise((resolve) => setImmediate(resolve));
  expect(ended).toBe(true);
});

// JSON and NDJSON: text in, records out, the same whatever the size of the pieces.
import { describe, expect, test } from 'vitest';
import type { SourceOptions } from '../../../src/input/source.ts';
import { read } from '../reading.ts';

/** Records as `line key=cell …`, or the code of what is wrong. */
async function seen(text: string, given: SourceOptions = {}, piece?: number): Promise<readonly string[]> {
  const { records } = await read(text, given, piece);
  expect(records.map(({ record }) => record)).toEqual(records.map((_, i) => i + 1));
  return records.map(({ line, keys, cells, problem }) =>
    [line, problem?.code ?? keys.map((key, i) => `${key}=${cells[i]}`).join(' ')].join(' ').trim(),
  );
}

const CASES: readonly (readonly [what: string, text: string, format: string, records: readonly string[]])[] =
  [
    ['an array', '[{"a":1},\n {"a":2}]\n', 'json', ['a=1', 'a=2']],
    ['an empty array', ' [ ] ', 'json', []],
    ['an array on one line', '[{"a":"],[{\\"\\\\"},{"a":"}"}]', 'json', ['a=],[{"\\', 'a=}']],
    ['a comma at the end', '[{"a":1},]', 'json', ['a=1']],
    [
      'elements that are no leads',
      '[1,"x",null,[{"a":1}],{"a":2},true]',
      'json',
      [...Array(4).fill('ROW_UNPARSABLE'), 'a=2', 'ROW_UNPARSABLE'],
    ],
    ['one object', '{"a":1}', 'json', ['a=1']],
    ['one object over many lines', '{\n  "a": 1,\n  "b": {\n    "c": 2\n  }\n}\n', 'json', ['a=1 b.c=2']],
    ['objects over many lines in a row', '{\n"a": 1\n}\n{\n"a": 2\n}\n', 'json', ['a=1', 'a=2']],
    ['NDJSON', '{"a":1}\n\n{"a":2}\r\n  \n{"a":3}', 'ndjson', ['1 a=1', '3 a=2', '5 a=3']],
    ['NDJSON with bare CR', '{"a":1}\r{"a":2}\r', 'ndjson', ['1 a=1', '2 a=2']],
    [
      'a CR or U+2028 inside',
      '{"a":\r1,"b":"x\u2028y"}\n{"a":"p\rq"}\n',
      'ndjson',
      ['1 a=1 b=x\u2028y', '2 a=p\rq'],
    ],
    ['a tab inside a text', '{"a":"p\tq"}\n{"a":2}\n', 'ndjson', ['1 a=p\tq', '2 a=2']],
    [
      'a broken line costs itself',
      '{"a":1}\n{"a":\n{"a":3}\nx\n{"a":5}\n',
      'ndjson',
      ['1 a=1', '2 ROW_UNPARSABLE', '3 a=3', '4 ROW_UNPARSABLE', '5 a=5'],
    ],
    ['a broken first line', '{"a":1\n{"a":2}\n', 'ndjson', ['1 ROW_UNPARSABLE', '2 a=2']],
    [
      'lines that are no leads',
      '{"a":1}\n[1]\n"x"\n7\n',
      'ndjson',
      ['1 a=1', '2 ROW_UNPARSABLE', '3 ROW_UNPARSABLE', '4 ROW_UNPARSABLE'],
    ],
    ['an array cut off', '[{"a":1},{"a":2},{"a"', 'json', ['a=1', 'a=2', 'ROW_UNPARSABLE']],
    ['an array not closed', '[{"a":1},{"a":2}', 'json', ['a=1', 'a=2', 'ROW_UNPARSABLE']],
    ['an array with a broken element', '[{"a":1},{"a":},{"a":3}]', 'json', ['a=1', 'ROW_UNPARSABLE', 'a=3']],
    ['an array without a comma', '[{"a":1} {"a":2}]', 'json', ['a=1', 'ROW_UNPARSABLE']],
    ['two commas', '[{"a":1},,{"a":2}]', 'json', ['a=1', 'ROW_UNPARSABLE']],
    ['text after the array', '[{"a":1}] x', 'json', ['a=1', 'ROW_UNPARSABLE']],
    ['an object cut off', '{\n"a": 1,', 'json', ['ROW_UNPARSABLE']],
    [
      'long numbers',
      '[{"a":12345678901234567890,"b":1.10,"c":1e3,"d":-0,"e":0.1}]',
      'json',
      ['a=12345678901234567890 b=1.10 c=1e3 d=-0 e=0.1'],
    ],
    [
      'kinds of values',
      '[{"a":true,"b":false,"c":null,"d":[1,"x",null],"e":[],"f":{},"g":""}]',
      'json',
      ['a=true b=false c= d=1, x,  e= g='],
    ],
    ['lists of objects', '[{"a":[{"x":1},{"y":2}]}]', 'json', ['a=[{"x":1},{"y":2}]']],
    [
      'of equal keys the last',
      '{"a":1,"a":2}\n{"a":12345678901234567890,"a":2}\n',
      'ndjson',
      ['1 a=2', '2 a=2'],
    ],
    ['escaped keys', '[{"\\u0061":1}]', 'json', ['a=1']],
    ['__proto__ is a key', '[{"__proto__":{"x":1},"a":2}]', 'json', ['__proto__.x=1 a=2']],
    [
      "Google's answers by their column",
      '{"lead_id":"L","google_key":"s3","user_column_data":[{"column_id":"FULL_NAME","string_value":"A"},{"column_name":"Phone","string_value":"9"},{"column_id":"","column_name":"City"}]}\n{}\n',
      'ndjson',
      ['1 lead_id=L FULL_NAME=A Phone=9', '2'],
    ],
    [
      "Google's and Meta's answers",
      '{"lead_id":"L","user_column_data":[{"column_id":"FULL_NAME","column_name":"","string_value":"A"},{"column_name":"Phone","string_value":"9"}]}\n{"id":7,"field_data":[{"name":"email","values":["a@example.com"]},{"name":"bhk","values":["2","3"]}]}\n',
      'ndjson',
      ['1 lead_id=L FULL_NAME=A Phone=9', '2 id=7 email=a@example.com bhk=2, 3'],
    ],
    ['an object around the list', '{"count":2,"data":[{"a":1},{"a":2}],"next":null}', 'json', ['a=1', 'a=2']],
    ['two objects around the list', '{"status":"ok","data":{"leads":[{"a":1}]}}', 'json', ['a=1']],
    ['an empty list in an object', '{"leads":[]}', 'json', []],
    ['a lead with a list is a lead', '{"phone":"9","items":[{"a":1}]}', 'json', ['phone=9 items=[{"a":1}]']],
    [
      'two lists are no list of leads',
      '{"leads":[{"a":1}],"items":[{"a":2}]}',
      'json',
      ['leads=[{"a":1}] items=[{"a":2}]'],
    ],
  ];

test.each(CASES)('%s', async (_, text, format, records) => {
  expect((await read(text)).info).toMatchObject({ format, headers: null, headerLine: null });
  expect(await seen(text)).toEqual(records);
  expect(await seen(text, {}, 1)).toEqual(records);
});

test('a lone object is NDJSON where the stream goes on, or the name says so', async () => {
  expect((await read('{"a":1}\n')).info.format).toBe('json');
  expect(await seen('{"a":1}', { format: 'ndjson' })).toEqual(['1 a=1']);
});

describe('secrets', () => {
  const KEY = 's3cret';
  test.each([
    `{"google_key":"${KEY}","a":1}`,
    `{"a":1,"deep":{"Google Key":"${KEY}"}}`,
    `{"goog\\u006ce_key":"${KEY}","a":1}`,
    `{"user_column_data":[{"column_id":"google_key","string_value":"${KEY}"}],"a":1}`,
    `{"a":[{"google_key":"${KEY}"}]}`,
    `{"google_key":"${KEY}","a":`,
    `{"goog\\u006ce_key":"${KEY}" "a"`,
    `[{"google_key":"${KEY}"}]`,
  ])('%s', async (line) => {
    for (const text of [`{"b":1}\n${line}\n{"b":2}\n`, `[${line}]`, `{"data":[${line}],"x":1}`]) {
      expect(JSON.stringify((await read(text)).records)).not.toContain(KEY);
    }
  });
});

describe("a record's own text", () => {
  test.each<[string, string, string]>([
    ['as it stands', '{"a": 1.10, "b":"x"}', '{"a": 1.10, "b":"x"}'],
    ['without what is secret', '{"a": 1.10, "google_key":"s"}', '{"a":1.10}'],
    ['on one line', '[{\n"a": 12345678901234567890 }]', '{"a":12345678901234567890}'],
    ['of what is broken, as text', '{"b":1}\n{"a":\n', '{"json":"{\\"a\\":"}'],
    ['of no lead', '[[1,2]]', '[1,2]'],
  ])('%s', async (_, text, json) => {
    expect((await read(text, text.startsWith('{') ? { format: 'ndjson' } : {})).records.at(-1)?.json).toBe(
      json,
    );
  });
});

test('records of one shape share their keys', async () => {
  const { records } = await read('[{"a":1,"b":2},{"a":3,"b":4}]');
  expect(records[0]?.keys).toBe(records[1]?.keys);
});

test('NULs are taken out and told of', async () => {
  const { records } = await read('{"a":"x\0y"}\n{"a":1}\n');
  expect(records[0]).toMatchObject({ cells: ['xy'], warnings: [{ code: 'NUL_REMOVED' }] });
  expect(records[1]?.warnings).toEqual([]);
});

test('nothing of the text stands in a message', async () => {
  const { records } = await read('{"b":1}\n{"phone":"9000100001" x}\n');
  expect(records[1]?.problem?.message).toBe(
    'This is not valid JSON: the error is at character 23. Fix it and send it again.',
  );
});

test('depth is no danger', async () => {
  const deep = `{"a":${'[{"b":'.repeat(50_000)}1${'}]'.repeat(50_000)}}`;
  const { records } = await read(`[{"a":1},${deep}]`);
  expect(records).toHaveLength(2);
});

test('a record beyond 64 MiB costs itself', async () => {
  const long = `{"b":"${'x'.repeat(65 * 1024 * 1024)}"}`;
  for (const text of [`[{"a":1},${long},{"a":3}]`, `{"a":1}\n${long}\n{"a":3}\n`]) {
    const { records } = await read(text, {}, 1024 * 1024);
    expect(records.map(({ problem }) => problem?.code)).toEqual([undefined, 'ROW_UNPARSABLE', undefined]);
    expect(records[1]?.problem?.message).toContain('longer than 64 MiB');
    expect(records[1]?.cells[0]?.length).toBeLessThan(100_000);
  }
});

const DEEP_LIST = `${'['.repeat(5000)}1${']'.repeat(5000)}`;
const DEEP_OBJECT = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
const MANY_KEYS = Array.from({ length: 20_000 }, (_, i) => `"k${i}":1`).join(',');

/** What costs one record; those around it are read. */
const COSTLY: readonly (readonly [what: string, record: string, says: string])[] = [
  ['a deep list', `{"a":${DEEP_LIST}}`, 'nested deeper than 256 levels'],
  ['a deep object', DEEP_OBJECT, 'nested deeper than 256 levels'],
  ['a deep answer', `{"name":"x","value":${DEEP_LIST}}`, 'nested deeper than 256 levels'],
  [
    'depth beside a long number',
    `{"id":12345678901234567890,"a":${DEEP_OBJECT}}`,
    'nested deeper than 256 levels',
  ],
  ['more members than a sheet has columns', `{${MANY_KEYS}}`, 'more than 16384 members'],
  ['a name as long as a text', `{"${'n'.repeat(20_000)}":1}`, 'longer than 10000 characters'],
  [
    'names that repeat a long one',
    `{"${'n'.repeat(9000)}":{${MANY_KEYS.slice(0, 9999)}}}`,
    'names of more than',
  ],
];
describe.each(COSTLY)('%s costs its record', (_, record, says) => {
  const around = (id: string) => `{"phone":"${id}","id":12345678901234567890}`;
  test.each([
    ['in a list', `[${around('1')},${record},${around('2')}]`],
    ['in a list in an object', `{"data":[${around('1')},${record},${around('2')}]}`],
    ['in lines', `${around('1')}\n${record}\n${around('2')}\n`],
  ])('%s', async (_where, text) => {
    const { records } = await read(text, {}, 64 * 1024);
    expect(records.map(({ problem, cells }) => problem?.code ?? cells.join(' '))).toEqual([
      '1 12345678901234567890',
      'ROW_UNPARSABLE',
      '2 12345678901234567890',
    ]);
    expect(records[1]?.problem?.message).toContain(says);
  });
});

test('256 levels are read', async () => {
  const { records } = await read(`[{"a":${'['.repeat(255)}1${']'.repeat(255)}}]`);
  expect(records[0]).toMatchObject({ problem: null, keys: ['a'] });
});

describe('records too large for the lossless parser keep their digits', () => {
  const filler = 'x'.repeat(300_000);
  const CASES_LARGE: readonly (readonly [
    what: string,
    members: string,
    cells: readonly string[] | 'ROW_UNPARSABLE',
  ])[] = [
    [
      'long numbers',
      '"b":12345678901234567890,"c":-0,"d":[1.10,1e3]',
      ['12345678901234567890', '-0', '1.10, 1e3'],
    ],
    ['numbers in texts', '"b":"12345678901234567890,1.10"', ['12345678901234567890,1.10']],
    ['a raw line break in a text', '"b":"p\tq","c":1.10', ['p\tq', '1.10']],
    ['escapes', '"b":"\\"1.10","c":"\\\\","d":1.10', ['"1.10', '\\', '1.10']],
    ['a number as a key', '12345678901234567890:1', 'ROW_UNPARSABLE'],
    ['a number that is none', '"b":12345678901234567890x', 'ROW_UNPARSABLE'],
    ['a leading zero', '"b":012345678901234567890', 'ROW_UNPARSABLE'],
    ['two points', '"b":1.1.1', 'ROW_UNPARSABLE'],
  ];
  test.each(CASES_LARGE)('%s', async (_, members, cells) => {
    const { records } = await read(`{"a":1}\n{"z":"${filler}",${members}}\n{"a":3}\n`);
    expect(records).toHaveLength(3);
    expect(records[1]?.problem?.code ?? records[1]?.cells.slice(1)).toEqual(cells);
  });
});

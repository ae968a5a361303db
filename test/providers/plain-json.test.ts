import fc from 'fast-check';
import { parse } from 'lossless-json';
import { describe, expect, test } from 'vitest';
import { jsonText, parseJson } from '../../src/providers/json.ts';
import { parsePlain } from '../../src/providers/plain-json.ts';

const PLAIN = [
  '{"status":"OK","response":{"lead_id":17863}}',
  '[]',
  '[1,-2,{"a":null,"b":true}]',
  '{ "a": "x: y", "list": [9007199254740991] }',
  '{"a":1,"A":1}',
];
const OTHERS: readonly (readonly [text: string, why: string])[] = [
  ['{"id":9007199254740993}', 'more digits than a number keeps'],
  ['{"id":1.0}', 'a fraction that is none'],
  ['{"id": 1e3}', 'an exponent'],
  ['[-0]', 'minus zero'],
  ['{"a":1,"a":2}', 'a name twice'],
  ['{"a":1,"a":1}', 'a name twice with one value'],
  ['{"a" :1}', 'a space before the colon'],
  ['{"a":":"}', 'a text that looks like a name'],
  ['{"a":"x:1.5"}', 'a text that holds what looks like such a number'],
  ['{"a":"\\u0062"}', 'an escape'],
  ['{"__proto__":1}', 'a name with a meaning of its own'],
  ['17', 'no object or list'],
  ['{"a":1', 'not whole'],
  [`${'['.repeat(201)}${']'.repeat(201)}`, 'nested too deeply'],
  [`["${'x'.repeat(20_000)}"]`, 'long'],
];

describe('the quick reading of JSON', () => {
  test.each(PLAIN)('%s', (text) => {
    expect(parsePlain(text)).toEqual(parse(text));
  });

  test.each(OTHERS)('leaves %s to the exact one: %s', (text) => {
    expect(parsePlain(text)).toBeNull();
  });

  test('reads what it reads as the exact one does', () => {
    const name = fc.constantFrom('a', 'b', 'lead_id', 'x y', '1', '":');
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(
          '0',
          '-0',
          '1.0',
          '1e2',
          '12',
          '-7',
          '17863123456789012',
          'null',
          'true',
          '"x"',
          '":"',
          '"1.5"',
        ),
        fc.array(tie('value'), { maxLength: 3 }).map((all) => `[${all.join(', ')}]`),
        fc
          .array(fc.tuple(name, fc.constantFrom(':', ' : '), tie('value')), { maxLength: 3 })
          .map(
            (all) => `{${all.map(([key, colon, one]) => `${JSON.stringify(key)}${colon}${one}`).join(',')}}`,
          ),
      ),
    }));
    fc.assert(
      fc.property(value, (text) => {
        const json = String(text);
        const quick = parsePlain(json);
        if (quick !== null) expect(quick).toEqual(parse(json));
      }),
      { numRuns: 3_000 },
    );
  });

  test('keeps a number as it is written', () => {
    expect(jsonText(parseJson('{"a":[1,{"b":20}],"c":12345678901234567890}'))).toBe(
      '{"a":[1,{"b":20}],"c":12345678901234567890}',
    );
  });
});

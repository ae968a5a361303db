// A provider's JSON of any depth: what no provider sends is no answer, and costs no more than its length.
import { describe, expect, it } from 'vitest';
import { isEmpty, jsonText, parseJson, whatIs } from '../../src/providers/json.ts';

const nested = (depth: number, open = '[', close = ']') => `${open.repeat(depth)}1${close.repeat(depth)}`;

describe('parseJson', () => {
  it.each<[string, string]>([
    ['200 lists', nested(200)],
    ['200 objects', nested(200, '{"a":', '}')],
    ['brackets inside a text', `["${'['.repeat(5_000)}"]`],
    ['brackets behind an escaped quote', `["\\"${'[{'.repeat(5_000)}"]`],
    ['many lists beside each other', `[${'[1],'.repeat(5_000)}[]]`],
  ])('reads %s', (_, text) => {
    const json = parseJson(text);
    expect(json).toBeDefined();
    expect(jsonText(json)).toBe(text);
    expect(isEmpty(json)).toBe(false);
  });

  it.each<[string, string]>([
    ['201 lists', nested(201)],
    ['4,000 lists', nested(4_000)],
    ['a million lists', nested(1_000_000)],
    ['4,000 objects', nested(4_000, '{"a":', '}')],
    ['lists and objects in turn', nested(2_000, '[{"a":', '}]')],
    ['a million that are never closed', '['.repeat(1_000_000)],
  ])('does not read %s', (_, text) => {
    expect(parseJson(text)).toBeUndefined();
    expect(whatIs(text)).toBe('JSON that is nested too deeply to be read');
  });
});

import { describe, expect, it } from 'vitest';
import { DedupeIndex } from '../../src/lead/dedupe-index.ts';

describe('DedupeIndex', () => {
  it('remembers the first sight of each key, through many growths', () => {
    const index = new DedupeIndex();
    const count = 100_000;
    for (let i = 0; i < count; i++) expect(index.first(`key ${i}`, i) === null).toBe(true);
    expect(index.size).toBe(count);
    let wrong = 0;
    for (let i = 0; i < count; i++) if (index.first(`key ${i}`, count + i) !== i) wrong++;
    expect(wrong).toBe(0);
    expect(index.size).toBe(count);
  });

  it.each([0, 1, 4_294_967_294])('keeps the value %d', (value) => {
    const index = new DedupeIndex();
    expect(index.first('', value)).toBeNull();
    expect(index.first('', 7)).toBe(value);
  });

  it.each([-1, 1.5, 4_294_967_295, Number.NaN])('refuses the value %d', (value) => {
    expect(() => new DedupeIndex().first('key', value)).toThrow(RangeError);
  });

  it('takes no more than 14 bytes a key', () => {
    const before = process.memoryUsage().arrayBuffers;
    const index = new DedupeIndex();
    const count = 400_000;
    for (let i = 0; i < count; i++) index.first(`key ${i}`, i);
    globalThis.gc?.();
    expect(index.size).toBe(count);
    // Without --expose-gc, tables that were outgrown still count.
    if (globalThis.gc !== undefined) {
      expect((process.memoryUsage().arrayBuffers - before) / count).toBeLessThan(14);
    }
  });
});

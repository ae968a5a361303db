import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PackedTexts } from '../../../src/input/xlsx/texts.ts';

test('gives back what was put in, through many growths', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 300 }), (texts) => {
      const packed = new PackedTexts();
      for (const text of texts) packed.push(text);
      expect(texts.map((_, index) => packed.at(index))).toEqual(texts);
      expect([-1, texts.length, Number.NaN].map((index) => packed.at(index))).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    }),
  );
  const many = new PackedTexts();
  const long = 'लीड €'.repeat(30_000);
  many.push(long);
  for (let index = 0; index < 20_000; index++) many.push(`text ${index}`);
  expect([many.at(0), many.at(1), many.at(20_000)]).toEqual([long, 'text 0', 'text 19999']);
});

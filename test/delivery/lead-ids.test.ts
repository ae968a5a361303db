// What lead ids tell of age: the watermark is the highest known, and counts only while ids grow.
import { expect, it } from 'vitest';
import { LeadIds } from '../../src/delivery/lead-ids.ts';

it.each<[string, readonly (readonly [id: string, watermark: string | null])[], string | null, string | null]>(
  [
    ['none known', [], null, '5'],
    ['one', [['7', null]], '7', '5'],
    [
      'each above the last',
      [
        ['7', null],
        ['8', '7'],
        ['9', '8'],
      ],
      '9',
      '5',
    ],
    [
      'answers that overtake each other',
      [
        ['9', '7'],
        ['8', '7'],
      ],
      '9',
      '5',
    ],
    [
      'beyond what a double holds',
      [
        ['9007199254740992', null],
        ['9007199254740993', '9007199254740992'],
      ],
      '9007199254740993',
      '5',
    ],
    [
      'longer is higher',
      [
        ['99', null],
        ['100', '99'],
      ],
      '100',
      '5',
    ],
    [
      'one below what was known when it was asked for',
      [
        ['9', null],
        ['3', '9'],
      ],
      '9',
      null,
    ],
    [
      'the same once more',
      [
        ['9', null],
        ['9', '9'],
      ],
      '9',
      null,
    ],
    [
      'one that is no number',
      [
        ['9', null],
        ['a1b2', '9'],
      ],
      '9',
      null,
    ],
    ['a watermark that is no number tells nothing', [['9', 'x']], '9', '5'],
  ],
)('%s', (_, ids, watermark, trusted) => {
  const known = new LeadIds();
  for (const [id, before] of ids) known.add(id, before);
  expect(known.watermark).toBe(watermark);
  expect(known.trusted('5')).toBe(trusted);
});

// Messages wrap at words; what is pasted stays whole.
import { expect, it } from 'vitest';
import { wrapped } from '../../src/util/wrap.ts';

it.each<[string, string, number | null, string]>([
  ['no terminal', 'one two three four five six', null, 'one two three four five six'],
  ['what fits', 'one two three', 20, 'one two three'],
  ['a long line', 'one two three four five six seven', 20, 'one two three four\n  five six seven'],
  ['its indentation', '    CODE one two three four', 20, '    CODE one two\n      three four'],
  ['each line alone', 'a\none two three four five six\nb', 20, 'a\none two three four\n  five six\nb'],
  [
    'a long word',
    'see https://example.com/a/long/way for more',
    20,
    'see\n  https://example.com/a/long/way\n  for more',
  ],
  [
    'a command to the end',
    'Next: leadpush send rejects.csv --to a',
    20,
    'Next:\n  leadpush send rejects.csv --to a',
  ],
  [
    'a command in a sentence',
    'Use `leadpush retry 7F3K --unknown` now, then wait',
    24,
    'Use\n  `leadpush retry 7F3K --unknown`\n  now, then wait',
  ],
  [
    'colours take no room',
    '\u001b[31mone\u001b[39m two three four',
    20,
    '\u001b[31mone\u001b[39m two three four',
  ],
  ['wide letters', '日本 日本 日本 日本 日本', 20, '日本 日本 日本 日本\n  日本'],
  ['no terminal that narrow', 'one two three', 5, 'one two three'],
  ['the end of the last line', 'one two three four five six\n', 20, 'one two three four\n  five six\n'],
])('%s', (_, text, columns, expected) => expect(wrapped(text, columns)).toBe(expected));

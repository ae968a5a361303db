// The edge to the terminal: what a stranger wrote is shown, what we coloured is coloured, and JSON stays the same value.
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { Screen } from '../../src/output/screen.ts';
import { streamStyle } from '../../src/output/style.ts';
import { drained } from '../drained.ts';

function printed(text: string): string {
  const stream = new PassThrough();
  new Screen(stream).write(text);
  return drained(stream);
}

/** A terminal with colours. */
const { chalk } = streamStyle({ isTTY: true, columns: 80 }, { TERM: 'xterm' });

it.each([
  ['our own lines and tabs', 'a\tb\nc\n', 'a\tb\nc\n'],
  ['a colour of ours', `${chalk.red('no')} x`, '\u001b[31mno\u001b[39m x'],
  ['a colour in a colour', chalk.bold(chalk.green('y')), '\u001b[1m\u001b[32my\u001b[39m\u001b[22m'],
  ['a colour of a stranger', '\u001b[31mred', '\\u001b[31mred'],
  ['a colour of a stranger in one of ours', chalk.red('a\u001b[32mb'), '\u001b[31ma\\u001b[32mb\u001b[39m'],
  [
    'a title and the clipboard',
    'a\u001b]0;T\u0007\u001b]52;c;eA==\u001b\\',
    'a\\u001b]0;T\\u0007\\u001b]52;c;eA==\\u001b\\',
  ],
  [
    'controls of one byte and of C1',
    '\u0000\u0008\u000b\r\u007f\u0085\u009b2J',
    '\\u0000\\u0008\\u000b\\u000d\\u007f\\u0085\\u009b2J',
  ],
  ['bidi marks', 'a\u202eb\u2067c\u200fd\u061c', 'a\\u202eb\\u2067c\\u200fd\\u061c'],
  ['letters of any script, joined emoji', 'राजेश 👨‍👩‍👧 日本\u200d', 'राजेश 👨‍👩‍👧 日本\u200d'],
])('%s', (_, text, shown) => expect(printed(text)).toBe(shown));

it('JSON is the same value, without a character that steers', () => {
  const value = { id: 'a\u001b\u009b31m\u202e\u2028\u007f\n' };
  const line = printed(`${JSON.stringify(value)}\n`);
  expect(JSON.parse(line)).toEqual(value);
  expect(line).toMatch(/^[ -~]+\n$/);
});

it('a live line holds nothing of a stranger that steers', () => {
  const stream = new PassThrough();
  new Screen(stream).live('a\u001b[2J');
  expect(drained(stream)).toBe('\ra\\u001b[2J\u001b[K');
});

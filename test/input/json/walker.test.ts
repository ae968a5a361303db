// The walker looks at each character a bounded number of times, whatever the size of a value and of the pieces.
import { expect, test } from 'vitest';
import { MemberCutter } from '../../../src/input/json/members.ts';
import { Survey } from '../../../src/input/json/survey.ts';
import { JsonWalker } from '../../../src/input/json/walker.ts';

/** Counts how often characters are looked at, by a String whose charCodeAt and indexOf are counted. */
function looksAt(run: () => void): number {
  const { charCodeAt, indexOf } = String.prototype;
  let count = 0;
  String.prototype.charCodeAt = function (this: string, at: number): number {
    count++;
    return charCodeAt.call(this, at);
  };
  String.prototype.indexOf = function (this: string, part: string, from = 0): number {
    const found = indexOf.call(this, part, from);
    count += (found < 0 ? this.length : found) - from + 1;
    return found;
  };
  try {
    run();
  } finally {
    String.prototype.charCodeAt = charCodeAt;
    String.prototype.indexOf = indexOf;
  }
  return count;
}

const VALUES: readonly (readonly [what: string, text: (size: number) => string])[] = [
  ['one long text', (size) => `{"n":1,"leads":[{"phone":"1","note":"${'x'.repeat(size)}"}]}`],
  ['escapes', (size) => `{"leads":[{"phone":"1","note":"${'\\"'.repeat(size / 2)}"}]}`],
  ['backslashes', (size) => `{"leads":[{"phone":"1","note":"${'\\\\'.repeat(size / 2)}"}]}`],
  [
    'a long list within a record',
    (size) => `{"leads":[{"phone":"1","units":[${'{"a":1},'.repeat(size / 8)}1]}]}`,
  ],
  ['what stands beside the list', (size) => `{"a":[${'[1],'.repeat(size / 4)}1],"leads":[{"phone":"1"}]}`],
];

test.each(VALUES)('%s: ten times as long costs ten times as much', (_, text) => {
  const cost = (size: number, piece: number) =>
    looksAt(() => {
      const whole = text(size);
      const cutter = new MemberCutter(['leads'], false);
      const walker = new JsonWalker(cutter);
      const survey = new Survey();
      for (let at = 0; at < whole.length; at += piece) {
        walker.add(whole.slice(at, at + piece));
        survey.add(whole.slice(at, at + piece));
      }
      walker.end();
      expect(cutter.take()).toHaveLength(1);
    });
  for (const piece of [64, 1 << 20]) {
    const [small, large] = [cost(20_000, piece), cost(200_000, piece)];
    expect(small).toBeGreaterThan(20_000);
    expect(large).toBeLessThan(small * 11);
  }
});

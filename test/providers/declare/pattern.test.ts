// Patterns of declarations: as JavaScript understands them, in linear time, and refused where that cannot be.
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../src/providers/declare/pattern.ts';
import { seededRandom } from '../../../src/sandbox/random.ts';

it('match as JavaScript matches, and give the first group', () => {
  const random = seededRandom(7, 1);
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const atoms = ['a', 'b', '.', '\\d', '[ab]', '[^a]', '(a|b)', '(?:ab|c)', '^', '$', '\\b', 'x'];
  const counts = ['', '*', '+', '?', '{1,2}', '*?', '+?'];
  const wrong: unknown[] = [];
  for (let round = 0; round < 5_000; round++) {
    let source = '';
    for (let part = 0; part < 1 + Math.floor(random() * 4); part++) {
      const atom = one(atoms);
      source += atom + (['^', '$', '\\b'].includes(atom) ? '' : one(counts)) + (random() < 0.15 ? '|' : '');
    }
    const text = Array.from({ length: Math.floor(random() * 8) }, () =>
      one(['a', 'b', 'c', 'x', '1', '\n']),
    ).join('');
    const found = new RegExp(source).exec(text);
    const expected = found === null ? null : (found[1] ?? found[0]);
    const got = compilePattern(source).match(text)?.text ?? null;
    if (got !== expected) wrong.push([source, text, expected, got]);
  }
  expect(wrong).toEqual([]);
});

it.each<[string, string, string | null]>([
  ['(?i)^not authori[sz]ed', 'Not Authorised.', 'Not Authorised'],
  ['(?i)[a-z]+', '--ABC', 'ABC'],
  ['/leads/([0-9a-z-]+)$', 'https://x/leads/a-17', 'a-17'],
  ['\\.', 'a.b', '.'],
  ['^$', '', ''],
  ['é+', 'caféé', 'éé'],
  ['x', 'y', null],
])('%s in %j', (pattern, text, expected) => {
  expect(compilePattern(pattern).match(text)?.text ?? null).toBe(expected);
});

it.each(['^(a+)+b$', '(a|a)*b', '(a?){50}a{50}b', '(.*)*x'])('%s is no bomb', (pattern) => {
  const started = performance.now();
  expect(compilePattern(pattern).match('a'.repeat(50_000))).toBe(null);
  expect(performance.now() - started).toBeLessThan(5_000);
});

describe('refused', () => {
  it.each([
    '(',
    ')',
    '[a',
    'a**',
    '*a',
    'a{3,1}',
    'a{1000}',
    '(?=a)',
    '(?<n>a)',
    '(a)\\1',
    '\\p',
    '[z-a]',
    'a\\',
    `${'('.repeat(30)}a${')'.repeat(30)}`,
    'a'.repeat(501),
    '((a{99}){99}){99}',
  ])('%s', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow(/^(is|has|closes|repeats) /);
  });
});

// What is no JSON in and around JSON: where the document begins, and what is left of a text without remarks.
import { describe, expect, it, test } from 'vitest';
import { endsScript, lengthBefore, withoutRemarks } from '../../../src/input/json/remarks.ts';

describe('where the document begins', () => {
  test.each([
    ['[{}]', ''],
    [' \n{"a":1}', ''],
    ['var leads = [', 'var leads = '],
    ['const a=[', 'const a='],
    ['window.leads = {', 'window.leads = '],
    ['export default [', 'export default '],
    ['callback([', 'callback('],
    ['api.done ( {', 'api.done ( '],
    [")]}',\n[", ")]}',\n"],
    ['while(1);[', 'while(1);'],
    ['// one\n/* two ** */ [', '// one\n/* two ** */ '],
    // None of these is known to be written around JSON.
    ['name,phone\n{', ''],
    ['a == [', ''],
    ['hello world [', ''],
  ])('%j', (text, before) => {
    expect(lengthBefore(text)).toBe(before.length);
  });

  it.each(['/', '/*', '//', ' ', 'a', 'a.', '(', '/**', 'var '])('no text takes long: %j', (part) => {
    const start = performance.now();
    expect(lengthBefore(part.repeat(5000))).toBe(0);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it.each([
    [';', true],
    [')', true],
    ['{', false],
    ['x', false],
  ])('%j ends a script: %j', (first, ends) => {
    expect(endsScript(first)).toBe(ends);
  });
});

describe('without remarks, at the same length', () => {
  test.each([
    ['{"a":1,}', '{"a":1 }'],
    ['[1,2, ]', '[1,2  ]'],
    ['{"a":1,// x\n}', '{"a":1     \n}'],
    ['{/* "b" */"a":1}', '{         "a":1}'],
    ['{"a":"http://x.example/*"}', null],
    ['{"a":",}"}', null],
    ['{"a":1,,"b":2}', null],
    ['{"a":1 /* open', '{"a":1        '],
  ])('%j', (text, expected) => {
    expect(withoutRemarks(text)).toBe(expected);
  });

  it.each(['/*', '//', ', ', ',', '"', '\\"', '/* */'])('no text takes long: %j', (part) => {
    const start = performance.now();
    withoutRemarks(part.repeat(200_000));
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

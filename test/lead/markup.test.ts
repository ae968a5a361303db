// Text that a web form has encoded for HTML, and the words and errors that mean nothing.
import { expect, test } from 'vitest';
import { withoutMarkup } from '../../src/lead/markup.ts';
import { isAbsent, isAbsentName, isSheetError } from '../../src/lead/text.ts';

test.each<[text: string, expected: string]>([
  ['D&#039;Mello', "D'Mello"],
  ['D&#39;Mello &amp; Sons', "D'Mello & Sons"],
  ['Phase 2 &#8211; east', 'Phase 2 – east'],
  ['Phase 2 &#x2013; east', 'Phase 2 – east'],
  ['Phase 2 &#150; east', 'Phase 2 – east'],
  ['&lt; 1 Cr &gt; 50L', '< 1 Cr > 50L'],
  ['Caf&eacute; M&uuml;ller', 'Café Müller'],
  ['&quot;sea view&quot;', '"sea view"'],
  ['a&nbsp;b', 'a\u00a0b'],
  ['one<br>two', 'one\ntwo'],
  ['one<br />two', 'one\ntwo'],
  ['one<BR/>\r\ntwo', 'one\ntwo'],
  ['one<br class="x">two', 'one\ntwo'],
  ['one&lt;br&gt;two', 'one\ntwo'],
  ['<b>urgent</b> <i>x</i>', '<b>urgent</b> <i>x</i>'],
  // Decoded once: someone wrote this one.
  ['&amp;lt;', '&lt;'],
  // Not in a URL, and again after it.
  ['https://example.com/?a=1&amp;b=2&copy=3', 'https://example.com/?a=1&amp;b=2&copy=3'],
  ['see https://example.com/?a=1&amp;b=2 &amp; call', 'see https://example.com/?a=1&amp;b=2 & call'],
  ['www.example.com/?x=&#39;<br>next', 'www.example.com/?x=&#39;\nnext'],
  // No references.
  ['AT&T; R&D; Q&A', 'AT&T; R&D; Q&A'],
  ['Tom & Jerry; both', 'Tom & Jerry; both'],
  ['&unknown; &#0; &#xd800; &#9999999;', '&unknown; &#0; &#xd800; &#9999999;'],
  ['&amp', '&amp'],
  ['a < b; c > d', 'a < b; c > d'],
  ['<brand> <broker>', '<brand> <broker>'],
  ['plain', 'plain'],
  ['', ''],
])('%j is %j', (text, expected) => {
  expect(withoutMarkup(text)).toBe(expected);
});

test.each([
  '',
  'NA',
  'n/a',
  'n.a.',
  'nil',
  'NULL',
  'none',
  'undefined',
  'Not Provided',
  '<empty>',
  '[object Object]',
  'NaN',
  '#ERROR!',
  '#NAME?',
  '#REF!',
  '#VALUE!',
  '#N/A',
  '########',
  '#DIV/0!',
  '#WERT!',
  '#¡REF!',
  'Err:504',
  '-',
])('%j is nothing', (text) => {
  expect(isAbsent(text)).toBe(true);
});

test.each([
  'Nilesh',
  '#1 choice',
  '#12',
  '##',
  'Nathan',
  'not sure',
  'Noneca',
  'not provided yet',
  'Empty Nest',
  'Err: 3 BHK',
  '#hashtag',
  'undefined behaviour',
])('%j is something', (text) => {
  expect(isAbsent(text)).toBe(false);
});

test('Nil is a name, Null and #REF! are not', () => {
  expect(['Nil', 'NIL', 'null', '#REF!', 'not provided'].map(isAbsentName)).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
});

test('an error of a sheet is told from a word for nothing', () => {
  expect(['#REF!', '####', 'err:502', 'n/a', 'nil', ''].map(isSheetError)).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

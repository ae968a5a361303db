// How an ad platform marks its test leads (docs/behaviour.md, "A lead"). A name that says "Test" is no mark.
import { parseBoolean } from './boolean.ts';
import { normaliseHeader } from './fields.ts';

const MARK = '<test lead: dummy data for';
const ADDRESSES: ReadonlySet<string> = new Set(['test@meta.com', 'test@fb.com']);
const HEADERS: ReadonlySet<string> = new Set(['istest', 'testlead', 'istestlead']);

/** Whether a cell, whatever its column, says that its record is a test lead. */
export function isTestValue(text: string): boolean {
  if (text.length < 11) return false;
  if (text.includes('<')) return text.toLowerCase().includes(MARK);
  return text.includes('@') && text.length < 40 && ADDRESSES.has(text.trim().toLowerCase());
}

/** Whether a column's cells say yes or no to that: `is_test`, `test_lead`. */
export function isTestHeader(header: string): boolean {
  return HEADERS.has(normaliseHeader(header));
}

/** Whether a cell of such a column says yes. */
export function saysTest(text: string): boolean {
  return parseBoolean(text) === true;
}

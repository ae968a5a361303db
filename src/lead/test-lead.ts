// Marks of an ad platform's test leads. A name such as "Test" does not count.
import { parseBoolean } from './boolean.ts';
import { normaliseHeader } from './fields.ts';

const MARK = '<test lead: dummy data for';
const ADDRESSES: ReadonlySet<string> = new Set(['test@meta.com', 'test@fb.com']);
const HEADERS: ReadonlySet<string> = new Set(['istest', 'testlead', 'istestlead']);

/** Whether a cell of any column marks its record as a test lead. */
export function isTestValue(text: string): boolean {
  if (text.length < 11) return false;
  if (text.includes('<')) return text.toLowerCase().includes(MARK);
  return text.includes('@') && text.length < 40 && ADDRESSES.has(text.trim().toLowerCase());
}

/** Whether a column says yes or no to it: `is_test`, `test_lead`. */
export function isTestHeader(header: string): boolean {
  return HEADERS.has(normaliseHeader(header));
}

/** Whether a cell of such a column says yes. */
export function saysTest(text: string): boolean {
  return parseBoolean(text) === true;
}

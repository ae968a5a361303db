// What `leadpush_message` says of a row in a rejects file: which cells are wrong, and that nothing is left to do where the row
// was fixed and sent since.
import type { Result } from '../delivery/outcome.ts';
import { toAscii } from './table.ts';

export const REJECTS_COLUMN = 'leadpush_message';

type Errors = Result['errors'];

/** What is wrong with a row, as the file says it. */
export function rejectsMessage(errors: Errors): string {
  return [...new Set(errors.map(textOf))].join(' ');
}

function textOf({ field, code, message }: Errors[number]): string {
  return `${code}: ${field === null ? '' : `${field}: `}${message}`;
}

/** Whether a column is named in it, also as a file of another encoding has it. */
export function isFaulty(header: string, message: string): boolean {
  return [header, toAscii(header, 'ascii')].some((name) => message.includes(`: ${name}: `));
}

/** Before the message of a row that a person need not look at. */
export const DONE = 'Fixed and sent already: nothing to do. ';

/** In the bytes of a file, read as Latin-1, whatever their encoding. */
const DONE_BYTES = new RegExp([...DONE, ''].map((sign) => sign.replace('.', '\\.')).join('\\0?'), 'g');

/** A file as it would be if none of its rows were known as fixed. @param bytes as Latin-1 */
export function asOpen(bytes: string): string {
  return bytes.replace(DONE_BYTES, '');
}

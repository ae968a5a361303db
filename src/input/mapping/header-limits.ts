// Refuses a row that cannot be a header: too many columns, or very long names. This costs the file, before anything is
// sent.
import { grouped } from '../../util/counted.ts';
import { UsageError } from '../../util/usage-error.ts';
import { MAX_COLUMNS, MAX_NAME, MAX_NAMES } from '../limits.ts';

/** The most unnamed columns before the last named one. */
const MAX_UNNAMED = 1024;

/** @param where the table's name, for messages @throws UsageError */
export function checkHeaders(headers: readonly string[], where: string): void {
  const says = (what: string, next: string) => new UsageError(`${where}: the header ${what}`, next);
  if (headers.length > MAX_COLUMNS) {
    throw says(
      `has ${grouped(headers.length)} columns; the maximum is ${grouped(MAX_COLUMNS)}.`,
      'Remove the columns that are not needed. If this is not the header, check --delimiter.',
    );
  }
  const long = headers.findIndex((header) => header.length > MAX_NAME);
  if (long >= 0) {
    throw says(
      `has a name of ${grouped(headers[long]?.length ?? 0)} characters in column ${long + 1}; the maximum is ${grouped(MAX_NAME)}.`,
      'Shorten it, or add the missing quote.',
    );
  }
  const names = headers.reduce((sum, header) => sum + header.length, 0);
  if (names > MAX_NAMES) {
    throw says(
      `has names of ${grouped(names)} characters in total; the maximum is ${grouped(MAX_NAMES)}.`,
      'Shorten them, or remove the columns that are not needed.',
    );
  }
  const named = headers.filter((header) => header.trim() !== '').length;
  const last = headers.findLastIndex((header) => header.trim() !== '');
  if (last + 1 - named > MAX_UNNAMED) {
    throw says(
      `has a name in column ${grouped(last + 1)}, but ${grouped(last + 1 - named)} columns before it have none.`,
      'Delete the cells so far to the right, or name the columns.',
    );
  }
}

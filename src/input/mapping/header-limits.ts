// A header that is none: too many columns, or names as long as a text. It costs the file, before anything is sent.
import { UsageError } from '../../util/usage-error.ts';
import { MAX_COLUMNS, MAX_NAME, MAX_NAMES } from '../limits.ts';

/** Columns without a name before the last that has one. */
const MAX_UNNAMED = 1024;
const COUNT = new Intl.NumberFormat('en-US');

/** @param where names the table in messages @throws UsageError */
export function checkHeaders(headers: readonly string[], where: string): void {
  const says = (what: string, next: string) => new UsageError(`${where}: the header ${what}`, next);
  if (headers.length > MAX_COLUMNS) {
    throw says(
      `has ${COUNT.format(headers.length)} columns; at most ${COUNT.format(MAX_COLUMNS)} can be read.`,
      'Leave out the columns that no lead needs. If it is no table of leads, check --delimiter.',
    );
  }
  const long = headers.findIndex((header) => header.length > MAX_NAME);
  if (long >= 0) {
    throw says(
      `has a name of ${COUNT.format(headers[long]?.length ?? 0)} characters in column ${long + 1}; at most ${COUNT.format(MAX_NAME)} can be read.`,
      'Shorten it. If a quote is missing, put it in.',
    );
  }
  const names = headers.reduce((sum, header) => sum + header.length, 0);
  if (names > MAX_NAMES) {
    throw says(
      `has names of ${COUNT.format(names)} characters; at most ${COUNT.format(MAX_NAMES)} can be read.`,
      'Shorten them, or leave out the columns that no lead needs.',
    );
  }
  const named = headers.filter((header) => header.trim() !== '').length;
  const last = headers.findLastIndex((header) => header.trim() !== '');
  if (last + 1 - named > MAX_UNNAMED) {
    throw says(
      `has a name in column ${COUNT.format(last + 1)}, and ${COUNT.format(last + 1 - named)} columns before it have none.`,
      'Delete what stands so far to the right, or give the columns their names.',
    );
  }
}

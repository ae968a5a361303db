// The apostrophe that keeps a spreadsheet from running a cell as a formula: added when CSV is written, removed when it
// is read. A spreadsheet splits a file at the list separator of its own country, whatever the file's delimiter: then
// the quotes of a cell have no effect, and each part of it is a cell. So each part that would run gets its own
// apostrophe. Rule: OWASP's CSV injection list (= + - @ and their full-width forms, TAB, CR), after leading spaces and
// after a line break (Symfony CVE-2021-41270; workglow-dev/sec pull 119).

/** Characters at which a spreadsheet may split a file. */
export const SEPARATORS = ',;\t|';
const STARTS = '=+\\-@\\t\\uff1d\\uff0b\\uff0d\\uff20\\ufe62\\ufe63\\ufe66\\ufe6b';
/** Spaces, invisible characters and empty quotes; nothing that ends a part, so that matching stays linear. */
const PASSED = '(?![\\t\\r\\n])[\\s\\u0000-\\u001f\\u007f-\\u00a0\\u00ad\\u200b-\\u200f\\u2060\\ufeff"]';
/** Where the apostrophe goes: after the cell's own apostrophes. */
const RUNS = `'*(?:${PASSED})*[${STARTS}]`;

/** The patterns as text, for the report's script. */
export const GUARD_PATTERNS = {
  /** A cell that would run. */
  start: `^'*(?:[\\s\\u0000-\\u001f\\u007f-\\u00a0\\u00ad\\u200b-\\u200f\\u2060\\ufeff]*[${STARTS}]|\\r)`,
  /** A line of a cell that would run. */
  line: `[\\r\\n](?=${RUNS})`,
  /** Where a part of a cell that would run begins. */
  part: `[${SEPARATORS}\\r\\n](?=${RUNS})`,
} as const;

const START = new RegExp(GUARD_PATTERNS.start);
const LINE = new RegExp(GUARD_PATTERNS.line);
const PART = new RegExp(GUARD_PATTERNS.part, 'g');
const GUARDED = new RegExp(`([${SEPARATORS}\\r\\n])'(?=${RUNS})`, 'g');
/** Whether there is anything to check, in one pass. */
const SUSPECT = new RegExp(`[${STARTS}\\r]`);

/**
 * Adds an apostrophe before the cell if a spreadsheet would run it or one of its lines, and one before each part of it
 * that would run. {@link unescapeFormula} undoes it for any cell.
 * @param delimiter the file's own: a spreadsheet that splits at it respects the cell's quotes
 */
export function escapeFormula(cell: string, delimiter: string): string {
  if (!SUSPECT.test(cell)) return cell;
  const parts = cell.replace(PART, (before, at: number) =>
    before === delimiter && cell[at + 1] !== "'" ? before : `${before}'`,
  );
  return START.test(cell) || LINE.test(cell) ? `'${parts}` : parts;
}

/** Removes the apostrophes that {@link escapeFormula} would have added, for any delimiter; all others stay. */
export function unescapeFormula(cell: string): string {
  if (!cell.includes("'")) return cell;
  const whole = cell.replace(GUARDED, '$1');
  if (whole.charCodeAt(0) !== 39) return whole;
  const rest = whole.slice(1);
  return START.test(rest) || LINE.test(rest) ? rest : whole;
}

// The apostrophe that keeps a spreadsheet from running a cell as a formula: put on by what writes CSV, taken off by what
// reads it. A spreadsheet parts a file at the list separator of its own country, whatever the file's: then the quotes of
// a cell count for nothing, and each part of it is a cell. So each part that would run has an apostrophe of its own.
// Rule: OWASP's CSV injection list (= + - @ and their full-width forms, TAB, CR), after leading blanks and after a line
// break (Symfony CVE-2021-41270; workglow-dev/sec pull 119).

/** What a spreadsheet may part a file at. */
export const SEPARATORS = ',;\t|';
const STARTS = '=+\\-@\\t\\uff1d\\uff0b\\uff0d\\uff20\\ufe62\\ufe63\\ufe66\\ufe6b';
/** Blanks, what is not seen, and quotes that end as soon as they begin; nothing that ends a part, so that it stays linear. */
const PASSED = '(?![\\t\\r\\n])[\\s\\u0000-\\u001f\\u007f-\\u00a0\\u00ad\\u200b-\\u200f\\u2060\\ufeff"]';
/** A guard's place, past the apostrophes of the cell's own that stand there. */
const RUNS = `'*(?:${PASSED})*[${STARTS}]`;

/** The patterns as text, for the report's own script. */
export const GUARD_PATTERNS = {
  /** A cell that would run. */
  start: `^'*(?:[\\s\\u0000-\\u001f\\u007f-\\u00a0\\u00ad\\u200b-\\u200f\\u2060\\ufeff]*[${STARTS}]|\\r)`,
  /** A line of a cell that would run. */
  line: `[\\r\\n](?=${RUNS})`,
  /** Where a part of a cell begins that would run. */
  part: `[${SEPARATORS}\\r\\n](?=${RUNS})`,
} as const;

const START = new RegExp(GUARD_PATTERNS.start);
const LINE = new RegExp(GUARD_PATTERNS.line);
const PART = new RegExp(GUARD_PATTERNS.part, 'g');
const GUARDED = new RegExp(`([${SEPARATORS}\\r\\n])'(?=${RUNS})`, 'g');
/** Whether there is anything to look at, in one pass. */
const SUSPECT = new RegExp(`[${STARTS}\\r]`);

/**
 * An apostrophe before the cell where a spreadsheet would run it or one of its lines, and one before each part of it
 * that would run by itself. {@link unescapeFormula} undoes it, whatever the cell.
 * @param delimiter the file's own: a spreadsheet that parts at it respects the cell's quotes
 */
export function escapeFormula(cell: string, delimiter: string): string {
  if (!SUSPECT.test(cell)) return cell;
  const parts = cell.replace(PART, (before, at: number) =>
    before === delimiter && cell[at + 1] !== "'" ? before : `${before}'`,
  );
  return START.test(cell) || LINE.test(cell) ? `'${parts}` : parts;
}

/** Takes the apostrophes off wherever {@link escapeFormula} would have put them, for any delimiter; all others stay. */
export function unescapeFormula(cell: string): string {
  if (!cell.includes("'")) return cell;
  const whole = cell.replace(GUARDED, '$1');
  if (whole.charCodeAt(0) !== 39) return whole;
  const rest = whole.slice(1);
  return START.test(rest) || LINE.test(rest) ? rest : whole;
}

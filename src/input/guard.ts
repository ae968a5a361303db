// The apostrophe that keeps a spreadsheet from running a cell as a formula: put on by what writes CSV, taken off by what
// reads it. Rule: OWASP's CSV injection list (= + - @ TAB CR), after leading blanks and after a line break inside a cell
// (Symfony CVE-2021-41270; workglow-dev/sec pull 119).

const DANGEROUS = /^[ \u00a0]*[=+\-@\t\r]|[\r\n][ \u00a0]*[=+\-@\t\r]/;

/** A leading `'` where a spreadsheet would run the cell. */
export function guard(cell: string): string {
  return DANGEROUS.test(cell) ? `'${cell}` : cell;
}

/** Takes a leading `'` off wherever {@link guard} would have put it; any other apostrophe stays. */
export function unguard(cell: string): string {
  return cell.charCodeAt(0) === 39 && DANGEROUS.test(cell.slice(1)) ? cell.slice(1) : cell;
}

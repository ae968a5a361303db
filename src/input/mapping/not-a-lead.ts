// Rows of a table that are no leads: a header that comes again, a second header, a total, a line that a report adds. They
// are skipped, not invalid: there is nothing to fix. A row with a number is always a lead, whatever its name is.
import type { Problem } from '../../lead/codes.ts';
import { fieldByHeader } from '../../lead/fields.ts';
import type { ColumnTarget } from '../../lead/lead.ts';
import { isAbsent, oneLine } from '../../lead/text.ts';
import { headerKey } from '../presets/index.ts';

/** Judges a row by its cells. @returns null for a lead, or the reason */
export type LeadJudge = (cells: readonly string[]) => Problem | null;

const CONTACTS: ReadonlySet<string> = new Set<ColumnTarget>(['phone', 'altPhone', 'email']);
const NAMES: ReadonlySet<string> = new Set<ColumnTarget>(['name', 'firstName', 'lastName']);

/** The word alone, perhaps with the figure: never `Total Environment`. */
const TOTAL =
  /^(?:(?:grand|sub|overall|report)[\s-]*)?(?:totals?|sum|gesamt(?:summe)?|summe|insgesamt|total general|suma|कुल|योग|المجموع|الإجمالي)(?:\s+(?:leads?|records?|rows?|entries|contacts?|enquir(?:y|ies)|inquir(?:y|ies)|responses?|submissions?|results?|count|amount|value))?\s*[:=-]?\s*[\d.,\s]*$/iu;
const COUNTED =
  /^(?:(?:number|no\.?|count) of )?(?:records?|rows|leads|entries|results|count)\s*(?:found\s*)?[:=]\s*[\d.,]*$/i;
/** `(3 rows)`, `3 records found`, `Showing 1 to 3 of 3 entries`: how databases and pages count. */
const HOW_MANY =
  /^(?:\(?\d[\d,]* (?:rows?|records?|leads?|entries|results?)(?: (?:found|affected|selected|returned|exported|fetched|in set)\b.*)?\)?\.?|showing \d[\d,]* .{0,60})$/i;
/** How lines begin that programs write below a table. */
const FOOTER =
  /^(?:(?:report |list |file |data |sheet )?(?:generated|exported|downloaded|printed|created|prepared|extracted|produced)\s*(?:by|on|at|from|with|using|via|in|date)?\s*[:]|(?:report |list |file |data )?(?:generated|exported|downloaded|printed|prepared|extracted|produced) (?:by|on|at|from|with|using|via)\b|copyright\s*(?:\(c\)|©|\d{4}|by\b|-|.{1,60}\b(?:19|20)\d\d\b)|©|\(c\)\s*\d{4}|all rights reserved|powered by |(?:strictly |private (?:and|&) |company |business )confidential\b|confidential(?:\s+information|\s+-|\s*:|\s*$)|(?:this|the) (?:report|document|file|list|export) (?:is|was|has|contains)\b|end of (?:report|file|list|data|document)|-+\s*end\b|page \d+ (?:of|\/) \d+|disclaimer\s*:|report (?:title|name|date|period|id|run|by|filters?)\s*:|(?:filtered|sorted|grouped) by\s*:|as of (?:date\s*)?:?\s*\d)/iu;
/** `*** End of report ***`: before the words. */
const DECORATION = /^[*=#~_\s]+/;
/** `----`, `=====`: between a header and its rows, or above a total. */
const RULE = /^[-=_*~+:|]{3,}$/;
/** Cells in a footer's row besides its words. */
const MAX_FOOTER_CELLS = 3;

/** A second header's own words, in survey exports. */
const SECOND = /^(?:open-ended response|response|other \(please specify\)|\{"?importid"?:.*\})$/i;
/** Ids of questions: `Q5`, `QID12_TEXT`, `q3_phone`, `entry.1234`, `question_7`, `G01Q02`. */
const QUESTION =
  /^(?:q(?:id)?[-_.]?\d+(?:[-_.#]\w+)*|question[\s_-]*\d+|entry\.\d+|g\d+q\d+(?:\[\w+\])?|field[_-]\d+|input[_-]\d+(?:[._]\d+)*)$/i;
const LETTER = /\p{L}/u;
const FIVE_DIGITS = /(?:\d\D*){5}/;

/**
 * @param headers the table's header
 * @param targets what its columns go to
 */
export function leadJudge(headers: readonly string[], targets: readonly (ColumnTarget | null)[]): LeadJudge {
  const columnsOf = (wanted: ReadonlySet<string>) =>
    targets.flatMap((target, column) => (target !== null && wanted.has(target) ? [column] : []));
  const contacts = columnsOf(CONTACTS);
  const persons = [...columnsOf(NAMES), ...contacts];
  const keys = headers.map(headerKey);
  const own = new Set(keys.filter((key) => key !== ''));

  return (cells) => {
    // Most rows end here: one of their numbers has no letters.
    for (const column of contacts) {
      const cell = cells[column];
      if (cell !== undefined && cell.length > 4 && isContact(cell)) return null;
    }
    if (isHeader(cells)) return reason('It repeats the header, or is a second header');
    const filled = cells.map(oneLine).filter((cell) => cell !== '');
    if (filled.length > 0 && filled.every((cell) => RULE.test(cell))) return reason('It is a ruled line');
    if (!contacts.every((column) => isCount(cells[column] ?? ''))) return null;
    const first = (filled[0] ?? '').replace(DECORATION, '');
    if (TOTAL.test(first) || COUNTED.test(first) || HOW_MANY.test(first)) return reason('It is a total');
    if (filled.length <= MAX_FOOTER_CELLS && FOOTER.test(first))
      return reason('It is a line that a report adds');
    return isTitle(cells) ? reason('It is a title or a note of the report') : null;
  };

  /** A text of some words, alone in a first column that goes nowhere: the row has nothing to send. */
  function isTitle(cells: readonly string[]): boolean {
    if (targets.length < 3 || targets[0] !== null) return false;
    return (
      /\p{L}.*\s.*\p{L}/u.test(cells[0] ?? '') && cells.every((cell, i) => i === 0 || cell.trim() === '')
    );
  }

  function isHeader(cells: readonly string[]): boolean {
    let same = 0;
    let said = 0;
    let second = false;
    let other = 0;
    for (const [column, cell] of cells.entries()) {
      const text = cell.length > 300 ? cell : oneLine(cell);
      if (text === '') continue;
      const key = headerKey(text);
      if (key !== '' && key === keys[column]) same++;
      else if (SECOND.test(text)) second = true;
      else if (own.has(key) || QUESTION.test(text) || fieldByHeader(text) !== null) said++;
      else if (persons.includes(column)) return false;
      else other++;
    }
    const contact = contacts.some((column) => (cells[column] ?? '').trim() !== '');
    if (second) return contact;
    if (other > 0) return false;
    return same >= 2 || (contact && same + said >= 2) || (same === 1 && said === 0 && own.size === 1);
  }
}

/** A number or an address, not a question's id. */
function isContact(cell: string): boolean {
  // `+` or a digit: no question's id starts so.
  const first = cell.charCodeAt(0);
  if (first === 43 || (first >= 48 && first <= 57)) return hasFiveDigits(cell);
  if (cell.includes('@')) return true;
  return FIVE_DIGITS.test(cell) && !(LETTER.test(cell) && (QUESTION.test(cell) || SECOND.test(cell)));
}

function hasFiveDigits(cell: string): boolean {
  let digits = 0;
  for (let i = 0; i < cell.length; i++) {
    const code = cell.charCodeAt(i);
    if (code >= 48 && code <= 57 && ++digits === 5) return true;
  }
  return false;
}

/** Nothing, or a total's count: more digits may be a number. */
function isCount(cell: string): boolean {
  const text = oneLine(cell);
  return isAbsent(text) || (/^[\d.,\s]+$/.test(text) && !FIVE_DIGITS.test(text));
}

function reason(what: string): Problem {
  return { field: null, code: 'NOT_A_LEAD', message: `${what}, not a lead; it is not sent.` };
}

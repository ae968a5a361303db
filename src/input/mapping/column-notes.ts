// What a person should know about how columns were understood: which were taken together, and whose code is where.
import type { Note } from '../record.ts';
import type { ColumnPlan, Together } from './columns.ts';

/** Headers that a sentence names. */
const NAMED = 12;

export function columnNotes({ together, phones }: ColumnPlan): readonly Note[] {
  const notes: Note[] = together.map((one) => ({ kind: 'columns', text: togetherText(one) }));
  for (const { header, codes, codeHeaders } of phones) {
    if (codes.length === 0) continue;
    notes.push({
      kind: 'country',
      text: `numbers in ${quote(header)} without + are read with the code in ${list(codeHeaders.map(quote), 'or')}`,
    });
  }
  return notes;
}

function togetherText({ field, columns: all }: Together): string {
  const columns = list(
    all.map(({ header, place }) => `${quote(header)}${place === null ? '' : ` (column ${place})`}`),
    'and',
  );
  if (field === 'phone') {
    return `${columns} are tried for the phone in this order; a mobile comes before a landline, the next number is altPhone, further ones are kept in extra`;
  }
  return `${columns} are taken together as ${field}: the first filled one counts, a different value in another is kept in extra`;
}

function list(names: readonly string[], word: 'and' | 'or'): string {
  const shown = names.slice(0, NAMED);
  if (names.length > NAMED) shown.push(`${names.length - NAMED} more`);
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} ${word} ${last}`;
}

function quote(header: string): string {
  return `"${header}"`;
}

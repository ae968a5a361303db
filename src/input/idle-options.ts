// Options of how an input is read that none of the inputs can follow: `--sheet` with a CSV. Where several inputs are read, one
// that can is enough.
import type { InputFormat, NoteKind } from './record.ts';
import type { SourceOptions } from './source.ts';

interface Rule {
  readonly option: string;
  readonly isGiven: (options: SourceOptions) => boolean;
  readonly formats: readonly InputFormat[];
  /** What such an input is, and what others have none of. */
  readonly fits: string;
  readonly kind: NoteKind;
}

const TABLES = ['csv', 'tsv', 'xlsx'] as const;

const RULES: readonly Rule[] = [
  {
    option: '--sheet',
    isGiven: ({ sheet }) => isText(sheet),
    formats: ['xlsx'],
    fits: 'a workbook',
    kind: 'sheet',
  },
  {
    option: '--records',
    isGiven: ({ records }) => isText(records),
    formats: ['json', 'ndjson'],
    fits: 'JSON',
    kind: 'records',
  },
  {
    option: '--delimiter',
    isGiven: ({ delimiter }) => isText(delimiter),
    formats: ['csv', 'tsv'],
    fits: 'CSV or TSV',
    kind: 'text',
  },
  {
    option: '--encoding',
    isGiven: ({ encoding }) => isText(encoding),
    formats: ['csv', 'tsv', 'json', 'ndjson'],
    fits: 'text',
    kind: 'text',
  },
  {
    option: '--no-header',
    isGiven: ({ noHeader }) => noHeader === true,
    formats: TABLES,
    fits: 'a table',
    kind: 'header',
  },
];

const isText = (given: string | null | undefined) => given !== null && given !== undefined;

/** @param formats of all inputs @returns one note for each option that has no effect */
export function idleOptions(
  options: SourceOptions,
  formats: readonly InputFormat[],
): readonly { readonly kind: NoteKind; readonly text: string }[] {
  return RULES.filter(
    (rule) => rule.isGiven(options) && !formats.some((format) => rule.formats.includes(format)),
  ).map(({ option, fits, kind }) => ({
    kind,
    text: `${option} has no effect: ${formats.length === 1 ? 'the input is not' : 'no input is'} ${fits}.`,
  }));
}

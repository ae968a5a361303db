// A full rehearsal of reading (`leadpush check FILE`): every record goes the way that `send` would take it, up to the
// provider's door. Counts what would become of them and keeps the first rows of each problem.
import type { Code, Problem } from '../lead/codes.ts';
import { DedupeIndex } from '../lead/dedupe-index.ts';
import type { FieldName, Lead, LeadResult } from '../lead/lead.ts';
import type { PreparedInput, PreparedSource } from './prepare.ts';

/** Rows kept of each code. */
const SHOWN = 5;

/** What would become of the records; the four add up to `records`. */
export interface CheckedCounts {
  readonly wouldSend: number;
  /** Same phone and project as an earlier record of this input. */
  readonly duplicate: number;
  readonly skipped: number;
  readonly invalid: number;
}

export interface CheckedProblem {
  /** `error`: the record is not sent; `skip`: not meant to be; `warning`: sent without the value. */
  readonly kind: 'error' | 'warning' | 'skip';
  readonly code: Code;
  readonly file: string | null;
  readonly record: number;
  readonly line: number | null;
  readonly field: string | null;
  readonly message: string;
  /** E.164 where it was understood. */
  readonly phone: string | null;
}

export interface CheckedDuplicate {
  readonly file: string | null;
  readonly record: number;
  readonly line: number | null;
  readonly phone: string;
  readonly of: { readonly file: string | null; readonly record: number };
}

export interface CheckedFile {
  readonly source: PreparedSource;
  readonly records: number;
}

export interface FileCheck {
  readonly files: readonly CheckedFile[];
  readonly records: number;
  readonly counts: CheckedCounts;
  /** How many records have this code. */
  readonly codes: ReadonlyMap<Code, number>;
  /** The first rows of each code, in the order in which codes came up. */
  readonly problems: readonly CheckedProblem[];
  /** The first duplicates. */
  readonly duplicates: readonly CheckedDuplicate[];
}

/**
 * Reads all inputs to their end.
 * @param dedupe the fields, besides the phone, that make two leads two
 * @param progress told of the records read so far, after each batch
 */
export async function checkInput(
  input: PreparedInput,
  dedupe: readonly FieldName[],
  progress: (records: number) => void,
): Promise<FileCheck> {
  const tally = new Tally(dedupe);
  const files: CheckedFile[] = [];
  for (const source of input.sources) {
    const before = tally.records;
    tally.startFile(source.info.file);
    for await (const rows of source.rows()) {
      for (const { record, result } of rows) tally.add(result, record);
      progress(tally.records);
    }
    files.push({ source, records: tally.records - before });
  }
  return { files, ...tally.result() };
}

interface Place {
  readonly record: number;
  readonly line: number | null;
}

class Tally {
  records = 0;
  readonly #dedupe: readonly FieldName[];
  readonly #twins = new DedupeIndex();
  readonly #counts = { wouldSend: 0, duplicate: 0, skipped: 0, invalid: 0 };
  readonly #codes = new Map<Code, number>();
  readonly #problems = new Map<Code, CheckedProblem[]>();
  readonly #duplicates: CheckedDuplicate[] = [];
  /** Where each file starts in the count of all records, so that a place tells its file. */
  readonly #starts: { readonly at: number; readonly file: string | null }[] = [];
  #file: string | null = null;

  constructor(dedupe: readonly FieldName[]) {
    this.#dedupe = dedupe;
  }

  startFile(file: string | null): void {
    this.#file = file;
    this.#starts.push({ at: this.records, file });
  }

  add(result: LeadResult, place: Place): void {
    const at = this.records++;
    switch (result.kind) {
      case 'lead':
        this.#lead(result.lead, place, at);
        this.#note('warning', result.warnings, place, result.lead.phone);
        return;
      case 'skipped':
        this.#counts.skipped++;
        this.#note('skip', [result.reason], place, result.phone);
        return;
      case 'invalid':
        this.#counts.invalid++;
        this.#note('error', result.errors, place, result.phone);
        this.#note('warning', result.warnings, place, result.phone);
    }
  }

  result(): Omit<FileCheck, 'files'> {
    return {
      records: this.records,
      counts: this.#counts,
      codes: this.#codes,
      problems: [...this.#problems.values()].flat(),
      duplicates: this.#duplicates,
    };
  }

  #lead(lead: Lead, { record, line }: Place, at: number): void {
    const first = this.#twins.first(keyOf(lead, this.#dedupe), at);
    if (first === null) {
      this.#counts.wouldSend++;
      return;
    }
    this.#counts.duplicate++;
    if (this.#duplicates.length >= SHOWN) return;
    this.#duplicates.push({ file: this.#file, record, line, phone: lead.phone, of: this.#placeOf(first) });
  }

  /** The file and record of a place in the count of all records. */
  #placeOf(at: number): { readonly file: string | null; readonly record: number } {
    const start = this.#starts.findLast((candidate) => candidate.at <= at);
    return { file: start?.file ?? null, record: at - (start?.at ?? 0) + 1 };
  }

  #note(
    kind: CheckedProblem['kind'],
    problems: readonly Problem[],
    place: Place,
    phone: string | null,
  ): void {
    for (const [index, { code, field, message }] of problems.entries()) {
      // Two values of one record that share a code are one record with that code.
      if (problems.findIndex((problem) => problem.code === code) === index) {
        this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1);
      }
      const kept = this.#problems.get(code) ?? [];
      if (kept.length >= SHOWN) continue;
      const { record, line } = place;
      this.#problems.set(code, [
        ...kept,
        { kind, code, file: this.#file, record, line, field, message, phone },
      ]);
    }
  }
}

/** What makes two leads one, as a submission's key does (docs/behaviour.md, "Delivery"). */
function keyOf(lead: Lead, dedupe: readonly FieldName[]): string {
  if (dedupe.length === 0) return lead.phone;
  return JSON.stringify([lead.phone, ...dedupe.map((field) => lead[field] ?? null)]);
}

// `leadpush check FILE`: reads the files as `send` would, offline. Counts what would be sent and keeps the first rows of
// each problem.
import type { Code, Problem } from '../lead/codes.ts';
import { InputDuplicates, type RecordPlace } from '../lead/input-duplicates.ts';
import type { FieldName, Lead, LeadResult } from '../lead/lead.ts';
import { RecordLines } from '../lead/record-lines.ts';
import { FirstRows, type FirstRowsSeen } from './first-rows.ts';
import type { PreparedInput, PreparedSource } from './prepare.ts';

/** Rows kept for each code. */
const SHOWN = 5;

/** The four counts add up to `records`. */
export interface CheckedCounts {
  readonly wouldSend: number;
  /** The same lead as an earlier record of this input. */
  readonly duplicate: number;
  readonly skipped: number;
  readonly invalid: number;
}

export interface CheckedProblem {
  /** `error`: the record is not sent; `skip`: it is not meant to be sent; `warning`: it is sent. */
  readonly kind: 'error' | 'warning' | 'skip';
  readonly code: Code;
  readonly file: string | null;
  readonly record: number;
  readonly line: number | null;
  readonly field: string | null;
  readonly message: string;
  /** E.164 if it is valid. */
  readonly phone: string | null;
}

export interface CheckedDuplicate {
  readonly file: string | null;
  readonly record: number;
  readonly line: number | null;
  readonly phone: string;
  readonly of: RecordPlace;
  /** The line of that record. */
  readonly ofLine: number | null;
}

export interface CheckedFile {
  readonly source: PreparedSource;
  readonly records: number;
  readonly first: FirstRowsSeen;
}

export interface FileCheck {
  readonly files: readonly CheckedFile[];
  readonly records: number;
  readonly counts: CheckedCounts;
  /** How many records have this code. */
  readonly codes: ReadonlyMap<Code, number>;
  /** How many of these are of records that are not sent for another reason. */
  readonly notSent: ReadonlyMap<Code, number>;
  /** The first rows of each code, in the order in which the codes occurred. */
  readonly problems: readonly CheckedProblem[];
  /** The first duplicates. */
  readonly duplicates: readonly CheckedDuplicate[];
}

/**
 * Reads all inputs to their end.
 * @param dedupe the fields that, with the phone, identify a lead
 * @param complete what a target adds to a record, and what it lacks then
 * @param progress called with the records read so far, after each batch
 */
export async function checkInput(
  input: PreparedInput,
  dedupe: readonly FieldName[],
  progress: (records: number) => void,
  complete: (result: LeadResult) => LeadResult = (result) => result,
): Promise<FileCheck> {
  const tally = new Tally(dedupe);
  const files: CheckedFile[] = [];
  for (const source of input.sources) {
    const before = tally.records;
    tally.startFile(source.info.file);
    const first = new FirstRows(source);
    for await (const rows of source.rows()) {
      for (const { record, result } of rows) {
        const completed = complete(result);
        tally.add(completed, record);
        first.add(record, completed);
      }
      progress(tally.records);
    }
    files.push({ source, records: tally.records - before, first: first.result() });
  }
  return { files, ...tally.result() };
}

interface Place {
  readonly record: number;
  readonly line: number | null;
}

class Tally {
  readonly #dedupe: readonly FieldName[];
  readonly #seen = new InputDuplicates();
  readonly #lines = new RecordLines();
  readonly #counts = { wouldSend: 0, duplicate: 0, skipped: 0, invalid: 0 };
  readonly #codes = new Map<Code, number>();
  readonly #notSent = new Map<Code, number>();
  readonly #problems = new Map<Code, CheckedProblem[]>();
  readonly #duplicates: CheckedDuplicate[] = [];
  #file: string | null = null;

  constructor(dedupe: readonly FieldName[]) {
    this.#dedupe = dedupe;
  }

  get records(): number {
    return this.#seen.records;
  }

  startFile(file: string | null): void {
    this.#file = file;
    this.#seen.startFile(file);
  }

  add(result: LeadResult, place: Place): void {
    this.#seen.next();
    this.#lines.add({ file: this.#file, record: place.record, line: place.line });
    switch (result.kind) {
      case 'lead':
        this.#lead(result.lead, place);
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
        for (const code of new Set(result.warnings.map((warning) => warning.code)))
          this.#notSent.set(code, (this.#notSent.get(code) ?? 0) + 1);
    }
  }

  result(): Omit<FileCheck, 'files'> {
    return {
      records: this.records,
      counts: this.#counts,
      codes: this.#codes,
      notSent: this.#notSent,
      problems: [...this.#problems.values()].flat(),
      duplicates: this.#duplicates,
    };
  }

  #lead(lead: Lead, { record, line }: Place): void {
    const first = this.#seen.firstOf(keyOf(lead, this.#dedupe));
    if (first === null) {
      this.#counts.wouldSend++;
      return;
    }
    this.#counts.duplicate++;
    if (this.#duplicates.length >= SHOWN) return;
    const ofLine = this.#lines.lineOf(first.file, first.record);
    this.#duplicates.push({ file: this.#file, record, line, phone: lead.phone, of: first, ofLine });
  }

  #note(
    kind: CheckedProblem['kind'],
    problems: readonly Problem[],
    place: Place,
    phone: string | null,
  ): void {
    for (const [index, { code, field, message }] of problems.entries()) {
      // A record with two values of the same code counts once.
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

/** Identifies a lead as a submission's key does. */
function keyOf(lead: Lead, dedupe: readonly FieldName[]): string {
  if (dedupe.length === 0) return lead.phone;
  return JSON.stringify([lead.phone, ...dedupe.map((field) => lead[field] ?? null)]);
}

// One input of a call: its plan (or plans, for JSON), its day order, and its rows as leads.

import type { DateOrder } from '../../lead/date.ts';
import type { ColumnTarget, FieldName, LeadResult } from '../../lead/lead.ts';
import type { PhoneParser } from '../../lead/phone.ts';
import type { Reading } from '../../lead/values.ts';
import { titleNote } from '../csv/table-start.ts';
import type { Preset } from '../presets/preset.ts';
import type { BytesRead, InputRecord, Note, Source, SourceInfo } from '../record.ts';
import { isOfShard, type Shard } from '../shard.ts';
import { columnNotes } from './column-notes.ts';
import { type ColumnRule, foundColumns, unnamedColumn } from './column-rules.ts';
import { type ColumnPlan, filledBy, planColumns, planKeys } from './columns.ts';
import { DateVotes, type DayOrder, dateNote } from './date-order.ts';
import { type LeadJudge, leadJudge } from './not-a-lead.ts';
import { contradiction, type RowReader, rowReader, tooLong } from './row.ts';
import { toLead, wordsOf } from './to-lead.ts';

/** How many characters of a file are read to find its day order before its rows are handed on. */
const FIRST_PART = 1024 * 1024;
/** How many shapes of JSON records are cached: a file whose records all differ must not fill the memory. */
const SHAPES = 500;
/** Shapes with longer keys are not cached. */
const MAX_SHAPE = 16 * 1024;
/** Notes that are kept: JSON records may differ without end. */
const NOTES = 20;
/** Keys of JSON records that are reported. */
const KEYS = 200;

/** One record and its result. */
export interface LeadRow {
  readonly record: InputRecord;
  readonly result: LeadResult;
}

/** One input with its columns mapped. For JSON, the columns are only known as it is read. */
export interface PreparedSource {
  readonly info: SourceInfo;
  /** The known export, if recognised; for JSON that of its first record. */
  readonly preset: { readonly name: string; readonly title: string } | null;
  /** The zone of its dates without an offset. */
  readonly timezone: string;
  /** Null until a cell that depends on it was read. */
  readonly dateOrder: DateOrder | null;
  /** In the order of the header; for JSON the keys seen so far. */
  readonly columns: readonly { readonly header: string; readonly target: ColumnTarget | null }[];
  /** Headers of columns that are not sent; for JSON those seen so far. */
  readonly ignored: readonly string[];
  /** Fields that its records can have, including `--set`; null for JSON, where each record has its own. */
  readonly provides: ReadonlySet<FieldName> | null;
  /** What was decided, for stderr and `check`; may grow while rows are read. */
  readonly notes: readonly Note[];
  /** How far it has been read; null where its size is not known. */
  readonly bytesRead: BytesRead | null;
  /** Reads it once more, only to count. @returns null where it can be read only once, or `stop` says so */
  countRecords(stop: AbortSignal): Promise<number | null>;
  /** Call it once. Batches as the reader returns them; ends early at the limit. */
  rows(): AsyncIterable<readonly LeadRow[]>;
}

/** The preset for a header (or a record's keys), and the note about it. */
export type PresetChoice = (headers: readonly string[]) => {
  readonly preset: Preset | null;
  readonly note: string | null;
};

/** Shared by all files of one call. */
export interface FileContext {
  readonly rules: { readonly overrides: readonly ColumnRule[]; readonly configured: readonly ColumnRule[] };
  readonly choose: PresetChoice;
  readonly set: ReadonlyMap<ColumnTarget, string>;
  readonly region: string;
  readonly timezone: string;
  readonly dateOrder: DateOrder | null;
  readonly includeTest: boolean;
  readonly now: number;
  readonly phones: PhoneParser;
  /** Counts down to `--limit`. */
  readonly left: { records: number };
  /** Null: all records are meant. */
  readonly shard: Shard | null;
  /** Counts records of other shards. */
  readonly otherShards: { records: number };
}

/** What is known about records with the same columns. */
interface Shape {
  readonly plan: ColumnPlan;
  readonly preset: Preset | null;
  readonly read: RowReader;
  /** Columns with dates. */
  readonly dates: readonly number[];
  /** Tells a table's rows that are no leads; null for JSON. */
  readonly judge: LeadJudge | null;
}

export class PreparedFile implements PreparedSource {
  readonly info: SourceInfo;
  readonly #source: Source;
  readonly #context: FileContext;
  readonly #reopen: () => Promise<Source>;
  readonly #batches: AsyncIterator<readonly InputRecord[]>;
  /** Read by {@link readFirst}, not handed on yet. */
  readonly #waiting: (readonly InputRecord[])[] = [];
  readonly #dates: AsyncGenerator<readonly InputRecord[]> = this.#dated();
  /** Read to find the order of dates, not handed on yet. */
  readonly #decided: (readonly InputRecord[])[] = [];
  readonly #table: Shape | null;
  readonly #byKeys = new WeakMap<readonly string[], Shape>();
  readonly #byText = new Map<string, Shape>();
  readonly #readings = new Map<Preset | null, Reading>();
  readonly #seen = new Map<string, ColumnTarget | null>();
  readonly #ignored = new Set<string>();
  readonly #notes: Note[] = [];
  #preset: Preset | null = null;
  #dateOrder: DateOrder | null;

  /**
   * @param reopen opens the same input again, for the second pass over its dates
   * @throws UsageError if a table's columns contradict each other on who gets the lead, or none is the phone
   */
  constructor(source: Source, context: FileContext, reopen: () => Promise<Source>) {
    this.info = source.info;
    this.#source = source;
    this.#context = context;
    this.#reopen = reopen;
    this.#batches = source.records()[Symbol.asyncIterator]();
    this.#dateOrder = context.dateOrder;
    const { headers } = source.info;
    this.#table = headers === null ? null : this.#shapeOf(headers, true);
    const titled = titleNote(source.info);
    if (titled !== null) this.#notes.push(titled);
  }

  get preset(): PreparedSource['preset'] {
    return this.#preset === null ? null : { name: this.#preset.name, title: this.#preset.title };
  }

  get timezone(): string {
    return this.#preset?.timezone ?? this.#context.timezone;
  }

  get dateOrder(): DateOrder | null {
    return this.#dateOrder;
  }

  get columns(): PreparedSource['columns'] {
    const { headers } = this.info;
    if (headers === null) return [...this.#seen].map(([header, target]) => ({ header, target }));
    return headers.map((header, column) => ({
      header: this.#shown(header, column),
      target: this.#table?.plan.targets[column] ?? null,
    }));
  }

  /** A column without a name is named by its place, if anything is in it. */
  #shown(header: string, column: number): string {
    return this.#source.table?.unnamed.includes(column) ? unnamedColumn(column) : header;
  }

  get ignored(): readonly string[] {
    return [...this.#ignored];
  }

  get provides(): ReadonlySet<FieldName> | null {
    if (this.#table === null) return null;
    const fields = new Set(this.#table.plan.fields);
    for (const target of this.#context.set.keys()) {
      for (const field of filledBy(target)) fields.add(field);
    }
    return fields;
  }

  get notes(): readonly Note[] {
    return [...this.#notes, ...(this.#source.notes?.() ?? [])];
  }

  get bytesRead(): BytesRead | null {
    return this.#source.bytesRead?.() ?? null;
  }

  async countRecords(stop: AbortSignal): Promise<number | null> {
    if (!this.#source.repeatable) return null;
    const again = await this.#reopen();
    try {
      let count = 0;
      for await (const batch of again.records()) {
        if (stop.aborted) return null;
        count += batch.length;
      }
      return count;
    } finally {
      await again.close();
    }
  }

  /**
   * Reads the first records of JSON, so that its columns are known before the rest is read.
   * @param ahead also look at a file's dates, so that their order is told before anything is sent
   */
  async readFirst(ahead: boolean): Promise<void> {
    if (this.#table === null) await this.#firstKeys();
    if (!ahead || !this.#source.repeatable || this.#dateOrder !== null) return;
    const next = await this.#dates.next();
    if (next.done !== true) this.#decided.push(next.value);
  }

  async #firstKeys(): Promise<void> {
    const next = await this.#batches.next();
    if (next.done === true) return;
    this.#waiting.push(next.value);
    for (const record of next.value) if (record.problem === null) this.#shape(record);
  }

  async close(): Promise<void> {
    await this.#source.close();
  }

  async *rows(): AsyncGenerator<readonly LeadRow[]> {
    const { left, shard, otherShards } = this.#context;
    for await (const batch of this.#inOrder()) {
      const rows: LeadRow[] = [];
      for (const record of batch) {
        if (left.records <= 0) break;
        const reading = this.#result(record);
        // Await only while the phone library is loading: a promise for every row costs a tenth of the throughput.
        const result = reading instanceof Promise ? await reading : reading;
        if (shard !== null && !isOfShard(result, record.record, shard)) {
          otherShards.records++;
          continue;
        }
        left.records--;
        rows.push({ record, result });
      }
      if (rows.length > 0) yield rows;
      if (left.records <= 0) return;
    }
  }

  #result(record: InputRecord): LeadResult | Promise<LeadResult> {
    const { read, preset, plan, judge } = this.#shape(record);
    const noLead = judge !== null && mayBeJudged(record) ? judge(record.cells) : null;
    if (noLead !== null) {
      return toLead({ ...record, problem: noLead }, read(record), this.#reading(preset));
    }
    const problem = record.problem === null ? (tooLong(record, plan) ?? contradiction(record, plan)) : null;
    if (problem === null) return toLead(record, read(record), this.#reading(preset));
    return { kind: 'invalid', errors: [problem], warnings: record.warnings, phone: null };
  }

  async *#inOrder(): AsyncGenerator<readonly InputRecord[]> {
    for (let batch = this.#decided.shift(); batch !== undefined; batch = this.#decided.shift()) yield batch;
    yield* this.#dates;
  }

  /** The batches, held back only while the order of their dates is open. */
  async *#dated(): AsyncGenerator<readonly InputRecord[]> {
    const votes = new DateVotes(this.#context.now);
    let held: (readonly InputRecord[])[] = [];
    let looked = 0;
    for await (const batch of this.#all()) {
      if (this.#dateOrder !== null) {
        yield batch;
        continue;
      }
      const within = looked < FIRST_PART;
      looked += this.#vote(batch, votes);
      if (!votes.ordered) {
        yield batch;
        continue;
      }
      held.push(batch);
      // With --limit, a long file is not read further for a few records.
      if (looked < FIRST_PART && countOf(held) < this.#context.left.records) continue;
      this.#settle((within ? votes.proven : null) ?? (await this.#secondPass()) ?? votes.settled);
      yield* held;
      held = [];
    }
    if (held.length === 0) return;
    this.#settle(votes.settled);
    yield* held;
  }

  #settle(found: DayOrder): void {
    this.#dateOrder = found.order;
    this.#notes.push(dateNote(found));
  }

  async *#all(): AsyncGenerator<readonly InputRecord[]> {
    for (let batch = this.#waiting.shift(); batch !== undefined; batch = this.#waiting.shift()) yield batch;
    for (;;) {
      const next = await this.#batches.next();
      if (next.done === true) return;
      yield next.value;
    }
  }

  /**
   * The order from the whole file if its first part did not decide. Null for stdin and pipes, which cannot be read
   * twice.
   */
  async #secondPass(): Promise<DayOrder | null> {
    if (!this.#source.repeatable) return null;
    const again = await this.#reopen();
    try {
      const votes = new DateVotes(this.#context.now);
      for await (const batch of again.records()) {
        this.#vote(batch, votes);
        if (votes.proven !== null) return votes.proven;
      }
      return votes.settled;
    } finally {
      await again.close();
    }
  }

  /** @returns the characters read */
  #vote(batch: readonly InputRecord[], votes: DateVotes): number {
    let size = 0;
    for (const record of batch) {
      for (const cell of record.cells) size += cell.length + 1;
      if (record.problem !== null) continue;
      const { dates, preset } = this.#shape(record);
      const zone = preset?.timezone ?? this.#context.timezone;
      for (const column of dates) votes.add(record.cells[column] ?? '', zone);
    }
    return size;
  }

  #shape(record: InputRecord): Shape {
    if (this.#table !== null) return this.#table;
    const known = this.#byKeys.get(record.keys);
    if (known !== undefined) return known;
    const text = JSON.stringify(record.keys);
    let shape = this.#byText.get(text);
    if (shape === undefined) {
      if (this.#byText.size >= SHAPES) this.#byText.clear();
      shape = this.#shapeOf(record.keys, false);
      if (text.length <= MAX_SHAPE) this.#byText.set(text, shape);
    }
    this.#byKeys.set(record.keys, shape);
    return shape;
  }

  #shapeOf(headers: readonly string[], table: boolean): Shape {
    const { choose, rules, set, dateOrder } = this.#context;
    const { preset, note } = choose(headers);
    const plan = table
      ? planColumns(
          headers,
          { preset, ...rules, found: foundColumns(this.#source.table) },
          this.info.file ?? 'flags',
          this.#source.table,
        )
      : planKeys(headers, { preset, ...rules });
    if (note !== null && !this.#notes.some(({ kind }) => kind === 'preset'))
      this.#notes.push({ kind: 'preset', text: note });
    this.#preset ??= preset;
    this.#tell(columnNotes(plan));
    this.#dateOrder ??= dateOrder ?? preset?.dateOrder ?? null;
    const shown = headers.map((header, column) => (table ? this.#shown(header, column) : header));
    for (const [column, header] of shown.entries()) {
      if (this.#seen.size < KEYS) this.#seen.set(header, plan.targets[column] ?? null);
    }
    const ignored = [
      ...plan.ignored,
      ...shown.filter((header, column) => header !== headers[column] && plan.targets[column] === null),
    ];
    for (const header of ignored) if (this.#ignored.size < KEYS) this.#ignored.add(header.trim());
    const dates = plan.slots.find((slot) => slot.field === 'contactedAt')?.columns ?? [];
    const judge = table ? leadJudge(headers, plan.targets) : null;
    return { plan, preset, read: rowReader(plan, shown, preset, set), dates, judge };
  }

  /** Each note once, whatever the shape of the record that it came with. */
  #tell(notes: readonly Note[]): void {
    for (const note of notes) {
      if (this.#notes.length >= NOTES) return;
      if (!this.#notes.some(({ text }) => text === note.text)) this.#notes.push(note);
    }
  }

  #reading(preset: Preset | null): Reading {
    const known = this.#readings.get(preset);
    const dateOrder = this.#dateOrder ?? 'DMY';
    if (known !== undefined && known.dateOrder === dateOrder) return known;
    const { region, timezone, includeTest, phones, now } = this.#context;
    const reading: Reading = {
      region,
      timezone: preset?.timezone ?? timezone,
      dateOrder,
      now,
      words: wordsOf(preset),
      includeTest,
      phones,
    };
    this.#readings.set(preset, reading);
    return reading;
  }
}

/** A repeated header may be wider than this one. */
function mayBeJudged({ problem }: InputRecord): boolean {
  return problem === null || problem.code === 'ROW_TOO_MANY_COLUMNS';
}

function countOf(batches: readonly (readonly InputRecord[])[]): number {
  return batches.reduce((count, batch) => count + batch.length, 0);
}

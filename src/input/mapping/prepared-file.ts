// One input of a call: its plan (or plans, for JSON), its day order, and its rows as leads.

import type { DateOrder } from '../../lead/date.ts';
import type { ColumnTarget, FieldName, LeadResult } from '../../lead/lead.ts';
import type { PhoneParser } from '../../lead/phone.ts';
import type { Reading } from '../../lead/values.ts';
import type { Preset } from '../presets/preset.ts';
import type { BytesRead, InputRecord, Note, Source, SourceInfo } from '../record.ts';
import { isOfShard, type Shard } from '../shard.ts';
import { unknownHeaders } from './column-rules.ts';
import { dateNote } from './date-order.ts';
import { datedBatches } from './dated-batches.ts';
import { RecordShapes, type ShapeRules } from './record-shapes.ts';
import { contradiction, tooLong } from './row.ts';
import { toLead, wordsOf } from './to-lead.ts';

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

/** Shared by all files of one call. */
export interface FileContext extends ShapeRules {
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

/** So much of a JSON document tells which columns it has: 1 MiB. */
const JUDGED = 2 ** 20;

export class PreparedFile implements PreparedSource {
  readonly info: SourceInfo;
  readonly #source: Source;
  readonly #context: FileContext;
  readonly #reopen: () => Promise<Source>;
  readonly #shapes: RecordShapes;
  readonly #batches: AsyncIterator<readonly InputRecord[]>;
  /** Read by {@link readFirst}, not handed on yet. */
  readonly #waiting: (readonly InputRecord[])[] = [];
  readonly #dates: AsyncGenerator<readonly InputRecord[]>;
  /** Read to find the order of dates, not handed on yet. */
  readonly #decided: (readonly InputRecord[])[] = [];
  readonly #readings = new Map<Preset | null, Reading>();
  readonly #notes: Note[] = [];
  #foundOrder: DateOrder | null = null;
  #seen: { readonly keys: readonly string[]; readonly whole: boolean } | null = null;

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
    this.#shapes = new RecordShapes(source, context);
    this.#dates = datedBatches({
      batches: this.#all(),
      reopen: source.repeatable ? reopen : null,
      order: () => this.dateOrder,
      settle: (found) => {
        this.#foundOrder = found.order;
        this.#notes.push(dateNote(found));
      },
      vote: (record, votes) => {
        const { dates, preset } = this.#shapes.of(record);
        const zone = preset?.timezone ?? context.timezone;
        for (const column of dates) votes.add(record.cells[column] ?? '', zone);
      },
      now: context.now,
      left: context.left,
    });
  }

  get preset(): PreparedSource['preset'] {
    const { preset } = this.#shapes;
    return preset === null ? null : { name: preset.name, title: preset.title };
  }

  get timezone(): string {
    return this.#shapes.preset?.timezone ?? this.#context.timezone;
  }

  get dateOrder(): DateOrder | null {
    return this.#context.dateOrder ?? this.#foundOrder ?? this.#shapes.dateOrder;
  }

  get columns(): PreparedSource['columns'] {
    return this.#shapes.columns;
  }

  get ignored(): readonly string[] {
    return this.#shapes.ignored;
  }

  get provides(): ReadonlySet<FieldName> | null {
    return this.#shapes.provides;
  }

  get notes(): readonly Note[] {
    return [...this.#shapes.notes, ...this.#notes, ...(this.#source.notes?.() ?? [])];
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
    if (!this.#shapes.isTable) await this.#firstKeys();
    if (!ahead || !this.#source.repeatable || this.dateOrder !== null) return;
    const next = await this.#dates.next();
    if (next.done !== true) this.#decided.push(next.value);
  }

  async #firstKeys(): Promise<void> {
    const wanted = this.#context.rules.overrides;
    const keys = new Set<string>();
    let characters = 0;
    let whole = false;
    do {
      const next = await this.#batches.next();
      whole = next.done === true;
      if (next.done === true) break;
      this.#waiting.push(next.value);
      for (const record of next.value) {
        characters += record.json?.length ?? 0;
        if (record.problem !== null) continue;
        this.#shapes.of(record);
        for (const key of record.keys) keys.add(key);
      }
    } while (characters < JUDGED && unknownHeaders(wanted, [[...keys]]) !== null);
    this.#seen = { keys: [...keys], whole };
  }

  /** The keys of the first records of JSON, and whether there are no others; null for a table. */
  get seen(): { readonly keys: readonly string[]; readonly whole: boolean } | null {
    return this.#seen;
  }

  /** Something that only all inputs together, or what was read of this one so far, could tell. */
  note(note: Note): void {
    this.#notes.push(note);
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
    const { read, preset, plan, judge } = this.#shapes.of(record);
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

  async *#all(): AsyncGenerator<readonly InputRecord[]> {
    for (let batch = this.#waiting.shift(); batch !== undefined; batch = this.#waiting.shift()) yield batch;
    for (;;) {
      const next = await this.#batches.next();
      if (next.done === true) return;
      yield next.value;
    }
  }

  #reading(preset: Preset | null): Reading {
    const known = this.#readings.get(preset);
    const dateOrder = this.dateOrder ?? 'DMY';
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

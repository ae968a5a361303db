// How the records of one input are read: a table has one plan for all, JSON one for each set of keys. Keeps what was decided
// on the way, for stderr and `check`.
import type { DateOrder } from '../../lead/date.ts';
import type { ColumnTarget, FieldName } from '../../lead/lead.ts';
import { titleNote } from '../csv/table-start.ts';
import type { Preset } from '../presets/preset.ts';
import type { InputRecord, Note, Source } from '../record.ts';
import { columnNotes } from './column-notes.ts';
import { type ColumnRule, foundColumns, unnamedColumn } from './column-rules.ts';
import { type ColumnPlan, filledBy, planColumns, planKeys } from './columns.ts';
import { type LeadJudge, leadJudge } from './not-a-lead.ts';
import { type RowReader, rowReader } from './row.ts';

/** How many shapes of JSON records are cached: a file whose records all differ must not fill the memory. */
const SHAPES = 500;
/** Shapes with longer keys are not cached. */
const MAX_SHAPE = 16 * 1024;
/** Notes that are kept: JSON records may differ without end. */
const NOTES = 20;
/** Keys of JSON records that are reported. */
const KEYS = 200;

/** The preset for a header (or a record's keys), and the note about it. */
export type PresetChoice = (headers: readonly string[]) => {
  readonly preset: Preset | null;
  readonly note: string | null;
};

/** What the caller says about columns. */
export interface ShapeRules {
  readonly rules: { readonly overrides: readonly ColumnRule[]; readonly configured: readonly ColumnRule[] };
  readonly choose: PresetChoice;
  readonly set: ReadonlyMap<ColumnTarget, string>;
}

/** What is known about records with the same columns. */
export interface Shape {
  readonly plan: ColumnPlan;
  readonly preset: Preset | null;
  readonly read: RowReader;
  /** Columns with dates. */
  readonly dates: readonly number[];
  /** Tells a table's rows that are no leads; null for JSON. */
  readonly judge: LeadJudge | null;
}

export class RecordShapes {
  readonly #source: Source;
  readonly #given: ShapeRules;
  /** Null for JSON. */
  readonly #table: Shape | null;
  readonly #byKeys = new WeakMap<readonly string[], Shape>();
  readonly #byText = new Map<string, Shape>();
  readonly #seen = new Map<string, ColumnTarget | null>();
  readonly #ignored = new Set<string>();
  readonly #notes: Note[] = [];
  #preset: Preset | null = null;
  #dateOrder: DateOrder | null = null;

  /** @throws UsageError if a table's columns contradict each other on who gets the lead, or none is the phone */
  constructor(source: Source, given: ShapeRules) {
    this.#source = source;
    this.#given = given;
    const { headers } = source.info;
    this.#table = headers === null ? null : this.#shapeOf(headers, true);
    const titled = titleNote(source.info);
    if (titled !== null) this.#notes.push(titled);
  }

  get isTable(): boolean {
    return this.#table !== null;
  }

  /** Of the first records that had one. */
  get preset(): Preset | null {
    return this.#preset;
  }

  /** What the first preset says of it. */
  get dateOrder(): DateOrder | null {
    return this.#dateOrder;
  }

  get notes(): readonly Note[] {
    return this.#notes;
  }

  get ignored(): readonly string[] {
    return [...this.#ignored];
  }

  get columns(): readonly { readonly header: string; readonly target: ColumnTarget | null }[] {
    const { headers } = this.#source.info;
    if (headers === null) return [...this.#seen].map(([header, target]) => ({ header, target }));
    return headers.map((header, column) => ({
      header: this.#shown(header, column),
      target: this.#table?.plan.targets[column] ?? null,
    }));
  }

  get provides(): ReadonlySet<FieldName> | null {
    if (this.#table === null) return null;
    const fields = new Set(this.#table.plan.fields);
    for (const target of this.#given.set.keys()) {
      for (const field of filledBy(target)) fields.add(field);
    }
    return fields;
  }

  of(record: InputRecord): Shape {
    if (this.#table !== null) return this.#table;
    const known = this.#byKeys.get(record.keys);
    if (known !== undefined) return known;
    // A record that could not be read has its text as its only cell: that is no column, and nobody is told of it.
    if (record.problem !== null) return this.#unread(record.keys);
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

  #unread(keys: readonly string[]): Shape {
    const plan = planKeys(keys, { preset: null, overrides: [], configured: [] });
    const read = rowReader(plan, keys, null, this.#given.set);
    const shape = { plan, preset: null, read, dates: [], judge: null };
    this.#byKeys.set(keys, shape);
    return shape;
  }

  #shapeOf(headers: readonly string[], table: boolean): Shape {
    const { choose, rules, set } = this.#given;
    const { info, table: facts } = this.#source;
    const { preset, note } = choose(headers);
    const plan = table
      ? planColumns(headers, { preset, ...rules, found: foundColumns(facts) }, info.file ?? 'flags', facts)
      : planKeys(headers, { preset, ...rules });
    if (note !== null && !this.#notes.some(({ kind }) => kind === 'preset'))
      this.#notes.push({ kind: 'preset', text: note });
    this.#preset ??= preset;
    this.#dateOrder ??= preset?.dateOrder ?? null;
    this.#tell(columnNotes(plan));
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

  /** A column without a name is named by its place, if anything is in it. */
  #shown(header: string, column: number): string {
    return this.#source.table?.unnamed.includes(column) ? unnamedColumn(column) : header;
  }

  /** Each note once, whatever the shape of the record that it came with. */
  #tell(notes: readonly Note[]): void {
    for (const note of notes) {
      if (this.#notes.length >= NOTES) return;
      if (!this.#notes.some(({ text }) => text === note.text)) this.#notes.push(note);
    }
  }
}

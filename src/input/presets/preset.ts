// What a preset is: a known export as data. Which columns it has, where they go, and how its values are written.
import type { DateOrder } from '../../lead/date.ts';
import type { ColumnTarget, FieldName } from '../../lead/lead.ts';
import type { CellEncoding } from '../record.ts';

/** Where a preset's column goes: a target, `test` (the platform's mark of a test lead), or null: known, and not sent. */
export type PresetTarget = ColumnTarget | 'test' | null;

/** Words of one boolean field that only this export uses, in lower case: `dealer` -> true. */
export type FieldWords = Readonly<Record<string, boolean>>;

export interface Preset {
  /** As in `--preset`. */
  readonly name: string;
  /** For people: `Meta lead ads export`. */
  readonly title: string;
  /** Where its header was seen, for `leadpush presets`. */
  readonly source: string;
  /** How sure that is. `low`: only field names are known, no header row. */
  readonly confidence: 'high' | 'medium' | 'low';
  /** Recognised by its header; false: only by `--preset`. Never true where the confidence is low. */
  readonly auto: boolean;
  /** Columns that tell this export from others. */
  readonly signature: readonly string[];
  /** How many of them must be there. */
  readonly atLeast: number;
  /** The signature stands at the very start of the header, in this order. */
  readonly leading?: boolean;
  /**
   * Header -> target. Columns that are not here go by alias. Of several for one field the first that is filled
   * counts; a second phone then becomes altPhone.
   */
  readonly columns: Readonly<Record<string, PresetTarget>>;
  /** Taken off the start of values that go to this target: `c:`. */
  readonly prefixes?: Readonly<Partial<Record<ColumnTarget, string>>>;
  /** Answers to the form's own questions have `_` for blanks. */
  readonly underscored?: boolean;
  readonly words?: Readonly<Partial<Record<FieldName, FieldWords>>>;
  /** What is true of every lead of this export; columns and `--set` come first. */
  readonly constants?: Readonly<Partial<Record<'source' | 'subSource' | 'placement', string>>>;
  /** IANA zone of dates without an offset; absent: as configured. */
  readonly timezone?: string;
  readonly dateOrder?: DateOrder;
  readonly cells?: CellEncoding;
}

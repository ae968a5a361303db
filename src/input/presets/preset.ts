// A preset: a known export as data. Which columns it has, what they map to, and how its values are written.
import type { DateOrder } from '../../lead/date.ts';
import type { ColumnTarget, FieldName } from '../../lead/lead.ts';
import type { CellEncoding } from '../record.ts';

/** What a preset's column maps to: a target, `test` (the platform's mark for test leads), or null: known and not sent. */
export type PresetTarget = ColumnTarget | 'test' | null;

/** Words of one boolean field that only this export uses, in lower case: `dealer` -> true. */
export type FieldWords = Readonly<Record<string, boolean>>;

export interface Preset {
  /** As in `--preset`. */
  readonly name: string;
  /** Display name: `Meta lead ads export`. */
  readonly title: string;
  /** Where its header was seen, for `leadpush presets`. */
  readonly source: string;
  /** Confidence. `low`: only field names are known, no header row. */
  readonly confidence: 'high' | 'medium' | 'low';
  /** Recognised by its header; false: only used with `--preset`. Never true with low confidence. */
  readonly auto: boolean;
  /** Columns that distinguish this export from others. */
  readonly signature: readonly string[];
  /** How many of them are required. */
  readonly atLeast: number;
  /** The signature must be at the start of the header, in this order. */
  readonly leading?: boolean;
  /**
   * Header -> target. Other columns are matched by alias. Of several columns for one field the first filled one
   * counts; a second phone then becomes altPhone.
   */
  readonly columns: Readonly<Record<string, PresetTarget>>;
  /** Removed from the start of values for this target: `c:`. */
  readonly prefixes?: Readonly<Partial<Record<ColumnTarget, string>>>;
  /** Answers to the form's questions have `_` for spaces. */
  readonly underscored?: boolean;
  readonly words?: Readonly<Partial<Record<FieldName, FieldWords>>>;
  /** Values for every lead of this export; columns and `--set` take precedence. */
  readonly constants?: Readonly<Partial<Record<'source' | 'subSource' | 'placement', string>>>;
  /** IANA zone of dates without an offset; absent: as configured. */
  readonly timezone?: string;
  readonly dateOrder?: DateOrder;
  readonly cells?: CellEncoding;
}

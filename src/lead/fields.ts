// THE table of fields: each is defined once. Flags, header matching, JSON input, the README's field table and the
// configuration schema all read it. A new field is one row here and its name in lead.ts.
import type { FieldName } from './lead.ts';

/** How a cell's text becomes the field's value; each kind is one pure rule in this folder. */
export type ValueKind =
  | 'phone'
  | 'name'
  | 'text'
  | 'multiline'
  | 'email'
  | 'country'
  | 'rupees'
  | 'budget'
  | 'apartmentTypes'
  | 'instant'
  | 'boolean'
  | 'id';

export interface FieldSpec {
  /** `budget` is a text or range that fills budgetMin and budgetMax. */
  readonly name: FieldName | 'budget';
  /** Without the dashes, `campaign-id`. */
  readonly flag: string;
  readonly value: ValueKind;
  /** Other spellings of the header, in any case, with any spaces, dashes, dots and underscores: `mobile no`, `contact number`. */
  readonly aliases: readonly string[];
  /** One sentence for help and README. */
  readonly help: string;
}

export const FIELDS: readonly FieldSpec[] = [];

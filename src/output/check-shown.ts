// How personal data is shown by `check`: masked, or whole with --show-pii.
import { maskAll, maskMobiles, maskPhone, maskQuoted } from './mask-phone.ts';

export interface CheckShown {
  readonly phone: (phone: string) => string;
  /** Headers and notes; in a file without a header they are a row's cells. */
  readonly name: (text: string) => string;
  /** Text about one row. */
  readonly row: (text: string, phone: string | null) => string;
  /** A value of a lead with these numbers; ids of the exporting system stay readable. */
  readonly value: (text: string, numbers: readonly string[], keep: readonly string[]) => string;
}

export const WHOLE: CheckShown = {
  phone: (phone) => phone,
  name: (text) => text,
  row: (text) => text,
  value: (text) => text,
};

export const MASKED: CheckShown = {
  phone: maskPhone,
  name: maskMobiles,
  row: (text, phone) => maskQuoted(text, { numbers: phone === null ? [] : [phone], keep: [] }),
  value: (text, numbers, keep) => maskAll(text, { numbers, keep }),
};

// Names are kept as people write them; only white space and invisible characters are cleaned up.
import { oneLine } from './text.ts';

/** `Tanvi` + `Kulkarni` -> `Tanvi Kulkarni`; null if both are missing. */
export function joinName(first: string | undefined, last: string | undefined): string | null {
  const whole = oneLine(`${first ?? ''} ${last ?? ''}`);
  return whole === '' ? null : whole;
}

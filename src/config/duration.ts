// Durations as users write them.

const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
]);
/** A hundred years: with more, dates would overflow. */
const MAX_MS = 36_525 * 86_400_000;

/**
 * `30s`, `500ms`, `5m`, `2h`, `90d`.
 * @param alone the unit of a bare number; null: only 0 goes without one, since a guess may be wrong by days
 * @returns milliseconds, or null if it is not a duration
 */
export function parseDuration(text: string, alone: 's' | null): number | null {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  if (amount === undefined || (unit === '' && alone === null && Number(amount) !== 0)) return null;
  const factor = UNITS.get(unit === '' ? 's' : unit.toLowerCase());
  if (factor === undefined) return null;
  const ms = Math.round(Number(amount) * factor);
  return ms <= MAX_MS ? ms : null;
}

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

/** `30s`, `500ms`, `5m`, `2h`, `90d`; a bare number is seconds. @returns milliseconds, or null if it is not a duration */
export function parseDuration(text: string): number | null {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const factor = UNITS.get(unit === '' ? 's' : unit.toLowerCase());
  if (amount === undefined || factor === undefined) return null;
  const ms = Math.round(Number(amount) * factor);
  return ms <= MAX_MS ? ms : null;
}

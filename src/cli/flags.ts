// Turns commander's raw flags into typed values, each with an error that names the flag and what was expected.
import { UsageError } from '../util/usage-error.ts';

export type Flags = Readonly<Record<string, unknown>>;

export function text(flags: Flags, name: string): string | null {
  const value = flags[name];
  return typeof value === 'string' ? value : null;
}

export function isSet(flags: Flags, name: string): boolean {
  return flags[name] === true;
}

/** A repeatable flag's values. */
export function list(flags: Flags, name: string): readonly string[] {
  const value = flags[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A whole number of at least `least`; null where the flag is not given. */
export function whole(flags: Flags, name: string, flag: string, least: number): number | null {
  const given = text(flags, name);
  if (given === null) return null;
  if (!/^\d{1,9}$/.test(given) || Number(given) < least) {
    throw new UsageError(`${flag}: expected a whole number of at least ${least}, found "${given}".`);
  }
  return Number(given);
}

/** `NAME=VALUE`, split at the first `=` (or the last, for headers that hold one). */
export function pair(given: string, flag: string, split: 'first' | 'last'): readonly [string, string] {
  const at = split === 'first' ? given.indexOf('=') : given.lastIndexOf('=');
  if (at < 1) {
    throw new UsageError(`${flag}: expected NAME=VALUE, found "${given}".`);
  }
  return [given.slice(0, at), given.slice(at + 1)];
}

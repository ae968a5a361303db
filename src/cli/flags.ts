// Reads commander's raw flags, each with an error that names the flag and what was expected.
import { UsageError } from '../util/usage-error.ts';

export type Flags = Readonly<Record<string, unknown>>;

/** As commander names a flag: `--campaign-id` is campaignId. */
export function camelCase(flag: string): string {
  return flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The way back: channelId is `--channel-id`, without the dashes. */
export function flagName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function text(flags: Flags, name: string): string | null {
  const value = flags[name];
  return typeof value === 'string' ? value : null;
}

export function isSet(flags: Flags, name: string): boolean {
  return flags[name] === true;
}

/** One of the choices, which commander has checked already; null where it is not given. */
export function oneOf<T extends string>(flags: Flags, name: string, choices: readonly T[]): T | null {
  return choices.find((choice) => choice === flags[name]) ?? null;
}

/** A repeatable flag's values. */
export function list(flags: Flags, name: string): readonly string[] {
  const value = flags[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** `NAME=VALUE`, split at the first `=` (or the last, for headers that hold one). */
export function pair(given: string, flag: string, split: 'first' | 'last'): readonly [string, string] {
  const at = split === 'first' ? given.indexOf('=') : given.lastIndexOf('=');
  if (at < 1) {
    throw new UsageError(`${flag}: expected NAME=VALUE, found "${given}".`);
  }
  return [given.slice(0, at), given.slice(at + 1)];
}

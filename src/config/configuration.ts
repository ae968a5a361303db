// A configuration as commands and the library use it.
import type { ColumnTarget } from '../lead/lead.ts';
import type { DeclaredProvider } from '../providers/declare/load.ts';
import type { Provider } from '../providers/provider.ts';
import type { Secret } from '../util/secret.ts';
import type { Feeds } from './feed.ts';
import type { Trust } from './find.ts';
import type { OwnPreset } from './presets.ts';
import type { TargetConfig } from './target.ts';

export interface Config {
  /** The file; null if there is none, or a variable holds the text. */
  readonly path: string | null;
  /** The configuration in use, for messages: `/home/asha/leads/.leadpushrc (found)`; null if there is none. */
  readonly inUse: string | null;
  readonly trust: Trust;
  /** Absolute paths of all targets' key files: outputs must not overwrite them. */
  readonly keyFiles: readonly string[];
  readonly defaultTarget: string | null;
  /** ISO 3166-1 alpha-2. */
  readonly region: string;
  /** IANA name. */
  readonly timezone: string;
  /** Header -> what its column maps to. */
  readonly columns: Readonly<Record<string, ColumnTarget>>;
  /** Exports of one's own, in the order of the file. */
  readonly presets: readonly OwnPreset[];
  /** Addresses to read. */
  readonly feeds: Feeds;
  /** Absolute path of the ledger, or the address of a shared one, which may hold a password; null if it names none. */
  readonly ledger: string | Secret | null;
  readonly targetNames: readonly string[];
  /** The built-in ones, and those that the configuration declares. */
  readonly providers: readonly Provider[];
  /** Those that it declares. */
  readonly declared: readonly DeclaredProvider[];
  /** The line of the file on which what is at this path of the settings begins; null where that is not known. */
  readonly lineOf: (path: readonly string[]) => number | null;
  /** Warnings for stderr. */
  readonly warnings: readonly string[];
  /** Variables that would have named it and are empty, as a secret that a job is not given; none where there is one. */
  readonly emptyVariables: readonly string[];
  /** The same about texts that look like a variable without its braces. */
  readonly bareVariables: readonly string[];
  /** @throws UsageError with one line for each problem of these targets, or if there is no such target */
  readonly targets: (names: readonly string[]) => readonly TargetConfig[];
  /** The same of one. */
  readonly target: (name: string) => TargetConfig;
}

/** The targets that a call is about: `--to`; null: the configuration says which; undefined: none. */
export type Used = string | readonly string[] | typeof EVERY_TARGET | null | undefined;
export const EVERY_TARGET = Symbol('every target');

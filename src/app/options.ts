// What a call asks for, typed: the command line turns its flags into these once, the library its own options, and both
// are checked by the same rules.
import { countryProblem, type NotACountry, regionProblem } from '../config/country.ts';
import { COMMON } from '../config/settings.ts';
import type { ReadingOptions } from '../input/prepare.ts';
import { FIELDS } from '../lead/fields.ts';
import type { ColumnTarget, FieldName } from '../lead/lead.ts';
import { nearest } from '../util/nearest.ts';
import { UsageError } from '../util/usage-error.ts';

/** What a call says about every target of a run; null: as configured. */
export interface Limits {
  readonly concurrency: number | null;
  readonly rate: number | null;
  readonly timeoutMs: number | null;
  readonly retries: number | null;
  readonly maxWaitMs: number | null;
}

/** How a run is shown. */
export interface ViewOptions {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly showPii: boolean;
}

/** The options for the leads and for sending them: `send`, its dry run, and the library. */
export interface LeadOptions {
  readonly reading: ReadingOptions;
  /** One lead from flags; empty with any other input. */
  readonly values: ReadonlyMap<FieldName | 'budget', string>;
  /** Fields of the target's own, in the provider's names. */
  readonly own: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly dryRun: boolean;
  /** The ledger's file; null: the configured one, else the user's. */
  readonly ledger: string | null;
  readonly noLedger: boolean;
  readonly resend: boolean;
  readonly maxFailures: number | null;
}

export interface SendOptions extends LeadOptions {
  /** Paths as given; `-` for stdin. */
  readonly files: readonly string[];
  readonly to: string | null;
  readonly config: string | null;
  readonly view: ViewOptions;
  readonly canary: boolean;
  /** Show bad rows again that an earlier run has shown. */
  readonly repeat: boolean;
  readonly output: string | null;
  readonly rejects: string | null;
  readonly yes: boolean;
}

/** No option of how records are read is given. */
export const READ_AS_FOUND: ReadingOptions = {
  format: null,
  columns: [],
  preset: null,
  encoding: null,
  delimiter: null,
  sheet: null,
  noHeader: false,
  records: null,
  region: null,
  timezone: null,
  dateOrder: null,
  includeTest: false,
  set: new Map(),
  limit: null,
  shard: null,
};

const MAX_WHOLE = 999_999_999;

/** @param name of the flag or option, for the message @param given as it was written @throws UsageError */
export function wholeNumber(value: number, least: number, name: string, given = String(value)): number {
  if (Number.isInteger(value) && value >= least && value <= MAX_WHOLE) return value;
  throw new UsageError(`${name}: expected a whole number of at least ${least}, found "${given}".`);
}

/** As a target's own setting of this name is read. @throws UsageError */
export function limitOf(setting: 'rate' | 'timeout' | 'maxWait', given: string, name: string): number {
  const { read, expected } = COMMON[setting];
  const value = read(given);
  if (value === null) throw new UsageError(`${name}: expected ${expected}, found "${given}".`);
  return value;
}

/** The field of a name or flag, `campaignId` or `campaign-id`, or `extra.NAME`. @throws UsageError with the nearest one */
export function fieldNamed(name: string, where: string): ColumnTarget {
  if (name.startsWith('extra.') && name.length > 6) return `extra.${name.slice(6)}`;
  const field = FIELDS.find((candidate) => candidate.name === name || candidate.flag === name);
  if (field !== undefined) return field.name;
  const near = nearest(
    name,
    FIELDS.map((one) => one.name),
  );
  throw new UsageError(
    `${where}: there is no field "${name}".${near === null ? '' : ` Did you mean "${near}"?`}`,
    `Fields: ${FIELDS.map((one) => one.name).join(', ')}, extra.NAME.`,
  );
}

/** The region, in capital letters. @throws UsageError where it is not a country code of two letters */
export function regionOf(given: string, name: string): string {
  const region = given.toUpperCase();
  refuseCountry(regionProblem(region), given, name);
  return region;
}

/** The text that a call gives to a field. @throws UsageError for a country that there is not, since a phone would be read as one of another */
export function fieldText(field: ColumnTarget | 'budget', given: string, name: string): string {
  if (field === 'country') refuseCountry(countryProblem(given), given, name);
  return given;
}

function refuseCountry(problem: NotACountry | null, given: string, name: string): void {
  if (problem === null) return;
  const { expected, near } = problem;
  throw new UsageError(
    `${name}: expected ${expected}, found "${given}".${near === null ? '' : ` Did you mean "${near}"?`}`,
  );
}

/** @throws UsageError where it is not a time zone */
export function timezoneOf(given: string, name: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: given });
    return given;
  } catch {
    throw new UsageError(`${name}: expected a time zone such as Asia/Kolkata, found "${given}".`);
  }
}

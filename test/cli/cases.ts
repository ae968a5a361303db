// The samples of fixtures/exports and fixtures/cases: how their manifest and expectations read (the folders' README).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filledIn } from './relative-dates.ts';

/** One call: a file, how it is given to leadpush, and what must be said. */
export interface Case {
  readonly file: string;
  /** Null: the file must be refused. */
  readonly expected: string | null;
  readonly columns: Readonly<Record<string, string>>;
  readonly auto_mappable: boolean;
  readonly records: number;
  readonly defaults: { readonly country: string; readonly timezone: string };
  readonly run?: string;
  readonly args?: readonly string[];
  readonly also?: readonly string[];
  readonly exit?: number;
  readonly by?: 'line' | 'record';
  readonly relative?: boolean;
  /** Expressions, tried without regard to case; `^` is the start of a line. */
  readonly stderr?: readonly string[];
  readonly not_stderr?: readonly string[];
  readonly notes?: readonly string[];
  readonly not_notes?: readonly string[];
  readonly check?: readonly string[];
  readonly not_check?: readonly string[];
}

export interface Expected {
  readonly record: number;
  /** Absent: any; of a workbook the sheet's row. */
  readonly line?: number | null;
  readonly status: 'ok' | 'reject' | 'skip';
  readonly code?: string;
  readonly field?: string | null;
  readonly message?: readonly string[];
  readonly lead?: Readonly<Record<string, unknown>>;
  readonly warnings?: readonly string[];
  readonly not_warnings?: readonly string[];
  readonly warning_fields?: Readonly<Record<string, string>>;
}

export function casesIn(folder: string): readonly Case[] {
  return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
}

export function titleOf({ file, run }: Case): string {
  return run === undefined ? file : `${file} (${run})`;
}

export function expectedOf(folder: string, one: Case, now: Date): readonly Expected[] {
  if (one.expected === null) return [];
  const text = readFileSync(join(folder, one.expected), 'utf8');
  return (one.relative === true ? filledIn(text, now, one.defaults.timezone) : text)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The samples' names for fields that the providers call otherwise. */
const CANONICAL: Readonly<Record<string, string>> = {
  external_id: 'externalId',
  contact_date: 'contactedAt',
  remarks: 'message',
  is_otp_verified: 'otpVerified',
  is_broker: 'broker',
  homeloan_required: 'homeloanRequired',
  alt_phone: 'altPhone',
  listing_id: 'listingId',
  listing_name: 'listingName',
  min_budget: 'budgetMin',
  max_budget: 'budgetMax',
  apartment_types: 'apartmentTypes',
  campaign: 'placement',
  campaign_id: 'extra.ad_campaign_id',
  first_name: 'firstName',
  last_name: 'lastName',
  source_hint: 'extra.source_hint',
  'extra_details.referrer': 'extra.referrer',
};

export const canonical = (key: string) => CANONICAL[key] ?? key;

/** How this file is read: what stands beside its name on the command line. */
export function readingArgs(one: Case): readonly string[] {
  const { country, timezone } = one.defaults;
  return [
    ...(country === 'IN' ? [] : ['--region', country]),
    ...(timezone === 'Asia/Kolkata' ? [] : ['--timezone', timezone]),
    ...(one.auto_mappable
      ? []
      : Object.entries(one.columns).flatMap(([header, name]) => [
          '--column',
          `${header}=${canonical(name)}`,
        ])),
    // Its header alone does not tell what its words and its zone are.
    ...(one.file.startsWith('99acres') ? ['--preset', '99acres'] : []),
    ...(one.args ?? []),
  ];
}

// The parameter table of Anarock's sync-lead as rules: what has to be there, and in strict mode what each may hold.
import type { Fields } from '../../sandbox/body.ts';
import { callingCode } from '../../sandbox/calling-codes.ts';

/** What is wrong, in words, or null if the value is right. The value is not empty. */
type Rule = (value: string, fields: Fields) => string | null;

const integer: Rule = (value) => (/^\d{1,15}$/.test(value) ? null : 'must be an integer');
/** PHP writes 1 and 0, and an empty text, which counts as absent. */
const boolean: Rule = (value) =>
  /^(true|false|1|0)$/.test(value) ? null : 'must be a boolean: true or false';
const unixSeconds: Rule = (value) =>
  /^\d{1,10}$/.test(value) ? null : 'must be Unix time in seconds, an integer';

/** What the vendor's own samples always send. */
export const MANDATORY: readonly string[] = ['phone', 'campaign_id', 'current_time', 'hash'];
/** All that the table calls mandatory; source_id and sub_source_id in its 2018 edition. */
export const MANDATORY_STRICT: readonly string[] = [
  ...MANDATORY,
  'country_code',
  'purpose',
  'source_id',
  'sub_source_id',
];
/** What last-lead-data has to be sent. */
export const MANDATORY_ASKING: readonly string[] = ['phone', 'current_time', 'hash'];

const APARTMENT_TYPES = new Set(['1rk', '1bhk', '2bhk', '3bhk', '3+bhk']);

const RULES: Readonly<Record<string, Rule>> = {
  phone: (value, fields) => {
    if (!/^\d{4,14}$/.test(value)) return 'must be the national number, digits only';
    const india = (fields['country_code'] ?? 'IN').toUpperCase() === 'IN';
    return india && value.length !== 10
      ? 'must be the ten-digit national number, without country code'
      : null;
  },
  country_code: (value) =>
    callingCode(value) === null ? 'must be an ISO 3166-1 alpha-2 code such as IN' : null,
  purpose: (value) => (value === 'buy' ? null : 'must be buy'),
  source_id: integer,
  sub_source_id: integer,
  min_budget: integer,
  max_budget: integer,
  contact_date: unixSeconds,
  homeloan_required: boolean,
  is_otp_verified: boolean,
  is_call_verified: boolean,
  is_broker: boolean,
  apartment_types: (value) =>
    value.split(',').every((type) => APARTMENT_TYPES.has(type.trim()))
      ? null
      : `must be of ${[...APARTMENT_TYPES].join(', ')}, separated by commas`,
  extra_details: (value) => (isJsonObject(value) ? null : 'must be a JSON object'),
};

/** By field: what is missing, and a current_time that is not a number, without which no signature can be checked. */
export function mandatoryProblems(
  fields: Fields,
  mandatory: readonly string[],
): Readonly<Record<string, string>> {
  const problems: Record<string, string> = {};
  for (const name of mandatory) {
    if ((fields[name] ?? '').trim() === '') problems[name] = 'is mandatory';
  }
  const currentTime = fields['current_time'] ?? '';
  if (currentTime.trim() !== '' && !/^\d{1,15}$/.test(currentTime)) {
    problems['current_time'] = 'must be Unix time in seconds, an integer';
  }
  return problems;
}

/** By field: what the document does not allow there. */
export function strictProblems(fields: Fields): Readonly<Record<string, string>> {
  const problems: Record<string, string> = {};
  for (const name in RULES) {
    const value = fields[name];
    if (value === undefined || value === '') continue;
    const problem = RULES[name]?.(value, fields) ?? null;
    if (problem !== null) problems[name] = problem;
  }
  return problems;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

// The codes of errors and warnings. They are public: never rename one.

const ERROR_CODES = [
  'PHONE_MISSING',
  'PHONE_INVALID',
  'PHONE_JUNK',
  'PHONE_SCIENTIFIC',
  'PHONE_UNDECIDABLE',
  'ROW_TOO_MANY_COLUMNS',
  'ROW_UNPARSABLE',
  'FIELD_MISSING',
] as const;

const WARNING_CODES = [
  'PHONE_LANDLINE',
  'PHONE_MULTIPLE',
  'PHONE_FALLBACK',
  'PHONE_CODE_TWICE',
  'PHONE_EXTRA_TEXT',
  'PHONE_EXTENSION_DROPPED',
  'COUNTRY_GUESSED',
  'EMAIL_INVALID',
  'NAME_MISSING',
  'BUDGET_UNPARSED',
  'APARTMENT_UNPARSED',
  'BOOL_UNPARSED',
  'DATE_INVALID',
  'ROW_SHORT',
  'NUL_REMOVED',
  'EARLIER_ATTEMPT_UNCERTAIN',
] as const;

const SKIP_CODES = ['TEST_LEAD', 'NOT_A_LEAD'] as const;

const DELIVERY_CODES = [
  'CREDENTIALS_REFUSED',
  'NOT_SENT',
  'UNREACHABLE',
  'REDIRECTED',
  'PROVIDER_REJECTED',
  'PROVIDER_ERROR',
  'ANSWER_LOST',
] as const;

export const CODES = [...ERROR_CODES, ...WARNING_CODES, ...SKIP_CODES, ...DELIVERY_CODES] as const;

export type Code = (typeof CODES)[number];

/** One error or warning of one record. */
export interface Problem {
  /** The input's own header (or the flag, `--phone`); null if no single column is meant. */
  readonly field: string | null;
  readonly code: Code;
  /** What was found and what to do next, in one or two plain sentences. Never a secret or a whole row. */
  readonly message: string;
}

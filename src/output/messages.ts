// The catalogue of codes: what each means, why it happens, what to do, and an example. `leadpush explain`, the report
// page and docs/codes.md read it. A code's message in a result says what was found in that row; this is the long form.
import type { Code } from '../lead/codes.ts';

export type CodeKind = 'error' | 'warning' | 'skip' | 'delivery';

export interface CodeText {
  readonly kind: CodeKind;
  /** One short sentence without a full stop: the heading. */
  readonly title: string;
  readonly cause: string;
  /** What the person is to do. */
  readonly mend: string;
  /** One line that shows it: what was found, and what it becomes. */
  readonly example: string;
}

export const KIND_TEXT = {
  error: 'error: the lead is not sent',
  warning: 'warning: the lead is sent all the same',
  skip: 'skipped: the lead is not meant to be sent',
  delivery: 'delivery: what the provider or the way to it did',
} as const satisfies Record<CodeKind, string>;

export const CODE_TEXTS = {
  PHONE_MISSING: {
    kind: 'error',
    title: 'There is no phone',
    cause:
      'The cell is empty, or holds a word for nothing: nan, NA, #N/A, -, 0, or a bare country code such as +91-.',
    mend: 'Fill in the phone. If it stands in another column, name that column: --column "Header=phone".',
    example: '"#N/A" → no phone',
  },
  PHONE_INVALID: {
    kind: 'error',
    title: 'The phone is not a number that can be called',
    cause:
      'It has too few or too many digits, is masked (98xxxxxx01), toll-free, carries its country code twice, or starts with digits that its country does not give out.',
    mend: 'Correct the number. For a number of another country write + and its country code, or name the country with --region.',
    example: '"98765 4321" (nine digits) → invalid; "+91 98765 43210" → +919876543210',
  },
  PHONE_JUNK: {
    kind: 'error',
    title: 'The phone was typed to get past a form',
    cause: 'All its digits are the same, or it is a row of keys such as 1234567890.',
    mend: 'There is no number to call. Delete the row, or fill in the real phone.',
    example: '"9999999999" → junk',
  },
  PHONE_SCIENTIFIC: {
    kind: 'error',
    title: 'A spreadsheet has cut digits off the phone',
    cause:
      'The cell holds a number such as 9.19877E+11. The spreadsheet showed it in short and saved what it showed, so the last digits are gone from this file.',
    mend: 'Go back to the original file, format the phone column as Text, and export it again. Formatting this file does not bring the digits back.',
    example: '"9.19877E+11" → lost digits; "9.19876543210E+11" → +919876543210',
  },
  PHONE_UNDECIDABLE: {
    kind: 'error',
    title: "The phone's country cannot be told",
    cause: 'It has no +, is not valid in the usual country, and would be valid in several others.',
    mend: 'Write it with + and the country code, add a country column, or name the country with --region.',
    example: '"2025550123" in a file of Indian leads → write "+1 202 555 0123"',
  },
  ROW_TOO_MANY_COLUMNS: {
    kind: 'error',
    title: 'The row has more cells than the header has names',
    cause:
      'A cell holds the delimiter without being quoted, so all that follows has moved to the right; or the header lacks a column.',
    mend: 'Put the cell in double quotes, or name the missing column in the header.',
    example: '"Asha,Flat 4, Pune,9876543210" under "Name,City,Phone" → quote "Flat 4, Pune"',
  },
  ROW_UNPARSABLE: {
    kind: 'error',
    title: 'The row cannot be read',
    cause:
      'A double quote is opened and never closed, or is closed and followed by text; a line of JSON is broken; or the record is longer, wider or nested deeper than any lead.',
    mend: 'Mend the quotes (a quote inside a quoted cell is written twice: "") or the JSON of this line.',
    example: '"Flat 12" wide,98… → "Flat 12"" wide",98…',
  },
  NOT_A_LEAD: {
    kind: 'error',
    title: 'The JSON value is no object',
    cause:
      'A line or an element of the list holds a number, a text or a list instead of an object with fields.',
    mend: 'Write each lead as an object.',
    example: '["9876543210"] → {"phone": "9876543210"}',
  },
  FIELD_MISSING: {
    kind: 'error',
    title: 'A field is missing that the target requires',
    cause:
      'The provider takes no lead without it, and neither the record, --set nor the target has it. Or a name of a source could not be turned into its number.',
    mend: "Fill in the cell, give it to all records with --set field=value, or put it into the target's defaults in the configuration.",
    example: 'no campaignId → --set campaignId=greens-2026',
  },
  PHONE_LANDLINE: {
    kind: 'warning',
    title: 'The phone is a landline',
    cause: 'It is an STD code and a number. It can be called, but gets no SMS and no WhatsApp message.',
    mend: 'Nothing has to be done.',
    example: '"022-24123456" → +912224123456',
  },
  PHONE_MULTIPLE: {
    kind: 'warning',
    title: 'The cell holds more than one phone',
    cause: 'Two numbers stand in it, parted by a slash, comma or semicolon.',
    mend: 'Nothing has to be done: the first is sent as the phone, the second as the other phone (altPhone).',
    example: '"98765 43210 / 91234 56780" → +919876543210 and +919123456780',
  },
  PHONE_EXTRA_TEXT: {
    kind: 'warning',
    title: 'There are words beside the phone',
    cause: 'Somebody wrote a note into the cell.',
    mend: 'Nothing has to be done: only the number is sent. Move the note to another column to have it sent as well.',
    example: '"98765 43210 (call after 6)" → +919876543210',
  },
  PHONE_EXTENSION_DROPPED: {
    kind: 'warning',
    title: 'The extension of the phone is left out',
    cause: 'Providers take a number without an extension.',
    mend: 'Nothing has to be done. Put the extension into the message if it matters.',
    example: '"022-24123456 ext 12" → +912224123456',
  },
  COUNTRY_GUESSED: {
    kind: 'warning',
    title: "The phone's country was guessed",
    cause:
      'It has no + and is not valid in the usual country, and there is just one other country in which it is.',
    mend: 'Check it. Write + and the country code to be sure.',
    example: '"971501234567" → +971501234567 (AE)',
  },
  EMAIL_INVALID: {
    kind: 'warning',
    title: 'The e-mail is no address',
    cause: 'It lacks an @ or a domain, or the cell holds several addresses.',
    mend: 'Correct it if the e-mail matters: the lead is sent without it (of several, with the first good one).',
    example: '"asha.example.com" → left out',
  },
  NAME_MISSING: {
    kind: 'warning',
    title: 'There is no name',
    cause: 'The cell of the name is empty.',
    mend: 'Nothing has to be done: the lead is sent without a name.',
    example: '"" → left out',
  },
  BUDGET_UNPARSED: {
    kind: 'warning',
    title: 'The budget cannot be read without guessing',
    cause: 'It is words, another currency, or a bare number below 100,000, which may mean lakhs or rupees.',
    mend: 'Write the unit if the budget matters: the lead is sent without it.',
    example: '"75" → left out; "75 lakh" → 7500000',
  },
  APARTMENT_UNPARSED: {
    kind: 'warning',
    title: 'The kind of flat is not understood',
    cause: 'A part of the cell is not a number of bedrooms.',
    mend: 'Write it as "2 BHK, 3 BHK" if it matters: what is not understood is left out.',
    example: '"penthouse" → left out; "2/3 BHK" → 2bhk, 3bhk',
  },
  BOOL_UNPARSED: {
    kind: 'warning',
    title: 'Neither yes nor no',
    cause: 'The column is a yes-or-no field, and the cell holds something else.',
    mend: 'Write yes or no if it matters: the value is left out.',
    example: '"maybe" → left out',
  },
  DATE_INVALID: {
    kind: 'warning',
    title: 'The date is not understood',
    cause: 'It is no date, or does not fit the order of day and month that the other dates of the file show.',
    mend: 'Say the order with --date-order DMY, MDY or YMD, or correct the cell: the lead is sent without the date.',
    example: '"31-13-2026" → left out',
  },
  ROW_SHORT: {
    kind: 'warning',
    title: 'The row ends early',
    cause:
      'It has fewer cells than the header has names, as rows have that were made before a column was added.',
    mend: 'Nothing has to be done: missing cells count as empty.',
    example: '"Asha,9876543210" under "Name,Phone,City" → no city',
  },
  NUL_REMOVED: {
    kind: 'warning',
    title: 'NUL bytes were taken out',
    cause: 'A broken export has put bytes of value zero between its letters.',
    mend: 'Look at the row: what is left is sent.',
    example: '"As\\0ha" → Asha',
  },
  EARLIER_ATTEMPT_UNCERTAIN: {
    kind: 'warning',
    title: 'The provider has this phone, perhaps from our own earlier attempt',
    cause:
      'The answer to an attempt was lost, and the next one was answered with "duplicate". Whether that duplicate is our own lead, the provider does not say.',
    mend: 'Nothing has to be done: the provider has the lead once.',
    example: 'timeout, then duplicate_entry → duplicate',
  },
  TEST_LEAD: {
    kind: 'skip',
    title: 'A test lead of the ad platform',
    cause:
      "It holds the platform's dummy data, comes from its test address, or is marked is_test. A name that says Test is not taken for one.",
    mend: 'Nothing has to be done. --include-test sends such leads like any other.',
    example: '"<test lead: dummy data for full_name>" → skipped',
  },
  CREDENTIALS_REFUSED: {
    kind: 'delivery',
    title: 'The provider refused the credentials',
    cause:
      "The key is wrong, belongs to the other environment, or this machine's clock is off (a provider may have the time signed).",
    mend: 'Run leadpush check, mend the key or the clock, and then leadpush retry RUN. Nothing more was sent to that target.',
    example: 'HTTP 401 → the target stops, exit status 3',
  },
  NOT_SENT: {
    kind: 'delivery',
    title: 'The lead was not sent',
    cause:
      'Its target had stopped before it came to this lead, the run was interrupted, the same lead stood earlier in the input and failed, or this machine had no open file or port left for a connection.',
    mend: 'Mend what stopped the target, then leadpush retry RUN. Sending it again is safe.',
    example: 'the 11 leads after a refused key → failed, NOT_SENT',
  },
  UNREACHABLE: {
    kind: 'delivery',
    title: 'The provider could not be reached',
    cause:
      'Its name is not known, nothing listens there, or the TLS certificate is not valid. The request never left.',
    mend: 'Run leadpush check to see which, then leadpush retry RUN. Sending it again is safe.',
    example: 'connection refused → the target stops, exit status 4',
  },
  REDIRECTED: {
    kind: 'delivery',
    title: 'The provider redirects elsewhere',
    cause:
      'It answered with another address. leadpush never follows: credentials would go to a host that nobody named.',
    mend: "Ask the provider for the right address and put it into the target's baseUrl or path.",
    example: 'HTTP 302 → the target stops, exit status 4',
  },
  PROVIDER_REJECTED: {
    kind: 'delivery',
    title: 'The provider said no to this lead',
    cause: 'It understood the request and does not take the lead. Its own words stand in the message.',
    mend: 'Mend what the message names, then send the rejects file, or leadpush retry RUN --rejected once the provider is set right.',
    example: 'HTTP 422: campaign_id is not known → rejected',
  },
  PROVIDER_ERROR: {
    kind: 'delivery',
    title: 'The provider is in trouble',
    cause:
      'It kept answering that it is overloaded or not ready, until the retries were used up. The lead was surely not taken.',
    mend: 'Wait a while, then leadpush retry RUN. Sending it again is safe.',
    example: 'HTTP 503 for ten minutes → failed',
  },
  ANSWER_LOST: {
    kind: 'delivery',
    title: 'The lead may have arrived',
    cause:
      'The request left, but its answer was lost or could not be read, and asking the provider did not settle it.',
    mend: 'Look the phone up at the provider (leadpush verify). If it is not there, leadpush retry RUN --unknown sends it again.',
    example: 'a timeout, and a newer lead of this phone from elsewhere → unknown',
  },
} as const satisfies Record<Code, CodeText>;

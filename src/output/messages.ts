// The catalogue of codes: what each means, why it happens, what to do, and an example. `leadpush explain` and
// docs/codes.md are made from it. A code's message in a result says what was found in that row; this is the long form.
import type { Code } from '../lead/codes.ts';

export type CodeKind = 'error' | 'warning' | 'skip' | 'delivery';

export interface CodeText {
  readonly kind: CodeKind;
  /** The heading: one short sentence without a full stop. */
  readonly title: string;
  readonly cause: string;
  /** What to do. */
  readonly fix: string;
  /** What was found → what became of it. */
  readonly example: string;
}

export const KIND_TEXT = {
  error: 'error: the lead is not sent',
  warning: 'warning: it does not keep the lead from being sent',
  skip: 'skipped: the lead is not meant to be sent',
  delivery: 'delivery: what happened between leadpush and the provider',
} as const satisfies Record<CodeKind, string>;

/** A smoke test sends a lead of its own each time, and without a ledger no run is known. */
const RETRY = 'leadpush retry RUN (after a smoke test, and with --no-ledger, the same command again)';

/** Of what a lead goes without. */
const BEFORE = 'Do it before it is sent: a lead that was sent is not changed by sending it again.';

export const CODE_TEXTS = {
  PHONE_MISSING: {
    kind: 'error',
    title: 'The phone is missing',
    cause:
      'The cell is empty, or holds a placeholder such as nan, NA, #N/A, -, 0 or a country code alone (+91-).',
    fix: 'Fill in the phone. If it is in another column, name that column: --column "Header=phone".',
    example: '"#N/A" → no phone',
  },
  PHONE_INVALID: {
    kind: 'error',
    title: 'The phone number is not valid',
    cause:
      'It has too few or too many digits, has a sign or letter among them (98117*00058), is masked (98xxxxxx01), is toll-free, has its country code twice, or starts with digits that its country does not use.',
    fix: 'Correct the number. If it is from another country, write it with + and the country code, or set the country with --region.',
    example: '"98765 4321" (nine digits) → invalid; "+91 98765 43210" → +919876543210',
  },
  PHONE_JUNK: {
    kind: 'error',
    title: 'The phone number is a placeholder',
    cause: 'All digits are the same, or it is a keyboard run such as 1234567890.',
    fix: 'Enter the real phone number, or delete the row.',
    example: '"9999999999" → junk',
  },
  PHONE_SCIENTIFIC: {
    kind: 'error',
    title: 'A spreadsheet has removed digits from the phone',
    cause:
      'The cell holds a number such as 9.19877E+11. The spreadsheet saved the shortened form, so the last digits are no longer in this file.',
    fix: 'Go back to the original file, format the phone column as Text, and export it again. Formatting this file does not restore the digits.',
    example: '"9.19877E+11" → lost digits; "9.19876543210E+11" → +919876543210',
  },
  PHONE_UNDECIDABLE: {
    kind: 'error',
    title: 'The country of the phone is not clear',
    cause: 'It has no +, is not valid in the default country, and is valid in several others.',
    fix: 'Write it with + and the country code, add a country column, or set the country with --region.',
    example: '"2025550123" in a file of Indian leads → write "+1 202 555 0123"',
  },
  ROW_TOO_MANY_COLUMNS: {
    kind: 'error',
    title: 'The row has more cells than the header',
    cause:
      'A cell contains the delimiter without quotes, so every cell after it has moved to the right. Or a column has no name in the header.',
    fix: 'Put the cell in double quotes, or add the missing column to the header.',
    example: '"Asha,Flat 4, Pune,9876543210" under "Name,City,Phone" → quote "Flat 4, Pune"',
  },
  ROW_UNPARSABLE: {
    kind: 'error',
    title: 'The row cannot be read',
    cause:
      'A double quote is opened and not closed, or text follows a closing quote; a line is not valid JSON; or the record is too long, too wide or nested too deep.',
    fix: 'Fix the quotes (write a quote inside a quoted cell twice: "") or the JSON of this line.',
    example: '"Flat 12" wide,98… → "Flat 12"" wide",98…',
  },
  FIELD_MISSING: {
    kind: 'error',
    title: 'A required field is missing',
    cause:
      "The provider needs this field, and neither the record, --set nor the target's defaults has it. Or the name of a source could not be resolved to its number.",
    fix: "Fill in the cell, set it for all records with --set field=value, or add it to the target's defaults in the configuration.",
    example: 'no campaignId → --set campaignId=greens-2026',
  },
  PHONE_LANDLINE: {
    kind: 'warning',
    title: 'The phone is a landline',
    cause: 'It is an area code and a number. It can be called, but gets no SMS or WhatsApp messages.',
    fix: 'Nothing to do.',
    example: '"022-24123456" → +912224123456',
  },
  PHONE_MULTIPLE: {
    kind: 'warning',
    title: 'The cell holds more than one phone',
    cause: 'It has two numbers, separated by a slash, comma or semicolon.',
    fix: 'Nothing to do: the first is the phone, the second is altPhone.',
    example: '"98765 43210 / 91234 56780" → +919876543210 and +919123456780',
  },
  PHONE_FALLBACK: {
    kind: 'warning',
    title: 'The phone was taken from another column',
    cause:
      'The row has several columns for a phone, and the better one holds something that is not a usable number.',
    fix: 'Nothing to do: the phone is the next usable number, and the cell is kept in extra. To be reached on the better one, correct the cell.',
    example: 'Mobile "12345", Phone "98765 43210" → +919876543210',
  },
  PHONE_CODE_TWICE: {
    kind: 'warning',
    title: 'The country code is written twice',
    cause: 'A form added the code to a number that already had it.',
    fix: 'Nothing to do: the number is read with one code.',
    example: '"+91 +91 98765 43210" → +919876543210',
  },
  PHONE_EXTRA_TEXT: {
    kind: 'warning',
    title: 'The phone cell also holds text',
    cause: 'There is a note beside the number.',
    fix: 'Nothing to do: only the number is used. To send the note as well, move it to another column.',
    example: '"98765 43210 (call after 6)" → +919876543210',
  },
  PHONE_EXTENSION_DROPPED: {
    kind: 'warning',
    title: 'The extension of the phone is dropped',
    cause: 'Providers accept numbers without an extension only.',
    fix: 'Nothing to do. If the extension matters, put it in the message.',
    example: '"022-24123456 ext 12" → +912224123456',
  },
  COUNTRY_GUESSED: {
    kind: 'warning',
    title: 'The country of the phone was guessed',
    cause:
      'It has no +, and either is not valid in the default country but is valid in exactly one other; or the country cell names no country, so that it was read in the default country.',
    fix: 'Check the number and the country. To be sure, write the number with + and the country code.',
    example: '"971501234567" → +971501234567 (AE); country "Canda", "98200 12345" → +919820012345 (IN)',
  },
  EMAIL_INVALID: {
    kind: 'warning',
    title: 'The e-mail is not a valid address',
    cause: 'It has no @ or no domain, or the cell holds several addresses.',
    fix: `Correct it if the e-mail matters: it is left out (if there are several, the first valid one is used). A provider that requires it does not get the lead. ${BEFORE}`,
    example: '"asha.example.com" → dropped',
  },
  NAME_MISSING: {
    kind: 'warning',
    title: 'The name is missing',
    cause: 'The name cell is empty, or no column is read as the name.',
    fix: `Nothing to do, unless the provider requires a name: the lead goes without one. If it is in another column, name that column: --column "Client=name". ${BEFORE}`,
    example: '"" → no name',
  },
  BUDGET_UNPARSED: {
    kind: 'warning',
    title: 'The budget is not clear',
    cause:
      'It is words, another currency, or a number below 100,000 without a unit, which may mean lakhs or rupees.',
    fix: `Write the unit if the budget matters: the budget is dropped. ${BEFORE}`,
    example: '"75" → dropped; "75 lakh" → 7500000',
  },
  APARTMENT_UNPARSED: {
    kind: 'warning',
    title: 'The apartment type is not clear',
    cause: 'Part of the cell is not a number of bedrooms.',
    fix: `Write it as "2 BHK, 3 BHK" if it matters: the part that is not clear is dropped. ${BEFORE}`,
    example: '"penthouse" → dropped; "2/3 BHK" → 2bhk, 3bhk',
  },
  BOOL_UNPARSED: {
    kind: 'warning',
    title: 'The value is neither yes nor no',
    cause: 'The field takes yes or no, and the cell holds something else.',
    fix: `Write yes or no if it matters: the value is dropped. ${BEFORE}`,
    example: '"maybe" → dropped',
  },
  DATE_INVALID: {
    kind: 'warning',
    title: 'The date is not valid',
    cause:
      "It is not a date, no lead can be from then (the future, or before 2000), or it does not fit the day and month order of the file's other dates.",
    fix: `Set the order with --date-order DMY, MDY or YMD where day and month were mixed up, else correct the date if it matters: it is dropped. ${BEFORE}`,
    example: '"31-13-2026" → dropped',
  },
  ROW_SHORT: {
    kind: 'warning',
    title: 'The row has fewer cells than the header',
    cause: 'Cells are missing at its end, for example because a column was added later.',
    fix: 'Nothing to do: the missing cells count as empty.',
    example: '"Asha,9876543210" under "Name,Phone,City" → no city',
  },
  NUL_REMOVED: {
    kind: 'warning',
    title: 'NUL bytes were removed',
    cause: 'A broken export has put zero bytes between the letters.',
    fix: 'Check the row: the rest of it is kept.',
    example: '"As\\0ha" → Asha',
  },
  EARLIER_ATTEMPT_UNCERTAIN: {
    kind: 'warning',
    title: 'An earlier attempt to send this lead may have arrived too',
    cause:
      'The answer to one attempt was lost. The next was answered with "duplicate", and the provider does not say whether that is our own lead; or it was accepted, where the provider could not tell what became of the first (leadpush retry --unknown); or the first went to another address, channel or account than the target has now, and was not asked about.',
    fix: 'Nothing to do for a duplicate: the provider has the lead once. A created lead may be there twice, or at the former address, channel or account, too: look it up there (leadpush verify).',
    example: 'timeout, then "duplicate" → duplicate',
  },
  TEST_LEAD: {
    kind: 'skip',
    title: 'The lead is a test lead of the ad platform',
    cause:
      "It holds the platform's dummy data, comes from its test address, or is marked is_test. A name such as Test alone does not count.",
    fix: 'Nothing to do. To send test leads too, add --include-test.',
    example: '"<test lead: dummy data for full_name>" → skipped',
  },
  NOT_A_LEAD: {
    kind: 'skip',
    title: 'The row is not a lead',
    cause:
      'It repeats the header, is a second header, a total, or a line that a report adds: generated by, confidential, copyright.',
    fix: 'Nothing to do. If it is a lead, fill in its phone.',
    example: '"Total,2," → skipped',
  },
  CREDENTIALS_REFUSED: {
    kind: 'delivery',
    title: 'The provider refused the credentials',
    cause:
      "The key is wrong, or a setting that belongs to it (the environment or host, the channel, the app), or this machine's clock (some providers sign the time).",
    fix: `Correct what the message names: the key, one of the settings beside it, or the clock. Test it: with leadpush check where the provider can be asked, else with leadpush smoke. Then run ${RETRY}. Nothing more was sent to that target.`,
    example: 'HTTP 401 → the target stops, exit status 3',
  },
  NOT_SENT: {
    kind: 'delivery',
    title: 'The lead was not sent',
    cause:
      'Its target stopped before its turn, the provider asked for a longer wait than --max-wait allows, the time of a smoke test was up, the run was interrupted, the same lead failed earlier in this input, or this machine had no open file or port left for a connection.',
    fix: `After an interruption run the same command again; else fix what stopped the target (where the provider asked to wait: wait, or raise --max-wait), then run ${RETRY}. Sending it again is safe.`,
    example: 'the 11 leads after a refused key → failed, NOT_SENT',
  },
  UNREACHABLE: {
    kind: 'delivery',
    title: 'The provider could not be reached',
    cause:
      'Its host name is not known, nothing listens there, or its TLS certificate is not valid. No request was sent.',
    fix: `Run leadpush check to see which, then ${RETRY}. Sending it again is safe.`,
    example: 'connection refused → the target stops, exit status 4',
  },
  REDIRECTED: {
    kind: 'delivery',
    title: 'The provider redirects to another address',
    cause:
      'leadpush never follows redirects: the credentials would go to a host that is not in the configuration.',
    fix: "Ask the provider for the right address and set it as the target's baseUrl or path.",
    example: 'HTTP 302 → the target stops, exit status 4',
  },
  PROVIDER_REJECTED: {
    kind: 'delivery',
    title: 'The provider rejected the lead',
    cause: 'It understood the request and did not accept the lead. The message quotes its reason.',
    fix: 'Fix what the message names, then send the rejects file, or run leadpush retry RUN --rejected once the provider is set up correctly. After a smoke test, compare the message with the settings and defaults of the target, and run the same leadpush smoke again.',
    example: 'HTTP 422: campaign_id is not known → rejected',
  },
  PROVIDER_ERROR: {
    kind: 'delivery',
    title: 'The provider has a problem',
    cause:
      'Until the retries were used up, it kept answering that it is overloaded or not ready; or it did not answer in time, broke the connection or answered with an error, and when asked about it had no such lead. The lead was not accepted.',
    fix: `Wait a while, then run ${RETRY}. Sending it again is safe.`,
    example:
      'HTTP 503 for ten minutes → failed; a timeout each time, and the provider has no such lead → failed',
  },
  ANSWER_LOST: {
    kind: 'delivery',
    title: 'The lead may have been accepted',
    cause:
      'The request was sent, but its answer was lost or could not be read, and a look-up at the provider gave no clear answer.',
    fix: 'Ask once more: leadpush retry RUN --settle, which sends nothing. If it stays unknown, look the person up at the provider (leadpush verify); if it is not there, leadpush retry RUN --unknown sends it again. Where the provider cannot be asked, begin with --unknown: it answers duplicate if it has the lead. With --no-ledger no run is known: only the look-up is left. If the message says "no answer within 30 s", the provider is slow: give it more time with --timeout 60s, or timeout: of the target.',
    example: 'a timeout, and a newer lead of this person from elsewhere → unknown',
  },
} as const satisfies Record<Code, CodeText>;

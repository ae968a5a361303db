// For each field, the rule that turns a cell's text into its value.
import { parseApartments } from './apartment.ts';
import { parseBoolean } from './boolean.ts';
import { parseBudget, parseRupees } from './budget.ts';
import { type DateOrder, impossibleContact, isGoodInOtherOrder, parseInstant } from './date.ts';
import { parseEmail } from './email.ts';
import type { FieldName, Lead } from './lead.ts';
import { withoutMarkup } from './markup.ts';
import type { Finding, PhoneHome, PhoneParser } from './phone.ts';
import { manyLines, oneLine } from './text.ts';

/** How to read texts; the same for a whole file. */
export interface Reading {
  /** ISO 3166-1 alpha-2 country of phones written without +. */
  readonly region: string;
  /** IANA zone of dates written without an offset. */
  readonly timezone: string;
  readonly dateOrder: DateOrder;
  /** Unix ms: a contact after it is a wrong date. */
  readonly now: number;
  /** A preset's words for values: field -> text in lower case -> its meaning (`broker`: `dealer` -> `yes`). */
  readonly words: ReadonlyMap<FieldName, ReadonlyMap<string, string>>;
  /** Treat ad platforms' test leads like other leads. */
  readonly includeTest: boolean;
  readonly phones: PhoneParser;
}

/** A lead that is being built. */
export type Draft = { -readonly [Key in keyof Lead]: Lead[Key] };

/** Sets the value in the draft. @returns null, or a warning if the value is dropped */
type Rule = (
  text: string,
  draft: Draft,
  reading: Reading,
  home: PhoneHome,
) => Finding | null | 'needs-library';

type TextField =
  | 'city'
  | 'locality'
  | 'listingName'
  | 'creditValue'
  | 'source'
  | 'subSource'
  | 'placement'
  | 'subject';
type IdField = 'listingId' | 'sourceId' | 'subSourceId' | 'campaignId' | 'channelId' | 'repId' | 'externalId';
type BooleanField = 'homeloanRequired' | 'otpVerified' | 'callVerified' | 'broker';

/** Names and texts: one line, as the person wrote it. */
function line(field: TextField | 'name' | 'firstName' | 'lastName'): Rule {
  return (text, draft) => {
    const value = oneLine(withoutMarkup(text));
    if (value !== '') draft[field] = value;
    return null;
  };
}

const WRONG_DATE = {
  invalid: 'Not a valid date',
  future: 'The date lies in the future',
  past: 'The date is before 2000',
} as const;

/** Ids are always text, as it is: 19 digits do not fit into a number. */
function id(field: IdField): Rule {
  return (text, draft) => {
    const value = oneLine(text);
    if (value !== '') draft[field] = value;
    return null;
  };
}

function boolean(field: BooleanField): Rule {
  return (text, draft) => {
    const value = parseBoolean(text);
    if (value === null)
      return { code: 'BOOL_UNPARSED', message: 'The value is neither yes nor no; it is dropped.' };
    draft[field] = value;
    return null;
  };
}

const BUDGET_UNPARSED: Finding = {
  code: 'BUDGET_UNPARSED',
  message: "The budget is not clear and is dropped. Write it in rupees, such as '50L-1.2 Cr' or '80,00,000'.",
};

function rupees(field: 'budgetMin' | 'budgetMax'): Rule {
  return (text, draft) => {
    const value = parseRupees(text);
    if (value === null) return BUDGET_UNPARSED;
    draft[field] = value;
    return null;
  };
}

/** Every field but the phone, which is required, and its country, which comes from the phone. */
export const RULES: Readonly<Record<Exclude<FieldName, 'phone' | 'country'> | 'budget', Rule>> = {
  name: line('name'),
  firstName: line('firstName'),
  lastName: line('lastName'),
  email: (text, draft) => {
    const found = parseEmail(withoutMarkup(text));
    if (found === null)
      return { code: 'EMAIL_INVALID', message: 'Not a valid e-mail address, so it is left out.' };
    draft.email = found.email;
    return found.others
      ? {
          code: 'EMAIL_INVALID',
          message: 'The cell holds several e-mail addresses; the first valid one is used.',
        }
      : null;
  },
  message: (text, draft) => {
    const value = manyLines(withoutMarkup(text));
    if (value !== '') draft.message = value;
    return null;
  },
  city: line('city'),
  locality: line('locality'),
  listingId: id('listingId'),
  listingName: line('listingName'),
  budget: (text, draft) => {
    const budget = parseBudget(text);
    if (budget === null) return BUDGET_UNPARSED;
    if (budget.min !== null) draft.budgetMin = budget.min;
    if (budget.max !== null) draft.budgetMax = budget.max;
    return null;
  },
  budgetMin: rupees('budgetMin'),
  budgetMax: rupees('budgetMax'),
  apartmentTypes: (text, draft) => {
    const { types, complete } = parseApartments(text);
    if (types.length > 0) draft.apartmentTypes = types;
    if (complete) return null;
    return {
      code: 'APARTMENT_UNPARSED',
      message: `${types.length > 0 ? 'Part of the value' : 'The value'} is not an apartment type such as '2 BHK, 3+ BHK'; it is dropped.`,
    };
  },
  contactedAt: (text, draft, { timezone, dateOrder, now }) => {
    const value = parseInstant(text, timezone, dateOrder);
    const wrong = value === null ? 'invalid' : impossibleContact(value, now);
    if (wrong !== null) {
      const [how, next] = isGoodInOtherOrder(text, timezone, now)
        ? [` (read as ${dateOrder})`, 'Set the order with --date-order, or correct it.']
        : ['', 'Correct it if it matters.'];
      return { code: 'DATE_INVALID', message: `${WRONG_DATE[wrong]}${how}; it is dropped. ${next}` };
    }
    if (value !== null) draft.contactedAt = value;
    return null;
  },
  homeloanRequired: boolean('homeloanRequired'),
  otpVerified: boolean('otpVerified'),
  callVerified: boolean('callVerified'),
  broker: boolean('broker'),
  creditValue: line('creditValue'),
  source: line('source'),
  subSource: line('subSource'),
  placement: line('placement'),
  sourceId: id('sourceId'),
  subSourceId: id('subSourceId'),
  campaignId: id('campaignId'),
  channelId: id('channelId'),
  subject: line('subject'),
  repId: id('repId'),
  externalId: id('externalId'),
  altPhone: (text, draft, { phones }, home) => {
    const parsed = phones.parse(text, home);
    if (parsed === 'needs-library') return parsed;
    if (parsed.kind === 'ok') {
      draft.altPhone = parsed.phone;
      return (
        parsed.warnings.find(({ code }) => code === 'COUNTRY_GUESSED' || code === 'PHONE_CODE_TWICE') ?? null
      );
    }
    // An empty second phone needs no warning.
    if (parsed.code === 'PHONE_MISSING') return null;
    return { code: parsed.code, message: `The second phone is dropped. ${parsed.message}` };
  },
};

// The forms in which a lead's values can be sent: phones, names, dates, money, yes or no, lists. Each is a function from the
// lead to a text; no form, no value.
import { FIELDS } from '../../lead/fields.ts';
import type { FieldName, Lead } from '../../lead/lead.ts';
import { nameParts } from '../name-parts.ts';
import { internationalDigits, isOfNoCountry, nationalNumber } from '../phone-forms.ts';
import type { JsonType } from './declaration.ts';

export type TextOf = (lead: Lead) => string | undefined;

interface Form<T> {
  readonly make: (value: T) => string;
  /** In JSON. */
  readonly type: JsonType;
}

const text = (make: (value: string) => string): Form<string> => ({ make, type: 'text' });

/** @param phone E.164 */
const national = (phone: string) => (isOfNoCountry(phone) ? phone : nationalNumber(phone));

const PHONE: Readonly<Record<string, Form<string>>> = {
  e164: text((phone) => phone),
  international: text(internationalDigits),
  national: text(national),
  auto: text((phone) => (phone.startsWith('+91') ? national(phone) : internationalDigits(phone))),
  dashed: text((phone) => {
    const number = nationalNumber(phone);
    return `${phone.slice(0, phone.length - number.length)}-${number}`;
  }),
};

const DATE: Readonly<Record<string, Form<string>>> = {
  iso: text((instant) => instant),
  seconds: { make: (instant) => String(Math.floor(Date.parse(instant) / 1000)), type: 'number' },
  milliseconds: { make: (instant) => String(Date.parse(instant)), type: 'number' },
  utc: text((instant) => instant.slice(0, 19).replace('T', ' ')),
  date: text((instant) => instant.slice(0, 10)),
};

const MONEY: Readonly<Record<string, Form<number>>> = {
  rupees: { make: String, type: 'number' },
  lakhs: { make: (rupees) => String(rupees / 100_000), type: 'number' },
};

const BOOLEAN: Readonly<Record<string, Form<boolean>>> = {
  trueFalse: { make: String, type: 'boolean' },
  yesNo: { make: (value) => (value ? 'yes' : 'no'), type: 'text' },
  oneZero: { make: (value) => (value ? '1' : '0'), type: 'number' },
};

const LIST: Readonly<Record<string, Form<readonly string[]>>> = {
  commas: { make: (values) => values.join(','), type: 'text' },
  spaced: { make: (values) => values.join(', '), type: 'text' },
  list: { make: (values) => JSON.stringify(values), type: 'json' },
};

/** Of each kind, the first is the usual one. */
export const FORMS = { phone: PHONE, date: DATE, money: MONEY, boolean: BOOLEAN, list: LIST } as const;

const KINDS: Readonly<Partial<Record<FieldName, keyof typeof FORMS>>> = {
  phone: 'phone',
  altPhone: 'phone',
  contactedAt: 'date',
  budgetMin: 'money',
  budgetMax: 'money',
  homeloanRequired: 'boolean',
  otpVerified: 'boolean',
  callVerified: 'boolean',
  broker: 'boolean',
  apartmentTypes: 'list',
};

/** Fields that are about who it is. */
export const PERSONAL: ReadonlySet<string> = new Set([
  'name',
  'firstName',
  'lastName',
  'email',
  'phone',
  'altPhone',
]);

/** All that a declaration may name, beside `extra.NAME`. */
export const FIELD_NAMES: readonly string[] = FIELDS.map(({ name }) => name).filter(
  (name) => name !== 'budget',
);

export function isLeadField(name: string): name is FieldName {
  return name !== 'budget' && FIELDS.some((field) => field.name === name);
}

/** The forms that a field can have; none for plain texts. */
export function formsOf(field: string): readonly string[] {
  const kind = isLeadField(field) ? KINDS[field] : undefined;
  return kind === undefined ? [] : Object.keys(FORMS[kind]);
}

export interface FieldText {
  readonly text: TextOf;
  readonly type: JsonType;
}

/**
 * A field as text.
 * @param field a field's name, or `extra.NAME`
 * @param as one of its forms; undefined: the usual one
 */
export function fieldText(field: string, as?: string): FieldText {
  if (field.startsWith('extra.')) {
    const name = field.slice('extra.'.length);
    return {
      text: ({ extra }) => (extra !== undefined && Object.hasOwn(extra, name) ? extra[name] : undefined),
      type: 'text',
    };
  }
  switch (field) {
    case 'phone':
      return formed(PHONE[as ?? 'e164'], ({ phone }) => phone);
    case 'altPhone':
      return formed(PHONE[as ?? 'e164'], ({ altPhone }) => altPhone);
    case 'contactedAt':
      return formed(DATE[as ?? 'iso'], ({ contactedAt }) => contactedAt);
    case 'budgetMin':
    case 'budgetMax':
      return formed(MONEY[as ?? 'rupees'], (lead) => lead[field]);
    case 'homeloanRequired':
    case 'otpVerified':
    case 'callVerified':
    case 'broker':
      return formed(BOOLEAN[as ?? 'trueFalse'], (lead) => lead[field]);
    case 'apartmentTypes':
      return formed(LIST[as ?? 'commas'], ({ apartmentTypes }) => apartmentTypes);
    // First and last name may have come as one, and the other way round.
    case 'firstName':
      return { text: (lead) => nameParts(lead).first, type: 'text' };
    case 'lastName':
      return { text: (lead) => nameParts(lead).last, type: 'text' };
  }
  if (!isLeadField(field)) throw new TypeError(`there is no field "${field}"`);
  return {
    text: (lead) => {
      const value = lead[field];
      return typeof value === 'string' ? value : undefined;
    },
    type: 'text',
  };
}

function formed<T>(form: Form<T> | undefined, of: (lead: Lead) => T | undefined): FieldText {
  if (form === undefined) throw new TypeError('there is no such form');
  const { make, type } = form;
  return {
    text: (lead) => {
      const value = of(lead);
      return value === undefined ? undefined : make(value);
    },
    type,
  };
}

/** As a person reads it. */
export function shownText(field: string): TextOf {
  const kind = isLeadField(field) ? KINDS[field] : undefined;
  return fieldText(field, kind === 'boolean' ? 'yesNo' : kind === 'list' ? 'spaced' : undefined).text;
}

/** A setting that is true or false. */
export function booleanText(value: string, as: string): string {
  const form = BOOLEAN[as];
  return form === undefined || !/^(true|false)$/.test(value) ? value : form.make(value === 'true');
}

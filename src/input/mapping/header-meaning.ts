// What one header (or the path of a JSON key) says by its words, where no alias has it as it stands: a phone and how good
// a one, the calling code of a phone, another of the person's fields behind words that only say whose or which input it
// is, or somebody else's value. Made once for each header, never for a row.
import { fieldByHeader } from '../../lead/fields.ts';
import type { FieldName } from '../../lead/lead.ts';
import { memo } from '../../lead/memo.ts';
import { unwrapped } from '../presets/index.ts';
import { pathOf } from './header-path.ts';
import { remarkBeside, withoutCodeRemark, withoutCondition } from './header-remarks.ts';
import { isNumeral, saysNothing, wordsIn } from './header-split.ts';
import {
  BEFORE_NUMBER,
  BESIDE_THE_LEAD,
  CODE_IN_PHONE,
  CODE_ITSELF,
  CODE_NAMES,
  CODE_OF,
  CODE_WORDS,
  DONE_BY_STAFF,
  FORMS,
  GROUPS,
  MAIL_KINDS,
  MAIL_NOUNS,
  NAMES_A_THING,
  NO_PHONE,
  NO_ROLES,
  NO_VALUE,
  NUMBER_WORDS,
  OF_ANSWERS,
  OF_MAIL,
  OTHER_PEOPLE,
  PHONE_KINDS,
  PHONE_NOUNS,
  PHONE_RANK,
  QUALIFIERS,
  ROLE,
  THINGS,
  WITH_THE_LEAD,
} from './header-words.ts';

export type Meaning =
  /** `rank`: the lowest is tried first. `second`: by its name not the first choice. */
  | { readonly kind: 'phone'; readonly rank: number; readonly second: boolean; readonly sure: boolean }
  | { readonly kind: 'code' }
  | { readonly kind: 'field'; readonly field: FieldName; readonly rank: number }
  /** `other`: of another person or of what is sold. `label`: it only says what a value is. */
  | { readonly kind: 'none'; readonly why: 'other' | 'thing' | 'label' | 'flag' | null };

/** A longer header is a sentence. */
const MAX_LENGTH = 300;
const MAX_WORDS = 24;
/** More words around a phone are a sentence about one. */
const MAX_WORDS_OF_PHONE = 6;
/** The rank of what is only guessed to be a phone by its last word: `Guest House Phone`. */
export const GUESSED = 100;

/** Fields that may stand behind words that only say whose or which input it is; never ids. */
const BEHIND_QUALIFIERS: ReadonlySet<string> = new Set<FieldName>([
  ...(['name', 'firstName', 'lastName', 'email', 'city', 'message', 'contactedAt'] as const),
]);

export const meaningOf: (header: string) => Meaning = memo(read);

/** Whether a cell names a column of phones: what tells a header from other rows. */
export function saysPhone(cell: string): boolean {
  const meaning = meaningOf(cell);
  return meaning.kind === 'phone' && meaning.sure;
}

/** Whether a header says that its numbers are somebody else's, or no phones: `Agent Mobile`, `Fax`. */
export function saysOthersNumber(header: string): boolean {
  const meaning = meaningOf(header);
  const others = meaning.kind === 'none' && (meaning.why === 'other' || meaning.why === 'thing');
  return others || wordsIn(header).includes('fax');
}

/** The words of a header, folded, without those that say nothing about which of several phones is meant. */
export function ownWords(header: string): ReadonlySet<string> {
  const said = wordsIn(header).filter(
    (word) =>
      !CODE_OF.has(word) &&
      !CODE_WORDS.has(word) &&
      !QUALIFIERS.has(word) &&
      !NUMBER_WORDS.has(word) &&
      !FORMS.has(word) &&
      !/^(?:\d{2,}|[01])$/.test(word),
  );
  return new Set(said);
}

function read(given: string): Meaning {
  if (given.length > MAX_LENGTH) return NOTHING;
  const header = withoutCondition(given);
  const path = pathOf(header);
  const leafText = path.at(-1) ?? '';
  const around = path.slice(0, -1).flatMap(wordsIn);
  const leaf = wordsIn(leafText);
  if (leaf.length === 0 || leaf.length + around.length > MAX_WORDS) return NOTHING;
  const all = [...around, ...leaf];
  if (around.some((word) => PHONE_NOUNS.has(word)) && leaf.every((word) => CODE_IN_PHONE.has(word))) {
    return isOfOthers(all) || all.some((word) => THINGS.has(word)) ? OTHERS : { kind: 'code' };
  }
  const alias = fieldByHeader(unwrapped(header));
  if (alias !== null) {
    const { name } = alias;
    if (isName(name) && namesAThing(around)) return OTHERS;
    if (name !== 'phone' && name !== 'altPhone') {
      // `Remarks, if any`: no alias as it stands.
      return header === given || !isBehind(name) ? NOTHING : { kind: 'field', field: name, rank: 100 };
    }
    return phone(all, name === 'altPhone', 0);
  }
  if (isOfOthers(all)) return OTHERS;
  if (all.some((word) => THINGS.has(word))) return THING;
  if (leaf.some((word) => NO_VALUE.has(word))) return LABEL;
  const bare = withoutCodeRemark(leafText);
  if (bare === leafText && isCode(leaf, around)) return { kind: 'code' };
  return phoneOf(bare, around) ?? personal(header, around) ?? NOTHING;
}

const NOTHING: Meaning = { kind: 'none', why: null };
const OTHERS: Meaning = { kind: 'none', why: 'other' };
const THING: Meaning = { kind: 'none', why: 'thing' };
const LABEL: Meaning = { kind: 'none', why: 'label' };
const FLAG: Meaning = { kind: 'none', why: 'flag' };

/** Words of another person: of the selling side, or beside the lead. */
function isOfOthers(words: readonly string[]): boolean {
  return words.some((word, index) => {
    const before = words[index - 1] ?? '';
    const next = words[index + 1] ?? '';
    return (
      OTHER_PEOPLE.has(word) ||
      (word === 'by' && DONE_BY_STAFF.has(before)) ||
      (WITH_THE_LEAD.has(word) && BESIDE_THE_LEAD.has(before)) ||
      (WITH_THE_LEAD.has(before) && /^[2-9]$/.test(word)) ||
      // `Ref No` is an id.
      (word === 'ref' && (PHONE_NOUNS.has(next) || next === 'contact' || next === 'person')) ||
      // The number that people write to.
      (word === 'business' && (before === 'whatsapp' || before === 'wa'))
    );
  });
}

function isCode(leaf: readonly string[], around: readonly string[]): boolean {
  const own = leaf.filter((word) => !QUALIFIERS.has(word) && !isNumeral(word));
  // `countryCode.dial`, `country_code.value`.
  if (around.some((word) => CODE_WORDS.has(word)) && around.some((word) => CODE_OF.has(word))) {
    return own.every((word) => CODE_OF.has(word) || CODE_WORDS.has(word));
  }
  if (CODE_NAMES.has(leaf.join(' ')) || CODE_NAMES.has(own.join(' '))) return true;
  const inPhone = around.some((word) => PHONE_NOUNS.has(word));
  const self = leaf.some((word) => CODE_ITSELF.has(word));
  const says = self || leaf.some((word) => CODE_WORDS.has(word));
  const of = leaf.some((word) => CODE_OF.has(word) || PHONE_NOUNS.has(word));
  return (
    says &&
    (of || inPhone) &&
    own.every(
      (word) =>
        CODE_OF.has(word) ||
        CODE_WORDS.has(word) ||
        CODE_ITSELF.has(word) ||
        PHONE_NOUNS.has(word) ||
        PHONE_KINDS.has(word) ||
        NUMBER_WORDS.has(word),
    )
  );
}

/** Null: not about a phone. */
function phoneOf(text: string, around: readonly string[]): Meaning | null {
  const leaf = wordsIn(text);
  const noun = leaf.some((word) => PHONE_NOUNS.has(word));
  const number = leaf.some((word) => NUMBER_WORDS.has(word));
  const inPhone = around.some((word) => PHONE_NOUNS.has(word));
  const second = leaf.some((word) => PHONE_KINDS.get(word) === PHONE_RANK.second);
  // `caller.number`, too.
  const said = [around.at(-1) ?? '', ...leaf];
  const byNumber = number && (second || said.some((word) => BEFORE_NUMBER.has(word)));
  const all = [...around, ...leaf];
  if (!noun && !byNumber && !(inPhone && leaf.every((word) => saysNothing(word) || PHONE_KINDS.has(word)))) {
    return null;
  }
  if (all.some((word) => word === 'dnc' || word === 'dnd' || word === 'ndnc')) return FLAG;
  const rest = leaf.filter((word) => !saysNothing(word) && !PHONE_NOUNS.has(word) && !PHONE_KINDS.has(word));
  const remarked = remarkBeside(text);
  const unknown = rest.filter(
    (word) => !BEFORE_NUMBER.has(word) && !(remarked.has(word) && !NO_PHONE.has(word)),
  );
  if (unknown.some((word) => NO_PHONE.has(word))) return FLAG;
  if (unknown.some((word) => ROLE.test(word) && !NO_ROLES.has(word))) return OTHERS;
  const strange = around.some(
    (word) => !saysNothing(word) && !PHONE_NOUNS.has(word) && !PHONE_KINDS.has(word) && !GROUPS.has(word),
  );
  if (unknown.length === 0) return phone(all, false, strange ? GUESSED : 0);
  const last = leaf.findLast((word) => !NUMBER_WORDS.has(word) && !isNumeral(word) && !PHONE_KINDS.has(word));
  if (leaf.length > MAX_WORDS_OF_PHONE || last === undefined || !PHONE_NOUNS.has(last)) return FLAG;
  return phone(all, false, GUESSED);
}

/** The phone that these words name. @param alternate an alias says that it is a second one */
function phone(words: readonly string[], alternate: boolean, penalty: number): Meaning {
  const nouns = words.flatMap((word) => PHONE_NOUNS.get(word) ?? []);
  // `Mobile / Landline` may hold either.
  const either = nouns.includes(PHONE_RANK.mobile) && nouns.includes(PHONE_RANK.landline);
  const base = nouns.length === 0 || either ? PHONE_RANK.phone : Math.min(...nouns);
  const ordinal = ordinalOf(words);
  const kind = Math.max(
    ordinal > 1 || alternate ? PHONE_RANK.second : 0,
    ...words.flatMap((word) => (either ? [] : (PHONE_KINDS.get(word) ?? []))),
  );
  const rank = Math.max(base, kind);
  return {
    kind: 'phone',
    rank: penalty + rank * 10 + ordinal - 1,
    second: kind === PHONE_RANK.second || alternate,
    sure: penalty === 0,
  };
}

/** `Phone 2`, `mobile number 3`. What stands elsewhere, or is higher, numbers the form's inputs: `tel-602`, `q3_phone3`. */
function ordinalOf(words: readonly string[]): number {
  for (const [index, word] of words.entries()) {
    const before = words[index - 1] ?? '';
    if (!/^[2-9]$/.test(word) || words.indexOf(word) < index) continue;
    if (PHONE_NOUNS.has(before) || NUMBER_WORDS.has(before) || BEFORE_NUMBER.has(before)) return Number(word);
  }
  return 1;
}

/** Another field of the person behind qualifiers: `Person - Email - Work`, `Name / First Name`, `text-message`. */
function personal(header: string, around: readonly string[]): Meaning | null {
  // `Email.id` is the id of a value, where `email id` is an address.
  if (around.length > 0 && /\.id$/i.test(header)) return null;
  if (!around.every((word) => QUALIFIERS.has(word) || GROUPS.has(word) || isNumeral(word))) return null;
  const parts = header
    .split(/\s-+\s|[/:|[\](){}>]|(?<=\S)\.(?=\S)/)
    .map(wordsIn)
    .filter((part) => part.length > 0);
  for (let from = 0; from < parts.length; from++) {
    const passed = parts.slice(0, from).flat();
    if (!passed.every((word) => QUALIFIERS.has(word) || GROUPS.has(word))) break;
    const found = fieldBehind(parts.slice(from).flat());
    if (found !== null) return blocked(found, parts.flat()) ? OTHERS : found;
  }
  return null;
}

type FieldMeaning = Extract<Meaning, { kind: 'field' }>;

function fieldBehind(given: readonly string[]): FieldMeaning | null {
  const words = withoutInputNumber(given);
  const numerals = words.filter((word) => /^[2-9]$/.test(word));
  const text = words.filter((word) => !isNumeral(word));
  let rest = text;
  for (;;) {
    const field = fieldIn(rest);
    if (field !== null) return ranked(field, numerals, 0);
    const [first] = rest;
    if (first === undefined || !QUALIFIERS.has(first)) break;
    rest = rest.slice(1);
  }
  const plain = text.filter((word) => !QUALIFIERS.has(word));
  const field = fieldIn(plain);
  if (field !== null) return ranked(field, numerals, 0);
  const mail = fieldIn(plain.filter((word) => !MAIL_KINDS.has(word) && !GROUPS.has(word)));
  const mailWords = fieldIn(text.filter((word) => !MAIL_KINDS.has(word) && !QUALIFIERS.has(word)));
  if (mail !== 'email' && mailWords !== 'email' && !isMail(plain)) return null;
  return ranked('email', numerals, Math.max(0, ...text.map((word) => MAIL_KINDS.get(word) ?? 0)));
}

/** `emailAddresses.address`: nothing but the noun. */
function isMail(words: readonly string[]): boolean {
  return words.some((word) => MAIL_NOUNS.has(word)) && words.every((word) => OF_MAIL.has(word));
}

/** `q3_fullName3` -> full name: forms number their inputs so. */
function withoutInputNumber(words: readonly string[]): readonly string[] {
  const [q, number = ''] = words;
  return q === 'q' && isNumeral(number) ? words.slice(1).filter((word) => word !== number) : words;
}

function fieldIn(words: readonly string[]): FieldName | null {
  // `Question 3` is not what the person asked.
  if (words.length === 0 || words.every((word) => word === 'question')) return null;
  const name = fieldByHeader(words.join(' '))?.name;
  return name !== undefined && isBehind(name) ? name : null;
}

function isBehind(name: FieldName | 'budget'): name is FieldName {
  return BEHIND_QUALIFIERS.has(name);
}

/** A second name is another person's; a second mail or message only comes later. */
function ranked(field: FieldName, numerals: readonly string[], kind: number): FieldMeaning | null {
  const [numeral] = numerals;
  if (numeral !== undefined && isName(field)) return null;
  return { kind: 'field', field, rank: 100 + kind * 10 + Number(numeral ?? 0) };
}

function blocked({ field }: FieldMeaning, words: readonly string[]): boolean {
  if (isName(field)) return namesAThing(words);
  // `form_description` and a billing date are not of the enquiry.
  if (field === 'message') return words.includes('form') && words.includes('description');
  // `email.updated_at` is a date of the address.
  return field === 'contactedAt' && words.some((word) => OTHER_DATES.has(word) || GROUPS.has(word));
}

/** `Preferred contact time`, `Required date`: what lies ahead, and what is paid. */
const OTHER_DATES: ReadonlySet<string> = new Set(['billing', 'preferred', 'best', 'required', 'for']);

function namesAThing(words: readonly string[]): boolean {
  return words.some((word, index) => NAMES_A_THING.has(word) && !OF_ANSWERS.has(words[index + 1] ?? ''));
}

function isName(field: string): boolean {
  return field === 'name' || field === 'firstName' || field === 'lastName';
}

// Which of several cells is the lead's phone: the first with a mobile, else the first with a number; the next best other
// number is altPhone, and what is left is kept in extra. Pure.
import { besideCode, parseBeside } from './beside-code.ts';
import type { Problem } from './codes.ts';
import type { ParsedPhone, PhoneHome, PhoneParser } from './phone.ts';
import type { BadPhone } from './phone-wrong.ts';
import { oneLine } from './text.ts';

/** A filled cell that may hold the lead's phone. */
export interface PhoneCandidate {
  readonly text: string;
  readonly header: string;
  /** The filled cells of calling codes that belong to it, best first. */
  readonly codes: readonly string[];
  /** Codes in the row that belong to another number. */
  readonly otherCodes: readonly string[];
  /** The user named its column as phone: it stays the phone also where it is a landline. */
  readonly named: boolean;
  /** The user named its column as altPhone. */
  readonly namedSecond: boolean;
}

type Good = ParsedPhone & { readonly kind: 'ok' };

export interface ChosenPhone {
  readonly kind: 'ok';
  readonly phone: string;
  readonly country: string | null;
  readonly altPhone: string | null;
  readonly warnings: readonly Problem[];
  /** What is kept beside the lead's fields, by header. */
  readonly extra: readonly (readonly [name: string, text: string])[];
  /** Every other usable number of the row, also as it is read without the code beside it. */
  readonly others: readonly string[];
}

export type PhoneChoice = ChosenPhone | { readonly kind: 'bad'; readonly problem: Problem } | 'needs-library';

interface Read {
  readonly candidate: PhoneCandidate;
  readonly parsed: ParsedPhone;
}

interface GoodRead extends Read {
  readonly parsed: Good;
}

/** @param candidates best first; at least one */
export function choosePhone(
  candidates: readonly PhoneCandidate[],
  home: PhoneHome,
  phones: PhoneParser,
): PhoneChoice {
  const reads: Read[] = [];
  for (const candidate of candidates) {
    const parsed =
      candidate.codes.length === 0
        ? phones.parse(candidate.text, home)
        : parseBeside(candidate.text, candidate.codes, home, phones);
    if (parsed === 'needs-library') return parsed;
    reads.push({ candidate, parsed });
  }
  const good = reads.filter(isGood);
  const main =
    good.find(({ candidate }) => candidate.named) ??
    good.find(({ parsed }) => !isLandline(parsed)) ??
    good[0];
  if (main === undefined) return { kind: 'bad', problem: whyNone(reads) };
  const plain = otherReadings(reads, home, phones);
  return plain === 'needs-library' ? plain : chosen(main, good, reads, plain);
}

function isGood(read: Read): read is GoodRead {
  return read.parsed.kind === 'ok';
}

function isLandline({ warnings }: Good): boolean {
  return warnings.some(({ code }) => code === 'PHONE_LANDLINE');
}

/** The reason of the best that is filled with more than a word for nothing. */
function whyNone(reads: readonly Read[]): Problem {
  const filled = reads.find(({ parsed }) => parsed.kind === 'bad' && parsed.code !== 'PHONE_MISSING');
  const worst = filled ?? reads[0];
  if (worst === undefined || worst.parsed.kind !== 'bad') throw new Error('Only where no number is usable.');
  const { code, message } = worst.parsed;
  return { field: worst.candidate.header, code, message };
}

function chosen(
  main: GoodRead,
  good: readonly GoodRead[],
  reads: readonly Read[],
  plain: readonly string[],
): ChosenPhone {
  const { phone, country } = main.parsed;
  const second = good.filter(({ candidate }) => candidate.namedSecond);
  const rest = good.filter(({ candidate }) => !candidate.namedSecond);
  const numbers = new Map<string, GoodRead>();
  for (const read of [...second, ...rest]) {
    const { parsed } = read;
    for (const number of [parsed.phone, parsed.altPhone, ...(parsed.further ?? [])]) {
      if (number !== null && number !== phone && !numbers.has(number)) numbers.set(number, read);
    }
  }
  const [alt, ...further] = numbers;
  const altPhone = alt?.[0] ?? null;
  const warnings: Problem[] = main.parsed.warnings.map(({ code, message }) => ({
    field: main.candidate.header,
    code,
    message:
      code === 'PHONE_MULTIPLE' && main.parsed.altPhone !== null && main.parsed.altPhone !== altPhone
        ? SECOND_IS_KEPT
        : message,
  }));
  if (alt !== undefined && alt[1] !== main) {
    const about = alt[1].parsed.warnings.filter(({ code }) => OF_ALT.has(code));
    for (const { code, message } of about) warnings.push({ field: alt[1].candidate.header, code, message });
  }
  const extra: (readonly [string, string])[] = [];
  const at = reads.indexOf(main);
  for (const [index, { candidate, parsed }] of reads.entries()) {
    if (parsed.kind === 'ok' || parsed.code === 'PHONE_MISSING') continue;
    const { header, text } = candidate;
    if (index < at) {
      warnings.push({ field: header, code: 'PHONE_FALLBACK', message: fallbackMessage(main, parsed) });
      extra.push([header, oneLine(text)]);
    } else {
      const message = `The second phone is dropped. ${parsed.message}`;
      warnings.push({ field: header, code: parsed.code, message });
    }
  }
  for (const [number, { candidate }] of further) extra.push([candidate.header, number]);
  const others = new Set([...numbers.keys(), ...plain]);
  others.delete(phone);
  return { kind: 'ok', phone, country, altPhone, warnings, extra, others: [...others] };
}

/** Warnings that matter for a second phone, too. */
const OF_ALT: ReadonlySet<string> = new Set(['COUNTRY_GUESSED', 'PHONE_CODE_TWICE']);

const SECOND_IS_KEPT = 'The cell holds several numbers; the first is the phone, the second is kept in extra.';

function fallbackMessage({ candidate }: GoodRead, { wrong }: BadPhone): string {
  const why = wrong.replace(/\.$/, '');
  return `The number in this column cannot be used (${why}); the phone is the one from "${candidate.header}".`;
}

/**
 * The numbers as they are without the code beside them, without the lead's country, or with a code of another number: an
 * earlier version, or another export, read them so.
 */
function otherReadings(
  reads: readonly Read[],
  home: PhoneHome,
  phones: PhoneParser,
): readonly string[] | 'needs-library' {
  const found: string[] = [];
  for (const { candidate, parsed } of reads) {
    const { text, codes, otherCodes } = candidate;
    // As it was read now, with no code: nothing else to try.
    if (codes.length === 0 && otherCodes.length === 0 && home.country === null) continue;
    const own = parsed.kind === 'ok' ? parsed.phone : null;
    const countries = new Set([home.country, null, ...[...codes, ...otherCodes].map(besideCode)]);
    for (const country of countries) {
      if (country === home.region) continue;
      const read = phones.parse(text, { region: home.region, country });
      if (read === 'needs-library') return read;
      if (read.kind === 'ok' && read.phone !== own) found.push(read.phone);
    }
  }
  return found;
}

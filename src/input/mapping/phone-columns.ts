// The columns that may hold the lead's phone, best first, each with the columns of its calling code. Planned once per
// header; picked from each row without further parsing.
import type { PhoneCandidate } from '../../lead/choose-phone.ts';
import { isAbsent, oneLine } from '../../lead/text.ts';
import type { Preset } from '../presets/preset.ts';
import { type NamedColumn, pairCodes } from './calling-codes.ts';
import { GUESSED, ownWords } from './header-meaning.ts';
import { type Claim, LEVEL } from './header-reader.ts';

export interface PhoneColumn {
  readonly column: number;
  readonly header: string;
  /** Columns of its calling code; the first that holds one counts. */
  readonly codes: readonly number[];
  readonly codeHeaders: readonly string[];
  /** Of these, the ones whose names name no number: they count for another one where this one is empty. */
  readonly loose: readonly number[];
  /** --column or the configuration names it: it stays the phone also where it holds a landline. */
  readonly named: boolean;
  /** --column or the configuration names it the second phone. */
  readonly namedSecond: boolean;
  /** By its name not the first choice. */
  readonly second: boolean;
  /** Removed from the start of the value. */
  readonly prefix: string | null;
}

/** More columns of phones than any person has are reported as not sent. */
const MAX_PHONES = 64;

/**
 * Without those that are only guessed where one is known to be the lead's: a strange word before `phone` may be anybody.
 * They are reported as not sent.
 */
export function knownPhones(claims: readonly Claim[]): readonly Claim[] {
  const known = claims.filter((claim) => claim.rank < GUESSED || claim.level > LEVEL.alias);
  return known.length > 0 ? known : claims;
}

/**
 * @param claims those for phone and altPhone, in the order of the columns
 * @param codes the columns of calling codes, likewise
 */
export function phoneColumns(
  claims: readonly Claim[],
  codes: readonly NamedColumn[],
  preset: Preset | null,
): readonly PhoneColumn[] {
  const pairs = pairCodes(claims, codes);
  const columns = [...claims].sort((a, b) => rankOf(a) - rankOf(b) || a.column - b.column);
  const nameOf = new Map(codes.map(({ column, header }) => [column, header.trim()]));
  return columns.slice(0, MAX_PHONES).map((claim) => ({
    column: claim.column,
    header: claim.header,
    codes: pairs.get(claim.column) ?? [],
    loose: (pairs.get(claim.column) ?? []).filter((code) => ownWords(nameOf.get(code) ?? '').size === 0),
    codeHeaders: (pairs.get(claim.column) ?? []).map((code) => nameOf.get(code) ?? ''),
    named: isNamed(claim) && claim.target === 'phone',
    namedSecond: isNamed(claim) && claim.target === 'altPhone',
    second: claim.target === 'altPhone',
    prefix: preset?.prefixes?.[claim.target] ?? null,
  }));
}

function isNamed({ level }: Claim): boolean {
  return level >= LEVEL.configured;
}

/** Named by the user, then by rank; what the user names as second after all that are better by name. */
function rankOf(claim: Claim): number {
  if (!isNamed(claim)) return claim.rank;
  if (claim.target === 'altPhone') return SECOND_BY_USER;
  return claim.level === LEVEL.override ? -2 : -1;
}

/** Before what is second by name. */
const SECOND_BY_USER = 19;

/** A cell that holds more than a word for nothing. */
function filledText({ column, prefix }: PhoneColumn, cells: readonly string[]): string {
  let text = cells[column] ?? '';
  if (prefix !== null) {
    const start = text.trimStart();
    if (start.startsWith(prefix)) text = start.slice(prefix.length);
  }
  return text === '' || isAbsent(oneLine(text)) ? '' : text;
}

/** The filled cells of a row, best first; one without a code beside it needs no choosing. */
export function phonesOf(
  columns: readonly PhoneColumn[],
  cells: readonly string[],
): readonly PhoneCandidate[] {
  const found: PhoneCandidate[] = [];
  let loose: readonly string[] = NO_CODES;
  let coded = false;
  for (const column of columns) {
    const text = filledText(column, cells);
    if (column.codes.length > 0) coded = true;
    if (text === '') {
      if (column.loose.length > 0) loose = [...loose, ...filledCodes(column.loose, cells)];
      continue;
    }
    const { header, named, namedSecond } = column;
    const codes = column.codes.length === 0 ? NO_CODES : filledCodes(column.codes, cells);
    found.push({ text, header, named, namedSecond, codes, otherCodes: NO_CODES });
  }
  return coded ? withLoose(found, loose, columns, cells) : found;
}

/** A code whose own number is empty belongs to the best one without a code; the others may have been read with it. */
function withLoose(
  found: readonly PhoneCandidate[],
  loose: readonly string[],
  columns: readonly PhoneColumn[],
  cells: readonly string[],
): readonly PhoneCandidate[] {
  const all = columns.flatMap((column) => filledCodes(column.loose, cells));
  const heir = loose.length === 0 ? -1 : found.findIndex(({ codes }) => codes.length === 0);
  return found.map((candidate, index) =>
    candidate.codes.length > 0
      ? candidate
      : {
          ...candidate,
          codes: index === heir ? loose : NO_CODES,
          otherCodes: index === heir ? NO_CODES : all,
        },
  );
}

function filledCodes(columns: readonly number[], cells: readonly string[]): readonly string[] {
  return columns.flatMap((column) => {
    const text = cells[column] ?? '';
    return text === '' || isAbsent(oneLine(text)) ? [] : [text];
  });
}

const NO_CODES: readonly string[] = [];

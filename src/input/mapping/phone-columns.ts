// The columns that may hold the lead's phone, best first, each with the columns of its calling code. Planned once per
// header; picked from each row without further parsing.
import type { PhoneCandidate } from '../../lead/choose-phone.ts';
import { isAbsent, oneLine } from '../../lead/text.ts';
import type { Preset } from '../presets/preset.ts';
import { type NamedColumn, pairCodes } from './calling-codes.ts';
import { type Claim, LEVEL } from './header-reader.ts';

export interface PhoneColumn {
  readonly column: number;
  readonly header: string;
  /** Columns of its calling code; the first that holds one counts. */
  readonly codes: readonly number[];
  readonly codeHeaders: readonly string[];
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
  for (const column of columns) {
    const text = filledText(column, cells);
    if (text === '') continue;
    const { header, named, namedSecond, codes } = column;
    const beside = codes.length === 0 ? NO_CODES : codes.map((code) => cells[code] ?? '');
    found.push({ text, header, named, namedSecond, codes: beside });
  }
  return found;
}

const NO_CODES: readonly string[] = [];

// What a single header claims: by --column, configuration, preset, alias and question, in this order.
import { fieldByHeader, fieldByName } from '../../lead/fields.ts';
import type { ColumnTarget } from '../../lead/lead.ts';
import { isTestHeader } from '../../lead/test-lead.ts';
import { headerKey, unwrapped } from '../presets/index.ts';
import type { Preset } from '../presets/preset.ts';
import { CAMPAIGN_ID_KEY, extraByName, fromAdPlatform, namePart, standing } from './column-claims.ts';
import { type ColumnRule, placeOf } from './column-rules.ts';
import { type Meaning, meaningOf } from './header-meaning.ts';
import { PHONE_RANK } from './header-words.ts';
import { questionField } from './questions.ts';

export interface ColumnRules {
  readonly preset: Preset | null;
  /** From `--column`. */
  readonly overrides: readonly ColumnRule[];
  /** From the configuration's `columns`. */
  readonly configured: readonly ColumnRule[];
  /** From the cells of a table without a header. */
  readonly found?: readonly ColumnRule[];
}

/** The highest wins. */
export const LEVEL = { override: 4, configured: 3, preset: 2, alias: 1, question: 0 } as const;

/** A longer header is not an alias or a question; only the user can map it. */
const MAX_MEANT = 1000;

export interface Claim {
  readonly column: number;
  readonly header: string;
  readonly key: string;
  readonly target: ColumnTarget;
  readonly level: number;
  /** Among claims of one level the lowest wins. */
  readonly rank: number;
}

/** What a header turned out to be: claims, a column of calling codes, or known without a field. */
export type HeaderRead = readonly Claim[] | 'code' | 'silent' | 'test';

/** After all that are named as one. */
const ASKED_RANK = 50;

/** After all that is named by itself. */
const BESIDE_RANK = 300;

/** No phone, which was found by itself, and nothing that hands the lead to somebody. */
function isOfLead(target: ColumnTarget): boolean {
  const field = fieldByName(target);
  if (field === null) return true;
  return field.value !== 'phone' && field.value !== 'id' && field.routes !== true;
}

/** Finds what single headers claim. */
export class HeaderReader {
  readonly #overrides: ReadonlyMap<number, ColumnTarget | null>;
  readonly #configured: ReadonlyMap<number, ColumnTarget | null>;
  readonly #preset: ReadonlyMap<
    string,
    { readonly target: ColumnTarget | 'test' | null; readonly rank: number }
  >;
  readonly #adPlatform: boolean;

  constructor(rules: ColumnRules, headers: readonly string[], keys: readonly string[]) {
    this.#overrides = columnsOf(rules.overrides, headers, keys);
    this.#configured = columnsOf([...(rules.found ?? []), ...rules.configured], headers, keys);
    this.#preset = new Map(
      Object.entries(rules.preset?.columns ?? {}).map(([header, target], rank) => [
        headerKey(header),
        { target, rank },
      ]),
    );
    this.#adPlatform = fromAdPlatform(keys);
  }

  /** `silent`: known and not sent, without a note. */
  read(header: string, key: string, column: number): HeaderRead {
    const claim = (target: ColumnTarget, level: number, rank: number): readonly Claim[] => [
      { column, header: header.trim(), key, target, level, rank },
    ];
    const override = this.#overrides.get(column);
    if (override !== undefined) return override === null ? 'silent' : claim(override, LEVEL.override, 0);
    // Our own column, in a result or rejects file that is sent again.
    if (/^\s*leadpush_/i.test(header)) return 'silent';
    const configured = this.#configured.get(column);
    if (configured === null) return 'silent';
    // Only --column may map an ad platform's campaign id to the provider's project.
    if (key === CAMPAIGN_ID_KEY && this.#adPlatform && (configured ?? 'campaignId') === 'campaignId') {
      return claim('extra.ad_campaign_id', LEVEL.preset, 0);
    }
    if (configured !== undefined) return claim(configured, LEVEL.configured, 0);
    const preset = this.#preset.get(key);
    if (preset?.target === 'test') return 'test';
    if (preset?.target === null) return [];
    if (preset !== undefined) {
      const isPhone = preset.target === 'phone' || preset.target === 'altPhone';
      return claim(preset.target, LEVEL.preset, isPhone ? phoneRank(header, preset.target) : preset.rank);
    }
    const literal = header.trim();
    if (/^extra\.\S/.test(literal)) return claim(`extra.${literal.slice('extra.'.length)}`, LEVEL.alias, 0);
    if (isTestHeader(header)) return 'test';
    return this.#byName(header, key, claim);
  }

  /** A member of the object that holds the lead's phone, by its name in there: what only says who or what it is, no id. */
  readBeside(name: string, header: string, column: number): readonly Claim[] {
    if (this.#preset.has(headerKey(header))) return [];
    const key = headerKey(name);
    const read = this.#byName(name, key, (target, level, rank) => [
      { column, header: header.trim(), key, target, level, rank: rank + BESIDE_RANK },
    ]);
    return read === 'code' ? [] : read.filter(({ target }) => isOfLead(target));
  }

  #byName(
    given: string,
    key: string,
    claim: (target: ColumnTarget, level: number, rank: number) => readonly Claim[],
  ): readonly Claim[] | 'code' {
    const header = unwrapped(withoutValue(given));
    if (header.length > MAX_MEANT) return [];
    const meaning = meaningOf(given);
    if (meaning.kind === 'code') return 'code';
    if (meaning.kind === 'phone') {
      return claim(meaning.second ? 'altPhone' : 'phone', LEVEL.alias, meaning.rank);
    }
    const extra = extraByName(header, key);
    const extras = extra === null ? [] : claim(`extra.${extra}`, LEVEL.alias, 0);
    return [...this.#byField(header, key, meaning, extra !== null, claim), ...extras];
  }

  #byField(
    header: string,
    key: string,
    meaning: Exclude<Meaning, { kind: 'phone' | 'code' }>,
    isExtra: boolean,
    claim: (target: ColumnTarget, level: number, rank: number) => readonly Claim[],
  ): readonly Claim[] {
    const others = meaning.kind === 'none' && meaning.why === 'other';
    const field = fieldByHeader(header);
    if (field !== null && !((others || ID_WITHIN.test(header)) && isPersonal(field.name))) {
      return claim(field.name, LEVEL.alias, standing(field.name, key));
    }
    const part = others ? null : namePart(header);
    if (part !== null) return claim(part, LEVEL.alias, 0);
    if (meaning.kind === 'field') return claim(meaning.field, LEVEL.alias, meaning.rank);
    const asked = isExtra ? null : questionField(header);
    if (asked === null || (others && isPersonal(asked))) return [];
    if (asked !== 'phone' && asked !== 'altPhone') return claim(asked, LEVEL.question, 0);
    // `What type of phone …?` does not ask for a number.
    if (meaning.kind === 'none' && (meaning.why === 'label' || meaning.why === 'flag')) return [];
    return claim(asked, LEVEL.question, ASKED_RANK + (asked === 'phone' ? 0 : 1));
  }
}

/** `email.id` is the id of a value, where the column `email id` holds the address. */
const ID_WITHIN = /(?<=\S)\.id$/i;

/** `city.value` -> `city`: the value of what the object is called. */
function withoutValue(header: string): string {
  return header.replace(/(?<=[^.\s])\.(?:value|stringValue|string_value|text)$/, '');
}

/** How good a phone a preset's column is, by its name. */
function phoneRank(header: string, target: ColumnTarget): number {
  const meaning = meaningOf(header);
  if (meaning.kind === 'phone') return meaning.rank;
  return (target === 'phone' ? PHONE_RANK.phone : PHONE_RANK.second) * 10;
}

/** What only the person themselves has: no value of an agent or a form. */
function isPersonal(field: string): boolean {
  return PERSONAL.has(field);
}

const PERSONAL: ReadonlySet<string> = new Set([
  ...['phone', 'altPhone', 'name', 'firstName', 'lastName', 'email', 'city', 'message'],
]);

/**
 * The columns that the rules mean: those with exactly this header, else those that differ in case and punctuation only.
 */
function columnsOf(
  rules: readonly ColumnRule[],
  headers: readonly string[],
  keys: readonly string[],
): ReadonlyMap<number, ColumnTarget | null> {
  const found = new Map<number, ColumnTarget | null>();
  for (const rule of rules) {
    const text = rule.header.trim();
    const key = headerKey(text);
    const exact = headers.some((header) => header.trim() === text);
    const place = exact ? null : placeOf(text);
    if (place !== null) {
      if (place < headers.length) found.set(place, rule.target);
      continue;
    }
    for (const [column, header] of headers.entries()) {
      if (exact ? header.trim() === text : keys[column] === key) found.set(column, rule.target);
    }
  }
  return found;
}

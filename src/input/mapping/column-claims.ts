// What a single header means, as data: which columns belong to an ad platform, which go to extra by their name, and
// which of two columns for one field is preferred.
import { isBudgetUnit, isForeignCurrency } from '../../lead/budget.ts';
import { normaliseHeader } from '../../lead/fields.ts';
import type { FieldName } from '../../lead/lead.ts';
import { wordsIn } from './header-split.ts';

/** Columns that only an ad platform writes: beside one of them, `campaign_id` is the platform's campaign. */
const PLATFORM: ReadonlySet<string> = new Set(
  [
    'ad_id',
    'ad_name',
    'adset_id',
    'adset_name',
    'adgroup_id',
    'adgroup_name',
    'creative_id',
    'form_id',
    'lead_form_id',
    'lead_gen_form_id',
    'ad_group',
    'ad_set',
    'lead_form',
    'lead_form_name',
    'lead_gen_form_name',
    'leadgen_id',
    'creative_name',
    'creative',
    'ad_squad_id',
    'ad_squad_name',
    'linkedin_form_id',
    'campaign_group_id',
    'campaign_group_name',
    'is_organic',
    ...['gclid', 'gbraid', 'wbraid', 'fbclid', 'msclkid', 'ttclid', 'li_fat_id'],
  ].map(normaliseHeader),
);

/** An ad platform's export, whatever the preset. @param keys normalised headers */
export function fromAdPlatform(keys: readonly string[]): boolean {
  return keys.some((key) => PLATFORM.has(key));
}

export const CAMPAIGN_ID_KEY: string = normaliseHeader('campaign_id');

/** Click ids and an ad platform's campaign, with the name that is sent. */
const CLICK_IDS: ReadonlyMap<string, string> = new Map([
  ['gclid', 'gclid'],
  ['gbraid', 'gbraid'],
  ['wbraid', 'wbraid'],
  ['fbclid', 'fbclid'],
  ['msclkid', 'msclkid'],
  ['ttclid', 'ttclid'],
  ['lifatid', 'li_fat_id'],
  ['adcampaignid', 'ad_campaign_id'],
]);

/**
 * The name in `extra` of a column that always goes there (utm_*, click ids); null for all others.
 * utm_source, utm_medium and utm_campaign also set source, subSource and placement.
 */
export function extraByName(header: string, key: string): string | null {
  const click = CLICK_IDS.get(key);
  if (click !== undefined) return click;
  const utm = /^utm[\s_-]*([a-z][a-z0-9]*(?:[\s_-]+[a-z0-9]+)*)$/i.exec(header.trim())?.[1];
  return utm === undefined ? null : `utm_${utm.toLowerCase().replace(/[\s_-]+/g, '_')}`;
}

/**
 * Headers that give way to a better one for the same field, in order of preference; they are used if the better cell is
 * empty. Headers that are not listed are equal: two of them for one field are an error.
 */
const SECONDARY: Readonly<Partial<Record<FieldName | 'budget', readonly string[]>>> = {
  name: keys('customer'),
  contactedAt: keys('timestamp, date time, date and time, date, dt, call date time, call date, call time'),
  externalId: keys('unique id, reference id, reference no, reference number, ref id, ref no, id'),
  country: keys('country code, country of residence, country name, country / region, country'),
  locality: keys('location name, area name, location, area'),
  listingName: keys('property name, property, society name, society, building name, listing title, listing'),
  apartmentTypes: keys('no of bedrooms, number of bedrooms, bedrooms, bedroom type, bedroom, apartment'),
  source: keys(
    'lead source, lead source name, enquiry source, inquiry source, traffic source, utm_source, usource',
  ),
  subSource: keys('lead sub source, secondary source, source medium, medium, utm_medium, umedium'),
  placement: keys(
    'ad campaign name, campaign name, ad campaign, utm_campaign, utm campaign name, lead campaign, campaign',
  ),
  altPhone: keys('landline number, landline no, landline'),
};

/** 0 for a first-choice column; the higher, the less preferred. */
export function standing(field: FieldName | 'budget', key: string): number {
  return (SECONDARY[field]?.indexOf(key) ?? -1) + 1;
}

/**
 * The column with the time of day for a column of dates: `created_date` -> `createdtime`, `date` -> `time`,
 * `date_submitted` -> `timesubmitted`.
 */
export function timeKeyOf(key: string): string | null {
  if (key.endsWith('date')) return `${key.slice(0, -4)}time`;
  return key.startsWith('date') ? `time${key.slice(4)}` : null;
}

/** `Your Name (First)`, `Full name: Last`: how form plugins export the parts of a name, whatever the question. */
export function namePart(header: string): 'firstName' | 'lastName' | null {
  const part = /\bname\b[^(:]*(?:\(|:)\s*(first|last)(?:\s+name)?\s*\)?\s*$/i
    .exec(header)?.[1]
    ?.toLowerCase();
  if (part === undefined) return null;
  return part === 'first' ? 'firstName' : 'lastName';
}

/** The zone that a header names for its dates: `Submit Date (UTC)`, `Create Date (GMT+5:30)`, `Date GMT`; else null. */
export function headerZone(header: string): string | null {
  return (
    /[\s([_](utc|gmt|ist)(\s*[-+]\d{1,2}(?::?\d{2})?)?\s*[)\]]?\s*$/i.exec(header)?.slice(1).join('') ?? null
  );
}

/** The unit that a header names for its amounts: `Budget (Lakhs)`, `budget_in_cr`; else null. */
export function headerUnit(header: string): string | null {
  const last = wordsIn(header).at(-1) ?? '';
  return isBudgetUnit(last) ? last : null;
}

/** The currency that a header names for its amounts, unless it is the rupee: `Budget (AED)`, `Price in $`; else null. */
export function headerCurrency(header: string): string | null {
  const word = wordsIn(header).find(isForeignCurrency);
  return word ?? /[$€£¥]/.exec(header)?.[0] ?? null;
}

/** Whether a column says in which currency a row's amounts are. */
export function namesCurrency(key: string): boolean {
  return CURRENCY_KEYS.has(key);
}

const CURRENCY_KEYS: ReadonlySet<string> = new Set(
  keys(
    'currency, currency code, currency iso code, budget currency, currency of budget, price currency, deal currency',
  ),
);

function keys(list: string): readonly string[] {
  return list.split(',').map(normaliseHeader);
}

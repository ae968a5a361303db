// A target's defaults (or --set) for leads without their own values: parsed once, merged cheaply.
import type { Problem } from './codes.ts';
import { parseCountry } from './country.ts';
import type { FieldName, Lead } from './lead.ts';
import { joinName } from './name.ts';
import { type Draft, type Reading, RULES } from './values.ts';

/** Values for any lead. Never a phone or its country: those belong to one person. */
export type Defaults = Omit<Partial<Lead>, 'phone' | 'country' | 'extra'>;

/** A default of a group is only used if the lead has no value of that group. */
const GROUPS: readonly (readonly (keyof Defaults)[])[] = [
  ['name', 'firstName', 'lastName'],
  ['budgetMin', 'budgetMax'],
];

/**
 * Parses default texts like a record's cells.
 * @param texts field name -> text; `field` of a problem is that name
 * @returns the values, and a problem for each text that is not valid (callers then refuse the configuration: a default
 * is not a customer's typing error)
 */
export async function parseDefaults(
  texts: Readonly<Partial<Record<FieldName | 'budget', string>>>,
  reading: Reading,
): Promise<{ readonly values: Defaults; readonly problems: readonly Problem[] }> {
  const draft: Draft = { phone: '' };
  const problems: Problem[] = [];
  const country = texts.country === undefined ? null : parseCountry(texts.country);
  const home = { region: reading.region, country };
  for (const name of namesOf(texts)) {
    const text = texts[name] ?? '';
    let finding = RULES[name](text, draft, reading, home);
    if (finding === 'needs-library') {
      await reading.phones.load();
      finding = RULES[name](text, draft, reading, home);
    }
    if (finding !== null && finding !== 'needs-library') problems.push({ field: name, ...finding });
  }
  const joined = draft.name === undefined ? joinName(draft.firstName, draft.lastName) : null;
  if (joined !== null) draft.name = joined;
  const { phone: _phone, country: _country, extra: _extra, ...values } = draft;
  return { values, problems };
}

/**
 * Adds defaults to a lead; its own values always win.
 * @returns a function for one lead, which returns the same lead if nothing was missing
 */
export function filling(defaults: Defaults): (lead: Lead) => Lead {
  const names = Object.keys(defaults).filter((name) => isDefaultName(name, defaults));
  const fields = names.map((name) => ({
    name,
    group: GROUPS.find((members) => members.includes(name)) ?? [name],
  }));
  return (lead) => {
    let lacking = 0;
    for (const { group } of fields) if (lacks(lead, group)) lacking++;
    if (lacking === 0) return lead;
    const values =
      lacking === fields.length
        ? defaults
        : Object.fromEntries(
            fields.filter(({ group }) => lacks(lead, group)).map(({ name }) => [name, defaults[name]]),
          );
    // Not a spread: adding to a spread object costs ten times as much.
    return Object.assign({}, lead, values);
  };
}

function lacks(lead: Lead, group: readonly (keyof Defaults)[]): boolean {
  for (const member of group) if (lead[member] !== undefined) return false;
  return true;
}

function isDefaultName(name: string, defaults: Defaults): name is keyof Defaults & string {
  return name in defaults;
}

/** `budget` first, so that budgetMin and budgetMax overwrite it. */
function namesOf(
  texts: Readonly<Partial<Record<FieldName | 'budget', string>>>,
): readonly (keyof typeof RULES)[] {
  const names = Object.keys(texts).filter((name): name is keyof typeof RULES => name in RULES);
  return names.sort((a, b) => Number(b === 'budget') - Number(a === 'budget'));
}

/** What is one person's own: the same for every lead would be wrong. */
const ONES_OWN: ReadonlySet<FieldName> = new Set<FieldName>([
  'phone',
  'altPhone',
  'name',
  'firstName',
  'lastName',
  'email',
  'externalId',
]);

/** Whether a default, or --set for a whole file, makes sense for it. */
export function mayBeShared(field: FieldName): boolean {
  return !ONES_OWN.has(field);
}

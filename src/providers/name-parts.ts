// First and last name, for providers that want them apart.
import type { Lead } from '../lead/lead.ts';

/** First and last name: as given, else the whole name split at its first blank. */
export function nameParts(lead: Lead): { readonly first: string; readonly last: string } {
  if (lead.firstName !== undefined || lead.lastName !== undefined) {
    return { first: lead.firstName ?? '', last: lead.lastName ?? '' };
  }
  const [first = '', ...rest] = (lead.name ?? '').split(' ');
  return { first, last: rest.join(' ') };
}

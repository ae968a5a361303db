// Who a record is about, as far as it says, where it did not become a lead: so that a person finds the row.
import type { FieldName, Lead, Said, Who } from './lead.ts';
import { joinName } from './name.ts';
import { isAbsent, oneLine } from './text.ts';

export const NOBODY: Who = { name: null, externalId: null, source: null, campaign: null, cell: null };

interface Cells {
  readonly values: ReadonlyMap<FieldName | 'budget', { readonly text: string }>;
}

/** What cells that were not understood say. @param understood whether the phone was */
export function saidOf({ values }: Cells, understood: boolean): Said {
  const text = (field: FieldName): string | null => {
    const cell = values.get(field)?.text ?? '';
    const line = cell === '' ? '' : oneLine(cell);
    return line === '' || isAbsent(line) ? null : line;
  };
  const said: { -readonly [Name in keyof Said]: Said[Name] } = {};
  for (const field of SAID) {
    const value = text(field);
    if (value !== null) said[field] = value;
  }
  const name = said.name ?? joinName(text('firstName') ?? undefined, text('lastName') ?? undefined);
  if (name !== null) said.name = name;
  const cell = understood ? null : text('phone');
  if (cell !== null) said.cell = cell;
  return said;
}

const SAID = [
  'name',
  'externalId',
  'source',
  'sourceId',
  'channelId',
  'placement',
  'campaignId',
] as const satisfies readonly (keyof Said)[];

/**
 * Of a record that did not become a lead: filed under what it says itself and, like a lead, under what the target adds.
 * @param complete the target's
 */
export function whoseRow(said: Said, complete: (lead: Lead) => Lead): Who {
  const { cell = null, ...values } = said;
  const { source, campaign } = whoseLead(complete({ phone: '', ...values }));
  const own = whoseLead({ phone: '', ...values });
  const ownOrigin = [own.source, own.campaign].filter((text) => text !== null);
  return { name: said.name ?? null, externalId: said.externalId ?? null, source, campaign, cell, ownOrigin };
}

/** Of a lead. */
export function whoseLead(lead: Lead): Who {
  const { name, externalId, source, sourceId, channelId, placement, campaignId } = lead;
  return {
    name: name ?? null,
    externalId: externalId ?? null,
    source: filedUnder(source ?? null, sourceId ?? null, channelId ?? null),
    campaign: placement ?? campaignId ?? null,
    cell: null,
  };
}

/** What a report groups by: the source's name, else the number or channel that the provider files it under. */
function filedUnder(source: string | null, sourceId: string | null, channelId: string | null): string | null {
  return source ?? (sourceId === null ? channelId : `source ${sourceId}`);
}

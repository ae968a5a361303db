// Who a record is about, as far as it says, where it did not become a lead: so that a person finds the row.
import type { FieldName, Lead, Who } from './lead.ts';
import { joinName } from './name.ts';
import { isAbsent, oneLine } from './text.ts';

export const NOBODY: Who = { name: null, externalId: null, source: null, campaign: null, cell: null };

interface Cells {
  readonly values: ReadonlyMap<FieldName | 'budget', { readonly text: string }>;
}

/** Of cells that were not understood. @param understood whether the phone was */
export function whoOf({ values }: Cells, understood: boolean): Who {
  const text = (field: FieldName): string | null => {
    const cell = values.get(field)?.text ?? '';
    const line = cell === '' ? '' : oneLine(cell);
    return line === '' || isAbsent(line) ? null : line;
  };
  return {
    name: text('name') ?? joinName(text('firstName') ?? undefined, text('lastName') ?? undefined),
    externalId: text('externalId'),
    source: filedUnder(text('source'), text('sourceId'), text('channelId')),
    campaign: text('placement') ?? text('campaignId'),
    cell: understood ? null : text('phone'),
  };
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

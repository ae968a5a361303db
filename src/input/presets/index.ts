// The known exports, and how one is recognised by its header.
import { normaliseHeader } from '../../lead/fields.ts';
import { AD_PLATFORMS } from './ad-platforms.ts';
import { CRMS } from './crms.ts';
import { FORMS } from './forms.ts';
import { PORTALS } from './portals.ts';
import type { Preset } from './preset.ts';

/** In the order of `leadpush presets`. A new export is one more entry. */
export const PRESETS: readonly Preset[] = [...AD_PLATFORMS, ...CRMS, ...FORMS, ...PORTALS];

/** The preset with this name, `--preset meta`, or null. @param own those of the configuration, which go first */
export function presetByName(name: string, own: readonly Preset[] = []): Preset | null {
  return [...own, ...PRESETS].find((preset) => preset.name === name) ?? null;
}

/** All that can be named: the configuration's, and the built-in ones whose names it does not take. */
export function knownPresets(own: readonly Preset[]): readonly Preset[] {
  return [...own, ...PRESETS.filter(({ name }) => own.every((preset) => preset.name !== name))];
}

/** Objects that wrap a lead's own members in JSON; members of others (`agent`, `company`) are not the lead's. */
const WRAPPER =
  // A form's own id is not the lead's.
  /^(?:(?:data|lead|contact|customer|person|user|properties|attributes|fields|values|answers|payload|body|response|form(?!\.id$)|form_response|hidden)\.)+(?=[^.]+$)/i;

/** Of what a query or a database puts around a record, the id is the record's; the rest is where the phone is. */
const AROUND_ID = /^(?:node|_source|item|record|row|row_to_json|json)\.(?=id$)/i;

/** `properties.phone` -> `phone`: a wrapped member as if it were at the top level. */
export function unwrapped(header: string): string {
  return header.includes('.') ? header.trim().replace(WRAPPER, '').replace(AROUND_ID, '') : header;
}

/** The form in which headers are compared: as for aliases; signs alone (`#`) stay as they are. */
export function headerKey(header: string): string {
  return normaliseHeader(unwrapped(header)) || header.trim();
}

export type Recognition =
  | { readonly kind: 'one'; readonly preset: Preset }
  /** Equally many signature columns: neither is used, and a note says so. */
  | { readonly kind: 'tie'; readonly presets: readonly Preset[] }
  | { readonly kind: 'none' };

/**
 * Finds the known export of a header (or a JSON record's keys): the most signature columns win. Where the header fits one
 * of the configuration's presets, the built-in ones are not asked: the team has said what this file is.
 */
export function recognisePreset(headers: readonly string[], own: readonly Preset[] = []): Recognition {
  const taught = own.length === 0 ? NONE : recogniseAmong(own, headers);
  if (taught.kind !== 'none') return taught;
  return recogniseAmong(knownPresets(own).slice(own.length), headers);
}

const NONE: Recognition = { kind: 'none' };

function recogniseAmong(presets: readonly Preset[], headers: readonly string[]): Recognition {
  const keys = headers.map(headerKey);
  const seen = new Set(keys);
  let best: Preset[] = [];
  let most = 0;
  for (const preset of presets) {
    if (!preset.auto) continue;
    const signature = preset.signature.map(headerKey);
    const hits = preset.leading
      ? signature.every((key, index) => keys[index] === key)
        ? signature.length
        : 0
      : signature.filter((key) => seen.has(key)).length;
    if (hits < preset.atLeast || hits < most) continue;
    best = hits > most ? [preset] : [...best, preset];
    most = hits;
  }
  const [first, ...others] = best;
  if (first === undefined) return NONE;
  return others.length === 0 ? { kind: 'one', preset: first } : { kind: 'tie', presets: best };
}

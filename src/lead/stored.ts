// A canonical lead as JSON text and back: what the ledger keeps so that `retry` needs no file.
import { FIELDS, type ValueKind } from './fields.ts';
import type { Lead } from './lead.ts';

/** One line of JSON. */
export function leadToJson(lead: Lead): string {
  return JSON.stringify(lead);
}

/** @returns null if {@link leadToJson} cannot have written the text: names, types and formats are checked */
export function leadFromJson(text: string): Lead | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isLead(value) ? value : null;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isRupees: Check = (value) => Number.isSafeInteger(value);

const CHECKS: Readonly<Record<ValueKind, Check>> = {
  phone: (value) => typeof value === 'string' && /^\+[1-9]\d{3,14}$/.test(value),
  name: isText,
  text: isText,
  multiline: isText,
  email: isText,
  country: (value) => typeof value === 'string' && /^[A-Z]{2}$/.test(value),
  rupees: isRupees,
  budget: isRupees,
  apartmentTypes: (value) => Array.isArray(value) && value.every(isText),
  instant: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  boolean: (value) => typeof value === 'boolean',
  id: isText,
};

function isLead(value: unknown): value is Lead {
  if (!isObject(value) || value['phone'] === undefined) return false;
  for (const field of FIELDS) {
    const own = value[field.name];
    if (own !== undefined && (field.value === 'budget' || !CHECKS[field.value](own))) return false;
  }
  const extra = value['extra'];
  return extra === undefined || (isObject(extra) && Object.values(extra).every(isText));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

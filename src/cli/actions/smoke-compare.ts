// Whether what the provider gives back of a test lead is what was sent; what cannot be compared is said, too.
import { type Difference, differences, plainName } from '../../app/read-back.ts';
import type { SmokeStep } from '../../output/smoke-text.ts';
import type { HeldLead, Payload } from '../../providers/provider.ts';

/** A field whose value says of which country the phone is. */
const COUNTRY = /^(phone)?country(code)?$/;
const PHONE = /^(phone|phonenumber|mobile|mobilenumber|phonefax)$/;
/** Shorter, it could be the end of anybody's number. */
const LEAST_DIGITS = 6;

/**
 * @param expected what should come back under its own name
 * @param phone E.164
 */
export function compareStep(
  expected: Readonly<Record<string, string>>,
  phone: string,
  payload: Payload,
  held: HeldLead,
): SmokeStep {
  const number = comparePhone(phone, payload, held.fields);
  const compared = [...Object.keys(expected), ...number.compared];
  const step = { name: 'compare', durationMs: 0 } as const;
  const rest = notCompared(compared, payload, held);
  if (compared.length === 0) {
    return { ...step, status: 'skipped', message: `nothing that was sent is known to come back${rest}` };
  }
  const wrong = [...differences(expected, held), ...number.wrong];
  if (wrong.length > 0) {
    const message = wrong
      .map(({ field, sent, held: has }) => `${field}: sent ${sent}, held ${has ?? 'nothing'}`)
      .join('; ');
    return { ...step, status: 'failed', message };
  }
  return { ...step, status: 'passed', message: `as sent: ${compared.join(', ')}${rest}` };
}

/** The rest of what it gives back, and of what was sent. */
function notCompared(compared: readonly string[], payload: Payload, { fields }: HeldLead): string {
  const known = new Set(compared.map(plainName));
  const given = Object.keys(fields).filter((name) => !known.has(plainName(name)));
  const back = new Set(Object.keys(fields).map(plainName));
  const lost = payload.fields
    .map(([name]) => name)
    .filter((name) => !known.has(plainName(name)) && !back.has(plainName(name)));
  const parts = [
    ...(given.length === 0 ? [] : [`not compared: ${given.join(', ')}`]),
    ...(lost.length === 0 ? [] : [`not given back: ${lost.join(', ')}`]),
  ];
  return parts.map((part) => `; ${part}`).join('');
}

interface ComparedPhone {
  /** The names of what it gives back of the phone, where they can be compared. */
  readonly compared: readonly string[];
  readonly wrong: readonly Difference[];
}

/** A number comes back whole, or without its country, which then stands beside it as a calling code or a name. */
function comparePhone(
  phone: string,
  payload: Payload,
  fields: Readonly<Record<string, string>>,
): ComparedPhone {
  const all = phone.replace(/\D/g, '');
  const entries = Object.entries(fields);
  const number = entries.find(([name]) => PHONE.test(plainName(name)));
  const country = entries.find(([name]) => COUNTRY.test(plainName(name)));
  const digits = (number?.[1] ?? '').replace(/\D/g, '');
  if (number === undefined || digits.length < LEAST_DIGITS) return { compared: [], wrong: [] };
  const [, code] = /^\+?(\d{1,3})$/.exec(country?.[1].trim() ?? '') ?? [];
  const isWhole = digits === all || (code !== undefined && `${code}${digits}` === all);
  const isSame = isWhole || (code === undefined && all.endsWith(digits));
  const wrong: Difference[] = isSame ? [] : [{ field: number[0], sent: phone, held: number[1] }];
  if (country === undefined) return { compared: [number[0]], wrong };
  if (code !== undefined) {
    if (!all.startsWith(code)) wrong.push({ field: country[0], sent: phone, held: country[1] });
    return { compared: [number[0], country[0]], wrong };
  }
  const sent = payload.fields.find(([name]) => plainName(name) === plainName(country[0]))?.[1];
  if (sent === undefined || sent.length !== country[1].trim().length) return { compared: [number[0]], wrong };
  if (sent.toLowerCase() !== country[1].trim().toLowerCase())
    wrong.push({ field: country[0], sent, held: country[1] });
  return { compared: [number[0], country[0]], wrong };
}

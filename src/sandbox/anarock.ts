// Anarock's side, by its documents (docs/providers.md). It shares nothing with the client's code: an emulator that did
// would prove nothing.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Fields, fieldText } from './body.ts';
import type { Store } from './store.ts';

export interface Reply {
  readonly status: number;
  readonly body: string;
  /** Takes the lead; the reply is the one to give when it was taken. Absent: there is nothing to take. */
  readonly take?: () => void;
}

/** How far a client's clock may be off, either way. The document does not say. */
const TOLERANCE_S = 300;
const TYPES = new Set(['1bhk', '2bhk', '3bhk', '3+bhk', '1rk']);
const BOOLEANS = ['homeloan_required', 'is_otp_verified', 'is_call_verified', 'is_broker'];
const INTEGERS = ['min_budget', 'max_budget', 'contact_date'];

export const SOURCES = [
  {
    id: 1,
    name: 'google',
    sub_sources: [
      { id: 8, name: 'GDN' },
      { id: 9, name: 'google_search' },
    ],
  },
  {
    id: 2,
    name: 'facebook',
    sub_sources: [
      { id: 10, name: 'facebook_lead_gen' },
      { id: 11, name: 'facebook_brands' },
    ],
  },
  {
    id: 3,
    name: 'portals',
    sub_sources: [
      { id: 12, name: '99acres' },
      { id: 13, name: 'magicbricks' },
    ],
  },
  { id: 4, name: 'affiliate', sub_sources: [{ id: 14, name: 'affiliate' }] },
];

/** POST sync-lead. */
export function syncLead(fields: Fields, key: string, nowMs: number, strict: boolean, store: Store): Reply {
  const problems: Record<string, string> = {};
  const needed = ['phone', 'campaign_id', 'current_time', 'hash'];
  if (strict) needed.push('country_code', 'purpose', 'source_id', 'sub_source_id');
  for (const name of needed) if (fieldText(fields, name) === '') problems[name] = 'is missing';
  if (strict) Object.assign(problems, wrongTypes(fields));
  if (Object.keys(problems).length > 0) return refusal(422, 'unprocessable entity', problems);
  const signed = checkSignature(fieldText(fields, 'current_time'), fieldText(fields, 'hash'), key, nowMs);
  if (signed !== null) return refusal(401, signed);
  const lead = { ...fields };
  delete lead['hash'];
  return {
    status: 200,
    body: JSON.stringify({ status: 'OK', message: 'success', response: { lead_id: store.nextId } }),
    take: () => {
      store.add('anarock', fieldText(fields, 'phone'), lead, new Date(nowMs).toISOString());
    },
  };
}

/** GET last-lead-data. How "no lead" is answered is not documented; a JSON without one, under 404, is our reading. */
export function lastLead(query: URLSearchParams, key: string, nowMs: number, store: Store): Reply {
  const phone = query.get('phone') ?? '';
  if (phone === '') return refusal(422, 'unprocessable entity', { phone: 'is missing' });
  const signed = checkSignature(query.get('current_time') ?? '', query.get('hash') ?? '', key, nowMs);
  if (signed !== null) return refusal(401, signed);
  const lead = store.newest('anarock', phone);
  if (lead === null) {
    return {
      status: 404,
      body: JSON.stringify({ status: 'error', message: 'no lead for this phone', response: null }),
    };
  }
  const text = (name: string) => fieldText(lead.fields, name) || null;
  const number = (name: string) =>
    /^\d+$/.test(fieldText(lead.fields, name)) ? Number(fieldText(lead.fields, name)) : null;
  return {
    status: 200,
    body: JSON.stringify({
      status: 'OK',
      message: 'success',
      response: {
        lead_id: lead.id,
        name: text('name'),
        email: text('email'),
        phone: `+91${lead.phone}`,
        country_code: '+91',
        source: text('source'),
        sub_source: text('sub_source'),
        placement: text('placement'),
        extra_details: extraOf(lead.fields['extra_details']),
        project_name: text('campaign_id'),
        source_id: number('source_id'),
        sub_source_id: number('sub_source_id'),
      },
    }),
  };
}

/** GET source-metadata. Its row is not documented; this one is what its neighbours look like. */
export function sourceMetadata(): Reply {
  return { status: 200, body: JSON.stringify({ status: 'OK', message: 'success', response: SOURCES }) };
}

function extraOf(sent: unknown): unknown {
  if (typeof sent !== 'string') return sent ?? null;
  try {
    return JSON.parse(sent);
  } catch {
    return sent;
  }
}

/** Why the signature is not accepted, or null. */
function checkSignature(currentTime: string, hash: string, key: string, nowMs: number): string | null {
  if (!/^\d{1,12}$/.test(currentTime)) return 'current_time is not in Unix seconds';
  const expected = createHmac('sha256', key).update(currentTime).digest();
  const given = Buffer.from(/^[0-9a-f]{64}$/.test(hash) ? hash : '', 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'the hash does not match';
  if (Math.abs(nowMs / 1000 - Number(currentTime)) > TOLERANCE_S)
    return 'current_time is too far from the clock';
  return null;
}

function wrongTypes(fields: Fields): Record<string, string> {
  const problems: Record<string, string> = {};
  const check = (name: string, fits: (text: string) => boolean, expected: string) => {
    const text = fieldText(fields, name);
    if (text !== '' && !fits(text)) problems[name] = `is not ${expected}`;
  };
  const integer = (text: string) => /^\d+$/.test(text);
  check('phone', (text) => /^\d{4,14}$/.test(text), 'a national number without a country code');
  check('country_code', (text) => /^[A-Za-z]{2}$/.test(text), 'an ISO 3166-1 alpha-2 code');
  check('purpose', (text) => text === 'buy', 'buy');
  for (const name of ['source_id', 'sub_source_id', ...INTEGERS]) check(name, integer, 'an integer');
  for (const name of BOOLEANS) check(name, (text) => /^(true|false|0|1)$/i.test(text), 'a boolean');
  check(
    'apartment_types',
    (text) => text.split(',').every((type) => TYPES.has(type.trim())),
    'of the documented types',
  );
  const extra = fields['extra_details'];
  if (typeof extra === 'string' && extra !== '' && typeof extraOf(extra) !== 'object')
    problems['extra_details'] = 'is not JSON';
  return problems;
}

function refusal(status: number, message: string, errors?: Readonly<Record<string, string>>): Reply {
  return {
    status,
    body: JSON.stringify({ status: 'error', message, ...(errors === undefined ? {} : { errors }) }),
  };
}

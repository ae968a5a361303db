// Anarock's lead API: HMAC-signed form or JSON, read back by phone. Source of every rule: the vendor's public API
// reference (2018 edition and the later one), as gathered in docs/providers.md.
import { createHmac } from 'node:crypto';
import type { FieldName, Lead } from '../lead/lead.ts';
import { Secret } from '../secret.ts';
import { verdictOfStatus } from './http-status.ts';
import { asText, explain, isObject, type Json, looksLikeHtml, parseJson } from './json.ts';
import { nationalNumber } from './phone-forms.ts';
import type {
  AskVerdict,
  Endpoint,
  HeldLead,
  HttpAnswer,
  HttpRequest,
  Payload,
  Place,
  ProviderKind,
  SourceEntry,
  TargetSettings,
  Verdict,
} from './provider.ts';

const ORIGINS = {
  staging: 'https://lead.staging.anarock.com',
  production: 'https://lead.anarock.com',
} as const;
const DOCUMENTED_TYPES = new Set(['1rk', '1bhk', '2bhk', '3bhk', '3+bhk']);
/** Our submission id in extra_details: what tells our own lead when an answer was lost. */
const ID = 'leadpush_id';
const MASK = '***';

export const anarock: ProviderKind = {
  name: 'anarock',
  title: 'Anarock',
  domains: ['anarock.com'],
  settings: [
    {
      name: 'environment',
      kind: 'choice',
      required: false,
      choices: ['staging', 'production'],
      defaultText: 'staging',
      help: 'Which of the two systems the key belongs to.',
    },
    {
      name: 'channel',
      kind: 'text',
      required: true,
      help: "The CHANNEL_NAME that Anarock's contact gave you.",
    },
    {
      name: 'key',
      kind: 'secret',
      required: true,
      variable: 'ANAROCK_KEY',
      help: 'The shared secret that signs each request; one per environment.',
    },
    {
      name: 'encoding',
      kind: 'choice',
      required: false,
      choices: ['form', 'json'],
      defaultText: 'form',
      help: "The request's body.",
    },
    {
      name: 'sourceIds',
      kind: 'choice',
      required: false,
      choices: ['required', 'optional'],
      defaultText: 'required',
      help: 'Whether sourceId and subSourceId must be there; the later edition of the document drops them.',
    },
  ],
  accepts: [
    'phone',
    'country',
    'name',
    'firstName',
    'lastName',
    'email',
    'message',
    'city',
    'locality',
    'listingId',
    'listingName',
    'budgetMin',
    'budgetMax',
    'apartmentTypes',
    'contactedAt',
    'homeloanRequired',
    'otpVerified',
    'callVerified',
    'broker',
    'creditValue',
    'source',
    'subSource',
    'placement',
    'sourceId',
    'subSourceId',
    'campaignId',
    'altPhone',
    'externalId',
  ],
  sandbox: (url, { anarock: credentials }) => ({
    settings: { environment: 'staging', channel: credentials.channel, key: new Secret(credentials.key) },
    place: { baseUrl: url },
    defaults: { campaignId: 'sandbox-project', sourceId: '1', subSourceId: '8' },
  }),
  bind,
};

function bind(settings: TargetSettings, place: Place): Endpoint {
  const environment = settings['environment'] === 'production' ? 'production' : 'staging';
  const channel = text(settings, 'channel');
  const key = settings['key'];
  if (!(key instanceof Secret)) throw new TypeError('anarock: the key is missing');
  const json = settings['encoding'] === 'json';
  const origin = place.baseUrl ?? ORIGINS[environment];
  const base = `${origin}/api/v0/${encodeURIComponent(channel)}`;
  const pushUrl = place.path === undefined ? `${base}/sync-lead` : `${origin}${place.path}`;
  // The later edition's lookup stands beside the push, wherever that is.
  const askUrl = pushUrl.replace(/[^/]*$/, 'last-lead-data');
  const requires: FieldName[] = ['campaignId'];
  if (settings['sourceIds'] !== 'optional') requires.push('sourceId', 'subSourceId');

  // The hash covers only the second, so leads of one second share it.
  let signedSecond = -1;
  let signedHash = '';
  const sign = (nowSeconds: number): string => {
    if (nowSeconds !== signedSecond) {
      signedHash = createHmac('sha256', key.reveal()).update(String(nowSeconds)).digest('hex');
      signedSecond = nowSeconds;
    }
    return signedHash;
  };

  const headers = { 'content-type': json ? 'application/json' : 'application/x-www-form-urlencoded' };
  const ask = (phone: string, nowSeconds: number): HttpRequest => ({
    method: 'GET',
    url: `${askUrl}?${new URLSearchParams({
      phone: nationalNumber(phone),
      current_time: String(nowSeconds),
      hash: sign(nowSeconds),
    })}`,
    headers: { accept: 'application/json' },
    body: null,
  });

  return {
    identity: `anarock|${place.baseUrl ?? environment}|${channel}`,
    origin,
    production: environment === 'production',
    requires,
    dedupe: ['campaignId'],
    payload: (lead, submissionId, own) => payloadOf(lead, submissionId, own ?? {}),
    request: (payload, nowSeconds) => ({
      method: 'POST',
      url: pushUrl,
      headers,
      body: encode(payload, json, String(nowSeconds), sign(nowSeconds)),
    }),
    preview: (payload) => ({
      method: 'POST',
      url: pushUrl,
      headers,
      fields: { ...payload.fields, current_time: MASK, hash: MASK },
    }),
    read,
    settling: { kind: 'ask', request: ask, read: readAsk },
    lookup: { request: ask, read: readHeld, expected: expectedFields },
    sources: {
      request: () => ({
        method: 'GET',
        // Documented for production only; a host of one's own has its own.
        url: `${place.baseUrl ?? ORIGINS.production}/api/v0/source-metadata`,
        headers: { accept: 'application/json' },
        body: null,
      }),
      read: readSources,
    },
  };
}

function text(settings: TargetSettings, name: string): string {
  const value = settings[name];
  if (typeof value !== 'string') throw new TypeError(`anarock: ${name} is missing`);
  return value;
}

function payloadOf(lead: Lead, submissionId: string, own: Readonly<Record<string, string>>): Payload {
  const fields: Record<string, string> = {};
  const set = (name: string, value: string | number | boolean | undefined) => {
    if (value !== undefined && value !== '') fields[name] = String(value);
  };
  set('name', lead.name);
  set('phone', nationalNumber(lead.phone));
  set('country_code', lead.country ?? 'IN');
  set('email', lead.email);
  set('purpose', 'buy');
  set('listing_id', lead.listingId);
  set('listing_name', lead.listingName);
  set('city', lead.city);
  set('locality', lead.locality);
  set('min_budget', lead.budgetMin);
  set('max_budget', lead.budgetMax);
  if (lead.contactedAt !== undefined) set('contact_date', Math.floor(Date.parse(lead.contactedAt) / 1000));
  set('remarks', lead.message);
  set('homeloan_required', lead.homeloanRequired);
  set('is_otp_verified', lead.otpVerified);
  set('is_call_verified', lead.callVerified);
  set('is_broker', lead.broker);
  set('credit_value', lead.creditValue);
  const given = lead.apartmentTypes ?? [];
  const types = [...new Set(given.flatMap(documentedType))];
  set('apartment_types', types.join(','));
  set('source', lead.source);
  set('sub_source', lead.subSource);
  set('placement', lead.placement);
  set('campaign_id', lead.campaignId);
  set('source_id', lead.sourceId);
  set('sub_source_id', lead.subSourceId);
  const extra: Record<string, string> = { ...lead.extra };
  if (lead.externalId !== undefined) extra['external_id'] = lead.externalId;
  if (lead.altPhone !== undefined) extra['alt_phone'] = lead.altPhone;
  // What was brought to a documented value, or left out, is not lost.
  if (given.some((type) => !DOCUMENTED_TYPES.has(type))) extra['apartment_types'] = given.join(',');
  fields['extra_details'] = JSON.stringify({ ...extra, [ID]: submissionId });
  return { fields: { ...fields, ...own }, warnings: [] };
}

/** The nearest documented apartment type: above three bedrooms is `3+bhk`; 1.5 and 2.5 have none. */
function documentedType(type: string): readonly string[] {
  if (DOCUMENTED_TYPES.has(type)) return [type];
  const rooms = /^(\d+(?:\.\d+)?)(\+?)bhk$/.exec(type);
  return rooms !== null && Number(rooms[1]) > 3 ? ['3+bhk'] : [];
}

const INTEGERS = new Set(['min_budget', 'max_budget', 'contact_date', 'source_id', 'sub_source_id']);
const BOOLEANS = new Set(['homeloan_required', 'is_otp_verified', 'is_call_verified', 'is_broker']);

function encode(payload: Payload, json: boolean, currentTime: string, hash: string): string {
  if (!json) return new URLSearchParams({ ...payload.fields, current_time: currentTime, hash }).toString();
  const body = Object.entries(payload.fields).map(([name, value]): readonly [string, Json] => {
    if (name === 'extra_details') return [name, JSON.parse(value)];
    if (INTEGERS.has(name) && /^\d{1,15}$/.test(value)) return [name, Number(value)];
    return [name, BOOLEANS.has(name) ? value === 'true' : value];
  });
  return JSON.stringify({ ...Object.fromEntries(body), current_time: Number(currentTime), hash });
}

function read(answer: HttpAnswer): Verdict {
  const bad = verdictOfStatus(answer, explain);
  if (bad !== null) return bad;
  const json = parseJson(answer.body);
  if (!isObject(json)) return unreadable(answer);
  const leadId = leadIdOf(json['response']);
  const status = asText(json['status'])?.toUpperCase() ?? null;
  if (leadId !== null && (status === 'OK' || status === null || status === 'SUCCESS'))
    return { kind: 'created', leadId };
  if (saysNo(json)) {
    const message = explain(answer.body);
    return /not authori[sz]ed/i.test(message) ? { kind: 'refused', message } : { kind: 'rejected', message };
  }
  return unreadable(answer);
}

function unreadable({ status, body }: HttpAnswer): Verdict {
  return {
    kind: 'lost',
    message: `The provider answered HTTP ${status} with ${whatIs(body)}, which does not tell whether it took the lead.`,
    again: false,
  };
}

/** An error body under a 2xx: a status that says so, or words under `error`. */
function saysNo(json: Readonly<Record<string, Json>>): boolean {
  const { status } = json;
  if (status === false) return true;
  const word = asText(status)?.toLowerCase();
  if (word !== undefined && /^(error|fail(ed|ure)?|false|invalid|not ?ok|4\d\d)$/.test(word)) return true;
  return json['error'] !== undefined && json['error'] !== null && json['error'] !== false;
}

function leadIdOf(response: Json): string | null {
  const lead = Array.isArray(response) && response.length === 1 ? response[0] : response;
  if (!isObject(lead)) return null;
  return asText(lead['lead_id']);
}

/**
 * What last-lead-data says of a lost answer (contract section 7). Documented is only the answer with a lead; that "no
 * lead" is a well-formed JSON without one is what the contract takes for an answer.
 */
function readAsk(answer: HttpAnswer, submissionId: string, floor: string | null): AskVerdict {
  const held = readHeld(answer);
  switch (held.kind) {
    case 'absent':
      return { kind: 'absent' };
    case 'held': {
      const { leadId } = held.lead;
      if (held.lead.submissionId === submissionId) return { kind: 'found', leadId };
      if (floor !== null && isNumber(leadId) && isNumber(floor) && BigInt(leadId) < BigInt(floor))
        return { kind: 'absent' };
      return { kind: 'unclear', message: `its newest lead of this phone is ${leadId}, which is not ours.` };
    }
    case 'refused':
      return { kind: 'refused', message: held.message };
    case 'unclear':
      return answer.status === 429 || answer.status === 503
        ? { kind: 'throttled', message: held.message, status: answer.status }
        : { kind: 'unclear', message: held.message };
  }
}

function readHeld(
  answer: HttpAnswer,
):
  | { readonly kind: 'held'; readonly lead: HeldLead }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused' | 'unclear'; readonly message: string } {
  const { status } = answer;
  if (status === 401) return { kind: 'refused', message: `HTTP 401: ${explain(answer.body)}` };
  if (status !== 200 && status !== 404) return { kind: 'unclear', message: `it answered HTTP ${status}.` };
  const json = parseJson(answer.body);
  if (json === undefined || typeof json === 'string') {
    return { kind: 'unclear', message: `it answered HTTP ${status} with ${whatIs(answer.body)}.` };
  }
  const response = isObject(json)
    ? (json['response'] ?? json['data'] ?? (json['lead_id'] === undefined ? null : json))
    : json;
  const leadId = leadIdOf(response);
  if (leadId === null) {
    // Under 200 an error is an error; under 404 it is how "no such lead" is said.
    if (status === 200 && isObject(json) && saysNo(json)) {
      return { kind: 'unclear', message: `it answered: ${explain(answer.body)}` };
    }
    return { kind: 'absent' };
  }
  const lead = Array.isArray(response) ? response[0] : response;
  const entries = isObject(lead) ? Object.entries(lead) : [];
  const fields = Object.fromEntries(
    entries.flatMap(([name, value]) => {
      const shown = asText(value);
      return shown === null || name === 'lead_id' ? [] : [[name, shown]];
    }),
  );
  return {
    kind: 'held',
    lead: { leadId, submissionId: submissionIdOf(isObject(lead) ? lead['extra_details'] : null), fields },
  };
}

/** extra_details comes back as an object or as JSON text; the document does not say which. */
function submissionIdOf(extra: Json): string | null {
  const details = typeof extra === 'string' ? parseJson(extra) : extra;
  return isObject(details) ? asText(details[ID]) : null;
}

function isNumber(id: string): boolean {
  return /^\d+$/.test(id);
}

function whatIs(body: string): string {
  if (body.trim() === '') return 'an empty body';
  if (looksLikeHtml(body)) return 'an HTML page';
  return parseJson(body) === undefined ? 'a body that is no JSON' : 'JSON of another shape';
}

/** The fields that last-lead-data gives back under the same name. */
function expectedFields(payload: Payload): Readonly<Record<string, string>> {
  const names = ['name', 'email', 'source', 'sub_source', 'placement', 'source_id', 'sub_source_id'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = payload.fields[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The row of source-metadata is not documented: an array, or an object with `response`; ids, names and a nested list. */
function readSources(answer: HttpAnswer): readonly SourceEntry[] | { readonly problem: string } {
  if (answer.status !== 200) return { problem: `it answered HTTP ${answer.status}: ${explain(answer.body)}` };
  const json = parseJson(answer.body);
  const list = sourceList(json);
  if (list === null) return { problem: `it answered with ${whatIs(answer.body)}, which is not understood.` };
  const entries = list.flatMap((row): SourceEntry[] => {
    const named = idAndName(row);
    if (named === null || !isObject(row)) return [];
    const nested = Object.values(row).find((value) => Array.isArray(value));
    const subSources = Array.isArray(nested) ? nested.flatMap((sub) => idAndName(sub) ?? []) : [];
    return [{ ...named, subSources }];
  });
  if (entries.length === 0) return { problem: 'its list holds no entry with an id and a name.' };
  return entries;
}

function sourceList(json: Json): readonly Json[] | null {
  if (Array.isArray(json)) return json;
  if (!isObject(json)) return null;
  const inner = json['response'] ?? json['data'] ?? json['sources'];
  if (Array.isArray(inner)) return inner;
  if (!isObject(inner)) return null;
  return Object.values(inner).find((value) => Array.isArray(value)) ?? null;
}

function idAndName(row: Json): { readonly id: string; readonly name: string } | null {
  if (!isObject(row)) return null;
  const pick = (pattern: RegExp) => {
    const entry = Object.entries(row).find(([name, value]) => pattern.test(name) && asText(value) !== null);
    return entry === undefined ? null : asText(entry[1]);
  };
  const id = pick(/^id$/i) ?? pick(/(^|_)id$/i);
  const name = pick(/^name$/i) ?? pick(/(^|_)name$/i);
  return id === null || name === null ? null : { id, name };
}

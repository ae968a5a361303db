// Anarock's lead API: an HMAC-signed form or JSON, and leads that can be asked for by phone. Every rule comes from the vendor's
// public API reference (the 2018 edition and the later one): docs/providers.md.
import { createHmac } from 'node:crypto';
import type { Lead } from '../../lead/lead.ts';
import { memo } from '../../lead/memo.ts';
import { Secret } from '../../util/secret.ts';
import { explainer } from '../error-body.ts';
import { urlEncoded } from '../form.ts';
import { isObject, type Json, parseJson } from '../json.ts';
import { isOfNoCountry, nationalNumber } from '../phone-forms.ts';
import type {
  EndpointOverride,
  HttpRequest,
  Payload,
  PayloadField,
  Provider,
  ProviderClient,
  TargetSettings,
} from '../provider.ts';
import { readSourceList } from '../source-list.ts';
import { readAsk, readLookup, readPush, SUBMISSION_ID } from './answers.ts';

const ORIGINS = {
  staging: 'https://lead.staging.anarock.com',
  production: 'https://lead.anarock.com',
} as const;
/** The environments' hosts: as a baseUrl they name the same account as the environment does. */
const ENVIRONMENTS: Readonly<Record<string, 'staging' | 'production'>> = {
  [ORIGINS.staging]: 'staging',
  'https://lead-webhook.staging.anarock.com': 'staging',
  [ORIGINS.production]: 'production',
};
const DOCUMENTED_TYPES = new Set(['1rk', '1bhk', '2bhk', '3bhk', '3+bhk']);
const MASK = '***';

export const anarock: Provider = {
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
      travels: 'path',
      required: true,
      help: "The CHANNEL_NAME that Anarock's contact gave you.",
    },
    {
      name: 'key',
      kind: 'secret',
      travels: 'signature',
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
  sandbox: { defaults: { campaignId: 'sandbox-project', sourceId: '1', subSourceId: '8' } },
  bind,
};

function bind(settings: TargetSettings, place: EndpointOverride): ProviderClient {
  const environment = settings['environment'] === 'production' ? 'production' : 'staging';
  const channel = text(settings, 'channel');
  const key = settings['key'];
  if (!(key instanceof Secret)) throw new TypeError('anarock: the key is missing');
  const json = settings['encoding'] === 'json';
  const origin = place.baseUrl ?? ORIGINS[environment];
  const system = place.baseUrl === undefined ? environment : (ENVIRONMENTS[place.baseUrl] ?? place.baseUrl);
  const pushUrl = `${origin}${place.path ?? `/api/v0/${encodeURIComponent(channel)}/sync-lead`}`;
  // last-lead-data is beside sync-lead, wherever that is.
  const askUrl = pushUrl.replace(/[^/]*\/?$/, 'last-lead-data');
  const explain = explainer([key.reveal()]);

  // Only the second is signed, so all leads of a second share the hash.
  let signedSecond = -1;
  let signed: readonly PayloadField[] = [];
  const signature = (nowSeconds: number): readonly PayloadField[] => {
    if (nowSeconds !== signedSecond) {
      const time = String(nowSeconds);
      const hash = createHmac('sha256', key.reveal()).update(time).digest('hex');
      signed = [
        ['current_time', time],
        ['hash', hash],
      ];
      signedSecond = nowSeconds;
    }
    return signed;
  };

  const headers = { 'content-type': json ? 'application/json' : 'application/x-www-form-urlencoded' };
  const encode = json ? jsonBody : urlEncoded;
  const ask = (phone: string, nowSeconds: number): HttpRequest => ({
    method: 'GET',
    url: `${askUrl}?${urlEncoded([['phone', phoneText(phone)], ...signature(nowSeconds)])}`,
    headers: { accept: 'application/json' },
    body: null,
  });

  return {
    identity: `anarock|${system}|${channel}`,
    origin,
    production: environment === 'production' || system === 'production',
    requires:
      settings['sourceIds'] === 'optional' ? ['campaignId'] : ['campaignId', 'sourceId', 'subSourceId'],
    dedupe: ['campaignId'],
    payload: (lead, submissionId, own) => payloadOf(lead, submissionId, own ?? {}),
    request: (payload, nowSeconds) => ({
      method: 'POST',
      url: pushUrl,
      headers,
      body: encode([...payload.fields, ...signature(nowSeconds)]),
    }),
    preview: (payload) => ({
      method: 'POST',
      url: pushUrl,
      headers,
      fields: { ...Object.fromEntries(payload.fields), current_time: MASK, hash: MASK },
    }),
    read: (answer) => readPush(answer, explain),
    reconciliation: {
      kind: 'ask',
      request: ask,
      read: (answer, submissionId, leadIdWatermark) =>
        readAsk(answer, submissionId, leadIdWatermark, explain),
    },
    lookup: { request: ask, read: (answer) => readLookup(answer, explain), expected: expectedFields },
    sources: {
      request: () => ({
        method: 'GET',
        // Documented for production only; a host that somebody runs has its own.
        url: `${system === origin ? origin : ORIGINS.production}/api/v0/source-metadata`,
        headers: { accept: 'application/json' },
        body: null,
      }),
      read: (answer) => readSourceList(answer, explain),
    },
  };
}

function text(settings: TargetSettings, name: string): string {
  const value = settings[name];
  if (typeof value !== 'string') throw new TypeError(`anarock: ${name} is missing`);
  return value;
}

/** The national number; one that belongs to no country goes whole. */
function phoneText(phone: string): string {
  return isOfNoCountry(phone) ? phone : nationalNumber(phone);
}

type Value = string | number | boolean | undefined;

function payloadOf(lead: Lead, submissionId: string, own: Readonly<Record<string, string>>): Payload {
  const fields = documentedFields(lead);
  const details = detailsOf(lead);
  Object.assign(details, ownDetails(own['extra_details']));
  details[SUBMISSION_ID] = submissionId;
  fields.push(['extra_details', JSON.stringify(details)]);
  return { fields: withOwn(fields, own), warnings: [] };
}

/** The document's fields, in its order. */
function documentedFields(lead: Lead): PayloadField[] {
  const { contactedAt, apartmentTypes } = lead;
  const fields: PayloadField[] = [];
  add(fields, 'name', lead.name);
  add(fields, 'phone', phoneText(lead.phone));
  add(fields, 'country_code', lead.country ?? 'IN');
  add(fields, 'email', lead.email);
  add(fields, 'purpose', 'buy');
  add(fields, 'listing_id', lead.listingId);
  add(fields, 'listing_name', lead.listingName);
  add(fields, 'city', lead.city);
  add(fields, 'locality', lead.locality);
  add(fields, 'min_budget', lead.budgetMin);
  add(fields, 'max_budget', lead.budgetMax);
  if (contactedAt !== undefined) add(fields, 'contact_date', Math.floor(Date.parse(contactedAt) / 1000));
  add(fields, 'remarks', lead.message);
  add(fields, 'homeloan_required', lead.homeloanRequired);
  add(fields, 'is_otp_verified', lead.otpVerified);
  add(fields, 'is_call_verified', lead.callVerified);
  add(fields, 'is_broker', lead.broker);
  add(fields, 'credit_value', lead.creditValue);
  if (apartmentTypes !== undefined) add(fields, 'apartment_types', documentedTypes(apartmentTypes.join(',')));
  add(fields, 'source', lead.source);
  add(fields, 'sub_source', lead.subSource);
  add(fields, 'placement', lead.placement);
  add(fields, 'campaign_id', lead.campaignId);
  add(fields, 'source_id', lead.sourceId);
  add(fields, 'sub_source_id', lead.subSourceId);
  return fields;
}

function add(fields: PayloadField[], name: string, value: Value): void {
  if (value !== undefined && value !== '') fields.push([name, String(value)]);
}

/** What the document has no field for goes into extra_details, so that nothing is lost. */
function detailsOf(lead: Lead): Record<string, Json> {
  const details: Record<string, Json> = { ...lead.extra };
  addDetail(details, 'external_id', lead.externalId);
  addDetail(details, 'alt_phone', lead.altPhone);
  addDetail(details, 'subject', lead.subject);
  addDetail(details, 'channel_id', lead.channelId);
  addDetail(details, 'rep_id', lead.repId);
  const types = lead.apartmentTypes;
  // The document's list has no value for all that the lead says.
  if (types?.every((type) => DOCUMENTED_TYPES.has(type)) === false)
    details['apartment_types'] = types.join(',');
  return details;
}

function addDetail(details: Record<string, Json>, name: string, value: string | undefined): void {
  if (value !== undefined && value !== '') details[name] = value;
}

/** `--field` overrules the document's fields. */
function withOwn(fields: PayloadField[], own: Readonly<Record<string, string>>): readonly PayloadField[] {
  const given = Object.entries(own).filter(([name]) => !RESERVED.has(name));
  if (given.length === 0) return fields;
  const names = new Set(given.map(([name]) => name));
  const details = fields.filter(([name]) => name === 'extra_details');
  const rest = fields.filter(([name]) => name !== 'extra_details' && !names.has(name));
  return [...rest, ...given, ...details];
}

/** Made from the lead alone: `--field` cannot set them. */
const RESERVED = new Set(['phone', 'country_code', 'extra_details']);

/** `--field extra_details=…`: pairs beside ours where it is a JSON object, else one pair that holds it. */
function ownDetails(text: string | undefined): Readonly<Record<string, Json>> {
  if (text === undefined) return {};
  const details: Json = parseJson(text);
  return isObject(details) ? JSON.parse(text) : { extra_details: text };
}

/** The nearest documented types, each once, as the document writes a list. */
/** A file has a handful of them. */
const documentedTypes = memo((types) => [...new Set(types.split(',').flatMap(documentedType))].join(','));

/** The nearest documented apartment type: above three bedrooms is `3+bhk`; 1.5 and 2.5 have none. */
function documentedType(type: string): readonly string[] {
  if (DOCUMENTED_TYPES.has(type)) return [type];
  const rooms = /^(\d+(?:\.\d+)?)(\+?)bhk$/.exec(type);
  return rooms !== null && Number(rooms[1]) > 3 ? ['3+bhk'] : [];
}

const INTEGERS = new Set([
  'min_budget',
  'max_budget',
  'contact_date',
  'source_id',
  'sub_source_id',
  'current_time',
]);
const BOOLEANS = new Set(['homeloan_required', 'is_otp_verified', 'is_call_verified', 'is_broker']);

/** The vendor's Node and Ruby samples: numbers and booleans as such, extra_details as an object. */
function jsonBody(fields: readonly PayloadField[]): string {
  const members = fields.map(([name, value]): readonly [string, Json] => {
    if (name === 'extra_details') return [name, JSON.parse(value)];
    if (INTEGERS.has(name) && /^\d{1,15}$/.test(value)) return [name, Number(value)];
    if (BOOLEANS.has(name) && /^(true|false)$/.test(value)) return [name, value === 'true'];
    return [name, value];
  });
  return JSON.stringify(Object.fromEntries(members));
}

/** What last-lead-data gives back under the same name. */
function expectedFields(payload: Payload): Readonly<Record<string, string>> {
  const names = ['name', 'email', 'source', 'sub_source', 'placement', 'source_id', 'sub_source_id'];
  return Object.fromEntries(payload.fields.filter(([name]) => names.includes(name)));
}

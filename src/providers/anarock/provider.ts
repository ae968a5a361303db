// Anarock's lead API: an HMAC-signed form or JSON, and leads that can be asked for by phone. Every rule comes from the vendor's
// public API reference (the 2018 edition and the later one): README.md beside it.
import type { Declaration } from '../declare/declaration.ts';
import { declare } from '../declare/declare.ts';
import { readAsk, readLookup, SUBMISSION_ID } from './answers.ts';
import { documentedTypes, otherTypes } from './apartment-types.ts';

const STAGING = 'https://lead.staging.anarock.com';
const PRODUCTION = 'https://lead.anarock.com';

export const declaration: Declaration = {
  name: 'anarock',
  title: 'Anarock',
  settings: {
    environment: {
      choices: ['staging', 'production'],
      default: 'staging',
      help: 'Which of the two systems the key belongs to.',
    },
    channel: { required: true, travels: 'path', help: "The CHANNEL_NAME that Anarock's contact gave you." },
    key: {
      kind: 'secret',
      required: true,
      travels: 'signature',
      variable: 'ANAROCK_KEY',
      help: 'The shared secret that signs each request; one per environment.',
    },
    encoding: { choices: ['form', 'json'], default: 'form', help: "The request's body." },
    sourceIds: {
      choices: ['required', 'optional'],
      default: 'required',
      help: 'Whether sourceId and subSourceId must be there; the later edition of the document drops them.',
    },
  },
  environments: {
    staging: {
      origin: STAGING,
      production: false,
      sameAs: [STAGING, 'https://lead-webhook.staging.anarock.com'],
    },
    production: { origin: PRODUCTION },
  },
  hosts: ['anarock.com'],
  account: ['channel'],
  requires: [
    'campaignId',
    { field: 'sourceId', unless: { sourceIds: 'optional' } },
    { field: 'subSourceId', unless: { sourceIds: 'optional' } },
  ],
  dedupe: ['campaignId'],
  auth: { hmac: { key: '{key}', over: '{now}', fields: { current_time: '{now}', hash: '{hmac}' } } },
  request: { path: '/api/v0/{channel}/sync-lead', body: '{encoding}' },
  payload: {
    name: 'name',
    phone: { field: 'phone', as: 'national', override: false },
    country_code: { field: 'country', otherwise: 'IN', override: false },
    email: 'email',
    purpose: { text: 'buy' },
    listing_id: 'listingId',
    listing_name: 'listingName',
    city: 'city',
    locality: 'locality',
    min_budget: 'budgetMin',
    max_budget: 'budgetMax',
    contact_date: { field: 'contactedAt', as: 'seconds' },
    remarks: 'message',
    homeloan_required: 'homeloanRequired',
    is_otp_verified: 'otpVerified',
    is_call_verified: 'callVerified',
    is_broker: 'broker',
    credit_value: 'creditValue',
    apartment_types: { make: documentedTypes },
    source: 'source',
    sub_source: 'subSource',
    placement: 'placement',
    campaign_id: 'campaignId',
    source_id: { field: 'sourceId', type: 'number' },
    sub_source_id: { field: 'subSourceId', type: 'number' },
    // What the document has no field for, so that nothing is lost, and our own id, which last-lead-data gives back.
    extra_details: {
      extra: true,
      object: {
        external_id: 'externalId',
        alt_phone: 'altPhone',
        subject: 'subject',
        channel_id: 'channelId',
        rep_id: 'repId',
        apartment_types: { make: otherTypes },
        [SUBMISSION_ID]: { text: '{submission}', override: false },
      },
    },
  },
  answers: [
    {
      status: '2xx',
      each: 'response',
      // A status that is no word says nothing; none is as good as OK.
      json: {
        '$.status': [{ not: { matches: '' } }, { matches: '(?i)^(ok|success|created|true|2\\d\\d)$' }],
      },
      not: { each: '', says: 'no' },
      verdict: 'created',
      id: 'lead_id',
    },
    { status: '2xx', says: 'unauthorized', verdict: 'unauthorized' },
    // A refusal with a lead id contradicts itself.
    {
      status: '2xx',
      says: 'no',
      not: { each: 'response', json: { lead_id: { exists: true } } },
      verdict: 'rejected',
    },
  ],
  lost: 'ask',
  lookup: {
    path: './last-lead-data',
    query: { phone: '{lead.phone:national}' },
    returns: ['name', 'email', 'source', 'sub_source', 'placement', 'source_id', 'sub_source_id'],
    // Which answer means "no such lead" is not documented, and whether a lead without our id is older than ours
    // takes arithmetic on lead ids: neither is a rule about one answer.
    read: readLookup,
    ask: readAsk,
  },
  // Documented for production only.
  sources: { path: '/api/v0/source-metadata', auth: false, environment: 'production' },
  sandbox: { defaults: { campaignId: 'sandbox-project', sourceId: '1', subSourceId: '8' } },
};

export const anarock = declare(declaration);

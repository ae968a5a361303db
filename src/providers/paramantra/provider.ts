// Paramantra's lead API: HTTP Basic and a form. A second post of a number is answered by duplicate_entry, so a lead whose
// answer was lost is simply sent again. Every rule comes from the vendor's integration document and public integrations:
// README.md beside it.
import type { Declaration } from '../declare/declaration.ts';
import { declare } from '../declare/declare.ts';

export const declaration: Declaration = {
  name: 'paramantra',
  title: 'Paramantra',
  settings: {
    apiKey: {
      kind: 'secret',
      required: true,
      variable: 'PARAMANTRA_API_KEY',
      help: 'The API key: Basic user name and password, and the X-API-KEY header.',
    },
    appName: {
      required: true,
      variable: 'PARAMANTRA_APP',
      help: "The app's name, sent as ACTION-ON.",
    },
    basicPassword: {
      choices: ['key', 'empty'],
      default: 'key',
      help: 'What stands after the colon of HTTP Basic: the key again, or nothing (both are in use).',
    },
    phoneFormat: {
      choices: ['auto', 'national', 'international'],
      default: 'auto',
      help: 'Ten digits for Indian numbers and full international digits for others (auto), or always one of the two.',
    },
    encoding: {
      choices: ['form', 'multipart'],
      default: 'form',
      help: "How the body is written: as a form, or as multipart like the vendor's PHP sample.",
    },
    fields: {
      kind: 'fieldMap',
      help: 'Canonical fields and the names that this account has for them, such as listingName: proje_1.',
    },
    alertClient: { kind: 'boolean', help: 'Ask Paramantra to alert the client (alert_client).' },
    alertRep: { kind: 'boolean', help: 'Ask Paramantra to alert the representative (alert_rep).' },
  },
  // The vendor has no staging. An address that a target names is an account of its own in the keys, even the vendor's: so it
  // has always been, and ledgers know it.
  environments: { production: { origin: 'https://cloud.paramantra.com', sameAs: [] } },
  hosts: ['paramantra.com'],
  account: ['appName'],
  requires: ['channelId', 'subject', 'repId'],
  auth: {
    basic: { user: '{apiKey}', password: { by: 'basicPassword', key: '{apiKey}', empty: '' } },
    headers: { 'x-api-key': '{apiKey}' },
  },
  request: {
    path: '/paramantra/api/data/new/format/json',
    headers: { 'action-on': '{appName}' },
    body: '{encoding}',
  },
  payload: {
    f_name: 'firstName',
    l_name: 'lastName',
    email: 'email',
    // "Mandatory and ten digit", says the document, yet its own sample sends the country code.
    phonefax: { field: 'phone', as: '{phoneFormat}' },
    subject: 'subject',
    channel_id: 'channelId',
    rep_id: 'repId',
    // What the API has no field for.
    notes: {
      lines: {
        message: '',
        listingName: 'Project',
        listingId: 'Project id',
        city: 'City',
        locality: 'Locality',
        apartmentTypes: 'Apartment types',
        budgetMin: 'Budget from',
        budgetMax: 'Budget up to',
        contactedAt: 'Contacted at',
        homeloanRequired: 'Home loan',
        broker: 'Broker',
        altPhone: 'Other phone',
        externalId: 'Reference',
      },
    },
    // Campaign tracking, as public integrations send it.
    USOURCE: { field: ['source', 'extra.utm_source'], rename: false },
    UMEDIUM: { field: ['subSource', 'extra.utm_medium'], rename: false },
    utm_campaign: { field: ['placement', 'extra.utm_campaign'], rename: false },
    utm_ad_group: ['extra.utm_ad_group', 'extra.utm_adgroup', 'extra.adgroup_name', 'extra.adset_name'],
    utm_term: ['extra.utm_term', 'extra.keyword'],
    utm_device: ['extra.utm_device', 'extra.device'],
    utm_gclid: ['extra.gclid', 'extra.gcl_id', 'extra.utm_gclid'],
    utm_placement: 'extra.utm_placement',
    utm_ad_name: ['extra.utm_ad_name', 'extra.ad_name', 'extra.utm_content'],
    alert_client: { text: '{alertClient}', as: 'oneZero' },
    alert_rep: { text: '{alertRep}', as: 'oneZero' },
  },
  // One object, or a list of objects: the id is in one of them, the message in another.
  answers: [
    // "Not authorized" comes under 200 and 403 too.
    { status: '100-499', each: '', says: 'unauthorized', verdict: 'unauthorized' },
    {
      status: '2xx',
      each: '',
      json: { message: 'duplicate_entry' },
      verdict: 'duplicate',
      id: 'unique_id',
      message: { text: 'The provider has this phone already.' },
    },
    {
      status: '2xx',
      each: '',
      json: { status: { matches: '(?i)^success$' } },
      verdict: 'created',
      id: 'unique_id',
    },
    { status: '2xx', each: '', says: 'no', verdict: 'rejected' },
  ],
  lost: 'resend',
  sandbox: {
    defaults: { channelId: 'sandbox-channel', subject: 'Leads from the sandbox', repId: 'sandbox-rep' },
  },
};

export const paramantra = declare(declaration);

// Paramantra's lead API: HTTP Basic and a form. A second post of a number is answered by duplicate_entry, so a lead whose
// answer was lost is simply sent again. Every rule comes from the vendor's integration document and public integrations:
// docs/providers.md.
import type { FieldName, Lead } from '../../lead/lead.ts';
import { isLoopback } from '../../util/loopback.ts';
import { Secret } from '../../util/secret.ts';
import { explainer } from '../error-body.ts';
import { multipart, urlEncoded } from '../form.ts';
import { nameParts } from '../name-parts.ts';
import { internationalDigits, nationalNumber } from '../phone-forms.ts';
import type {
  EndpointOverride,
  Payload,
  PayloadField,
  Provider,
  ProviderClient,
  TargetSettings,
} from '../provider.ts';
import { readPush } from './answers.ts';

const ORIGIN = 'https://cloud.paramantra.com';
const PATH = '/paramantra/api/data/new/format/json';
const MASK = '***';

/** What the API has no field for: where the account has one, `fields` names it; else it goes into the notes, so that nothing is lost. */
const NOTED: readonly { readonly field: FieldName; readonly label: string }[] = [
  { field: 'listingName', label: 'Project' },
  { field: 'listingId', label: 'Project id' },
  { field: 'city', label: 'City' },
  { field: 'locality', label: 'Locality' },
  { field: 'apartmentTypes', label: 'Apartment types' },
  { field: 'budgetMin', label: 'Budget from' },
  { field: 'budgetMax', label: 'Budget up to' },
  { field: 'contactedAt', label: 'Contacted at' },
  { field: 'homeloanRequired', label: 'Home loan' },
  { field: 'broker', label: 'Broker' },
  { field: 'altPhone', label: 'Other phone' },
  { field: 'externalId', label: 'Reference' },
];

/** Campaign tracking fields (seen in public integrations) and what fills them: a field of the lead, or a name in extra. */
const TRACKING: readonly {
  readonly own: string;
  readonly field?: FieldName;
  readonly extra: readonly string[];
}[] = [
  { own: 'USOURCE', field: 'source', extra: ['utm_source'] },
  { own: 'UMEDIUM', field: 'subSource', extra: ['utm_medium'] },
  { own: 'utm_campaign', field: 'placement', extra: ['utm_campaign'] },
  { own: 'utm_ad_group', extra: ['utm_ad_group', 'utm_adgroup', 'adgroup_name', 'adset_name'] },
  { own: 'utm_term', extra: ['utm_term', 'keyword'] },
  { own: 'utm_device', extra: ['utm_device', 'device'] },
  { own: 'utm_gclid', extra: ['gclid', 'gcl_id', 'utm_gclid'] },
  { own: 'utm_placement', extra: ['utm_placement'] },
  { own: 'utm_ad_name', extra: ['utm_ad_name', 'ad_name', 'utm_content'] },
];

export const paramantra: Provider = {
  name: 'paramantra',
  title: 'Paramantra',
  domains: ['paramantra.com'],
  settings: [
    {
      name: 'apiKey',
      kind: 'secret',
      required: true,
      variable: 'PARAMANTRA_API_KEY',
      help: 'The API key: Basic user name and password, and the X-API-KEY header.',
    },
    {
      name: 'appName',
      kind: 'text',
      travels: 'header',
      required: true,
      variable: 'PARAMANTRA_APP',
      help: "The app's name, sent as ACTION-ON.",
    },
    {
      name: 'basicPassword',
      kind: 'choice',
      required: false,
      choices: ['key', 'empty'],
      defaultText: 'key',
      help: 'What stands after the colon of HTTP Basic: the key again, or nothing (both are in use).',
    },
    {
      name: 'phoneFormat',
      kind: 'choice',
      required: false,
      choices: ['auto', 'national', 'international'],
      defaultText: 'auto',
      help: 'Ten digits for Indian numbers and full international digits for others (auto), or always one of the two.',
    },
    {
      name: 'encoding',
      kind: 'choice',
      required: false,
      choices: ['form', 'multipart'],
      defaultText: 'form',
      help: "How the body is written: as a form, or as multipart like the vendor's PHP sample.",
    },
    {
      name: 'fields',
      kind: 'fieldMap',
      required: false,
      help: 'Canonical fields and the names that this account has for them, such as listingName: proje_1.',
    },
    {
      name: 'alertClient',
      kind: 'boolean',
      required: false,
      help: 'Ask Paramantra to alert the client (alert_client).',
    },
    {
      name: 'alertRep',
      kind: 'boolean',
      required: false,
      help: 'Ask Paramantra to alert the representative (alert_rep).',
    },
  ],
  sandbox: {
    defaults: { channelId: 'sandbox-channel', subject: 'Leads from the sandbox', repId: 'sandbox-rep' },
  },
  bind,
};

function bind(settings: TargetSettings, place: EndpointOverride): ProviderClient {
  const key = settings['apiKey'];
  const appName = settings['appName'];
  if (!(key instanceof Secret) || typeof appName !== 'string')
    throw new TypeError('paramantra: apiKey or appName is missing');
  const origin = place.baseUrl ?? ORIGIN;
  const url = `${origin}${place.path ?? PATH}`;
  const password = settings['basicPassword'] === 'empty' ? '' : key.reveal();
  const credentials = `${key.reveal()}:${password}`;
  const explain = explainer([key.reveal(), credentials]);
  const encode = settings['encoding'] === 'multipart' ? multipart : form;
  const secrets = {
    authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
    'x-api-key': key.reveal(),
  };
  return {
    identity: `paramantra|${place.baseUrl ?? 'production'}|${appName}`,
    origin,
    // The vendor has no staging: everything but an emulator on this machine is real.
    production: !isLoopback(new URL(origin).hostname),
    requires: ['channelId', 'subject', 'repId'],
    dedupe: [],
    payload: (lead, _submissionId, own) => payloadOf(lead, settings, own ?? {}),
    request: (payload) => {
      const { contentType, body } = encode(payload.fields);
      return {
        method: 'POST',
        url,
        headers: { 'content-type': contentType, 'action-on': appName, ...secrets },
        body,
      };
    },
    preview: (payload) => ({
      method: 'POST',
      url,
      headers: {
        'content-type': encode(payload.fields).contentType,
        'action-on': appName,
        authorization: MASK,
        'x-api-key': MASK,
      },
      fields: Object.fromEntries(payload.fields),
    }),
    read: (answer) => readPush(answer, explain),
    reconciliation: { kind: 'resend' },
    lookup: null,
    sources: null,
  };
}

function form(fields: readonly PayloadField[]) {
  return { contentType: 'application/x-www-form-urlencoded', body: urlEncoded(fields) };
}

function payloadOf(lead: Lead, settings: TargetSettings, own: Readonly<Record<string, string>>): Payload {
  const map = settings['fields'];
  const names: Readonly<Record<string, string>> =
    typeof map === 'object' && !(map instanceof Secret) ? map : {};
  // A map, since an account may call its fields anything: an object has a `constructor` already.
  const fields = new Map<string, string>();
  const set = (name: string, value: string | undefined) => {
    if (value !== undefined && value !== '') fields.set(name, value);
  };
  const { first, last } = nameParts(lead);
  set(names['firstName'] ?? 'f_name', first);
  set(names['lastName'] ?? 'l_name', last);
  set(names['email'] ?? 'email', lead.email);
  set(names['phone'] ?? 'phonefax', phoneText(lead, settings['phoneFormat']));
  set(names['subject'] ?? 'subject', lead.subject);
  set(names['channelId'] ?? 'channel_id', lead.channelId);
  set(names['repId'] ?? 'rep_id', lead.repId);
  const noted: string[] = [];
  for (const { field, label } of NOTED) {
    const value = shown(lead, field);
    const name = names[field];
    if (value === undefined) continue;
    if (name === undefined) noted.push(`${label}: ${value}`);
    else set(name, value);
  }
  for (const [field, name] of Object.entries(names)) {
    if (!fields.has(name) && isField(field, lead)) set(name, shown(lead, field));
  }
  const message = names['message'] === undefined ? lead.message : undefined;
  set('notes', [message, ...noted].filter((line) => line !== undefined).join('\n'));
  for (const { own: name, field, extra } of TRACKING) {
    const fromExtra = extra.map((key) => lead.extra?.[key]).find((value) => value !== undefined);
    set(name, (field === undefined ? undefined : shown(lead, field)) ?? fromExtra);
  }
  if (settings['alertClient'] !== undefined)
    set('alert_client', settings['alertClient'] === true ? '1' : '0');
  if (settings['alertRep'] !== undefined) set('alert_rep', settings['alertRep'] === true ? '1' : '0');
  for (const [name, value] of Object.entries(own)) fields.set(name, value);
  return { fields: [...fields], warnings: [] };
}

function isField(name: string, lead: Lead): name is FieldName {
  return name in lead && name !== 'extra';
}

function shown(lead: Lead, field: FieldName): string | undefined {
  const value = lead[field];
  if (value === undefined) return undefined;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'object' ? value.join(', ') : String(value);
}

/** The document says "mandatory and ten digit", yet its own sample sends the country code. */
function phoneText(lead: Lead, format: TargetSettings[string]): string {
  const national = format === 'national' || (format !== 'international' && lead.phone.startsWith('+91'));
  return national ? nationalNumber(lead.phone) : internationalDigits(lead.phone);
}

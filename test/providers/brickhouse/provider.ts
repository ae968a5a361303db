// A third provider, for tests only: what a new folder in src/providers would hold. JSON with a bearer token.
import { explainer } from '../../../src/providers/error-body.ts';
import { said, verdictOfStatus } from '../../../src/providers/http-status.ts';
import { asText, isObject, parseJson } from '../../../src/providers/json.ts';
import type {
  EndpointOverride,
  HttpAnswer,
  PayloadField,
  Provider,
  ProviderClient,
  TargetSettings,
  Verdict,
} from '../../../src/providers/provider.ts';
import { Secret } from '../../../src/util/secret.ts';

const ORIGIN = 'https://api.brickhouse.example';

export const brickhouse: Provider = {
  name: 'brickhouse',
  title: 'Brickhouse',
  domains: ['brickhouse.example'],
  settings: [
    { name: 'token', kind: 'secret', required: true, help: 'The token of the account.' },
    { name: 'office', kind: 'text', required: true, travels: 'body', help: 'The office that calls.' },
    {
      name: 'priority',
      kind: 'choice',
      required: false,
      choices: ['usual', 'urgent'],
      defaultText: 'usual',
      help: 'How soon to call.',
    },
  ],
  sandbox: { defaults: { city: 'Pune' } },
  bind,
};

function bind(settings: TargetSettings, place: EndpointOverride): ProviderClient {
  const { token, office } = settings;
  if (!(token instanceof Secret) || typeof office !== 'string') throw new TypeError('brickhouse: no token');
  const origin = place.baseUrl ?? ORIGIN;
  const url = `${origin}${place.path ?? '/leads'}`;
  const type = { 'content-type': 'application/json' };
  const explain = explainer([token.reveal()]);
  return {
    identity: `brickhouse|${place.baseUrl ?? 'production'}|${office}`,
    origin,
    production: place.baseUrl === undefined,
    requires: ['city'],
    dedupe: ['city', 'listingId'],
    payload: (lead, submissionId, own = {}) => {
      const fields: PayloadField[] = [
        ['id', submissionId],
        ['phone', lead.phone],
        ['office', office],
      ];
      for (const name of ['name', 'email', 'city'] as const) {
        const value = lead[name];
        if (value !== undefined) fields.push([name, value]);
      }
      return { fields: [...fields, ...Object.entries(own)], warnings: [] };
    },
    request: ({ fields }) => ({
      method: 'POST',
      url,
      headers: { ...type, authorization: `Bearer ${token.reveal()}` },
      body: JSON.stringify(Object.fromEntries(fields)),
    }),
    preview: ({ fields }) => ({
      method: 'POST',
      url,
      headers: { ...type, authorization: '***' },
      fields: Object.fromEntries(fields),
    }),
    read: (answer) =>
      read(answer, said(answer, explain)) ?? verdictOfStatus(answer, explain) ?? unclear(answer),
    reconciliation: { kind: 'resend' },
    lookup: null,
    sources: null,
  };
}

function read({ status, body }: HttpAnswer, message: string): Verdict | null {
  const json = parseJson(body);
  const leadId = isObject(json) ? asText(json['id']) : null;
  if (leadId === null) return null;
  if (status === 201) return { kind: 'created', leadId };
  return status === 409 ? { kind: 'duplicate', leadId, message } : null;
}

function unclear({ status }: HttpAnswer): Verdict {
  return {
    kind: 'indeterminate',
    message: `The provider answered HTTP ${status} without an id.`,
    mayStillArrive: false,
  };
}

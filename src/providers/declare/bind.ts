// The interpreter: from a declaration and one target's settings to a client of that provider. Pure, like all of providers/.
import { isLoopback } from '../../util/loopback.ts';
import { Secret } from '../../util/secret.ts';
import { explainer } from '../error-body.ts';
import { urlEncoded } from '../form.ts';
import type {
  AskedAbout,
  EndpointOverride,
  HttpRequest,
  PayloadField,
  ProviderClient,
  Reconciliation,
  TargetSettings,
} from '../provider.ts';
import { readSourceList } from '../source-list.ts';
import { answerReader } from './answers.ts';
import { filled, type Signer, signerOf } from './auth.ts';
import { encoderOf, isBodyKind } from './body.ts';
import type { Declaration, Environment, JsonType, Lookup } from './declaration.ts';
import { fieldText } from './forms.ts';
import { expectedIn, lookupReader, untoldBy } from './lookup.ts';
import { planPayload } from './payload.ts';
import { fill, namesIn, type Scope } from './template.ts';

export function bindDeclared(
  declaration: Declaration,
  settings: TargetSettings,
  place: EndpointOverride,
): ProviderClient {
  const { request, lost, lookup, sources, requires = [], dedupe = [] } = declaration;
  const open = scopeOf(declaration, settings, false);
  const whole = scopeOf(declaration, settings, true);
  const system = systemOf(declaration, open, place);
  const url = `${system.origin}${place.path ?? need(fill(request.path, open, encodeURIComponent), 'path')}`;
  const signer = signerOf(declaration.auth ?? {}, whole);
  const secrets = Object.values(settings).flatMap((value) =>
    value instanceof Secret ? [value.reveal()] : [],
  );
  const explain = explainer([...secrets, ...signer.made]);
  const names = mapOf(declaration, settings);
  const plan = planPayload(declaration, open, names);
  const kind = need(fill(request.body, open), 'body');
  if (!isBodyKind(kind)) throw new TypeError(`${declaration.name}: there is no body "${kind}"`);
  const { contentType, encode } = encoderOf(kind, request.pair, typesOf(declaration, plan.types));
  const query = filled(request.query, open);
  const ownHeaders = Object.fromEntries(
    filled(request.headers, open).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const still = { ...(contentType === null ? {} : { 'content-type': contentType }), ...ownHeaders };

  // Requests of one second, or of all of them, have the same headers: made once.
  let last: { readonly signed: object; readonly headers: Readonly<Record<string, string>> } | null = null;
  const headersFor = (type: string, signed: Readonly<Record<string, string>>) => {
    if (contentType === null) return { 'content-type': type, ...ownHeaders, ...signed };
    if (last?.signed !== signed) last = { signed, headers: { ...still, ...signed } };
    return last.headers;
  };
  const send: ProviderClient['request'] = (payload, nowSeconds) => {
    const { headers, query: signedQuery, fields, made } = signer.sign(nowSeconds);
    const { contentType: type, body } = encode(
      // A list of the right length: a spread grows it step by step.
      fields.length === 0 ? payload.fields : payload.fields.concat(fields),
      payload.fields,
    );
    const overBody = signer.signBody?.(nowSeconds, body);
    return {
      method: 'POST',
      url: withQuery(url, query.concat(signedQuery)),
      headers: headersFor(type, overBody === undefined ? headers : { ...headers, ...overBody.headers }),
      body,
      ...(made.length === 0 && overBody === undefined ? NOTHING_MADE : madeIn(made, overBody?.made)),
    };
  };

  const reader = lookupReader(declaration, open, explain);
  const ask = lookup === undefined ? null : askRequest(lookup, url, system.origin, open, signer);
  return {
    identity: [declaration.name, system.name, accountOf(declaration, open)].join('|'),
    origin: system.origin,
    production: system.production,
    requires: requires.flatMap((one) => {
      if (typeof one === 'string') return [one];
      const isOptional = Object.entries(one.unless).some(([name, value]) => open(name) === value);
      return isOptional ? [] : [one.field];
    }),
    dedupe,
    payload: (lead, submissionId, own = NOTHING) => plan.payload(lead, submissionId, own),
    request: send,
    preview: (payload) => {
      const { headers, query: maskedQuery, fields } = signer.masked;
      return {
        method: 'POST',
        url: withQuery(url, query.concat(maskedQuery)),
        headers: headersFor(encode(payload.fields).contentType, headers),
        fields: Object.fromEntries([...payload.fields, ...fields]),
      };
    },
    read: answerReader(declaration.answers ?? [], explain),
    reconciliation: reconciliationOf(declaration, open, lost, ask, reader),
    lookup:
      lookup === undefined || ask === null || reader === null
        ? null
        : {
            ...ask,
            read: reader.read,
            expected: expectedIn(lookup),
            personal: [...plan.personal, ...(declaration.personal ?? [])],
            untold: untoldBy(lookup, open),
          },
    sources:
      sources === undefined
        ? null
        : {
            request: () => {
              const signed = sources.auth === false ? null : signer.sign(0);
              return {
                method: 'GET',
                url: withQuery(
                  `${sourcesOrigin(declaration, open, system, sources.environment)}${need(fill(sources.path, open, encodeURIComponent), 'path')}`,
                  signed?.query ?? [],
                ),
                headers: { accept: 'application/json', ...signed?.headers },
                body: null,
              };
            },
            read: (answer) => readSourceList(answer, explain),
          },
  };
}

const NOTHING: Readonly<Record<string, string>> = {};
const NOTHING_MADE = {};

/** With the time of a signature, which is a number in JSON. */
function typesOf({ auth }: Declaration, types: ReadonlyMap<string, JsonType>): ReadonlyMap<string, JsonType> {
  const times = Object.entries(auth?.hmac?.fields ?? {}).filter(([, template]) => template === '{now}');
  return new Map([...types, ...times.map(([name]): [string, JsonType] => [name, 'number'])]);
}

/** A setting's value as text: the target's own, else the declared default. */
function scopeOf({ settings }: Declaration, values: TargetSettings, secrets: boolean): Scope {
  const texts = new Map<string, string>();
  for (const [name, spec] of Object.entries(settings)) {
    const value = values[name];
    if (typeof value === 'string' || typeof value === 'boolean') texts.set(name, String(value));
    else if (value instanceof Secret) {
      if (secrets) texts.set(name, value.reveal());
    } else if (spec.default !== undefined) texts.set(name, spec.default);
  }
  const environment = values['environment'];
  if (typeof environment === 'string') texts.set('environment', environment);
  return (name) => texts.get(name);
}

/** The account's own names of fields, where it has a setting for them. */
function mapOf({ settings }: Declaration, values: TargetSettings): Readonly<Record<string, string>> {
  const name = Object.keys(settings).find((one) => settings[one]?.kind === 'fieldMap');
  const map = name === undefined ? undefined : values[name];
  return typeof map === 'object' && !(map instanceof Secret) ? map : NOTHING;
}

interface System {
  /** As it stands in the identity: the environment's name, or an address of its own. */
  readonly name: string;
  readonly origin: string;
  readonly production: boolean;
}

function environmentsOf(declaration: Declaration): readonly (readonly [string, Environment])[] {
  return Object.entries(declaration.environments).map(([name, one]) => [
    name,
    typeof one === 'string' ? { origin: one } : one,
  ]);
}

function systemOf(declaration: Declaration, scope: Scope, { baseUrl }: EndpointOverride): System {
  const environments = environmentsOf(declaration);
  const named = scope('environment');
  const [name, chosen] = environments.find(([one]) => one === named) ?? environments[0] ?? [];
  if (name === undefined || chosen === undefined)
    throw new TypeError(`${declaration.name}: there is no environment`);
  const isReal = chosen.production !== false;
  if (baseUrl === undefined) {
    const { origin } = new URL(need(fill(chosen.origin, scope), 'origin'));
    return { name, origin, production: isReal && !isLoopback(new URL(origin).hostname) };
  }
  const same = environments.find(([, { origin, sameAs }]) =>
    (sameAs ?? [fill(origin, scope)]).includes(baseUrl),
  );
  // Where there are several systems, the one that was chosen says what the key is for.
  const chosenReal = isReal && (environments.length > 1 || !isLoopback(new URL(baseUrl).hostname));
  return {
    name: same?.[0] ?? baseUrl,
    origin: baseUrl,
    production: chosenReal || (same !== undefined && same[1].production !== false),
  };
}

/** A single part stands as it is; several are kept apart. */
function accountOf({ account }: Declaration, scope: Scope): string {
  const parts = account.map((name) => scope(name) ?? '');
  return parts.length === 1 ? (parts[0] ?? '') : parts.map(encodeURIComponent).join('|');
}

function sourcesOrigin(
  declaration: Declaration,
  scope: Scope,
  system: System,
  environment: string | undefined,
): string {
  if (environment === undefined || system.name === system.origin) return system.origin;
  const found = environmentsOf(declaration).find(([name]) => name === environment);
  return found === undefined ? system.origin : need(fill(found[1].origin, scope), 'origin');
}

type Asking = Pick<NonNullable<ProviderClient['lookup']>, 'by' | 'request'>;

function askRequest(lookup: Lookup, url: string, origin: string, scope: Scope, signer: Signer): Asking {
  const { path, query = {} } = lookup;
  const templates = [path, ...Object.values(query)];
  const by = templates.flatMap(namesIn).includes('lead.email') ? 'email' : 'phone';
  const forms = new Map(
    templates
      .flatMap(namesIn)
      .filter((name) => name.startsWith('lead.'))
      .map((name) => {
        const [field = '', form] = name.slice('lead.'.length).split(':');
        return [name, fieldText(field, form).text];
      }),
  );
  const request = (about: AskedAbout, nowSeconds: number): HttpRequest => {
    const at: Scope = (name) => forms.get(name)?.(about) ?? scope(name);
    const filledPath = need(fill(path, at, encodeURIComponent), 'path');
    const { headers, query: signedQuery, fields, made } = signer.sign(nowSeconds);
    const overBody = signer.signBody?.(nowSeconds, '');
    return {
      method: 'GET',
      url: withQuery(
        // Beside the request's own path, wherever that is.
        filledPath.startsWith('./')
          ? url.replace(/[^/]*\/?$/, filledPath.slice(2))
          : `${origin}${filledPath}`,
        [...filled(query, at), ...signedQuery, ...fields],
      ),
      headers: { accept: 'application/json', ...headers, ...overBody?.headers },
      body: null,
      ...madeIn(made, overBody?.made),
    };
  };
  return { by, request };
}

function reconciliationOf(
  { lookup }: Declaration,
  scope: Scope,
  lost: Declaration['lost'],
  asking: Asking | null,
  reader: ReturnType<typeof lookupReader>,
): Reconciliation {
  if (lost === 'resend' || asking === null || reader === null) return { kind: 'resend' };
  // An account without a field for our id cannot be asked about it.
  const ours = lookup !== undefined && 'ours' in lookup ? lookup.ours : null;
  if (lost === 'ask-or-resend' && typeof ours === 'string' && fill(ours, scope) === undefined) {
    return { kind: 'resend' };
  }
  return { kind: 'ask', ...asking, read: reader.ask };
}

/** Most requests have none, and need no member for it. */
function madeIn(one: readonly string[], other: readonly string[] = []): Pick<HttpRequest, 'made'> {
  return one.length + other.length === 0 ? {} : { made: [...one, ...other] };
}

function withQuery(url: string, query: readonly PayloadField[]): string {
  return query.length === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${urlEncoded(query)}`;
}

function need(text: string | undefined, what: string): string {
  if (text === undefined) throw new TypeError(`a setting of the ${what} is missing`);
  return text;
}

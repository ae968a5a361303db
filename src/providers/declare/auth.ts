// How a request shows whose it is: Basic, bearer, headers, parameters of the address, and signatures.
import { createHmac } from 'node:crypto';
import type { PayloadField } from '../provider.ts';
import { MASK } from '../spellings.ts';
import type { Auth, BySetting, Hmac, Template } from './declaration.ts';
import { fill, namesIn, type Scope } from './template.ts';

/** What is added to a request. */
export interface Signature {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: readonly PayloadField[];
  /** Into the body, or the query of a request without one. */
  readonly fields: readonly PayloadField[];
  /** Signatures in a form that does not tell what they are. */
  readonly made: readonly string[];
}

export interface Signer {
  /** What does not depend on the body: for this second. */
  readonly sign: (nowSeconds: number) => Signature;
  /** Headers over the body; null where nothing is signed over it. */
  readonly signBody: ((nowSeconds: number, body: string) => Pick<Signature, 'headers' | 'made'>) | null;
  /** The same, masked. */
  readonly masked: Signature;
  /** Texts that hold a secret in another form. */
  readonly made: readonly string[];
}

/** @param scope the target's settings, secrets revealed */
export function signerOf(auth: Auth, scope: Scope): Signer {
  const headers: Record<string, string> = {};
  const made: string[] = [];
  if (auth.basic !== undefined) {
    const { user, password } = auth.basic;
    const credentials = `${fill(user, scope) ?? ''}:${choose(password, scope)}`;
    made.push(credentials);
    headers['authorization'] = `Basic ${Buffer.from(credentials).toString('base64')}`;
  }
  if (auth.bearer !== undefined) headers['authorization'] = `Bearer ${fill(auth.bearer, scope) ?? ''}`;
  for (const [name, value] of filled(auth.headers, scope)) headers[name.toLowerCase()] = value;
  const query = filled(auth.query, scope);
  const { hmac } = auth;
  const still: Signature = { headers, query, fields: [], made: [] };
  const hmacHeaders = Object.keys(hmac?.headers ?? {}).map((name) => name.toLowerCase());
  const masked: Signature = {
    headers: Object.fromEntries([...Object.keys(headers), ...hmacHeaders].map((name) => [name, MASK])),
    query: query.map(([name]) => [name, MASK]),
    fields: Object.keys(hmac?.fields ?? {}).map((name) => [name, MASK]),
    made: [],
  };
  if (hmac === undefined) return { sign: () => still, signBody: null, masked, made };
  const sign = hmacOf(hmac, scope);
  if (namesIn(hmac.over).includes('body')) {
    return {
      sign: () => still,
      signBody: sign,
      masked,
      made,
    };
  }
  // Only the second is signed, so all requests of a second share the signature.
  let second = -1;
  let signed = still;
  return {
    sign: (now) => {
      if (now !== second) {
        const { headers: own, ...more } = sign(now, '');
        signed = { headers: { ...headers, ...own }, query, ...more };
        second = now;
      }
      return signed;
    },
    signBody: null,
    masked,
    made,
  };
}

function hmacOf(
  { key, over, algorithm = 'sha256', encoding = 'hex', fields, headers }: Hmac,
  scope: Scope,
): (now: number, body: string) => Omit<Signature, 'query'> {
  const secret = fill(key, scope) ?? '';
  return (now, body) => {
    const at = (name: string) => (name === 'now' ? String(now) : name === 'body' ? body : scope(name));
    const hmac = createHmac(algorithm, secret)
      .update(fill(over, at) ?? '')
      .digest(encoding);
    const signed = (name: string) => (name === 'hmac' ? hmac : at(name));
    return {
      made: encoding === 'hex' ? [] : [hmac],
      fields: filled(fields, signed),
      headers: Object.fromEntries(
        filled(headers, signed).map(([name, value]) => [name.toLowerCase(), value]),
      ),
    };
  };
}

function choose(text: Template | BySetting, scope: Scope): string {
  const template = typeof text === 'string' ? text : text[scope(text.by) ?? ''];
  return template === undefined ? '' : (fill(template, scope) ?? '');
}

/** With their names filled in; one without a value is left out. */
export function filled(
  templates: Readonly<Record<string, Template>> | undefined,
  scope: Scope,
): PayloadField[] {
  return Object.entries(templates ?? {}).flatMap(([name, template]): PayloadField[] => {
    const value = fill(template, scope);
    return value === undefined ? [] : [[name, value]];
  });
}

// Plays LeadSquared's lead capture and its look-up by phone, as the vendor's documents describe them (README.md beside it).
// It shares no code with the client.
import { type Answer, jsonAnswer } from '../../sandbox/answer.ts';
import type { Fields } from '../../sandbox/body.ts';
import { sameSecret } from '../../sandbox/compare.ts';
import {
  credential,
  type Emulated,
  type Emulator,
  type EmulatorWorld,
  type Headers,
  type Judge,
  type LeadPost,
} from '../../sandbox/emulator.ts';

/** Calls of one account in a window that slides; questions count too. */
const CALLS = 25;
const WINDOW_MS = 5_000;
const SERVICE = '/v2/LeadManagement.svc';

export const leadsquaredEmulator: Emulator = {
  name: 'leadsquared',
  firstId: 1,
  // Ids are texts there.
  idText: (id) => `5f3c0000-0000-4000-8000-${String(id).padStart(12, '0')}`,
  credentials: (key) => ({ account: 'sandbox', accessKey: `access-${key}`, secretKey: `secret-${key}` }),
  start: emulate,
};

function emulate({ credentials, clock, leads }: EmulatorWorld): Emulated {
  const unauthorized = refusal(401, 'MXWrongAPIAccessException', 'The access key or the secret key is wrong');
  const calls: number[] = [];
  const isOverRate = (): boolean => {
    const now = clock();
    while (calls[0] !== undefined && calls[0] <= now - WINDOW_MS) calls.shift();
    if (calls.length >= CALLS) return true;
    calls.push(now);
    return false;
  };
  const tooMany = refusal(
    429,
    'MXAPIRateLimitException',
    `API calls exceeded the limit of ${CALLS} in ${WINDOW_MS / 1000} second(s)`,
  );

  const judge: Judge = (post) => {
    if (!isKeyed(post.headers, post.query, credentials))
      return { outcome: 'unauthorized', answer: unauthorized };
    if (isOverRate()) return { outcome: 'overRate', answer: tooMany };
    const problem = problemOf(post.fields);
    if (problem !== null) {
      return { outcome: 'invalid', answer: refusal(500, 'MXInvalidInputException', problem) };
    }
    return () => {
      const phone = digitsOf(post.fields['Phone'] ?? '');
      const known = leads.newest(phone, clock());
      if (known !== null) {
        leads.update(phone, (held) => updated(held, post));
        return { outcome: 'duplicate', answer: captured(known.id, false) };
      }
      leads.add({ phone, packed: post.packed, at: clock(), sameAs: phone });
      return { outcome: 'created', answer: captured(leads.newest(phone, clock())?.id ?? '', true) };
    };
  };

  return {
    unauthorized,
    routes: [
      { takes: 'lead', path: `${SERVICE}/Lead.Capture`, judge, objectOf: attributesOf },
      {
        takes: 'question',
        path: `${SERVICE}/RetrieveLeadByPhoneNumber`,
        answer: (query, lagMs, headers) => {
          if (!isKeyed(headers, query, credentials)) return unauthorized;
          if (isOverRate()) return tooMany;
          const held = leads.newest(digitsOf(query['phone'] ?? ''), clock() - lagMs);
          if (held === null) return jsonAnswer(200, []);
          const { SearchBy: _, ...fields } = held.fields;
          return jsonAnswer(200, [{ ProspectID: held.id, ProspectAutoId: held.id.slice(-12), ...fields }]);
        },
      },
    ],
    unserved: () => null,
  };
}

function captured(id: string, isCreated: boolean): Answer {
  return jsonAnswer(200, { Status: 'Success', Message: { Id: id, RelatedId: id, IsCreated: isCreated } });
}

function refusal(status: number, type: string, message: string): Answer {
  return jsonAnswer(status, { Status: 'Error', ExceptionType: type, ExceptionMessage: message });
}

/** Headers, as the vendor recommends, or the query. */
function isKeyed(headers: Headers, query: Fields, credentials: EmulatorWorld['credentials']): boolean {
  const given = (header: string, name: string) => {
    const value = headers[header];
    return typeof value === 'string' ? value : (query[name] ?? '');
  };
  const access = given('x-lsq-accesskey', 'accessKey');
  const secret = given('x-lsq-secretkey', 'secretKey');
  return (
    sameSecret(access, credential(credentials, 'accessKey')) &&
    sameSecret(secret, credential(credentials, 'secretKey'))
  );
}

/** `[{"Attribute": "FirstName", "Value": "Asha"}]` as one object; null for anything else. */
function attributesOf(body: unknown): Readonly<Record<string, unknown>> | null {
  if (!Array.isArray(body)) return null;
  const pairs: [string, unknown][] = [];
  for (const pair of body) {
    if (typeof pair !== 'object' || pair === null || !('Attribute' in pair) || !('Value' in pair))
      return null;
    if (typeof pair.Attribute !== 'string') return null;
    pairs.push([pair.Attribute, pair.Value]);
  }
  return Object.fromEntries(pairs);
}

function problemOf(fields: Fields): string | null {
  const { Phone: phone = '', SearchBy: by = 'Phone' } = fields;
  if (by !== 'Phone') return `SearchBy: this sandbox finds leads by Phone only`;
  return /^(\+\d{1,3}-)?\d{4,14}$/.test(phone) ? null : 'Phone is missing, or not a phone number';
}

/** A number is one lead with its country code and, for an Indian one, without. */
function digitsOf(phone: string): string {
  const digits = phone.replace(/\D/g, '');
  return digits.length === 10 ? `91${digits}` : digits;
}

const UNIQUE = ['EmailAddress', 'Phone'];

/** A lead that exists is updated, its source excepted, unless the call says otherwise. */
function updated(held: Fields, { fields, query }: LeadPost): Fields {
  const behaviour = query['LeadUpdateBehavior'];
  if (behaviour === 'DoNotUpdate') return held;
  const changes = Object.entries(fields).filter(([name]) => {
    if (name === 'Source' && held['Source'] !== undefined) return false;
    if (behaviour === 'UpdateOnlyEmptyFields') return (held[name] ?? '') === '';
    return !(behaviour === 'DoNotUpdateUniqueFields' && UNIQUE.includes(name));
  });
  return { ...held, ...Object.fromEntries(changes) };
}

// Paramantra's lead API, emulated after the vendor's integration document (README.md beside it): HTTP Basic and two headers,
// one lead a phone, duplicate_entry for the second. It shares no code with the client.
import { type Answer, jsonAnswer } from '../../sandbox/answer.ts';
import type { Fields } from '../../sandbox/body.ts';
import { sameSecret } from '../../sandbox/compare.ts';
import {
  type Credentials,
  credential,
  type Emulated,
  type Emulator,
  type EmulatorWorld,
  type Judge,
  type Judged,
  type LeadPost,
} from '../../sandbox/emulator.ts';

/** As the document gives it; public integrations omit the other mandatory fields and are served. */
const MANDATORY = ['phonefax'];
const MANDATORY_STRICT = ['phonefax', 'subject', 'channel_id', 'rep_id'];

/** Both are in use. */
const PATHS = ['/paramantra/api/data/new/format/json', '/paramantra/index.php/api/data/new/format/json'];

export const paramantraEmulator: Emulator = {
  name: 'paramantra',
  // The document's own example.
  firstId: 2_882,
  credentials: (key) => ({ apiKey: key, appName: 'sandbox-app' }),
  start: emulate,
};

function emulate({ credentials, clock, leads, random, strict }: EmulatorWorld): Emulated {
  const unauthorized = jsonAnswer(401, { status: false, error: 'Not authorized' });

  const take = (post: LeadPost, contact: string): Judged => {
    const sameAs = contactKey(contact);
    const known = leads.firstId(sameAs);
    if (known !== null) return { outcome: 'duplicate', answer: duplicateEntry(contact, known) };
    const id = leads.add({ phone: contact, packed: post.packed, at: clock(), sameAs });
    // The order of the two objects of a success is not promised.
    return { outcome: 'created', answer: added(contact, id, random() < 0.5) };
  };

  const judge: Judge = (post) => {
    if (!authorized(post, credentials)) return { outcome: 'unauthorized', answer: unauthorized };
    const problem = problemOf(post.fields, strict);
    if (problem !== null) {
      return { outcome: 'invalid', answer: jsonAnswer(400, { status: false, error: problem }) };
    }
    const contact = (post.fields['phonefax'] ?? '').trim();
    return () => take(post, contact);
  };

  return {
    unauthorized,
    routes: PATHS.map((path) => ({ takes: 'lead', path, judge })),
    unserved: () => null,
  };
}

/** Basic `key:key` or `key:`, and X-API-KEY, and ACTION-ON: the vendor's samples send all of them. */
function authorized({ headers }: LeadPost, credentials: Credentials): boolean {
  const apiKey = credential(credentials, 'apiKey');
  const appName = credential(credentials, 'appName');
  const [, encoded = ''] = /^Basic\s+(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const basic = Buffer.from(encoded, 'base64').toString('utf8');
  return (
    (sameSecret(basic, `${apiKey}:${apiKey}`) || sameSecret(basic, `${apiKey}:`)) &&
    sameSecret(single(headers['x-api-key']), apiKey) &&
    sameSecret(single(headers['action-on']), appName)
  );
}

function single(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' ? header : '';
}

function problemOf(fields: Fields, strict: boolean): string | null {
  const missing = (strict ? MANDATORY_STRICT : MANDATORY).filter(
    (name) => (fields[name] ?? '').trim() === '',
  );
  if (missing.length > 0) return `Mandatory: ${missing.join(', ')}`;
  if (!strict) return null;
  // "Ten digit" says the table, while the document's own sample sends the country code.
  if (!/^\d{10,15}$/.test((fields['phonefax'] ?? '').trim())) {
    return 'phonefax must be ten digits, or full international digits without +';
  }
  const alert = ['alert_client', 'alert_rep'].find((name) => !/^[01]?$/.test(fields[name] ?? ''));
  return alert === undefined ? null : `${alert} must be 0 or 1`;
}

/** Ten digits, and the same number with its Indian code, are one contact. */
function contactKey(contact: string): string {
  return contact.replace(/\D/g, '').replace(/^(91|0)(?=\d{10}$)/, '') || contact;
}

function duplicateEntry(contact: string, id: number): Answer {
  return jsonAnswer(200, [
    { contact_number: contact, status: 'failed', message: 'duplicate_entry', unique_id: String(id) },
  ]);
}

function added(contact: string, id: number, idFirst: boolean): Answer {
  const said = { contact_number: contact, message: 'contact_number_added' };
  const filed = { contact_number: contact, unique_id: id, status: 'success' };
  return jsonAnswer(200, idFirst ? [filed, said] : [said, filed]);
}

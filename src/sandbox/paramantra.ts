// Paramantra's side, by its document (docs/providers.md); nothing shared with the client's code.
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Reply } from './anarock.ts';
import { type Fields, fieldText } from './body.ts';
import type { Store } from './store.ts';

export const NOT_AUTHORISED = JSON.stringify({ status: false, error: 'Not authorized' });

/** @param turned whether success gives its two objects in the other order: the document does not promise one */
export function newLead(
  fields: Fields,
  headers: IncomingHttpHeaders,
  credentials: { readonly apiKey: string; readonly appName: string },
  nowMs: number,
  strict: boolean,
  turned: boolean,
  store: Store,
): Reply {
  if (!authorised(headers, credentials)) return { status: 401, body: NOT_AUTHORISED };
  const needed = strict ? ['phonefax', 'subject', 'channel_id', 'rep_id'] : ['phonefax'];
  const missing = needed.filter((name) => fieldText(fields, name) === '');
  if (missing.length > 0)
    return { status: 400, body: JSON.stringify({ status: false, error: `missing: ${missing.join(', ')}` }) };
  const phone = fieldText(fields, 'phonefax');
  if (strict && !/^\d{8,15}$/.test(phone)) {
    return { status: 400, body: JSON.stringify({ status: false, error: 'phonefax: digits expected' }) };
  }
  const before = store.newest('paramantra', phone);
  if (before !== null) {
    const entry = {
      contact_number: phone,
      status: 'failed',
      message: 'duplicate_entry',
      unique_id: String(before.id),
    };
    return { status: 200, body: JSON.stringify([entry]) };
  }
  const added = { contact_number: phone, message: 'contact_number_added' };
  const success = { contact_number: phone, unique_id: store.nextId, status: 'success' };
  return {
    status: 200,
    body: JSON.stringify(turned ? [success, added] : [added, success]),
    take: () => {
      store.add('paramantra', phone, fields, new Date(nowMs).toISOString());
    },
  };
}

/** HTTP Basic with the key as user, and the key or nothing as password; X-API-KEY and ACTION-ON. */
function authorised(
  headers: IncomingHttpHeaders,
  { apiKey, appName }: { readonly apiKey: string; readonly appName: string },
): boolean {
  const basic = /^Basic (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  const given = Buffer.from(basic, 'base64').toString('utf8');
  const basicFits = same(given, `${apiKey}:${apiKey}`) || same(given, `${apiKey}:`);
  return basicFits && same(one(headers['x-api-key']), apiKey) && one(headers['action-on']) === appName;
}

function one(header: string | string[] | undefined): string {
  return Array.isArray(header) ? (header[0] ?? '') : (header ?? '');
}

function same(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

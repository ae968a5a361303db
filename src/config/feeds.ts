// `feeds:`, addresses to read leads from: `send feed:NAME`. Only a trusted file has them: they may lead into a private
// network, and their headers are secrets.
import * as v from 'valibot';
import { isLoopback } from '../util/loopback.ts';
import { Secret } from '../util/secret.ts';
import { uncarriable } from './carriable.ts';
import { type Feeds, noSuchFeed } from './feed.ts';
import type { FoundConfig } from './find.ts';
import { type Problem, refused } from './problem.ts';
import { type Env, SettingReader } from './reader.ts';
import { expectedOf, isRecord, issues, recordOf } from './schema.ts';
import { isLiteral } from './variables.ts';

const SCALAR = v.union([v.string(), v.number()]);
/** That the address is there is checked apart, for the sake of the message. */
const ENTRIES = { url: v.optional(v.string()), headers: v.nullish(recordOf(SCALAR)) };
const FEED_KEYS = Object.keys(ENTRIES);
/** They belong to the connection, or to what leadpush can read. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'host',
  'range',
  'transfer-encoding',
  'upgrade',
]);

/** One problem for each unknown key and each value of a wrong type. */
export function feedProblems(content: unknown): readonly Problem[] {
  const feeds = isRecord(content) ? content['feeds'] : null;
  if (feeds === undefined || feeds === null) return [];
  if (!isRecord(feeds)) return [{ path: 'feeds', message: 'expected names of feeds, each with its "url:"' }];
  return Object.entries(feeds).flatMap(([name, feed]) => {
    const path = `feeds.${name}`;
    if (!/^[\w.-]+$/.test(name)) {
      return [{ path, message: 'expected a name of letters, digits, dashes and dots' }];
    }
    if (!isRecord(feed)) return [{ path, message: expectedOf('settings such as "url:"', feed) }];
    const missing =
      feed['url'] === undefined ? [{ path: `${path}.url`, message: 'is missing; expected an address' }] : [];
    return [...missing, ...issues(v.object(ENTRIES), feed, path, FEED_KEYS)];
  });
}

/** The feeds of a configuration without such problems. */
export function feedsOf(found: FoundConfig, content: Readonly<Record<string, unknown>>, env: Env): Feeds {
  const all = new Map(Object.entries(isRecord(content['feeds']) ? content['feeds'] : {}));
  const names = [...all.keys()];
  const read = (name: string) => {
    const raw = all.get(name);
    if (!isRecord(raw)) throw noSuchFeed(name, names);
    const reader = new SettingReader(raw, `feeds.${name}`, env);
    const url = urlOf(reader);
    const headers = headersOf(reader);
    return { url, headers, problems: reader.problems };
  };
  return {
    names,
    feed: (name) => {
      const { url, headers, problems } = read(name);
      if (url === null || problems.length > 0) throw refused(found, problems);
      return { url, headers };
    },
    hasOrigin: (origin) => names.some((name) => read(name).url?.origin === origin),
  };
}

/** Whether a header's value or an address's query stands in the file itself. */
export function hasLiteralFeedSecret(content: Readonly<Record<string, unknown>>): boolean {
  const feeds = isRecord(content['feeds']) ? Object.values(content['feeds']) : [];
  return feeds.some((feed) => {
    if (!isRecord(feed)) return false;
    const headers = isRecord(feed['headers']) ? Object.values(feed['headers']) : [];
    const { url } = feed;
    return (
      headers.some((value) => isLiteral(String(value))) ||
      (typeof url === 'string' && /[?@]/.test(url) && isLiteral(url))
    );
  });
}

/** The address is never shown: it may hold a key. */
function urlOf(reader: SettingReader): URL | null {
  const given = reader.text('url');
  if (given === null) return null;
  const odd = uncarriable(given, 'path');
  const problem = odd ?? (URL.canParse(given) ? problemOf(new URL(given)) : 'expected an address');
  if (problem === null) return new URL(given);
  reader.complain('url', odd === null ? `${problem}, such as https://portal.example.com/leads.csv` : problem);
  return null;
}

function problemOf({ protocol, hostname }: URL): string | null {
  if (protocol === 'https:') return null;
  if (protocol !== 'http:') return 'expected an address that starts with https://';
  return isLoopback(hostname)
    ? null
    : 'plain http is only for loopback (127.0.0.1, [::1], localhost); expected https://';
}

function headersOf(reader: SettingReader): Readonly<Record<string, Secret>> {
  const headers: [string, Secret][] = [];
  const raw = reader.raw('headers');
  for (const [name, value] of Object.entries(reader.texts('headers'))) {
    const key = `headers.${name}`;
    const odd = uncarriable(value, 'header');
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) reader.complain(key, 'is not a valid name of a header');
    else if (OWN_HEADERS.has(name.toLowerCase())) reader.complain(key, 'leadpush sets this header itself');
    else if (value.trim() === '') reader.complainOfEmpty(key, isRecord(raw) ? raw[name] : null);
    else if (odd !== null) reader.complain(key, odd);
    else headers.push([name, new Secret(value)]);
  }
  return Object.fromEntries(headers);
}

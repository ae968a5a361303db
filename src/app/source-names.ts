// `sourceId: google`: names of sources in place of numbers, resolved through the provider's list, which is kept for a day.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { HttpRequest, ProviderClient, SourceEntry } from '../providers/provider.ts';
import type { Transport } from '../transport/transport.ts';
import type { Clock } from '../util/clock.ts';
import { makeFolders } from '../util/make-folders.ts';

const KEEP_MS = 24 * 3_600_000;

export type Sources =
  | { readonly ok: true; readonly entries: readonly SourceEntry[]; readonly raw: unknown }
  | {
      readonly ok: false;
      /** For a person; it quotes the answer where that says why. */
      readonly problem: string;
      /** The HTTP status of an answer that holds no list. */
      readonly status?: number;
    };

export interface SourceCache {
  /** Folder of the user's cache, made when needed; null: this user has none, and nothing is kept. */
  readonly folder: string | null;
  readonly clock: Clock;
}

/**
 * The provider's sources: from the cache, else from the provider.
 * @param transport null: do not ask (a dry run opens no connection)
 * @param fresh ask even where a list is kept
 */
export async function loadSources(
  endpoint: ProviderClient,
  transport: Transport | null,
  timeoutMs: number,
  cache: SourceCache,
  fresh: boolean,
): Promise<Sources> {
  const { sources } = endpoint;
  if (sources === null) return { ok: false, problem: 'this provider has no list of sources.' };
  const request = sources.request();
  const name = `sources-${createHash('sha256').update(whoseList(endpoint, request)).digest('hex').slice(0, 16)}.json`;
  const file = cache.folder === null ? null : join(cache.folder, name);
  if (!fresh && file !== null) {
    const kept = readKept(file, cache.clock.now(), endpoint);
    if (kept !== null) return kept;
  }
  if (transport === null) {
    return {
      ok: false,
      problem: 'no list of sources is cached yet.',
    };
  }
  const exchange = await transport.send(request, timeoutMs, new AbortController().signal);
  if (!exchange.ok) return { ok: false, problem: exchange.failure.message };
  const entries = sources.read(exchange.answer);
  if ('problem' in entries) {
    const problem = `the provider's list of sources could not be read: ${entries.problem}`;
    return { ok: false, problem, status: exchange.answer.status };
  }
  // Kept and shown as the provider sent it, but for secrets that it sent back.
  const body = endpoint.hide?.(exchange.answer.body) ?? exchange.answer.body;
  try {
    if (file !== null) makeFolders(dirname(file), 0o700);
    if (file !== null)
      writeFileSync(file, JSON.stringify({ at: cache.clock.now(), body }), {
        mode: 0o600,
      });
  } catch {
    // A list that cannot be kept is asked for again next time.
  }
  return { ok: true, entries, raw: rawOf(body) };
}

/** A list that needs no credentials is everybody's; any other is the account's. An address may hold a key in its query. */
function whoseList({ identity }: ProviderClient, { url, headers }: HttpRequest): string {
  const [address = ''] = url.split('?');
  const isOpen = address === url && Object.keys(headers).every((name) => name === 'accept');
  return isOpen ? url : `${identity} ${address}`;
}

/** The answer as it came, for programs that read more from it than we do. */
function rawOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function readKept(file: string, now: number, endpoint: ProviderClient): Sources | null {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof kept !== 'object' || kept === null || !('at' in kept) || !('body' in kept)) return null;
    if (typeof kept.at !== 'number' || typeof kept.body !== 'string' || now - kept.at > KEEP_MS) return null;
    const entries = endpoint.sources?.read({ status: 200, headers: {}, body: kept.body });
    return entries === undefined || 'problem' in entries
      ? null
      : { ok: true, entries, raw: rawOf(kept.body) };
  } catch {
    return null;
  }
}

export type ResolvedSource =
  | { readonly ok: true; readonly sourceId: string | undefined; readonly subSourceId: string | undefined }
  | { readonly ok: false; readonly field: 'sourceId' | 'subSourceId'; readonly problem: string };

export function isSourceNumber(text: string | undefined): boolean {
  return text === undefined || /^\d+$/.test(text);
}

function same(name: string, given: string): boolean {
  return name.trim().toLowerCase() === given.trim().toLowerCase();
}

type Ids = Readonly<Partial<Record<'sourceId' | 'subSourceId', string>>>;

/**
 * A name is given for all leads, and the id that goes out beside it is a default's, which may be that of another source.
 * @param entries the list as it is kept; empty: none is
 * @param list the command that shows it
 * @returns one sentence for each such name
 */
export function overruledNames(
  entries: readonly SourceEntry[],
  defaults: Ids,
  given: Ids & { readonly source?: string; readonly subSource?: string },
  list: string,
): readonly string[] {
  const sourceId = given.sourceId ?? defaults.sourceId;
  const own = entries.find(
    ({ id, name }) => sourceId !== undefined && (id === sourceId || same(name, sourceId)),
  );
  const rows = [
    { field: 'sourceId', flag: '--source-id', name: given.source, known: entries },
    { field: 'subSourceId', flag: '--sub-source-id', name: given.subSource, known: own?.subSources ?? [] },
  ] as const;
  return rows.flatMap(({ field, flag, name, known }) => {
    const id = given[field] === undefined ? defaults[field] : undefined;
    if (name === undefined || id === undefined) return [];
    const held = known.find((entry) => entry.id === id || same(entry.name, id));
    if ([id, held?.id, held?.name].some((word) => word !== undefined && same(word, name))) return [];
    const is = held === undefined || held.id !== id ? id : `${id} (${held.name})`;
    const meant = known.find((entry) => same(entry.name, name));
    const next =
      meant === undefined
        ? `${flag} sets another; ${list} lists them.`
        : `${flag} ${meant.id} is that of ${meant.name}.`;
    return [`the default ${field} ${is} is sent beside "${name}". ${next}`];
  });
}

/** Numbers stay; names become the provider's numbers. A sub-source's name is looked for in its source. */
export function resolveSource(
  entries: readonly SourceEntry[],
  source: string | undefined,
  sub: string | undefined,
): ResolvedSource {
  let sourceId = source;
  if (source !== undefined && !isSourceNumber(source)) {
    sourceId = entries.find((entry) => same(entry.name, source))?.id;
    if (sourceId === undefined) {
      const names = entries.map((entry) => entry.name).join(', ');
      return {
        ok: false,
        field: 'sourceId',
        problem: `the provider has no source "${source}"; it has ${names}.`,
      };
    }
  }
  if (sub === undefined || isSourceNumber(sub)) return { ok: true, sourceId, subSourceId: sub };
  const subSources = entries
    .filter((entry) => sourceId === undefined || entry.id === sourceId)
    .flatMap((entry) => entry.subSources);
  const found = subSources.find((entry) => same(entry.name, sub));
  if (found !== undefined) return { ok: true, sourceId, subSourceId: found.id };
  const names = subSources.map((entry) => entry.name).join(', ');
  return {
    ok: false,
    field: 'subSourceId',
    problem: `source ${source ?? ''} has no sub-source "${sub}"; it has ${names}.`,
  };
}

/** What is wrong with a source and its sub-source, names or numbers, by the provider's list; null: nothing. */
export function sourceProblem(
  entries: readonly SourceEntry[],
  source: string | undefined,
  sub: string | undefined,
): string | null {
  const resolved = resolveSource(entries, source, sub);
  return resolved.ok ? unlistedNumber(entries, resolved) : resolved.problem;
}

/** A number of which the list knows nothing: the provider may have it all the same. @returns null: there is none */
export function unlistedNumber(
  entries: readonly SourceEntry[],
  { sourceId, subSourceId }: Pick<Extract<ResolvedSource, { readonly ok: true }>, 'sourceId' | 'subSourceId'>,
): string | null {
  const entry = entries.find(({ id }) => id === sourceId);
  if (sourceId !== undefined && entry === undefined) {
    return `the provider's list has no source ${sourceId}.`;
  }
  const subs = (entry === undefined ? entries : [entry]).flatMap(({ subSources }) => subSources);
  if (subSourceId === undefined || subs.length === 0 || subs.some(({ id }) => id === subSourceId))
    return null;
  return `the provider's list has no sub-source ${subSourceId}${sourceId === undefined ? '' : ` of source ${sourceId}`}.`;
}

// A chosen target as the engine needs it: defaults parsed once, names of sources resolved, limits of the call applied, and
// a connection to the network.
import type { Target } from '../delivery/submission.ts';
import type { Defaults } from '../lead/defaults.ts';
import { sourcesCommand } from '../output/next-commands.ts';
import type { Transport } from '../transport/transport.ts';
import { plain } from '../util/plain.ts';
import { userFolder, userFolders } from '../util/user-folders.ts';
import { completerFor, defaultsOf } from './complete-lead.ts';
import type { Context } from './context.ts';
import { keyAdvice } from './key-advice.ts';
import type { Limits } from './options.ts';
import {
  isSourceNumber,
  loadSources,
  overruledNames,
  resolveSource,
  type SourceCache,
  type Sources,
  unlistedNumber,
} from './source-names.ts';
import { addressOf } from './target-address.ts';
import { type ChosenTarget, openTransport } from './targets.ts';

export interface BindOptions {
  readonly limits: Limits;
  readonly own: Readonly<Record<string, string>>;
  readonly region: string;
  readonly timezone: string;
  /** Where a source's name may be used instead of its number: in leads, in the target's defaults only, or nowhere. */
  readonly sources: 'leads' | 'defaults' | 'none';
  /** What the call itself says of them; absent: nothing. */
  readonly givenSource?: GivenSource;
  /** `--config`, for the commands that messages propose. */
  readonly places: readonly string[];
  /** Goes into every key. */
  readonly keySuffix: string;
  /** The leads are those of an earlier run: there is no file to correct, and no `--set`. */
  readonly stored?: boolean;
  /** A dry run: nobody is asked, and no connection is made. */
  readonly offline?: boolean;
  /** The number of leads, if known: no more connections are needed. */
  readonly total?: number | null;
}

/** A source for all leads, by flags or --set. */
export interface GivenSource {
  readonly sourceId?: string;
  readonly subSourceId?: string;
  /** Free texts beside them. */
  readonly source?: string;
  readonly subSource?: string;
}

const NO_TRANSPORT: Transport = {
  send: () => Promise.reject(new Error('a dry run sends nothing')),
  close: async () => {},
};

/** @throws UsageError for a default that is not a value of its field */
export async function bindTarget(
  chosen: ChosenTarget,
  options: BindOptions,
  context: Context,
): Promise<Target> {
  const { config, endpoint } = chosen;
  const { limits, total = null, offline = false } = options;
  const timeoutMs = limits.timeoutMs ?? config.timeoutMs;
  const defaults = await defaultsOf(chosen, options.region, options.timezone);
  const inDefaults = !isSourceNumber(defaults.sourceId) || !isSourceNumber(defaults.subSourceId);
  const named = options.sources === 'leads' || (options.sources === 'defaults' && inDefaults);
  const sources =
    named && endpoint.sources !== null ? await sourcesOf(chosen, offline ? null : timeoutMs, context) : null;
  if (options.givenSource !== undefined)
    await tellOfSource(chosen, defaults, options.givenSource, options.places, context);
  const concurrency = limits.concurrency ?? config.concurrency;
  const connections = Math.min(concurrency, total ?? concurrency);
  return {
    name: config.name,
    provider: config.provider,
    endpoint,
    ...(chosen.sandbox ? {} : { address: addressOf(chosen) }),
    transport: offline ? NO_TRANSPORT : await openTransport(endpoint, connections, context),
    complete: completerFor(chosen, defaults, sources, {
      list: sourcesCommand(config.name, options.places),
      stored: options.stored ?? false,
    }),
    own: options.own,
    dedupe: config.dedupe ?? endpoint.dedupe,
    concurrency,
    rate: limits.rate ?? config.rate,
    timeoutMs,
    retries: limits.retries ?? config.retries,
    maxWaitMs: limits.maxWaitMs ?? config.maxWaitMs,
    settleAfterMs: config.settleAfterMs,
    knownSince:
      config.dedupeWindowMs === null
        ? null
        : new Date(context.clock.now() - config.dedupeWindowMs).toISOString(),
    keySuffix: options.keySuffix,
    key: keyAdvice(chosen),
  };
}

/** Where the lists of sources are kept for a day. */
export function sourceCache(context: Context): SourceCache {
  return { folder: userFolder('cache', userFolders(context)), clock: context.clock };
}

/**
 * What is odd about the sources of this call, by the kept list: a number that it does not have, as `check` says it of the defaults,
 * or a name beside which a default's number of another source is sent. Nobody is asked, and it is sent all the same.
 */
async function tellOfSource(
  { endpoint, sandbox, config: { name } }: ChosenTarget,
  defaults: Defaults,
  given: GivenSource,
  places: readonly string[],
  context: Context,
): Promise<void> {
  if (endpoint.sources === null) return;
  const kept = await loadSources(endpoint, null, 0, sourceCache(context), false);
  const entries = kept.ok ? kept.entries : [];
  const list = `\`${sourcesCommand(name, places)}\``;
  const ids = { sourceId: defaults.sourceId, subSourceId: defaults.subSourceId, ...given };
  // A name that is not in the list makes its leads invalid.
  const resolved = kept.ok ? resolveSource(entries, ids.sourceId, ids.subSourceId) : null;
  const problem =
    resolved?.ok === true && (given.sourceId ?? given.subSourceId) !== undefined
      ? unlistedNumber(entries, resolved)
      : null;
  const notes = [
    ...(problem === null ? [] : [`${problem} leadpush sends it as it is. ${list} lists what there is now.`]),
    // The defaults of a built-in sandbox are nobody's choice.
    ...(sandbox ? [] : overruledNames(entries, defaults, given, list)),
  ];
  for (const note of notes) context.stderr.write(`leadpush: target "${plain(name)}": ${plain(note)}\n`);
}

/** The target's list of sources: the kept one, else asked for. @param timeoutMs null: nobody is asked */
async function sourcesOf(
  { endpoint }: ChosenTarget,
  timeoutMs: number | null,
  context: Context,
): Promise<Sources> {
  const cache = sourceCache(context);
  if (timeoutMs === null) return loadSources(endpoint, null, 0, cache, false);
  const transport = await openTransport(endpoint, 1, context);
  try {
    return await loadSources(endpoint, transport, timeoutMs, cache, false);
  } finally {
    await transport.close();
  }
}

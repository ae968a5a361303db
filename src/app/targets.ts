// The targets that a call names: settings from the configuration (or the built-in sandbox), bound to the provider's code.

import type { Config } from '../config/configuration.ts';
import { emptyText } from '../config/none.ts';
import type { TargetConfig } from '../config/target.ts';
import { exampleTarget, sandboxProvider } from '../providers/index.ts';
import type { Provider, ProviderClient } from '../providers/provider.ts';
import { placeholders, settingsFrom } from '../providers/sandbox-target.ts';
import type { Transport } from '../transport/transport.ts';
import { plain } from '../util/plain.ts';
import { shellQuoted } from '../util/shell.ts';
import { UsageError } from '../util/usage-error.ts';
import type { Context } from './context.ts';

/** A target before it can be sent to: what the configuration says, and which provider it is. */
export interface ChosenTarget {
  readonly config: TargetConfig;
  readonly kind: Provider;
  readonly endpoint: ProviderClient;
  readonly sandbox: boolean;
}

export interface ChosenTargets {
  readonly targets: readonly ChosenTarget[];
  /** Stops the embedded sandbox, where one was started. */
  readonly close: () => Promise<void>;
}

/**
 * The names that the call gives, else the configuration's default, else its only target.
 * @param to a list, or `--to` as it was written
 * @throws UsageError where there is none
 */
export function targetNames(to: string | readonly string[] | null, config: Config): readonly string[] {
  if (to !== null) {
    const names = (typeof to === 'string' ? to.split(',') : to).map((name) => name.trim());
    if (names.length === 0 || names.includes(''))
      throw new UsageError(`--to: expected names of targets, found "${names.join(',')}".`);
    return [...new Set(names)];
  }
  if (config.defaultTarget !== null) return [config.defaultTarget];
  const [only, ...others] = config.targetNames;
  if (only !== undefined && others.length === 0) return [notProduction(only, config)];
  if (only === undefined) throw noTarget(config);
  throw new UsageError(
    `No target: name one of ${config.targetNames.map(plain).join(', ')} with --to, or set defaultTarget.`,
  );
}

function noTarget({ inUse, emptyVariables }: Config): UsageError {
  const [why, own] =
    inUse === null
      ? [`there is no configuration and no --to${emptyText(emptyVariables)}`, 'leadpush init']
      : [`${plain(inUse)} has none, and there is no --to`, 'leadpush init --print shows what to add'];
  return new UsageError(
    `No target: ${why}.`,
    `Try it without an account: --to ${exampleTarget}. Set up your own: ${own}. See what a file holds: leadpush check FILE.`,
  );
}

/** Production is meant only where somebody named it. @throws UsageError */
function notProduction(name: string, config: Config): string {
  const { endpoint } = bound(config.target(name), config);
  if (!endpoint.production) return name;
  throw new UsageError(
    `No target: the only one, "${name}", is a production target, which has to be named.`,
    `Add --to ${shellQuoted(name)}, or set defaultTarget. Nothing was sent.`,
  );
}

/** @throws UsageError for a target without a provider */
export function bound(
  target: TargetConfig,
  { providers }: Config,
): { readonly kind: Provider; readonly endpoint: ProviderClient } {
  const kind = providers.find((candidate) => candidate.name === target.provider);
  if (kind === undefined) throw new UsageError(`There is no target "${target.name}".`);
  return { kind, endpoint: kind.bind(target.settings, target.place) };
}

/** Finds the targets and binds each to its provider; starts the embedded sandbox for the built-in ones. */
export async function chooseTargets(
  names: readonly string[],
  config: Config,
  offline: boolean,
): Promise<ChosenTargets> {
  const builtIn = names.flatMap((name) => sandboxProvider(name) ?? []);
  // All configured ones first: their problems are reported before anything starts.
  const own = config.targets(names.filter((name) => sandboxProvider(name) === null));
  const configured = new Map(own.map((target) => [target.name, target]));
  const sandbox = builtIn.length === 0 ? null : await startBuiltIn(builtIn, offline);
  const targets = names.map((name): ChosenTarget => {
    const kind = sandboxProvider(name);
    if (kind !== null && sandbox !== null) {
      const settings = settingsFrom(kind, sandbox.credentials[kind.name] ?? {});
      const place = { baseUrl: sandbox.url };
      const builtInConfig: TargetConfig = {
        name,
        provider: kind.name,
        settings,
        keyPlaces: [],
        place,
        defaults: kind.sandbox?.defaults ?? {},
        dedupe: null,
        dedupeWindowMs: null,
        concurrency: kind.limits.concurrency ?? 16,
        rate: kind.limits.rate ?? null,
        timeoutMs: 30_000,
        retries: 4,
        maxWaitMs: null,
        settleAfterMs: 5_000,
        testPhone: '+919988776655',
      };
      // Its port and channel are new each time; what a named ledger knows about it must be found again.
      const endpoint: ProviderClient = { ...kind.bind(settings, place), identity: name };
      return { config: builtInConfig, kind, endpoint, sandbox: true };
    }
    const target = configured.get(name);
    if (target === undefined) throw new UsageError(`There is no target "${name}".`);
    return { config: target, ...bound(target, config), sandbox: false };
  });
  return { targets, close: async () => sandbox?.close() };
}

async function startBuiltIn(kinds: readonly Provider[], offline: boolean) {
  if (offline) {
    // A dry run opens no connection, so nothing has to listen; what it shows of the address is a placeholder.
    return {
      url: 'http://127.0.0.1:9',
      credentials: Object.fromEntries(kinds.map((kind) => [kind.name, placeholders(kind, 'sandbox')])),
      close: async () => {},
    };
  }
  const [{ startSandbox }, { loadEmulators }] = await Promise.all([
    import('../sandbox/sandbox.ts'),
    import('../providers/emulators.ts'),
  ]);
  return startSandbox({ strict: true, emulators: await loadEmulators(kinds.map(({ name }) => name)) });
}

/** The production targets among those chosen, by name. */
export function productionNames(targets: readonly ChosenTarget[]): readonly string[] {
  return targets.filter(({ endpoint }) => endpoint.production).map(({ config }) => config.name);
}

export async function openTransport(
  endpoint: ProviderClient,
  connections: number,
  context: Context,
): Promise<Transport> {
  const { createTransport } = await import('../transport/undici.ts');
  // Not before it is loaded: what V8 has compiled of it at build time fits only the flags of a start.
  await context.tuneProcess?.();
  return discreet(createTransport({ origin: endpoint.origin, connections, env: context.env }), endpoint);
}

/** The system and libraries word their own errors, and may quote what was to be sent. */
function discreet(transport: Transport, { hide }: ProviderClient): Transport {
  if (hide === undefined) return transport;
  return {
    send: async (...about) => {
      const exchange = await transport.send(...about);
      if (exchange.ok) return exchange;
      return { ok: false, failure: { ...exchange.failure, message: hide(exchange.failure.message) } };
    },
    close: () => transport.close(),
  };
}

// `leadpush check` without files: the configuration, its variables and permissions, and for each target the way to the
// provider, the clock, the key, and the ids of sources. No lead leaves; the key is tested by asking for the testPhone.

import { statSync } from 'node:fs';
import { sourceCache } from '../../app/bind-target.ts';
import { defaultsOf } from '../../app/complete-lead.ts';
import { configPlace, configurationOf } from '../../app/configuration.ts';
import type { Context } from '../../app/context.ts';
import { smokeWords } from '../../app/key-advice.ts';
import { ledgerChecks } from '../../app/open-ledger.ts';
import { loadSources, type Sources, sourceProblem } from '../../app/source-names.ts';
import { TargetSession } from '../../app/target-session.ts';
import { type ChosenTarget, openTransport, targetNames } from '../../app/targets.ts';
import {
  type Check,
  checkStatus,
  clockCheck,
  configurationChecks,
  feedChecks,
  line,
  refusals,
} from '../../config/checks.ts';
import { type Config, EVERY_TARGET } from '../../config/configuration.ts';
import { isWithin, SECRETS_FOLDER } from '../../config/found-rules.ts';
import { signsTime } from '../../delivery/clock-skew.ts';
import { type Defaults, mayBeShared } from '../../lead/defaults.ts';
import { command } from '../../output/next-commands.ts';
import { streamStyle } from '../../output/style.ts';
import type { ProviderClient } from '../../providers/provider.ts';
import type { Connectivity, Reach } from '../../transport/connectivity.ts';
import { plain } from '../../util/plain.ts';
import { userFolders } from '../../util/user-folders.ts';
import { declaredChecks, hostSetting } from './check-declared.ts';
import { keyCheck, MAX_PROBE_MS } from './check-key.ts';

export interface CheckOptions {
  readonly json: boolean;
  /** `--config FILE`. */
  readonly config: string | null;
  /** `--ledger`. */
  readonly ledger: string | null;
  /** `--to`; null: all targets of the configuration. */
  readonly target: string | null;
}

/**
 * @param deps how a host is checked, for simulations; over the network by default
 * @returns 0; 3 where a key is refused; 2 where the configuration, the clock or a source's id is to be fixed; else 4: a
 * provider is unreachable
 */
export async function checkConfig(
  options: CheckOptions,
  context: Context,
  deps: { readonly probe?: Connectivity } = {},
): Promise<number> {
  const { path, checks } = await allChecks(options, context, deps.probe ?? null);
  const exit = checkStatus(checks);
  const count = (status: Check['status']) => checks.filter((check) => check.status === status).length;
  const counts = {
    ok: count('ok'),
    untested: count('untested'),
    warning: count('warning'),
    failed: count('failed'),
  };
  if (options.json) {
    context.stdout.write(
      `${JSON.stringify({ type: 'check', configuration: path, checks, ...counts, exit })}\n`,
    );
    return exit;
  }
  context.stdout.write(checksText(checks, context));
  const warnings = counts.warning === 1 ? '1 warning' : `${counts.warning} warnings`;
  const untested = counts.untested === 0 ? '' : `${counts.untested} not tested, `;
  context.stderr.write(
    `${counts.ok} ok, ${untested}${warnings}, ${counts.failed} failed; no lead was sent.\n`,
  );
  return exit;
}

/** Checks whether a target's host can be reached, once for each host. */
type ReachOf = (chosen: ChosenTarget) => Promise<Reach>;

async function allChecks(
  { config: flag, ledger: givenLedger, target }: CheckOptions,
  context: Context,
  givenProbe: Connectivity | null,
): Promise<{ readonly path: string | null; readonly checks: readonly Check[] }> {
  let config: Config;
  let names: readonly string[];
  try {
    config = await configurationOf(flag, context, target ?? EVERY_TARGET);
    names = target === null ? config.targetNames : targetNames(target, config);
  } catch (error) {
    return { path: null, checks: refusals(error, null, 'configuration') };
  }
  const reaches = new Map<string, Promise<Reach>>();
  const reachOf: ReachOf = (chosen) => {
    const { origin } = chosen.endpoint;
    const reach = reaches.get(origin) ?? probeTarget(chosen, context, givenProbe);
    reaches.set(origin, reach);
    return reach;
  };
  const targets = await Promise.all(names.map((name) => targetChecks(name, config, flag, context, reachOf)));
  const own = [
    ...configurationChecks(config, target !== null, readableByOthers(config.keyFiles, context)),
    ...(await ledgerLines(config, givenLedger, context)),
    ...declaredChecks(config),
    ...(target === null ? feedChecks(config) : []),
  ];
  return { path: config.path, checks: [...own, ...targets.flat()] };
}

async function ledgerLines(
  config: Config,
  file: CheckOptions['ledger'],
  context: Context,
): Promise<readonly Check[]> {
  try {
    const checks = await ledgerChecks({ file, none: false, configured: config.ledger }, context);
    return checks.map(({ status, message, next }) =>
      line(null, 'ledger', status, message, ...(next === null ? [] : [next])),
    );
  } catch (error) {
    return refusals(error, null, 'ledger');
  }
}

async function targetChecks(
  name: string,
  config: Config,
  flag: CheckOptions['config'],
  context: Context,
  reachOf: ReachOf,
): Promise<readonly Check[]> {
  try {
    await using session = new TargetSession(context);
    return await chosenChecks(await session.chooseOne(name, config), config, flag, context, reachOf);
  } catch (error) {
    return refusals(error, name, 'settings');
  }
}

async function chosenChecks(
  chosen: ChosenTarget,
  config: Config,
  flag: CheckOptions['config'],
  context: Context,
  reachOf: ReachOf,
): Promise<readonly Check[]> {
  const { endpoint, kind } = chosen;
  const { name } = chosen.config;
  const system = endpoint.production ? 'production' : 'not production';
  const checks = [line(name, 'settings', 'ok', `${kind.title}, ${system}; every variable is set.`)];
  let defaults: Defaults = {};
  try {
    defaults = await defaultsOf(chosen, config.region, config.timezone);
    const lacking = endpoint.requires.filter((field) => !(field in defaults));
    checks.push(
      lacking.length === 0
        ? line(
            name,
            'defaults',
            'ok',
            'everything that the provider requires, except the phone, has a default.',
          )
        : line(
            name,
            'defaults',
            'warning',
            `no default for ${lacking.join(', ')}, which the provider requires: each record must have ${lacking.length === 1 ? 'it' : 'them'}.`,
            lacking.every((field) => !mayBeShared(field))
              ? null
              : `Put ${lacking.filter(mayBeShared).join(', ')} into the target's defaults, or give ${lacking
                  .filter(mayBeShared)
                  .map((field) => `--set ${field}=…`)
                  .join(' ')}`,
          ),
    );
  } catch (error) {
    checks.push(...refusals(error, name, 'defaults'));
  }
  const { steps, reachable, skewMs } = await reachOf(chosen);
  const setting = hostSetting(chosen, config);
  checks.push(...steps.map((step) => ({ target: name, ...step, next: step.next?.(setting) ?? null })));
  if (reachable) {
    checks.push(clockCheck(name, skewMs, isTimed(endpoint)));
    const smoke = command(...smokeWords(chosen), ...configPlace(flag, context));
    checks.push(await keyCheck(chosen, config.region, smoke, context));
    const sources = await sourcesCheck(chosen, defaults, flag, context);
    if (sources !== null) checks.push(sources);
  }
  return checks;
}

async function probeTarget(
  { endpoint, config }: ChosenTarget,
  context: Context,
  given: Connectivity | null,
): Promise<Reach> {
  const [{ checkConnectivity: probe }, { proxyFor, proxyName }] = await Promise.all([
    import('../../transport/connectivity.ts'),
    import('../../transport/proxy.ts'),
  ]);
  const proxy = proxyFor(endpoint.origin, context.env);
  const transport = await openTransport(endpoint, 1, context);
  try {
    return await (given ?? probe)(endpoint.origin, {
      transport,
      clock: context.clock,
      proxy: proxy === null ? null : proxyName(proxy),
      timeoutMs: Math.min(config.timeoutMs, MAX_PROBE_MS),
    });
  } finally {
    await transport.close();
  }
}

/** Whether the endpoint's requests are signed with the time. Made here, sent nowhere. */
function isTimed({ payload, request }: ProviderClient): boolean {
  const lead = payload({ phone: '+919988776655', country: 'IN' }, 'check');
  return signsTime((second) => request(lead, second), 1_000_000_000);
}

/** Key files that other users may read; not those that a container is given, which only it can see. */
function readableByOthers(files: readonly string[], context: Context): readonly string[] {
  if (userFolders(context).platform === 'win32') return [];
  return [...new Set(files)].filter((path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found?.isFile() === true && (found.mode & 0o077) !== 0 && !isWithin(path, [SECRETS_FOLDER]);
  });
}

/** Compares the target's default ids with the provider's list; null if there is nothing to compare. */
async function sourcesCheck(
  { endpoint, config }: ChosenTarget,
  { sourceId, subSourceId }: Defaults,
  flag: CheckOptions['config'],
  context: Context,
): Promise<Check | null> {
  if (endpoint.sources === null || (sourceId === undefined && subSourceId === undefined)) return null;
  const { name } = config;
  // The list may be on another host than the one that takes leads.
  const { origin } = new URL(endpoint.sources.request().url);
  const transport = await openTransport({ ...endpoint, origin }, 1, context);
  try {
    const timeoutMs = Math.min(config.timeoutMs, MAX_PROBE_MS);
    const list = await loadSources(endpoint, transport, timeoutMs, sourceCache(context), true);
    const next = command('sources', '--to', name, ...configPlace(flag, context));
    if (!list.ok) {
      const message = `the ids of sources could not be compared: ${withoutBody(list)}`;
      return line(name, 'sources', 'warning', message, next);
    }
    const problem = sourceProblem(list.entries, sourceId, subSourceId);
    if (problem === null) {
      return line(name, 'sources', 'ok', "the default source is in the provider's list.");
    }
    // The list of another system may be incomplete.
    const status = origin === endpoint.origin ? 'failed' : 'warning';
    return line(name, 'sources', status, problem, `${next} lists what there is.`);
  } finally {
    await transport.close();
  }
}

/** A check shows no body of an answer: it may hold people, and checks are pasted into tickets. `sources` quotes it. */
function withoutBody({ problem, status }: Extract<Sources, { readonly ok: false }>): string {
  return status === undefined || status === 200
    ? problem
    : `the provider's list answers with HTTP ${status}.`;
}

/** The configuration's own lines, then each target's below its name. */
function checksText(checks: readonly Check[], { stdout, env }: Context): string {
  const { chalk } = streamStyle(stdout, env);
  const colour = { ok: chalk.green, untested: chalk.blue, warning: chalk.yellow, failed: chalk.red } as const;
  const lines: string[] = [];
  let group: string | null = null;
  for (const { target, name, status, message, next } of checks) {
    if (target !== null && target !== group) lines.push(chalk.bold(plain(target)));
    group = target;
    const indent = target === null ? '' : '  ';
    lines.push(`${indent}${colour[status](status.padEnd(8))}  ${name.padEnd(13)}  ${plain(message)}`);
    if (next !== null) lines.push(`${indent}${' '.repeat(25)}→ ${next}`);
  }
  return lines.map((text) => `${text}\n`).join('');
}

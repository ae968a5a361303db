// `leadpush send`: from flags to a finished run. What can be wrong is said before anything is sent.
import { existsSync } from 'node:fs';
import { type Config, loadConfig } from '../config/config.ts';
import { ledgerPath } from '../delivery/ledger-path.ts';
import { cacheFolder, isSourceNumber, loadSources, type Sources } from '../delivery/source-names.ts';
import type { Target } from '../delivery/submission.ts';
import { PROVIDERS } from '../providers/index.ts';
import { UsageError } from '../usage-error.ts';
import { completing, defaultsOf } from './completing.ts';
import { confirmProduction } from './confirm.ts';
import type { Context } from './context.ts';
import { dryRun } from './dry-run.ts';
import { whereOf } from './home.ts';
import { checkRequired, type Inputs, openInputs } from './inputs.ts';
import type { Flags } from './options.ts';
import { type SendOptions, sendOptions } from './send-options.ts';
import { freshRunId, openChosenLedger, runSession } from './session.ts';
import { bindTarget, type ChosenTarget, chooseTargets, openTransport, targetNames } from './targets.ts';
import { FIRST_STEPS } from './welcome.ts';

/** @returns the exit status @throws UsageError */
export async function sendCommand(files: readonly string[], flags: Flags, context: Context): Promise<number> {
  const options = sendOptions(files, flags);
  const config = loadConfig(options.config, whereOf(context), PROVIDERS);
  for (const warning of config.warnings) context.stderr.write(`leadpush: ${warning}\n`);
  if (files.length === 0 && options.values.size === 0) {
    throw new UsageError(
      'nothing to send: name a file, - for stdin, or give one lead with --phone.',
      FIRST_STEPS,
    );
  }
  const names = targetNames(options.to, config);
  const chosen = await chooseTargets(names, config, options.dryRun);
  try {
    const inputs = await openInputs(options, config, context);
    try {
      checkRequired(inputs, options, chosen.targets);
      return await send(inputs, chosen.targets, options, config, context);
    } finally {
      await inputs.close();
    }
  } finally {
    await chosen.close();
  }
}

async function send(
  inputs: Inputs,
  chosen: readonly ChosenTarget[],
  options: SendOptions,
  config: Config,
  context: Context,
): Promise<number> {
  if (!options.dryRun && options.files.length > 0) {
    const production = chosen
      .filter((target) => target.endpoint.production)
      .map((target) => target.config.name);
    if (!(await confirmProduction(options.files.join(', '), production, options.yes, context))) {
      context.stderr.write('Nothing was sent.\n');
      return 2;
    }
  }
  if (!options.view.quiet) for (const note of inputs.notes()) context.stderr.write(`${note}\n`);
  if (options.dryRun) return rehearse(inputs, chosen, options, config, context);
  const ledger = await openChosenLedger({ file: options.ledger, none: options.noLedger }, context, 'write');
  try {
    const run = await freshRunId(ledger, context);
    const targets = await bindAll(chosen, inputs, options, config, run, context);
    try {
      const { canaryFor } = options.canary ? await import('./canary.ts') : { canaryFor: null };
      return await runSession(
        inputs.rows(),
        {
          command: 'send',
          run,
          parent: null,
          files: options.files,
          targets,
          infos: inputs.infos,
          total: inputs.total,
          view: options.view,
          output: options.output,
          rejects: options.rejects,
          maxFailures: options.maxFailures,
          resend: options.resend,
          resendUnknown: false,
          ...(canaryFor === null ? {} : { canary: canaryFor(targets, context) }),
        },
        ledger,
        context,
      );
    } finally {
      await Promise.all(targets.map((target) => target.transport.close()));
    }
  } finally {
    await ledger.close();
  }
}

async function rehearse(
  inputs: Inputs,
  chosen: readonly ChosenTarget[],
  options: SendOptions,
  config: Config,
  context: Context,
): Promise<number> {
  const { env, cwd, home, platform } = whereOf(context);
  // A rehearsal reads the memory where there is one; it makes none.
  const known = !options.noLedger && existsSync(ledgerPath(options.ledger, env, cwd, home, platform));
  const ledger = known
    ? await openChosenLedger({ file: options.ledger, none: false }, context, 'read')
    : null;
  try {
    const targets = await bindAll(chosen, inputs, options, config, 'dry-run', context);
    const { view, resend, files } = options;
    return await dryRun(inputs.rows(), { targets, view, resend, files }, ledger, context);
  } finally {
    await ledger?.close();
  }
}

async function bindAll(
  chosen: readonly ChosenTarget[],
  inputs: Inputs,
  options: SendOptions,
  config: Config,
  run: string,
  context: Context,
): Promise<readonly Target[]> {
  const targets: Target[] = [];
  for (const one of chosen) {
    const defaults = await defaultsOf(
      one,
      options.reading.region ?? config.region,
      options.reading.timezone ?? config.timezone,
    );
    const named =
      !isSourceNumber(defaults.sourceId) || !isSourceNumber(defaults.subSourceId) || mayName(inputs, options);
    const sources = named && one.endpoint.sources !== null ? await sourcesOf(one, options, context) : null;
    targets.push(
      await bindTarget(
        one,
        {
          limits: options.limits,
          own: options.own,
          complete: () => completing(one, defaults, sources),
          // So that trying twice works twice, unless a ledger was named on purpose.
          keySuffix: () => (one.sandbox && options.ledger === null ? run : ''),
          nowMs: context.clock.now(),
          offline: options.dryRun,
        },
        context,
      ),
    );
  }
  return targets;
}

/** Whether records may hold names of sources: a column, --set or a flag gives them. */
function mayName(inputs: Inputs, options: SendOptions): boolean {
  const fields = ['sourceId', 'subSourceId'] as const;
  const given = fields.some((field) => {
    const text = options.values.get(field) ?? options.reading.set.get(field);
    return text !== undefined && !isSourceNumber(text);
  });
  return (
    given ||
    inputs.sources.some((source) =>
      fields.some((field) => source.columns.some(({ target }) => target === field)),
    )
  );
}

async function sourcesOf(one: ChosenTarget, options: SendOptions, context: Context): Promise<Sources> {
  const { env, home, platform } = whereOf(context);
  const cache = { folder: cacheFolder(env, home, platform), clock: context.clock };
  if (options.dryRun) return loadSources(one.endpoint, null, 0, cache, false);
  const transport = await openTransport(one.endpoint, 1, context);
  try {
    return await loadSources(
      one.endpoint,
      transport,
      options.limits.timeoutMs ?? one.config.timeoutMs,
      cache,
      false,
    );
  } finally {
    await transport.close();
  }
}

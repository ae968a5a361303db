// The targets of a call of `send` (or of the library), opened and bound: defaults parsed, names of sources resolved,
// limits applied, a way out to the network for each.

import type { SendOptions } from '../cli/send-options.ts';
import type { Config } from '../config/config.ts';
import type { Target } from '../delivery/submission.ts';
import { completerFor, defaultsOf } from './complete-lead.ts';
import type { Context } from './context.ts';
import type { Inputs } from './inputs.ts';
import { sourcesOf } from './source-list.ts';
import { isSourceNumber } from './source-names.ts';
import { bindTarget, type ChosenTarget, chooseTargets } from './targets.ts';

export interface OpenedTargets {
  readonly chosen: readonly ChosenTarget[];
  /** @param run the run's id, which goes into the keys of sandbox targets @throws UsageError */
  readonly bind: (inputs: Inputs, run: string) => Promise<readonly Target[]>;
  /** Closes what `bind` opened, and the embedded sandbox. */
  readonly close: () => Promise<void>;
}

/** @throws UsageError for a target that there is not, or whose settings are wrong */
export async function openTargets(
  names: readonly string[],
  config: Config,
  options: SendOptions,
  context: Context,
): Promise<OpenedTargets> {
  const { targets: chosen, close } = await chooseTargets(names, config, options.dryRun);
  const bound: Target[] = [];
  return {
    chosen,
    bind: async (inputs, run) => {
      for (const one of chosen) bound.push(await bind(one, inputs, run, config, options, context));
      return bound;
    },
    close: async () => {
      await Promise.all(bound.map((target) => target.transport.close()));
      await close();
    },
  };
}

async function bind(
  one: ChosenTarget,
  inputs: Inputs,
  run: string,
  config: Config,
  options: SendOptions,
  context: Context,
): Promise<Target> {
  const region = options.reading.region ?? config.region;
  const defaults = await defaultsOf(one, region, options.reading.timezone ?? config.timezone);
  const named =
    !isSourceNumber(defaults.sourceId) || !isSourceNumber(defaults.subSourceId) || mayName(inputs, options);
  const timeoutMs = options.dryRun ? null : (options.limits.timeoutMs ?? one.config.timeoutMs);
  const sources = named && one.endpoint.sources !== null ? await sourcesOf(one, timeoutMs, context) : null;
  return bindTarget(
    one,
    {
      limits: options.limits,
      own: options.own,
      complete: () => completerFor(one, defaults, sources),
      // So that trying twice works twice, unless a ledger was named on purpose.
      keySuffix: () => (one.sandbox && options.ledger === null ? run : ''),
      nowMs: context.clock.now(),
      offline: options.dryRun,
      total: inputs.total,
    },
    context,
  );
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

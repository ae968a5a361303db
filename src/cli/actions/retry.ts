// `leadpush retry RUN`: what a run could not deliver, sent again from what the ledger holds.

import { completerFor, defaultsOf } from '../../app/complete-lead.ts';
import { announceConfig, configuredLedger } from '../../app/configuration.ts';
import { confirmProduction, notConfirmed } from '../../app/confirm.ts';
import type { Context } from '../../app/context.ts';
import { followUpFor } from '../../app/follow-up.ts';
import type { SendInput } from '../../app/inputs.ts';
import { resolveRun } from '../../app/resolve-run.ts';
import { freshRunId, openChosenLedger, runSession } from '../../app/run-session.ts';
import { bindTarget, chooseTargets } from '../../app/targets.ts';
import { loadConfig } from '../../config/config.ts';
import type { LeadInput, Target } from '../../delivery/submission.ts';
import { leadFromJson } from '../../lead/stored.ts';
import type { Ledger, Unfinished } from '../../ledger/ledger.ts';
import { PROVIDERS } from '../../providers/index.ts';
import { UsageError } from '../../util/usage-error.ts';
import { userFolders } from '../../util/user-folders.ts';
import { type Flags, isSet, text } from '../flags.ts';
import { limits, ownFields, viewOptions } from '../send-options.ts';

/** @returns the exit status @throws UsageError */
export async function retryCommand(given: string, flags: Flags, context: Context): Promise<number> {
  const statuses = wanted(flags);
  const file = text(flags, 'ledger');
  const configured = configuredLedger(file, text(flags, 'config'), context);
  const ledger = await openChosenLedger({ file, none: false, configured }, context, 'write');
  try {
    const parent = await resolveRun(ledger, given);
    if (parent.state === 'running') {
      throw new UsageError(`Run ${parent.id} is still going on.`, 'Wait for its end, or stop it first.');
    }
    const names = await targetsOf(ledger, parent.id, statuses);
    if (names.length === 0) {
      const purged = typeof parent.purgedAt === 'string';
      context.stderr.write(
        purged
          ? `Run ${parent.id} was purged on ${parent.purgedAt?.slice(0, 10)}: its leads are forgotten. Send the file again.\n`
          : `Run ${parent.id} has nothing left to send again${unsent(flags)}.\n`,
      );
      return 0;
    }
    return await retry(names, parent.id, statuses, flags, ledger, context);
  } finally {
    await ledger.close();
  }
}

/** What was asked for and is not there, for a person. */
function unsent(flags: Flags): string {
  const asked = ['failed', 'rejected', 'unknown'].filter((status) => isSet(flags, status));
  return asked.length === 0
    ? ': what failed was delivered meanwhile, or nothing had'
    : ` that is ${asked.join(' or ')} and was not delivered meanwhile`;
}

function wanted(flags: Flags): readonly Unfinished['status'][] {
  const chosen: Unfinished['status'][] = [];
  if (isSet(flags, 'rejected')) chosen.push('rejected');
  if (isSet(flags, 'unknown')) chosen.push('unknown');
  // What was in flight when a run died counts as not delivered: it is asked about before it is sent.
  if (isSet(flags, 'failed') || chosen.length === 0) chosen.push('failed', 'sending');
  return chosen;
}

async function targetsOf(
  ledger: Ledger,
  run: string,
  statuses: readonly Unfinished['status'][],
): Promise<readonly string[]> {
  const names = new Set<string>();
  for await (const page of ledger.unfinished(run, statuses)) for (const item of page) names.add(item.target);
  return [...names];
}

async function retry(
  names: readonly string[],
  parent: string,
  statuses: readonly Unfinished['status'][],
  flags: Flags,
  ledger: Ledger,
  context: Context,
): Promise<number> {
  const config = loadConfig(text(flags, 'config'), userFolders(context), PROVIDERS);
  announceConfig(config, isSet(flags, 'verbose'), context);
  const chosen = await chooseTargets(names, config, false);
  const targets: Target[] = [];
  try {
    const production = chosen.targets
      .filter((target) => target.endpoint.production)
      .map((target) => target.config.name);
    const what = { files: `what run ${parent} left`, configuration: config.inUse };
    const answer = await confirmProduction(what, production, isSet(flags, 'yes'), context);
    if (answer !== 'yes') return notConfirmed(answer, context);
    const run = await freshRunId(ledger, context);
    for (const one of chosen.targets) {
      const defaults = await defaultsOf(one, config.region, config.timezone);
      const target = await bindTarget(
        one,
        {
          limits: limits(flags),
          own: ownFields(flags),
          complete: () => completerFor(one, defaults, null),
          // The keys of a sandbox run hold that run's id.
          keySuffix: () => (one.sandbox && text(flags, 'ledger') === null ? parent : ''),
          nowMs: context.clock.now(),
        },
        context,
      );
      targets.push(target);
    }
    return await runSession(
      unfinished(ledger, parent, statuses, targets, run),
      {
        command: 'retry',
        run,
        parent,
        files: [],
        targets,
        infos: [],
        total: null,
        view: viewOptions(flags),
        output: null,
        rejects: null,
        maxFailures: null,
        resend: false,
        resendUnknown: isSet(flags, 'unknown'),
        again: followUpFor(flags, null),
      },
      ledger,
      context,
    );
  } finally {
    await Promise.all(targets.map((target) => target.transport.close()));
    await chosen.close();
  }
}

async function* unfinished(
  ledger: Ledger,
  run: string,
  statuses: readonly Unfinished['status'][],
  targets: readonly Target[],
  reader: string,
): AsyncIterable<readonly SendInput[]> {
  for await (const page of ledger.unfinished(run, statuses, reader)) {
    yield page.flatMap((item): SendInput[] => {
      const lead = leadFromJson(item.lead);
      if (lead === null || !targets.some((target) => target.name === item.target)) return [];
      const { file, record, line } = item;
      const result: LeadInput['result'] = { kind: 'lead', lead, warnings: [] };
      const row = { record, line, keys: [], cells: [], problem: null, warnings: [], json: null };
      return [{ file, record, line, result, row, only: item.target }];
    });
  }
}

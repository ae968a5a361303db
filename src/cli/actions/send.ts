// `leadpush send`: from flags to a finished run. What can be wrong is said before anything is sent.

import { announceConfig } from '../../app/configuration.ts';
import { confirmProduction, notConfirmed } from '../../app/confirm.ts';
import type { Context } from '../../app/context.ts';
import { followUpFor } from '../../app/follow-up.ts';
import { checkRequired, type Inputs, openInputs } from '../../app/inputs.ts';
import { type OpenedTargets, openTargets } from '../../app/open-targets.ts';
import { DRY_RUN, dryRun } from '../../app/preview.ts';
import { checkResultPaths } from '../../app/result-paths.ts';
import { freshRunId, ledgerIsThere, openChosenLedger, runSession } from '../../app/run-session.ts';
import { targetNames } from '../../app/targets.ts';
import { type Config, loadConfig } from '../../config/config.ts';
import { maskMobiles } from '../../output/mask-phone.ts';
import type { FollowUp } from '../../output/next-commands.ts';
import { PROVIDERS } from '../../providers/index.ts';
import { UsageError } from '../../util/usage-error.ts';
import { userFolders } from '../../util/user-folders.ts';
import type { Flags } from '../flags.ts';
import { type SendOptions, sendOptions } from '../send-options.ts';
import { FIRST_STEPS } from '../welcome.ts';

/** @returns the exit status @throws UsageError */
export async function sendCommand(files: readonly string[], flags: Flags, context: Context): Promise<number> {
  const options = sendOptions(files, flags);
  const config = loadConfig(options.config, userFolders(context), PROVIDERS);
  announceConfig(config, options.view.verbose, context);
  if (files.length === 0 && options.values.size === 0) {
    throw new UsageError(
      'nothing to send: name a file, - for stdin, or give one lead with --phone.',
      FIRST_STEPS,
    );
  }
  checkResultPaths(
    [
      { what: '--output', path: options.output },
      { what: '--rejects', path: options.rejects },
    ],
    { inputs: files, config, ledger: options.noLedger ? false : options.ledger },
    context,
  );
  const names = targetNames(options.to, config);
  const opened = await openTargets(names, config, options, context);
  try {
    const inputs = await openInputs(options, config, context);
    try {
      checkRequired(inputs, options, opened.chosen);
      return await send(inputs, opened, config, options, followUpFor(flags, inputs), context);
    } finally {
      await inputs.close();
    }
  } finally {
    await opened.close();
  }
}

async function send(
  inputs: Inputs,
  opened: OpenedTargets,
  config: Config,
  options: SendOptions,
  again: FollowUp,
  context: Context,
): Promise<number> {
  if (!options.dryRun && options.files.length > 0) {
    const production = opened.chosen
      .filter((target) => target.endpoint.production)
      .map((target) => target.config.name);
    const files = options.files.join(', ');
    const shownFiles = options.view.showPii ? files : maskMobiles(files);
    const what = { files: shownFiles, configuration: config.inUse };
    const answer = await confirmProduction(what, production, options.yes, context);
    if (answer !== 'yes') return notConfirmed(answer, context);
  }
  if (!options.view.quiet) {
    const { showPii } = options.view;
    for (const note of inputs.notes()) context.stderr.write(`${showPii ? note : maskMobiles(note)}\n`);
  }
  if (options.dryRun) return rehearse(inputs, opened, config, options, again, context);
  const choice = { file: options.ledger, none: options.noLedger, configured: config.ledger };
  const ledger = await openChosenLedger(choice, context, 'write');
  try {
    const run = await freshRunId(ledger, context);
    const targets = await opened.bind(inputs, run);
    const { canaryFor } = options.canary ? await import('../../app/canary.ts') : { canaryFor: null };
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
        again,
        ...(canaryFor === null ? {} : { canary: canaryFor(targets, options.view, context) }),
      },
      ledger,
      context,
    );
  } finally {
    await ledger.close();
  }
}

async function rehearse(
  inputs: Inputs,
  opened: OpenedTargets,
  config: Config,
  options: SendOptions,
  again: FollowUp,
  context: Context,
): Promise<number> {
  if (options.output !== null || options.rejects !== null) {
    context.stderr.write('leadpush: a dry run writes no --output and no --rejects.\n');
  }
  const choice = { file: options.ledger, none: options.noLedger, configured: config.ledger };
  // A rehearsal reads the memory where there is one; it makes none.
  const ledger = (await ledgerIsThere(choice, context))
    ? await openChosenLedger(choice, context, 'read')
    : null;
  try {
    const targets = await opened.bind(inputs, DRY_RUN);
    const { view, resend, files } = options;
    return await dryRun(inputs.rows(), { targets, view, resend, files, again }, ledger, context);
  } finally {
    await ledger?.close();
  }
}

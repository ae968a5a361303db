// `leadpush send`: from typed options to a finished run, or to a dry run. All that can be wrong with a call is reported
// before anything is sent.
import { announceConfig, configurationOf } from '../../app/configuration.ts';
import { confirmProduction, notConfirmed } from '../../app/confirm.ts';
import type { Context } from '../../app/context.ts';
import { impliedStdin } from '../../app/implied-stdin.ts';
import { readInputName, shownInput } from '../../app/input-name.ts';
import { checkRequired, type Inputs, openInputs } from '../../app/inputs.ts';
import { freshRunId, OR_NO_LEDGER } from '../../app/open-ledger.ts';
import type { SendOptions } from '../../app/options.ts';
import { DRY_RUN, dryRun } from '../../app/preview.ts';
import { checkResultPaths } from '../../app/result-paths.ts';
import { runSession } from '../../app/run-session.ts';
import { sentToOf } from '../../app/sent-to.ts';
import { TargetSession } from '../../app/target-session.ts';
import { type ChosenTarget, productionNames, targetNames } from '../../app/targets.ts';
import type { Config } from '../../config/configuration.ts';
import { maskMobiles } from '../../output/mask-phone.ts';
import type { FollowUp } from '../../output/next-commands.ts';
import { rejectsNames } from '../../output/rejects-names.ts';
import { UsageError } from '../../util/usage-error.ts';
import type { Flags } from '../flags.ts';
import { followUpFor } from '../follow-up.ts';
import { refuseNoFiles } from '../no-files.ts';
import { sendOptions } from '../options.ts';
import { FIRST_STEPS } from '../welcome.ts';

/** @returns the exit status @throws UsageError */
export async function sendAction(files: readonly string[], flags: Flags, context: Context): Promise<number> {
  const options = sendOptions(files, flags);
  if (files.length === 0 && options.values.size === 0) {
    const implied = await impliedStdin(context);
    if (implied === 'input') return sendAction(['-'], flags, context);
    throw new UsageError(
      implied === 'empty'
        ? 'nothing to send: no file is named, and stdin is empty.'
        : 'nothing to send: name a file, pipe one in, or give one lead with --phone.',
      FIRST_STEPS,
    );
  }
  const config = await configurationOf(options.config, context, options.to);
  refuseNoFiles(files, config, context);
  announceConfig(config, options.view.verbose, context);
  const inputFiles = files.filter((file) => readInputName(file).kind === 'file');
  const checkWritten = (rejects: readonly (string | null)[]) =>
    checkResultPaths(
      [{ what: '--output', path: options.output }, ...rejects.map((path) => ({ what: '--rejects', path }))],
      { inputs: inputFiles, config, ledger: options.noLedger ? false : options.ledger },
      context,
    );
  checkWritten([options.rejects]);
  await using session = new TargetSession(context);
  const chosen = await session.choose(targetNames(options.to, config), config, options.dryRun);
  const inputs = await session.keep(openInputs(options, config, context));
  checkRequired(inputs, options, chosen);
  if (options.rejects !== null) checkWritten([...new Set(rejectsNames(options.rejects, inputs.infos))]);
  const call: Call = {
    session,
    chosen,
    inputs,
    config,
    options,
    followUp: followUpFor(flags, { cwd: context.cwd, sources: inputs.sources }, context),
    context,
  };
  // Before the question: who sees that a column is not sent may want to say no.
  const told = new Set<string>();
  tellNotes(call, told);
  if (!options.dryRun && files.length > 0) {
    const named = files.map((file) => (file === '-' ? 'stdin' : shownInput(file))).join(', ');
    const what = {
      files: options.view.showPii ? named : maskMobiles(named),
      configuration: config.inUse,
      next: 'Add --yes to send it, or --dry-run to see what would be sent.',
    };
    const answer = await confirmProduction(what, productionNames(chosen), options.yes, context);
    if (answer !== 'yes') return notConfirmed(answer, context);
  }
  const status = await (options.dryRun ? preview(call) : send(call));
  // What only reading to the end showed: hidden rows, the order of dates on stdin.
  tellNotes(call, told);
  return status;
}

/** Each note once. */
function tellNotes({ inputs, options, context }: Call, told: Set<string>): void {
  const { quiet, showPii } = options.view;
  if (quiet) return;
  for (const note of inputs.notes()) {
    if (told.has(note)) continue;
    told.add(note);
    context.stderr.write(`${showPii ? note : maskMobiles(note)}\n`);
  }
}

/** The call with all that was opened for it. */
interface Call {
  readonly session: TargetSession;
  readonly chosen: readonly ChosenTarget[];
  readonly inputs: Inputs;
  readonly config: Config;
  readonly options: SendOptions;
  readonly followUp: FollowUp;
  readonly context: Context;
}

async function send({ session, chosen, inputs, config, options, followUp, context }: Call): Promise<number> {
  const choice = {
    file: options.ledger,
    none: options.noLedger,
    configured: config.ledger,
    instead: OR_NO_LEDGER,
  };
  const ledger = await session.ledger(choice, 'write');
  const run = await freshRunId(ledger, context);
  const targets = await session.bindAll(chosen, inputs, run, options, config);
  const { canaryFor } = options.canary ? await import('../../app/canary.ts') : { canaryFor: null };
  return runSession(
    inputs.rows(),
    {
      command: 'send',
      run,
      parent: null,
      files: options.files.map(shownInput),
      isPart: options.reading.limit !== null || options.reading.shard !== null,
      targets,
      sentTo: sentToOf(targets, config),
      infos: inputs.infos,
      expected: inputs.expected,
      ...(inputs.otherShards === null ? {} : { otherShards: inputs.otherShards }),
      view: options.view,
      output: options.output,
      rejects: options.rejects,
      maxFailures: options.maxFailures,
      zone: config.timezone,
      resend: options.resend,
      resendUnknown: false,
      repeat: options.repeat,
      followUp,
      ...(canaryFor === null ? {} : { canary: canaryFor(targets, options.view, context) }),
    },
    ledger,
    context,
  );
}

async function preview({
  session,
  chosen,
  inputs,
  config,
  options,
  followUp,
  context,
}: Call): Promise<number> {
  if (options.output !== null || options.rejects !== null) {
    context.stderr.write('leadpush: a dry run writes no --output and no --rejects.\n');
  }
  const choice = {
    file: options.ledger,
    none: options.noLedger,
    configured: config.ledger,
    instead: OR_NO_LEDGER,
  };
  // Without a name of its own it knows nothing of the sandbox, where each run's keys are new.
  const mayKnow = options.ledger !== null || chosen.some(({ sandbox }) => !sandbox);
  const ledger = mayKnow ? await session.ledgerIfThere(choice) : null;
  const targets = await session.bindAll(chosen, inputs, DRY_RUN, options, config);
  const { view, resend } = options;
  const { otherShards } = inputs;
  return dryRun(
    inputs.rows(),
    {
      targets,
      view,
      zone: config.timezone,
      resend,
      followUp,
      ...(otherShards === null ? {} : { otherShards }),
    },
    ledger,
    context,
  );
}

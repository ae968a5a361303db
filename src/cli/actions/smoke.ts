// `leadpush smoke`: one synthetic lead end to end, read back where the provider can, with a time for each step.

import { completerFor, defaultsOf } from '../../app/complete-lead.ts';
import { announceConfig } from '../../app/configuration.ts';
import type { Context } from '../../app/context.ts';
import { differences, type ReadBack, readBack } from '../../app/read-back.ts';
import { checkResultPaths } from '../../app/result-paths.ts';
import { freshRunId, openChosenLedger } from '../../app/run-session.ts';
import { sourcesOf } from '../../app/source-list.ts';
import { isSourceNumber } from '../../app/source-names.ts';
import { bindTarget, type ChosenTarget, chooseTargets } from '../../app/targets.ts';
import { loadConfig } from '../../config/config.ts';
import { runLeads } from '../../delivery/delivery-run.ts';
import type { Result } from '../../delivery/outcome.ts';
import type { LeadInput, Target } from '../../delivery/submission.ts';
import { flagsInput } from '../../input/prepare.ts';
import type { Problem } from '../../lead/codes.ts';
import type { ColumnTarget, LeadResult } from '../../lead/lead.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { AtomicFile } from '../../output/atomic-file.ts';
import { exitStatus } from '../../output/exit-status.ts';
import { junitXml } from '../../output/junit.ts';
import { maskQuoted } from '../../output/mask-phone.ts';
import { command } from '../../output/next-commands.ts';
import { closingText, type SmokeStep, stepsText } from '../../output/smoke-text.ts';
import { PROVIDERS } from '../../providers/index.ts';
import { UsageError } from '../../util/usage-error.ts';
import { userFolders } from '../../util/user-folders.ts';
import { whyUnwritten } from '../../util/write-error.ts';
import { type Flags, isSet, text } from '../flags.ts';
import { limits } from '../send-options.ts';

/** @returns the exit status @throws UsageError */
export async function smokeCommand(flags: Flags, context: Context): Promise<number> {
  const config = loadConfig(text(flags, 'config'), userFolders(context), PROVIDERS);
  announceConfig(config, false, context);
  checkResultPaths(
    [{ what: '--junit', path: text(flags, 'junit'), through: true }],
    { inputs: [], config, ledger: text(flags, 'ledger') },
    context,
  );
  const { targets, close } = await chooseTargets([text(flags, 'to') ?? ''], config, false);
  try {
    const [chosen] = targets;
    if (chosen === undefined) throw new UsageError('--to: name a target.');
    const { name } = chosen.config;
    if (chosen.endpoint.production && !isSet(flags, 'yes')) {
      throw new UsageError(
        `Target "${name}"${config.inUse === null ? '' : ` of ${config.inUse}`} is production: a smoke test would leave a real lead there.`,
        'Use a staging target, or add --yes.',
      );
    }
    const phone = text(flags, 'phone') ?? chosen.config.testPhone;
    if (phone === null) {
      throw new UsageError(
        `Target "${name}" has no testPhone: a smoke test needs a number set aside for it.`,
        'Put testPhone: "+91…" into the target, or give --phone.',
      );
    }
    const choice = { file: text(flags, 'ledger'), none: false, configured: config.ledger };
    const ledger = await openChosenLedger(choice, context, 'write');
    try {
      return await smoke(chosen, phone, config.region, config.timezone, flags, ledger, context);
    } finally {
      await ledger.close();
    }
  } finally {
    await close();
  }
}

async function smoke(
  chosen: ChosenTarget,
  phone: string,
  region: string,
  timezone: string,
  flags: Flags,
  ledger: Ledger,
  context: Context,
): Promise<number> {
  const run = await freshRunId(ledger, context);
  const defaults = await defaultsOf(chosen, region, timezone);
  const flagLimits = limits(flags);
  const named = !isSourceNumber(defaults.sourceId) || !isSourceNumber(defaults.subSourceId);
  const sources =
    named && chosen.endpoint.sources !== null
      ? await sourcesOf(chosen, flagLimits.timeoutMs ?? chosen.config.timeoutMs, context)
      : null;
  const target = await bindTarget(
    chosen,
    {
      limits: flagLimits,
      own: {},
      complete: () => completerFor(chosen, defaults, sources),
      // A smoke test is meant to be sent each time.
      keySuffix: () => run,
      nowMs: context.clock.now(),
    },
    context,
  );
  let junit: AtomicFile | null = null;
  try {
    const values = new Map<ColumnTarget, string>([
      ['phone', phone],
      ['name', 'Leadpush Smoke Test'],
      ['message', `Smoke test by leadpush, run ${run}. Not a person; please ignore.`],
    ]);
    const { result } = await flagsInput(values, { region, timezone, dateOrder: null, includeTest: true });
    refuseIncomplete(result, target, chosen.config.name);
    const steps: SmokeStep[] = [];
    const path = text(flags, 'junit');
    // A report that cannot be written is said before a lead is sent.
    junit = path === null ? null : await AtomicFile.open(path, '--junit', { through: true });
    const sent = await sendOne(
      { file: null, record: 1, line: null, result },
      target,
      run,
      ledger,
      context,
      steps,
    );
    const found =
      sent !== null && (sent.status === 'created' || sent.status === 'duplicate')
        ? await readItBack(sent, result, target, context, steps)
        : null;
    return await tell(chosen.config.name, run, sent, found, steps, junit, flags, context);
  } catch (error) {
    await junit?.abort();
    throw error;
  } finally {
    await target.transport.close();
  }
}

/** What could not be sent is wrong in the call or the configuration. @throws UsageError */
function refuseIncomplete(result: LeadResult, target: Target, name: string): void {
  const errors = problemsOf(result, target);
  const [error] = errors;
  if (error === undefined) return;
  throw new UsageError(
    `${error.field === null || error.field === 'phone' ? 'The number of the smoke test' : error.field}: ${error.message}`,
    error.code === 'FIELD_MISSING'
      ? `Put what is missing into the defaults of target "${name}".`
      : 'Correct testPhone of the target, or --phone.',
  );
}

function problemsOf(result: LeadResult, target: Target): readonly Problem[] {
  switch (result.kind) {
    case 'lead':
      return target.complete(result.lead).errors;
    case 'invalid':
      return result.errors;
    case 'skipped':
      return [result.reason];
  }
}

async function sendOne(
  input: LeadInput,
  target: Target,
  run: string,
  ledger: Ledger,
  context: Context,
  steps: SmokeStep[],
): Promise<Result | null> {
  const { clock } = context;
  const started = clock.monotonic();
  await ledger.openRun({
    id: run,
    command: 'smoke',
    startedAt: new Date(clock.now()).toISOString(),
    files: [],
    targets: [target.name],
    parent: null,
  });
  let sent: Result | null = null;
  const { summary } = await runLeads(
    (async function* () {
      yield [input];
    })(),
    { run, targets: [target], resend: false, resendUnknown: false, maxFailures: null },
    {
      clock,
      ledger,
      drain: new AbortController().signal,
      abort: new AbortController().signal,
      emit: async ([first]) => {
        sent = first?.result ?? null;
        return undefined;
      },
    },
  );
  await ledger.closeRun(run, summary, exitStatus(summary), new Date(clock.now()).toISOString());
  const result: Result | null = sent;
  steps.push(sendStep(result, clock.monotonic() - started));
  return result;
}

function sendStep(result: Result | null, ms: number): SmokeStep {
  const durationMs = Math.round(ms);
  const name = 'sign and send';
  if (result === null) return { name, status: 'failed', durationMs, message: 'no result' };
  if (result.status === 'created')
    return { name, status: 'passed', durationMs, message: `created as lead ${result.leadId}` };
  if (result.status === 'duplicate')
    return {
      name,
      status: 'passed',
      durationMs,
      message: `the provider has this phone already, as lead ${result.leadId}`,
    };
  const [error] = result.errors;
  return {
    name,
    status: 'failed',
    durationMs,
    message: `${result.status}: ${error?.code ?? ''} ${error?.message ?? ''}`,
  };
}

/** @returns what was read back; null where nothing was asked */
async function readItBack(
  sent: Result,
  built: LeadResult,
  target: Target,
  context: Context,
  steps: SmokeStep[],
): Promise<ReadBack['kind'] | null> {
  const { lookup } = target.endpoint;
  if (lookup === null || sent.phone === null) {
    const message = 'this provider cannot be asked what it holds';
    steps.push({ name: 'read back', status: 'skipped', durationMs: 0, message });
    return null;
  }
  const started = context.clock.monotonic();
  const found = await readBack(lookup, target.transport, sent.phone, target.timeoutMs, context.clock.now());
  const durationMs = Math.round(context.clock.monotonic() - started);
  if (found.kind !== 'held') {
    const message = found.kind === 'absent' ? 'the provider has no lead of this phone' : found.message;
    steps.push({ name: 'read back', status: 'failed', durationMs, message });
    return found.kind;
  }
  const same = found.lead.leadId === sent.leadId;
  steps.push({
    name: 'read back',
    status: same ? 'passed' : 'failed',
    durationMs,
    message: same
      ? `lead ${found.lead.leadId}`
      : `its newest lead is ${found.lead.leadId}, not ${sent.leadId}`,
  });
  if (!same || built.kind !== 'lead') return found.kind;
  const payload = target.endpoint.payload(target.complete(built.lead).lead, '', target.own);
  const wrong = differences(lookup.expected(payload), found.lead);
  steps.push({
    name: 'compare',
    status: wrong.length === 0 ? 'passed' : 'failed',
    durationMs: 0,
    message:
      wrong.length === 0
        ? 'every field that it gives back is as it was sent'
        : wrong
            .map(({ field, sent: was, held }) => `${field}: sent ${was}, held ${held ?? 'nothing'}`)
            .join('; '),
  });
  return found.kind;
}

async function tell(
  target: string,
  run: string,
  sent: Result | null,
  found: ReadBack['kind'] | null,
  steps: readonly SmokeStep[],
  junit: AtomicFile | null,
  flags: Flags,
  context: Context,
): Promise<number> {
  const failed = steps.some((step) => step.status === 'failed');
  // A CI server shows the report as a terminal shows the steps: to people.
  const keep = sent?.leadId ?? null;
  const masking = { numbers: sent?.phone ? [sent.phone] : [], keep: keep === null ? [] : [keep] };
  const shown = steps.map((step) => ({ ...step, message: maskQuoted(step.message, masking) }));
  const unwritten = await writeReport(junit, junitXml(`leadpush smoke ${target}`, shown), context);
  if (isSet(flags, 'json')) {
    context.stdout.write(
      `${JSON.stringify({ type: 'smoke', target, run, status: failed ? 'failed' : 'passed', leadId: sent?.leadId ?? null, steps })}\n`,
    );
  } else {
    const config = text(flags, 'config');
    const check = command('check', '--to', target, ...(config === null ? [] : ['--config', config]));
    context.stdout.write(stepsText(shown));
    context.stderr.write(closingText(target, steps, check, found === 'held' || found === 'absent'));
  }
  if (!failed) return unwritten ? 1 : 0;
  const code = sent?.errors[0]?.code;
  if (code === 'CREDENTIALS_REFUSED' || found === 'unauthorized') return 3;
  if (code === 'UNREACHABLE' || code === 'REDIRECTED' || found === 'unreachable') return 4;
  return sent?.status === 'unknown' || found === 'unclear' ? 5 : 1;
}

/** What was sent is told in any case. @returns whether it could not be written */
async function writeReport(junit: AtomicFile | null, xml: string, context: Context): Promise<boolean> {
  try {
    await junit?.write(xml);
    await junit?.commit();
    return false;
  } catch (error) {
    await junit?.abort();
    context.stderr.write(`leadpush: the JUnit report could not be written: ${whyUnwritten(error)}.\n`);
    return true;
  }
}

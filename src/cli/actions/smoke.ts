// `leadpush smoke`: one test lead end to end, read back where the provider can, with a time for each step.

import { announceConfig, configurationOf } from '../../app/configuration.ts';
import type { Context } from '../../app/context.ts';
import { beginRun, endRun, freshRunId, OR_NO_LEDGER } from '../../app/open-ledger.ts';
import type { Limits } from '../../app/options.ts';
import { GIVE_NUMBER, givenPhone } from '../../app/phone-number.ts';
import type { ReadBack } from '../../app/read-back.ts';
import { checkResultPaths } from '../../app/result-paths.ts';
import { TargetSession } from '../../app/target-session.ts';
import type { ChosenTarget } from '../../app/targets.ts';
import type { Config } from '../../config/configuration.ts';
import { runLeads } from '../../delivery/delivery-run.ts';
import type { Result } from '../../delivery/outcome.ts';
import { planSubmission } from '../../delivery/plan.ts';
import type { LeadInput, Target } from '../../delivery/submission.ts';
import { flagsInput } from '../../input/flags.ts';
import { knownBy } from '../../lead/known-by.ts';
import type { ColumnTarget } from '../../lead/lead.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { AtomicFile } from '../../output/atomic-file.ts';
import { exitStatus } from '../../output/exit-status.ts';
import { maskQuoted } from '../../output/mask-phone.ts';
import { command, commandLine } from '../../output/next-commands.ts';
import { closingText, type SmokeStep, stepsText } from '../../output/smoke-text.ts';
import { UsageError } from '../../util/usage-error.ts';
import { type Flags, isSet, text } from '../flags.ts';
import { placesOf } from '../follow-up.ts';
import { limits } from '../options.ts';
import { openReport, type ReportPlace, reportRefusal, writeReport } from './smoke-report.ts';
import { readItBack, sendStep } from './smoke-steps.ts';

interface SmokeOptions {
  readonly to: string | null;
  readonly config: string | null;
  readonly ledger: string | null;
  readonly noLedger: boolean;
  /** `--config` and `--ledger`, for the commands that are proposed. */
  readonly places: readonly string[];
  readonly phone: string | null;
  readonly junit: ReportPlace | null;
  readonly json: boolean;
  readonly yes: boolean;
  readonly limits: Limits;
}

/** @returns the exit status @throws UsageError */
export async function smokeAction(flags: Flags, context: Context): Promise<number> {
  const path = text(flags, 'junit');
  const junit = path === null ? null : { path, checked: false };
  const to = text(flags, 'to');
  try {
    const options = {
      to,
      config: text(flags, 'config'),
      ledger: text(flags, 'ledger'),
      noLedger: flags['ledger'] === false,
      places: placesOf(flags),
      phone: text(flags, 'phone'),
      junit,
      json: isSet(flags, 'json'),
      yes: isSet(flags, 'yes'),
      limits: limits(flags),
    };
    return await smokeTest(options, context);
  } catch (error) {
    if (junit !== null) await reportRefusal(junit, to, error, context);
    throw error;
  }
}

async function smokeTest(options: SmokeOptions, context: Context): Promise<number> {
  const config = await configurationOf(options.config, context, options.to);
  announceConfig(config, false, context);
  checkResultPaths(
    [{ what: '--junit', path: options.junit?.path ?? null, through: true }],
    { inputs: [], config, ledger: options.noLedger ? false : options.ledger },
    context,
  );
  if (options.junit !== null) options.junit.checked = true;
  await using session = new TargetSession(context);
  const chosen = await session.chooseOne(options.to, config);
  const { name } = chosen.config;
  if (chosen.endpoint.production && !options.yes) {
    throw new UsageError(
      `Target "${name}"${config.inUse === null ? '' : ` of ${config.inUse}`} is production: a smoke test would leave a real lead there.`,
      'Use a staging target, or add --yes.',
    );
  }
  const phone = options.phone ?? chosen.config.testPhone;
  if (phone === null) {
    throw new UsageError(
      `Target "${name}" has no testPhone: a smoke test needs a number set aside for it.`,
      'Put testPhone: "+91…" into the target, or give --phone.',
    );
  }
  const read = await givenPhone(phone, config.region);
  if (!read.ok) {
    throw options.phone === null
      ? new UsageError(
          `testPhone of target "${name}": ${read.wrong}`,
          'Correct it: the whole number, with + and the country code.',
        )
      : new UsageError(`--phone: ${read.wrong}`, GIVE_NUMBER);
  }
  const choice = {
    file: options.ledger,
    none: options.noLedger,
    configured: config.ledger,
    instead: OR_NO_LEDGER,
  };
  const ledger = await session.ledger(choice, 'write');
  const run = await freshRunId(ledger, context);
  const target = await bindAgain(session, chosen, run, config, options);
  const input = await testLead(phone, run, target, config, context.clock.now());
  refuseIncomplete(input, target, chosen.config.defaults);
  return await smoke({ target, input, run, ledger, options, context });
}

function bindAgain(
  session: TargetSession,
  chosen: ChosenTarget,
  run: string,
  { region, timezone }: Config,
  options: SmokeOptions,
): Promise<Target> {
  // A smoke test is sent each time, so its key contains the run.
  return session.bind(chosen, {
    limits: options.limits,
    own: {},
    region,
    timezone,
    places: options.places,
    sources: 'defaults',
    keySuffix: run,
  });
}

/** An address that nobody has, where the provider is asked by it or requires one. */
const TEST_EMAIL = 'leadpush-smoke-test@example.com';

async function testLead(
  phone: string,
  run: string,
  { endpoint }: Target,
  { region, timezone }: Config,
  now: number,
): Promise<LeadInput> {
  const values = new Map<ColumnTarget, string>([
    ['phone', phone],
    ['name', 'Leadpush Smoke Test'],
    ['message', `Smoke test by leadpush, run ${run}. Not a person; please ignore.`],
  ]);
  if (endpoint.lookup?.by === 'email' || endpoint.requires.includes('email')) values.set('email', TEST_EMAIL);
  const { result } = await flagsInput(values, { region, timezone, dateOrder: null, includeTest: true, now });
  return { file: null, record: 1, line: null, result };
}

/** All that one smoke test needs. */
interface Smoke {
  readonly target: Target;
  readonly input: LeadInput;
  readonly run: string;
  readonly ledger: Ledger;
  readonly options: SmokeOptions;
  readonly context: Context;
}

async function smoke(test: Smoke): Promise<number> {
  const { junit: place } = test.options;
  const junit = place === null ? null : await openReport(place.path);
  try {
    const steps: SmokeStep[] = [];
    const sent = await sendOne(test, steps);
    const found =
      sent !== null && (sent.status === 'created' || sent.status === 'duplicate')
        ? await readItBack(sent, test, test.context.clock, steps)
        : null;
    return await tell(test, sent, found, steps, junit);
  } catch (error) {
    await junit?.abort();
    throw error;
  }
}

/** A lead that cannot be sent is an error of the call or the configuration. @throws UsageError */
function refuseIncomplete(
  input: LeadInput,
  target: Target,
  defaults: Readonly<Record<string, unknown>>,
): void {
  const plan = planSubmission(input, target);
  const errors = plan.kind === 'unsent' ? plan.unsent.errors : [];
  const [error] = errors;
  if (error === undefined) return;
  // The test lead has no file and no --set: what it lacks can only come from the defaults.
  const lacking = target.endpoint.requires.filter(
    (name) => defaults[name] === undefined && errors.some(({ field }) => field === name),
  );
  if (lacking.length > 0) {
    const fields = lacking.join(', ');
    throw new UsageError(
      `${fields}: Target "${target.name}" requires ${fields}, and its defaults have none.`,
      `Put ${fields} into the defaults of target "${target.name}".`,
    );
  }
  throw new UsageError(
    `${error.field === null ? '' : `${error.field}: `}${error.message}`,
    `Correct the defaults of target "${target.name}".`,
  );
}

async function sendOne(
  { target, input, run, ledger, options, context }: Smoke,
  steps: SmokeStep[],
): Promise<Result | null> {
  const { clock } = context;
  const started = clock.monotonic();
  const about = { id: run, command: 'smoke', files: [], targets: [target.name], parent: null } as const;
  await beginRun(ledger, about, context);
  let sent: Result | null = null;
  const { summary } = await runLeads(
    (async function* () {
      yield [input];
    })(),
    {
      ...{ run, targets: [target], resend: false, resendUnknown: false, maxFailures: null },
      notKept: options.noLedger,
      commandLine: commandLine(run, { retry: options.places, places: options.places }),
    },
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
  await endRun(ledger, summary, exitStatus(summary), context);
  const result: Result | null = sent;
  steps.push(sendStep(result, clock.monotonic() - started, knownBy(target.endpoint)));
  return result;
}

async function tell(
  { target: { name: target }, run, options, context }: Smoke,
  sent: Result | null,
  found: ReadBack['kind'] | null,
  steps: readonly SmokeStep[],
  junit: AtomicFile | null,
): Promise<number> {
  const failed = steps.some((step) => step.status === 'failed');
  // A CI server shows the report to people, as a terminal does, so phones are masked.
  const keep = sent?.leadId ?? null;
  const masking = { numbers: sent?.phone ? [sent.phone] : [], keep: keep === null ? [] : [keep] };
  const shown = steps.map((step) => ({ ...step, message: maskQuoted(step.message, masking) }));
  const unwritten = await writeReport(junit, target, shown, context);
  if (options.json) {
    context.stdout.write(
      `${JSON.stringify({ type: 'smoke', target, run, status: failed ? 'failed' : 'passed', leadId: sent?.leadId ?? null, steps })}\n`,
    );
  } else {
    context.stdout.write(stepsText(shown));
    const unsent = afterUnsent(sent, target, options.config);
    context.stderr.write(closingText(target, steps, unsent, found === 'held' || found === 'absent'));
  }
  if (!failed) return unwritten ? 1 : 0;
  const code = sent?.errors[0]?.code;
  if (code === 'CREDENTIALS_REFUSED' || found === 'unauthorized') return 3;
  if (code === 'UNREACHABLE' || code === 'REDIRECTED' || found === 'unreachable') return 4;
  return sent?.status === 'unknown' || found === 'unclear' ? 5 : 1;
}

/** `check` finds nothing wrong where the provider understood the request and did not want the lead. */
function afterUnsent(sent: Result | null, target: string, config: string | null): string {
  const code = sent?.errors[0]?.code;
  if (sent?.status === 'rejected' && code !== undefined) return command('explain', code);
  const places = config === null ? [] : ['--config', config];
  // The number is nobody's: it was set aside for this.
  if (sent?.status === 'unknown' && sent.phone !== null)
    return command('verify', '--to', target, '--phone', sent.phone, ...places);
  return command('check', '--to', target, ...places);
}

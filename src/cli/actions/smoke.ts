// `leadpush smoke`: one test lead end to end, read back where the provider can, with a time for each step.

import { announceConfig, configurationOf } from '../../app/configuration.ts';
import type { Context } from '../../app/context.ts';
import { freshRunId, OR_NO_LEDGER } from '../../app/open-ledger.ts';
import { CORRECT_TEST_PHONE, GIVE_NUMBER, givenPhone } from '../../app/phone-number.ts';
import { checkResultPaths } from '../../app/result-paths.ts';
import { sentToOf } from '../../app/sent-to.ts';
import { TargetSession } from '../../app/target-session.ts';
import type { ChosenTarget } from '../../app/targets.ts';
import type { Config } from '../../config/configuration.ts';
import type { Result } from '../../delivery/outcome.ts';
import { payloadOf, planSubmission } from '../../delivery/plan.ts';
import { submissionIdOf, type Target } from '../../delivery/submission.ts';
import { knownBy } from '../../lead/known-by.ts';
import type { AtomicFile } from '../../output/atomic-file.ts';
import { statusOfSignal } from '../../output/exit-status.ts';
import { maskQuoted } from '../../output/mask-phone.ts';
import { closingText, type SmokeStep, stepsText } from '../../output/smoke-text.ts';
import { UsageError } from '../../util/usage-error.ts';
import { type Flags, isSet, text } from '../flags.ts';
import { placesOf } from '../follow-up.ts';
import { limits, maxWaitMs } from '../options.ts';
import { refuseIncomplete, testLead } from './smoke-lead.ts';
import { nextOf } from './smoke-next.ts';
import type { Came, Smoke, SmokeOptions } from './smoke-parts.ts';
import { MAX_WAIT_MS, type Patience, signalOf, startPatience } from './smoke-patience.ts';
import { openReport, reportRefusal, writeReport } from './smoke-report.ts';
import { type SentOne, sendOne } from './smoke-send.ts';
import { NOT_READ, readItBack, sendStep } from './smoke-steps.ts';

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
      places: placesOf(flags, context),
      phone: text(flags, 'phone'),
      junit,
      json: isSet(flags, 'json'),
      yes: isSet(flags, 'yes'),
      // Its own wait is for all that the lead may meet.
      limits: { ...limits(flags), maxWaitMs: null },
      maxWaitMs: maxWaitMs(flags) ?? MAX_WAIT_MS,
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
      ? new UsageError(`testPhone of target "${name}": ${read.wrong}`, CORRECT_TEST_PHONE)
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
  const sentTo = sentToOf([target], config);
  return await smoke({ target, sentTo, input, run, ledger, options, context });
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

async function smoke(test: Smoke): Promise<number> {
  const { target, options, context } = test;
  // From before there is a temporary file until it has become the report.
  const patience = startPatience(options.maxWaitMs, target.timeoutMs, context);
  try {
    const junit = options.junit === null ? null : await openReport(options.junit.path);
    try {
      return await sendAndRead(test, junit, patience);
    } catch (error) {
      await junit?.abort();
      throw error;
    }
  } finally {
    patience.dispose();
  }
}

async function sendAndRead(test: Smoke, junit: AtomicFile | null, patience: Patience): Promise<number> {
  const { target, options, context } = test;
  const { clock } = context;
  const started = clock.monotonic();
  const { noLedger, json, places } = options;
  const came = await sendOne({ ...test, noLedger, json, places, patience }, context);
  const { sent } = came;
  const submissionId = sent === null ? null : sentAs(sent, came, test);
  const steps = [sendStep(sent, submissionId, clock.monotonic() - started, knownBy(target.endpoint))];
  const isThere = sent !== null && (sent.status === 'created' || sent.status === 'duplicate');
  const read = isThere ? await readItBack(sent, { ...test, stop: patience.signalled }, steps) : NOT_READ;
  return await tell(test, { ...came, read, submissionId, signal: signalOf(patience) }, steps, junit);
}

/** The id by which the provider can find the request, also one that it refused; null: it shows none, or nothing has reached it. */
function sentAs({ status }: Result, { answered }: SentOne, { run, input, target }: Smoke): string | null {
  // Without an answer, what may have arrived is unknown.
  if (!answered && status !== 'unknown') return null;
  const plan = planSubmission(input, target);
  if (plan.kind === 'unsent') return null;
  const id = submissionIdOf(run, 0);
  return payloadOf(target, plan.lead, id).fields.some(([, value]) => value.includes(id)) ? id : null;
}

async function tell(
  test: Smoke,
  came: Came,
  steps: readonly SmokeStep[],
  junit: AtomicFile | null,
): Promise<number> {
  const { options, context, run } = test;
  const target = test.target.name;
  const { sent, submissionId, signal } = came;
  const failed = steps.some((step) => step.status === 'failed');
  // A CI server shows the report to people, as a terminal does, so phones are masked.
  const keep = [sent?.leadId ?? null, submissionId].filter((id) => id !== null);
  const masking = { numbers: sent?.phone ? [sent.phone] : [], keep };
  const shown = steps.map((step) => ({ ...step, message: maskQuoted(step.message, masking) }));
  const unwritten = await writeReport(junit, target, shown, context, { run, submissionId });
  if (options.json) {
    const status = failed ? 'failed' : 'passed';
    context.stdout.write(
      `${JSON.stringify({ type: 'smoke', target, run, status, leadId: sent?.leadId ?? null, submissionId, ...(signal === null ? {} : { signal }), steps })}\n`,
    );
  } else {
    context.stdout.write(stepsText(shown));
    context.stderr.write(closingText(target, shown, nextOf(test, came), signal));
  }
  const bySignal = statusOfSignal(signal);
  if (bySignal !== null) return bySignal;
  if (!failed) return unwritten ? 1 : 0;
  const { found } = came.read;
  const code = sent?.errors[0]?.code;
  if (code === 'CREDENTIALS_REFUSED' || found === 'unauthorized') return 3;
  if (code === 'UNREACHABLE' || code === 'REDIRECTED' || found === 'unreachable') return 4;
  return sent?.status === 'unknown' || found === 'unclear' ? 5 : 1;
}

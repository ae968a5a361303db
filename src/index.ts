// The same engine as a library: `import { push } from 'leadpush'`. Reads nothing from a terminal and prints nothing.
import { configurationOf } from './app/configuration.ts';
import type { Context } from './app/context.ts';
import { checkGiven, checkLeads, type KINDS } from './app/given-options.ts';
import { fileInputs, type Inputs, prepareOptions } from './app/inputs.ts';
import { beginRun, endRun, freshRunId } from './app/open-ledger.ts';
import {
  fieldNamed,
  fieldText,
  type LeadOptions,
  limitOf,
  READ_AS_FOUND,
  regionOf,
  timezoneOf,
  wholeNumber,
} from './app/options.ts';
import { sentToOf } from './app/sent-to.ts';
import { TargetSession } from './app/target-session.ts';
import { targetNames } from './app/targets.ts';
import { runLeads } from './delivery/delivery-run.ts';
import type { Result, Summary } from './delivery/outcome.ts';
import type { Target } from './delivery/submission.ts';
import { prepareInput } from './input/prepare.ts';
import { parseShard } from './input/shard.ts';
import type { ColumnTarget } from './lead/lead.ts';
import type { Ledger, SentTo } from './ledger/ledger.ts';
import { exitStatus } from './output/exit-status.ts';
import { Screen } from './output/screen.ts';
import { systemClock } from './util/clock.ts';

export type { DuplicateOf, Result, Status, Summary, TargetStop } from './delivery/outcome.ts';
export type { Code, Problem } from './lead/codes.ts';
export type { FieldName } from './lead/lead.ts';
export { UsageError } from './util/usage-error.ts';

/** A lead as a program has it: canonical field names or any header that leadpush knows, and values as text, number, boolean or list. */
export type LeadObject = Readonly<Record<string, unknown>>;

export interface PushOptions {
  /** Names of targets; the built-in ones (`sandbox-NAME`, one for each provider's emulator) need no configuration. */
  readonly to: string | readonly string[];
  /** The configuration's path; else it is searched for from `cwd`, as the command does. */
  readonly config?: string;
  /** The ledger's path or address (`postgresql://…`), or false for none; else the user's. */
  readonly ledger?: string | false;
  /** Fills what a lead lacks: field -> text. */
  readonly set?: Readonly<Record<string, string>>;
  /** ISO 3166-1 alpha-2 country of phones without +; else as configured. */
  readonly region?: string;
  /** IANA zone of dates without one; else as configured. */
  readonly timezone?: string;
  /** Requests at once to a target. */
  readonly concurrency?: number;
  /** Requests a second to a target. */
  readonly rate?: number;
  /** Milliseconds to wait for an answer. */
  readonly timeoutMs?: number;
  readonly retries?: number;
  /** Where each object given is an envelope: the list of leads in it, such as `data.items`. */
  readonly records?: string;
  /** `I/N`: only the I-th of N parts of the leads, for machines that share one input; all of a phone are in one part. */
  readonly shard?: string;
  /** Stop when this many leads were invalid, rejected, failed or unknown. */
  readonly maxFailures?: number;
  /** Send again what an earlier run has sent. */
  readonly resend?: boolean;
  /** Aborted: nothing more is sent, what is in progress finishes. */
  readonly signal?: AbortSignal;
  /** Called with each result in input order, once the ledger knows it; the run waits for it. Results are not collected then. */
  readonly onResult?: (result: Result) => void | Promise<void>;
  /** Where the configuration is searched for, and its variables; else the process's own. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

const OPTIONS: Readonly<Record<keyof PushOptions, keyof typeof KINDS>> = {
  to: 'names',
  config: 'text',
  ledger: 'textOrFalse',
  set: 'object',
  region: 'text',
  timezone: 'text',
  concurrency: 'number',
  rate: 'number',
  timeoutMs: 'number',
  retries: 'number',
  records: 'text',
  shard: 'text',
  maxFailures: 'number',
  resend: 'boolean',
  signal: 'signal',
  onResult: 'function',
  cwd: 'text',
  env: 'object',
};

export interface Pushed {
  readonly summary: Summary;
  /** In input order, targets in the order of `to`; empty where `onResult` takes them. */
  readonly results: readonly Result[];
  /** What the command would end with (0: every lead created, duplicate or skipped). */
  readonly exitStatus: number;
}

/**
 * Sends leads to every target and resolves when each has its result. A lead that cannot be understood, or that a
 * provider refuses, is a result, not an exception. Production targets are not asked about: naming one means it.
 *
 * @throws UsageError where the call or the configuration is wrong; nothing was sent then
 * @throws what `leads` or `onResult` throws; what was in progress has finished, and the ledger has every result
 */
export async function push(
  leads: LeadObject | Iterable<LeadObject> | AsyncIterable<LeadObject>,
  options: PushOptions,
): Promise<Pushed> {
  checkLeads(leads);
  checkGiven(options, OPTIONS, 'to');
  const context: Context = {
    env: options.env ?? process.env,
    cwd: options.cwd ?? process.cwd(),
    stdin: process.stdin,
    stdout: new Screen(process.stdout),
    stderr: new Screen(process.stderr, true),
    clock: systemClock,
  };
  const lead = leadOptions(options);
  const config = await configurationOf(options.config ?? null, context, options.to);
  const names = targetNames(options.to, config);
  await using session = new TargetSession(context);
  const chosen = await session.choose(names, config);
  const choice = {
    file: lead.ledger,
    none: lead.noLedger,
    configured: config.ledger,
    instead: {
      another: 'name another file with the option ledger',
      without: 'send without one: ledger: false',
    },
  };
  const ledger = await session.ledger(choice, 'write');
  const values = isIterable(leads) ? leads : [leads];
  const prepared = prepareInput([{ values }], prepareOptions(lead.reading, config, context));
  const inputs = fileInputs(await session.keep(prepared));
  const run = await freshRunId(ledger, context);
  const targets = await session.bindAll(chosen, inputs, run, lead, config);
  return await sendAll(
    inputs,
    { ...lead, run, targets, sentTo: sentToOf(targets, config) },
    options,
    ledger,
    context,
  );
}

interface Sending extends Pick<LeadOptions, 'resend' | 'maxFailures' | 'noLedger'> {
  readonly run: string;
  readonly targets: readonly Target[];
  readonly sentTo: readonly SentTo[];
}

async function sendAll(
  inputs: Inputs,
  { run, targets, sentTo, resend, maxFailures, noLedger }: Sending,
  { signal, onResult }: PushOptions,
  ledger: Ledger,
  context: Context,
): Promise<Pushed> {
  const named = targets.map((target) => target.name);
  await beginRun(
    ledger,
    { id: run, command: 'send', files: [], targets: named, sentTo, parent: null },
    context,
  );
  const results: Result[] = [];
  const { summary, inputError, emitError } = await runLeads(
    inputs.rows(),
    { run, targets, resend, resendUnknown: false, maxFailures, notKept: noLedger },
    {
      clock: context.clock,
      ledger,
      drain: drainOf(signal),
      abort: new AbortController().signal,
      emit: async (batch) => {
        for (const { result } of batch) {
          if (onResult === undefined) results.push(result);
          else await onResult(result);
        }
        return undefined;
      },
    },
  );
  const status = exitStatus(summary);
  await endRun(ledger, summary, status, context);
  if (emitError !== null) throw emitError;
  if (inputError !== null) throw inputError;
  const { otherShards } = inputs;
  return {
    summary: otherShards === null ? summary : { ...summary, otherShards: otherShards() },
    results,
    exitStatus: status,
  };
}

/** The options as the engine takes them. @throws UsageError naming the option that is wrong */
function leadOptions(options: PushOptions): LeadOptions {
  const { ledger, region, timezone, concurrency, rate, timeoutMs, retries, maxFailures } = options;
  const set = new Map<ColumnTarget, string>();
  for (const [name, value] of Object.entries(options.set ?? {})) {
    const field = fieldNamed(name, 'set');
    set.set(field, fieldText(field, String(value), `set.${field}`));
  }
  const whole = (value: number | undefined, least: number, name: string) =>
    value === undefined ? null : wholeNumber(value, least, name);
  return {
    reading: {
      ...READ_AS_FOUND,
      region: region === undefined ? null : regionOf(region, 'region'),
      timezone: timezone === undefined ? null : timezoneOf(timezone, 'timezone'),
      set,
      records: options.records ?? null,
      shard: options.shard === undefined ? null : parseShard(options.shard, 'shard'),
    },
    values: new Map(),
    own: {},
    limits: {
      concurrency: whole(concurrency, 1, 'concurrency'),
      rate: rate === undefined ? null : limitOf('rate', String(rate), 'rate'),
      timeoutMs: timeoutMs === undefined ? null : limitOf('timeout', `${timeoutMs}ms`, 'timeoutMs'),
      retries: whole(retries, 0, 'retries'),
      maxWaitMs: null,
    },
    dryRun: false,
    ledger: typeof ledger === 'string' ? ledger : null,
    noLedger: ledger === false,
    resend: options.resend === true,
    maxFailures: whole(maxFailures, 1, 'maxFailures'),
  };
}

function isIterable(
  leads: LeadObject | Iterable<LeadObject> | AsyncIterable<LeadObject>,
): leads is Iterable<LeadObject> | AsyncIterable<LeadObject> {
  return Symbol.iterator in leads || Symbol.asyncIterator in leads;
}

/** The engine drains for a named reason; a program's own reason counts as an interruption by a person. */
function drainOf(signal: AbortSignal | undefined): AbortSignal {
  const drain = new AbortController();
  if (signal?.aborted === true) drain.abort('SIGINT');
  else signal?.addEventListener('abort', () => drain.abort('SIGINT'), { once: true });
  return drain.signal;
}

// The same engine as a library: `import { push } from 'leadpush'`. Reads nothing from a terminal and prints nothing.
import { Readable } from 'node:stream';
import type { Context } from './app/context.ts';
import { fileInputs, type Inputs, prepareOptions } from './app/inputs.ts';
import { openTargets } from './app/open-targets.ts';
import { freshRunId, openChosenLedger } from './app/run-session.ts';
import { targetNames } from './app/targets.ts';
import type { Flags } from './cli/flags.ts';
import { sendOptions } from './cli/send-options.ts';
import { loadConfig } from './config/config.ts';
import { runLeads } from './delivery/delivery-run.ts';
import type { Result, Summary } from './delivery/outcome.ts';
import type { Target } from './delivery/submission.ts';
import { type PrepareOptions, prepareInput } from './input/prepare.ts';
import type { Ledger } from './ledger/ledger.ts';
import { exitStatus } from './output/exit-status.ts';
import { Screen } from './output/screen.ts';
import { PROVIDERS } from './providers/index.ts';
import { systemClock } from './util/clock.ts';
import { userFolders } from './util/user-folders.ts';

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
  /** The ledger's path, or false for none; else the user's. */
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
  /** Stop when this many leads were invalid, rejected, failed or unknown. */
  readonly maxFailures?: number;
  /** Send again what an earlier run has sent. */
  readonly resend?: boolean;
  /** Aborted: nothing more is sent, what is in flight finishes. */
  readonly signal?: AbortSignal;
  /** Called with each result in input order, once the ledger knows it; the run waits for it. Results are not collected then. */
  readonly onResult?: (result: Result) => void | Promise<void>;
  /** Where the configuration is searched for, and its variables; else the process's own. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

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
 * @throws what `leads` or `onResult` throws; what was in flight has finished, and the ledger has every result
 */
export async function push(
  leads: LeadObject | Iterable<LeadObject> | AsyncIterable<LeadObject>,
  options: PushOptions,
): Promise<Pushed> {
  const context: Context = {
    env: options.env ?? process.env,
    cwd: options.cwd ?? process.cwd(),
    stdin: process.stdin,
    stdout: new Screen(process.stdout),
    stderr: new Screen(process.stderr),
    clock: systemClock,
  };
  const send = sendOptions(['-'], flagsOf(options));
  const config = loadConfig(send.config, userFolders(context), PROVIDERS);
  const names = targetNames(typeof options.to === 'string' ? options.to : options.to.join(','), config);
  const source = leadSource(leads);
  const opened = await openTargets(names, config, send, context);
  try {
    const choice = { file: send.ledger, none: send.noLedger, configured: config.ledger };
    const ledger = await openChosenLedger(choice, context, 'write');
    try {
      const inputs = await leadInputs(source, prepareOptions(send.reading, config));
      try {
        const run = await freshRunId(ledger, context);
        const targets = await opened.bind(inputs, run);
        return await sendAll(inputs, { ...send, run, targets }, options, ledger, context);
      } finally {
        await inputs.close();
      }
    } finally {
      await ledger.close();
    }
  } catch (error) {
    // The reader says that its input broke; the program gets back its own error.
    throw source.thrown()?.error ?? error;
  } finally {
    await opened.close();
  }
}

interface Sending {
  readonly run: string;
  readonly targets: readonly Target[];
  readonly resend: boolean;
  readonly maxFailures: number | null;
}

async function sendAll(
  inputs: Inputs,
  { run, targets, resend, maxFailures }: Sending,
  { signal, onResult }: PushOptions,
  ledger: Ledger,
  { clock }: Context,
): Promise<Pushed> {
  const now = () => new Date(clock.now()).toISOString();
  await ledger.openRun({
    id: run,
    command: 'send',
    startedAt: now(),
    files: [],
    targets: targets.map((target) => target.name),
    parent: null,
  });
  const results: Result[] = [];
  const { summary, inputError, emitError } = await runLeads(
    inputs.rows(),
    { run, targets, resend, resendUnknown: false, maxFailures },
    {
      clock,
      ledger,
      drain: drainOf(signal),
      abort: new AbortController().signal,
      emit: async (batch) => {
        for (const { result } of batch) {
          const own = withoutFile(result);
          if (onResult === undefined) results.push(own);
          else await onResult(own);
        }
        return undefined;
      },
    },
  );
  const status = exitStatus(summary);
  try {
    await ledger.closeRun(run, summary, status, now());
  } catch (error) {
    // A ledger that failed before is in the summary; its results are not lost over it.
    if (summary.ledgerFailure === null) throw error;
  }
  if (emitError !== null) throw emitError;
  if (inputError !== null) throw inputError;
  return { summary, results, exitStatus: status };
}

/** A program's leads stand in no file and on no line. */
function withoutFile(result: Result): Result {
  const { duplicateOf } = result;
  const twin = duplicateOf?.by === 'input' ? { ...duplicateOf, file: null } : duplicateOf;
  return { ...result, file: null, line: null, duplicateOf: twin };
}

/** The options as flags of `send`, so that both are checked by the same code. */
function flagsOf(options: PushOptions): Flags {
  const { config, ledger, set, region, timezone, concurrency, rate, timeoutMs, retries, maxFailures } =
    options;
  const number = (value: number | undefined) => (value === undefined ? undefined : String(value));
  return {
    config,
    ledger,
    region,
    timezone,
    format: 'ndjson',
    set: Object.entries(set ?? {}).map(([field, value]) => `${field}=${value}`),
    concurrency: number(concurrency),
    rate: number(rate),
    timeout: timeoutMs === undefined ? undefined : `${timeoutMs}ms`,
    retries: number(retries),
    maxFailures: number(maxFailures),
    resend: options.resend === true,
  };
}

/** The program's own leads on their way in, with what they threw. */
interface LeadSource {
  readonly lines: AsyncGenerator<string>;
  /** Null: nothing so far. */
  readonly thrown: () => { readonly error: unknown } | null;
}

function leadSource(leads: LeadObject | Iterable<LeadObject> | AsyncIterable<LeadObject>): LeadSource {
  let thrown: { readonly error: unknown } | null = null;
  const lines = async function* () {
    try {
      yield* linesOf(leads);
    } catch (error) {
      thrown = { error };
      throw error;
    }
  };
  return { lines: lines(), thrown: () => thrown };
}

/** The leads as records. None at all is an empty run here, where an empty file would be a mistake. */
async function leadInputs({ lines }: LeadSource, options: PrepareOptions): Promise<Inputs> {
  const first = await lines.next();
  if (first.done === true) return { ...fileInputs({ sources: [], close: async () => {} }), total: 0 };
  const all = async function* () {
    yield first.value;
    yield* lines;
  };
  return fileInputs(await prepareInput([{ path: '-', stdin: Readable.from(all()) }], options));
}

/** What is no value in JSON (undefined, a function) is told as a record that cannot be read. */
async function* linesOf(
  leads: LeadObject | Iterable<LeadObject> | AsyncIterable<LeadObject>,
): AsyncGenerator<string> {
  const many = isIterable(leads) ? leads : [leads];
  for await (const lead of many) yield `${JSON.stringify(lead)}\n`;
}

function isIterable(
  leads: LeadObject | Iterable<LeadObject> | AsyncIterable<LeadObject>,
): leads is Iterable<LeadObject> | AsyncIterable<LeadObject> {
  return Symbol.iterator in leads || Symbol.asyncIterator in leads;
}

/** The engine drains for a named reason; a program's own is like an interruption by a person. */
function drainOf(signal: AbortSignal | undefined): AbortSignal {
  const drain = new AbortController();
  if (signal?.aborted === true) drain.abort('SIGINT');
  else signal?.addEventListener('abort', () => drain.abort('SIGINT'), { once: true });
  return drain.signal;
}

// The run that a person means: by the first characters of its id, or the newest.
import type { Ledger, RunRow } from '../ledger/ledger.ts';
import { maskMobiles } from '../output/mask-phone.ts';
import { command, runsCommand } from '../output/next-commands.ts';
import { shortTime } from '../output/short-time.ts';
import { sandboxProvider } from '../providers/index.ts';
import { plain } from '../util/plain.ts';
import { UsageError } from '../util/usage-error.ts';
import type { Context } from './context.ts';
import { screenZone, zonedTime } from './screen-zone.ts';

const MAX_LISTED = 5;

/** The call that means a run. */
export interface RunCall {
  readonly name: 'show' | 'report' | 'retry';
  readonly places: readonly string[];
  /** `--config FILE` */
  readonly config: string | null;
}

/**
 * @param given an id's first characters, `latest`, or null for the same
 * @param call the command, and its `--config` and `--ledger`, for the commands that name a run and list all
 * @throws UsageError with the possible runs, if none or several fit
 */
export async function resolveRun(
  ledger: Ledger,
  given: string | null,
  call: RunCall,
  context: Context,
): Promise<RunRow> {
  const { name, places, config } = call;
  if (given !== null && !isLatest(given)) return runOf(ledger, given, call, context);
  const newest = await newestRun(ledger, config, context, isNoSandboxRun);
  if (newest !== null) return newest;
  const [newestTry, ...others] = await ledger.runs();
  if (newestTry === undefined)
    throw new UsageError('There is no run in this ledger.', '--ledger FILE names another.');
  const all = others.length === 0 ? '' : `\nAll of them: ${runsCommand(places)}`;
  throw new UsageError(
    'This ledger has only runs to the sandbox, which have to be named.',
    `The newest: ${command(name, newestTry.id, ...places)}${all}`,
  );
}

/** Whether the newest run is meant, and not one by its id. */
export function isLatest(given: string | null): boolean {
  return given === null || given.trim().toLowerCase() === 'latest';
}

/** The newest run that fits, which is named on stderr: nobody should have to guess; null: none. */
export async function newestRun(
  ledger: Ledger,
  config: string | null,
  context: Context,
  fits: (run: RunRow) => boolean | Promise<boolean>,
): Promise<RunRow | null> {
  for (const run of await ledger.runs()) {
    if (!(await fits(run))) continue;
    const started = await zonedTime(run.startedAt, config, context);
    context.stderr.write(`Run ${run.id} of ${started}: ${inWords(run)}.\n`);
    return run;
  }
  return null;
}

async function runOf(
  ledger: Ledger,
  prefix: string,
  { places, config }: RunCall,
  context: Context,
): Promise<RunRow> {
  const found = prefix.trim() === '' ? [] : await ledger.findRuns(prefix);
  const [run, ...others] = found;
  if (run !== undefined && others.length === 0) return run;
  const zone = await screenZone(config, context);
  if (run !== undefined) {
    throw new UsageError(
      `"${prefix}" matches ${found.length} runs.`,
      `Give more characters of the id: ${listed(found, zone)}.`,
    );
  }
  const newest = await ledger.runs();
  throw new UsageError(
    `No run "${prefix}" in this ledger.`,
    newest.length === 0
      ? 'It has no runs; --ledger FILE names another.'
      : `The newest are ${listed(newest, zone)}. \`${runsCommand(places)}\` lists them all; --ledger FILE names another ledger.`,
  );
}

/** Runs of the built-in sandbox are tries, and not what the newest one means. */
export function isNoSandboxRun({ targets }: Pick<RunRow, 'targets'>): boolean {
  return targets.some((name) => sandboxProvider(name) === null);
}

/** The run that the retries of retries began with. */
export async function firstOf(ledger: Ledger, run: RunRow): Promise<RunRow> {
  if (run.parent === null) return run;
  const { parent } = run;
  const before = (await ledger.findRuns(parent)).find((one) => one.id === parent);
  return before === undefined ? run : firstOf(ledger, before);
}

/** A smoke test, or a retry of one: its lead is nobody's, and the next test sends one of its own. */
export async function isSmokeTest(ledger: Ledger, run: RunRow): Promise<boolean> {
  return (await firstOf(ledger, run)).command === 'smoke';
}

/** `leads.csv to greens`, `retry of 7F3K9QXA to greens`. */
function inWords({ command, files, parent, targets }: RunRow): string {
  const what =
    parent !== null
      ? `retry of ${parent}`
      : files.length > 0
        ? files.map((file) => (file === '-' ? 'stdin' : plain(maskMobiles(file)))).join(', ')
        : command === 'smoke'
          ? 'smoke test'
          : 'one lead from flags';
  return `${what} to ${targets.map(plain).join(', ')}`;
}

function listed(runs: readonly RunRow[], zone: string): string {
  const names = runs
    .slice(0, MAX_LISTED)
    .map((run) => `${run.id} (${shortTime(run.startedAt, zone)} ${zone})`);
  return runs.length > MAX_LISTED ? `${names.join(', ')} …` : names.join(', ');
}

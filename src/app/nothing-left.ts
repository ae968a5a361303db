// What `retry` says where it finds nothing of what was asked for, or has sent all of it: never "nothing" alone while a run has
// left leads.
import type { Config } from '../config/configuration.ts';
import type { Ledger, RunRow, Unfinished } from '../ledger/ledger.ts';
import { command, type Elsewhere, joinPlaces } from '../output/next-commands.ts';
import { sandboxProvider } from '../providers/index.ts';
import { counted } from '../util/counted.ts';
import { plain } from '../util/plain.ts';
import { isNoSandboxRun, isSmokeTest } from './resolve-run.ts';
import { leftBy } from './retried.ts';
import { runHistory } from './run-history.ts';
import { unknownOptionFor } from './unknown-option.ts';
import { mayBeUnread, type UnreadView, unreadRest } from './unread-rest.ts';

type Statuses = readonly Unfinished['status'][];

interface Kind {
  readonly statuses: Statuses;
  readonly word: string;
  /** @param targets that have them */
  readonly options: (targets: ReadonlySet<string>, config: Config) => readonly string[];
}

/** With the option that `retry` takes for it; what may need a change to the lead or the target comes last. */
const KINDS: readonly Kind[] = [
  { statuses: ['failed'], word: 'not delivered', options: () => [] },
  {
    statuses: ['unknown', 'sending'],
    word: 'unknown',
    options: (targets, config) => [unknownOptionFor(targets, config)],
  },
  { statuses: ['rejected'], word: 'rejected', options: () => ['--rejected'] },
];

/** What was asked for, and where. */
export interface Asked {
  readonly asked: readonly string[];
  readonly settle: boolean;
  readonly statuses: Statuses;
  readonly config: Config;
  /** The call names the run, which may be a smoke test then. */
  readonly named: boolean;
  /** `--config` and `--ledger` of the call. */
  readonly places: readonly string[];
  /** The words with which it was asked for. */
  readonly words: readonly string[];
  /** See {@link placesOfRun}. */
  readonly placesOf: (run: RunRow) => Promise<readonly string[]>;
  readonly unread: UnreadView;
}

/** What is said, and the command that comes next. */
export interface Said {
  readonly what: string;
  readonly next: string | null;
}

const only = (what: string): Said => ({ what, next: null });

/** @param runs the runs that were looked at, newest first */
export async function nothingLeft(what: Asked, ledger: Ledger, runs: readonly RunRow[]): Promise<Said> {
  if (runs.length === 0) return only(`${nothing(what)} No run is recorded in this ledger.`);
  const known = new Set(what.config.targetNames);
  const left: RunRow[] = [];
  for (const run of runs) {
    if (run.state === 'running' || !mayHaveLeft(run)) continue;
    if (what.named || !(await isSmokeTest(ledger, run))) left.push(run);
  }
  // Tries in the sandbox are said last.
  const open = [...left.filter(isNoSandboxRun), ...left.filter((run) => !isNoSandboxRun(run))];
  const isHere = (run: RunRow) =>
    run.targets.every((name) => known.has(name) || sandboxProvider(name) !== null);
  for (const run of open.filter(isHere)) {
    const found = await firstKind(run, KINDS, what, ledger, isNoSandboxRun(run) ? '' : ' to the sandbox');
    if (found !== null) return { what: `${nothing(what)} ${found.what}`, next: found.command };
  }
  for (const run of open.filter((one) => !isHere(one))) {
    const { count } = await leftIn(ledger, run.id, what.statuses);
    if (count === 0) continue;
    const names = run.targets.filter((name) => !known.has(name)).map((name) => `"${plain(name)}"`);
    const verb = what.settle ? 'settle' : 'retry';
    const [none, one] = names.length === 1 ? ['target is', 'it'] : ['targets are', 'them'];
    const places = await what.placesOf(run);
    const has = `Nothing to ${verb} for the targets of this configuration. Run ${run.id} has left ${count} ${count === 1 ? 'lead' : 'leads'} whose ${none} not among them: ${names.join(', ')}.`;
    return places.length === 0
      ? only(`${has}\nName the configuration that has ${one} with --config FILE.`)
      : { what: has, next: command('retry', run.id, ...what.words, ...joinPlaces(what.places, places)) };
  }
  for (const run of left.filter(({ purgedAt }) => typeof purgedAt === 'string')) {
    const { counts } = await runHistory(ledger, run);
    const open = counts.unknown + (what.settle ? 0 : counts.failed);
    if (open > 0)
      return only(
        `Nothing that could be ${what.settle ? 'settled' : 'retried'} is left. Of run ${run.id}, whose personal data was deleted, ${counted(open, 'lead')} ${open === 1 ? 'is' : 'are'} ${what.settle ? 'unknown' : 'not delivered or unknown'}: send its file again; what was sent is not sent twice.`,
      );
  }
  for (const run of what.named
    ? runs
    : runs.filter((one) => mayBeUnread(one) && isNoSandboxRun(one) && isHere(one))) {
    const rest = await unreadRest(run, what.unread, ledger);
    if (rest !== null) return { what: `${nothing(what)} ${rest.what}`, next: rest.command };
  }
  return only(nothing(what));
}

/** More than the newest of them are not looked at: each has to be read. */
const MAX_LOOKED_AT = 50;

/**
 * The newest run to targets of this configuration that still has leads which are not delivered or unknown; no try.
 * @param but a run that says itself what it has left
 */
export async function leftElsewhere(
  what: Pick<Asked, 'config' | 'places' | 'placesOf'>,
  but: string,
  ledger: Ledger,
): Promise<Elsewhere | null> {
  const known = new Set(what.config.targetNames);
  const kinds = KINDS.filter(({ statuses }) => !statuses.includes('rejected'));
  const runs = (await ledger.runs()).filter(
    (run) =>
      run.id !== but &&
      run.state !== 'running' &&
      mayHaveLeft(run) &&
      run.targets.every((name) => known.has(name)),
  );
  for (const run of runs.slice(0, MAX_LOOKED_AT)) {
    const found = await firstKind(run, kinds, what, ledger);
    if (found !== null && !(await isSmokeTest(ledger, run))) return found;
  }
  return null;
}

/** The first of these kinds of which the run has left some. */
async function firstKind(
  run: RunRow,
  kinds: readonly Kind[],
  { config, places, placesOf }: Pick<Asked, 'config' | 'places' | 'placesOf'>,
  ledger: Ledger,
  called = '',
): Promise<Elsewhere | null> {
  for (const { statuses, word, options } of kinds) {
    const { count, targets } = await leftIn(ledger, run.id, statuses);
    if (count === 0) continue;
    return {
      what: `Run ${run.id}${called} has left ${count} ${word}.`,
      command: command(
        'retry',
        run.id,
        ...options(targets, config),
        ...joinPlaces(places, await placesOf(run)),
      ),
    };
  }
  return null;
}

/** What was asked for but does not exist, in words. */
function nothing({ asked, settle }: Asked): string {
  if (settle) return 'Nothing to settle: no lead is unknown.';
  return asked.length === 0 ? 'Nothing to retry.' : `Nothing to retry: no lead is ${asked.join(' or ')}.`;
}

function mayHaveLeft({ summary }: RunRow): boolean {
  if (summary === null) return true;
  const { failed, rejected, unknown } = summary.counts;
  return failed + rejected + unknown > 0;
}

async function leftIn(
  ledger: Ledger,
  run: string,
  statuses: Statuses,
): Promise<{ readonly count: number; readonly targets: ReadonlySet<string> }> {
  let count = 0;
  const targets = new Set<string>();
  for await (const page of leftBy(ledger, run, statuses)) {
    count += page.length;
    for (const { target } of page) targets.add(target);
  }
  return { count, targets };
}

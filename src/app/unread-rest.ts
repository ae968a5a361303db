// What no retry sends: the rest of an input that an interrupted run had not read. The ledger has only what was read.
import type { Ledger, RunRow } from '../ledger/ledger.ts';
import { maskMobiles } from '../output/mask-phone.ts';
import { type Elsewhere, joinPlaces } from '../output/next-commands.ts';
import { unreadText } from '../output/unfinished-text.ts';
import type { Context } from './context.ts';
import type { ViewOptions } from './options.ts';
import { firstOf } from './resolve-run.ts';
import { runHistory } from './run-history.ts';
import { type GivenPlaces, placesOfRun } from './run-places.ts';

export interface UnreadView {
  /** `--config` and `--ledger`, for the run's command. */
  readonly placesOf: (run: RunRow) => Promise<readonly string[]>;
  /** A file's name may hold a phone; programs get it whole. */
  readonly whole: boolean;
}

/** @param places of the call */
export function unreadView(
  given: GivenPlaces,
  places: readonly string[],
  { json, showPii }: Pick<ViewOptions, 'json' | 'showPii'>,
  context: Context,
): UnreadView {
  return {
    placesOf: async (run) => joinPlaces(places, await placesOfRun(run, given, context)),
    whole: json || showPii,
  };
}

/** @param run it, or a retry of it @returns null: all was read, or another run has finished it */
export async function unreadRest(
  run: RunRow,
  { placesOf, whole }: UnreadView,
  ledger: Ledger,
): Promise<Elsewhere | null> {
  const first = await firstOf(ledger, run);
  if (!mayBeUnread(first)) return null;
  const { unfinished } = await runHistory(ledger, first);
  if (!unfinished) return null;
  const { what, command } = unreadText(first, await placesOf(first));
  return { what: maskMobiles(what), command: whole ? command : maskMobiles(command) };
}

/** By what the run itself says, which costs nothing. */
export function mayBeUnread({ command, parent, files, state, summary, purgedAt }: RunRow): boolean {
  if (command !== 'send' || parent !== null || files.length === 0 || state === 'running') return false;
  return typeof purgedAt !== 'string' && (summary === null || summary.unread === true);
}

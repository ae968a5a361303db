// The list of runs, as a table for people and as JSON for programs.
import type { RunRow } from '../../ledger/ledger.ts';
import { maskMobiles } from '../../output/mask-phone.ts';
import { shortTime } from '../../output/short-time.ts';
import { countsText, isOpen, type RunHistory } from '../../output/standing.ts';
import { tableText } from '../../output/table-text.ts';
import { plain } from '../../util/plain.ts';
import { cutTo, widthOf } from '../../util/text.ts';

export interface ListedRun {
  readonly run: RunRow;
  readonly history: RunHistory;
}

/**
 * It was interrupted, or ended with a problem that no later run has settled. Rows to fix are not this run's to do: they were
 * told, and once fixed they are another run's.
 */
export function leavesSomething({ run, history }: ListedRun): boolean {
  if (run.state === 'running' || history.finishedBy !== null) return false;
  if (isOpen(history)) return true;
  // Which file it had is deleted, too: what was never read of it is nobody's to send, and the purge has said so.
  if (typeof run.purgedAt === 'string') return false;
  if (history.unfinished) return true;
  const { interrupted = null, ledgerFailure = null } = run.summary ?? {};
  // All was read, and had its outcome when it was interrupted; where that was by its output, its results may have no file.
  const isWhole = interrupted !== null && interrupted !== 'OUTPUT' && ledgerFailure === null;
  const isExplained = isWhole || history.changes.length > 0 || history.counts.invalid > 0;
  return run.exitStatus !== 0 && !isExplained;
}

/** Later runs have settled all that it left open. */
function isSettled(history: RunHistory): boolean {
  return history.changes.length > 0 && !isOpen(history) && history.counts.invalid === 0;
}

export function runJson({ run, history }: ListedRun) {
  const { id, command, parent, startedAt, endedAt, state, exitStatus, files, targets, summary } = run;
  return {
    type: 'run',
    run: id,
    command,
    parent,
    startedAt,
    endedAt,
    state,
    exitStatus,
    files,
    targets,
    records: summary?.records ?? null,
    ...history.own,
    notSent: history.ownNotSent,
    durationMs: summary?.durationMs ?? null,
    interrupted: summary === null ? null : summary.interrupted !== null,
    purgedAt: run.purgedAt ?? null,
    now: { ...history.counts, notSent: history.notSent },
    finishedBy: history.finishedBy,
  };
}

const headOf = (zone: string) => ['RUN', `STARTED (${zone})`, 'STATE', 'TARGETS', 'INPUT'];
/** What is left for the last two columns beside each other at 80 columns. */
const MAX_TARGETS = 16;
const MAX_INPUT = 24;
/** Of an instant. */
const STARTED = 16;

/**
 * @param width of the terminal; where the table is wider, the results stand in a line of their own. null: never
 * @param zone of the times
 */
export function runsTable(runs: readonly ListedRun[], width: number | null, zone: string): string {
  const head = headOf(zone);
  const rows = runs.map(({ run, history }) => ({
    cells: cellsOf(run, history, zone),
    results: countsText(history.counts, history.notSent) || 'none',
  }));
  const table = tableText([[...head, 'RESULTS'], ...rows.map(({ cells, results }) => [...cells, results])]);
  if (width === null || table.split('\n').every((line) => widthOf(line) <= width)) return table;
  const longest = MAX_INPUT - Math.max(0, (head[1]?.length ?? 0) - STARTED);
  const lines = tableText([head, ...rows.map(({ cells }) => narrowed(cells, longest))])
    .trimEnd()
    .split('\n');
  return lines
    .map((line, i) => {
      const results = rows[i - 1]?.results;
      const below = results === undefined ? [] : wrapped(results, width);
      return [cutTo(line, width), ...below].map((text) => `${text}\n`).join('');
    })
    .join('');
}

const INDENT = '    ';

/** As many parts in a line as fit. */
function wrapped(results: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const part of results.split(', ')) {
    const last = lines.at(-1);
    const longer = last === undefined ? null : `${last}, ${part}`;
    if (longer !== null && longer.length <= width) lines.splice(-1, 1, longer);
    else lines.push(`${INDENT}${part}`);
  }
  return lines;
}

function narrowed(cells: readonly string[], longest: number): readonly string[] {
  const [id = '', started = '', state = '', targets = '', input = ''] = cells;
  return [id, started, state, cutTo(targets, MAX_TARGETS), endOf(input, longest)];
}

function cellsOf(run: RunRow, history: RunHistory, zone: string): readonly string[] {
  return [
    run.id,
    shortTime(run.startedAt, zone),
    stateOf(run, history),
    plain(run.targets.join(',')),
    inputOf(run),
  ];
}

function stateOf({ state, exitStatus }: RunRow, history: RunHistory): string {
  if (history.finishedBy !== null) return 'finished';
  if (state !== 'ended') return state;
  return exitStatus !== 0 && isSettled(history) ? 'settled' : `exit ${exitStatus ?? '?'}`;
}

const LONGEST_INPUT = 32;

function inputOf({ command, files, parent }: RunRow): string {
  if (parent !== null) return `retry of ${parent}`;
  const [first] = files;
  if (first === undefined) return command === 'smoke' ? 'smoke test' : 'flags';
  const name = first === '-' ? 'stdin' : plain(maskMobiles(first));
  const short = endOf(name, LONGEST_INPUT);
  return files.length > 1 ? `${short} +${files.length - 1}` : short;
}

/** The end of a path is more useful than its start. */
function endOf(text: string, most: number): string {
  return text.length > most ? `…${text.slice(1 - most)}` : text;
}

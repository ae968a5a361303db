// Copies a ledger from one engine to another, row by row and table by table, with its salt, so that keys stay valid. From its
// first moment until all of it is there the copy is marked as unfinished, and used by nobody.
import { UsageError } from '../util/usage-error.ts';

export type Cell = string | number | null;

/** A table as each engine has it. Rows are read in the order of `by`, which is never the same for two of them. */
export interface CopiedTable {
  readonly name: 'runs' | 'keys' | 'flights' | 'results' | 'noted';
  readonly columns: readonly string[];
  readonly by: readonly string[];
  /** Columns that PostgreSQL has to be told of; the others are text. */
  readonly numbers: readonly string[];
  readonly json: readonly string[];
}

/** Runs first, and keys before results: in a file, the others name them by number. */
export const COPIED: readonly CopiedTable[] = [
  {
    name: 'runs',
    columns: [
      'n',
      'id',
      'command',
      'parent',
      'started_at',
      'files',
      'targets',
      'pid',
      'process_start',
      'boot',
      'renewed_at',
      'ended_at',
      'exit_status',
      'summary',
      'purged_at',
    ],
    by: ['n'],
    numbers: ['n', 'pid', 'renewed_at', 'exit_status'],
    json: ['files', 'targets', 'summary'],
  },
  {
    name: 'keys',
    columns: ['key', 'run', 'seq', 'state', 'submission_id', 'floor', 'lead_id', 'at', 'until'],
    by: ['key'],
    numbers: ['seq', 'until'],
    json: [],
  },
  {
    name: 'flights',
    columns: ['run', 'seq', 'body', 'phone'],
    by: ['run', 'seq'],
    numbers: ['seq'],
    json: ['body'],
  },
  {
    name: 'results',
    columns: ['run', 'seq', 'status', 'key', 'body'],
    by: ['run', 'seq'],
    numbers: ['seq'],
    json: ['body'],
  },
  { name: 'noted', columns: ['row', 'run'], by: ['row'], numbers: [], json: [] },
];

/** A ledger as rows, whatever stores it. */
export interface CopyStore {
  /** For messages; holds no password. */
  readonly shown: string;
  /** Its absolute path; null: it is no file. */
  readonly file: string | null;
  readonly salt: string;
  /** The same for the same ledger, by whatever name it was opened; null: it is a new one. */
  readonly identity: string | null;
  /** What {@link CopyStore.begin} noted, until {@link CopyStore.finish}. */
  readonly unfinished: string | null;
  /** The rows after this one, in the table's order. */
  readonly rows: (table: CopiedTable, after: readonly Cell[] | null) => Promise<readonly (readonly Cell[])[]>;
  readonly count: (table: CopiedTable) => Promise<number>;
  /** Takes the salt, and notes from where it is copied: until it is finished, nobody uses it. Deletes what it holds. */
  readonly begin: (of: CopyOf) => Promise<void>;
  readonly put: (table: CopiedTable, rows: readonly (readonly Cell[])[]) => Promise<void>;
  readonly finish: () => Promise<void>;
  /** Ids of runs that go on now. */
  readonly living: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** What a new ledger is to be a copy of: it is marked as unfinished in the same transaction that makes it. */
export interface CopyOf {
  readonly salt: string;
  /** For messages. */
  readonly from: string;
}

export interface Copied {
  readonly runs: number;
  readonly keys: number;
}

/** Called before the target is opened: a copy that is refused makes nothing. @throws UsageError */
export async function checkSource(from: CopyStore): Promise<void> {
  if (from.unfinished !== null) throw unfinishedCopy(from.shown, from.unfinished);
  await refuseLiving(from);
}

/**
 * @param progress called now and then with the rows so far
 * @throws UsageError where the target holds something else, or a run goes on
 */
export async function copyLedger(
  from: CopyStore,
  to: CopyStore,
  progress: (rows: number) => void = () => {},
): Promise<Copied> {
  await checkSource(from);
  if (from.identity !== null && from.identity === to.identity) {
    throw new UsageError(
      `FROM and TO are the same ledger: ${from.shown}${to.shown === from.shown ? '' : ` and ${to.shown}`}.`,
      'Name a new one to copy to. Nothing was changed.',
    );
  }
  if (to.unfinished === null || to.salt !== from.salt) {
    for (const table of COPIED) {
      if ((await to.count(table)) === 0) continue;
      throw new UsageError(
        to.salt === from.salt
          ? `The ledger ${to.shown} is a finished copy of this one, and may have been used since.`
          : `The ledger ${to.shown} is not empty: it has a memory of its own.`,
        'Name a new one to copy to. Nothing was changed.',
      );
    }
  }
  // What an interrupted copy left is copied anew: a run may have changed its rows since.
  await to.begin({ salt: from.salt, from: from.shown });
  let rows = 0;
  for (const table of COPIED) {
    for (let after: readonly Cell[] | null = null; ; ) {
      const page: readonly (readonly Cell[])[] = await from.rows(table, after);
      const last = page.at(-1);
      if (last === undefined) break;
      await to.put(table, page);
      rows += page.length;
      progress(rows);
      after = table.by.map((column) => last[table.columns.indexOf(column)] ?? null);
    }
  }
  // A run that began meanwhile has changed rows behind us.
  await refuseLiving(from);
  for (const table of COPIED) {
    const [had, has] = [await from.count(table), await to.count(table)];
    if (had !== has) {
      throw new UsageError(
        `The ledger ${from.shown} was changed while it was copied (${table.name}: ${had} rows, ${has} copied).`,
        `Copy again while no run goes on. Until then nobody uses the unfinished copy ${to.shown}.`,
      );
    }
  }
  await to.finish();
  return { runs: await countOf(to, 'runs'), keys: await countOf(to, 'keys') };
}

async function countOf(store: CopyStore, name: CopiedTable['name']): Promise<number> {
  const table = COPIED.find((one) => one.name === name);
  return table === undefined ? 0 : store.count(table);
}

async function refuseLiving(from: CopyStore): Promise<void> {
  const [run] = await from.living();
  if (run === undefined) return;
  throw new UsageError(
    `Run ${run} is in progress in the ledger ${from.shown}.`,
    'Wait for its end, and copy again.',
  );
}

/** A copy that was interrupted knows only a part of what was sent. */
export function unfinishedCopy(shown: string, from: string): UsageError {
  return new UsageError(
    `The ledger ${shown} is an unfinished copy of ${from}: it does not know all that was sent.`,
    'Run leadpush ledger copy again, with the same ledgers.',
  );
}

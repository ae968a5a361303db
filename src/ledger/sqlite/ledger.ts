// The ledger in SQLite: what is written during a run. Each commit is one transaction: a set-based statement for
// everything new (commit.ts), then, only for keys that already existed, read, decide (../rules.ts) and write.

import type { DuplicateOf, Summary } from '../../delivery/outcome.ts';
import type { Clock } from '../../util/clock.ts';
import { jsonText } from '../json-text.ts';
import { type KeyDigest, keyDigest } from '../key-digest.ts';
import type {
  Claim,
  ClaimAnswer,
  ClaimRules,
  Completion,
  Ledger,
  RunStart,
  ShareRequest,
} from '../ledger.ts';
import type { MayMake } from '../path.ts';
import { LEASE_MS, type ProcessTable } from '../process-table.ts';
import { filesText, numberOf, targetsText, textOf } from '../rows.ts';
import { knownAt } from '../rules.ts';
import type { ShareRow } from '../share-rows.ts';
import type { Allotment } from '../shares.ts';
import { answerClaims, OURS, type OwnerOf } from './claims.ts';
import { COMMIT_VIEW, TAKE_COMMIT } from './commit.ts';
import { type DatabaseOptions, type LedgerDatabase, openDatabase, type Statements } from './database.ts';
import { LedgerHistory, textsOf } from './history.ts';
import { KEY_ROWS, knownKeysOf } from './known.ts';
import { packClaim, packEnd, packFlight, packResult, Texts } from './packed.ts';
import { shareIn } from './shares.ts';

export interface LedgerDeps {
  readonly clock: Clock;
  readonly probe: ProcessTable;
  /** `read`, for history and dry runs: creates no file and writes no row. */
  readonly access?: DatabaseOptions['access'];
  /** Folders that may be created for the file; all by default. */
  readonly folders?: MayMake;
  /** Called if the ledger is new. */
  readonly onNew?: () => void;
  /** Called for one that was copied, with the note of it; see {@link noteCopied}. */
  readonly onCopied?: (note: string) => Promise<void>;
  /** Called if an older ledger takes more than a second to be brought to this version. */
  readonly onLongMigration?: () => void;
  /** For tests: a full disk, by SQLite's max_page_count; see testMaxPages in ../path.ts. */
  readonly maxPages?: number | null;
  /** For tests: a shorter lease; see testLeaseMs in ../path.ts. */
  readonly leaseMs?: number | null;
  readonly migrations?: NonNullable<DatabaseOptions['migrations']>;
}

/**
 * Opens a ledger, and creates it if needed.
 * @param file absolute path; null: a private temporary ledger, deleted when it is closed
 * @throws UsageError if the file is not a ledger, is newer than this program, or cannot be opened
 */
export async function openLedger(file: string | null, deps: LedgerDeps): Promise<Ledger> {
  const { clock, access = 'write', folders = 'all', onNew = () => {}, maxPages = null, migrations } = deps;
  const { onLongMigration = () => {} } = deps;
  const db = await openDatabase(file, {
    clock,
    access,
    folders,
    onNew,
    onLongMigration,
    maxPages,
    views: COMMIT_VIEW,
    ...(migrations === undefined ? {} : { migrations }),
  });
  const rows = await db.rows('SELECT name, value FROM meta');
  const meta = new Map(rows.map(({ name, value }) => [name, textOf(value)]));
  const copying = meta.get('copying');
  if (copying !== undefined) {
    await db.close();
    const { unfinishedCopy } = await import('../copy.ts');
    throw unfinishedCopy(file ?? '', copying);
  }
  const copied = meta.get('copied');
  if (copied !== undefined && access === 'write') await deps.onCopied?.(copied);
  return new SqliteLedger(db, deps, Buffer.from(textOf(meta.get('salt')), 'base64'), file !== null);
}

interface StoredRun {
  readonly number: number;
  readonly texts: Texts;
}

class SqliteLedger extends LedgerHistory implements Ledger {
  readonly #db: LedgerDatabase;
  readonly #deps: LedgerDeps;
  readonly #digest: KeyDigest;
  readonly #shared: boolean;
  readonly #ownerOf: OwnerOf = (db, other) => this.ownerOf(db, other);
  /** Of a ledger that nobody else can open. */
  readonly #ownShares: ShareRow[] = [];
  /** What is stored for the runs that this process writes. */
  readonly #stored = new Map<string, StoredRun>();
  /** When this process last renewed each run's lease, by both clocks. */
  readonly #renewals = new Map<string, { readonly wall: number; readonly monotonic: number }>();

  /** @param shared other processes can open it */
  constructor(db: LedgerDatabase, deps: LedgerDeps, salt: Buffer, shared: boolean) {
    super(db, deps.clock, deps.probe, deps.leaseMs ?? LEASE_MS);
    this.#db = db;
    this.#shared = shared;
    this.#deps = deps;
    this.#digest = keyDigest(salt);
  }

  /** HMAC-SHA256 under the ledger's salt, its first 128 bits as base64url. */
  digest(identity: string): string {
    return this.#digest(identity);
  }

  openRun(run: RunStart): Promise<void> {
    const { probe } = this.#deps;
    const { pid, startTime, boot } = probe.self;
    const { id, command, parent, startedAt } = run;
    return this.#renewing(id, async (db, now) => {
      const [row] = await db.rows(
        `INSERT INTO runs (id, command, parent, started_at, files, targets, pid, process_start, boot, renewed_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING n`,
        [id, command, parent, startedAt, filesText(run), targetsText(run), pid, startTime, boot, now],
      );
      this.#stored.set(id, { number: numberOf(row?.['n']), texts: new Texts([]) });
    });
  }

  renew(run: string): Promise<void> {
    return this.#renewing(run, (db, now) =>
      db.run('UPDATE runs SET renewed_at = ? WHERE id = ?', [now, run]),
    );
  }

  sinceRenewal(run: string): number {
    if (!this.#shared) return 0;
    const last = this.#renewals.get(run);
    if (last === undefined) return Number.POSITIVE_INFINITY;
    const { clock } = this.#deps;
    return Math.max(clock.now() - last.wall, clock.monotonic() - last.monotonic);
  }

  /** The lease starts before the write, for others and for us: the write may have waited long. */
  async #renewing(run: string, work: (db: Statements, now: number) => Promise<void>): Promise<void> {
    const { clock } = this.#deps;
    const began = { wall: clock.now(), monotonic: clock.monotonic() };
    await this.#db.write((db) => work(db, began.wall));
    this.#renewals.set(run, began);
  }

  closeRun(run: string, summary: Summary, exitStatus: number, endedAt: string): Promise<void> {
    return this.#db.write(async (db) => {
      await db.run('UPDATE runs SET ended_at = ?, exit_status = ?, summary = ? WHERE id = ?', [
        endedAt,
        exitStatus,
        jsonText(summary),
        run,
      ]);
      await db.run('DELETE FROM shares WHERE run = ?', [run]);
    });
  }

  async commit(
    run: string,
    completions: readonly Completion[],
    claims: readonly Claim[],
    rules: ClaimRules,
  ): Promise<readonly ClaimAnswer[]> {
    const { number, texts } = this.#stored.get(run) ?? (await this.#load(run));
    const outcomes = completions.map((completion) => packResult(number, completion, texts));
    const { unsaved } = texts;
    const values = [
      unsaved,
      // A record that is already known, or never sent, has no claim to end: most records of a re-run are like this.
      completions.filter(({ key }) => key !== null).map((completion) => packEnd(number, completion)),
      outcomes,
      claims.map((claim) => packClaim(number, claim, run)),
      claims.map((claim) => packFlight(number, claim)),
    ].map(jsonText);
    const answers = await this.#db.write(
      async (db) => {
        const [row] = await db.rows(TAKE_COMMIT, [number, this.#deps.clock.now(), ...values]);
        const others = textOf(row?.['others']);
        return others === '[]'
          ? claims.map(() => OURS)
          : answerClaims(
              db,
              this.#ownerOf,
              this.#deps.clock.now(),
              { run, number, claims, rules },
              knownKeysOf(others),
            );
      },
      { counted: true },
    );
    texts.saved(unsaved.length);
    return answers;
  }

  async #load(run: string): Promise<StoredRun> {
    const [row] = await this.#db.rows('SELECT n FROM runs WHERE id = ?', [run]);
    const stored = { number: numberOf(row?.['n']), texts: await textsOf(this.#db, run) };
    this.#stored.set(run, stored);
    return stored;
  }

  share(run: string, requests: readonly ShareRequest[]): Promise<readonly Allotment[]> {
    return shareIn(
      this.#shared ? this.#db : this.#ownShares,
      run,
      requests,
      async (db, other) => (await this.ownerOf(db, other)).liveness === 'alive',
      this.#deps.clock.now(),
    );
  }

  async lookUp(keys: readonly string[], rules: ClaimRules): Promise<readonly (DuplicateOf | null)[]> {
    const known = await this.#known(keys);
    return keys.map((key) => knownAt(known.get(key), rules));
  }

  async holds(keys: readonly string[]): Promise<readonly boolean[]> {
    const known = await this.#known(keys);
    return keys.map((key) => known.has(key));
  }

  async #known(keys: readonly string[]): Promise<ReturnType<typeof knownKeysOf>> {
    const [row] = await this.#db.rows(KEY_ROWS, [JSON.stringify(keys)]);
    return knownKeysOf(textOf(row?.['known']));
  }

  close(): Promise<void> {
    return this.#db.close();
  }
}

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
import {
  answerTo,
  isFlightOf,
  isInProgress,
  isSending,
  type KeyRow,
  knownAt,
  type Owner,
  type PhoneRow,
} from '../rules.ts';
import type { ShareRow } from '../share-rows.ts';
import type { Allotment } from '../shares.ts';
import { COMMIT_VIEW, END_FLIGHTS, PHONES, TAKE_COMMIT, TAKE_KEYS, TAKE_PHONES } from './commit.ts';
import { type DatabaseOptions, type LedgerDatabase, openDatabase, type Statements } from './database.ts';
import { LedgerHistory } from './history.ts';
import { claimRow, endRow, flightRow, KEY_ROWS, keyRowsOf, phoneRowsOf, resultRow, textOf } from './rows.ts';
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
  const db = await openDatabase(file, {
    clock,
    access,
    folders,
    onNew,
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
  return new SqliteLedger(db, deps, Buffer.from(textOf(meta.get('salt')), 'base64'), file !== null);
}

const OURS: ClaimAnswer = { kind: 'ours' };

class SqliteLedger extends LedgerHistory implements Ledger {
  readonly #db: LedgerDatabase;
  readonly #deps: LedgerDeps;
  readonly #digest: KeyDigest;
  readonly #shared: boolean;
  /** Of a ledger that nobody else can open. */
  readonly #ownShares: ShareRow[] = [];
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
    const { id, command, parent, startedAt, files, targets } = run;
    return this.#renewing(id, (db, now) =>
      db.run(
        `INSERT INTO runs (id, command, parent, started_at, files, targets, pid, process_start, boot, renewed_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [id, command, parent, startedAt, jsonText(files), jsonText(targets), pid, startTime, boot, now],
      ),
    );
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

  commit(
    run: string,
    completions: readonly Completion[],
    claims: readonly Claim[],
    rules: ClaimRules,
  ): Promise<readonly ClaimAnswer[]> {
    const at = new Date(this.#deps.clock.now()).toISOString();
    // A record that is already known, or never sent, has no claim to end: most records of a re-run are like this.
    const values = [
      completions.filter(({ key }) => key !== null).map(endRow),
      completions.map(resultRow),
      claims.map(claimRow),
      claims.map(flightRow),
    ].map(jsonText);
    return this.#db.write(
      async (db) => {
        const [row] = await db.rows(TAKE_COMMIT, [run, at, ...values]);
        const others: readonly string[] = JSON.parse(textOf(row?.['others']));
        if (others.length === 0) return claims.map(() => OURS);
        return this.#claim(db, run, claims, rules, others);
      },
      { counted: true },
    );
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
    const rows = await this.#keyRows(this.#db, keys);
    return keys.map((key) => knownAt(rows.get(key), rules));
  }

  close(): Promise<void> {
    return this.#db.close();
  }

  /** Answers all claims, and takes those that are ours although their keys (`others`) already existed. */
  async #claim(
    db: Statements,
    run: string,
    claims: readonly Claim[],
    rules: ClaimRules,
    others: readonly string[],
  ): Promise<readonly ClaimAnswer[]> {
    const rows = await this.#keyRows(db, others);
    const open = new Set(others);
    const phones = await this.#phoneRows(
      db,
      claims.filter(({ key }) => open.has(key)).map(({ phoneKey }) => phoneKey),
    );
    const owners = new Map<string, Owner>();
    const sending = [...rows.values()].filter(isSending);
    for (const other of new Set([...sending, ...phones.values()].map((row) => row.run))) {
      owners.set(other, await this.ownerOf(db, other));
    }
    const ownerOf = (other: string) => owners.get(other) ?? { liveness: 'gone', sendsUntil: 0 };
    const now = this.#deps.clock.now();
    const answers = claims.map((claim): ClaimAnswer => {
      if (!open.has(claim.key)) return OURS;
      const answer = answerTo(run, claim, rows.get(claim.key), rules, ownerOf);
      if (answer.kind !== 'ours' && answer.kind !== 'unsettled') return answer;
      const other = phones.get(claim.phoneKey);
      if (other === undefined || isFlightOf(other, run, claim, rows.get(claim.key))) return answer;
      if (!isInProgress(other, ownerOf(other.run), now)) return answer;
      return { kind: 'busy', run: other.run, on: claim.phoneKey };
    });
    await this.#take(db, run, claims, answers, rows);
    return answers;
  }

  async #phoneRows(db: Statements, phones: readonly string[]): Promise<ReadonlyMap<string, PhoneRow>> {
    const [row] = await db.rows(PHONES, [JSON.stringify(phones)]);
    return phoneRowsOf(textOf(row?.['known']));
  }

  /** Writes the intents of claims that are ours although their keys already existed. */
  async #take(
    db: Statements,
    run: string,
    claims: readonly Claim[],
    answers: readonly ClaimAnswer[],
    rows: ReadonlyMap<string, KeyRow>,
  ): Promise<void> {
    /**
     * Rows of `flights` to delete: of claims that are not ours after all, and of earlier owners of claims that are ours
     * now.
     */
    const over: (readonly [run: string, seq: number])[] = [];
    const ours: (readonly unknown[])[] = [];
    const phones: (readonly [seq: number, phoneKey: string])[] = [];
    for (const [i, claim] of claims.entries()) {
      const answer = answers[i];
      const row = rows.get(claim.key);
      if (answer === undefined || answer === OURS) continue;
      if (answer.kind === 'ours' || answer.kind === 'unsettled') phones.push([claim.seq, claim.phoneKey]);
      if (answer.kind === 'ours') {
        if (!isSendingHere(row, run, claim)) ours.push(claimRow(claim));
      } else if (answer.kind === 'unsettled' && row !== undefined) {
        // A lead that may have been accepted has the older submission id; the look-up finds it by that id.
        const { submissionId, leadIdWatermark, notBefore } = answer;
        ours.push([...claimRow({ ...claim, submissionId, leadIdWatermark }), notBefore]);
        over.push([row.run, row.seq]);
      } else if (!isSendingHere(row, run, claim)) over.push([run, claim.seq]);
    }
    const at = new Date(this.#deps.clock.now()).toISOString();
    if (over.length > 0) await db.run(END_FLIGHTS, [jsonText(over)]);
    if (phones.length > 0) for (const sql of TAKE_PHONES) await db.run(sql, [jsonText(phones), run]);
    if (ours.length > 0) await db.run(TAKE_KEYS, [jsonText(ours), run, at]);
  }

  async #keyRows(
    db: Pick<Statements, 'rows'>,
    keys: readonly string[],
  ): Promise<ReadonlyMap<string, KeyRow>> {
    const [row] = await db.rows(KEY_ROWS, [JSON.stringify(keys)]);
    return keyRowsOf(textOf(row?.['known']));
  }
}

function isSendingHere(row: KeyRow | undefined, run: string, { seq }: Claim): boolean {
  return row?.state === 'sending' && row.run === run && row.seq === seq;
}

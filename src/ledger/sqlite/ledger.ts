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
import { COMMIT_VIEW, END_FLIGHTS, TAKE_COMMIT, TAKE_FLIGHTS, TAKE_KEYS, TAKE_PHONES } from './commit.ts';
import { type DatabaseOptions, type LedgerDatabase, openDatabase, type Statements } from './database.ts';
import { LedgerHistory, textsOf } from './history.ts';
import { KEY_ROWS, knownKeysOf, PHONES, phoneRowsOf, type StoredKey } from './known.ts';
import { packClaim, packEnd, packFlight, packResult, placeOf, Texts } from './packed.ts';
import { numberOf, textOf } from './rows.ts';
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

interface StoredRun {
  readonly number: number;
  readonly texts: Texts;
}

/** Whose claims they are. */
interface Owned {
  readonly run: string;
  readonly number: number;
}

class SqliteLedger extends LedgerHistory implements Ledger {
  readonly #db: LedgerDatabase;
  readonly #deps: LedgerDeps;
  readonly #digest: KeyDigest;
  readonly #shared: boolean;
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
    const { id, command, parent, startedAt, files, targets } = run;
    return this.#renewing(id, async (db, now) => {
      const [row] = await db.rows(
        `INSERT INTO runs (id, command, parent, started_at, files, targets, pid, process_start, boot, renewed_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING n`,
        [id, command, parent, startedAt, jsonText(files), jsonText(targets), pid, startTime, boot, now],
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
    const values = [
      texts.unsaved,
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
          : this.#claim(db, { run, number }, claims, rules, knownKeysOf(others));
      },
      { counted: true },
    );
    texts.saved();
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
    const [row] = await this.#db.rows(KEY_ROWS, [JSON.stringify(keys)]);
    const known = knownKeysOf(textOf(row?.['known']));
    return keys.map((key) => knownAt(known.get(key), rules));
  }

  close(): Promise<void> {
    return this.#db.close();
  }

  /** @param others what is known of the claims that are not taken yet; those of them that are ours are taken now */
  async #claim(
    db: Statements,
    of: Owned,
    claims: readonly Claim[],
    rules: ClaimRules,
    others: ReadonlyMap<string, StoredKey | undefined>,
  ): Promise<readonly ClaimAnswer[]> {
    const { run } = of;
    const owners = new Map<string, Owner>();
    const ask = async (rows: Iterable<KeyRow | PhoneRow | undefined>): Promise<void> => {
      for (const row of rows)
        if (row !== undefined && !owners.has(row.run)) owners.set(row.run, await this.ownerOf(db, row.run));
    };
    const ownerOf = (other: string) => owners.get(other) ?? { liveness: 'gone', sendsUntil: 0 };
    await ask([...others.values()].filter((row) => row !== undefined && isSending(row)));
    const answers = claims.map((claim) =>
      others.has(claim.key) ? answerTo(run, claim, others.get(claim.key), rules, ownerOf) : OURS,
    );
    const isNew = (claim: Claim, i: number) => others.has(claim.key) && isTaken(answers[i]);
    const taken = claims.filter(isNew);
    if (taken.length > 0) {
      const phones = await this.#phoneRows(
        db,
        taken.map(({ phoneKey }) => phoneKey),
      );
      await ask(phones.values());
      const now = this.#deps.clock.now();
      claims.forEach((claim, i) => {
        const other = phones.get(claim.phoneKey);
        if (other === undefined || !isNew(claim, i)) return;
        if (isFlightOf(other, run, claim, others.get(claim.key))) return;
        if (isInProgress(other, ownerOf(other.run), now))
          answers[i] = { kind: 'busy', run: other.run, on: claim.phoneKey };
      });
    }
    await this.#take(db, of, claims, answers, others);
    return answers;
  }

  async #phoneRows(db: Statements, phones: readonly string[]): Promise<ReadonlyMap<string, PhoneRow>> {
    const [row] = await db.rows(PHONES, [JSON.stringify(phones)]);
    return phoneRowsOf(textOf(row?.['known']));
  }

  /** Writes the intents of claims that are ours, of those that were not taken yet. */
  async #take(
    db: Statements,
    { run, number }: Owned,
    claims: readonly Claim[],
    answers: readonly ClaimAnswer[],
    others: ReadonlyMap<string, StoredKey | undefined>,
  ): Promise<void> {
    /** What is not being sent there any more: claims that were held and are not ours after all, and their former owners. */
    const over: number[] = [];
    const keys: (readonly unknown[])[] = [];
    const flights: Claim[] = [];
    for (const [i, claim] of claims.entries()) {
      const answer = answers[i];
      if (answer === undefined || !others.has(claim.key)) continue;
      const row = others.get(claim.key);
      if (isTaken(answer)) flights.push(claim);
      if (answer.kind === 'ours') {
        if (!isSendingHere(row, run, claim))
          keys.push([...packClaim(number, claim, run), row?.id ?? null, null]);
      } else if (answer.kind === 'unsettled' && row !== undefined) {
        // A lead that may have been accepted has the older submission id; the look-up finds it by that id.
        const { submissionId, leadIdWatermark, notBefore } = answer;
        const older = { ...claim, submissionId, leadIdWatermark };
        keys.push([...packClaim(number, older, run), row.id, notBefore]);
        over.push(row.place);
      } else if (claim.held === true && !isSendingHere(row, run, claim))
        over.push(placeOf(number, claim.seq));
    }
    if (over.length > 0) await db.run(END_FLIGHTS, [jsonText(over)]);
    if (flights.length > 0) {
      const rows = jsonText(flights.map((claim) => packFlight(number, claim)));
      for (const sql of [TAKE_FLIGHTS, ...TAKE_PHONES]) await db.run(sql, [rows]);
    }
    if (keys.length > 0) await db.run(TAKE_KEYS, [jsonText(keys), this.#deps.clock.now()]);
  }
}

function isTaken(answer: ClaimAnswer | undefined): boolean {
  return answer?.kind === 'ours' || answer?.kind === 'unsettled';
}

function isSendingHere(row: KeyRow | undefined, run: string, { seq }: Claim): boolean {
  return row?.state === 'sending' && row.run === run && row.seq === seq;
}

// The ledger in PostgreSQL, for runs on several machines: what is written during a run. A commit is one call of a function
// in the database (schema.ts); only keys that existed already need a second one, which takes each of them over if it is
// still as it was seen. Every call may be repeated, so that a lost answer is asked for again. turn.ts has the calls, known.ts
// what is made of their answers.
import { randomBytes } from 'node:crypto';
import type { DuplicateOf, Summary } from '../../delivery/outcome.ts';
import type { Clock } from '../../util/clock.ts';
import { jsonText } from '../json-text.ts';
import { type KeyDigest, keyDigest } from '../key-digest.ts';
import {
  type Claim,
  type ClaimAnswer,
  type ClaimRules,
  type Completion,
  type Ledger,
  LedgerWriteError,
  type RunStart,
  type ShareRequest,
} from '../ledger.ts';
import { LEASE_MS, type ProcessIdentity } from '../process-table.ts';
import { filesText, targetsText } from '../rows.ts';
import { knownAt } from '../rules.ts';
import type { Allotment } from '../shares.ts';
import type { Row, Statement } from './connection.ts';
import { type Database, openDatabase, type PostgresOptions } from './database.ts';
import { PostgresHistory } from './history.ts';
import { type Blocked, type Known, knownOf, NOTHING_KNOWN, type Seen, seenIn, textsOf } from './known.ts';
import { knownKeys, NOW_MS } from './schema.ts';
import { shareIn } from './shares.ts';
import { Silence } from './silence.ts';
import { freePhonesStatement, type Take, takeStatement, takesOf, turnStatement } from './turn.ts';
import { Waiters } from './waiters.ts';
import { findWitness, type Witness, witnessOf } from './witness.ts';

export interface PostgresDeps extends Omit<PostgresOptions, 'leaseMs' | 'onNotify' | 'resumed'> {
  /** Of this process; for people only. */
  readonly self: ProcessIdentity;
  /** For tests: a shorter lease; see testLeaseMs in ../path.ts. */
  readonly leaseMs?: number | null;
  /** For tests: a server that was started just now has interrupted nobody. */
  readonly serverIsSettled?: boolean;
}

/** A notification may be lost; then the key is asked for again after so long. */
const POLL_MS = 5_000;

/** Opens the ledger, and creates it if needed and allowed. @throws UsageError */
export async function openPostgresLedger(deps: PostgresDeps): Promise<Ledger> {
  const leaseMs = deps.leaseMs ?? LEASE_MS;
  const waiters = new Waiters(deps.clock, Math.min(POLL_MS, leaseMs / 2));
  const opened: { ledger: PostgresLedger | null } = { ledger: null };
  const db = await openDatabase({
    ...deps,
    leaseMs,
    onNotify: (payload) => (payload === '' ? waiters.wakeAll() : waiters.freed(payload.split(' '))),
    resumed: async (query) => opened.ledger?.resume(query),
  });
  opened.ledger = new PostgresLedger(db, deps, leaseMs, waiters);
  return opened.ledger;
}

const OURS: ClaimAnswer = { kind: 'ours' };

class PostgresLedger extends PostgresHistory implements Ledger {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #deps: PostgresDeps;
  readonly #waiters: Waiters;
  readonly #silence: Silence;
  readonly #digest: KeyDigest;
  /** Told apart from another process that drew the same id for its run. */
  readonly #opener = randomBytes(12).toString('base64url');
  readonly #runs = new Map<string, RunStart>();
  /** When this process last renewed each run's lease, by both clocks, and on which connection. */
  readonly #renewals = new Map<
    string,
    { readonly wall: number; readonly monotonic: number; readonly on: number }
  >();
  #witness: Witness | null = null;
  #listening = false;

  constructor(db: Database, deps: PostgresDeps, leaseMs: number, waiters: Waiters) {
    super(db, leaseMs);
    this.#db = db;
    this.#clock = deps.clock;
    this.#deps = deps;
    this.#waiters = waiters;
    this.#silence = new Silence(deps.tell, leaseMs);
    this.#digest = keyDigest(db.salt);
  }

  /** HMAC-SHA256 under the ledger's salt, its first 128 bits as base64url. */
  digest(identity: string): string {
    return this.#digest(identity);
  }

  async openRun(run: RunStart): Promise<void> {
    this.#runs.set(run.id, run);
    await this.renew(run.id);
  }

  /** Also opens it, if the database has forgotten it (a standby that was behind took over). */
  async renew(id: string): Promise<void> {
    const run = this.#runs.get(id);
    if (run === undefined) throw new Error(`run ${id} was not opened here`);
    // The lease starts before the write, for us; the database's own begins later.
    const began = { wall: this.#clock.now(), monotonic: this.#clock.monotonic() };
    const [on, rows] = await this.#db.run(
      async (query) => [this.#db.connections, await query(this.#renewal(run))] as const,
    );
    if (rows.length === 0) throw new LedgerWriteError(`another run has the id ${id}; send again`);
    this.#renewals.set(id, { ...began, on });
  }

  #renewal(run: RunStart): Statement {
    const { s } = this.#db;
    const { id, command, parent, startedAt } = run;
    const { pid, startTime, boot } = this.#deps.self;
    return {
      name: 'renew',
      text: `INSERT INTO ${s}.runs AS r
          (id, command, parent, started_at, files, targets, pid, process_start, boot, opener, renewed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, ${NOW_MS})
        ON CONFLICT (id) DO UPDATE SET renewed_at = excluded.renewed_at WHERE r.opener = excluded.opener
        RETURNING 1`,
      values: [
        id,
        command,
        parent,
        startedAt,
        filesText(run),
        targetsText(run),
        pid,
        startTime,
        boot,
        this.#opener,
      ],
    };
  }

  /** Not at all while the connection is lost, nor before it was renewed on the new one: then nothing may leave. */
  sinceRenewal(run: string): number {
    const last = this.#renewals.get(run);
    if (last === undefined || !this.#db.isUp || last.on !== this.#db.connections)
      return Number.POSITIVE_INFINITY;
    return Math.max(this.#clock.now() - last.wall, this.#clock.monotonic() - last.monotonic);
  }

  async closeRun(run: string, summary: Summary, exitStatus: number, endedAt: string): Promise<void> {
    await this.#ask({
      text: `WITH shared AS (DELETE FROM ${this.#db.s}.shares WHERE run = $4)
        UPDATE ${this.#db.s}.runs SET ended_at = $1, exit_status = $2, summary = $3 WHERE id = $4`,
      values: [endedAt, exitStatus, jsonText(summary), run],
    });
    this.#runs.delete(run);
    this.#renewals.delete(run);
  }

  async commit(
    run: string,
    completions: readonly Completion[],
    claims: readonly Claim[],
    rules: ClaimRules,
  ): Promise<readonly ClaimAnswer[]> {
    let known = await this.#turn(run, completions, claims);
    this.#witness = witnessOf(run, completions, claims) ?? this.#witness;
    if (known.rows.size === 0 && known.phones.size === 0) return claims.map(() => OURS);
    const answers = new Map<string, ClaimAnswer>();
    let open = claims;
    // Ends: a claim is asked again only if another run has changed its key or its phone since, or the phone was freed.
    for (;;) {
      const { rows, phones } = known;
      open = open.filter(({ key, phoneKey }) => rows.has(key) || phones.has(phoneKey));
      if (open.length === 0) return claims.map(({ key }) => answers.get(key) ?? OURS);
      const { answer, inTheWay, silentMs, ahead } = this.#seen(run, known, rules);
      const blocked = open.flatMap((claim) => inTheWay(claim) ?? []);
      for (const claim of open) {
        const said = answer(claim);
        answers.set(claim.key, said);
        if (said.kind === 'busy' && said.run !== run) this.#silence.waitsFor(said.run, silentMs(said.run));
      }
      const free = open.filter((claim) => inTheWay(claim)?.wait !== false);
      const changed = new Set([
        ...(await this.#freePhones(blocked)),
        ...(await this.#take(run, takesOf(free, answers, rows, ahead))),
      ]);
      open = open.filter(({ key, phoneKey }) => changed.has(key) || changed.has(phoneKey));
      for (const { key } of open) answers.delete(key);
      if (open.length > 0) known = await this.#turn(run, [], open);
    }
  }

  async #turn(run: string, completions: readonly Completion[], claims: readonly Claim[]): Promise<Known> {
    const [row] = await this.#ask(turnStatement(this.#db.s, run, completions, claims));
    return row === undefined ? NOTHING_KNOWN : knownOf(row);
  }

  /** @returns the phones that are free now, or have changed since they were seen */
  async #freePhones(blocked: readonly Blocked[]): Promise<readonly string[]> {
    if (blocked.length === 0) return [];
    if (blocked.some(({ wait }) => wait)) await this.#listen();
    const [row] = await this.#ask(freePhonesStatement(this.#db.s, blocked));
    return textsOf(row?.['changed']);
  }

  /** @returns the keys that have changed since they were seen */
  async #take(run: string, takes: readonly Take[]): Promise<readonly string[]> {
    if (takes.length === 0) return [];
    if (takes.some(({ seq }) => seq === null)) await this.#listen();
    const [row] = await this.#ask(takeStatement(this.#db.s, run, takes));
    return textsOf(row?.['changed']);
  }

  share(run: string, requests: readonly ShareRequest[]): Promise<readonly Allotment[]> {
    return shareIn(this.#db, run, requests, this.leaseMs);
  }

  async lookUp(keys: readonly string[], rules: ClaimRules): Promise<readonly (DuplicateOf | null)[]> {
    const { rows } = await this.#known(keys);
    return keys.map((key) => knownAt(rows.get(key), rules));
  }

  async holds(keys: readonly string[]): Promise<readonly boolean[]> {
    const { rows } = await this.#known(keys);
    return keys.map((key) => rows.has(key));
  }

  async #known(keys: readonly string[]): Promise<Known> {
    const { s } = this.#db;
    const [row] = await this.#ask({
      name: 'known',
      text: `SELECT found.*, ${NOW_MS} AS instant FROM (${knownKeys(s, `${s}.keys k`)} WHERE k.key = ANY ($1)) found`,
      values: [keys],
    });
    return row === undefined ? NOTHING_KNOWN : knownOf(row);
  }

  #seen(run: string, known: Known, rules: ClaimRules): Seen {
    const { leaseMs } = this;
    const mayBeBack = !this.#db.isSettled(leaseMs, this.#deps.serverIsSettled ?? false);
    return seenIn(known, { run, rules, leaseMs, now: this.#clock.now(), mayBeBack });
  }

  /** Resolves when the lead that has this key or phone has ended, or may have. */
  whenEnded(key: string, signal: AbortSignal): Promise<void> {
    return this.#waiters.wait(key, signal);
  }

  hurry(): void {
    this.#db.hurry();
  }

  close(): Promise<void> {
    this.#waiters.wakeAll();
    return this.#db.close();
  }

  /** On a new connection, before anything else: what was confirmed must be there, and notifications wanted again. */
  async resume(query: (statement: Statement) => Promise<readonly Row[]>): Promise<void> {
    const { s } = this.#db;
    if (this.#witness !== null) await findWitness(query, s, this.#witness);
    if (this.#listening) await query({ text: `LISTEN ${s}` });
    this.#waiters.wakeAll();
  }

  async #listen(): Promise<void> {
    if (this.#listening) return;
    await this.#ask({ text: `LISTEN ${this.#db.s}` });
    this.#listening = true;
  }

  #ask(statement: Statement): Promise<readonly Row[]> {
    return this.#db.run((query) => query(statement));
  }
}

// The ledger in PostgreSQL, for runs on several machines: what is written during a run. A commit is one call of a function
// in the database (schema.ts); only keys that existed already need a second one, which takes each of them over if it is
// still as it was seen. Every call may be repeated, so that a lost answer is asked for again.
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
  FENCE_SHARE,
  type Ledger,
  LedgerWriteError,
  type RunStart,
  type ShareRequest,
} from '../ledger.ts';
import { LEASE_MS, type ProcessIdentity } from '../process-table.ts';
import {
  answerTo,
  isFlightOf,
  isInProgress,
  type KeyRow,
  knownAt,
  type Owner,
  type PhoneRow,
} from '../rules.ts';
import type { Allotment } from '../shares.ts';
import { flightRow, keyRowsOf, numberOf, resultRow, textOf } from '../sqlite/rows.ts';
import type { Row, Statement, Value } from './connection.ts';
import { type Database, openDatabase, type PostgresOptions } from './database.ts';
import { PostgresHistory } from './history.ts';
import { knownKeys, NOW_MS } from './schema.ts';
import { shareIn } from './shares.ts';
import { Waiters } from './waiters.ts';

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

/** Something that the last confirmed commit has written. */
type Witness =
  | { readonly kind: 'result'; readonly run: string; readonly seq: number }
  | { readonly kind: 'key'; readonly key: string };

const OURS: ClaimAnswer = { kind: 'ours' };

class PostgresLedger extends PostgresHistory implements Ledger {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #deps: PostgresDeps;
  readonly #waiters: Waiters;
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

  #renewal({ id, command, parent, startedAt, files, targets }: RunStart): Statement {
    const { s } = this.#db;
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
        jsonText(files),
        jsonText(targets),
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
      const { answer, inTheWay, ahead } = this.#seen(run, known, rules);
      const blocked = open.flatMap((claim) => inTheWay(claim) ?? []);
      for (const claim of open) answers.set(claim.key, answer(claim));
      const free = open.filter((claim) => inTheWay(claim)?.wait !== false);
      const changed = new Set([
        ...(await this.#freePhones(blocked)),
        ...(await this.#take(run, free, answers, rows, ahead)),
      ]);
      open = open.filter(({ key, phoneKey }) => changed.has(key) || changed.has(phoneKey));
      for (const { key } of open) answers.delete(key);
      if (open.length > 0) known = await this.#turn(run, [], open);
    }
  }

  async #turn(run: string, completions: readonly Completion[], claims: readonly Claim[]): Promise<Known> {
    const [row] = await this.#ask({
      name: 'turn',
      text: `SELECT * FROM ${this.#db.s}.turn($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)`,
      values: [run, ...turnValues(completions, claims)],
    });
    return row === undefined ? NOTHING_KNOWN : knownOf(row);
  }

  /** @returns the phones that are free now, or have changed since they were seen */
  async #freePhones(blocked: readonly Blocked[]): Promise<readonly string[]> {
    if (blocked.length === 0) return [];
    if (blocked.some(({ wait }) => wait)) await this.#listen();
    const [row] = await this.#ask({
      text: `SELECT array_to_json(${this.#db.s}.free_phones($1,$2,$3,$4)) AS changed`,
      values: [
        blocked.map(({ by }) => by.phoneKey),
        blocked.map(({ by }) => by.run),
        blocked.map(({ by }) => by.seq),
        // As text: the driver's arrays hold no booleans.
        blocked.map(({ wait }) => String(wait)),
      ],
    });
    return textsOf(row?.['changed']);
  }

  /** @returns the keys that have changed since they were seen */
  async #take(
    run: string,
    claims: readonly Claim[],
    answers: ReadonlyMap<string, ClaimAnswer>,
    rows: ReadonlyMap<string, KeyRow>,
    ahead: number,
  ): Promise<readonly string[]> {
    const taken = claims.flatMap((claim) => {
      const row = rows.get(claim.key);
      const answer = answers.get(claim.key);
      if (row === undefined || answer === undefined) return [];
      if (answer.kind !== 'ours' && answer.kind !== 'unsettled' && answer.kind !== 'busy') return [];
      if (answer.kind === 'busy' && answer.on !== claim.key) return [];
      // A lead that may have been accepted has the older submission id; the look-up finds it by that id.
      const { submissionId, leadIdWatermark } = answer.kind === 'unsettled' ? answer : claim;
      const until =
        answer.kind === 'unsettled' && answer.notBefore !== null ? answer.notBefore + ahead : null;
      const seq = answer.kind === 'busy' ? null : claim.seq;
      const { key, phoneKey } = claim;
      return [{ row, key, phoneKey, seq, submissionId, leadIdWatermark, until, body: flightBody(claim) }];
    });
    if (taken.length === 0) return [];
    if (taken.some(({ seq }) => seq === null)) await this.#listen();
    const [row] = await this.#ask({
      name: 'take',
      text: `SELECT array_to_json(${this.#db.s}.take($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)) AS changed`,
      values: [
        run,
        taken.map(({ key }) => key),
        taken.map((one) => one.row.run),
        taken.map((one) => one.row.seq),
        taken.map((one) => one.row.state),
        taken.map(({ seq }) => seq),
        taken.map(({ submissionId }) => submissionId),
        taken.map(({ leadIdWatermark }) => leadIdWatermark),
        taken.map(({ until }) => until),
        taken.map(({ seq, body }) => (seq === null ? null : body)),
        taken.map(({ phoneKey }) => phoneKey),
      ],
    });
    return textsOf(row?.['changed']);
  }

  share(run: string, requests: readonly ShareRequest[]): Promise<readonly Allotment[]> {
    return shareIn(this.#db, run, requests, this.leaseMs);
  }

  async lookUp(keys: readonly string[], rules: ClaimRules): Promise<readonly (DuplicateOf | null)[]> {
    const { rows } = await this.#known(keys);
    return keys.map((key) => knownAt(rows.get(key), rules));
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

  /** The owners of keys by the database's time, and what is answered by ours. */
  #seen(run: string, { rows, phones, owners, instant }: Known, rules: ClaimRules) {
    const ahead = instant - this.#clock.now();
    // After an outage the others may only be on their way back.
    const mayBeBack = !this.#db.isSettled(this.leaseMs, this.#deps.serverIsSettled ?? false);
    const ownerOf = (other: string): Owner => {
      const owner = owners.get(other);
      if (owner === undefined || owner.ended) return { liveness: 'gone', sendsUntil: 0 };
      const lives = instant < owner.renewedAt + this.leaseMs || mayBeBack;
      return {
        liveness: lives ? 'alive' : 'lapsed',
        sendsUntil: Math.ceil(owner.renewedAt + this.leaseMs * FENCE_SHARE),
      };
    };
    const toOurTime = (answer: ClaimAnswer): ClaimAnswer =>
      answer.kind === 'unsettled' && answer.notBefore !== null
        ? { ...answer, notBefore: answer.notBefore - ahead }
        : answer;
    const byKey = (claim: Claim) => answerTo(run, claim, rows.get(claim.key), rules, ownerOf);
    const inTheWay = (claim: Claim): Blocked | null => {
      const by = phones.get(claim.phoneKey);
      if (by === undefined || isFlightOf(by, run, claim, rows.get(claim.key))) return null;
      const { kind } = byKey(claim);
      if (kind !== 'ours' && kind !== 'unsettled') return null;
      return { by, wait: isInProgress(by, ownerOf(by.run), instant) };
    };
    const answer = (claim: Claim): ClaimAnswer => {
      const blocked = inTheWay(claim);
      if (blocked?.wait === true) return { kind: 'busy', run: blocked.by.run, on: claim.phoneKey };
      return toOurTime(byKey(claim));
    };
    return { answer, inTheWay, ahead };
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
    const witness = this.#witness;
    if (witness !== null) {
      const [text, values]: [string, Value[]] =
        witness.kind === 'result'
          ? [`SELECT 1 FROM ${s}.results WHERE run = $1 AND seq = $2`, [witness.run, witness.seq]]
          : [`SELECT 1 FROM ${s}.keys WHERE key = $1`, [witness.key]];
      if ((await query({ text, values })).length === 0) {
        throw new LedgerWriteError(
          'the database no longer has what it had confirmed: an older copy or a standby that was behind took its place (see docs/ledger.md)',
        );
      }
    }
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

/** Another lead of the phone stands in the way of a claim. `wait`: it may be in progress. */
interface Blocked {
  readonly by: PhoneRow;
  readonly wait: boolean;
}

interface Known {
  readonly phones: ReadonlyMap<string, PhoneRow>;
  readonly rows: ReadonlyMap<string, KeyRow>;
  readonly owners: ReadonlyMap<string, { readonly ended: boolean; readonly renewedAt: number }>;
  /** Unix ms, by the database's clock. */
  readonly instant: number;
}

const NOTHING_KNOWN: Known = { rows: new Map(), phones: new Map(), owners: new Map(), instant: 0 };

function knownOf(row: Row): Known {
  const owners: readonly (readonly [string, boolean, number])[] =
    row['owners'] === null ? [] : JSON.parse(textOf(row['owners']));
  const phones = phonesOf(row['phones']);
  return {
    rows: row['known'] === null ? new Map() : keyRowsOf(textOf(row['known'])),
    phones: new Map(phones.map(({ row: phone }) => [phone.phoneKey, phone])),
    owners: new Map([
      ...phones.flatMap(({ row: { run }, owner }) => (owner === null ? [] : [[run, owner] as const])),
      ...owners.map(([run, ended, renewedAt]) => [run, { ended, renewedAt }] as const),
    ]),
    instant: numberOf(row['instant']),
  };
}

function phonesOf(phones: unknown): readonly {
  readonly row: PhoneRow;
  readonly owner: { readonly ended: boolean; readonly renewedAt: number } | null;
}[] {
  if (phones === null || phones === undefined) return [];
  const rows: readonly (readonly [
    string,
    string,
    number,
    number | null,
    readonly [boolean, number] | null,
  ])[] = JSON.parse(textOf(phones));
  return rows.map(([phoneKey, run, seq, timeoutMs, owner]) => ({
    row: { phoneKey, run, seq, timeoutMs },
    owner: owner === null ? null : { ended: owner[0], renewedAt: owner[1] },
  }));
}

function textsOf(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map(textOf) : [];
}

/** The arguments of `turn` after the run. */
function turnValues(completions: readonly Completion[], claims: readonly Claim[]): readonly Value[] {
  // A record that is already known, or never sent, has no claim to end: most records of a re-run are like this.
  const ends = completions.filter(({ key }) => key !== null);
  const results = completions.map((completion) => ({ completion, row: resultRow(completion) }));
  return [
    ends.map(({ key }) => key),
    ends.map(({ result }) => result.seq),
    ends.map(({ result }) => result.status),
    ends.map(({ result }) => cleanOrNull(result.leadId)),
    ends.map(({ at }) => at),
    completions.map(({ result }) => result.seq),
    completions.map(({ result }) => result.status),
    completions.map(({ key }) => key),
    results.map(({ row }) => jsonText(row[3])),
    claims.map(({ key }) => key),
    claims.map(({ seq }) => seq),
    claims.map(({ submissionId }) => submissionId),
    claims.map(({ leadIdWatermark }) => cleanOrNull(leadIdWatermark)),
    claims.map(flightBody),
    claims.map(({ phoneKey }) => phoneKey),
  ];
}

function flightBody(claim: Claim): string {
  return jsonText(flightRow(claim)[1]);
}

/** PostgreSQL has no place for NUL. */
function cleanOrNull(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\0', '\ufffd');
}

function witnessOf(
  run: string,
  completions: readonly Completion[],
  claims: readonly Claim[],
): Witness | null {
  const completion = completions.at(-1);
  if (completion !== undefined) return { kind: 'result', run, seq: completion.result.seq };
  const claim = claims.at(-1);
  return claim === undefined ? null : { kind: 'key', key: claim.key };
}

// The ledger's promise as the simplest thing that keeps it: maps in memory that survive the simulated process. A
// turn is applied at one instant; a process that dies before it has lost all of it, one that dies after it nothing.
import { createHash } from 'node:crypto';
import type { Status, Summary } from '../../../src/delivery/outcome.ts';
import type {
  Claim,
  ClaimAnswer,
  ClaimRules,
  Completion,
  Ledger,
  RunRow,
  RunStart,
  StoredResult,
  Unfinished,
} from '../../../src/ledger/ledger.ts';
import { LedgerWriteError } from '../../../src/ledger/ledger.ts';
import { decideShares, type ShareRow } from '../../../src/ledger/share-rows.ts';

export interface KeyRow {
  run: string;
  state: 'sending' | 'created' | 'duplicate' | 'failed' | 'rejected' | 'unknown';
  claim: Claim;
  submissionId: string;
  leadIdWatermark: string | null;
  until: number | null;
  leadId: string | null;
  at: string;
  /** While it is sending: no other run has taken its phone. */
  hasPhone: boolean;
  /** Whose claim it was until another run, paused meanwhile, said that it had long been taken. */
  before?: { readonly run: string; readonly at: number };
  /** The run whose sending that ended: its request may still be in progress. */
  ended?: string;
}

/** What survives the processes: the disk. */
export interface ModelDisk {
  readonly keys: Map<string, KeyRow>;
  readonly runs: Map<
    string,
    {
      start: RunStart;
      renewedAt: number;
      endedAt: string | null;
      summary: Summary | null;
      exit: number | null;
    }
  >;
  readonly results: Map<string, ModelResult[]>;
  readonly shares: Map<string, ShareRow>;
  /** Claims that were given back as failed, and when: whoever comes next sends such a lead without asking. */
  readonly failed: { readonly claim: Claim; readonly at: number }[];
}

/** A result, and the key by which later runs are found. */
type ModelResult = Omit<StoredResult, 'now'> & { readonly identity: string | null };

export function emptyDisk(): ModelDisk {
  return { keys: new Map(), runs: new Map(), results: new Map(), shares: new Map(), failed: [] };
}

const LEASE_MS = 60_000;

export interface ModelOptions {
  readonly disk: ModelDisk;
  /** Whether the process of that run lives; `silent`: only its lease tells. */
  readonly isAlive: (run: string) => boolean | 'silent';
  /** A point where the process can die; resolves when the disk has done its work. */
  readonly io: () => Promise<void>;
  readonly now: () => string;
  /** Unix ms that only go forward, of the process; absent: no time passes. */
  readonly ms?: () => number;
  /** The same instant as the wall's clock has it, which can jump. */
  readonly wall?: () => number;
  /** Turns until the disk is full; then nothing more can be written. */
  readonly writesLeft?: number;
  /** A defect on purpose: says "durable" first and writes later, so that a crash between loses the intent. */
  readonly answerBeforeSync?: boolean;
  /** A defect on purpose: phones are nobody's. */
  readonly noPhones?: boolean;
  /** A defect on purpose: a newcomer does not wait for what the others give back. */
  readonly noWaiting?: boolean;
  /** A defect on purpose: a run never notices that its lease has run out. */
  readonly unfenced?: boolean;
}

export function modelLedger(options: ModelOptions): Ledger {
  const { disk, io, now, ms = () => 0 } = options;
  const renewals = new Map<string, number>();

  const fateOf = (run: string): 'alive' | 'gone' | 'lapsed' => {
    const seen = options.isAlive(run);
    if (seen !== 'silent') return seen ? 'alive' : 'gone';
    return ms() < (disk.runs.get(run)?.renewedAt ?? 0) + LEASE_MS ? 'alive' : 'lapsed';
  };
  const isAlive = (run: string): boolean => fateOf(run) === 'alive';
  let writesLeft = options.writesLeft ?? Number.POSITIVE_INFINITY;

  const known = (row: KeyRow, rules: ClaimRules, run: string | null): boolean =>
    (row.state === 'created' || row.state === 'duplicate') &&
    (row.run === run || (!rules.resend && (rules.knownSince === null || row.at >= rules.knownSince)));

  /** Another lead of the same phone, which may be in progress. */
  const rivalOf = (run: string, claim: Claim): string | null => {
    // What is written late could stay in progress for ever.
    if (options.noPhones === true || options.answerBeforeSync === true) return null;
    for (const row of disk.keys.values()) {
      const sender = row.state === 'sending' ? row.run : (row.ended ?? null);
      if (sender === null || !row.hasPhone || row.claim.key === claim.key) continue;
      if (row.claim.phoneKey !== claim.phoneKey) continue;
      const fate = sender === run ? 'alive' : fateOf(sender);
      const ends = (disk.runs.get(sender)?.renewedAt ?? 0) + LEASE_MS * (2 / 3) + row.claim.timeoutMs;
      if (fate === 'alive' || (fate === 'lapsed' && ms() < ends)) return sender;
    }
    return null;
  };

  const takePhone = (claim: Claim): void => {
    for (const row of disk.keys.values()) if (row.claim.phoneKey === claim.phoneKey) row.hasPhone = false;
  };

  const take = (run: string, claim: Claim, kept?: KeyRow, until: number | null = null): void => {
    takePhone(claim);
    disk.keys.set(claim.key, {
      run,
      state: 'sending',
      claim,
      submissionId: kept?.submissionId ?? claim.submissionId,
      leadIdWatermark: kept === undefined ? claim.leadIdWatermark : kept.leadIdWatermark,
      until,
      leadId: null,
      at: now(),
      hasPhone: true,
    });
  };

  const claimOne = (run: string, claim: Claim, rules: ClaimRules): ClaimAnswer => {
    const row = disk.keys.get(claim.key);
    const rival = rivalOf(run, claim);
    const waits: ClaimAnswer | null =
      rival === null ? null : { kind: 'busy', run: rival, on: claim.phoneKey };
    if (row === undefined) {
      if (waits !== null) return waits;
      take(run, claim);
      return { kind: 'ours' };
    }
    const lost = claim.held === true && row.run !== run;
    const there = row.state === 'created' || row.state === 'duplicate';
    if ((lost && there) || known(row, rules, run)) {
      return {
        kind: 'known',
        status: row.state === 'created' ? 'created' : 'duplicate',
        leadId: row.leadId,
        run: row.run,
        file: row.claim.file,
        record: row.claim.record,
        at: row.at,
      };
    }
    if (row.run === run) {
      if (row.state === 'failed' || row.state === 'unknown') {
        return { kind: 'ended', status: row.state, file: row.claim.file, record: row.claim.record };
      }
      if (row.state === 'sending') {
        if (claim.held !== true || row.claim.seq !== claim.seq) return { kind: 'busy', run, on: claim.key };
        if (row.hasPhone) return { kind: 'ours' };
        if (waits !== null) return waits;
        takePhone(claim);
        row.hasPhone = true;
        return { kind: 'ours' };
      }
    } else if (lost && (row.state === 'rejected' || row.state === 'failed' || row.state === 'unknown')) {
      return { kind: 'taken', status: row.state, run: row.run };
    } else if (row.state === 'sending' || row.state === 'unknown') {
      if (row.state === 'sending' && isAlive(row.run)) return { kind: 'busy', run: row.run, on: claim.key };
      if (waits !== null) return waits;
      const { submissionId, leadIdWatermark, at } = row;
      const before = row.run;
      const silent = row.state === 'sending' && fateOf(before) === 'lapsed';
      const last = (disk.runs.get(before)?.renewedAt ?? 0) + LEASE_MS * (2 / 3) + row.claim.timeoutMs;
      const notBefore = silent ? Math.max(row.until ?? 0, last) : row.until;
      take(run, claim, row, notBefore);
      const told = notBefore === null ? null : notBefore - ms() + (options.wall ?? ms)();
      return { kind: 'unsettled', submissionId, leadIdWatermark, run: before, at, notBefore: told };
    }
    if (waits !== null) return waits;
    take(run, claim);
    if (!there) return { kind: 'ours' };
    const { run: before, at, claim: first } = row;
    return { kind: 'ours', earlier: { at, run: before, file: first.file, record: first.record } };
  };

  const completeOne = (run: string, completion: Completion): void => {
    const { key, result } = completion;
    const { status } = result;
    if (key !== null && status !== 'invalid' && status !== 'skipped') {
      const row = disk.keys.get(key);
      if (row?.ended === run) delete row.ended;
      const there = status === 'created' || status === 'duplicate';
      const open = row?.state !== 'created' && row?.state !== 'duplicate';
      if (row !== undefined && (row.run === run ? row.state === 'sending' : there && open)) {
        if (row.run !== run) {
          row.before = { run: row.run, at: ms() };
          if (row.state === 'sending') row.ended = row.run;
        }
        row.run = run;
        row.claim = { ...row.claim, file: result.file, record: result.record, seq: result.seq };
        row.state = status;
        row.leadId = result.leadId;
        row.at = completion.at;
        if (status === 'failed') disk.failed.push({ claim: row.claim, at: ms() });
      }
    }
    const rows = disk.results.get(run) ?? [];
    rows.push({
      ...result,
      at: completion.at,
      lead: completion.lead,
      identity: completion.identity,
    });
    disk.results.set(run, rows);
  };

  /** As it stands: what a later run made of a lead that was left open. */
  const standing = ({ identity, ...row }: ModelResult): StoredResult => {
    const key = identity === null ? undefined : disk.keys.get(identity);
    const order = [...disk.runs.keys()];
    const isOpen = row.status === 'failed' || row.status === 'rejected' || row.status === 'unknown';
    if (!isOpen || key === undefined || order.indexOf(key.run) <= order.indexOf(row.run))
      return { ...row, now: null };
    const { state, leadId, run, at } = key;
    return { ...row, now: { status: state, leadId, run, at } };
  };

  const rowOf = (id: string): RunRow | null => {
    const run = disk.runs.get(id);
    if (run === undefined) return null;
    const state = run.endedAt !== null ? 'ended' : isAlive(id) ? 'running' : 'died';
    return { ...run.start, endedAt: run.endedAt, exitStatus: run.exit, summary: run.summary, state };
  };

  return {
    openRun: async (run) => {
      const renewedAt = ms();
      await io();
      disk.runs.set(run.id, { start: run, renewedAt, endedAt: null, summary: null, exit: null });
      renewals.set(run.id, renewedAt);
    },
    commit: async (run, completions, claims, rules) => {
      const apply = (): ClaimAnswer[] => {
        for (const completion of completions) completeOne(run, completion);
        return claims.map((claim) => claimOne(run, claim, rules));
      };
      if (options.answerBeforeSync === true) {
        // Time passes also here, or what was written never arrives.
        await io();
        // Computes the answers on a copy that a crash would lose.
        const copy = modelLedger({
          ...options,
          disk: structuredClone(disk),
          answerBeforeSync: false,
          noPhones: true,
          io: async () => {},
        });
        const answers = await copy.commit(run, completions, claims, rules);
        void io()
          .then(() => io())
          .then(apply);
        return answers;
      }
      await io();
      writesLeft--;
      if (writesLeft < 0) throw new LedgerWriteError('the disk is full');
      const answers = apply();
      await io();
      return answers;
    },
    renew: async (id) => {
      const at = ms();
      await io();
      const run = disk.runs.get(id);
      if (run !== undefined) disk.runs.set(id, { ...run, renewedAt: at });
      renewals.set(id, at);
    },
    share: async (id, requests) => {
      await io();
      const living = [...disk.shares.values()].filter(({ run }) => run === id || isAlive(run));
      const rows = options.noWaiting === true ? living.map((row) => ({ ...row, held: 0 })) : living;
      const decided = decideShares(id, requests, rows, ms());
      for (const { row } of decided) disk.shares.set(`${row.endpoint} ${id} ${row.target}`, row);
      await io();
      return decided.map(({ allotment }) => allotment);
    },
    leaseMs: LEASE_MS,
    sinceRenewal: (run) => (options.unfenced === true ? 0 : ms() - (renewals.get(run) ?? 0)),
    closeRun: async (id, summary, exitStatus, endedAt) => {
      await io();
      const run = disk.runs.get(id);
      if (run !== undefined) disk.runs.set(id, { ...run, summary, exit: exitStatus, endedAt });
    },
    lookUp: async (keys, rules) => {
      await io();
      return keys.map((key) => {
        const row = disk.keys.get(key);
        if (row === undefined || !known(row, rules, null)) return null;
        const { leadId, at, run, claim } = row;
        return { by: 'ledger', leadId, at, run, file: claim.file, record: claim.record };
      });
    },
    holds: async (keys) => {
      await io();
      return keys.map((key) => disk.keys.has(key));
    },
    digest: (identity) => createHash('sha256').update(identity).digest('base64url').slice(0, 22),
    runs: async () => [...disk.runs.keys()].flatMap((id) => rowOf(id) ?? []).reverse(),
    findRuns: async (prefix) =>
      [...disk.runs.keys()]
        .filter((id) => id.startsWith(prefix.toUpperCase()))
        .flatMap((id) => rowOf(id) ?? []),
    results: async function* (run: string, statuses?: readonly Status[]) {
      const rows = (disk.results.get(run) ?? []).map(standing).filter(({ status, now: later }) => {
        const stands = later === null || later.status === 'sending' ? status : later.status;
        return statuses?.includes(stands) ?? true;
      });
      yield rows.sort((a, b) => a.seq - b.seq);
    },
    unfinished: async function* (run: string, statuses: readonly Unfinished['status'][]) {
      const ended = (disk.results.get(run) ?? []).flatMap((row): Unfinished[] => {
        const { seq, file, record, line, target, lead, status } = row;
        if (status !== 'failed' && status !== 'rejected' && status !== 'unknown') return [];
        return lead !== null && statuses.includes(status)
          ? [{ seq, file, record, line, target, lead, status }]
          : [];
      });
      const flying = [...disk.keys.values()].flatMap((row): Unfinished[] => {
        if (row.run !== run || row.state !== 'sending' || isAlive(run)) return [];
        const { seq, file, record, line, target, lead } = row.claim;
        return statuses.includes('sending')
          ? [{ seq, file, record, line, target, lead, status: 'sending' }]
          : [];
      });
      yield [...ended, ...flying].sort((a, b) => a.seq - b.seq);
    },
    // Nobody asks the simulation what later runs made of a run, nor what a person has seen.
    inFlight: async () => [],
    changes: async () => [],
    finishedBy: async () => null,
    undelivered: async () => 0,
    noted: async () => new Set(),
    note: async () => {},
    purge: async () => 0,
    close: async () => {},
  };
}

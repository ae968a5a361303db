// The way to the database, which may be lost at any time: connects again with growing pauses and repeats what was asked,
// for up to five leases. Whatever it runs must be safe to repeat: it may have happened although its answer was lost.
import type { Clock } from '../../util/clock.ts';
import { messageOf } from '../../util/errors.ts';
import type { Secret } from '../../util/secret.ts';
import { UsageError } from '../../util/usage-error.ts';
import { LedgerWriteError } from '../ledger.ts';
import { LEASE_MS } from '../process-table.ts';
import type { PostgresAddress } from './address.ts';
import { Connection, ConnectionLost, type Row, type Statement, stateOf } from './connection.ts';
import { refusalOf, whyRefused } from './refusal.ts';

export interface PatientOptions {
  readonly address: PostgresAddress;
  /** Read anew for each connection: it may have been changed. */
  readonly password: () => Secret | null;
  readonly clock: Clock;
  readonly leaseMs: number;
  readonly onNotify: (payload: string) => void;
  /** For the user, a line at a time: the connection was lost, and is back. */
  readonly tell: (line: string) => void;
  /** Runs on each new connection before anything else; it may be run again. */
  readonly prepare: (query: Query) => Promise<void>;
  /** Runs before what was asked is repeated on another connection. @throws LedgerWriteError where nothing may go on */
  readonly resumed: (query: Query) => Promise<void>;
}

export type Query = (statement: Statement) => Promise<readonly Row[]>;

/** A lost connection is tried again for this many leases. */
const PATIENCE_LEASES = 5;
const FIRST_PAUSE_MS = 100;
const MAX_PAUSE_MS = 5_000;
/** Another transaction was preferred, or quicker to take a phone: repeated at once, but not for ever. */
const CONFLICTS = ['40P01', '40001', '55P03', '23505'];
const MAX_CONFLICTS = 50;

export class PatientConnection {
  readonly #options: PatientOptions;
  #connection: Connection | null = null;
  /** The last operation: one at a time. */
  #last: Promise<unknown> = Promise.resolve();
  /** Monotonic ms since when there is no connection; null: there is one. */
  #lostSince: number | null = null;
  #lostOnce = false;
  /** Monotonic ms of the newest connection. */
  #connectedAt = 0;
  /** Once it has been waited for in vain, each further call tries once. */
  #gaveUp = false;
  readonly #hurry = new AbortController();
  #closed = false;

  constructor(options: PatientOptions) {
    this.#options = options;
  }

  /** The first connection, which is not waited for. @throws UsageError */
  async open(): Promise<void> {
    const { address } = this.#options;
    try {
      await this.#connected();
    } catch (error) {
      throw error instanceof UsageError ? error : whyRefused(error, address);
    }
  }

  /** Nothing may leave before it is connected again. */
  get isUp(): boolean {
    return this.#connection !== null && !this.#connection.isLost;
  }

  /** How long it has been connected since it was lost; null: it never was. */
  get sinceOutageMs(): number | null {
    return this.#lostOnce ? this.#options.clock.monotonic() - this.#connectedAt : null;
  }

  /** From now on a lost connection is not waited for: the user wants to leave. */
  hurry(): void {
    this.#hurry.abort();
  }

  /**
   * Alone on the connection; repeated from its start where the connection is lost meanwhile.
   * @throws LedgerWriteError
   */
  run<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const turn = this.#last.then(
      () => this.#patiently(work),
      () => this.#patiently(work),
    );
    this.#last = turn.catch(() => {});
    return turn;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#last;
    await this.#connection?.close();
  }

  async #patiently<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const { clock, leaseMs } = this.#options;
    let pause = FIRST_PAUSE_MS;
    for (let conflicts = 0; ; ) {
      try {
        const connection = await this.#connected();
        const value = await work((statement) => connection.query(statement));
        this.#gaveUp = false;
        return value;
      } catch (error) {
        if (CONFLICTS.includes(stateOf(error)) && conflicts++ < MAX_CONFLICTS) {
          await clock.sleep(20 * clock.random());
          continue;
        }
        if (!(error instanceof ConnectionLost)) throw this.#trouble(error);
        const lostFor = clock.monotonic() - this.#lose(error.message);
        if (this.#gaveUp || this.#hurry.signal.aborted || lostFor >= PATIENCE_LEASES * leaseMs) {
          this.#gaveUp = true;
          throw this.#trouble(error);
        }
        await clock.sleep(pause * (0.5 + clock.random()), this.#hurry.signal);
        pause = Math.min(2 * pause, MAX_PAUSE_MS);
      }
    }
  }

  async #connected(): Promise<Connection> {
    const { clock, leaseMs, address, password, onNotify, prepare, resumed, tell } = this.#options;
    const before = this.#connection;
    if (before !== null && !before.isLost) return before;
    if (before !== null) this.#lose('it was closed');
    const connection = await Connection.open({
      address,
      password: password(),
      timeoutMs: leaseMs / 3,
      onNotify,
      onLost: () => onNotify(''),
    });
    try {
      const query: Query = (statement) => connection.query(statement);
      await prepare(query);
      if (this.#lostOnce) await resumed(query);
    } catch (error) {
      connection.destroy();
      throw error;
    }
    this.#connection = connection;
    this.#connectedAt = clock.monotonic();
    if (this.#lostSince !== null) tell(`the ledger ${address.shown} is connected again.`);
    this.#lostSince = null;
    return connection;
  }

  /** @returns monotonic ms since when it is lost */
  #lose(why: string): number {
    const { clock, address, tell } = this.#options;
    this.#connection?.destroy();
    this.#connection = null;
    this.#lostOnce = true;
    if (this.#lostSince === null) {
      this.#lostSince = clock.monotonic();
      tell(`lost the connection to the ledger ${address.shown} (${why}). Nothing is sent until it is back.`);
    }
    return this.#lostSince;
  }

  #trouble(error: unknown): Error {
    if (error instanceof LedgerWriteError || error instanceof UsageError) return error;
    const { shown } = this.#options.address;
    const state = stateOf(error);
    if (state === '' && !(error instanceof ConnectionLost))
      return error instanceof Error ? error : new Error(String(error));
    const why =
      state === '53100'
        ? `no space is left on the disk of the ledger ${shown}`
        : error instanceof ConnectionLost
          ? `the ledger ${shown} cannot be reached: ${error.message}`
          : `the ledger ${shown}: ${messageOf(error)}`;
    return new LedgerWriteError(why, { cause: error });
  }
}

/**
 * Asks something on a connection of its own, which nobody waits for.
 * @throws UsageError, also for what the database refuses
 */
export async function askOnce<T>(
  options: Pick<PatientOptions, 'address' | 'password' | 'clock'>,
  work: (query: Query) => Promise<T>,
): Promise<T> {
  const way = new PatientConnection({
    ...options,
    leaseMs: LEASE_MS,
    onNotify: () => {},
    tell: () => {},
    prepare: async () => {},
    resumed: async () => {},
  });
  try {
    await way.open();
    way.hurry();
    return await way.run(work);
  } catch (error) {
    throw refusalOf(error, options.address);
  } finally {
    await way.close();
  }
}

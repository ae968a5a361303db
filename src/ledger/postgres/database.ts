// A ledger's database: connects, makes or migrates its tables, and runs statements through a connection that may be lost.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../util/clock.ts';
import type { Secret } from '../../util/secret.ts';
import { UsageError } from '../../util/usage-error.ts';
import { type CopyOf, unfinishedCopy } from '../copy.ts';
import { numberOf, textOf } from '../rows.ts';
import type { PostgresAddress } from './address.ts';
import { askOnce, PatientConnection, type Query } from './patient.ts';
import { refusalOf } from './refusal.ts';
import { MIGRATIONS, type Migration } from './schema.ts';

export interface PostgresOptions {
  readonly address: PostgresAddress;
  /** Read anew for each connection. */
  readonly password: () => Secret | null;
  readonly clock: Clock;
  /** `read`: makes no tables. */
  readonly access: 'read' | 'write';
  /** Called if the ledger is new. */
  readonly onNew: () => void;
  /** For the user, a line at a time. */
  readonly tell: (line: string) => void;
  readonly leaseMs: number;
  /** Keys, with blanks between; empty: notifications may have been lost. */
  readonly onNotify: (payload: string) => void;
  /** On each connection after the first, before anything else. */
  readonly resumed: (query: Query) => Promise<void>;
  readonly migrations?: readonly Migration[];
  /** It is opened to be copied to: an unfinished copy will do. */
  readonly mayBeUnfinished?: boolean;
  /** What a new one is to become a copy of. */
  readonly copyOf?: CopyOf | null;
}

/** PostgreSQL 13. */
export const MIN_VERSION = 130_000;
const MIGRATE_MS = 600_000;

export class Database {
  /** The schema's name, quoted. */
  readonly s: string;
  readonly salt: Buffer;
  readonly #way: PatientConnection;
  readonly #server: Server;

  constructor(way: PatientConnection, server: Server, address: PostgresAddress, salt: string) {
    this.#way = way;
    this.#server = server;
    this.s = quotedName(address.schema);
    this.salt = Buffer.from(salt, 'base64');
  }

  get isUp(): boolean {
    return this.#way.isUp;
  }

  /** Connections so far. */
  get connections(): number {
    return this.#server.connections;
  }

  /**
   * Whether the others have had a whole lease to come back, after an outage that this process has seen, or the start of
   * the server.
   */
  isSettled(leaseMs: number, serverIsSettled: boolean): boolean {
    const outage = this.#way.sinceOutageMs;
    if (outage !== null && outage < leaseMs) return false;
    return serverIsSettled || this.#server.upMs() >= leaseMs;
  }

  /** @throws LedgerWriteError */
  run<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.#way.run(work);
  }

  hurry(): void {
    this.#way.hurry();
  }

  close(): Promise<void> {
    return this.#way.close();
  }
}

/** What the newest connection has told of its server. */
class Server {
  readonly #clock: Clock;
  connections = 0;
  #startedAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  connected(upMs: number): void {
    this.connections++;
    this.#startedAt = this.#clock.monotonic() - upMs;
  }

  upMs(): number {
    return this.#clock.monotonic() - this.#startedAt;
  }
}

/** @throws UsageError if it cannot be reached, or its schema is not a ledger or is newer than this program */
export async function openDatabase(options: PostgresOptions): Promise<Database> {
  const { address, clock, password, leaseMs, onNotify, tell, resumed, onNew } = options;
  const server = new Server(clock);
  const prepare = async (query: Query) => {
    const [about] = await query({
      text: `SELECT current_setting('server_version_num')::int AS version, pg_is_in_recovery() AS standby,
        current_setting('synchronous_commit') AS synchronous,
        (extract(epoch FROM clock_timestamp() - pg_postmaster_start_time()) * 1000)::float8 AS up`,
    });
    if (numberOf(about?.['version']) < MIN_VERSION) {
      throw new UsageError(
        `The ledger ${address.shown} is on a PostgreSQL older than 13.`,
        'Use PostgreSQL 13 or newer.',
      );
    }
    // An intent has to be durable before its request leaves. Stricter settings of the server stay.
    if (about?.['synchronous'] === 'off') await query({ text: 'SET synchronous_commit = on' });
    server.connected(numberOf(about?.['up']));
  };
  const way = new PatientConnection({ address, password, clock, leaseMs, onNotify, tell, prepare, resumed });
  try {
    await way.open();
    const { salt, isNew } = await way.run((query) => tablesOf(query, options));
    if (isNew) onNew();
    return new Database(way, server, address, salt);
  } catch (error) {
    await way.close();
    throw refusalOf(error, address);
  }
}

/** Whether there are its tables. @throws UsageError if it cannot be reached, or they are of another program */
export function ledgerExists(
  options: Pick<PostgresOptions, 'address' | 'password' | 'clock'>,
): Promise<boolean> {
  const { address } = options;
  return askOnce(options, async (query) => (await versionOf(query, address, MIGRATIONS.length)) > 0);
}

/** Makes or migrates the tables where that is needed. Safe to repeat. @throws UsageError */
async function tablesOf(
  query: Query,
  { address, access, migrations = MIGRATIONS, mayBeUnfinished = false, copyOf = null }: PostgresOptions,
): Promise<{ readonly salt: string; readonly isNew: boolean }> {
  const { schema, shown } = address;
  const before = await versionOf(query, address, migrations.length);
  if (access === 'read' && before === 0) {
    throw new UsageError(
      `There is no ledger at ${shown} yet.`,
      'The first `leadpush send` with this ledger makes it.',
    );
  }
  if (before < migrations.length) {
    await migrate(query, address, migrations, copyOf);
  }
  const s = quotedName(schema);
  const rows = await query({ text: `SELECT name, value FROM ${s}.meta` });
  const meta = new Map(rows.map(({ name, value }) => [name, textOf(value)]));
  const copying = meta.get('copying');
  if (copying !== undefined && !mayBeUnfinished) throw unfinishedCopy(shown, copying);
  return { salt: textOf(meta.get('salt')), isNew: before === 0 };
}

async function migrate(
  query: Query,
  address: PostgresAddress,
  migrations: readonly Migration[],
  copyOf: CopyOf | null,
): Promise<void> {
  const s = quotedName(address.schema);
  const channel = quotedText(address.schema);
  await query({ text: 'BEGIN' });
  try {
    // Only one process at a time; the others then find it done.
    await query({
      text: "SELECT pg_advisory_xact_lock(hashtext('leadpush'), hashtext($1))",
      values: [address.schema],
      timeoutMs: MIGRATE_MS,
    });
    const from = await versionOf(query, address, migrations.length);
    if (from === 0) {
      const [there] = await query({
        text: 'SELECT 1 FROM pg_namespace WHERE nspname = $1',
        values: [address.schema],
      });
      // Without the right to make schemas, one that exists will do.
      if (there === undefined) await query({ text: `CREATE SCHEMA ${s}` });
      await query({ text: `CREATE TABLE ${s}.meta (name text PRIMARY KEY, value text NOT NULL)` });
      await query({
        text: `INSERT INTO ${s}.meta VALUES ('application', 'leadpush'), ('salt', $1), ('version', '0')`,
        values: [copyOf?.salt ?? randomBytes(32).toString('base64')],
      });
      if (copyOf !== null) {
        await query({ text: `INSERT INTO ${s}.meta VALUES ('copying', $1)`, values: [copyOf.from] });
      }
    }
    for (const migration of migrations.slice(from)) {
      await query({ text: migration(s, channel), timeoutMs: MIGRATE_MS });
    }
    await query({
      text: `UPDATE ${s}.meta SET value = $1 WHERE name = 'version'`,
      values: [String(migrations.length)],
    });
    await query({ text: 'COMMIT' });
  } catch (error) {
    await query({ text: 'ROLLBACK' }).catch(() => {});
    throw error;
  }
}

/** The version of the ledger's tables; 0: there are none. @throws UsageError for those of another program, or newer ones */
export async function versionOf(
  query: Query,
  { schema, shown }: PostgresAddress,
  newest: number,
): Promise<number> {
  const tables = await query({
    text: `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`,
    values: [schema],
  });
  if (tables.length === 0) return 0;
  const foreign = new UsageError(
    `The schema "${schema}" at ${shown} has tables of another program. It was not changed.`,
    'Name another schema with ?schema=NAME.',
  );
  if (!tables.some(({ name }) => name === 'meta')) throw foreign;
  const found = await query({
    text: `SELECT to_jsonb(m)->>'name' AS name, to_jsonb(m)->>'value' AS value FROM ${quotedName(schema)}.meta m`,
  });
  const meta = new Map(found.map(({ name, value }) => [name, value]));
  if (meta.get('application') !== 'leadpush') throw foreign;
  const version = Number(meta.get('version'));
  if (version > newest) {
    throw new UsageError(
      `The ledger ${shown} was written by a newer leadpush.`,
      'Update leadpush, or name another ledger.',
    );
  }
  return version;
}

export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

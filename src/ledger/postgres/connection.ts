// The only file that uses pg: one connection to the database, which ends at its first trouble. pg and not postgres.js: it
// never connects again, resends or opens a second connection by itself, so that patient.ts alone decides what is repeated.
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import pg from 'pg';
import { codeOf, messageOf } from '../../util/errors.ts';
import { lookupLocalhost } from '../../util/loopback.ts';
import type { Secret } from '../../util/secret.ts';
import { UsageError } from '../../util/usage-error.ts';
import type { PostgresAddress } from './address.ts';

export type Row = Readonly<Record<string, unknown>>;
export type Value = string | number | boolean | null | readonly (string | number | null)[];

/** One statement. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly Value[];
  /** Prepared once for each connection under this name. */
  readonly name?: string;
  /** How long its answer may take; else the connection counts as lost. */
  readonly timeoutMs?: number;
}

export interface ConnectionOptionsOf {
  readonly address: PostgresAddress;
  readonly password: Secret | null;
  /** How long the answer to a statement may take. */
  readonly timeoutMs: number;
  readonly onNotify: (payload: string) => void;
  /** It has ended, also where nobody was waiting for an answer. */
  readonly onLost: () => void;
}

/** The connection is gone, or cannot be made now: what was asked last may have happened or not. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

export class Connection {
  readonly #client: pg.Client;
  readonly #socket: Socket;
  readonly #options: ConnectionOptionsOf;
  #lost: string | null = null;

  private constructor(client: pg.Client, socket: Socket, options: ConnectionOptionsOf) {
    this.#client = client;
    this.#socket = socket;
    this.#options = options;
    const lost = (why: string) => {
      if (this.#lost !== null) return;
      this.#lost = why;
      options.onLost();
    };
    client.on('error', (error) => lost(messageOf(error)));
    client.on('end', () => lost('it was closed'));
    client.on('notification', ({ payload }) => options.onNotify(payload ?? ''));
  }

  /** @throws ConnectionLost where trying again may help, UsageError for a file that cannot be read, else the database's error */
  static async open(options: ConnectionOptionsOf): Promise<Connection> {
    const { address, password } = options;
    const socket = socketTo(address);
    const client = new pg.Client({
      host: address.host,
      port: address.port,
      user: address.user,
      database: address.database,
      // Never pg's own search for one.
      password: () => password?.reveal() ?? '',
      ssl: tlsOptions(address),
      stream: () => socket,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      application_name: 'leadpush',
      // Not what the environment of this process says.
      options: '-c client_min_messages=warning -c standard_conforming_strings=on',
      client_encoding: 'UTF8',
    });
    const connection = new Connection(client, socket, options);
    try {
      await connection.#within(options.address.connectTimeoutMs, client.connect());
    } catch (error) {
      connection.destroy();
      throw error;
    }
    return connection;
  }

  get isLost(): boolean {
    return this.#lost !== null;
  }

  /** @throws ConnectionLost, or the database's error */
  async query({
    text,
    values = [],
    name,
    timeoutMs = this.#options.timeoutMs,
  }: Statement): Promise<readonly Row[]> {
    if (this.#lost !== null) throw new ConnectionLost(this.#lost);
    const asked = this.#client.query<Record<string, unknown>>({
      text,
      values: [...values],
      ...(name === undefined ? {} : { name }),
    });
    const { rows } = await this.#within(timeoutMs, asked);
    return rows;
  }

  async close(): Promise<void> {
    if (this.#lost !== null) return;
    this.#lost = 'it was closed';
    await Promise.race([this.#client.end(), new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
    this.#socket.destroy();
  }

  destroy(): void {
    this.#lost ??= 'it was given up';
    this.#socket.destroy();
  }

  async #within<T>(ms: number, work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new ConnectionLost(`no answer within ${Math.round(ms / 1000)} seconds`));
        this.destroy();
      }, ms);
    });
    try {
      return await Promise.race([work, late]);
    } catch (error) {
      throw isPassing(error) && !(error instanceof ConnectionLost) ? lostBy(error) : error;
    } finally {
      clearTimeout(timer);
      work.catch(() => {});
    }
  }
}

function lostBy(error: unknown): ConnectionLost {
  return new ConnectionLost(messageOf(error), { cause: error });
}

/** `localhost` is this machine, whatever DNS says. */
function socketTo({ host }: PostgresAddress): Socket {
  const socket = new Socket();
  endAtNonsense(socket);
  if (host !== 'localhost') return socket;
  const connect = socket.connect.bind(socket);
  Object.defineProperty(socket, 'connect', {
    value: (port: number) => connect({ port, host, lookup: lookupLocalhost, autoSelectFamily: true }),
  });
  return socket;
}

/** pg throws at what is no message of PostgreSQL's, where nobody could catch it: then the connection is lost. */
function endAtNonsense(socket: Socket): void {
  const emit = socket.emit.bind(socket);
  Object.defineProperty(socket, 'emit', {
    value: (event: string, ...args: readonly unknown[]) => {
      try {
        return emit(event, ...args);
      } catch (error) {
        if (event !== 'data') throw error;
        socket.destroy(new Error(`the answer is not one of PostgreSQL: ${messageOf(error)}`));
        return true;
      }
    },
  });
}

function tlsOptions({ tls, host, rootCert }: PostgresAddress): false | ConnectionOptions {
  if (tls === 'none') return false;
  if (tls === 'unchecked') return { rejectUnauthorized: false };
  return {
    rejectUnauthorized: true,
    ...(rootCert === null || rootCert === 'system' ? {} : { ca: certificates(rootCert) }),
    checkServerIdentity:
      tls === 'chain' ? () => undefined : (_, certificate) => checkServerIdentity(host, certificate),
  };
}

function certificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `The certificates ${file} cannot be read (${codeOf(error)}).`,
      'Correct sslrootcert.',
    );
  }
}

/** SQLSTATE; empty for an error of this side. */
export function stateOf(error: unknown): string {
  const code = codeOf(error);
  return /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code) ? code : '';
}

/**
 * Whether the database may answer later: the way to it is broken, it starts or stops, has no room for one more connection,
 * or is not the primary (yet).
 */
function isPassing(error: unknown): boolean {
  if (error instanceof ConnectionLost) return true;
  if (error instanceof UsageError || error instanceof TypeError) return false;
  const state = stateOf(error);
  if (state === '')
    return !/certificate|self.signed|ERR_TLS|does not support SSL|SCRAM|SASL/i.test(
      `${codeOf(error)} ${messageOf(error)}`,
    );
  return /^(?:08|57P0|53300|25006)/.test(state);
}

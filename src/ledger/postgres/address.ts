// The address of a ledger in PostgreSQL, read as libpq reads it: postgresql://USER@HOST:PORT/DATABASE?schema=…, with the
// same variables as defaults. Off this machine the connection is always encrypted, and the server's certificate checked.
import { isLoopback } from '../../util/loopback.ts';
import { nearest } from '../../util/nearest.ts';
import { Secret } from '../../util/secret.ts';
import { UsageError } from '../../util/usage-error.ts';

export interface PostgresAddress {
  /** A name, an address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  readonly schema: string;
  /** Null: none was given; a file may have it (passfile.ts). */
  readonly password: Secret | null;
  /** A file that holds nothing but the password. */
  readonly passwordFile: string | null;
  /** A file in the format of ~/.pgpass. */
  readonly passFile: string | null;
  /** `chain`: the certificate is checked, its name is not; `full`: both. */
  readonly tls: 'none' | 'unchecked' | 'chain' | 'full';
  /** A file of certificates; null: those that this system trusts. */
  readonly rootCert: string | null;
  readonly connectTimeoutMs: number;
  /** For messages: without a password, and without what is only about the connection. */
  readonly shown: string;
}

export interface AddressDefaults {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Null: not known. */
  readonly systemUser: string | null;
}

const SCHEMA = 'leadpush';
const PORT = '5432';
const CONNECT_TIMEOUT_S = 10;
/** As libpq names them, and two of our own. */
const SETTINGS = [
  'host',
  'port',
  'user',
  'dbname',
  'password',
  'passfile',
  'sslmode',
  'sslrootcert',
  'connect_timeout',
  'schema',
  'passwordfile',
] as const;
type Setting = (typeof SETTINGS)[number];

const VARIABLES: Readonly<Partial<Record<Setting, string>>> = {
  host: 'PGHOST',
  port: 'PGPORT',
  user: 'PGUSER',
  dbname: 'PGDATABASE',
  password: 'PGPASSWORD',
  passfile: 'PGPASSFILE',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  connect_timeout: 'PGCONNECT_TIMEOUT',
};

/** On this machine, as in libpq; elsewhere each but `disable` means verify-full. */
const MODES: Readonly<Record<string, PostgresAddress['tls']>> = {
  disable: 'none',
  allow: 'none',
  prefer: 'none',
  require: 'unchecked',
  'verify-ca': 'chain',
  'verify-full': 'full',
};

const ADDRESS =
  /^postgres(?:ql)?:\/\/(?:(?<user>[^:@/?#]*)(?::(?<password>[^@/?#]*))?@)?(?<host>\[[^\]]*\]|[^:/?#@]*)(?::(?<port>[^/?#]*))?(?:\/(?<dbname>[^?#]*))?(?:\?(?<query>[^#]*))?$/i;

/** @param where for messages: `--ledger`, `LEADPUSH_LEDGER` @throws UsageError, which never quotes a password */
export function parseAddress(text: string, where: string, defaults: AddressDefaults): PostgresAddress {
  const wrong = (message: string, hint: string) => new UsageError(`${where}: ${message}`, hint);
  const parts = ADDRESS.exec(text)?.groups;
  if (parts === undefined) {
    throw wrong(
      'this address of a database cannot be read.',
      'Write postgresql://USER@HOST:PORT/DATABASE, with %40 for @, %2F for / and %3A for : inside a part.',
    );
  }
  const given = new Map<Setting, string>();
  const set = (name: string, value: string | undefined) => {
    if (value === undefined || value === '') return;
    const setting = SETTINGS.find((one) => one === name);
    if (setting === undefined) {
      const near = nearest(name, [...SETTINGS]);
      throw wrong(
        `an address of a ledger has no setting "${name}".${near === null ? '' : ` Did you mean "${near}"?`}`,
        `Settings: ${SETTINGS.join(', ')}.`,
      );
    }
    given.set(
      setting,
      decoded(value, () =>
        wrong(
          `the value of ${name} has a % that is not followed by two digits of a code.`,
          'Write %25 for a %.',
        ),
      ),
    );
  };
  for (const name of ['user', 'password', 'host', 'port', 'dbname'])
    set(name, parts[name]?.replace(/^\[(.*)\]$/, '$1'));
  for (const pair of (parts['query'] ?? '').split('&').filter((one) => one !== '')) {
    const at = pair.indexOf('=');
    set(at < 0 ? pair : pair.slice(0, at), at < 0 ? '' : pair.slice(at + 1));
  }
  const value = (name: Setting) => {
    const variable = VARIABLES[name];
    const from = given.get(name) ?? (variable === undefined ? undefined : defaults.env[variable]);
    return from === undefined || from === '' ? null : from;
  };

  const host = value('host') ?? 'localhost';
  if (host.includes(',')) {
    throw wrong(
      'an address names one host.',
      'Name the host that is the primary, or one address that follows it.',
    );
  }
  const port = Number(value('port') ?? PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw wrong('the port is not a number from 1 to 65535.', 'Write postgresql://USER@HOST:5432/DATABASE.');
  }
  const user = value('user') ?? defaults.systemUser;
  if (user === null) throw wrong('the address names no user.', 'Write postgresql://USER@HOST/DATABASE.');
  const schema = value('schema') ?? SCHEMA;
  // Also the name of the channel of notifications; longer names would be cut.
  if (Buffer.byteLength(schema) > 63 || schema.includes('\0')) {
    throw wrong('the name of a schema has at most 63 bytes.', 'Shorten ?schema=NAME.');
  }
  const timeout = Number(value('connect_timeout') ?? CONNECT_TIMEOUT_S);
  if (!Number.isInteger(timeout) || timeout < 0) {
    throw wrong('connect_timeout is not a number of seconds.', 'Write ?connect_timeout=10.');
  }
  const database = value('dbname') ?? user;
  const password = value('password');
  const here = host.startsWith('/') || isLoopback(host.includes(':') ? `[${host}]` : host);
  return {
    host,
    port,
    user,
    database,
    schema,
    password: password === null ? null : new Secret(password),
    passwordFile: value('passwordfile'),
    passFile: value('passfile'),
    tls: tlsOf(value('sslmode'), host, here, wrong),
    rootCert: value('sslrootcert'),
    connectTimeoutMs: (timeout === 0 ? CONNECT_TIMEOUT_S : timeout) * 1000,
    shown: shownAs(host, port, user, database, schema),
  };
}

function tlsOf(
  mode: string | null,
  host: string,
  here: boolean,
  wrong: (message: string, hint: string) => UsageError,
): PostgresAddress['tls'] {
  // Unix sockets have none.
  if (host.startsWith('/')) return 'none';
  const known = Object.keys(MODES);
  if (mode !== null && !known.includes(mode)) {
    throw wrong('sslmode has an unknown value.', `Values: ${known.join(', ')}.`);
  }
  if (here) return MODES[mode ?? 'prefer'] ?? 'none';
  if (mode === 'disable') {
    throw wrong(
      'sslmode=disable is only for this machine (localhost or a Unix socket).',
      'Leave sslmode out: the connection is then encrypted and the certificate of the server checked. Name its authority with ?sslrootcert=FILE.',
    );
  }
  return 'full';
}

function decoded(text: string, wrong: () => UsageError): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong();
  }
}

function shownAs(host: string, port: number, user: string, database: string, schema: string): string {
  const socket = host.startsWith('/');
  const at = socket ? '' : host.includes(':') ? `[${host}]` : host;
  const settings = [
    ...(socket ? [`host=${encodeURIComponent(host)}`] : []),
    ...(socket && String(port) !== PORT ? [`port=${port}`] : []),
    ...(schema === SCHEMA ? [] : [`schema=${encodeURIComponent(schema)}`]),
  ];
  const port_ = socket || String(port) === PORT ? '' : `:${port}`;
  const query = settings.length === 0 ? '' : `?${settings.join('&')}`;
  return `postgresql://${encodeURIComponent(user)}@${at}${port_}/${encodeURIComponent(database)}${query}`;
}

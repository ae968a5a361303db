// What `leadpush check` tells of a ledger in PostgreSQL: the way to it, its version, the rights, and how durable it is.
// Writes nothing.
import { UsageError } from '../../util/usage-error.ts';
import { numberOf, textOf } from '../rows.ts';
import type { PostgresAddress } from './address.ts';
import { MIN_VERSION, type PostgresOptions, quotedName, versionOf } from './database.ts';
import { askOnce, type Query } from './patient.ts';
import { MIGRATIONS } from './schema.ts';

export interface LedgerCheck {
  readonly status: 'ok' | 'warning' | 'failed';
  readonly message: string;
  readonly next: string | null;
}

const TABLES = ['meta', 'runs', 'keys', 'flights', 'results', 'shares', 'noted'];
const GRANTS = 'See "Rights" in docs/ledger.md for the statements that grant it.';

const TLS: Readonly<Record<PostgresAddress['tls'], string>> = {
  none: 'without TLS, on this machine',
  unchecked: 'with TLS, on this machine',
  chain: 'with TLS, its authority checked',
  full: 'with TLS, its certificate checked',
};

export async function checkLedger(
  options: Pick<PostgresOptions, 'address' | 'password' | 'clock'>,
): Promise<readonly LedgerCheck[]> {
  try {
    return await askOnce(options, (query) => allChecks(query, options.address));
  } catch (error) {
    if (error instanceof UsageError) return [refused(error)];
    throw error;
  }
}

async function allChecks(query: Query, address: PostgresAddress): Promise<readonly LedgerCheck[]> {
  const [about] = await query({
    text: `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version,
      pg_is_in_recovery() AS standby, current_setting('fsync') AS fsync,
      current_setting('synchronous_commit') AS synchronous,
      coalesce(current_setting('synchronous_standby_names', true), '') AS standbys`,
  });
  const version = textOf(about?.['version']).split(' ')[0];
  const old = numberOf(about?.['number']) < MIN_VERSION;
  const checks: LedgerCheck[] = [
    old
      ? failed(
          `${address.shown} is PostgreSQL ${version}, which is older than 13.`,
          'Use PostgreSQL 13 or newer.',
        )
      : ok(`${address.shown} answers: PostgreSQL ${version}, ${TLS[address.tls]}.`),
  ];
  if (about?.['standby'] === true) {
    checks.push(failed('it is a standby, which cannot be written.', 'Name the primary.'));
  }
  checks.push(await rightsCheck(query, address));
  checks.push(
    about?.['fsync'] === 'off'
      ? failed(
          'fsync is off there: after a power loss it may have forgotten what was sent.',
          'Set fsync = on in postgresql.conf.',
        )
      : textOf(about?.['standbys']) === ''
        ? ok(
            'commits are durable on that server; after a failover to a standby that was behind, some may be missing.',
          )
        : ok(`commits wait for standbys (synchronous_commit = ${textOf(about?.['synchronous'])}).`),
  );
  return checks;
}

async function rightsCheck(query: Query, address: PostgresAddress): Promise<LedgerCheck> {
  const { schema, user } = address;
  let version: number;
  try {
    version = await versionOf(query, address, MIGRATIONS.length);
  } catch (error) {
    if (error instanceof UsageError) return refused(error);
    return failed(`"${user}" may not read the schema "${schema}".`, GRANTS);
  }
  if (version < MIGRATIONS.length) {
    const [may] = await query({
      text: `SELECT CASE WHEN n.oid IS NULL THEN has_database_privilege(current_database(), 'CREATE')
          ELSE has_schema_privilege(n.oid, 'CREATE, USAGE') END AS may
        FROM (SELECT 1) one LEFT JOIN pg_namespace n ON n.nspname = $1`,
      values: [schema],
    });
    const what = version === 0 ? 'no ledger is there yet' : 'its tables are of an older leadpush';
    return may?.['may'] === true
      ? ok(`${what}; the first send makes it.`)
      : failed(`${what}, and "${user}" may not make it in the schema "${schema}".`, GRANTS);
  }
  const rows = await query({
    text: `SELECT t.name, r.what FROM unnest($1::text[]) AS t (name), unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS r (what)
      WHERE NOT (t.name = 'meta' AND r.what <> 'SELECT') AND NOT (t.name IN ('runs', 'keys', 'results', 'noted') AND r.what = 'DELETE')
        AND NOT has_table_privilege($2 || '.' || quote_ident(t.name), r.what)`,
    values: [TABLES, quotedName(schema)],
  });
  if (rows.length === 0) return ok(`"${user}" may read and write it.`);
  const lacking = rows.map(({ name, what }) => `${String(what)} on ${String(name)}`).join(', ');
  return failed(`"${user}" lacks ${lacking}.`, GRANTS);
}

function ok(message: string): LedgerCheck {
  return { status: 'ok', message, next: null };
}

function failed(message: string, next: string): LedgerCheck {
  return { status: 'failed', message, next };
}

function refused({ message, hint }: UsageError): LedgerCheck {
  return { status: 'failed', message, next: hint };
}

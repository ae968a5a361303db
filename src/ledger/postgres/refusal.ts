// Why a ledger in PostgreSQL cannot be opened, and what to do about it, by the database's own codes.
import { messageOf } from '../../util/errors.ts';
import { UsageError } from '../../util/usage-error.ts';
import { LedgerWriteError } from '../ledger.ts';
import type { PostgresAddress } from './address.ts';
import { ConnectionLost, stateOf } from './connection.ts';

type About = Pick<PostgresAddress, 'shown' | 'user' | 'database' | 'schema'>;

const GIVE_PASSWORD =
  'Give it in PGPASSWORD, ~/.pgpass, or a file named by ?passwordfile=. Nothing was sent.';
/** As pg says it where the server asks for one and there is none, in each of the ways in which it asks. */
const NO_PASSWORD = /client password must be a (?:non-empty )?string|no password supplied/i;

const REFUSALS: Readonly<Record<string, (about: About) => readonly [why: string, next: string]>> = {
  '28P01': ({ user }) => [
    `the password of "${user}" was refused`,
    'Give the right one in PGPASSWORD, ~/.pgpass, or a file named by ?passwordfile=.',
  ],
  '28000': ({ user }) => [
    `"${user}" may not connect from here`,
    'Ask the administrator of the database for a line in pg_hba.conf, or name another user.',
  ],
  '3D000': ({ database }) => [
    `there is no database "${database}"`,
    `Create it: createdb ${database === 'leadpush' ? 'leadpush' : 'NAME'}. A new ledger does not know what was sent.`,
  ],
  '42501': ({ user, schema }) => [
    `"${user}" lacks a right on the schema "${schema}"`,
    'Open it once as the owner of the database, and grant the rights that docs/ledger.md lists.',
  ],
};

/** @param error of opening it */
export function whyRefused(error: unknown, address: About): UsageError {
  const { shown } = address;
  const known = REFUSALS[stateOf(error)];
  if (known !== undefined) {
    const [why, next] = known(address);
    return new UsageError(`The ledger ${shown} cannot be opened: ${why}.`, next);
  }
  if (NO_PASSWORD.test(messageOf(error))) {
    const { user } = address;
    return new UsageError(
      `The ledger ${shown} cannot be opened: the database asks for the password of "${user}", and none is given.`,
      GIVE_PASSWORD,
    );
  }
  const said = messageOf(error).replace(/\.$/, '');
  if (error instanceof ConnectionLost) {
    return new UsageError(
      `The ledger ${shown} cannot be reached: ${said}.`,
      'Check that the database runs and accepts connections from here. Nothing was sent.',
    );
  }
  const tls = /certificate|SSL|TLS/i.test(said)
    ? 'Name the authority that signed its certificate with ?sslrootcert=FILE, or connect by the name that the certificate has.'
    : 'See docs/ledger.md.';
  return new UsageError(`The ledger ${shown} cannot be opened: ${said}.`, `${tls} Nothing was sent.`);
}

/** What cannot be written before anything was opened is a matter of the call. */
export function refusalOf(error: unknown, address: About): unknown {
  return error instanceof LedgerWriteError ? whyRefused(error.cause, address) : error;
}

// Where the password is, if the address has none: a file that holds only it, or one in the format of ~/.pgpass.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../../util/errors.ts';
import { Secret } from '../../util/secret.ts';
import { UsageError } from '../../util/usage-error.ts';
import type { PostgresAddress } from './address.ts';

const MAX_BYTES = 65_536;

/** @param home null: the user has none @returns null: no password is known @throws UsageError for a named file that cannot be read */
export function passwordFor(
  address: PostgresAddress,
  home: string | null,
  platform: NodeJS.Platform,
): Secret | null {
  if (address.password !== null) return address.password;
  if (address.passwordFile !== null) {
    const text = readNamed(address.passwordFile, 'passwordfile').replace(/\r?\n$/, '');
    if (text === '')
      throw new UsageError(
        `The password file ${address.passwordFile} is empty.`,
        'Write the password into it.',
      );
    return new Secret(text);
  }
  const usual = home === null ? null : join(home, '.pgpass');
  const file = address.passFile ?? usual;
  if (file === null) return null;
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined && address.passFile === null) return null;
  // As libpq: a file that others can read is not used.
  if (found !== undefined && platform !== 'win32' && (found.mode & 0o077) !== 0) {
    throw new UsageError(
      `The password file ${file} can be read by other users, so it is not used.`,
      `Run chmod 600 on it.`,
    );
  }
  const password = passwordIn(readNamed(file, 'passfile'), address);
  return password === null ? null : new Secret(password);
}

function readNamed(file: string, what: string): string {
  try {
    if (statSync(file).size > MAX_BYTES) throw new Error('it is larger than 64 KiB');
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `The ${what} ${file} cannot be read (${reasonOf(error)}).`,
      'Correct the path or its permissions.',
    );
  }
}

/** The password of the first line that fits: host:port:database:user:password, with * for any and \ before : and \. */
export function passwordIn(
  text: string,
  { host, port, database, user }: Pick<PostgresAddress, 'host' | 'port' | 'database' | 'user'>,
): string | null {
  // libpq writes the default folder of sockets as localhost; any of them is this machine.
  const wanted = [host.startsWith('/') ? [host, 'localhost'] : [host], [String(port)], [database], [user]];
  for (const line of text.split(/\r?\n/)) {
    if (line === '' || line.startsWith('#')) continue;
    const fields = [...line.matchAll(/(?:^|:)((?:\\.|[^:\\])*)/g)].map(([, field = '']) =>
      field.replace(/\\(.)/g, '$1'),
    );
    const [raw] = /(?<=^(?:(?:\\.|[^:\\])*:){4}).*$/.exec(line) ?? [];
    if (raw === undefined) continue;
    const fits = wanted.every((values, i) => fields[i] === '*' || values.includes(fields[i] ?? ''));
    if (fits) return raw.replace(/\\(.)/g, '$1');
  }
  return null;
}

// Where a call may write: its files replace what is there, but never an input, the ledger or another output.
import { fstatSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '../config/configuration.ts';
import { ledgerPath } from '../ledger/path.ts';
import {
  type Alike,
  BESIDE_LEDGER,
  identityOf,
  isOpenAlready,
  placeOf,
  refuseUnlike,
} from '../output/replaceable.ts';
import { UsageError } from '../util/usage-error.ts';
import { userFolders } from '../util/user-folders.ts';
import type { Context } from './context.ts';

interface Named {
  /** What it is to the user: `--output`, `the input`. */
  readonly what: string;
  /** As the user wrote it. */
  readonly path: string;
}

/** A file that the call will write. */
export interface Written {
  readonly what: string;
  /** Null: this option was not given. */
  readonly path: string | null;
  /** One document, which may go to /dev/stdout, too. */
  readonly through?: boolean;
  /** Only such files are replaced; absent: any that holds neither data nor settings of leadpush. */
  readonly alike?: Alike;
}

/** What the call reads, and its ledger. */
export interface Kept {
  readonly inputs: readonly string[];
  /** Null where the call has none. */
  readonly config: Pick<Config, 'path' | 'keyFiles' | 'ledger'> | null;
  /** `--ledger`; false: this call has no ledger. */
  readonly ledger: string | null | false;
}

/**
 * Checks every file that the call will write, before anything is sent.
 * @throws UsageError where one would replace an input, the configuration, a key, a ledger, another file of this call, or
 * what is not a regular file
 */
export function checkResultPaths(written: readonly Written[], kept: Kept, context: Context): void {
  const { cwd } = context;
  const known: Known[] = [...keptFiles(kept, context)];
  const given = written.flatMap(({ path, ...rest }) => (path === null ? [] : [{ path, ...rest }]));
  // Not for nothing: stdin, once looked at, loads all of Node's file streams.
  if (given.length > 0) known.push(...openStreams(context));
  for (const { what, path, through = false, alike } of given) {
    const absolute = resolve(cwd, path);
    const is = identityOf(absolute);
    const same = known.find((other) => other.is === is);
    // What is open already is only added to, also where it is the file that the shell sent stdout to.
    if (same !== undefined && !(through && isOpenAlready(absolute))) {
      throw new UsageError(
        `${what}: ${path} is the same file as ${same.name}, which it would replace.`,
        'Name another file. Nothing was sent.',
      );
    }
    const place = placeOf(what, path, cwd, through);
    if (alike !== undefined) refuseUnlike(what, path, place, alike);
    known.push({ name: `${what} (${path})`, is });
  }
}

interface Known {
  /** For the message. */
  readonly name: string;
  readonly is: string;
}

function keptFiles({ inputs, config, ledger }: Kept, context: Context): readonly Known[] {
  const { env, cwd, home, platform } = userFolders(context);
  const file = ledger === false ? null : ledgerPath(ledger, env, cwd, home, platform, config?.ledger ?? null);
  const variable = env['LEADPUSH_CONFIG'] ?? '';
  const configuration = config?.path ?? (variable === '' ? null : variable);
  const named: readonly Named[] = [
    ...inputs.filter((path) => path !== '-').map((path) => ({ what: 'an input', path })),
    ...(configuration === null ? [] : [{ what: 'the configuration', path: configuration }]),
    ...(config?.keyFiles ?? []).map((path) => ({ what: 'a key file', path })),
    ...(file === null
      ? []
      : [
          { what: 'the ledger', path: file },
          ...BESIDE_LEDGER.map((suffix) => ({ what: "the ledger's log", path: file + suffix })),
        ]),
  ];
  return named.map(({ what, path }) => ({ name: `${what} (${path})`, is: identityOf(resolve(cwd, path)) }));
}

/** What the shell has opened for this call: `< leads.csv`, `> results.txt`. */
function openStreams({ stdin, stdout, stderr }: Context): readonly Known[] {
  const streams = { stdin, stdout: stdout.terminal, stderr: stderr.terminal };
  return Object.entries(streams).flatMap(([name, stream]) => {
    const fd = 'fd' in stream ? stream.fd : null;
    const is = typeof fd === 'number' ? fileBehind(fd) : null;
    return is === null ? [] : [{ name, is }];
  });
}

/** Null: no regular file. */
function fileBehind(fd: number): string | null {
  try {
    const found = fstatSync(fd, { bigint: true });
    return found.isFile() ? `${found.dev}:${found.ino}` : null;
  } catch {
    return null;
  }
}

// A private PostgreSQL for the tests: made and started when the first of them asks for it, on a socket in a temporary
// folder and on a free port, and stopped after the last (test/global-setup.ts).
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Set by the global setup: the folder of this test run's cluster, which may not be there yet. */
const FOLDER = 'LEADPUSH_TEST_CLUSTER';
const DEBIAN = '/usr/lib/postgresql';
export const PASSWORD = 'hunter2:@/ %';

export interface Cluster {
  /** The folder of its socket. */
  readonly socket: string;
  readonly port: number;
}

/** A user of the database, who may make schemas in the database `leadpush`. @param settings such as `schema=t1` */
export function addressOf({ socket, port }: Cluster, settings = ''): string {
  return `postgresql://leadpush@/leadpush?host=${encodeURIComponent(socket)}&port=${port}${settings === '' ? '' : `&${settings}`}`;
}

/** The folder of `initdb` and `postgres`, or null. */
export function serverPrograms(): string | null {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    process.env['LEADPUSH_POSTGRES_BIN'] ?? '',
    ...(process.env['PATH'] ?? '').split(':'),
    ...versions.map((one) => join(DEBIAN, one, 'bin')),
  ];
  return (
    folders.find(
      (folder) => folder !== '' && existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'pg_ctl')),
    ) ?? null
  );
}

/** Why the tests cannot have one; null: they can. Where it may not be skipped, they fail instead. */
export function whyNoPostgres(): string | null {
  if (process.env['LEADPUSH_REQUIRE_POSTGRES'] === '1') return null;
  if (process.platform === 'win32') return 'a private PostgreSQL is not started on Windows';
  return serverPrograms() === null ? 'no PostgreSQL server is installed' : null;
}

/** The cluster that all tests of this run share, each in a schema of its own. */
export async function sharedCluster(): Promise<Cluster> {
  const folder = process.env[FOLDER];
  if (folder === undefined) throw new Error('the global setup has not run');
  const ready = join(folder, 'ready.json');
  try {
    mkdirSync(join(folder, 'lock'));
  } catch {
    // Another test file makes it.
    while (!existsSync(ready)) await new Promise((resolve) => setTimeout(resolve, 50));
    const cluster: Cluster = JSON.parse(readFileSync(ready, 'utf8'));
    return cluster;
  }
  const cluster = await makeCluster(folder, ['fsync=off', 'full_page_writes=off', 'max_connections=200']);
  writeFileSync(`${ready}.new`, JSON.stringify(cluster));
  execFileSync('mv', [`${ready}.new`, ready]);
  return cluster;
}

/** For the global setup. @returns stops it */
export function prepareSharedCluster(): () => void {
  const folder = temporary();
  process.env[FOLDER] = folder;
  return () => {
    stopCluster(folder);
    rmSync(folder, { recursive: true, force: true });
  };
}

export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'leadpush-pg-'));
  chmodSync(folder, 0o755);
  return folder;
}

/** Makes and starts one in this folder. */
export async function makeCluster(folder: string, settings: readonly string[]): Promise<Cluster> {
  const data = join(folder, 'data');
  const socket = join(folder, 'socket');
  const owner = unprivileged();
  for (const path of [data, socket]) {
    mkdirSync(path, { mode: 0o755 });
    if (owner !== null) chownSync(path, owner.uid, owner.gid);
  }
  chmodSync(data, 0o700);
  run(
    'initdb',
    ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync', '-E', 'UTF8', '--locale=C'],
    folder,
  );
  const port = await freePort();
  writeFileSync(
    join(data, 'postgresql.auto.conf'),
    [
      `listen_addresses = '127.0.0.1'`,
      `port = ${port}`,
      `unix_socket_directories = '${socket}'`,
      // Version 13 keeps passwords as MD5 unless told, which pg_hba.conf below does not take.
      `password_encryption = 'scram-sha-256'`,
      ...settings.map((one) => one.replace('=', ' = ')),
      '',
    ].join('\n'),
  );
  // By socket without, by TCP with a password.
  writeFileSync(
    join(data, 'pg_hba.conf'),
    'local all,replication all trust\nhost all all 127.0.0.1/32 scram-sha-256\n',
  );
  startCluster(folder);
  const cluster = { socket, port };
  psql(cluster, 'postgres', `CREATE ROLE leadpush LOGIN PASSWORD '${PASSWORD}'`);
  psql(cluster, 'postgres', 'CREATE DATABASE leadpush OWNER leadpush');
  return cluster;
}

/** Makes and starts a standby in this folder, from what is in the primary's, and follows it until it is promoted. */
export async function makeStandby(primaryFolder: string, folder: string): Promise<Cluster> {
  const data = join(folder, 'data');
  const socket = join(folder, 'socket');
  // pg_basebackup is not part of every installation.
  stopCluster(primaryFolder, 'fast');
  execFileSync('cp', ['-a', join(primaryFolder, 'data'), join(primaryFolder, 'socket'), folder]);
  startCluster(primaryFolder);
  const port = await freePort();
  const settings = join(data, 'postgresql.auto.conf');
  const before = readFileSync(settings, 'utf8');
  const primaryPort = /^port = (\d+)$/m.exec(before)?.[1] ?? '';
  writeFileSync(
    settings,
    `${before}port = ${port}
unix_socket_directories = '${socket}'
primary_conninfo = 'host=${join(primaryFolder, 'socket')} port=${primaryPort} user=postgres'
`,
  );
  writeFileSync(join(data, 'standby.signal'), '');
  startCluster(folder);
  return { socket, port };
}

export function promote(folder: string): void {
  run('pg_ctl', ['-D', join(folder, 'data'), '-w', '-t', '60', 'promote'], folder);
}

export function startCluster(folder: string): void {
  run(
    'pg_ctl',
    ['-D', join(folder, 'data'), '-l', join(folder, 'data/log'), '-w', '-t', '60', 'start'],
    folder,
  );
}

/** As by a power loss of the server. */
export function stopCluster(folder: string, mode: 'immediate' | 'fast' = 'immediate'): void {
  if (!existsSync(join(folder, 'data/postmaster.pid'))) return;
  run('pg_ctl', ['-D', join(folder, 'data'), '-m', mode, '-w', 'stop'], folder);
}

/** Runs SQL as the superuser. @returns what it prints, unaligned */
export function psql({ socket, port }: Cluster, database: string, sql: string): string {
  const bin = serverPrograms() ?? '';
  const psqlPath = existsSync(join(bin, 'psql')) ? join(bin, 'psql') : 'psql';
  return execFileSync(
    psqlPath,
    [
      '-X',
      '-h',
      socket,
      '-p',
      String(port),
      '-U',
      'postgres',
      '-d',
      database,
      '-v',
      'ON_ERROR_STOP=1',
      '-qAtc',
      sql,
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  ).trim();
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((what) =>
      Number(spawnSync('id', [what, name], { encoding: 'utf8' }).stdout || 'x'),
    );
    if (uid !== undefined && gid !== undefined && Number.isInteger(uid) && Number.isInteger(gid))
      return { uid, gid };
  }
  throw new Error('there is no unprivileged user for PostgreSQL');
}

function run(program: string, args: readonly string[], cwd: string): void {
  const bin = serverPrograms();
  if (bin === null) throw new Error('no PostgreSQL server is installed');
  const owner = unprivileged();
  const ended = spawnSync(join(bin, program), args, {
    cwd,
    encoding: 'utf8',
    // The server inherits them, and would keep a pipe open.
    stdio: ['ignore', program === 'pg_ctl' ? 'ignore' : 'pipe', program === 'pg_ctl' ? 'ignore' : 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' },
    ...(owner ?? {}),
  });
  if (ended.status !== 0)
    throw new Error(
      `${program} ${args.join(' ')}: ${ended.status} ${ended.stdout ?? ''}${ended.stderr ?? ''}`,
    );
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof at !== 'object' || at === null) throw new Error('no port');
  return at.port;
}

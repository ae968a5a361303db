// `leadpush ledger copy` that is refused or killed leaves no ledger that would forget what was sent.
import { linkSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { whyNoPostgres } from '../postgres/cluster.ts';
import { newStore, type Store } from '../postgres/world.ts';
import { Desk, ended, linesOf, type SandboxProcess, startSandbox } from './leadpush.ts';

const ENGINES = whyNoPostgres() === null ? (['file', 'database'] as const) : (['file'] as const);
const LEADS = Array.from({ length: 40 }, (_, i) => `Lead ${i},+9191042${String(73_500 + i)}`);

let desk: Desk;
let sandbox: SandboxProcess;
let store: Store | null;
beforeEach(async () => {
  desk = new Desk();
  sandbox = await startSandbox(desk);
  store = ENGINES.length > 1 ? await newStore() : null;
  desk.write('c.yaml', sandbox.config);
  desk.write('leads.csv', ['name,phone', ...LEADS, ''].join('\n'));
});
afterEach(async () => {
  await sandbox.close();
  desk.remove();
  await store?.end();
});

type Engine = 'file' | 'database';
const nameOf = (engine: Engine, file: string) => (engine === 'file' ? file : (store?.address ?? ''));
const sending = (ledger: string) => [
  ...['send', 'leads.csv', '--to', 'a', '--config', 'c.yaml', '--ledger', ledger, '--json'],
];
const send = (ledger: string) => desk.run(sending(ledger));
const copy = (from: string, to: string) => desk.run(['ledger', 'copy', from, to]);
const faults = (body: string) => fetch(`${sandbox.url}/__sandbox/faults`, { method: 'POST', body });
const statuses = (stdout: string) =>
  linesOf(stdout)
    .map(({ status }) => status)
    .filter((status) => status !== undefined);
const other = (engine: Engine): Engine => (engine === 'file' && ENGINES.length > 1 ? 'database' : 'file');

function isThere(engine: Engine, file: string): boolean {
  // An empty file is not yet a ledger: whoever uses it is told of a new one.
  if (engine === 'file') return (statSync(join(desk.folder, file), { throwIfNoEntry: false })?.size ?? 0) > 0;
  const found = store?.sql("SELECT count(*) FROM information_schema.schemata WHERE schema_name = '$S'");
  return found?.trim() !== '0';
}

describe.each(ENGINES)('from a %s', (engine) => {
  const from = () => nameOf(engine, 'from.db');
  const to = () => nameOf(other(engine), 'to.db');

  it('where a run is in progress nothing is made, and later it is copied', async () => {
    await faults('slow:1@20000');
    const child = desk.start(sending(from()));
    const end = ended(child);
    child.stdin?.end();
    for (;;) {
      const { status, stdout } = await desk.run(['runs', '--json', '--ledger', from()]);
      if (status === 0 && stdout.includes('running')) break;
    }
    expect(await copy(from(), to())).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/Run \w+ is in progress in the ledger/),
    });
    expect(isThere(other(engine), 'to.db')).toBe(false);
    child.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 300));
    child.kill('SIGINT');
    await faults('');
    await end;
    expect(await copy(from(), to())).toMatchObject({ status: 0 });
  }, 60_000);

  it('of an unfinished copy nothing is made', async () => {
    await send('first.db');
    expect(await copy('first.db', from())).toMatchObject({ status: 0 });
    if (engine === 'database') store?.sql("INSERT INTO $S.meta VALUES ('copying', 'first.db')");
    else await mark(join(desk.folder, 'from.db'));
    expect(await copy(from(), to())).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('is an unfinished copy of first.db'),
    });
    expect(isThere(other(engine), 'to.db')).toBe(false);
  });

  it('to itself it says so, by whatever name', async () => {
    await send(from());
    const names = [from()];
    if (engine === 'file') {
      symlinkSync('from.db', join(desk.folder, 'soft.db'));
      linkSync(join(desk.folder, 'from.db'), join(desk.folder, 'hard.db'));
      names.push('./from.db', 'soft.db', 'hard.db');
    } else names.push(`${from()}&connect_timeout=9&user=leadpush`);
    for (const name of names)
      expect(await copy(from(), name)).toMatchObject({
        status: 2,
        stderr: expect.stringMatching(/FROM and TO are the same ledger[\s\S]*Nothing was changed/),
      });
    expect(new Set(statuses((await send(from())).stdout))).toEqual(new Set(['duplicate']));
  });
});

describe.each(ENGINES)('to a %s', (engine) => {
  const to = () => nameOf(engine, 'to.db');

  it('the old one says that the copy is in use, and not while that is a backup', async () => {
    await send('from.db');
    const copied = await copy('from.db', to());
    expect(copied).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/ sends with the old one, \S+from\.db, sends again /),
    });
    const warned = async () =>
      /was copied to \S+ on .*Use one of them alone\./.test((await send('from.db')).stderr);
    // Looking into it is no use of it.
    for (const looks of [['runs'], ['show']]) await desk.run([...looks, '--ledger', to()]);
    expect(await warned()).toBe(engine === 'database');
    await send(to());
    expect(await warned()).toBe(true);
    expect((await send(to())).stderr).not.toContain('was copied');
    // Neither is who only looks into the old one to be told.
    expect((await desk.run(['runs', '--ledger', 'from.db'])).stderr).not.toContain('was copied');
  });

  it('that is killed at any moment, what was sent is never forgotten', async () => {
    await send('from.db');
    let whole = false;
    for (let ms = 60; ms < 900 && !whole; ms += ms < 300 ? 25 : 100) {
      const child = desk.start(['ledger', 'copy', 'from.db', to()]);
      const timer = setTimeout(() => child.kill('SIGKILL'), ms);
      whole = (await ended(child)).status === 0;
      clearTimeout(timer);
      if (whole) break;
      // None, one that nobody uses, or all of it.
      const made = await desk.run(['runs', '--json', '--ledger', to()]);
      if (made.status !== 0) expect(made.stderr).toMatch(/is an unfinished copy of|There is no ledger/);
      else if (isThere(engine, 'to.db')) {
        expect(linesOf(made.stdout).filter(({ created }) => created === LEADS.length)).toHaveLength(1);
        whole = true;
      }
    }
    if (!whole) expect(await copy('from.db', to())).toMatchObject({ status: 0 });
    expect(new Set(statuses((await send(to())).stdout))).toEqual(new Set(['duplicate']));
  }, 90_000);

  it('that goes on after another run knows what that run sent', async () => {
    await faults('422:1');
    expect(new Set(statuses((await send('from.db')).stdout))).toEqual(new Set(['rejected']));
    expect(await copy('from.db', to())).toMatchObject({ status: 0 });
    // As it is in the middle.
    if (engine === 'database') store?.sql("INSERT INTO $S.meta VALUES ('copying', 'from.db')");
    else await mark(join(desk.folder, 'to.db'));
    await faults('');
    expect(new Set(statuses((await send('from.db')).stdout))).toEqual(new Set(['created']));
    expect(await copy('from.db', to())).toMatchObject({ status: 0 });
    expect(new Set(statuses((await send(to())).stdout))).toEqual(new Set(['duplicate']));
  });
});

/** A ledger in a file as it is in the middle of being copied. */
async function mark(file: string): Promise<void> {
  const { default: Database } = await import('libsql');
  const db = new Database(file, {});
  db.exec("INSERT INTO meta VALUES ('copying', 'first.db')");
  // As leadpush leaves it: all of it in the file itself.
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

// A ledger in PostgreSQL as a user meets it: several machines, each with a home of its own, and one memory.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk, linesOf, type SandboxProcess, startSandbox } from '../cli/leadpush.ts';
import { PASSWORD, psql, whyNoPostgres } from './cluster.ts';
import { newStore, type Store } from './world.ts';

const missing = whyNoPostgres();
const ENCODED = encodeURIComponent(PASSWORD);
const LEADS = 'name,phone\nAsha,+919104273591\nRavi,+919104273718\n';

describe.skipIf(missing !== null)(
  `a ledger in PostgreSQL${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    let store: Store;
    let machines: Desk[];
    let sandbox: SandboxProcess;
    let byTcp: string;

    beforeEach(async () => {
      store = await newStore();
      machines = [new Desk(), new Desk()];
      sandbox = await startSandbox(desk(0));
      for (const one of machines) {
        one.write('c.yaml', sandbox.config);
        one.write('leads.csv', LEADS);
      }
      byTcp = `postgresql://leadpush:${ENCODED}@127.0.0.1:${store.cluster.port}/leadpush?schema=${store.schema}`;
    });
    afterEach(async () => {
      await sandbox.close();
      for (const desk of machines) desk.remove();
      await store.end();
    });

    const desk = (at: number): Desk => {
      const found = machines[at];
      if (found === undefined) throw new Error(`no machine ${at}`);
      return found;
    };
    const send = (at: number, ledger: string, more: readonly string[] = [], env = {}) =>
      desk(at).run(['send', 'leads.csv', '--to', 'a', '--config', 'c.yaml', '--ledger', ledger, ...more], {
        env,
      });

    it('is one memory for two machines, and `runs`, `show`, `retry` and `report` know the runs of both', async () => {
      const first = await send(0, store.address, ['--json']);
      expect(first).toMatchObject({
        status: 0,
        stderr: expect.stringContaining('leadpush: new ledger: postgresql://leadpush@/leadpush'),
      });
      const second = await send(1, store.address, ['--json']);
      expect(second.status).toBe(0);
      expect(second.stderr).not.toContain('new ledger');
      const run = String(linesOf(first.stdout)[0]?.['run']);
      expect(linesOf(second.stdout).slice(0, 2)).toMatchObject([
        { status: 'duplicate', duplicateOf: { by: 'ledger', run } },
        { status: 'duplicate', duplicateOf: { by: 'ledger', run } },
      ]);
      expect(await sandbox.leads()).toHaveLength(2);

      const elsewhere = (...args: string[]) => desk(1).run([...args, '--ledger', store.address], { env: {} });
      expect((await elsewhere('runs')).stdout).toContain(run);
      expect((await elsewhere('show', run)).stdout).toMatch(/created/);
      expect((await elsewhere('report', run, '--html', 'r.html')).status).toBe(0);
      expect((await elsewhere('retry', run, '--config', 'c.yaml')).stderr).toMatch(/nothing/i);
      store.sql("UPDATE $S.runs SET ended_at = '2020-01-01T00:00:00.000Z'");
      const purged = await elsewhere('runs', '--purge', '30d');
      expect(purged).toMatchObject({ status: 0 });
      expect(
        store.sql(
          "SELECT count(*) FROM $S.results WHERE body::text LIKE '%9104273%' OR body::text LIKE '%Asha%'",
        ),
      ).toBe('0');
      // The memory stays.
      expect(linesOf((await send(1, store.address, ['--json'])).stdout)[0]).toMatchObject({
        status: 'duplicate',
      });
    });

    it('is only read by a dry run, which makes nothing', async () => {
      const dry = await send(0, store.address, ['--dry-run', '--json']);
      expect(dry.status).toBe(0);
      expect(store.sql("SELECT count(*) FROM pg_namespace WHERE nspname = '$S'")).toBe('0');
      await send(0, store.address);
      expect(linesOf((await send(0, store.address, ['--dry-run', '--json'])).stdout)[0]).toMatchObject({
        status: 'duplicate',
      });
    });

    it('is named by the variable and by a trusted configuration, and never makes a folder', async () => {
      const named = await desk(0).run(['send', 'leads.csv', '--to', 'a', '--config', 'c.yaml'], {
        env: { LEADPUSH_LEDGER: byTcp },
      });
      expect(named.status).toBe(0);
      desk(1).write('c.yaml', `ledger: ${JSON.stringify(byTcp)}\n${sandbox.config}`);
      const configured = await desk(1).run([
        'send',
        'leads.csv',
        '--to',
        'a',
        '--config',
        'c.yaml',
        '--json',
      ]);
      expect(linesOf(configured.stdout)[0]).toMatchObject({ status: 'duplicate' });
      for (const one of machines) expect(readdirSync(one.folder).sort()).toEqual(['c.yaml', 'leads.csv']);
      // Where it is only found, a file of the folder could send everything that is remembered to somebody else.
      desk(1).write('.leadpushrc', `ledger: ${JSON.stringify(byTcp)}\n${sandbox.config}`);
      const found = await desk(1).run(['send', 'leads.csv', '--to', 'a']);
      expect(found.status).toBe(2);
      expect(`${found.stdout}${found.stderr}`).not.toContain('hunter2');
    });

    it('keeps its password out of what is printed, proposed, listed and stored', async () => {
      desk(0).write('leads.csv', 'name,phone\nAsha,123\nRavi,+919104273718\n');
      const child = desk(0).start([
        'send',
        '-',
        '--to',
        'a',
        '--config',
        'c.yaml',
        '--ledger',
        byTcp,
        '--rejects',
        'r.csv',
      ]);
      // Until its stdin is closed, it waits.
      let title = '';
      for (let i = 0; i < 200 && !title.startsWith('leadpush'); i++) {
        title = execFileSync('ps', ['-o', 'args=', '-p', String(child.pid)], { encoding: 'utf8' });
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const said: string[] = [];
      child.stdout?.on('data', (text: Buffer) => said.push(String(text)));
      child.stderr?.on('data', (text: Buffer) => said.push(String(text)));
      child.stdin?.end('name,phone\nAsha,123\nRavi,+919104273718\n');
      await new Promise((resolve) => child.on('close', resolve));
      expect(title).toContain(`--ledger postgresql://leadpush@127.0.0.1:${store.cluster.port}/leadpush`);
      const all = `${title}${said.join('')}`;
      expect(all).toContain('other users of this machine may see the password in --ledger');
      // The proposed command works as printed once the password is given.
      const proposed = /leadpush send r\.csv .*/.exec(all)?.[0] ?? '';
      expect(proposed).toContain(
        `--ledger 'postgresql://leadpush@127.0.0.1:${store.cluster.port}/leadpush?schema=${store.schema}'`,
      );
      expect(all).not.toContain('hunter2');
      expect(
        psql(
          store.cluster,
          'leadpush',
          `SELECT count(*) FROM ${store.schema}.runs r WHERE r::text LIKE '%hunter2%'`,
        ),
      ).toBe('0');
    });

    it.each<[string, (address: string) => string, Record<string, string>, RegExp]>([
      [
        'a wrong password',
        (address) => address.replace(ENCODED, 'wrong-secret'),
        {},
        /the password of "leadpush" was refused/,
      ],
      [
        'no password at all',
        (address) => address.replace(`:${ENCODED}`, ''),
        {},
        /the database asks for the password of "leadpush", and none is given\.\s+Give it in PGPASSWORD, ~\/\.pgpass/,
      ],
      [
        'no such database',
        (address) => address.replace('/leadpush?', '/nowhere?'),
        {},
        /there is no database "nowhere"/,
      ],
      ['no server', (address) => address.replace(/:\d+\//, ':1/'), {}, /cannot be reached: .*ECONNREFUSED/],
      [
        'a misspelt setting',
        (address) => `${address}&shema=x`,
        {},
        /no setting "shema". Did you mean "schema"/,
      ],
      ['TLS where there is none', (address) => `${address}&sslmode=verify-full`, {}, /does not support SSL/],
      [
        'no TLS off this machine',
        (address) => `${address.replace('127.0.0.1', 'db.example.com')}&sslmode=disable`,
        {},
        /sslmode=disable is only for this machine/,
      ],
    ])('is refused with exit status 2 for %s', async (_, change, env, message) => {
      const ended = await send(0, change(byTcp), [], env);
      expect(ended.status).toBe(2);
      expect(ended.stderr).toMatch(message);
      expect(`${ended.stderr}${ended.stdout}`).not.toMatch(/hunter2|wrong-secret/);
      expect(await sandbox.leads()).toEqual([]);
    });

    it.each<[string, (desk: Desk) => { readonly ledger: string; readonly env: Record<string, string> }]>([
      ['PGPASSWORD', () => ({ ledger: '', env: { PGPASSWORD: PASSWORD } })],
      [
        '~/.pgpass',
        (desk) => {
          desk.write(
            join('../home/.pgpass'),
            `# ours\n*:*:other:*:no\n127.0.0.1:*:leadpush:leadpush:${PASSWORD.replaceAll(':', '\\:')}\n`,
          );
          return { ledger: '', env: {} };
        },
      ],
      [
        'a file with nothing else',
        (desk) => ({
          ledger: `&passwordfile=${encodeURIComponent(desk.write('secret', `${PASSWORD}\n`))}`,
          env: {},
        }),
      ],
    ])('takes its password from %s', async (_, given) => {
      const { ledger, env } = given(desk(0));
      const ended = await send(0, `${byTcp.replace(`:${ENCODED}`, '')}${ledger}`, ['--json'], env);
      expect(ended).toMatchObject({ status: 0 });
      expect(existsSync(join(desk(0).home, '.local/state/leadpush'))).toBe(false);
    });

    it('is checked: the way, the version and the rights', async () => {
      const check = (...more: string[]) => desk(0).run(['check', '--config', 'c.yaml', '--json', ...more]);
      const lines = async (...more: string[]) => {
        const ended = await check(...more);
        expect(ended.stdout).not.toContain('hunter2');
        const [{ checks = [] } = {}] = linesOf(ended.stdout);
        return {
          status: ended.status,
          lines: Array.isArray(checks) ? checks.filter((one) => one.name === 'ledger') : [],
        };
      };
      expect(await lines('--ledger', byTcp)).toMatchObject({
        lines: [
          { status: 'ok', message: expect.stringMatching(/answers: PostgreSQL \d+/) },
          { status: 'ok', message: expect.stringContaining('no ledger is there yet') },
          { status: 'failed', message: expect.stringContaining('fsync is off') },
        ],
      });
      await send(0, store.address);
      psql(
        store.cluster,
        'leadpush',
        `DO $$ BEGIN CREATE ROLE reader LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$`,
      );
      psql(
        store.cluster,
        'leadpush',
        `GRANT USAGE ON SCHEMA ${store.schema} TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA ${store.schema} TO reader`,
      );
      expect((await lines('--ledger', store.address)).lines[1]).toMatchObject({
        status: 'ok',
        message: expect.stringContaining('may read and write it'),
      });
      expect((await lines('--ledger', store.address.replace('leadpush@', 'reader@'))).lines[1]).toMatchObject(
        {
          status: 'failed',
          message: expect.stringContaining(
            '"reader" lacks INSERT on runs, INSERT on keys, INSERT on flights',
          ),
        },
      );
      expect((await lines('--ledger', byTcp.replace(ENCODED, 'wrong'))).status).toBe(2);
    });

    it('is not made in a schema of another program', async () => {
      store.sql('CREATE SCHEMA $S; CREATE TABLE $S.keys (id int); GRANT ALL ON SCHEMA $S TO leadpush');
      const ended = await send(0, store.address);
      expect(ended).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('has tables of another program'),
      });
    });
  },
);

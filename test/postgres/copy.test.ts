// `leadpush ledger copy`: from a file to a database and back, with digests that stay valid.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk, type Line, linesOf, type SandboxProcess, startSandbox } from '../cli/leadpush.ts';
import { whyNoPostgres } from './cluster.ts';
import { newStore, type Store } from './world.ts';

const missing = whyNoPostgres();
/** One is created, one has no phone, one is known. */
const LEADS = 'name,phone\nAsha "A\\" 😀,+919104273591\nNobody,12\nRavi,+919104273718\n';

describe.skipIf(missing !== null)(
  `copying a ledger${missing === null ? '' : ` (skipped: ${missing})`}`,
  () => {
    let store: Store;
    let desk: Desk;
    let sandbox: SandboxProcess;

    beforeEach(async () => {
      store = await newStore();
      desk = new Desk();
      sandbox = await startSandbox(desk);
      desk.write('c.yaml', sandbox.config);
      desk.write('leads.csv', LEADS);
    });
    afterEach(async () => {
      await sandbox.close();
      desk.remove();
      await store.end();
    });

    const send = (ledger: string) =>
      desk.run(['send', 'leads.csv', '--to', 'a', '--config', 'c.yaml', '--ledger', ledger, '--json']);
    const copy = (from: string, to: string) => desk.run(['ledger', 'copy', from, to]);
    const history = async (ledger: string): Promise<readonly Line[]> => {
      const runs = linesOf((await desk.run(['runs', '--json', '--ledger', ledger])).stdout);
      const shown: Line[] = [];
      for (const run of runs) {
        shown.push(
          ...linesOf(
            (await desk.run(['show', String(run['run'] ?? run['id']), '--json', '--ledger', ledger])).stdout,
          ),
        );
      }
      return [...runs, ...shown];
    };

    it('to a database and back keeps all of it, and what was sent stays known', async () => {
      await send('one.db');
      await send('one.db');
      const before = await history('one.db');
      expect(before.length).toBeGreaterThan(8);
      const there = await copy('one.db', store.address);
      expect(there).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^Copied 2 runs and 2 known leads to postgresql:/),
      });
      expect(await history(store.address)).toEqual(before);
      const again = linesOf((await send(store.address)).stdout);
      expect(again[0]).toMatchObject({ status: 'duplicate', duplicateOf: { by: 'ledger' } });
      const after = await history(store.address);

      expect(await copy(store.address, 'two.db')).toMatchObject({ status: 0 });
      expect(await history('two.db')).toEqual(after);
      expect(linesOf((await send('two.db')).stdout)[2]).toMatchObject({ status: 'duplicate' });
      expect(await sandbox.leads()).toHaveLength(2);
    });

    it('that was interrupted is used by nobody, and goes on with the same command', async () => {
      await send('one.db');
      expect(await copy('one.db', store.address)).toMatchObject({ status: 0 });
      // As it is in the middle: some rows are missing, and it is not finished.
      store.sql(
        "DELETE FROM $S.runs; DELETE FROM $S.results; INSERT INTO $S.meta VALUES ('copying', 'one.db')",
      );
      const refused = await send(store.address);
      expect(refused).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('is an unfinished copy of one.db'),
      });
      expect(await copy('one.db', store.address)).toMatchObject({ status: 0 });
      expect(await history(store.address)).toEqual(await history('one.db'));
    });

    it.each<[string, () => Promise<readonly [string, string]>, RegExp]>([
      [
        'over another memory',
        async () => {
          await send('one.db');
          await send(store.address);
          return ['one.db', store.address];
        },
        /is not empty: it has a memory of its own/,
      ],
      [
        'over its finished copy',
        async () => {
          await send('one.db');
          await copy('one.db', store.address);
          return ['one.db', store.address];
        },
        /is a finished copy of this one, and may have been used since/,
      ],
      ['of nothing', async () => ['none.db', store.address], /FROM: there is no ledger/],
      [
        'while a run goes on',
        async () => {
          await send(store.address);
          store.sql(
            'UPDATE $S.runs SET ended_at = NULL, renewed_at = extract(epoch from now()) * 1000 + 3600000',
          );
          return [store.address, 'two.db'];
        },
        /Run \w+ is in progress/,
      ],
    ])('%s is refused', async (_, given, message) => {
      const [from, to] = await given();
      const ended = await copy(from, to);
      expect(ended.status).toBe(2);
      expect(ended.stderr).toMatch(message);
    });
  },
);

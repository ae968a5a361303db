// SQLite's own SQLITE_FULL in the middle of a run: it stops before the next request leaves, and a later run finishes.
import { afterEach, describe, expect, it } from 'vitest';
import { Desk, type SandboxProcess, startSandbox } from '../cli/leadpush.ts';
import { configure, countedIn, leadsCsv, national, sendArgs, takenPhones, toldBy, twice } from './desk.ts';

const LEADS = 2_000;

let desk: Desk;
let sandbox: SandboxProcess;
afterEach(async () => {
  await sandbox.close();
  desk.remove();
});

describe.each([
  ['Anarock', 'a'],
  ['Paramantra', 'p'],
])('the disk is full while sending to %s', (_, target) => {
  it('what was sent is known, and a later run with room sends the rest', async () => {
    desk = new Desk();
    sandbox = await startSandbox(desk, ['--latency', '5ms']);
    configure(desk, sandbox, '    settleAfter: 200ms\n');
    desk.write('leads.csv', leadsCsv(LEADS));

    const full = await desk.run(sendArgs('leads.csv', target), { env: { LEADPUSH_TEST_MAX_PAGES: '100' } });
    const { results, summary } = toldBy(full);
    expect(full.status).toBe(1);
    expect(full.stderr).toMatch(/no space is left on the disk for the ledger/);
    expect(summary['ledgerError']).toMatch(/no space is left/);
    expect(summary['records']).toBe(LEADS);
    expect(countedIn(summary)).toBe(LEADS);
    expect(summary).toMatchObject({ unknown: 0, rejected: 0 });
    expect(Number(summary['created'])).toBeGreaterThan(50);
    expect(Number(summary['failed'])).toBeGreaterThan(50);
    const created = results.filter((result) => result['status'] === 'created');
    expect(created.map((result) => national(result['phone'])).sort()).toEqual(
      [...(await takenPhones(sandbox))].sort(),
    );
    const failed = results.filter((result) => result['status'] === 'failed');
    expect(JSON.stringify(failed.at(-1)?.['errors'])).toMatch(/NOT_SENT.*no space is left/);

    // Still full: nothing leaves at all.
    const stillFull = await desk.run(sendArgs('leads.csv', target), {
      env: { LEADPUSH_TEST_MAX_PAGES: '1' },
    });
    expect(stillFull.status).toBe(1);
    expect(stillFull.stderr).toMatch(/no space is left on the disk for the ledger/);
    expect((await takenPhones(sandbox)).length).toBe(created.length);

    const later = await desk.run(sendArgs('leads.csv', target));
    expect(toldBy(later).summary).toMatchObject({ records: LEADS, failed: 0, unknown: 0 });
    expect(later.status).toBe(0);
    const phones = await takenPhones(sandbox);
    expect(phones.length).toBe(LEADS);
    expect(twice(phones)).toEqual([]);
  });
});

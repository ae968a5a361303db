// Two processes at once on one ledger and one file: each lead is sent once.
import { afterEach, describe, expect, it } from 'vitest';
import { Desk, type SandboxProcess, startSandbox } from '../cli/leadpush.ts';
import { configure, leadsCsv, sendArgs, statsOf, takenPhones, toldBy, twice } from './desk.ts';

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
])('two processes at once to %s', (_, target) => {
  it('send each lead once, and tell which the other sent', async () => {
    desk = new Desk();
    sandbox = await startSandbox(desk, ['--latency', '20ms']);
    configure(desk, sandbox, '');
    desk.write('leads.csv', leadsCsv(LEADS));
    const both = await Promise.all([1, 2].map(() => desk.run(sendArgs('leads.csv', target))));
    expect(both.map((ended) => ended.status)).toEqual([0, 0]);
    const told = both.map(toldBy);
    const [first, second] = told;
    const runs = told.map(({ summary }) => summary['run']);
    expect(Number(first?.summary['created']) + Number(second?.summary['created'])).toBe(LEADS);
    const held = new Map((await sandbox.leads()).map((lead) => [lead['id'], lead]));
    for (const [i, { results, summary }] of told.entries()) {
      expect(summary).toMatchObject({ records: LEADS, failed: 0, unknown: 0, rejected: 0 });
      const duplicates = results.filter((result) => result['status'] === 'duplicate');
      expect(duplicates.length).toBe(summary['duplicate']);
      for (const result of duplicates) {
        expect(result['duplicateOf']).toMatchObject({ by: 'ledger', run: runs[1 - i] });
        expect(held.has(result['leadId'])).toBe(true);
      }
    }
    // Neither has sent what the other was sending: the provider was posted to once a lead.
    expect((await statsOf(sandbox)).posts).toBe(LEADS);
    const phones = await takenPhones(sandbox);
    expect(phones.length).toBe(LEADS);
    expect(twice(phones)).toEqual([]);
  });
});

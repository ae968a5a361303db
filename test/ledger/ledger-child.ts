// One run in a process of its own, for tests that start several and kill some: claims keys, writes down each answer
// before it ends the submission, and goes on until all keys are known.
import { appendFileSync } from 'node:fs';
import type { ClaimAnswer } from '../../src/ledger/ledger.ts';
import { systemProcessTable } from '../../src/ledger/process-table.ts';
import { openLedger } from '../../src/ledger/sqlite/ledger.ts';
import { systemClock } from '../../src/util/clock.ts';
import { seededRandom } from '../delivery/sim/world.ts';

const [file = '', log = '', run = '', count = '0', pause = '0'] = process.argv.slice(2);
const BATCH = 8;

const ledger = await openLedger(file, { clock: systemClock, probe: systemProcessTable() });
await ledger.openRun({
  id: run,
  command: 'send',
  startedAt: new Date().toISOString(),
  files: [],
  targets: ['crm'],
  parent: null,
});
// Each run in an order of its own, the same each time.
const random = seededRandom([...run].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7));
let left = Array.from({ length: Number(count) }, (_, i) => ({ i, at: random() }))
  .sort((a, b) => a.at - b.at)
  .map(({ i }) => i);
let seq = 0;
while (left.length > 0) {
  const now = left.slice(0, BATCH);
  left = left.slice(BATCH);
  const claims = now.map((key) => ({
    key: `key-${key}`,
    submissionId: `${run}-${key}`,
    seq: seq++,
    target: 'crm',
    file: null,
    record: key,
    line: null,
    lead: '{}',
    phone: '+919988776655',
    phoneKey: `phone of ${key}`,
    timeoutMs: 30_000,
    leadIdWatermark: null,
  }));
  const answers = await ledger.commit(run, [], claims, { resend: false, knownSince: null });
  answers.forEach((answer: ClaimAnswer, i) => {
    appendFileSync(log, `${answer.kind} ${claims[i]?.key} ${run}\n`);
    if (answer.kind === 'busy') left.push(now[i] ?? 0);
  });
  // Here the lead would be on its way.
  await systemClock.sleep(Number(pause));
  const ours = claims.filter((_, i) => answers[i]?.kind === 'ours' || answers[i]?.kind === 'unsettled');
  await ledger.commit(
    run,
    ours.map((claim) => ({
      key: claim.key,
      identity: claim.key,
      lead: null,
      source: null,
      campaign: null,
      at: new Date().toISOString(),
      result: {
        run,
        seq: claim.seq,
        file: null,
        record: claim.record,
        line: null,
        target: 'crm',
        provider: 'anarock',
        status: 'created',
        phone: claim.phone,
        name: null,
        externalId: null,
        source: null,
        campaign: null,
        cell: null,
        leadId: '1',
        duplicateOf: null,
        errors: [],
        warnings: [],
        attempts: 1,
        durationMs: 1,
      },
    })),
    [],
    { resend: false, knownSince: null },
  );
}
await ledger.close();

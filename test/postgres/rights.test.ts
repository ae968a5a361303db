// The rights that docs/ledger.md lists are enough, and needed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAddress } from '../../src/ledger/postgres/address.ts';
import { ROOT } from '../cli/leadpush.ts';
import { claimOf, completionOf, ENDED_AT, open, summaryOf } from '../ledger/contract.ts';
import { psql, whyNoPostgres } from './cluster.ts';
import { newStore, type Store } from './world.ts';

const missing = whyNoPostgres();
const RULES = { resend: false, knownSince: null };

describe.skipIf(missing !== null)(`a job's rights${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let store: Store;
  afterAll(async () => {
    await store.end();
  });

  it('as they are documented are enough for a run, its history and a purge', async () => {
    store = await newStore();
    await (await store.open()).close();
    const page = readFileSync(join(ROOT, 'docs/ledger.md'), 'utf8');
    const [, grants = ''] = /```sql\n([\s\S]*?)```/.exec(page) ?? [];
    psql(
      store.cluster,
      'leadpush',
      'DO $$ BEGIN CREATE ROLE leadpush_jobs LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$',
    );
    const address = parseAddress(store.address.replace('leadpush@', 'leadpush_jobs@'), 'test', {
      env: {},
      systemUser: null,
    });
    await expect(store.open({ address })).rejects.toThrow(/lacks a right/);
    psql(
      store.cluster,
      'leadpush',
      grants
        .replaceAll('SCHEMA leadpush', `SCHEMA ${store.schema}`)
        .replaceAll('leadpush.', `${store.schema}.`),
    );
    const ledger = await store.open({ address });
    await open(ledger, 'RUN1');
    await ledger.commit('RUN1', [], [claimOf(0), claimOf(1)], RULES);
    await ledger.commit(
      'RUN1',
      [completionOf('RUN1', claimOf(0), 'created'), completionOf('RUN1', claimOf(1), 'unknown')],
      [],
      RULES,
    );
    await ledger.closeRun('RUN1', summaryOf('RUN1'), 0, ENDED_AT);
    await open(ledger, 'RUN2');
    expect(await ledger.commit('RUN2', [], [claimOf(0), claimOf(1)], RULES)).toMatchObject([
      { kind: 'known' },
      { kind: 'unsettled' },
    ]);
    expect(await ledger.purge('2027-01-01T00:00:00.000Z')).toBe(1);
  });
});

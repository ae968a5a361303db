// What `runs --purge` does to the room that a ledger in PostgreSQL takes.
import { expect, it } from 'vitest';
import { whyNoPostgres } from './cluster.ts';
import { newStore } from './world.ts';

const missing = whyNoPostgres();
const RESULTS = 20_000;

it.skipIf(missing !== null)(
  `the tables grow by a third at most while people's data is deleted${missing === null ? '' : ` (${missing})`}`,
  async () => {
    const store = await newStore();
    try {
      const ledger = await store.open();
      const body = [
        'leads.csv',
        1,
        2,
        'a',
        'anarock',
        '+919104273591',
        'Asha Kumar',
        '17863',
        null,
        [],
        [],
        1,
        5,
      ];
      const rest = [null, 'Spring campaign', '2020-01-01T00:00:00.000Z', null, null, null, null];
      store.sql(`INSERT INTO $S.runs (id, command, started_at, files, targets, pid, renewed_at, ended_at)
        VALUES ('OLD', 'send', '2020', '["leads.csv"]', '["a"]', 1, 0, '2020-01-01T00:00:00.000Z')`);
      store.sql(`INSERT INTO $S.results (run, seq, status, key, body)
        SELECT 'OLD', i, 'created', 'key-' || i, '${JSON.stringify([...body, ...rest])}'
        FROM generate_series(1, ${RESULTS}) AS i`);
      const size = () => Number(store.sql("SELECT pg_total_relation_size('$S.results')"));
      const before = size();
      expect(await ledger.purge('2021-01-01T00:00:00.000Z')).toBe(1);
      expect(size() / before).toBeLessThan(4 / 3);
      expect(store.sql("SELECT count(*) FROM $S.results WHERE body::text ~ '9104273591|Asha|Spring'")).toBe(
        '0',
      );
      expect(store.sql('SELECT count(*) FROM $S.results')).toBe(String(RESULTS));
    } finally {
      await store.end();
    }
  },
);

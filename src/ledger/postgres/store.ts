// A ledger in PostgreSQL as rows, for copying it.
import { type Cell, COPIED, type CopiedTable, type CopyStore } from '../copy.ts';
import { LEASE_MS } from '../process-table.ts';
import { numberOf, textOf } from '../rows.ts';
import type { Row } from './connection.ts';
import { openDatabase, type PostgresOptions } from './database.ts';
import { PostgresHistory } from './history.ts';

const PAGE = 2_000;
const TABLE_MS = 600_000;

/** @throws UsageError */
export async function openPostgresStore(
  options: Omit<PostgresOptions, 'leaseMs' | 'onNotify' | 'resumed' | 'mayBeUnfinished'> & {
    readonly leaseMs?: number | null;
  },
): Promise<CopyStore> {
  const leaseMs = options.leaseMs ?? LEASE_MS;
  const db = await openDatabase({
    ...options,
    leaseMs,
    mayBeUnfinished: true,
    onNotify: () => {},
    resumed: async () => {},
  });
  const { s } = db;
  const ask = (text: string, values: readonly (Cell | readonly Cell[])[] = []): Promise<readonly Row[]> =>
    db.run((query) => query({ text, values, timeoutMs: TABLE_MS }));
  const history = new PostgresHistory(db, leaseMs);
  const [about] = await ask(
    `SELECT (SELECT value FROM ${s}.meta WHERE name = 'copying') AS unfinished,
      concat_ws(' ', extract(epoch FROM pg_postmaster_start_time()), d.oid, n.oid) AS identity
    FROM pg_database d, pg_namespace n WHERE d.datname = current_database() AND n.nspname = $1`,
    [options.address.schema],
  );
  return {
    shown: options.address.shown,
    file: null,
    salt: db.salt.toString('base64'),
    identity: about === undefined ? null : textOf(about['identity']),
    unfinished: typeof about?.['unfinished'] === 'string' ? about['unfinished'] : null,
    rows: async (table, after) => {
      const { name, columns, by } = table;
      const where =
        after === null ? '' : `WHERE (${by.join(', ')}) > (${by.map((_, i) => `$${i + 1}`).join(', ')})`;
      const rows = await ask(
        `SELECT json_build_array(${columns.map((column) => asCell(table, column)).join(', ')})::text AS row
         FROM ${s}.${name} ${where} ORDER BY ${by.join(', ')} LIMIT ${PAGE}`,
        after ?? [],
      );
      return rows.map((row) => {
        const cells: readonly Cell[] = JSON.parse(textOf(row['row']));
        return cells;
      });
    },
    count: async ({ name }) => numberOf((await ask(`SELECT count(*)::int AS n FROM ${s}.${name}`))[0]?.['n']),
    begin: async ({ salt, from }) => {
      await ask(
        `INSERT INTO ${s}.meta (name, value) VALUES ('salt', $1), ('copying', $2)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
        [salt, from],
      );
      for (const { name } of COPIED) await ask(`DELETE FROM ${s}.${name}`);
    },
    put: async (table, rows) => {
      const { name, columns } = table;
      const arrays = columns.map(
        (column, i) => `$${i + 1}::${table.numbers.includes(column) ? 'float8' : 'text'}[]`,
      );
      const values = columns.map((column) => fromCell(table, column));
      await ask(
        `INSERT INTO ${s}.${name} (${columns.join(', ')}) SELECT ${values.join(', ')}
         FROM unnest(${arrays.join(', ')}) AS t (${columns.join(', ')}) ON CONFLICT DO NOTHING`,
        columns.map((_, i) => rows.map((row) => row[i] ?? null)),
      );
    },
    finish: async () => {
      // Runs that begin from now on come after those that were copied.
      await ask(
        `SELECT setval(pg_get_serial_sequence($1, 'n'), (SELECT coalesce(max(n), 0) + 1 FROM ${s}.runs), false)`,
        [`${s}.runs`],
      );
      await ask(`DELETE FROM ${s}.meta WHERE name = 'copying'`);
    },
    living: async () => (await history.runs()).filter(({ state }) => state === 'running').map(({ id }) => id),
    close: () => db.close(),
  };
}

function asCell({ json }: CopiedTable, column: string): string {
  return json.includes(column) ? `${column}::text` : column;
}

const INTEGERS = ['seq', 'pid', 'exit_status'];

function fromCell({ json }: CopiedTable, column: string): string {
  if (json.includes(column)) return `${column}::json`;
  if (column === 'n') return `${column}::bigint`;
  return INTEGERS.includes(column) ? `${column}::int` : column;
}

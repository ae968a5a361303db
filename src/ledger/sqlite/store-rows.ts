// How each table of a ledger in SQLite is read and written as the rows that a copy knows: with the ids of runs, the words
// of states, instants as ISO 8601, and bodies that name all that they say.
import type { Cell, CopiedTable } from '../copy.ts';
import { jsonText } from '../json-text.ts';
import { damaged, stored } from '../rows.ts';
import { CODES, isKey, seqIn } from './codes.ts';
import type { Statements } from './database.ts';
import { textsOf } from './history.ts';
import { instantOf, stateOf, Texts, unpackBody } from './packed.ts';

const PAGE = 2_000;

type Rows = readonly (readonly Cell[])[];

interface Reader {
  /** Parameters: the values of the table's `by` of the row before; null: from the first. */
  readonly sql: string;
  readonly unpack: (db: Pick<Statements, 'rows'>, page: Rows) => Promise<Rows>;
}

interface Writer {
  /** ?1 the rows, as JSON. Rows that are there already stay as they are. */
  readonly sql: string;
  readonly pack: (row: readonly Cell[]) => readonly unknown[];
}

export const readerOf = ({ name, columns, by, numbers }: CopiedTable): Reader => {
  switch (name) {
    case 'keys':
      return {
        sql: pageOf(
          columns,
          `SELECT keys.key, runs.id, ${seqIn('place')}, state,
            coalesce(submission_id, runs.id || '-' || ${seqIn('place')}), floor, lead_id, at, until
          FROM keys JOIN runs ON runs.n = place >> 32
          WHERE substr(keys.key, 1, 8) >= substr(coalesce(?1, ''), 1, 8) AND keys.key > coalesce(?1, '')
          ORDER BY substr(keys.key, 1, 8), keys.key`,
        ),
        unpack: async (_, page) =>
          page.map((row) => row.map((cell, i) => (i === 3 ? stateOf(cell) : i === 7 ? isoOf(cell) : cell))),
      };
    case 'flights':
      return {
        sql: pageOf(columns, `SELECT runs.id, ${seqIn('flights.id')}, body, phone ${ofRuns(name)}`),
        unpack: asIs,
      };
    case 'results':
      return {
        sql: pageOf(
          columns,
          `SELECT runs.id, ${seqIn('results.id')}, status, keys.key, body
          ${ofRuns(name, 'LEFT JOIN keys ON keys.id = results.key')}`,
        ),
        unpack: unpackResults,
      };
    default: {
      const [first = ''] = by;
      const before = numbers.includes(first) ? '-1' : "''";
      return {
        sql: pageOf(
          columns,
          `SELECT ${columns.join(', ')} FROM ${name} WHERE ${first} > coalesce(?1, ${before}) ORDER BY ${first}`,
        ),
        unpack: asIs,
      };
    }
  }
};

/** Rows of all runs, by the run's id and seq. ?1 run and ?2 seq of the row before. */
function ofRuns(name: string, joined = ''): string {
  return `FROM runs CROSS JOIN ${name} ON ${name}.id > (runs.n << 32) + iif(runs.id = ?1, ?2, -1)
      AND ${name}.id <= (runs.n << 32) + 0xffffffff ${joined}
    WHERE runs.id >= coalesce(?1, '') ORDER BY runs.id, ${name}.id`;
}

function pageOf(columns: CopiedTable['columns'], select: string): string {
  const names = columns.map((_, i) => `c${i}`).join(', ');
  return `WITH page (${names}) AS (${select} LIMIT ${PAGE}) SELECT json_group_array(json_array(${names})) AS page FROM page`;
}

const asIs: Reader['unpack'] = async (_, page) => page;

const unpackResults: Reader['unpack'] = async (db, page) => {
  const texts = new Map<Cell | undefined, Texts>();
  for (const run of new Set(page.map(([id]) => id))) {
    if (typeof run === 'string') texts.set(run, await textsOf(db, run));
  }
  return page.map(([run = null, seq = null, status, key = null, body]) => [
    run,
    seq,
    stateOf(status),
    key,
    typeof body === 'string' ? jsonText(unpackBody(stored(body), texts.get(run) ?? new Texts([]))) : null,
  ]);
};

function isoOf(at: Cell): string {
  if (at === null) throw damaged();
  return instantOf(at);
}

export const writerOf = ({ name, columns, json }: CopiedTable): Writer => {
  switch (name) {
    case 'keys':
      return {
        sql: `INSERT INTO keys (key, place, state, submission_id, floor, lead_id, at, until)
          SELECT value->>0, (runs.n << 32) + (value->>2), value->>3,
            nullif(value->>4, runs.id || '-' || (value->>2)), value->>5, value->>6, value->>7, value->>8
          FROM json_each(?1) LEFT JOIN runs ON runs.id = value->>1
          WHERE NOT EXISTS (SELECT 1 FROM keys AS k WHERE ${isKey('k', 'value->>0')})`,
        pack: (row) =>
          row.map((cell, i) => (i === 3 ? codeOf(cell) : i === 7 ? Date.parse(String(cell)) : cell)),
      };
    case 'flights':
      return {
        sql: `INSERT INTO flights (id, body, phone) SELECT (runs.n << 32) + (value->>1), value->>2, value->>3
          FROM json_each(?1) JOIN runs ON runs.id = value->>0 WHERE true ON CONFLICT DO NOTHING`,
        pack: (row) => row.map((cell, i) => (i === 2 ? compact(cell) : cell)),
      };
    case 'results':
      return {
        sql: `INSERT INTO results (id, status, key, body) SELECT (runs.n << 32) + (value->>1), value->>2,
            (SELECT id FROM keys WHERE ${isKey('keys', 'value->>3')}), value->>4
          FROM json_each(?1) JOIN runs ON runs.id = value->>0 WHERE true ON CONFLICT DO NOTHING`,
        pack: (row) => row.map((cell, i) => (i === 2 ? codeOf(cell) : i === 4 ? compact(cell) : cell)),
      };
    default:
      return {
        sql: `INSERT INTO ${name} (${columns.join(', ')})
          SELECT ${columns.map((_, i) => `value->>${i}`).join(', ')} FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING`,
        pack: (row) => row.map((cell, i) => (json.includes(columns[i] ?? '') ? compact(cell) : cell)),
      };
  }
};

const CODE_OF: ReadonlyMap<Cell, number> = new Map(CODES.map((state, code) => [state, code]));

function codeOf(cell: Cell): number {
  const code = CODE_OF.get(cell);
  if (code === undefined) throw damaged();
  return code;
}

/** JSON without blanks, as this engine writes it. */
function compact(cell: Cell): Cell {
  return typeof cell === 'string' ? jsonText(JSON.parse(cell)) : cell;
}

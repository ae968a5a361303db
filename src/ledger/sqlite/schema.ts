// The ledger's tables, as numbered steps. Never change a released step; add a new one, and what it comes to in NEWEST.

import { CODES, isKey } from './codes.ts';
import { makeMark } from './log-file.ts';

/** "lpLg" in the file's header, so that another program's database is not used as a ledger. */
export const APPLICATION_ID = 0x6c704c67;

/**
 * Step n migrates a ledger from schema version n to n + 1.
 * @param schema the name under which the database is attached
 */
export type Migration = (schema: string) => string;

export const MIGRATIONS: readonly Migration[] = [
  (schema) => `
  CREATE TABLE ${schema}.meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE ${schema}.runs (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    command TEXT NOT NULL,
    parent TEXT,
    started_at TEXT NOT NULL,
    files TEXT NOT NULL,
    targets TEXT NOT NULL,
    pid INTEGER NOT NULL,
    process_start TEXT,
    boot TEXT,
    renewed_at INTEGER NOT NULL,
    ended_at TEXT,
    exit_status INTEGER,
    summary TEXT,
    purged_at TEXT
  );
  -- The newest submission of each key. Keys are random: a rowid table with a narrow index writes the fewest pages.
  CREATE TABLE ${schema}.keys (
    key TEXT NOT NULL UNIQUE,
    run TEXT NOT NULL,
    seq INTEGER NOT NULL,
    state TEXT NOT NULL,
    submission_id TEXT NOT NULL,
    floor TEXT,
    lead_id TEXT,
    at TEXT NOT NULL
  );
  -- What is being sent: a row for each key in state 'sending'. Apart from keys, which would else stay as wide as a lead.
  CREATE TABLE ${schema}.flights (
    run TEXT NOT NULL,
    seq INTEGER NOT NULL,
    target TEXT NOT NULL,
    file TEXT,
    record INTEGER NOT NULL,
    line INTEGER,
    lead TEXT,
    PRIMARY KEY (run, seq)
  ) WITHOUT ROWID;
  CREATE TABLE ${schema}.results (
    run TEXT NOT NULL,
    seq INTEGER NOT NULL,
    key TEXT,
    file TEXT,
    record INTEGER NOT NULL,
    line INTEGER,
    target TEXT NOT NULL,
    provider TEXT NOT NULL,
    status TEXT NOT NULL,
    phone TEXT,
    name TEXT,
    lead_id TEXT,
    duplicate_of TEXT,
    errors TEXT,
    warnings TEXT,
    attempts INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    source TEXT,
    campaign TEXT,
    at TEXT NOT NULL,
    lead TEXT,
    PRIMARY KEY (run, seq)
  ) WITHOUT ROWID;
  `,
  // Values that are never searched are stored in one column as JSON, by position (../rows.ts): splitting a row into
  // twenty columns took longer than the rest of a commit.
  (schema) => `
  ALTER TABLE ${schema}.flights RENAME TO flights_1;
  ALTER TABLE ${schema}.results RENAME TO results_1;
  -- body: target, file, record, line, lead.
  CREATE TABLE ${schema}.flights (
    run TEXT NOT NULL,
    seq INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (run, seq)
  ) WITHOUT ROWID;
  -- body: file, record, line, target, provider, phone, name, lead id, duplicate of, errors, warnings, attempts,
  -- duration in ms, source, campaign, instant, lead.
  CREATE TABLE ${schema}.results (
    run TEXT NOT NULL,
    seq INTEGER NOT NULL,
    status TEXT NOT NULL,
    key TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (run, seq)
  ) WITHOUT ROWID;
  INSERT INTO ${schema}.flights
    SELECT run, seq, json_array(target, file, record, line, lead) FROM ${schema}.flights_1;
  INSERT INTO ${schema}.results
    SELECT run, seq, status, key, json_array(file, record, line, target, provider, phone, name, lead_id,
      json(duplicate_of), json(errors), json(warnings), attempts, duration_ms, source, campaign, at, lead)
    FROM ${schema}.results_1;
  DROP TABLE ${schema}.flights_1;
  DROP TABLE ${schema}.results_1;
  `,
  // until: for a key that was taken over from a run that may still live, the Unix ms by which its requests have ended.
  (schema) => `
  ALTER TABLE ${schema}.keys ADD COLUMN until INTEGER;
  ${makeMark(schema)}
  `,
  // Bad rows that a person has seen: keyed digests, and the run that showed them first.
  (schema) => `
  CREATE TABLE ${schema}.noted (row TEXT PRIMARY KEY, run TEXT NOT NULL) WITHOUT ROWID;
  `,
  // phone: digest of endpoint and phone; null: another run had taken that phone when its claim was, or came to be, ours.
  // shares: what each run has of an endpoint's limits; most: its own limit.
  (schema) => `
  ALTER TABLE ${schema}.flights ADD COLUMN phone TEXT;
  CREATE INDEX ${schema}.flights_phone ON flights (phone) WHERE phone IS NOT NULL;
  CREATE TABLE ${schema}.shares (
    endpoint TEXT NOT NULL,
    run TEXT NOT NULL,
    target TEXT NOT NULL,
    wanted INTEGER NOT NULL,
    held INTEGER NOT NULL,
    most INTEGER NOT NULL,
    rate REAL,
    PRIMARY KEY (endpoint, run, target)
  ) WITHOUT ROWID;
  `,
  // Runs, states and instants as numbers, so that a lead takes half the room. Free pages stay in the file, for new rows.
  (schema) => `
  ALTER TABLE ${schema}.keys RENAME TO keys_5;
  ALTER TABLE ${schema}.flights RENAME TO flights_5;
  ALTER TABLE ${schema}.results RENAME TO results_5;
  DROP INDEX ${schema}.flights_phone;
  ${tables(schema)}
  INSERT INTO ${schema}.keys (key, place, state, submission_id, floor, lead_id, at, until)
    SELECT key, (runs.n << 32) + seq, ${codeOf('state')}, nullif(submission_id, run || '-' || seq), floor, lead_id,
      strftime('%s', at) * 1000 + substr(at, 21, 3), until
    FROM ${schema}.keys_5 LEFT JOIN ${schema}.runs ON runs.id = keys_5.run ORDER BY keys_5.rowid;
  ${indexes(schema)}
  INSERT INTO ${schema}.flights (id, body, phone)
    SELECT (runs.n << 32) + seq, body, phone
    FROM ${schema}.runs CROSS JOIN ${schema}.flights_5 ON flights_5.run = runs.id ORDER BY runs.n, seq;
  INSERT INTO ${schema}.results (id, status, key, body)
    SELECT (runs.n << 32) + seq, ${codeOf('status')},
      (SELECT keys.id FROM ${schema}.keys WHERE ${isKey('keys', 'results_5.key')}), body
    FROM ${schema}.runs CROSS JOIN ${schema}.results_5 ON results_5.run = runs.id ORDER BY runs.n, seq;
  DROP TABLE ${schema}.keys_5;
  DROP TABLE ${schema}.flights_5;
  DROP TABLE ${schema}.results_5;
  `,
];

/** All that the steps come to, for a new file. */
export const NEWEST: Migration = (schema) => `
  CREATE TABLE ${schema}.meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE ${schema}.runs (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    command TEXT NOT NULL,
    parent TEXT,
    started_at TEXT NOT NULL,
    files TEXT NOT NULL,
    targets TEXT NOT NULL,
    pid INTEGER NOT NULL,
    process_start TEXT,
    boot TEXT,
    renewed_at INTEGER NOT NULL,
    ended_at TEXT,
    exit_status INTEGER,
    summary TEXT,
    purged_at TEXT
  );
  ${makeMark(schema)}
  CREATE TABLE ${schema}.noted (row TEXT PRIMARY KEY, run TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE ${schema}.shares (
    endpoint TEXT NOT NULL,
    run TEXT NOT NULL,
    target TEXT NOT NULL,
    wanted INTEGER NOT NULL,
    held INTEGER NOT NULL,
    most INTEGER NOT NULL,
    rate REAL,
    PRIMARY KEY (endpoint, run, target)
  ) WITHOUT ROWID;
  ${tables(schema)}
  ${indexes(schema)}
`;

/**
 * The tables that grow. A place is the number of a run and the seq of one of its records, as one number; states and
 * statuses are positions in CODES; instants are Unix ms.
 *
 * - keys: the newest submission of each key, in the order in which they come. submission_id: null for the id that its
 *   place gives. until: for a key that was taken over from a run that may still live, when its requests have ended.
 * - flights: what is being sent, a row for each key in state 'sending'. phone: digest of endpoint and phone; null: another
 *   run had taken that phone when its claim was, or came to be, ours.
 * - results: key is the id in `keys` of what was claimed. Bodies: see packed.ts.
 * - texts: what the bodies of a run repeat, by number.
 */
function tables(schema: string): string {
  return `
  CREATE TABLE ${schema}.keys (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    place INTEGER NOT NULL,
    state INTEGER NOT NULL,
    submission_id TEXT,
    floor TEXT,
    lead_id TEXT,
    at INTEGER NOT NULL,
    until INTEGER
  );
  CREATE TABLE ${schema}.flights (id INTEGER PRIMARY KEY, body TEXT NOT NULL, phone TEXT);
  CREATE TABLE ${schema}.results (
    id INTEGER PRIMARY KEY,
    status INTEGER NOT NULL,
    key INTEGER,
    body TEXT NOT NULL
  );
  CREATE TABLE ${schema}.texts (
    run INTEGER NOT NULL,
    n INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (run, n)
  ) WITHOUT ROWID;`;
}

/**
 * Digests are random, so each new one falls on another page of its index: the first 48 bits keep it small, and the
 * whole digest is compared in the row. No two rows have one key: all writes look first.
 */
function indexes(schema: string): string {
  return `
  CREATE INDEX ${schema}.keys_start ON keys (substr(key, 1, 8));
  CREATE INDEX ${schema}.flights_phone ON flights (substr(phone, 1, 8)) WHERE phone IS NOT NULL;`;
}

function codeOf(column: string): string {
  return `CASE ${column} ${CODES.map((name, code) => `WHEN '${name}' THEN ${code}`).join(' ')} END`;
}

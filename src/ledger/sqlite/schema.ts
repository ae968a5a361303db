// The ledger's tables, as numbered steps. Never change a released step; add a new one.

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
  // Values that are never searched are stored in one column as JSON, by position (rows.ts): splitting a row into
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
];

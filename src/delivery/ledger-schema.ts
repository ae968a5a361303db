// The ledger's tables, as numbered steps. A step that was released is never changed; a new one is added.

/** States of a key, as stored. */
export const STATE = {
  sending: 0,
  created: 1,
  duplicate: 2,
  failed: 3,
  rejected: 4,
  unknown: 5,
} as const;

export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    n INTEGER NOT NULL,
    command TEXT NOT NULL,
    parent TEXT,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    exit_status INTEGER,
    files TEXT NOT NULL,
    targets TEXT NOT NULL,
    summary TEXT,
    pid INTEGER NOT NULL,
    pid_start TEXT,
    boot TEXT,
    lease_until INTEGER NOT NULL,
    purged INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;
  -- The newest submission of each key. A rowid table with a narrow index: keys are random, leads are wide.
  CREATE TABLE keys (
    key TEXT NOT NULL UNIQUE,
    run TEXT NOT NULL,
    seq INTEGER NOT NULL,
    state INTEGER NOT NULL,
    submission_id TEXT NOT NULL,
    floor TEXT,
    lead_id TEXT,
    at TEXT NOT NULL,
    target TEXT NOT NULL,
    file TEXT,
    record INTEGER NOT NULL,
    line INTEGER,
    lead TEXT
  );
  -- Only what is in flight: few rows at a time.
  CREATE INDEX keys_sending ON keys (run) WHERE state = 0;
  CREATE TABLE results (
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
];

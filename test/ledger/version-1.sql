-- A ledger as schema version 1 wrote it, frozen: later versions must still understand it. Never change this file.
PRAGMA application_id = 1819298919;
PRAGMA user_version = 1;
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (
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
CREATE TABLE keys (
  key TEXT NOT NULL UNIQUE,
  run TEXT NOT NULL,
  seq INTEGER NOT NULL,
  state TEXT NOT NULL,
  submission_id TEXT NOT NULL,
  floor TEXT,
  lead_id TEXT,
  at TEXT NOT NULL
);
CREATE TABLE flights (
  run TEXT NOT NULL,
  seq INTEGER NOT NULL,
  target TEXT NOT NULL,
  file TEXT,
  record INTEGER NOT NULL,
  line INTEGER,
  lead TEXT,
  PRIMARY KEY (run, seq)
) WITHOUT ROWID;
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
INSERT INTO meta VALUES ('salt', 'BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=');
INSERT INTO runs VALUES (1, 'AB12CD34', 'send', NULL, '2026-11-20T09:00:00.000Z', '["leads.csv"]', '["crm"]',
  4242, '838599', 'host|boot|pid:[1]', 1600000000000, NULL, NULL, NULL, NULL);
INSERT INTO keys VALUES
  ('FXv3bQ4mFDO2MR3fqS6nAw', 'AB12CD34', 0, 'created', 'AB12CD34-0', NULL, '17863', '2026-11-20T09:00:01.000Z'),
  ('Aq1cDQ4mFDO2MR3fqS6nAw', 'AB12CD34', 1, 'sending', 'AB12CD34-1', '17863', NULL, '2026-11-20T09:00:01.500Z');
INSERT INTO flights VALUES ('AB12CD34', 1, 'crm', 'leads.csv', 2, 3, '{}');
INSERT INTO results VALUES ('AB12CD34', 0, 'FXv3bQ4mFDO2MR3fqS6nAw', 'leads.csv', 1, 2, 'crm', 'anarock', 'created',
  '+919988776655', 'Rahul Kumar', '17863', NULL, '[]', '[]', 1, 123, 'google', 'greens-2026',
  '2026-11-20T09:00:01.000Z', NULL);

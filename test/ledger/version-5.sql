-- A ledger as schema version 5 wrote it, frozen: later versions must still understand it. Never change this file.
PRAGMA application_id = 1819298919;
PRAGMA user_version = 5;
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES('salt','u+xg2PpPFGpLR4Vnj8BT+WnaubByNPrv4DCtSkyNjco=');
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
INSERT INTO runs VALUES(1,'AB12CD34','send',NULL,'2026-11-20T09:00:00.000Z','["leads.csv"]','["crm"]',1,'x','test',1795165200007,'2026-11-20T09:30:00.000Z',1,'{"run":"AB12CD34","records":1,"targets":["crm"],"counts":{"created":1,"duplicate":0,"skipped":0,"invalid":0,"rejected":0,"failed":0,"unknown":0},"durationMs":5,"interrupted":null,"stops":[],"ledgerFailure":null,"maxFailuresReached":false,"dryRun":null}',NULL);
INSERT INTO runs VALUES(2,'EF56GH78','send',NULL,'2026-11-20T09:00:00.000Z','["leads.csv"]','["crm"]',2,'x','test',1795165200028,NULL,NULL,NULL,NULL);
CREATE TABLE keys (
    key TEXT NOT NULL UNIQUE,
    run TEXT NOT NULL,
    seq INTEGER NOT NULL,
    state TEXT NOT NULL,
    submission_id TEXT NOT NULL,
    floor TEXT,
    lead_id TEXT,
    at TEXT NOT NULL
  , until INTEGER);
INSERT INTO keys VALUES('8n5BUcSELhTYWeTOAOFtcw','AB12CD34',0,'created','AB12CD34-0',NULL,'17860','2026-11-20T09:00:00.123Z',NULL);
INSERT INTO keys VALUES('yOO60_OfwNcCsT_q98jqsw','AB12CD34',1,'duplicate','AB12CD34-1',NULL,'17861','2026-11-20T09:00:01.123Z',NULL);
INSERT INTO keys VALUES('Om7HwBZSHnCS-CdJK63dGg','AB12CD34',2,'rejected','AB12CD34-2',NULL,NULL,'2026-11-20T09:00:02.123Z',NULL);
INSERT INTO keys VALUES('MOVH8NJ_j0_mwT5MzxEeDQ','AB12CD34',3,'failed','AB12CD34-3',NULL,NULL,'2026-11-20T09:00:03.123Z',NULL);
INSERT INTO keys VALUES('aJ4aVPulF6cJzK2SKKD1Ow','EF56GH78',0,'sending','AB12CD34-4','17862',NULL,'2026-11-20T09:00:00.056Z',NULL);
INSERT INTO keys VALUES('bKOpZ3oW1Irg5D8eHKHpxQ','AB12CD34',5,'sending','AB12CD34-5',NULL,NULL,'2026-11-20T09:00:00.014Z',NULL);
INSERT INTO keys VALUES('ish3JEHsWIOn_ZiVG24zpg','EF56GH78',1,'sending','EF56GH78-1','17863',NULL,'2026-11-20T09:00:00.035Z',NULL);
CREATE TABLE flights (
    run TEXT NOT NULL,
    seq INTEGER NOT NULL,
    body TEXT NOT NULL, phone TEXT,
    PRIMARY KEY (run, seq)
  ) WITHOUT ROWID;
INSERT INTO flights VALUES('AB12CD34',5,'["crm","Leads of Gulnar.csv",6,7,"{\"phone\":\"+919900010005\"}",30000]','Ors-MJ-CfgmP96qZvP3R3g');
INSERT INTO flights VALUES('EF56GH78',0,'["crm","leads.csv",1,6,"{\"phone\":\"+919900010004\"}",30000]','yWqdwQXViNsM9K6ky3h7Fw');
INSERT INTO flights VALUES('EF56GH78',1,'["crm","leads.csv",2,10,"{\"phone\":\"+919900010008\"}",30000]','pOSBC29go0RuWiOHz_qgZA');
CREATE TABLE results (
    run TEXT NOT NULL,
    seq INTEGER NOT NULL,
    status TEXT NOT NULL,
    key TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (run, seq)
  ) WITHOUT ROWID;
INSERT INTO results VALUES('AB12CD34',0,'created','8n5BUcSELhTYWeTOAOFtcw','["Leads of Gulnar.csv",1,2,"crm","anarock","+919900010000","Rahul Kumar","17860",null,[],[],1,12,"google","greens-2026","2026-11-20T09:00:00.123Z",null,"l:4711",null,null]');
INSERT INTO results VALUES('AB12CD34',1,'duplicate','yOO60_OfwNcCsT_q98jqsw','["Leads of Gulnar.csv",2,3,"crm","anarock","+919900010001","Rahul Kumar","17861",{"by":"provider","leadId":"17861","at":null,"run":null,"file":"Copy of Gulnar.csv","record":3},[],[],1,12,"google","greens-2026","2026-11-20T09:00:01.123Z",null,"l:4711",null,null]');
INSERT INTO results VALUES('AB12CD34',2,'rejected','Om7HwBZSHnCS-CdJK63dGg','["Leads of Gulnar.csv",3,4,"crm","anarock","+919900010002","Rahul Kumar",null,null,[{"field":"Mobile","code":"PHONE_INVALID","message":"typed 98x76"}],[],1,12,"google","greens-2026","2026-11-20T09:00:02.123Z","{\"phone\":\"+919900010002\"}","l:4711",null,null]');
INSERT INTO results VALUES('AB12CD34',3,'failed','MOVH8NJ_j0_mwT5MzxEeDQ','["Leads of Gulnar.csv",4,5,"crm","anarock","+919900010003","Rahul Kumar",null,null,[],[],1,12,"google","greens-2026","2026-11-20T09:00:03.123Z","{\"phone\":\"+919900010003\"}","l:4711",null,null]');
INSERT INTO results VALUES('AB12CD34',4,'unknown','aJ4aVPulF6cJzK2SKKD1Ow','["Leads of Gulnar.csv",5,6,"crm","anarock","+919900010004","Rahul Kumar",null,null,[],[],1,12,"google","greens-2026","2026-11-20T09:00:04.123Z","{\"phone\":\"+919900010004\"}","l:4711",null,null]');
INSERT INTO results VALUES('AB12CD34',6,'failed',NULL,'["leads.csv",7,8,"crm","anarock","+919900010006","Rahul Kumar",null,null,[],[],0,12,"google","greens-2026","2026-11-20T10:00:00.000Z","{\"phone\":\"+919900010006\"}",null,null,"M7fxQpzV_k2ezMRdM8lfaw"]');
INSERT INTO results VALUES('AB12CD34',7,'invalid',NULL,'["leads.csv",8,9,"crm","anarock",null,"Rahul Kumar",null,null,[],[],1,12,"google","greens-2026","2026-11-20T10:00:00.000Z",null,null,"98x76",null]');
INSERT INTO results VALUES('EF56GH78',2,'duplicate',NULL,'["leads.csv",3,2,"crm","anarock","+919900010000","Rahul Kumar",null,{"by":"ledger","leadId":"17860","at":"2026-11-20T09:00:00.123Z","run":"AB12CD34","file":"Leads of Gulnar.csv","record":1},[],[],1,12,"google","greens-2026","2026-11-20T10:00:00.000Z",null,null,null,"8n5BUcSELhTYWeTOAOFtcw"]');
CREATE TABLE log_mark (mark TEXT NOT NULL);
INSERT INTO log_mark VALUES('leadpush-log:572bd597075e74fc6f77c9452ab8e02c:0000000000000008;');
CREATE TABLE noted (row TEXT PRIMARY KEY, run TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO noted VALUES('noted-row','AB12CD34');
CREATE TABLE shares (
    endpoint TEXT NOT NULL,
    run TEXT NOT NULL,
    target TEXT NOT NULL,
    wanted INTEGER NOT NULL,
    held INTEGER NOT NULL,
    most INTEGER NOT NULL,
    rate REAL,
    PRIMARY KEY (endpoint, run, target)
  ) WITHOUT ROWID;
CREATE INDEX flights_phone ON flights (phone) WHERE phone IS NOT NULL;

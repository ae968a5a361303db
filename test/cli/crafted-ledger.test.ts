// A ledger that came from somebody else (a download, an attachment, a clone) or is damaged: what is in it neither runs, nor
// decides about files, nor ends in an internal error.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk, linesOf, type SandboxProcess, startSandbox } from './leadpush.ts';

let desk: Desk;
let sandbox: SandboxProcess;
beforeEach(async () => {
  desk = new Desk();
  sandbox = await startSandbox(desk);
  desk.write('c.yaml', sandbox.config);
  desk.write('leads.csv', 'Phone,Name\n9876543210,Asha\n12,Bad\n');
  await desk.run(SEND);
  desk.write('leads.csv', 'Phone,Name\n9876543210,Asha\n9876543211,Ravi\n12,Bad\n');
});
afterEach(async () => {
  await sandbox.close();
  desk.remove();
});

const NAMED = ['--config', 'c.yaml', '--ledger', 'ledger.db'] as const;
const SEND = ['send', 'leads.csv', '--to', 'a', '--yes', ...NAMED] as const;
const ENDLESS = 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c';

function craft(sql: string): void {
  const db = new Database(join(desk.folder, 'ledger.db'), {});
  db.exec(sql);
  db.close();
}

describe('what would run with our own statements is refused before anything is sent', () => {
  it.each([
    [
      'calls each lead delivered',
      'CREATE TRIGGER t AFTER INSERT ON keys BEGIN UPDATE keys SET state = 1 WHERE key = new.key; END',
      'trigger',
    ],
    [
      'writes no result',
      'CREATE TRIGGER t BEFORE INSERT ON results BEGIN SELECT RAISE(IGNORE); END',
      'trigger',
    ],
    [
      'keeps a copy of people’s data',
      'CREATE TABLE loot (a); CREATE TRIGGER t AFTER INSERT ON results BEGIN INSERT INTO loot VALUES (new.body); END',
      'trigger',
    ],
    [
      'never ends',
      `CREATE TRIGGER t AFTER INSERT ON runs BEGIN SELECT count(*) FROM (${ENDLESS}); END`,
      'trigger',
    ],
    [
      'is endless in a table’s place',
      `ALTER TABLE runs RENAME TO r; CREATE VIEW runs AS SELECT r.* FROM r, (${ENDLESS})`,
      'view',
    ],
    [
      'is another kind of table',
      'DROP TABLE noted; CREATE VIRTUAL TABLE noted USING fts5("row", run)',
      'virtual table',
    ],
  ])('%s', async (_, sql, kind) => {
    craft(sql);
    const before = (await sandbox.leads()).length;
    for (const call of [SEND, ['runs', ...NAMED]]) {
      const { status, stdout, stderr } = await desk.run(call);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(new RegExp(`holds a ${kind} that leadpush did not make \\("\\w+"\\)`));
    }
    expect((await sandbox.leads()).length).toBe(before);
  });

  it('a view of the user’s own is none of our business', async () => {
    craft('CREATE VIEW mine AS SELECT count(*) FROM results');
    expect((await desk.run(SEND)).status).toBe(1);
  });
});

describe('a row that leadpush did not write: one sentence, what next, exit 2', () => {
  it.each<[string, string, readonly string[]]>([
    ['files that are no JSON', "UPDATE runs SET files = '{bad'", ['runs']],
    ['files that are no list', `UPDATE runs SET files = '{"a":1}'`, ['runs']],
    ['targets that are no texts', "UPDATE runs SET targets = '[1,{}]'", ['show']],
    ['a summary of another kind', `UPDATE runs SET summary = '{"stops":5}'`, ['show']],
    ['a summary that is a list', "UPDATE runs SET summary = '[]'", ['runs']],
    ['a result that is no JSON', "UPDATE results SET body = 'x'", ['show']],
    ['a result that is no list', "UPDATE results SET body = '{}'", ['report', '--html', 'page.html']],
    ['an unknown status', 'UPDATE results SET status = 99', ['show']],
    ['a process that is no number', "UPDATE runs SET ended_at = NULL, pid = 'x'", ['runs']],
    ['a run that names a path', "UPDATE runs SET id = 'X/../../PWNED'", ['report']],
    ['a run that names a folder above', "UPDATE runs SET id = '../PWNED'", ['report']],
    ['a run that steers the screen', "UPDATE runs SET id = char(27) || ']0;x' || char(7)", ['runs']],
  ])('%s', async (_, sql, call) => {
    craft(sql);
    const { status, stderr } = await desk.run([...call, ...NAMED]);
    expect(stderr).not.toMatch(/internal error/);
    expect(stderr).toMatch(/did not write, so it cannot be trusted|cannot be read: malformed JSON/);
    expect(stderr).toMatch(/Restore it from a backup/);
    expect(status).toBe(2);
    expect(existsSync(join(desk.folder, '../PWNED.html'))).toBe(false);
  });

  it('met while sending: nothing more is sent, and the reason is one sentence', async () => {
    craft('UPDATE keys SET state = 99');
    const before = (await sandbox.leads()).length;
    const { status, stdout, stderr } = await desk.run([...SEND, '--json']);
    expect(status).toBe(1);
    expect(linesOf(stdout).at(-1)).toMatchObject({ created: 0 });
    expect(stderr).toMatch(/cannot be trusted\. Nothing was sent after that|cannot be trusted\n/);
    expect((await sandbox.leads()).length).toBe(before);
  });
});

// Files that leadpush writes: what they may replace, where links lead, and what a killed run leaves behind.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openContainer } from '../../src/input/xlsx/zip.ts';
import { Desk, ended, linesOf, type SandboxProcess, startSandbox } from './leadpush.ts';

let desk: Desk;
let sandbox: SandboxProcess;

beforeEach(async () => {
  desk = new Desk();
  sandbox = await startSandbox(desk, ['--latency', '20ms']);
  desk.write('c.yaml', sandbox.config);
  desk.write('l.csv', 'Name,Phone\nAsha,9876500001\nBinu,12\n');
});
afterEach(async () => {
  await sandbox.close();
  desk.remove();
});

const inDesk = (name: string) => join(desk.folder, name);
const run = (...args: readonly string[]) => desk.run(args);

/** A ledger that holds a run, and that run's id. */
async function ledgerWithRun(name: string): Promise<string> {
  desk.write('first.csv', 'Name,Phone\nAsha,9876599999\n');
  const sent = await run('send', 'first.csv', '--to', 'a', '--config', 'c.yaml', '--json', '--ledger', name);
  return String(linesOf(sent.stdout).at(-1)?.['run']);
}

/** Each option that names a file to write. */
const WRITERS: readonly (readonly [string, (path: string, run: string) => readonly string[]])[] = [
  ['send --output', (path) => ['send', 'l.csv', '--to', 'a', '--config', 'c.yaml', '--output', path]],
  ['send --rejects', (path) => ['send', 'l.csv', '--to', 'a', '--config', 'c.yaml', '--rejects', path]],
  [
    'smoke --junit',
    (path) => ['smoke', '--to', 'a', '--config', 'c.yaml', '--phone', '9876500009', '--junit', path],
  ],
  ['report --html', (path, id) => ['report', id, '--html', path]],
];

/** What each of them may replace: a page, too. */
const OLD_PAGE = '<!doctype html>\n<title>leadpush run 7F3K2M9Q</title>\n';

describe.each(WRITERS)('%s', (_, args) => {
  it('replaces no ledger, no log, no configuration, nothing that is no file', async () => {
    const id = await ledgerWithRun('used.db');
    await ledgerWithRun('other.csv');
    desk.write('empty.csv', '');
    desk.write('empty.csv-wal', 'all of it');
    desk.write('ledger.csv-wal', Buffer.from('377f068200000000', 'hex'));
    desk.write('.leadpushrc', 'targets: {}\n');
    mkdirSync(inDesk('folder.csv'));
    execFileSync('sh', ['-c', 'mkfifo pipe.csv'], { cwd: desk.folder });
    const socket = createServer().listen(inDesk('socket.csv'));
    symlinkSync('other.csv', inDesk('link.csv'));
    symlinkSync('used.db-journal', inDesk('nowhere.csv'));
    const took = (await sandbox.leads()).length;
    const cases: readonly (readonly [string, RegExp])[] = [
      ['used.db', /same file as the ledger|is a database/],
      ['used.db-wal', /same file as the ledger's log/],
      ['used.db-shm', /same file as the ledger's log/],
      ['nowhere.csv', /same file as the ledger's log/],
      ['other.csv', /is a database/],
      ['link.csv', /is a database/],
      ['other.csv-journal', /belongs to the database/],
      ['empty.csv', /is a database in use/],
      ['ledger.csv-wal', /is a database/],
      ['.leadpushrc', /is a configuration/],
      ['folder.csv', /is not a regular file, but a folder/],
      ['pipe.csv', /is not a regular file, but a pipe/],
      ['socket.csv', /is not a regular file, but a socket/],
    ];
    const before = cases.map(([name]) => fingerprint(name));
    for (const [name, message] of cases) {
      const { status, stderr } = await run(...args(name, id), '--ledger', 'used.db');
      expect(stderr).toMatch(message);
      expect([name, status]).toEqual([name, 2]);
    }
    expect(cases.map(([name]) => fingerprint(name))).toEqual(before);
    expect((await sandbox.leads()).length).toBe(took);
    expect(readdirSync(desk.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    socket.close();
  });

  it('a folder that is not there: the command that makes it', async () => {
    const id = await ledgerWithRun('used.db');
    const call = [...args("new folder/deep/it's.csv", id), '--ledger', 'used.db'];
    const took = (await sandbox.leads()).length;
    const { status, stderr } = await run(...call);
    expect({ status, took: (await sandbox.leads()).length }).toEqual({ status: 2, took });
    expect(stderr).toContain("/it's.csv cannot be written (the folder new folder/deep does not exist).\n");
    const [, next = ''] = /^Make it first: (mkdir .*)$/m.exec(stderr) ?? [];
    expect(next).toBe("mkdir -p 'new folder/deep'");
    expect((await desk.paste(next)).status).toBe(0);
    expect([0, 1]).toContain((await run(...call)).status);
    // A file for rejected rows is made where there are any.
    expect(readdirSync(inDesk('new folder/deep')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('follows a link, and replaces what it leads to', async () => {
    const id = await ledgerWithRun('used.db');
    mkdirSync(inDesk('elsewhere'));
    desk.write('elsewhere/real.csv', OLD_PAGE);
    symlinkSync('elsewhere/real.csv', inDesk('link.csv'));
    const { status } = await run(...args('link.csv', id), '--ledger', 'used.db');
    expect([0, 1]).toContain(status);
    expect(lstatSync(inDesk('link.csv')).isSymbolicLink()).toBe(true);
    expect(desk.read('elsewhere/real.csv')).not.toBe(OLD_PAGE);
  });
});

/** A file that was replaced is another one. The log of the ledger in use is SQLite's to make and to remove. */
function fingerprint(name: string): string {
  const found = lstatSync(inDesk(name), { throwIfNoEntry: false });
  return `${name} ${name.startsWith('used.db-') ? 'in use' : (found?.ino ?? 'none')}`;
}

it('no key file is replaced, of whichever target', async () => {
  desk.write('key.csv', 'a-key-of-another-target');
  desk.write('k.yaml', `${sandbox.config}  other: { provider: anarock, channel: c, keyFile: key.csv }\n`);
  const { status, stderr } = await run(
    'send',
    'l.csv',
    '--to',
    'a',
    '--config',
    'k.yaml',
    '--output',
    'key.csv',
  );
  expect(stderr).toMatch(/--output: key\.csv is the same file as a key file/);
  expect(status).toBe(2);
  expect(desk.read('key.csv')).toBe('a-key-of-another-target');
});

it('what the shell has opened for the call is not replaced', async () => {
  const shell = (command: string) =>
    execFileSync('sh', ['-c', `${command}; echo "exit $?" >&2`], {
      cwd: desk.folder,
      env: { ...desk.env(), LP: `${process.execPath} ${join(import.meta.dirname, '../../bin/leadpush.js')}` },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  shell('$LP send - --to a --config c.yaml --output l.csv < l.csv 2> said.txt');
  expect(desk.read('said.txt')).toMatch(/same file as stdin/);
  expect(desk.read('l.csv')).toContain('Asha,9876500001\n');
  shell('$LP send l.csv --to a --config c.yaml --output out.csv > out.csv 2> said.txt');
  expect(desk.read('said.txt')).toMatch(/same file as stdout/);
});

// Not by /dev/stdout or /dev/null: who breaks this would have them replaced on their own machine.
it('a document may go to what is open already', async () => {
  const id = await ledgerWithRun('used.db');
  const page = execFileSync(
    'sh',
    ['-c', `"$NODE" "$BIN" report ${id} --html /dev/fd/1 --ledger used.db 2>said.txt | cat; exec 2>&1`],
    {
      cwd: desk.folder,
      env: {
        ...desk.env(),
        NODE: process.execPath,
        BIN: join(import.meta.dirname, '../../bin/leadpush.js'),
      },
      encoding: 'utf8',
    },
  );
  expect(page).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
});

describe('temporaries', () => {
  const temporaries = () => readdirSync(desk.folder).filter((name) => name.endsWith('.tmp'));
  const slow = () => {
    const rows = Array.from({ length: 400 }, (_, i) => `P,98765${String(10_000 + i)}\n`);
    desk.write('many.csv', `Name,Phone\n${rows.join('')}`);
    return desk.start([
      ...['send', 'many.csv', '--to', 'a', '--config', 'c.yaml', '--json', '--concurrency', '1'],
      ...['--output', 'o.csv', '--rejects', 'r.csv'],
    ]);
  };
  const begun = async () => {
    for (let i = 0; i < 400 && temporaries().length < 2; i++) await sleep(25);
    expect(temporaries().length).toBe(2);
  };

  it('of a killed run go with the next run, those of a living one stay', async () => {
    const killed = slow();
    const end = ended(killed);
    await begun();
    for (const name of temporaries()) expect(statSync(inDesk(name)).mode & 0o777).toBe(0o600);
    killed.kill('SIGKILL');
    await end;
    expect(temporaries().length).toBe(2);

    const living = slow();
    const livingEnd = ended(living);
    for (let i = 0; i < 400; i++) {
      if (temporaries().length === 2 && !temporaries().some((name) => name.includes(`.${killed.pid}-`)))
        break;
      await sleep(25);
    }
    const ofLiving = temporaries();
    expect(ofLiving.every((name) => name.includes(`.${living.pid}-`))).toBe(true);

    await run('send', 'l.csv', '--to', 'a', '--config', 'c.yaml', '--ledger', 'x.db');
    expect(temporaries()).toEqual(ofLiving);
    living.kill('SIGTERM');
    expect((await livingEnd).status).toBe(143);
    expect(temporaries()).toEqual([]);
    expect(existsSync(inDesk('o.csv'))).toBe(true);
  });

  it('of a foreign machine go only when nobody has touched them for long', async () => {
    const name = '.o.csv.1-00000001-00000002-00000003.tmp';
    desk.write(name, 'people');
    // By the clock of this process, which need not be the one that the system keeps its files by.
    const touched = (secondsAgo: number) => {
      const at = Date.now() / 1000 - secondsAgo;
      utimesSync(inDesk(name), at, at);
    };
    touched(0);
    await run('send', 'l.csv', '--to', 'a', '--config', 'c.yaml');
    expect(temporaries()).toEqual([name]);
    touched(7_200);
    desk.write('.bystander.tmp', 'not ours');
    await run('send', 'l.csv', '--to', 'a', '--config', 'c.yaml');
    expect(temporaries()).toEqual(['.bystander.tmp']);
  });

  it('a name of 255 bytes has room for a temporary one', async () => {
    const name = `${'न'.repeat(83)}xx.csv`;
    expect(Buffer.byteLength(name)).toBe(255);
    await run('send', 'l.csv', '--to', 'a', '--config', 'c.yaml', '--output', name);
    expect(desk.read(name)).toContain('leadpush_status');
  });
});

describe('a file of rejected rows that somebody has worked on', () => {
  const send = (...more: readonly string[]) =>
    run(
      'send',
      'l.csv',
      '--to',
      'a',
      '--config',
      'c.yaml',
      '--ledger',
      'l.db',
      '--rejects',
      'r.csv',
      ...more,
    );
  const backups = () => readdirSync(desk.folder).filter((name) => name.includes('backup'));
  const edit = (text: string) => desk.write('r.csv', desk.read('r.csv').replace('12', text));

  it('is kept beside the new one, and what leadpush wrote itself is replaced', async () => {
    await send();
    await send();
    // A file that grows, as each night.
    desk.write('l.csv', 'Name,Phone\nAsha,9876500001\nBinu,12\nChand,13\n');
    expect((await send()).stderr).not.toContain('kept');
    expect(backups()).toEqual([]);

    edit('9876500002');
    const edited = desk.read('r.csv');
    const said = 'r.csv was changed since leadpush wrote it; your corrections are in r.backup-1.csv.\n';
    expect((await send('--quiet')).stderr).toContain(said);
    expect(desk.read('r.backup-1.csv')).toBe(edited);
    expect(desk.read('r.csv')).toContain('Binu,12,');
    expect((await send('--json')).stderr).not.toContain('kept');
    expect(backups()).toEqual(['r.backup-1.csv']);
    if (process.platform !== 'win32') expect(statSync(inDesk('r.backup-1.csv')).mode & 0o777).toBe(0o600);

    edit('9876500003');
    expect((await send('--json')).stderr).toContain('your corrections are in r.backup-2.csv');
    expect(desk.read('r.backup-1.csv')).toBe(edited);
    expect(desk.read('r.backup-2.csv')).toContain('9876500003');
  });

  it('whatever it is: another’s file, a workbook, JSON, a link to it', async () => {
    desk.write('r.csv', 'a list of my own\n');
    expect((await send()).stderr).toContain('kept as r.backup-1.csv');
    expect(desk.read('r.backup-1.csv')).toBe('a list of my own\n');
    desk.write('r.csv', '');
    expect((await send()).stderr).not.toContain('kept');
    for (const name of ['w.xlsx', 'w.xlsx'])
      expect((await send('--rejects', name)).stderr).not.toContain('kept');
    desk.write('w.xlsx', 'no workbook at all');
    expect((await send('--rejects', 'w.xlsx')).stderr).toContain('corrections are in w.backup-1.xlsx');
    desk.write('j.json', '[{"phone":"12"}]');
    const json = ['send', 'j.json', '--to', 'a', '--config', 'c.yaml', '--ledger', 'l.db', '--rejects'];
    for (const name of ['rj.json', 'rj.csv']) {
      desk.write(name, '[]');
      expect((await run(...json, name)).stderr).toContain(`kept as ${name.replace('.', '.backup-1.')}`);
      expect((await run(...json, name)).stderr).not.toContain('kept');
    }
    mkdirSync(inDesk('real'));
    desk.write('real/f.csv', 'mine');
    symlinkSync('real/f.csv', inDesk('s.csv'));
    await send('--rejects', 's.csv');
    expect(desk.read('real/f.backup-1.csv')).toBe('mine');
  });

  it.each<[string, readonly string[], input: string, rejects: string]>([
    ['CSV', [], 'l.csv', 'r.csv'],
    ['JSON', [], 'l.json', 'r.json'],
    ['JSON as a table', [], 'l.json', 'r.csv'],
    ['several inputs', ['other.csv'], 'l.csv', 'r.csv'],
    ['several inputs with other columns', ['wide.csv'], 'l.csv', 'r-l.csv'],
  ])('is what the next command sends: %s', async (_, more, input, rejects) => {
    desk.write('other.csv', 'Name,Phone\nEsha,9876500004\n');
    desk.write('wide.csv', 'Name,Phone,City\nEsha,9876500004,Pune\n');
    desk.write('l.json', '[{"name":"Asha","phone":"9876500001"},{"name":"Binu","phone":"12"}]');
    const given = rejects.startsWith('r-') ? 'r.csv' : rejects;
    const places = ['--to', 'a', '--config', 'c.yaml', '--ledger', 'l.db'];
    const sendIt = (...words: readonly string[]) =>
      run('send', input, ...more, ...places, '--rejects', given, ...words);
    expect((await sendIt()).stderr).toMatch(/\nNext: fix .*, then send (?:it|them):\n {2}leadpush send /);
    desk.write(rejects, desk.read(rejects).replace('12', '9876500002'));
    const kept = rejects.replace('.', '.backup-1.');
    const again = await sendIt();
    expect(again.stderr).toContain(`your corrections are in ${kept}.\n`);
    const next = `leadpush send ${kept} --to a --config c.yaml --ledger l.db`;
    expect(again.stderr).toContain(`\nNext: ${next}\n`);
    const pasted = await desk.paste(next);
    expect(pasted).toMatchObject({ status: 0 });
    expect(pasted.stdout).toContain('Binu');
    // What was sent by it is a duplicate, and the file that leadpush wrote is its own.
    expect((await sendIt('--json')).stderr).not.toMatch(/kept|corrections/);
    expect(await desk.paste(next)).toMatchObject({ status: 0 });
  });

  it('is named night after night until it is sent, also with --quiet', async () => {
    await send('--quiet');
    edit('9876500002');
    const next = 'leadpush send r.backup-1.csv --to a --config c.yaml --ledger l.db';
    const line = `Send your corrections: ${next}\n`;
    const said = 'r.csv was changed since leadpush wrote it; your corrections are in r.backup-1.csv.\n';
    expect((await send('--quiet')).stderr).toBe(`${said}${line}`);
    expect((await send('--quiet')).stderr).toBe(line);
    expect((await send()).stderr).toContain(`\nNext: ${next}\n`);
    expect(await desk.paste(next)).toMatchObject({ status: 0 });
    expect((await send('--quiet')).stderr).toBe('');
    desk.write('l.csv', `${desk.read('l.csv')}Chand,13\n`);
    expect((await send()).stderr).toContain('\nNext: fix r.csv, then send it:\n');
  });

  it.each<[string, sent: string, input: string, rejects: string, reading: readonly string[]]>([
    ['itself', 'r.csv', 'l.csv', 'r.csv', []],
    ['a copy of it', 'copy.csv', 'l.csv', 'r.csv', []],
    ['JSON', 'r.json', 'l.json', 'r.json', []],
    ['no header', 'r.csv', 'bare.csv', 'r.csv', ['--no-header', '--column', '2=phone']],
  ])('and was sent is not asked for again: %s', async (_, sent, input, rejects, reading) => {
    desk.write('l.json', '[{"name":"Asha","phone":"9876500001"},{"name":"Binu","phone":"12"}]');
    desk.write('bare.csv', 'Asha,9876500001\nBinu,12\n');
    const places = [...reading, '--to', 'a', '--config', 'c.yaml', '--ledger', 'l.db'];
    const nightly = (...more: readonly string[]) =>
      run('send', input, ...places, '--rejects', rejects, '--quiet', ...more);
    await nightly();
    const edited = desk.read(rejects).replace('12', '9876500002');
    for (const name of [rejects, sent]) desk.write(name, edited);
    expect(await run('send', sent, ...places)).toMatchObject({ status: 0 });
    for (const _night of [1, 2]) expect(await nightly()).toMatchObject({ stderr: '' });
    expect(desk.read(rejects.replace('.', '.backup-1.'))).toBe(edited);
    desk.write(rejects, edited);
    expect((await nightly('--json')).stderr).toBe('');
    desk.write(rejects, edited);
    const said = `${rejects} was changed since leadpush wrote it, and sent; what it held is kept as ${rejects.replace('.', '.backup-1.')}.\n`;
    const loud = await run('send', input, ...places, '--rejects', rejects);
    expect(loud.stderr).toContain(said);
    expect(loud.stderr).not.toMatch(/corrections|backup-1\S* --to/);
  });

  it('of which a part was sent waits', async () => {
    await send();
    edit('9876500002');
    expect(
      await run('send', 'r.csv', '--to', 'a', '--config', 'c.yaml', '--ledger', 'l.db', '--limit', '1'),
    ).toMatchObject({ status: 0 });
    expect((await send('--quiet')).stderr).toContain('your corrections are in r.backup-1.csv.\n');
  });

  it('and rows that are new: each is named, until it is sent', async () => {
    await send();
    edit('9876500002');
    desk.write('l.csv', `${desk.read('l.csv')}Chand,13\n`);
    const places = '--to a --config c.yaml --ledger l.db';
    const [fix, waits] = ['r.csv', 'r.backup-1.csv'].map((name) => `leadpush send ${name} ${places}`);
    const next = `\nNext: fix r.csv, then send it:\n  ${fix}\n  Your corrections wait: ${waits}\n`;
    expect((await send('--quiet')).stderr).toContain(next);
    expect((await send()).stderr).toContain(next);
    expect((await send('--quiet')).stderr).toBe(`Send your corrections: ${waits}\n`);
    expect(linesOf((await send('--json')).stdout).at(-1)?.['next']).toEqual([fix, waits]);
    expect(await desk.paste(waits ?? '')).toMatchObject({ status: 0 });
    const after = (await send()).stderr;
    expect(after).toContain(`\nNext: fix r.csv, then send it:\n  ${fix}\n`);
    expect(after).not.toContain('wait');
  });

  it('is what --json names as next', async () => {
    await send();
    edit('9876500002');
    const { next } = linesOf((await send('--json')).stdout).at(-1) ?? {};
    expect(next).toEqual(['leadpush send r.backup-1.csv --to a --config c.yaml --ledger l.db']);
  });

  it('a workbook that holds rows of another input is kept, and what leadpush wrote is replaced', async () => {
    const places = ['--to', 'a', '--config', 'c.yaml', '--ledger', 'l.db'];
    const sendIt = () => run('send', 'l.csv', ...places, '--rejects', 'w.xlsx');
    await sendIt();
    // A workbook with the row corrected, as leadpush itself writes one.
    desk.write('fixed.csv', 'Name,Phone\nAsha,9876500001\nBinu,13\n');
    await run('send', 'fixed.csv', ...places, '--rejects', 'w2.xlsx');
    renameSync(inDesk('w2.xlsx'), inDesk('w.xlsx'));
    await sleep(2_100);
    expect((await sendIt()).stderr).toMatch(/another input; they are kept as w\.backup-1\.xlsx/);
    expect((await sendIt()).stderr).not.toContain('kept');
  });
});

describe('a file of rejected rows of another input', () => {
  const send = (input: string, ...more: readonly string[]) =>
    run('send', input, '--to', 'a', '--config', 'c.yaml', '--rejects', 'r.csv', ...more);
  const backups = () => readdirSync(desk.folder).filter((name) => name.includes('backup'));
  beforeEach(() => {
    desk.write('m.csv', 'Name,Phone\nMina,14\n');
    desk.write('good.csv', 'Name,Phone\nGita,9876500005\n');
  });

  it('is kept while it has rows, once, and said', async () => {
    const own = ['--ledger', 'l.db'];
    await send('l.csv', ...own);
    const first = desk.read('r.csv');
    const { stderr } = await send('m.csv', ...own, '--quiet');
    expect(stderr).toContain(
      'r.csv held the rows to fix of another input; they are kept as r.backup-1.csv.\n' +
        'Fix r.backup-1.csv, then send it: leadpush send r.backup-1.csv --to a --config c.yaml --ledger l.db\n',
    );
    expect(stderr).toContain('\nNext: fix r.csv, then send it:\n  leadpush send r.csv --to a');
    expect(desk.read('r.backup-1.csv')).toBe(first);
    expect((await send('l.csv', ...own)).stderr).toContain('kept as r.backup-2.csv');
    // The same rows again: they are kept already.
    expect((await send('m.csv', ...own)).stderr).toContain('kept as r.backup-1.csv');
    expect((await send('m.csv', ...own)).stderr).not.toContain('kept');
    // Both have their rows in it.
    desk.write('l.csv', `${desk.read('l.csv')}Mina,14\n`);
    expect((await send('l.csv', ...own)).stderr).not.toContain('kept');
    expect(backups()).toEqual(['r.backup-1.csv', 'r.backup-2.csv']);
  });

  it('without rows is replaced', async () => {
    await send('good.csv', '--ledger', 'l.db');
    expect((await send('m.csv', '--ledger', 'l.db')).stderr).not.toContain('kept');
    expect(backups()).toEqual([]);
  });

  it('somebody has corrected has a command of its own: whose rows they are is not known', async () => {
    const own = ['--ledger', 'l.db'];
    await send('l.csv', ...own);
    await send('m.csv', ...own);
    desk.write('r.csv', desk.read('r.csv').replace('14', '9876500006'));
    const { stderr } = await send('l.csv', ...own);
    expect(stderr).toContain(
      'r.csv was not as leadpush had left it; what it held is kept as r.backup-2.csv.\n' +
        'If you have corrected rows in it, send it: leadpush send r.backup-2.csv --to a --config c.yaml --ledger l.db\n',
    );
    expect(stderr).toContain('\nNext: fix r.csv, then send it:\n  leadpush send r.csv --to a');
    const [, pasted = ''] = /If you have .*: (leadpush .*)/.exec(stderr) ?? [];
    expect(await desk.paste(pasted)).toMatchObject({ status: 0 });
  });

  it('without a ledger: what is not in the new file is kept, once', async () => {
    const rows = ['Binu,12\n', 'Chand,13\n', 'Dev,x\n'];
    const each: readonly (readonly [rows: string, backups: number])[] = [
      ['Binu,11\n', 0],
      ['Binu,12\n', 1],
      ['Binu,12\n', 1],
      // A file that grows, at its end and at its beginning.
      [rows.slice(0, 2).join(''), 1],
      [[rows[2], ...rows].join(''), 1],
      // Known as the first copy.
      ['Binu,11\n', 2],
      ['Dev,y\n', 2],
    ];
    for (const [text, count] of each) {
      desk.write('l.csv', `Name,Phone\n${text}`);
      await send('l.csv', '--no-ledger');
      expect([text, backups().length]).toEqual([text, count]);
    }
    const edited = desk.read('r.csv').replace('y', '9876500007');
    desk.write('r.csv', edited);
    expect((await send('l.csv', '--no-ledger')).stderr).toContain(
      'r.csv was replaced; what it held is kept as r.backup-3.csv. If you have corrected rows in it, send that file.\n',
    );
    expect(desk.read('r.backup-3.csv')).toBe(edited);
    await run('send', 'l.csv', '--to', 'a', '--config', 'c.yaml', '--no-ledger', '--rejects', 'w.xlsx');
    await sleep(2_100);
    await run('send', 'l.csv', '--to', 'a', '--config', 'c.yaml', '--no-ledger', '--rejects', 'w.xlsx');
    expect(backups()).toHaveLength(3);
  });
});

describe('a file of results that somebody has worked on', () => {
  it.each(['o.csv', 'o.xlsx', 'o.ndjson', 'o.json'])(
    '%s is kept; what leadpush wrote is replaced',
    async (name) => {
      const kept = name.replace('.', '.backup-1.');
      const send = (...more: readonly string[]) =>
        run('send', 'l.csv', '--to', 'a', '--config', 'c.yaml', '--output', name, ...more);
      const said = `${name} was not as leadpush had left it; what it held is kept as ${kept}.\n`;
      for (const _ of [1, 2]) expect((await send('--ledger', 'l.db')).stderr).not.toContain('kept');
      desk.write(name, 'my notes');
      expect((await send('--ledger', 'l.db', '--json')).stderr).toContain(said);
      expect(desk.read(kept)).toBe('my notes');
      expect((await send('--ledger', 'l.db')).stderr).not.toContain('kept');
      // Nobody would know, and each run would leave a copy of the last.
      desk.write(name, 'my notes');
      expect((await send('--no-ledger')).stderr).not.toContain('kept');
    },
  );
});

describe('a row that was fixed in a rejects file and sent', () => {
  const FIXED = 'fixed in a rejects file, and sent';
  const DONE = 'Fixed and sent already: nothing to do. ';
  const places = ['--to', 'a', '--config', 'c.yaml', '--ledger', 'l.db'];
  const HEAD = 'Name,Phone,City,Id\n';

  it.each<[string, input: string, rejects: string]>([
    ['CSV', 'f.csv', 'r.csv'],
    ['CSV of another encoding', 'latin.csv', 'r.csv'],
    ['JSON', 'f.json', 'r.json'],
    ['JSON as a table', 'f.json', 'r.csv'],
  ])('is no longer to be fixed in its first file: %s', async (_, input, rejects) => {
    desk.write('f.csv', `${HEAD}Asha,9876500001,Pune,\nBinu,12,Pune,B-7\n`);
    desk.write(
      'latin.csv',
      Buffer.from(`${HEAD}Asha,9876500001,Pun\u00e9,\nBinu,12,Pun\u00e9,B-7\n`, 'latin1'),
    );
    desk.write(
      'f.json',
      '[{"name":"Asha","phone":"9876500001"},{"name":"Binu","phone":"12","city":"Pune","id":"B-7"}]',
    );
    const first = () => run('send', input, ...places, '--rejects', rejects);
    expect((await first()).stderr).toContain('1 invalid   to be fixed, not sent\n');
    const whole = readFileSync(inDesk(rejects), 'latin1');
    desk.write('fixed', Buffer.from(whole.replace('12', '9876500002'), 'latin1'));
    expect(await run('send', 'fixed', ...places)).toMatchObject({ status: 0 });
    const again = await first();
    expect(again).toMatchObject({ status: 1 });
    expect(again.stderr).toContain(
      `1 invalid   ${FIXED}; 1 shown by an earlier run (--repeat shows them); the exit status counts it until this file is right, too\n`,
    );
    expect(again.stderr).not.toContain('Next:');
    const looked = await run('send', input, ...places, '--dry-run');
    expect(looked.stderr).toContain(`1 invalid   ${FIXED}; the exit status counts it`);
    expect(looked.stdout + looked.stderr).not.toMatch(/Binu|Next:/);
    const asRead =
      'An invalid row stands as this run read it, also where it was fixed in a rejects file and sent since.\n';
    const shown = async (...args: readonly string[]) =>
      (await run('show', ...places.slice(2), ...args)).stderr;
    expect(await shown()).toContain(asRead);
    expect(await shown('--status', 'created')).not.toContain(asRead);
    expect(readFileSync(inDesk(rejects), 'latin1')).toBe(
      whole.replace('PHONE_INVALID', `${DONE}PHONE_INVALID`),
    );
    expect((await run('send', input, ...places)).stderr).not.toContain('Next:');
    expect((await run('send', rejects, ...places)).stderr).toContain(` invalid   ${FIXED};`);
    // Of another target nothing is known.
    expect((await run('send', input, '--to', 'p', ...places.slice(2))).stderr).toContain(
      'to be fixed, not sent\n',
    );
  });

  it('has no line of its own any more, in a file of rows that are to be fixed either', async () => {
    desk.write('f.csv', `${HEAD}Binu,12,Pune,\nChand,13,Goa,\n`);
    await run('send', 'f.csv', ...places, '--rejects', 'r.csv');
    desk.write('fixed.csv', desk.read('r.csv').replace('12', '9876500002'));
    await run('send', 'fixed.csv', ...places, '--json');
    const both = await run('send', 'r.csv', ...places);
    expect(both.stdout).toMatch(/^r\.csv:3 {2}! invalid {4}Chand /);
    expect(both.stdout).not.toContain('Binu');
    expect(both.stderr).toContain(`2 invalid   1 to be fixed, 1 ${FIXED}\n`);
    expect(both.stderr).toContain(
      `Next: fix the row that is still wrong in r.csv, then send it again:\n  leadpush send r.csv ${places.join(' ')}\n`,
    );
    // Where other rows are in the same call, a file of their own has them all.
    desk.write('g.csv', `${HEAD}Esha,14,Goa,\n`);
    expect((await run('send', 'r.csv', 'g.csv', ...places)).stderr).toContain('Next: add --rejects ');
    expect((await run('send', 'r.csv', ...places)).stderr).toContain(
      `1 to be fixed, 1 ${FIXED}; 1 shown by an earlier run (--repeat shows them)\n`,
    );
    expect((await run('send', 'r.csv', ...places, '--repeat')).stdout).toContain('Binu');
    // The other one, too: nothing is left to say.
    desk.write('fixed.csv', desk.read('r.csv').replace('13', '9876500003'));
    await run('send', 'fixed.csv', ...places, '--json');
    expect(await run('send', 'r.csv', ...places, '--quiet')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: '',
    });
  });

  async function sheetOf(file: string): Promise<string> {
    const container = await openContainer(inDesk(file));
    let text = '';
    for await (const chunk of container.text('xl/worksheets/sheet1.xml')) text += chunk;
    await container.close();
    return text;
  }

  /** What a spreadsheet makes of cells that nobody touched, when it saves the file. */
  const SAVED: readonly (readonly [as: string, rewritten: readonly (readonly [string, string])[]])[] = [
    ['nothing', []],
    [
      'dates as in India, numbers without zeros, half an id',
      [
        ['2026-10-03 11:30:00', '03-10-2026 11:30'],
        ['05/11/2026 14:04', '05-11-2026 14:04'],
        ['007', '7'],
        ['"50,00,000"', '5000000'],
        ['1.50', '1.5'],
        ['1234567890123456', '1.23457E+15'],
        ['"call\r\nlater "', '"call\nlater"'],
      ],
    ],
    [
      'dates as in Germany',
      [
        ['2026-10-03 11:30:00', '03. Okt 26'],
        ['05/11/2026 14:04', '05.11.2026 14:04'],
        ['TRUE', 'WAHR'],
        ['1.50', '"1,50"'],
      ],
    ],
    [
      'dates as in America',
      [
        ['2026-10-03 11:30:00', '10/3/2026 11:30'],
        ['05/11/2026 14:04', '5/11/26 2:04 PM'],
        ['TRUE', 'true'],
        ['"50,00,000"', '"5,000,000"'],
      ],
    ],
  ];
  it.each(SAVED)('is known as one whose file a spreadsheet has saved: %s', async (_, rewritten) => {
    const row = (phone: string, id: string) =>
      `Binu,${phone},${id},2026-10-03 11:30:00,05/11/2026 14:04,007,"50,00,000",1.50,TRUE,l:1234567890123456,"call\r\nlater "\r\n`;
    const head = 'Name,Phone,Id,Date,Asked,Flat,Price,Area,Verified,Ad,Note\r\n';
    desk.write('f.csv', head + row('12', '1234567890123456') + row('13', '1234567890123999'));
    await run('send', 'f.csv', ...places, '--rejects', 'r.csv');
    const [header = '', ...lines] = desk
      .read('r.csv')
      .split(/(?<=PHONE_INVALID.*\r\n)|(?<=leadpush_message\r\n)/);
    let saved = (lines[0] ?? '').replace('12', '9876500002');
    for (const [cell, as] of rewritten) {
      expect(saved).toContain(cell);
      saved = saved.replace(cell, as);
    }
    desk.write('saved.csv', header + saved + (lines[1] ?? ''));
    expect(await run('send', 'saved.csv', ...places)).toMatchObject({ status: 1 });
    expect(await run('send', 'f.csv', ...places, '--repeat')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`2 invalid   1 to be fixed, 1 ${FIXED}\n`),
    });
    desk.write('saved.csv', header + (lines[1] ?? '').replace('13', '9876500003'));
    expect(await run('send', 'saved.csv', ...places)).toMatchObject({ status: 0 });
    expect(await run('send', 'f.csv', ...places, '--quiet')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: '',
    });
  });

  it.each<[input: string, rejects: string]>([
    ['f.csv', 'r.csv'],
    ['f.csv', 'r.xlsx'],
    ['f.json', 'r.json'],
    ['f.json', 'r.csv'],
  ])('is marked in a file of rejected rows: %s as %s', async (input, rejects) => {
    const people = ['Binu', 'Chand', 'Esha'].map((name, i) => ({
      name,
      phone: String(12 + i),
      email: `${name}@example.com`,
    }));
    desk.write(
      'f.csv',
      `Name,Phone,Email\n${people.map((row) => `${Object.values(row).join(',')}\n`).join('')}`,
    );
    desk.write('f.json', JSON.stringify(people));
    const messages = async (to: string, ...more: readonly string[]) => {
      await run('send', input, '--to', to, ...places.slice(2), '--rejects', rejects, ...more);
      const text = rejects === 'r.xlsx' ? await sheetOf(rejects) : desk.read(rejects);
      return text.match(/(?:Fixed and [^<>"]*?)?PHONE_INVALID: (?=phone)/gi);
    };
    const open = 'PHONE_INVALID: ';
    expect(await messages('a')).toEqual([open, open, open]);
    await run('send', input, ...places, '--rejects', 'one.csv');
    desk.write('fixed.csv', desk.read('one.csv').replace('13', '9876500003'));
    await run('send', 'fixed.csv', ...places);
    expect(await messages('a')).toEqual([open, DONE + open, open]);
    expect(await messages('a', '--json')).toEqual([open, DONE + open, open]);
    // The other target has nothing of it yet.
    expect(await messages('a,p')).toEqual([open, open, open]);
  });

  it('is not marked where a namesake may be the one that was fixed', async () => {
    desk.write('f.csv', `${HEAD}Binu,12,Goa,\nBinu,13,Goa,\n`);
    await run('send', 'f.csv', ...places, '--rejects', 'r.csv');
    desk.write(
      'fixed.csv',
      desk
        .read('r.csv')
        .replace(/.*,12,.*\n/, '')
        .replace('13', '9876500003'),
    );
    await run('send', 'fixed.csv', ...places);
    const again = await run('send', 'f.csv', ...places, '--rejects', 'r.csv');
    expect(again.stderr).toContain(`2 invalid   1 to be fixed, 1 ${FIXED}; `);
    expect(desk.read('r.csv')).not.toContain(DONE);
  });

  it.each(['utf8', 'utf16le'] as const)('is marked, and that is no other file: %s', async (encoding) => {
    const text = `${encoding === 'utf8' ? '' : '\ufeff'}${HEAD}Binu,12,Pune,B-7\nChand,13,Goa,C-8\n`;
    const [both, twelve] = [/1[23](?=,)/g, /12(?=,)/g];
    const write = (name: string, content: string) => desk.write(name, Buffer.from(content, encoding));
    write('f.csv', text);
    write('more.csv', `${text}Esha,14,Goa,\n`);
    await run('send', 'f.csv', ...places, '--rejects', 'r.csv');
    const written = readFileSync(inDesk('r.csv'), encoding);
    write('fixed.csv', written.replace(twelve, '98765000$&'));
    await run('send', 'fixed.csv', ...places);

    // All of them were corrected: only the corrections are to be sent, now and later.
    write('r.csv', written.replace(both, '98765000$&'));
    for (const _ of [1, 2]) {
      const again = await run('send', 'f.csv', ...places, '--rejects', 'r.csv');
      expect(readFileSync(inDesk('r.csv'), encoding)).toContain(DONE);
      expect(again.stderr).toContain(`Next: leadpush send r.backup-1.csv ${places.join(' ')}\n`);
    }

    // The other input has all of these rows, too: nothing is lost.
    await run('send', 'f.csv', ...places, '--rejects', 'o.csv');
    write('o.csv', written);
    const other = await run('send', 'more.csv', ...places, '--rejects', 'o.csv');
    expect(readFileSync(inDesk('o.csv'), encoding)).toContain(DONE);
    expect(other.stderr).not.toContain('kept');
  });

  it.each([
    ' Phone ',
    '"Phone\r\n(mobile)"',
    'Phone \u2013 mobile',
    'Phone\u00a0No.',
    '"Phone, mobile"',
    'Person\u2019s phone',
  ])('is known where the header is %j', async (header) => {
    // In Windows-1252, whose dashes our messages do not have.
    const text = `Name,${header},City\r\nZo\u00eb,12,Goa\r\n`
      .replace('\u2013', '\u0096')
      .replace('\u2019', '\u0092');
    desk.write('f.csv', Buffer.from(text, 'latin1'));
    await run('send', 'f.csv', ...places, '--rejects', 'r.csv');
    const fixed = readFileSync(inDesk('r.csv'), 'latin1').replace('12', '9876500002');
    desk.write('fixed.csv', Buffer.from(fixed, 'latin1'));
    expect(await run('send', 'fixed.csv', ...places)).toMatchObject({ status: 0 });
    expect((await run('send', 'f.csv', ...places)).stderr).toContain(` invalid   ${FIXED};`);
  });

  it.each<[string, rows: string, fixed: (rejects: string) => string, words: string]>([
    [
      'one of two',
      'Binu,12,Pune,\nChand,13,Goa,\n',
      (text) => text.replace('12', '9876500002'),
      `1 to be fixed, 1 ${FIXED};`,
    ],
    [
      'as many as were fixed, of rows that are alike but for the phone',
      'Binu,12,Pune,\nBinu,13,Pune,\n',
      (text) => text.replace('13', '9876500002'),
      `1 to be fixed, 1 ${FIXED};`,
    ],
    [
      'by its id, also where little else is known',
      ',12,,17\n',
      (text) => text.replace('12', '9876500002'),
      `${FIXED};`,
    ],
    [
      'not where only a name would tell',
      'Binu,12,,\n',
      (text) => text.replace('12', '9876500002'),
      'to be fixed, not sent from this file;',
    ],
    [
      'not where another cell was changed, too',
      'Binu,12,Pune,\n',
      (text) => text.replace('12,Pune', '9876500002,Goa'),
      'to be fixed, not sent from this file;',
    ],
    [
      'not where it is still wrong',
      'Binu,12,Pune,\n',
      (text) => text.replace('12', '13'),
      'to be fixed, not sent from this file;',
    ],
    [
      'not where the file has no message of ours',
      'Binu,12,Pune,\n',
      () => `${HEAD}Binu,9876500002,Pune,\n`,
      'to be fixed, not sent from this file;',
    ],
  ])('%s', async (_, rows, fixed, words) => {
    desk.write('f.csv', HEAD + rows);
    await run('send', 'f.csv', ...places, '--rejects', 'r.csv');
    desk.write('fixed.csv', fixed(desk.read('r.csv')));
    await run('send', 'fixed.csv', ...places, '--json');
    expect((await run('send', 'f.csv', ...places)).stderr).toContain(` invalid   ${words}`);
  });
});

it.each<[string, readonly string[], boolean]>([
  ['a file', ['bad.csv'], true],
  ['flags, where nothing else could fix it', ['--phone', '12'], false],
])('that an invalid row may have been fixed since is said of %s', async (_, input, isSaid) => {
  desk.write('bad.csv', 'Name,Phone\nBinu,12\n');
  const ledger = ['--config', 'c.yaml', '--ledger', 'i.db'];
  await desk.run(['send', ...input, '--to', 'a', ...ledger]);
  await desk.run(['report', ...ledger, '--html', 'i.html']);
  expect(desk.read('i.html').includes('fixed in a rejects file and sent since')).toBe(isSaid);
});

// What leadpush proposes is pasted into a real shell: it means what it was meant to, whatever a file or a header is called.
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BIN, Desk } from './leadpush.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
  chmodSync(desk.write('bin/leadpush', `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`), 0o755);
});
afterEach(() => desk.remove());

function paste(command: string) {
  const { PATH = '' } = process.env;
  const ran = spawnSync('sh', ['-c', command], {
    cwd: desk.folder,
    encoding: 'utf8',
    env: desk.env({ PATH: `${join(desk.folder, 'bin')}:${PATH}` }),
  });
  expect(readdirSync(desk.folder).filter((name) => name.startsWith('pwned'))).toEqual([]);
  return ran;
}

const NAMES = [
  'a b$(touch pwned).csv',
  '`touch pwned`.csv',
  ';touch pwned;.csv',
  "it's;touch pwned;'.csv",
  '-x.csv',
  '~.csv',
  'a\u001b]0;T\u0007\u202e.csv',
];

it.each(NAMES)('the command after a check of %j', async (name) => {
  desk.write(name, 'Name,Phone\nAsha,9876543210\n');
  const { stdout } = await desk.run(['check', '--', name]);
  const next = /^Next: (leadpush send .*)$/m.exec(stdout)?.[1] ?? '';
  const { stderr, status } = paste(next);
  expect(stderr).toMatch(/1 would be sent/);
  expect(status).toBe(0);
});

it.each(NAMES)('the command after rejects were written to %j', async (name) => {
  desk.write('l.csv', 'Name,Phone\nAsha,1\n');
  const { stderr } = await desk.run([
    'send',
    'l.csv',
    '--to',
    'sandbox-paramantra',
    '--rejects',
    name,
    '--no-ledger',
  ]);
  const next = /^ {2}(leadpush send .*)$/m.exec(stderr)?.[1] ?? '';
  const again = paste(next);
  expect(again.stdout).toMatch(/PHONE_/);
  expect(again.status).toBe(1);
});

it.each([
  'Contactable on $(touch pwned)',
  'contact `touch pwned`',
  'contact"; touch pwned; "',
  "contact'; touch pwned; '",
  'contact\\',
  '!contact',
  'contact \u001b[2J\u202e',
])('the column %j', async (header) => {
  desk.write('l.csv', `Name,"${header.replaceAll('"', '""')}",City\nAsha,9876543210,Pune\n`);
  const { stderr } = await desk.run(['check', 'l.csv']);
  const column = /^Name the column that holds it: (--column .*)\.$/m.exec(stderr)?.[1] ?? '';
  const { stdout, status } = paste(`leadpush check l.csv ${column}`);
  expect(stdout).toMatch(/1 would be sent/);
  expect(status).toBe(0);
});

// Completion: what the shells ask for and get, and scripts that each shell can read.

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxTargetNames } from '../../src/providers/index.ts';
import { Desk } from './leadpush.ts';

let desk: Desk;
let run = '';
beforeAll(async () => {
  desk = new Desk();
  desk.write('.leadpushrc', 'targets:\n  greens: { provider: anarock, channel: c, key: k }\n');
  desk.write('leads.csv', '');
  desk.write('exports/meta.csv', '');
  desk.write(
    'portal.csv',
    'Mobile No.,Project / Site,$(touch pwned),Projet,\u001b[2J,-x,a=b\n9876543210,G,x,y,z,w,v\n',
  );
  desk.write('portal.ndjson', '{"Mobile No.":"9876543210","Stadt":"Pune"}\n');
  const sent = await desk.run(['send', '--to', 'sandbox-anarock', '--phone', '9876543210', '--json']);
  run = /"run":"(\w+)"/.exec(sent.stdout)?.[1] ?? '';
});
afterAll(() => desk.remove());

describe('a word is completed', () => {
  it.each<[readonly string[], readonly string[]]>([
    [['se'], ['send']],
    [['send', '--rej'], ['--rejects']],
    [
      ['send', '--to', ''],
      ['greens', ...sandboxTargetNames()],
    ],
    [['send', '--to', 'greens,sandbox-p'], ['greens,sandbox-paramantra']],
    [['send', 'le'], ['leads.csv']],
    [['lookup', '--pho'], ['--phone']],
    [['doctor', 'le'], ['leads.csv']],
    [['explain', 'PHONE_S'], ['PHONE_SCIENTIFIC']],
    [['show', 'x', '--status', 'failed,unk'], ['failed,unknown']],
    [['show', 'x', '--status', 'not'], ['not-sent']],
    [['send', '--preset', 'india'], ['indiamart']],
    [
      ['send', '--set', 'subSource'],
      ['subSource=', 'subSourceId='],
    ],
    [
      ['send', 'portal.csv', '--column', ''],
      ['Mobile No.=', 'Project / Site=', '$(touch pwned)=', 'Projet=', 'a=b='],
    ],
    [
      ['send', 'portal.csv', '--column', 'Pro'],
      ['Project / Site=', 'Projet='],
    ],
    [['check', 'portal.csv', '--column=Projet=loc'], ['--column=Projet=locality']],
    [['check', 'portal.csv', '--column', '"Mobile No.=pho'], ['Mobile No.=phone']],
    [['send', 'portal.csv', '--column', 'a=b=pho'], ['a=b=phone']],
    [['send', 'portal.ndjson', '--column', 'S'], ['Stadt=']],
    [['send', 'nowhere.csv', '--column', 'M'], []],
    [['send', '/dev/zero', '--column', 'M'], []],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish', 'install'],
    ],
    [['completion', 'install', 'f'], ['fish']],
    [['completion', 'install', '--pr'], ['--print']],
    [['send', 'exports/'], ['exports/meta.csv']],
    [['send', '--format', 'nd'], ['ndjson']],
    [['check', '--config', 'lea'], ['leads.csv']],
  ])('%j', async (words, expected) => {
    const { stdout, status } = await desk.run(['complete', '--', ...words]);
    const given = stdout
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith(':'))
      .map((line) => line.split('\t')[0]);
    expect(given).toEqual(expected);
    expect(status).toBe(0);
  });
});

it.each(['show', 'retry', 'report'])('a run of the ledger: %s', async (name) => {
  const { stdout, status } = await desk.run(['complete', '--', name, run.slice(0, 2)]);
  expect(stdout).toMatch(new RegExp(`^${run}\\tsend, `, 'm'));
  expect(status).toBe(0);
});

describe('where there is no ledger to read', () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['none', { XDG_STATE_HOME: '/nonexistent' }],
    ['a broken one', { LEADPUSH_LEDGER: 'portal.csv' }],
    ['one on another machine', { LEADPUSH_LEDGER: 'postgresql://nobody@192.0.2.1/x' }],
  ])('%s: nothing, soon, and no file is made', async (_, env) => {
    const before = readdirSync(desk.folder);
    const started = Date.now();
    const ran = await desk.run(['complete', '--', 'show', ''], { env });
    expect(ran).toMatchObject({ stdout: '', stderr: '', status: 0 });
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(readdirSync(desk.folder)).toEqual(before);
  });

  it.each([{}, { LEADPUSH_LEDGER: '' }])(
    'a database that the configuration names is not asked: %j',
    async (env) => {
      let asked = 0;
      const database = createServer((socket) => {
        asked++;
        socket.destroy();
      });
      await once(database.listen(0, '127.0.0.1'), 'listening');
      const address = database.address();
      const port = typeof address === 'object' ? address?.port : 0;
      const text = `ledger: postgresql://u@127.0.0.1:${port}/x?sslmode=disable\n`;
      const ran = await desk.run(['complete', '--', 'show', ''], {
        env: { ...env, LEADPUSH_CONFIG_TEXT: text },
      });
      database.close();
      expect(ran).toMatchObject({ stdout: '', status: 0 });
      expect(asked).toBe(0);
    },
  );
});

describe.each(['bash', 'zsh', 'fish'])('%s', (shell) => {
  it('can read its script', async ({ skip }) => {
    const { stdout, status } = await desk.run(['completion', shell]);
    expect(status).toBe(0);
    expect(stdout).toContain('leadpush complete --');
    skip(spawnSync(shell, ['--version']).error !== undefined, `${shell} is not installed`);
    const read = spawnSync(shell, ['-n', desk.write(`script.${shell}`, stdout)], { encoding: 'utf8' });
    expect(read.stderr).toBe('');
    expect(read.status).toBe(0);
  });
});

it('another shell is refused', async () => {
  const { stderr, status } = await desk.run(['completion', 'tcsh']);
  expect(stderr).toMatch(/bash, zsh, fish/);
  expect(status).toBe(2);
});

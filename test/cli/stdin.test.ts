// What stands before the command in a shell: a pipe or a file on stdin is read where nothing else is given, and only then.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BIN, Desk, ended, linesOf } from './leadpush.ts';

let desk: Desk;
beforeAll(() => {
  desk = new Desk();
  const bin = join(desk.home, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'leadpush'), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`);
  chmodSync(join(bin, 'leadpush'), 0o755);
  desk.write('leads.csv', 'Name,Phone\nAsha,9876543210\nBinu,9876543211\n');
  desk.write('phones.txt', '9876543210\n9876543211\n9876543212\n');
  desk.write('empty.csv', '');
  desk.write(
    'live.yaml',
    'targets:\n  live: { provider: anarock, environment: production, channel: c, key: k, defaults: { campaignId: a, sourceId: 1, subSourceId: 8 } }\n',
  );
});
afterAll(() => desk.remove());

function shell(script: string) {
  const path = `${join(desk.home, 'bin')}:${process.env['PATH'] ?? ''}`;
  const child = spawn('sh', ['-c', script], {
    cwd: desk.folder,
    env: desk.env({ PATH: path }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return ended(child);
}

const TO = '--to sandbox-anarock --json';
const phonesOf = (stdout: string) =>
  linesOf(stdout).flatMap(({ type, phone }) => (type === 'result' ? [phone] : []));

describe('is read without a dash', () => {
  it.each([
    ['a pipe', `cat leads.csv | leadpush send ${TO}`],
    ['a slow pipe', `{ sleep 0.3; cat leads.csv; } | leadpush send ${TO}`],
    ['a file', `leadpush send ${TO} < leads.csv`],
    ['a pipe for a dry run', `cat leads.csv | leadpush send ${TO} --dry-run`],
    ['a pipe with --set', `cat leads.csv | leadpush send ${TO} --set city=Pune`],
    ['the dash, as before', `cat leads.csv | leadpush send - ${TO}`],
  ])('%s', async (_, script) => {
    const { status, stdout, stderr } = await shell(script);
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout.match(/\+91987654321[01]/g)?.length).toBeGreaterThanOrEqual(2);
  });
});

describe('is not read', () => {
  it.each([
    ['a pipe', `cat phones.txt | while read p; do leadpush send --phone $p ${TO}; done`],
    ['a file', `while read p; do leadpush send --phone $p ${TO}; done < phones.txt`],
    [
      'in a loop of files',
      `while read p; do printf 'phone\\n%s\\n' $p > one.csv; leadpush send one.csv ${TO}; done < phones.txt`,
    ],
  ])('%s that a loop reads', async (_, script) => {
    const { status, stdout } = await shell(script);
    expect(status).toBe(0);
    expect(phonesOf(stdout)).toEqual(['+919876543210', '+919876543211', '+919876543212']);
  });
});

describe('nothing to send is exit 2, with what to do', () => {
  it.each<[string, string, RegExp]>([
    ['an empty pipe', `: | leadpush send ${TO}`, /no file is named, and stdin is empty\.\nTry it now/],
    ['an empty file', `leadpush send ${TO} < empty.csv`, /no file is named, and stdin is empty/],
    [
      '/dev/null',
      `leadpush send ${TO} < /dev/null`,
      /name a file, pipe one in, or give one lead with --phone/,
    ],
    ['closed', `leadpush send ${TO} <&-`, /nothing to send: /],
    ['a part of a lead', `leadpush send --name Asha ${TO} < leads.csv`, /--phone is missing/],
    [
      'a production target that nobody confirmed',
      'cat leads.csv | leadpush send --config live.yaml --to live',
      /production target .*: stdin was not sent\.\nAdd --yes/,
    ],
  ])('%s', async (_, script, expected) => {
    const { status, stderr, stdout } = await shell(script);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(expected);
  });
});

describe('the only target is meant without --to, unless it is production', () => {
  const only = (environment: string) =>
    `targets:\n  greens: { provider: anarock, environment: ${environment}, channel: c, key: k, testPhone: "+919988776655", baseUrl: "http://127.0.0.1:9", defaults: { campaignId: a, sourceId: 1, subSourceId: 8 } }\n`;

  it.each([
    ['send --phone 9876543210 --retries 0'],
    ['smoke --retries 0'.replace(' --retries 0', '')],
    ['verify --phone 9876543210'],
    ['sources'],
  ])('leadpush %s', async (call) => {
    desk.write('only.yaml', only('staging'));
    const args = call.split(' ');
    // Nobody listens: it has chosen the target, and is on its way.
    const found = await desk.run([...args, '--config', 'only.yaml', '--timeout', '2s']);
    expect(found.stderr + found.stdout).toMatch(/greens/);
    expect(found.status).not.toBe(2);
    desk.write('live.yaml', only('production').replace(/ baseUrl: "[^"]*",/, ''));
    const refused = await desk.run([...args, '--config', 'live.yaml']);
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toMatch(/the only one, "greens", is a production target/);
    desk.write(
      'two.yaml',
      `${only('staging')}${only('staging').replace(/^targets:\n {2}greens/, '  towers')}`,
    );
    const unclear = await desk.run([...args, '--config', 'two.yaml']);
    expect(unclear).toMatchObject({ status: 2, stdout: '' });
    expect(unclear.stderr).toMatch(/name one of greens, towers with --to/);
  });
});

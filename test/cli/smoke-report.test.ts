// `smoke --junit` where there was no test: a CI server that collects the file learns why, and never sees the one of a day
// when all was well.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deskWithSandbox } from './desk-with-sandbox.ts';
import type { Ended } from './leadpush.ts';

const { desk, sandbox } = await deskWithSandbox();
const SECRET = 'S3CRET-of-the-target';
const PHONE = '    testPhone: "+919876500001"\n';
desk.write('ok.yaml', sandbox.config.replace('  a:\n', `  a:\n${PHONE}`));
desk.write('variable.yaml', `targets:\n  a: { provider: anarock, channel: c, key: "\${MY_KEY}" }\n`);
desk.write('typed.yaml', `targets:\n  a: { provider: anarock, chanel: c, key: ${SECRET} }\n`);
desk.write('broken.yaml', `targets:\n  a: { key: ${SECRET}\n`);
desk.write(
  'live.yaml',
  `targets:\n  a: { provider: anarock, environment: production, channel: c, key: ${SECRET}, testPhone: "+919876500001" }\n`,
);
desk.write(
  'bare.yaml',
  `targets:\n  a: { provider: anarock, baseUrl: "${sandbox.url}", channel: c, key: ${SECRET}, testPhone: "+919876500001" }\n`,
);
desk.write('not-a-folder', '');

const run = (call: string): Promise<Ended> => desk.run(['smoke', ...call.split(' ')]);

describe('a call that ends before the test', () => {
  it.each<[string, string, RegExp]>([
    ['no configuration of that name', '--to a --config nowhere.yaml', /nowhere\.yaml/],
    ['a configuration that cannot be read', '--to a --config broken.yaml', /broken\.yaml/],
    ['an unknown setting', '--to a --config typed.yaml', /did you mean &#34;channel&#34;/],
    ['a missing variable', '--to a --config variable.yaml', /the variable MY_KEY is not set/],
    ['an unknown target', '--to b --config ok.yaml', /There is no target &#34;b&#34;/],
    ['no target', '--config ok.yaml', /--to/],
    ['production without --yes', '--to a --config live.yaml', /is production: .*or add --yes/],
    ['no testPhone', '--to p --config ok.yaml', /has no testPhone/],
    [
      'a wrong number',
      '--to a --config ok.yaml --phone 12',
      /--phone: Not a valid phone number in India.*such as --phone '\+91 99889 98899'/,
    ],
    ['a wrong option', '--to a --config ok.yaml --timeout soon', /--timeout: expected a duration/],
    ['defaults that lack something', '--to a --config bare.yaml', /requires campaignId/],
    ['a ledger that cannot be opened', '--to a --config ok.yaml --ledger not-a-folder/l.db', /The ledger/],
  ])('%s: exit 2, and the report says why', async (name, call, message) => {
    const file = `${name.replaceAll(' ', '-')}.xml`;
    const { stdout, stderr, status } = await run(`${call} --json --junit ${file}`);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
    const report = desk.read(file);
    const to = call.startsWith('--to') ? ` ${call[5]}` : '';
    expect(report).toContain(
      `<testsuite name="leadpush smoke${to}" tests="1" failures="0" skipped="0" errors="1"`,
    );
    expect(report).toMatch(/<testcase [^>]*name="prepare"[^>]*><error message="[^"]+"\/><\/testcase>/);
    expect(report).toMatch(message);
    // The same words as on stderr, and none of them a secret.
    const [first = ''] = stderr.replace(/^leadpush: /, '').split('\n');
    expect(report.replace(/&#34;/g, '"').replace(/&#38;/g, '&')).toContain(first);
    expect(report + stderr).not.toContain(SECRET);
    expect(statSync(join(desk.folder, file)).mode & 0o777).toBe(0o600);
  });

  it('replaces the report of an earlier day', async () => {
    expect((await run('--to a --config ok.yaml --no-ledger --junit day.xml')).status).toBe(0);
    expect(desk.read('day.xml')).toContain('errors="0"');
    await run('--to a --config broken.yaml --junit day.xml');
    expect(desk.read('day.xml')).toContain('errors="1"');
  });

  it.each([
    ['a key file', 'key.txt', 'the key'],
    ['the configuration itself', 'broken.yaml', SECRET],
  ])('replaces nothing else, since it does not know its own files: %s', async (_, file, kept) => {
    if (!existsSync(join(desk.folder, file))) desk.write(file, kept);
    const { status } = await run(`--to a --config broken.yaml --junit ${file}`);
    expect(status).toBe(2);
    expect(desk.read(file)).toContain(kept);
  });

  const CALL = '--to a --config ok.yaml';
  it.each([
    [`${CALL} --junit day.xml --no-legder`, /unknown option '--no-legder'.*Did you mean --no-ledger/],
    [`${CALL} --no-legder --junit day.xml`, /unknown option '--no-legder'/],
    [`${CALL} --no-legder --junit=day.xml`, /unknown option '--no-legder'/],
    [`--no-legder ${CALL} --junit day.xml`, /unknown option '--no-legder'/],
    [`${CALL} --junit day.xml --phone`, /option '--phone &#60;number&#62;' argument missing/],
    [`${CALL} --junit day.xml --phone --json`, /--phone: the value is missing/],
    [`${CALL} --junit day.xml extra`, /&#34;extra&#34; is a word too many/],
    [`${CALL} --junit day.xml --ledger l.db --no-ledger`, /contradict each other/],
    // The forgotten one is not the file that counts.
    [`${CALL} --junit day.xml --config --junit`, /--config: the value is missing/],
  ])('the parser refuses the call: %s', async (call, message) => {
    desk.write('day.xml', '<?xml version="1.0"?>\n<testsuites/>\n');
    const { stdout, stderr, status } = await run(call);
    expect({ stdout, status }).toEqual({ stdout: '', status: 2 });
    const report = desk.read('day.xml');
    expect(report).toContain(
      '<testsuite name="leadpush smoke a" tests="1" failures="0" skipped="0" errors="1"',
    );
    expect(report).toMatch(message);
    const [first = ''] = stderr.replace(/^leadpush: /, '').split('\n');
    expect(report.replace(/&#34;/g, '"').replace(/&#60;/g, '<').replace(/&#62;/g, '>')).toContain(first);
  });

  it('an option in the place of the file is never its name', async () => {
    for (const word of ['--no-legder', '--no-ledger', '--json', '-y']) {
      const { status } = await run(`${CALL} --phone 12 --junit ${word}`);
      expect([word, status, existsSync(join(desk.folder, word))]).toEqual([word, 2, false]);
    }
  });

  it('a report that cannot be written is the error itself', async () => {
    const { stderr, status } = await run('--to a --config ok.yaml --junit nowhere/x.xml');
    expect(stderr).toMatch(/^leadpush: --junit: nowhere\/x\.xml cannot be written .*\n.*\n$/);
    expect(status).toBe(2);
  });
});

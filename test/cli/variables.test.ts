// Variables of a configuration as a job gives them: a secret that does not exist arrives empty, and one without braces is
// taken as it stands.
import { describe, expect, it } from 'vitest';
import { deskWithSandbox } from './desk-with-sandbox.ts';

const { desk, sandbox } = await deskWithSandbox();
const target = (more: string) =>
  `targets:\n  a: { provider: anarock, baseUrl: "${sandbox.url}", channel: ${sandbox.anarock.channel}, defaults: { campaignId: x, sourceId: 1, subSourceId: 8 }, ${more} }\n`;
const SEND = ['send', '--to', 'a', '--phone', '9876500011', '--no-ledger', '--config', 'v.yaml'];

describe('an empty variable is named, as an unset one is', () => {
  it.each([
    ['a secret', 'key: "${A_KEY}"', 'key: the variable A_KEY is empty'],
    ['a secret of two', 'key: "${A_KEY}${B_KEY}"', 'key: the variable B_KEY is empty'],
    ['a default that is empty', 'key: "${A_KEY:-}"', 'key: the variable A_KEY is empty'],
    ['a key file', 'keyFile: "${A_KEY}"', 'keyFile: the variable A_KEY is empty'],
    ['a number', 'key: k, timeout: "${A_KEY}"', 'timeout: the variable A_KEY is empty'],
    ['a phone', 'key: k, testPhone: "${A_KEY}"', 'testPhone: the variable A_KEY is empty'],
  ])('%s', async (_, settings, message) => {
    desk.write('v.yaml', target(settings));
    const { stderr, status } = await desk.run(SEND, { env: { A_KEY: '', B_KEY: ' ' } });
    expect(stderr).toContain(`targets.a.${message}`);
    expect(stderr).toMatch(/^Set (it|them) first: export .*A_KEY='…'/m);
    expect(status).toBe(2);
  });

  it('in a header of a feed, and in check', async () => {
    desk.write('v.yaml', 'feeds:\n  f: { url: "https://x.example/", headers: { X-Key: "${A_KEY}" } }\n');
    const { stdout } = await desk.run(['check', '--config', 'v.yaml'], { env: { A_KEY: '' } });
    expect(stdout).toMatch(/feeds\.f\.headers\.X-Key: the variable A_KEY is empty\n *→ export A_KEY='…'/);
  });

  it('one that systemd sets for its unit alone is set by nobody else', async () => {
    desk.write('v.yaml', target('keyFile: "${CREDENTIALS_DIRECTORY}/anarock"'));
    const { stderr, status } = await desk.run(SEND);
    expect(stderr).toMatch(/^Only a systemd unit has it: start that unit again/m);
    expect(stderr).not.toContain('export');
    expect(status).toBe(2);
    const { stdout } = await desk.run(['check', '--config', 'v.yaml']);
    expect(stdout).toMatch(/CREDENTIALS_DIRECTORY is not set\n *→ Only a systemd unit has it/);
  });

  it('a secret that echo has stored names its variable, and nothing of itself', async () => {
    desk.write('v.yaml', target('key: "${A_KEY}"'));
    const { stderr, status } = await desk.run(SEND, { env: { A_KEY: 'hunter2\n' } });
    expect(stderr).toContain(
      'targets.a.key: ends with a line break (U+000A), as echo writes one; set it again without, in $A_KEY\n',
    );
    expect(stderr).not.toContain('hunter2');
    expect(status).toBe(2);
  });

  it('a text that is empty in the file itself has no variable', async () => {
    for (const [settings, expected] of [
      ['key: ""', 'a text'],
      ['key: ', 'a number or a text'],
      ['keyFile: ', 'a text'],
    ] as const) {
      desk.write('v.yaml', target(settings));
      expect((await desk.run(SEND)).stderr).toContain(`: is empty; expected ${expected}\n`);
    }
  });
});

describe('$NAME without braces', () => {
  const env = { A_KEY: 'the-real-key' };
  it.each([
    [
      'a variable that is set',
      'key: $A_KEY',
      'targets.a.key: $A_KEY is taken as it stands; write ${A_KEY} for the variable.',
    ],
    [
      'one that is not set: it may be the secret',
      'key: $PASS_WORD9',
      'targets.a.key: $NAME is taken as it stands; write ${NAME} for the variable.',
    ],
    [
      'in another setting',
      'key: k, testPhone: "+919876500001", dedupe: [campaignId], sourceIds: optional, path: /x',
      null,
    ],
    ['a key that only begins with $', 'key: $ecret!word', null],
    ['a key of small letters', 'key: $ecretword', null],
    ['braces', 'key: "${A_KEY}"', null],
  ])('%s', async (_, settings, warning) => {
    desk.write('v.yaml', target(settings));
    const sent = await desk.run(SEND, { env });
    const checked = await desk.run(['check', '--config', 'v.yaml'], { env });
    const count = (text: string) => text.split('is taken as it stands').length - 1;
    expect([count(sent.stderr), count(checked.stdout)]).toEqual(warning === null ? [0, 0] : [1, 1]);
    if (warning === null) return;
    expect(sent.stderr).toContain(`v.yaml: ${warning}`);
    expect(checked.stdout).toContain(warning);
    expect(checked.stdout).toMatch(/^warning +configuration /m);
    expect(sent.stderr + checked.stdout).not.toContain('PASS_WORD9');
  });

  it('as the last word of a header', async () => {
    desk.write('v.yaml', 'feeds:\n  f: { url: "https://x.example/", headers: { X-Key: "Bearer $A_KEY" } }\n');
    const { stdout } = await desk.run(['check', '--config', 'v.yaml'], { env });
    expect(stdout).toContain('feeds.f.headers.X-Key: $A_KEY is taken as it stands');
  });
});

describe("a provider's quoted words end before ours begin", () => {
  it('a key that LeadSquared refuses', async () => {
    desk.write(
      'v.yaml',
      `targets:\n  a: { provider: leadsquared, baseUrl: "${sandbox.url}", account: x, accessKey: wrong, secretKey: wrong }\n`,
    );
    const { stdout, status } = await desk.run(SEND);
    expect(stdout).toMatch(/CREDENTIALS_REFUSED [^.]+\. Check the key/);
    expect(status).toBe(3);
  });
});

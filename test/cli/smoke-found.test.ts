// What `smoke` says of the lead that it finds: what was compared and what could not be, whose lead stands in its place, and
// the id by which it can be found again.
import { describe, expect, it } from 'vitest';
import { changing } from './changing.ts';
import { deskWithSandbox } from './desk-with-sandbox.ts';
import { linesOf } from './leadpush.ts';

const { desk, sandbox } = await deskWithSandbox();
const provider = await changing(sandbox.url);
desk.write(
  'a.yaml',
  sandbox.config
    .replaceAll(sandbox.url, provider.url)
    .replace('  a:\n', '  a:\n    testPhone: "+919876500001"\n    settleAfter: 0.2\n    retries: 1\n')
    .replace('  p:\n', '  p:\n    testPhone: "+919876500001"\n    retries: 0\n'),
);
const smoke = (...more: readonly string[]) => desk.run(['smoke', '--to', 'a', '--config', 'a.yaml', ...more]);
const asked = (from: RegExp, to: string) => (url: string, body: string) =>
  url.includes('last-lead-data') ? body.replace(from, to) : body;

describe('compare', () => {
  it('says what was compared, and what could not be', async () => {
    provider.change = (_, body) => body;
    const { stdout, status } = await smoke('--no-ledger');
    expect(stdout).toMatch(
      /^passed {3}compare .*as sent: name, source_id, sub_source_id, phone, country_code; not compared: extra_details, project_name; not given back: .*campaign_id/m,
    );
    expect(status).toBe(0);
  });

  it.each<[string, RegExp, string, string | null]>([
    ['another country', /"country_code":"\+91"/, '"country_code":"+971"', 'country_code: sent'],
    ['another number', /"phone":"\+91\d+"/, '"phone":"+919876500009"', 'phone: sent'],
    ['another country in front', /"phone":"\+91/, '"phone":"+971', 'phone: sent'],
    ['the number without its country', /"phone":"\+91/, '"phone":"', null],
    ['the country by its name', /"country_code":"\+91"/, '"country_code":"in"', null],
    ['another country by its name', /"country_code":"\+91"/, '"country_code":"AE"', 'country_code: sent IN'],
    ['words in place of a country', /"country_code":"\+91"/, '"country_code":"India"', null],
    ['another name of the project', /"project_name":"[^"]*"/, '"project_name":"Hill View"', null],
    ['no number', /"phone":"\+91\d+"/, '"phone":null', null],
  ])('%s', async (_, from, to, wrong) => {
    provider.change = asked(from, to);
    const { stdout, status } = await smoke('--no-ledger');
    if (wrong === null) expect(stdout).toMatch(/^passed {3}compare/m);
    else expect(stdout).toContain(wrong);
    expect(stdout).not.toContain('9876500001');
    expect(status).toBe(wrong === null ? 0 : 1);
  });
});

describe('the id by which its lead is found again', () => {
  it('stands in the text, the JSON and the report, and is the one that verify shows', async () => {
    provider.change = (_, body) => body;
    const { stdout } = await smoke('--no-ledger', '--junit', 'id.xml', '--phone', '+919876500002');
    const [, id = ''] = /created as lead \d+ \(sent as (\w{8}-0)\)/.exec(stdout) ?? [];
    expect(id).not.toBe('');
    expect(desk.read('id.xml')).toContain(`<property name="submissionId" value="${id}"/>`);
    const verified = await desk.run([
      'verify',
      '--to',
      'a',
      '--config',
      'a.yaml',
      '--phone',
      '+919876500002',
    ]);
    expect(verified.stdout).toContain(`sent by leadpush as ${id}`);
    const json = linesOf((await smoke('--no-ledger', '--json')).stdout);
    expect(json).toMatchObject([{ submissionId: expect.stringMatching(/^\w{8}-0$/) }]);
  });

  it.each<[string, (args: readonly string[]) => readonly string[], number]>([
    ['smoke', (rest) => ['smoke', '--to', 'a', '--phone', '+919876500003', ...rest], 3],
    ['send', (rest) => ['send', '--to', 'a', '--phone', '+919876500003', '--resend', ...rest], 1],
  ])('%s: its answer is lost, and the provider shows an earlier lead for a while', async (_, args, looks) => {
    const call = args(['--config', 'a.yaml', '--ledger', 'late.db']);
    let earlier = '';
    provider.change = (url, body) => {
      if (url.includes('last-lead-data')) earlier = body;
      return body;
    };
    await smoke('--no-ledger', '--phone', '+919876500003');
    expect(earlier).toContain('lead_id');
    let asked = 0;
    provider.change = (url, body) => {
      if (!url.includes('last-lead-data')) return null;
      return ++asked > looks ? body : earlier;
    };
    const { stdout, status } = await desk.run(call);
    expect(stdout).toMatch(/created.*lead \d+/);
    expect(status).toBe(0);
  });

  it('retry --settle asks again, too, where the provider shows an earlier lead first', async () => {
    const places = ['--config', 'a.yaml', '--ledger', 'settle.db'];
    let earlier = '';
    provider.change = (url, body) => {
      if (url.includes('last-lead-data')) earlier = body;
      return body;
    };
    await smoke('--no-ledger', '--phone', '+919876500004');
    provider.change = (url) => (url.includes('last-lead-data') ? earlier : null);
    const sent = await desk.run(['send', '--to', 'a', '--phone', '+919876500004', ...places]);
    expect(sent.status).toBe(5);
    let asked = 0;
    provider.change = (_, body) => (++asked > 1 ? body : earlier);
    const { stdout, status } = await desk.run(['retry', '--settle', ...places]);
    expect(stdout).toMatch(/created.*lead \d+/);
    expect({ status, asked }).toEqual({ status: 0, asked: 2 });
  });

  it('after an unknown one: whose lead stands there, and a command that shows it', async () => {
    await smoke('--no-ledger');
    // Its answer is lost, and the next test does not arrive at all.
    provider.change = (url, body) => (url.includes('sync-lead') ? null : body);
    provider.drop = true;
    const { stdout, stderr, status } = await smoke('--ledger', 'unknown.db', '--max-wait', '2');
    provider.drop = false;
    expect(stdout).toMatch(/its newest lead of this phone is \d+, which another run of leadpush sent\./);
    expect(stdout).toMatch(/\(sent as \w{8}-0\)/);
    expect(status).toBe(5);
    provider.change = (_, body) => body;
    const [, next = ''] = /Next: (.*)/.exec(stderr) ?? [];
    expect(next).toBe('leadpush verify --to a --config a.yaml');
    expect((await desk.paste(next)).stdout).toMatch(/newest lead \d+, sent by leadpush as \w{8}-0/);
  });

  it('a provider that cannot be asked: the command that tells', async () => {
    provider.change = (_, body) => body;
    provider.drop = true;
    const call = ['smoke', '--to', 'p', '--config', 'a.yaml'];
    const { stdout, stderr, status } = await desk.run([...call, '--ledger', 'p.db', '--max-wait', '2']);
    const without = await desk.run([...call, '--no-ledger', '--max-wait', '2']);
    provider.drop = false;
    expect(status).toBe(5);
    // Its lead carries no id of ours.
    expect(stdout).not.toContain('sent as');
    expect(without.stderr).toMatch(
      /Next: look it up in the provider's own screens; it is this test's if its message names run \w{8}\.$/m,
    );
    const [, next = ''] = /Next: (.*)/.exec(stderr) ?? [];
    expect(next).toMatch(/^leadpush retry \w{8} --unknown --config a\.yaml --ledger p\.db$/);
    expect((await desk.paste(next)).stdout).toMatch(/created|duplicate/);
  });
});

describe('verify without --phone', () => {
  it.each([
    ['p', /cannot be asked/],
    ['none', /--phone: Anarock is asked by phone\./],
  ])('%s', async (target, message) => {
    desk.write('none.yaml', sandbox.config.replace('  a:', '  none:'));
    const config = target === 'none' ? 'none.yaml' : 'a.yaml';
    const { stderr, status } = await desk.run(['verify', '--to', target, '--config', config]);
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
});

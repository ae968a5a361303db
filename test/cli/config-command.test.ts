// `leadpush config path` and `config show`.
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Desk, linesOf } from './leadpush.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.remove());

const TEXT = `region: AE
ledger: leads.db
feeds:
  portal: { url: "https://me:urlpass1@portal.example.com/leads?token=urlpass2", headers: { X-Key: headpass } }
targets:
  greens:
    provider: anarock
    channel: \${GREENS_CHANNEL:-acme}
    key: \${ANAROCK_KEY}
    testPhone: "+919988776655"
    timeout: 10s
    defaults: { campaignId: "with keypass1 in it", sourceId: 1 }
  crm: { provider: paramantra, apiKey: literalpass, appName: "\${NO_SUCH}" }
`;

it('path is the file that counts', async () => {
  const path = desk.write('.leadpushrc', 'region: AE\n');
  desk.write('sub/x', '');
  const found = await desk.run(['config', 'path'], { cwd: join(desk.folder, 'sub') });
  expect([found.status, found.stdout.trim().endsWith(path.slice(path.lastIndexOf('/work/')))]).toEqual([
    0,
    true,
  ]);
  const text = await desk.run(['config', 'path', '--json'], { env: { LEADPUSH_CONFIG_TEXT: 'region: AE' } });
  expect(linesOf(text.stdout)).toEqual([{ type: 'config', source: 'LEADPUSH_CONFIG_TEXT' }]);
});

it('show knows what a declared provider says: its secrets, its limits, its lists', async () => {
  desk.write(
    'c.yaml',
    `providers:
  my-crm:
    settings:
      account: { required: true, help: Account. }
      token: { kind: secret, required: true, help: Token. }
      pin: { kind: secret, help: Pin. }
    environments: { production: https://api.example.com }
    account: [account]
    limits: { rate: 5, concurrency: 4 }
    auth: { bearer: "{token}" }
    request: { path: /leads, body: json }
    payload: { phone: phone }
    answers: [{ status: 2xx, verdict: created, id: id }]
    lost: resend
    examples: [{ status: 201, body: { id: 17 }, verdict: created, id: 17 }]
targets:
  a: { provider: my-crm, account: main, token: literalpass1, pin: "\${PIN}" }
  l: { provider: leadsquared, account: main, accessKey: literalpass2, secretKey: literalpass3, concurrency: 2 }
`,
  );
  const call = { env: { PIN: 'literalpass4' } };
  const shown = await desk.run(['config', 'show', '--config', 'c.yaml', '--json'], call);
  const text = await desk.run(['config', 'show', '--config', 'c.yaml'], call);
  expect(shown.stdout + text.stdout).not.toMatch(/literalpass|object Object/);
  const [line] = linesOf(shown.stdout);
  const settings: unknown = line?.['settings'];
  const values = Object.fromEntries(
    (Array.isArray(settings) ? settings : []).map(({ path, value, from }) => [path, `${value} ${from}`]),
  );
  expect(values).toMatchObject({
    'targets.a.token': '*** file',
    'targets.a.pin': '*** variable',
    'targets.a.rate': '5 default',
    'targets.a.concurrency': '4 default',
    'targets.l.rate': '4.5 default',
    'targets.l.concurrency': '2 file',
    'providers.my-crm.answers.0.verdict': 'created file',
  });
});

it.each(['path', 'show'])('%s without a configuration is exit 2, with what to do', async (what) => {
  const { status, stdout, stderr } = await desk.run(['config', what]);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain('leadpush init');
});

it('show has each value with its origin, and no secret', async () => {
  desk.write('c.yaml', TEXT);
  const call = { env: { ANAROCK_KEY: 'keypass1' } };
  const { status, stdout, stderr } = await desk.run(['config', 'show', '--config', 'c.yaml'], call);
  expect(status).toBe(0);
  const rows = new Map(
    stdout.split('\n').map((line) => {
      const [path = '', ...rest] = line.split(/ {2,}/);
      return [path, rest.map((cell) => cell.trim())];
    }),
  );
  expect(Object.fromEntries(rows)).toMatchObject({
    region: ['AE', 'file'],
    timezone: ['Asia/Kolkata', 'default'],
    'feeds.portal.url': ['https://me:***@portal.example.com/leads?***', 'file'],
    'feeds.portal.headers.X-Key': ['***', 'file'],
    'targets.greens.channel': ['acme', 'file ($GREENS_CHANNEL is not set)'],
    'targets.greens.key': ['***', '$ANAROCK_KEY'],
    'targets.greens.timeout': ['10s', 'file'],
    'targets.greens.retries': ['4', 'default'],
    'targets.greens.environment': ['staging', 'default'],
    'targets.greens.defaults.campaignId': ['with *** in it', 'file'],
    'targets.crm.apiKey': ['***', 'file'],
    'targets.crm.appName': ['(not set)', '$NO_SUCH, which is not set'],
    'targets.crm.phoneFormat': ['auto', 'default'],
  });
  expect(rows.get('targets.greens.testPhone')?.[0]).not.toContain('99887766');
  const json = await desk.run(['config', 'show', '--json', '--config', 'c.yaml'], call);
  expect(linesOf(json.stdout)[0]).toMatchObject({ type: 'config', trust: 'named' });
  expect(stdout + stderr + json.stdout + json.stderr).not.toMatch(/pass\d?\b|urlpass|headpass|literalpass/);
});

it.each<[string, string, Readonly<Record<string, string>>, string, string]>([
  ['the file names one', 'ledger: l.db', {}, 'l.db', 'file'],
  ['nothing names one', 'region: IN', {}, '/home/.local/state/leadpush/ledger.db', 'default'],
  ['the variable beats the file', 'ledger: l.db', { LEADPUSH_LEDGER: 'v.db' }, 'v.db', '$LEADPUSH_LEDGER'],
  [
    'a database',
    'region: IN',
    { LEADPUSH_LEDGER: 'postgresql://me:hunter22@db/leads' },
    'postgresql://me:***@db/leads',
    '$LEADPUSH_LEDGER',
  ],
])('show has the ledger that counts: %s', async (_, text, env, value, from) => {
  desk.write('c.yaml', `${text}\n`);
  const { stdout } = await desk.run(['config', 'show', '--config', 'c.yaml'], { env });
  const rows = stdout.split('\n').filter((line) => line.startsWith('ledger'));
  expect(rows.map((line) => line.split(/ {2,}/).map((cell) => cell.trim()))).toEqual([
    ['ledger', expect.stringContaining(value), from],
  ]);
});

it('show tells what is wrong with a configuration', async () => {
  desk.write('c.yaml', 'regoin: AE\n');
  const { status, stderr } = await desk.run(['config', 'show', '--config', 'c.yaml']);
  expect([status, stderr]).toEqual([2, expect.stringContaining('did you mean "region"')]);
});

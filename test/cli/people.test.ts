// No screen shows a lead's number whole without --show-pii, however the provider, the file's name or a field spells it;
// programs get it whole.
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Desk, linesOf } from './leadpush.ts';

/** The five digits before the last three, in whatever script and with whatever between. */
const MIDDLE = /4\P{Nd}{0,4}3\P{Nd}{0,4}2\P{Nd}{0,4}1\P{Nd}{0,4}7/u;
const SPELLINGS = [
  '9104321765',
  '+91 91043-21765',
  '0 9104 321 765',
  'tel:+91-9104321765',
  '%2B919104321765',
  '%2B91%2091043%2021765',
  '९१०४३२१७६५',
  '９１０４３２１７６５',
];
/** A lead id, an id of the exporting system, and another's number that the answer quotes. */
const LEAD_ID = '9104399999';
const EXTERNAL_ID = '9104388888';
const OTHER = '98200 43217';

let desk: Desk;
let server: Server;
/** What the provider does: `created` or a status. */
let mode: 'created' | number = 'created';

beforeAll(async () => {
  desk = new Desk();
  server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const said = SPELLINGS.join(' | ');
      response.setHeader('content-type', 'application/json');
      if (request.url?.includes('last-lead-data') === true) {
        const lead = {
          lead_id: LEAD_ID,
          project_name: 'Greens 9104321765',
          remarks: said,
          client_ref: '+91 9104321765',
          extra_details: JSON.stringify({ external_id: EXTERNAL_ID, note: `also ${OTHER}` }),
        };
        response.end(JSON.stringify({ status: 'OK', response: lead }));
      } else if (mode === 'created') {
        response.end(JSON.stringify({ status: 'OK', response: { lead_id: LEAD_ID } }));
      } else {
        response.statusCode = mode;
        response.end(JSON.stringify({ message: `no: ${said} | ${OTHER}` }));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  desk.write(
    'c.yaml',
    `targets:
  a: { provider: anarock, baseUrl: "http://127.0.0.1:${port}", channel: c, key: some-key-of-ours, settleAfter: 0s, retries: 0, testPhone: "9104321765", defaults: { campaignId: g, sourceId: 1, subSourceId: 8 } }
  p: { provider: paramantra, baseUrl: "http://127.0.0.1:${port}", apiKey: some-key-of-ours, appName: app, defaults: { channelId: c, subject: s, repId: r }, fields: { phone: proje_1 } }
`,
  );
  const row = (phone: string, name: string) => `${phone},${name},${EXTERNAL_ID},"call ${SPELLINGS[1]}"\n`;
  desk.write(
    'for 9104321765.csv',
    `Phone,Name,External Id,Message\n${row('9104321765', 'Asha 91043 21765')}`,
  );
  desk.write('other 9104321765.csv', 'Phone,Name\n9200011122,Chan\n12,Dev\n');
  desk.write('again 9104321765.csv', 'Phone,Name\n9200011122,Chan\n');
  desk.write('headless.csv', '9104321765,Asha\n9104321766,Binu\n');
});
afterAll(() => {
  server.close();
  desk.remove();
});

const FILE = 'for 9104321765.csv';
/** Their leads have other numbers. */
const OTHERS = ['other 9104321765.csv', 'again 9104321765.csv'];
async function look(...args: readonly string[]) {
  const call = await desk.run(args, { env: { LEADPUSH_LEDGER: `ledger-${mode}.db` } });
  // What is to be pasted names the file as it is called.
  const shown = `${call.stdout}${call.stderr}`.replace(/^.*(Next: |leadpush send ).*$/gm, '');
  return { ...call, shown };
}
const config = ['--config', 'c.yaml'];

it.each<[name: string, mode: 'created' | number, args: readonly string[], words: RegExp]>([
  [
    'a lead that is created',
    'created',
    ['send', FILE, '--to', 'a', ...config],
    new RegExp(`lead ${LEAD_ID}`),
  ],
  ['its duplicate', 'created', ['send', FILE, '--to', 'a', ...config], new RegExp(`as lead ${LEAD_ID}`)],
  ['one that is rejected', 422, ['send', FILE, '--to', 'a', ...config], /PROVIDER_REJECTED HTTP 422: no: /],
  ['refused credentials', 401, ['send', FILE, '--to', 'a', ...config], /was stopped.*HTTP 401: no: /],
  ['refused credentials beside JSON', 401, ['send', FILE, '--to', 'a', ...config, '--json'], /was stopped/],
  ['one that was lost', 500, ['send', FILE, '--to', 'a', ...config], new RegExp(`newest lead.* ${LEAD_ID}`)],
  [
    'a dry run, Anarock',
    'created',
    ['send', FILE, '--to', 'a', ...config, '--dry-run', '--resend'],
    new RegExp(EXTERNAL_ID),
  ],
  [
    'a dry run, Paramantra under another name',
    'created',
    ['send', FILE, '--to', 'p', ...config, '--dry-run'],
    /proje_1 = /,
  ],
  ['a canary', 'created', ['send', FILE, '--to', 'a', ...config, '--canary', '--resend'], /Canary: lead/],
  ['verify', 'created', ['verify', '--phone', '9104321765', '--to', 'a', ...config], new RegExp(EXTERNAL_ID)],
  ['sources that are refused', 401, ['sources', '--to', 'a', ...config], /HTTP 401: no: /],
  ['sources that are an error', 422, ['sources', '--to', 'a', ...config], /HTTP 422: no: /],
  ['check of a target', 422, ['check', '--to', 'a', ...config], /could not be compared: .*HTTP 422\.$/m],
  ['smoke', 'created', ['smoke', '--to', 'a', ...config, '--junit', 'smoke.xml'], /read back/],
  ['smoke that is rejected', 422, ['smoke', '--to', 'a', ...config], /HTTP 422/],
  ['check of a file', 'created', ['check', FILE], /would be sent/],
  ['check of a file without a header', 'created', ['check', 'headless.csv'], /--column/],
  [
    'a file without a header',
    'created',
    ['send', 'headless.csv', '--to', 'a', ...config],
    /looks like data[\s\S]*--no-header/i,
  ],
  ['runs', 422, ['runs'], /for /],
  [
    'a file named after another',
    'created',
    ['send', ...OTHERS, '--to', 'a', ...config, '--no-ledger'],
    /same as other /,
  ],
  ['its dry run', 'created', ['send', ...OTHERS, '--to', 'p', ...config, '--dry-run'], /other .*to p/],
  ['its check', 'created', ['check', ...OTHERS], /as other /],
])('%s', async (_, what, args, words) => {
  mode = what;
  const { stdout, stderr, shown } = await look(...args);
  expect(`${stdout}${stderr}`).toMatch(words);
  const people = args.includes('--json') ? stderr : shown;
  expect(people).not.toMatch(MIDDLE);
  expect(people).not.toContain(OTHER);
});

it.each(['created', 422, 401, 500] as const)('looking back at %s', async (what) => {
  mode = what;
  const [run] = linesOf((await look('runs', '--json')).stdout).filter(({ command }) => command === 'send');
  const id = String(run?.['run']);
  const shown = await look('show', id);
  expect(shown.stdout).toMatch(/created|duplicate|rejected|failed|unknown/);
  expect(shown.shown).not.toMatch(MIDDLE);
  await look('report', id, '--html', 'r.html');
  expect(desk.read('r.html')).toContain(id);
  expect(desk.read('r.html')).not.toMatch(MIDDLE);
  expect(desk.read('r.html')).not.toContain(OTHER);
  // And whole where it was asked for.
  expect((await look('show', id, '--show-pii')).stdout).toContain('+919104321765');
  const [line] = linesOf((await look('show', id, '--json')).stdout);
  expect(line).toMatchObject({ phone: '+919104321765', file: FILE });
});

it('a report for machines that people read', () => {
  expect(desk.read('smoke.xml')).toMatch(/testcase/);
  expect(desk.read('smoke.xml')).not.toMatch(MIDDLE);
});

it('a dry run shows nobody’s number whole, in whatever field, and ids, amounts and dates as they are', async () => {
  const given = {
    '"Phone 3"': '+91 98451 11113',
    alt_phone: '+919845111112',
    'Contact Number': '022 2611 6100',
    notes: 'call 9845111114 or +44 20 7946 0958',
    price: '9845111113',
    ad_id: '120210000000000031',
    'Lead ID': '123456789012',
    budget: '8 Cr - 12 Cr',
    created_time: '2026-10-05 08:33:22',
  };
  const columns = ['Phone 3', 'Contact Number', 'price', 'ad_id'].map((name) => `${name}=extra.${name}`);
  desk.write('n.csv', `Phone,${Object.keys(given)}\n9845111111,${Object.values(given)}\n`);
  const call = [
    'send',
    'n.csv',
    '--dry-run',
    ...[...columns, 'Lead ID=externalId'].flatMap((one) => ['--column', one]),
  ];
  for (const target of ['sandbox-anarock', 'sandbox-paramantra', 'sandbox-leadsquared']) {
    const { stdout } = await desk.run([...call, '--to', target]);
    expect([target, stdout.match(/\b\d{3,5}\W?1111\d\b|2611\W?6100|7946\W?0958/g)]).toEqual([target, null]);
    for (const kept of ['80000000', '120000000', '123456789012']) expect(stdout).toContain(kept);
    const whole = await desk.run([...call, '--to', target, '--show-pii']);
    expect(whole.stdout).toContain('+44 20 7946 0958');
    const json = await desk.run([...call, '--to', target, '--json']);
    expect(json.stdout).toContain('+44 20 7946 0958');
  }
});

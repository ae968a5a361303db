// A CRM that nobody built in, declared in a file that is named, at a server that behaves as its document says: every command works
// with it as with a built-in one, and its secrets come out nowhere.
import { readdirSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk, type Ended, linesOf } from './leadpush.ts';
import { configureLodestar, Lodestar, TOKEN } from './lodestar.ts';

let desk: Desk;
let crm: Lodestar;
beforeEach(async () => {
  desk = new Desk();
  crm = new Lodestar();
  await crm.listen();
  configureLodestar(desk, crm);
  desk.write(
    'leads.csv',
    'Name,Phone,Email,Budget\nAsha Verma,9820010001,asha@example.com,80 lakh\nRavi Rao,9820010002,ravi@example.com,\nNo Mail,9820010003,,\n',
  );
});
afterEach(() => {
  crm.close();
  desk.remove();
});

const call = (...args: readonly string[]): Promise<Ended> =>
  desk.run([...args, '--config', 'crm.yaml'], { env: { LODESTAR_TOKEN: TOKEN } });
const send = (...args: readonly string[]) =>
  call('send', 'leads.csv', '--to', 'crm', '--yes', '--json', ...args);
const outcomes = ({ stdout }: Ended) =>
  linesOf(stdout)
    .filter(({ type }) => type === 'result')
    .map(({ status, leadId }) => [status, leadId]);

it('check runs its examples', async () => {
  const { stdout, status } = await call('check');
  expect(stdout).toMatch(/^ok +examples +lodestar: 8 examples: each answer gets its verdict\.$/m);
  expect(status).toBe(0);
});

it('an address of one person is advised for no other lead', async () => {
  const checked = await call('check');
  expect(checked.stdout).toContain(
    'no default for email, which the provider requires: each record must have it.',
  );
  desk.write('none.csv', 'Name,Phone,Email\nAsha,9876543210,\n');
  const sent = await call('send', 'none.csv', '--json');
  expect(sent.stdout).toContain('FIELD_MISSING');
  expect(checked.stdout + sent.stdout + sent.stderr).not.toContain('--set email');
});

it('check says which example failed, which rule decided, and on which lines', async () => {
  const text = desk
    .read('crm.yaml')
    .replace('status: 409, verdict: duplicate', 'status: 409, verdict: rejected')
    .replace(', id: { header: X-Prospect-Id } }', ' }');
  desk.write('crm.yaml', text);
  const lineOf = (part: string) => text.split('\n').findIndex((line) => line.includes(part)) + 1;
  const { stdout, status } = await call('check');
  expect(stdout).toContain(
    `lodestar: example 2 (line ${lineOf('error: exists')}) expects duplicate P-16, but gets rejected: answer rule 2 (line ${lineOf('verdict: rejected }\n'.trim())}) decides: rejected.`,
  );
  expect(status).toBe(2);
});

const changed = (from: string, to: string) => {
  const text = desk.read('crm.yaml');
  expect(text).toContain(from);
  desk.write('crm.yaml', text.replace(from, to));
};

it.each<[what: string, from: string, to: string, said: RegExp]>([
  [
    'an answer that no rule knows',
    'status: 409, verdict: duplicate',
    'status: 410, verdict: duplicate',
    /example 2 \(line \d+\) expects duplicate P-16, but gets rejected: no answer rule holds, so HTTP 409 decides\./,
  ],
  [
    'a question that a rule of the look-up decides',
    'answers: [{ status: 404, json: { error: no_prospect }, verdict: absent }]',
    'answers: [{ status: 404, verdict: unclear }]',
    /example 7 \(line \d+\) expects absent, but gets unclear: look-up rule 1 \(line \d+\) decides: unclear\./,
  ],
  [
    'a question that nobody asks',
    'lost: ask',
    'lost: resend',
    /example 7 \(line \d+\) expects absent, but gets resend: with lost: resend, nobody is asked\./,
  ],
  [
    'a question about another lead',
    'ext_ref: "{submission}" }] }, verdict: found',
    'ext_ref: other }] }, verdict: found',
    /example 6 .* expects found P-17, but gets unclear: no look-up rule holds; it has lead P-17 of this person, which is not known to be ours\./,
  ],
  [
    'a question whose answer has no lead',
    'body: { error: no_prospect }, verdict: absent',
    'body: { error: none }, verdict: absent',
    /example 7 .* expects absent, but gets unclear: no look-up rule holds; it answered HTTP 404.*\./,
  ],
])('check says what decided about %s', async (_, from, to, said) => {
  changed(from, to);
  const { stdout, status } = await call('check');
  expect(stdout).toMatch(said);
  expect(status).toBe(2);
});

it('check warns where a lead may lack what a lost answer is asked about by', async () => {
  expect((await call('check')).stdout).not.toMatch(/^warning +lookup/m);
  changed('    requires: [email]\n', '');
  const { stdout } = await call('check');
  expect(stdout).toMatch(
    /^warning +lookup +lodestar: the look-up \(line \d+\) asks by email, which a lead may lack/m,
  );
  expect(stdout).toContain('→ Put email into requires of the declaration.');
});

it('an empty list is what the answer says of nobody', async () => {
  changed('{ status: 404, json: { error: no_prospect }', '{ status: 200, json: { data: [] }');
  changed('status: 404, body: { error: no_prospect }', 'status: 200, body: { data: [] }');
  expect((await call('check')).status).toBe(0);
  crm.before = (post, response, { method }) =>
    method === 'GET'
      ? response.writeHead(200).end('{"data":[]}') !== undefined
      : post === 1 && response.destroy() !== undefined;
  expect(outcomes(await send()).map(([status]) => status)).toEqual(['created', 'created', 'invalid']);
  expect(crm.prospects.length).toBe(2);
});

it('a host that there is not is looked for where it stands', async () => {
  const baseUrl = `    baseUrl: ${crm.url}\n`;
  for (const [from, to, setting] of [
    [baseUrl, '', 'providers.lodestar.environments.production'],
    ['    settleAfter', '    baseUrl: https://no.such.invalid\n    settleAfter', 'targets.crm.baseUrl'],
  ] as const) {
    changed(from, to);
    const { stdout } = await call('check');
    expect(stdout).toMatch(/failed +dns/);
    expect(stdout).toMatch(/(spelling of|VPN and|DNS server).*/);
    if (stdout.includes('ENOTFOUND')) expect(stdout).toContain(`Check the spelling of ${setting}, and`);
  }
});

it('sends, knows what it has sent, and what the provider has', async () => {
  crm.prospects.push({
    prospect_id: 'P-0',
    email: 'ravi@example.com',
    mobile: '',
    full_name: '',
    ext_ref: '',
    budget: 0,
  });
  const first = await send();
  expect(outcomes(first)).toEqual([
    ['created', 'P-2'],
    ['duplicate', 'P-0'],
    ['invalid', null],
  ]);
  expect(crm.prospects.at(-1)).toMatchObject({
    full_name: 'Asha Verma',
    mobile: '+919820010001',
    budget: 8_000_000,
    source: 'file',
  });
  expect(outcomes(await send()).map(([status]) => status)).toEqual(['duplicate', 'duplicate', 'invalid']);
  expect(crm.posts).toBe(2);
});

it.each<[string, string, RegExp]>([
  ['none', '', /"crm" requires email, and this record has none\. Fill it in: each lead has its own\./],
  [
    'one that is not valid',
    'asha(at)example.com',
    /"crm" requires email, and what this record has for it cannot be used\. Correct it:/,
  ],
])('a record with %s of the address that is required is not sent, and says why', async (_, email, why) => {
  desk.write('leads.csv', `Name,Phone,Email\nAsha Verma,9820010001,${email}\n`);
  const sent = await call('send', 'leads.csv', '--to', 'crm', '--yes');
  expect(sent.stdout).toMatch(why);
  const checked = await call('check', 'leads.csv', '--to', 'crm');
  expect(checked.stdout).toMatch(why);
  for (const { stdout, stderr } of [sent, checked])
    expect(stdout + stderr).not.toMatch(/sent without|still sent/);
  expect(crm.posts).toBe(0);
});

it('a duplicate after a lost answer is told by what the provider knows people by', async () => {
  desk.write('crm.yaml', desk.read('crm.yaml').replace('lost: ask', 'lost: resend'));
  crm.mischief = (post, response) => post === 1 && response.destroy() !== undefined;
  const { stdout } = await send();
  expect(stdout).toContain('the provider now has this e-mail address: it may have come from that attempt');
  expect((await call('smoke', '--to', 'crm', '--yes')).stdout).toMatch(/created as lead/);
  expect((await call('smoke', '--to', 'crm', '--yes')).stdout).toMatch(
    /the provider has this e-mail address already, as lead P-/,
  );
});

describe('of several leads of one person', () => {
  const lead = (id: string, ref: string) => ({ prospect_id: id, ext_ref: ref, ...PERSON });
  const PERSON = { email: 'asha@example.com', mobile: '', full_name: '', budget: 0 };

  it.each<[string, readonly [string, string][], string]>([
    ['one', [['P-0', 'old']], ': lead P-0, not sent by leadpush\n'],
    [
      'ours is the second',
      [
        ['P-0', 'old'],
        ['P-1', '7F3K9QXA-12'],
      ],
      ': lead P-1, one of 2, sent by leadpush as 7F3K9QXA-12\n',
    ],
    [
      'none is ours',
      [
        ['P-0', 'old'],
        ['P-1', ''],
      ],
      ': lead P-0, one of 2, not sent by leadpush\n',
    ],
  ])('verify shows ours: %s', async (_, leads, expected) => {
    crm.prospects.push(...leads.map(([id, ref]) => lead(id, ref)));
    const { stdout } = await call('verify', '--email', 'asha@example.com', '--to', 'crm');
    expect(stdout).toContain(expected);
  });

  it('smoke reads back the one that it has sent', async () => {
    crm.before = (_post, response, { method }) =>
      method === 'GET' &&
      response
        .writeHead(200)
        .end(JSON.stringify({ data: [lead('P-9', '7F3K9QXA-12'), ...crm.prospects.slice(-1)] })) !==
        undefined;
    const { stdout, status } = await call('smoke', '--to', 'crm');
    expect(stdout).toMatch(/read back.*lead P-1\b/);
    expect(status).toBe(0);
  });
});

it('a dry run shows the request, its token masked', async () => {
  const { stdout } = await send('--dry-run');
  const [first] = linesOf(stdout);
  expect(first).toMatchObject({
    method: 'POST',
    url: `${crm.url}/api/v2/prospects`,
    headers: { authorization: '***', 'content-type': 'application/json' },
    fields: { full_name: 'Asha Verma', email: 'asha@example.com' },
  });
  expect(crm.posts + crm.asks).toBe(0);
});

describe('a lost answer', () => {
  it('is asked about by e-mail address, and found', async () => {
    crm.mischief = (post, response) => post === 1 && response.destroy() !== undefined;
    expect(outcomes(await send())).toEqual([
      ['created', 'P-1'],
      ['created', 'P-2'],
      ['invalid', null],
    ]);
    expect([crm.posts, crm.prospects.length, crm.asks > 0]).toEqual([2, 2, true]);
  });

  it('of a lead that did not arrive is sent again', async () => {
    crm.before = (post, response, { method }) =>
      method === 'POST' && post === 1 && response.destroy() !== undefined;
    expect(outcomes(await send()).map(([status]) => status)).toEqual(['created', 'created', 'invalid']);
    expect([crm.posts, crm.prospects.length]).toEqual([3, 2]);
  });

  it('that stays unknown is settled by retry', async () => {
    crm.mischief = (post, response) => post === 1 && response.destroy() !== undefined;
    crm.before = (_, response, { method }) =>
      method === 'GET' && response.writeHead(500).end('oops') !== undefined;
    const first = await send();
    expect(outcomes(first)[0]).toEqual(['unknown', null]);
    expect(first.status).toBe(5);
    crm.before = () => false;
    const [{ run } = { run: '' }] = linesOf(first.stdout);
    const none = await call('retry');
    expect(none.stderr).toContain(
      `Nothing to retry. Run ${run} has left 1 unknown.\nNext: leadpush retry ${run} --settle --config `,
    );
    const elsewhere = await desk.run(['retry', '--settle']);
    expect(elsewhere.stderr).toContain(
      `Run ${run} has left 1 lead whose target is not among them: "crm".\nNext: leadpush retry ${run} --settle --config ${desk.folder}/crm.yaml\n`,
    );
    expect(elsewhere.stderr).not.toContain('no lead is unknown');
    const again = await call('retry', String(run), '--unknown', '--json', '--yes');
    expect(outcomes(again)).toEqual([['created', 'P-1']]);
    expect(crm.prospects.length).toBe(2);
  });
});

it.each<[what: string, answer: (response: ServerResponse) => unknown]>([
  ['429 with Retry-After', (response) => response.writeHead(429, { 'retry-after': '1' }).end('{}')],
  ['a rule under 200', (response) => response.writeHead(200).end('{"error":"too fast"}')],
])('%s slows down, and costs no hot loop', async (_, answer) => {
  desk.write(
    'crm.yaml',
    desk
      .read('crm.yaml')
      .replace(
        'answers:\n',
        'answers:\n      - { status: 200, json: { error: too fast }, verdict: throttled }\n',
      ),
  );
  const started = Date.now();
  crm.before = (_post, response, { method }) =>
    method === 'POST' && Date.now() - started < 1_500 && answer(response) !== undefined;
  expect(outcomes(await send()).map(([status]) => status)).toEqual(['created', 'created', 'invalid']);
  expect(crm.posts).toBeLessThan(25);
});

it('verify asks by e-mail address, and says so where none is given', async () => {
  await send();
  const found = await call('verify', '--email', 'asha@example.com', '--to', 'crm');
  expect(found.stdout).toMatch(/: lead P-1, sent by leadpush as /);
  expect(found.stdout).not.toMatch(/Asha|9820010001/);
  expect(found.status).toBe(0);
  expect((await call('verify', '--email', 'nobody@example.com', '--to', 'crm')).status).toBe(1);
  const wrong = await call('verify', '--phone', '9820010001', '--to', 'crm');
  expect(wrong.stderr).toContain('--email: Lodestar is asked by e-mail address.');
  expect(wrong.status).toBe(2);
});

it('smoke sends a test lead and reads it back', async () => {
  const { stdout, stderr, status } = await call('smoke', '--to', 'crm');
  expect({ stdout, stderr, status }).toMatchObject({
    stdout: expect.stringMatching(/read back[\s\S]*compare/),
    status: 0,
  });
});

it('a smoke test that failed is retried by its id alone, and does not hide the run behind it', async () => {
  crm.before = (_, response, { method }) =>
    method === 'POST' && response.writeHead(401).end('{}') !== undefined;
  const [{ run } = { run: '' }] = linesOf((await send()).stdout);
  expect((await call('smoke', '--to', 'crm')).status).toBe(3);
  crm.before = () => false;
  expect((await call('retry', '--yes')).stderr).toContain(`Run ${run} of `);
  expect((await call('retry', '--yes')).stderr).toBe('Nothing to retry.\n');
  const runs = linesOf((await call('runs', '--json')).stdout);
  const smoke = runs.find(({ command }) => command === 'smoke');
  expect(
    outcomes(await call('retry', String(smoke?.['run']), '--yes', '--json')).map(([status]) => status),
  ).toEqual(['created']);
  expect((await call('retry', '--yes')).stderr).toBe('Nothing to retry.\n');
});

it('smoke claims to have compared the phone alone where nothing else is known to come back', async () => {
  desk.write('crm.yaml', desk.read('crm.yaml').replace(/^ +returns: .*$/m, ''));
  const { stdout, status } = await call('smoke', '--to', 'crm');
  expect(stdout).toMatch(
    /^passed +compare .* as sent: mobile; not compared: full_name, email, source, ext_ref$/m,
  );
  expect(status).toBe(0);
});

it('a file that was found may not declare one', async () => {
  desk.write('.leadpushrc', desk.read('crm.yaml'));
  const { stderr, status } = await desk.run(['send', 'leads.csv', '--to', 'crm', '--yes'], {
    env: { LODESTAR_TOKEN: TOKEN },
  });
  expect(stderr).toMatch(
    /: providers: is not allowed in a file that was found, not named: it decides which hosts get credentials$/m,
  );
  expect(stderr).not.toMatch(/targets\.crm\.provider/);
  expect([status, crm.posts]).toEqual([2, 0]);
});

it('a configuration in a variable may, as it is named', async () => {
  const env = { LODESTAR_TOKEN: TOKEN, LEADPUSH_CONFIG_TEXT: desk.read('crm.yaml') };
  const ended = await desk.run(['send', 'leads.csv', '--to', 'crm', '--yes', '--json'], { env });
  expect(outcomes(ended).map(([status]) => status)).toEqual(['created', 'created', 'invalid']);
});

it('a mistake in a declaration is told with file and path, and nothing is sent', async () => {
  desk.write(
    'crm.yaml',
    desk
      .read('crm.yaml')
      .replace('verdict: created, id: data.prospect_id', 'verdikt: created, id: data.prospect_id'),
  );
  const { stderr, status } = await send();
  expect(stderr).toMatch(
    /crm\.yaml: providers\.lodestar\.answers\.0\.verdikt: unknown setting, did you mean "verdict"\?/,
  );
  expect(stderr).not.toMatch(/targets\.crm/);
  expect([status, crm.posts]).toEqual([2, 0]);
});

it('what --new writes is right as it stands', async () => {
  expect((await desk.run(['providers', '--new', 'other-crm'])).status).toBe(0);
  const { stdout } = await desk.run(['check', '--config', 'leadpush-other-crm.yaml', '--json'], {
    env: { OTHER_CRM_TOKEN: TOKEN },
  });
  const [{ checks } = { checks: [] }] = linesOf(stdout);
  expect(checks).toContainEqual(expect.objectContaining({ name: 'examples', status: 'ok' }));
  expect((await desk.run(['providers', '--new', 'other-crm'])).stderr).toContain(
    'already exists; nothing was written.',
  );
  expect((await desk.run(['providers', '--new', 'anarock'])).status).toBe(2);
});

/** As an answer, a log or a library may spell it. */
const SPELLINGS = [
  TOKEN,
  encodeURIComponent(TOKEN),
  new URLSearchParams([['', TOKEN]]).toString().slice(1),
  JSON.stringify(TOKEN).slice(1, -1),
  Buffer.from(TOKEN).toString('base64'),
  Buffer.from(`x:${TOKEN}`).toString('base64'),
  Buffer.from(TOKEN).toString('hex'),
];

it('its secret comes out nowhere, however the provider spells it', async () => {
  crm.before = (post, response, { method }) => {
    const echoed = SPELLINGS.join(' ; ');
    if (method !== 'POST')
      response.writeHead(200).end(
        JSON.stringify({
          data: [{ prospect_id: SPELLINGS[post % SPELLINGS.length], email: echoed, ext_ref: TOKEN }],
        }),
      );
    else if (post === 1)
      response.writeHead(422, { 'x-echo': encodeURIComponent(TOKEN) }).end(JSON.stringify({ error: echoed }));
    else
      response
        .writeHead(201)
        .end(JSON.stringify({ data: { prospect_id: SPELLINGS[post % SPELLINGS.length] } }));
    return true;
  };
  const ended = [
    await send('--output', 'out.csv', '--rejects', 'rejects.csv', '--ledger', 'ledger.db'),
    await call('verify', '--email', 'asha@example.com', '--to', 'crm', '--json', '--show-pii'),
    await call('show', '--ledger', 'ledger.db', '--json'),
    await call('report', '--ledger', 'ledger.db', '--html', 'report.html', '--show-pii'),
    await call('runs', '--ledger', 'ledger.db', '--json'),
    await call('smoke', '--to', 'crm', '--json', '--junit', 'smoke.xml'),
    await call('providers', 'lodestar'),
    await call('check', '--json'),
  ];
  const said = ended.flatMap(({ stdout, stderr }) => [stdout, stderr]);
  const files = readdirSync(desk.folder)
    .filter((name) => name !== 'crm.yaml')
    .map((name) => readFileSync(join(desk.folder, name), 'latin1'));
  expect(files.length).toBeGreaterThan(4);
  expect(said.join('')).toContain('***');
  for (const spelling of SPELLINGS) {
    expect([...said, ...files].filter((text) => text.includes(spelling))).toEqual([]);
  }
});

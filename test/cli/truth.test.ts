// Nothing is dropped in silence, nothing is said twice: warnings, bad rows of a file that grows, who a row is about, and
// what kind of duplicate a lead is.
import { describe, expect, it } from 'vitest';
import { eachTest } from './each-test.ts';
import { type Desk, type Ended, linesOf, type SandboxProcess } from './leadpush.ts';

let desk: Desk;
let sandbox: SandboxProcess;
eachTest((given, process) => {
  desk = given;
  sandbox = process;
});

const setFaults = (body: string) => fetch(`${sandbox.url}/__sandbox/faults`, { method: 'POST', body });

const run = (...args: readonly string[]): Promise<Ended> => desk.run([...args, '--config', 'c.yaml']);
const send = (file: string, ...more: readonly string[]): Promise<Ended> =>
  run('send', file, '--to', 'a', ...more);

describe('warnings', () => {
  const LEADS = `Name,Phone,Email,Budget
Asha,9876543210,asha@example.com,lots
Binu,9876543211,binu,many
Chand,9876543212,chand@example.com,50L
`;

  it('of one lead are all shown, also with --quiet', async () => {
    const lead = ['send', '--to', 'a', '--phone', '9876500001', '--name', 'Asha', '--email', 'asha'];
    const first = await run(...lead);
    expect(first.stdout).toContain('EMAIL_INVALID --email');
    expect(first.stderr).not.toContain('warning');
    const quiet = await run(...lead, '--campaign-id', 'other', '--quiet');
    expect(quiet).toMatchObject({ status: 0, stderr: '' });
    expect(quiet.stdout).toContain('EMAIL_INVALID --email');
  });

  it.each<[became: string, lead: readonly string[]]>([
    ['created', []],
    ['duplicate', []],
    ['invalid', ['--phone', '12 / 34']],
    ['rejected', ['--campaign-id', 'rejected']],
  ])('of a lead that is %s say nothing of sending', async (became, lead) => {
    const two = ['--phone', '+91 +91 98765 00002 / 91234 56780 / 91234 56781 (after 6) ext 12'];
    const odd = [
      ...two,
      '--email',
      'asha@example.com, a@example.com',
      '--budget',
      'lots',
      '--broker',
      'maybe',
    ];
    const call = ['send', '--to', 'a', ...odd, ...lead];
    if (became === 'duplicate') await run(...call);
    if (became === 'rejected') await setFaults('422:1');
    const { stdout } = await run(...call);
    await setFaults('');
    expect(stdout).toContain(` ${became} `);
    const warnings = stdout.split('\n').filter((line) => line.startsWith('    warning '));
    expect(warnings.length).toBeGreaterThan(became === 'invalid' ? 2 : 5);
    expect(warnings.filter((line) => /\bsent\b/.test(line))).toEqual([]);
  });

  it('below an error are told from it without colours', async () => {
    const { stdout } = await run('send', '--to', 'a', '--phone', '12', '--email', 'asha');
    expect(stdout).toMatch(
      /\n {4}PHONE_INVALID --phone: .*\n {4}warning EMAIL_INVALID --email: .*\n {4}warning NAME_MISSING /,
    );
  });

  it('of a file are one line of counts, which -v shows', async () => {
    desk.write('leads.csv', LEADS);
    const first = await send('leads.csv');
    expect(first.stdout).not.toContain('BUDGET_UNPARSED');
    expect(first.stderr).toContain('3 warnings: 2 budgets, 1 e-mail left out; -v shows them\n');
    // What is known is not sent again, and loses nothing.
    expect((await send('leads.csv')).stderr).not.toContain('warning');
    const verbose = await send('leads.csv', '--resend', '-v');
    expect(verbose.stdout.match(/BUDGET_UNPARSED/g)).toHaveLength(2);
    expect(verbose.stderr).not.toContain('-v shows');
  });

  it('of a retry, which has nothing to do a second time, are shown by show', async () => {
    desk.write('leads.csv', LEADS);
    await setFaults('lost:1,ask-502:1');
    await send('leads.csv', '--retries', '0');
    await setFaults('ask-502:1');
    const { stderr } = await run('retry', '--unknown', '--retries', '0');
    await setFaults('');
    const [, command = ''] =
      /^\d+ warnings: .*; (leadpush show \w+ --config c\.yaml) shows them$/m.exec(stderr) ?? [];
    expect([stderr, (await desk.paste(command)).stdout]).toEqual([
      expect.stringContaining('3 created'),
      expect.stringMatching(/warning EARLIER_ATTEMPT_UNCERTAIN/),
    ]);
  });
});

describe('bad rows of a file that grows', () => {
  const LEADS = 'Name,Phone\nAsha,9876543210\nBinu,12\n';

  it('are shown once, and counted from then on', async () => {
    desk.write('leads.csv', LEADS);
    expect((await send('leads.csv')).stdout).toContain('Binu "12"');

    const quiet = await send('leads.csv', '--quiet');
    expect(quiet).toMatchObject({ status: 1, stdout: '', stderr: '' });

    const again = await send('leads.csv');
    expect(again.status).toBe(1);
    expect(again.stdout).not.toContain('Binu');
    expect(again.stderr).toMatch(/1 invalid .* 1 shown by an earlier run \(--repeat shows them\)/);

    // Newer rows first, as some exports have them.
    desk.write('leads.csv', LEADS.replace('Phone\n', 'Phone\nChand,34\n'));
    const grown = await send('leads.csv', '--quiet');
    expect(grown.stdout).toContain('Chand "34"');
    expect(grown.stdout).not.toContain('Binu');
    expect(grown.stderr).toMatch(/2 invalid .* 1 shown by an earlier run/);
    expect(await send('leads.csv', '--quiet')).toMatchObject({ status: 1, stdout: '', stderr: '' });

    const all = await send('leads.csv', '--repeat');
    expect(all.stdout).toContain('Binu "12"');
    expect(all.stdout).toContain('Chand "34"');
  });

  it('are whole in --json, --output and --rejects, however often', async () => {
    desk.write('leads.csv', LEADS);
    await send('leads.csv');
    const files = await send('leads.csv', '--output', 'o.csv', '--rejects', 'r.csv');
    expect(files.status).toBe(1);
    expect(desk.read('o.csv')).toContain('Binu,12,a,invalid');
    expect(desk.read('r.csv')).toContain('Binu,12,PHONE_INVALID');
    const { stdout } = await send('leads.csv', '--json');
    expect(linesOf(stdout).map(({ status }) => status)).toEqual(['duplicate', 'invalid', undefined]);
  });

  it.each<[string, string, string, readonly string[]]>([
    ['another file', 'other.csv', LEADS, []],
    ['the row when it was changed', 'leads.csv', LEADS.replace('Binu', 'Binu T.'), []],
    ['without a ledger', 'leads.csv', LEADS, ['--no-ledger']],
  ])('are shown again: %s', async (_, name, content, more) => {
    desk.write('leads.csv', LEADS);
    await send('leads.csv');
    desk.write(name, content);
    expect((await send(name, ...more)).stdout).toContain('"12"');
  });

  it('are shown each time by a target of the sandbox, where trying twice works twice', async () => {
    desk.write('leads.csv', LEADS);
    for (const _ of [1, 2]) {
      expect((await run('send', 'leads.csv', '--to', 'sandbox-anarock')).stdout).toContain('Binu "12"');
    }
  });
});

describe('who it was', () => {
  const LEADS = `Lead ID,Name,Phone,Source,Placement,Remarks
L-17,Asha Verma,98765 4321,google,Greens October,
L-18,Binu,9876500020,portal,,<test lead: dummy data for name>
L-19,Chand,9876500021,portal,,
`;
  const args = ['--column', 'Lead ID=externalId', '--column', 'Remarks='];

  it('is said of rows that are not sent: on the screen, phones masked', async () => {
    desk.write('leads.csv', LEADS);
    const { stdout } = await send('leads.csv', ...args);
    expect(stdout).toMatch(/! invalid {4}Asha Verma "[^"]*\*[^"]*" {2}id L-17, google, Greens October\n/);
    expect(stdout).toMatch(/- skipped {4}Binu \S+ {2}id L-18, portal\n/);
    expect(stdout).not.toContain('98765 4321');
    expect((await send('leads.csv', ...args, '--repeat', '--show-pii')).stdout).toContain('"98765 4321"');
    expect((await run('show')).stdout).toContain('id L-17\n');
  });

  it('is in JSON, in the output and in the report', async () => {
    desk.write('leads.csv', LEADS);
    const { stdout } = await send('leads.csv', ...args, '--json', '--output', 'o.ndjson');
    const expected = [
      { status: 'invalid', name: 'Asha Verma', externalId: 'L-17' },
      { status: 'skipped', name: 'Binu', externalId: 'L-18' },
      { name: 'Chand', externalId: 'L-19' },
    ];
    expect(linesOf(stdout)).toMatchObject([...expected, { type: 'summary' }]);
    expect(linesOf(desk.read('o.ndjson'))).toMatchObject(expected);
    await run('report', '--html', 'page.html');
    const page = desk.read('page.html');
    expect(page).toContain('"externalId":"L-17"');
    expect(page).toContain('Greens October');
    expect(page).not.toContain('98765 4321');
  });

  it('is forgotten by a purge', async () => {
    desk.write('leads.csv', LEADS);
    await send('leads.csv', ...args);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await run('runs', '--purge', '10ms');
    const { stdout } = await run('show', '--show-pii');
    expect(stdout).toContain('invalid');
    for (const word of ['L-17', 'Asha', '98765', 'Greens']) expect(stdout).not.toContain(word);
  });
});

describe('duplicates', () => {
  it('are told apart', async () => {
    desk.write('one.csv', 'Name,Phone\nAsha,9876500030\n');
    desk.write(
      'more.csv',
      'Name,Phone\nAsha,9876500030\nBinu,9876500031\nBinu,+91 98765 00031\nChand,9876500032\n',
    );
    await run('send', 'one.csv', '--to', 'p');
    await run('send', '--to', 'p', '--phone', '9876500032', '--ledger', 'other.db');
    const ran = await run('send', 'more.csv', '--to', 'p');
    expect(ran.stderr).toMatch(/3 duplicate 1 sent earlier, 1 twice in this input, 1 the provider has\n/);
    expect(ran.stdout).toMatch(/Asha .* sent \d{4}-\d\d-\d\d in run \w{8} as lead/);
    expect(ran.stdout).toContain('same as line 3 as lead');
    expect(ran.stdout).toContain('the provider has it');
  });

  it('in the words of the left column: a line, or a row of a sheet, and of which file', async () => {
    const row = (name: string) => `${name},9876500031\n`;
    desk.write('a.csv', `Name,Phone\n\n"Chand\nSingh",9876500032\n${row('Binu')}${row('B')}`);
    desk.write('b.csv', `Name,Phone\n${row('Dev')}`);
    desk.write('c.json', JSON.stringify([{ phone: '9876500033' }, { phone: '9876500033' }]));
    for (const args of [['--dry-run'], ['--ledger', 'one.db'], ['--no-ledger']]) {
      const { stdout } = await run('send', 'a.csv', 'b.csv', 'c.json', '--to', 'p', ...args);
      expect(stdout).toMatch(/a\.csv:6 .* same as line 5\b/);
      expect(stdout).toMatch(/b\.csv:2 .* same as a\.csv:5\b/);
      expect(stdout).toMatch(/c\.json#2 .* same as record 1\b/);
    }
    for (const args of [[], ['--status', 'duplicate']]) {
      const { stdout } = await run('show', '--ledger', 'one.db', ...args);
      expect(stdout).toMatch(/a\.csv:6 .* same as line 5\b/);
      expect(stdout).toMatch(/b\.csv:2 .* same as a\.csv:5\b/);
    }
    const checked = await run('check', 'a.csv', 'b.csv', 'c.json', '--to', 'p');
    expect(checked.stdout).toMatch(
      /a\.csv:6 .* as a\.csv:5\n.*b\.csv:2 .* as a\.csv:5\n.*c\.json record 2 .* as c\.json record 1/,
    );
  });

  it('a lead that was sent again, and that the provider had, says so', async () => {
    desk.write('one.csv', 'Name,Phone\nAsha,9876500040\n');
    await run('send', 'one.csv', '--to', 'p');
    const ran = await run('send', 'one.csv', '--to', 'p', '--resend', '--json');
    const [result] = linesOf(ran.stdout);
    expect(result).toMatchObject({ status: 'duplicate', duplicateOf: { by: 'provider', record: 1 } });
    const shown = await run('show');
    expect(shown.stdout).toContain('sent again; the provider had it');
    expect(shown.stderr).toContain('1 duplicate sent again; the provider had it');
    // Never sent by leadpush, but known there: not again.
    await run('send', '--to', 'p', '--phone', '9876500041', '--ledger', 'other.db');
    const first = await run('send', '--to', 'p', '--phone', '9876500041', '--resend');
    expect(first.stdout).toContain('the provider has it');
  });
});

describe('runs', () => {
  async function history(): Promise<void> {
    desk.write('bad.csv', 'Name,Phone\nAsha,12\n');
    await send('bad.csv');
    await run('send', '--to', 'p', '--phone', '9876500050');
    const refused = ['send', '--to', 'a', '--phone', '9876500051', '--config', 'c.yaml'];
    expect(await desk.run(refused, { env: { A_KEY: 'not the key of this channel' } })).toMatchObject({
      status: 3,
    });
    await run('send', '--to', 'sandbox-anarock', '--phone', '9876500051');
  }

  it('are chosen by number, time, target and what they left', async () => {
    await history();
    const cases: readonly (readonly [readonly string[], readonly string[]])[] = [
      [[], ['a', 'p', 'a']],
      [['--all'], ['sandbox-anarock', 'a', 'p', 'a']],
      [['--limit', '1'], ['a']],
      [['--to', 'p'], ['p']],
      [
        ['--to', 'p,sandbox-anarock'],
        ['sandbox-anarock', 'p'],
      ],
      [['--failed'], ['a']],
      [
        ['--since', '1h'],
        ['a', 'p', 'a'],
      ],
      [
        ['--since', '2020-01-01'],
        ['a', 'p', 'a'],
      ],
      [['--since', '2199-01-01'], []],
    ];
    for (const [args, expected] of cases) {
      const { stdout } = await run('runs', '--json', ...args);
      expect([args, linesOf(stdout).map(({ targets }) => String(targets))]).toEqual([args, expected]);
    }
    const { stderr } = await run('runs', '--limit', '1');
    // A bad row is told once, and then it is another run's: the one that sends it corrected.
    expect((await run('runs')).stdout).toContain('1 invalid');
    expect(stderr).toBe(
      '2 older runs not shown; --limit 3 shows all.\n1 sandbox run not shown; --all shows it.\n',
    );
  }, 60_000);

  it.each([
    ['--since', 'yesterday', '--since: expected a duration with its unit, such as 7d, or a day'],
    ['--since', '7', '--since: expected a duration with its unit, such as 7d, or a day'],
    ['--purge', '90', '--purge: expected a duration with its unit, such as 12h or 90d'],
    ['--purge', '0d', '--purge: expected a duration above zero, such as 12h or 90d, found "0d"'],
    ['--limit', '0', '--limit: expected a whole number'],
  ])('%s %s is a mistake', async (flag, value, message) => {
    expect(await run('runs', flag, value)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining(message),
    });
  });
});

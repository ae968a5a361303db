// What `send` prints and writes: docs/behaviour.md, "Output", word for word, through the built program.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eachTest } from './each-test.ts';
import { type Call, type Desk, ended, type Line, linesOf, type SandboxProcess } from './leadpush.ts';

let desk: Desk;
let sandbox: SandboxProcess;

eachTest((ownDesk, itsSandbox) => {
  desk = ownDesk;
  sandbox = itsSandbox;
});

let used = 0;
const phone = () => `97${String(used++).padStart(8, '0')}`;
const send = (args: readonly string[], call?: Call) =>
  desk.run(['send', ...args, '--config', 'c.yaml'], call);
const results = (stdout: string): readonly Line[] =>
  linesOf(stdout).filter((line) => line['type'] === 'result');

describe('--json', () => {
  it('has the promised fields, in their order', async () => {
    const { stdout } = await send(['--to', 'a', '--phone', phone(), '--json']);
    const [result, summary] = linesOf(stdout);
    expect(Object.keys(result ?? {})).toEqual(
      'type run file record line target provider status phone leadId duplicateOf errors warnings attempts durationMs'.split(
        ' ',
      ),
    );
    expect(Object.keys(summary ?? {})).toEqual(
      'type run records created duplicate skipped invalid rejected failed unknown durationMs'.split(' '),
    );
    expect(stdout).not.toMatch(/\u001b/);
  });

  it('names the input’s own header in errors and warnings', async () => {
    desk.write('l.csv', `Name,Mobile No.,E-mail ID\nA,12,a@example.com\nB,${phone()},nonsense\n`);
    const { stdout } = await send(['l.csv', '--to', 'a', '--json']);
    expect(results(stdout)).toMatchObject([
      {
        status: 'invalid',
        errors: [{ field: 'Mobile No.', code: 'PHONE_INVALID', message: expect.any(String) }],
      },
      { status: 'created', warnings: [{ field: 'E-mail ID', code: 'EMAIL_INVALID' }] },
    ]);
  });
});

describe('--dry-run', () => {
  it('shows each request with secrets as ***, and opens no connection', async () => {
    desk.write('l.csv', `Name,Phone\nAsha,${phone()}\nBinu,12\n`);
    const before = await (await fetch(`${sandbox.url}/__sandbox/stats`)).text();
    const { stdout, status } = await send(['l.csv', '--to', 'a,p', '--dry-run', '--json']);
    expect(await (await fetch(`${sandbox.url}/__sandbox/stats`)).text()).toBe(before);
    const lines = linesOf(stdout);
    expect(lines.map((line) => line['type'])).toEqual(['request', 'request', 'result', 'result', 'summary']);
    expect(Object.keys(lines[0] ?? {})).toEqual(
      'type record line target lead method url headers fields warnings'.split(' '),
    );
    expect(lines[0]).toMatchObject({
      record: 1,
      line: 2,
      target: 'a',
      lead: { phone: expect.stringMatching(/^\+9197/), name: 'Asha' },
      method: 'POST',
      fields: { hash: '***' },
    });
    expect(lines[1]).toMatchObject({ headers: { authorization: '***', 'x-api-key': '***' } });
    expect(lines.at(-1)).toMatchObject({ dryRun: true, wouldSend: 2, invalid: 2, created: 0 });
    expect(stdout).not.toContain(sandbox.anarock.key);
    expect(stdout).not.toContain(sandbox.paramantra.apiKey);
    expect(status).toBe(1);
  });

  it('reads the ledger, and neither makes nor writes one', async () => {
    const number = phone();
    await send(['--to', 'a', '--phone', number, '--dry-run']);
    expect(readdirSync(desk.home)).toEqual([]);
    await send(['--to', 'a', '--phone', number]);
    const dryRun = await send(['--to', 'a', '--phone', number, '--dry-run', '--json']);
    expect(linesOf(dryRun.stdout)[0]).toMatchObject({
      type: 'result',
      status: 'duplicate',
      duplicateOf: { by: 'ledger', leadId: expect.any(String) },
    });
    const runs = await desk.run(['runs', '--json']);
    expect(linesOf(runs.stdout)).toHaveLength(1);
  });

  it('writes no file, and says so', async () => {
    const run = await send(['--to', 'a', '--phone', phone(), '--dry-run', '--output', 'out.csv']);
    expect(run.stderr).toMatch(/a dry run writes no --output/);
    expect(existsSync(join(desk.folder, 'out.csv'))).toBe(false);
    expect(run.status).toBe(0);
  });

  it('masks phones for people', async () => {
    const number = phone();
    const { stdout } = await send(['--to', 'a', '--phone', number, '--dry-run']);
    expect(stdout).not.toContain(number);
    const shown = await send(['--to', 'a', '--phone', number, '--dry-run', '--show-pii']);
    expect(shown.stdout).toContain(number);
  });
});

describe('for people', () => {
  it('a column that is not sent and may hold the names is named as that', async () => {
    desk.write('client.csv', `Client,Phone,Shoe\nAsha Verma,${phone()},7\n`);
    const kept = '--column "Header=extra.NAME" keeps one).\n';
    expect((await send(['client.csv', '--to', 'a'])).stderr).toContain(
      `: Client, Shoe (--column "Client=name" if that holds the names; ${kept}`,
    );
    const named = await send(['client.csv', '--to', 'a', '--column', 'Client=name', '--resend']);
    expect(named.stderr).toContain(`: Shoe (${kept}`);
    expect(named.stdout).toContain('Asha Verma');
  });

  it('results on stdout, all else on stderr, phones masked', async () => {
    const number = phone();
    desk.write('l.csv', `Name,Phone,Shoe\nAsha Verma,${number},7\n`);
    const run = await send(['l.csv', '--to', 'a']);
    expect(run.stdout).toMatch(/^l\.csv:2 {2}✓ created {4}Asha Verma \+91\S+ {2}lead \d+\n$/);
    expect(run.stdout).not.toContain(number);
    expect(run.stderr).toMatch(/not sent, as no field is known for them: Shoe/);
    expect(run.stderr).toMatch(/1 created/);
    const whole = await send(['l.csv', '--to', 'a', '--show-pii']);
    expect(whole.stdout).toContain(`+91${number}`);
  });

  it('--quiet prints only what needs a person', async () => {
    desk.write('l.csv', `Name,Phone\nAsha,${phone()}\n`);
    expect(await send(['l.csv', '--to', 'a', '--quiet'])).toMatchObject({ stdout: '', status: 0 });
    desk.write('m.csv', `Name,Phone\nAsha,${phone()}\nBinu,12\n`);
    const bad = await send(['m.csv', '--to', 'a', '--quiet']);
    expect(bad.stdout).toMatch(/m\.csv:3/);
    expect(bad.stdout).not.toMatch(/m\.csv:2/);
    expect(bad.status).toBe(1);
  });

  it('a reader that leaves ends it quietly with 141, and the ledger is complete', async () => {
    const rows = Array.from({ length: 3_000 }, (_, i) => `L${i},${phone()}`);
    desk.write('l.csv', `Name,Phone\n${rows.join('\n')}\n`);
    const child = desk.start(['send', 'l.csv', '--to', 'a', '--config', 'c.yaml', '--json']);
    child.stdin?.end();
    child.stdout?.once('data', () => child.stdout?.destroy());
    const { stderr, status } = await ended(child);
    expect(stderr).not.toMatch(/EPIPE|internal error/);
    expect(status).toBe(141);
    const [run] = linesOf((await desk.run(['runs', '--json'])).stdout);
    const shown = linesOf((await desk.run(['show', String(run?.['run'] ?? run?.['id']), '--json'])).stdout);
    const created = shown.filter((line) => line['status'] === 'created');
    const held = (await sandbox.leads()).filter((lead) => JSON.stringify(lead).includes('"L'));
    expect(created.length).toBe(held.length);
    expect(created.length).toBeGreaterThan(0);
    expect(created.length).toBeLessThan(3_000);
  });
});

describe('--output and --rejects', () => {
  const rows = () => `Name,Phone,Note\nAsha,${phone()},=1+1\nBinu,12,"a ""b"""\n`;

  it('CSV: the input’s columns, then ours, UTF-8 with BOM, 0600', async () => {
    desk.write('l.csv', rows());
    await send(['l.csv', '--to', 'a', '--output', 'out.csv', '--column', 'Note=extra.note']);
    const text = desk.read('out.csv');
    expect(
      text.startsWith(
        '\ufeffName,Phone,Note,leadpush_target,leadpush_status,leadpush_lead_id,leadpush_message',
      ),
    ).toBe(true);
    expect(text).toMatch(/Asha,\d+,"'=1\+1",a,created,\d+/);
    expect(text).toMatch(/Binu,12,"a ""b""",a,invalid,,/);
    expect(statSync(join(desk.folder, 'out.csv')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['out.ndjson', (text: string) => linesOf(text)],
    ['out.json', (text: string): readonly Line[] => JSON.parse(text)],
  ])('%s', async (name, parse) => {
    desk.write('l.csv', rows());
    await send(['l.csv', '--to', 'a', '--output', name]);
    expect(parse(desk.read(name))).toMatchObject([
      { input: { Name: 'Asha' }, status: 'created' },
      { input: { Name: 'Binu' }, status: 'invalid', errors: [{ code: 'PHONE_INVALID' }] },
    ]);
  });

  it('fixed rejects are sent on their own', async () => {
    desk.write('l.csv', rows());
    const first = await send(['l.csv', '--to', 'a,p', '--rejects', 'rejects.csv']);
    expect(first.status).toBe(1);
    expect(first.stderr).toMatch(/leadpush send rejects\.csv/);
    const rejects = desk.read('rejects.csv');
    expect(rejects).toMatch(/^Name,Phone,Note,leadpush_message\r?\nBinu,12,"a ""b""",PHONE_INVALID/);
    desk.write('rejects.csv', rejects.replace(',12,', `,${phone()},`));
    const second = await send(['rejects.csv', '--to', 'a,p', '--json']);
    expect(results(second.stdout).map((line) => line['status'])).toEqual(['created', 'created']);
  });

  it('files with different columns cannot share one: exit 2', async () => {
    desk.write('l.csv', rows());
    desk.write('m.csv', `Phone\n${phone()}\n`);
    const run = await send(['l.csv', 'm.csv', '--to', 'a', '--output', 'out.csv']);
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(/different columns/);
    expect(existsSync(join(desk.folder, 'out.csv'))).toBe(false);
  });
});

describe('options', () => {
  it('a record comes before --set, --set before the defaults', async () => {
    desk.write('l.csv', `Phone,City,Project Id\n${phone()},Pune,own\n${phone()},,\n`);
    const { stdout } = await send([
      ...['l.csv', '--to', 'a', '--dry-run', '--json', '--column', 'Project Id=campaignId'],
      ...['--set', 'campaignId=set', '--city', 'Goa', '--field', 'utm=x'],
    ]);
    expect(linesOf(stdout)).toMatchObject([
      { fields: { campaign_id: 'own', city: 'Pune', utm: 'x' } },
      { fields: { campaign_id: 'set', city: 'Goa', utm: 'x' } },
      {},
    ]);
    const plain = await send(['--to', 'a', '--phone', phone(), '--dry-run', '--json']);
    expect(linesOf(plain.stdout)[0]).toMatchObject({ fields: { campaign_id: 'greens' } });
  });

  it('--column splits at the last =', async () => {
    desk.write('l.csv', `Phone,a=b\n${phone()},Pune\n`);
    const { stdout } = await send(['l.csv', '--to', 'a', '--dry-run', '--json', '--column', 'a=b=city']);
    expect(linesOf(stdout)[0]).toMatchObject({ lead: { city: 'Pune' } });
  });

  it('--phone with a file is an error', async () => {
    desk.write('l.csv', `Phone\n${phone()}\n`);
    expect((await send(['l.csv', '--to', 'a', '--phone', '9876543210'])).status).toBe(2);
  });

  it('--limit and --max-failures', async () => {
    desk.write('l.csv', `Phone\n${phone()}\n${phone()}\n${phone()}\n`);
    expect(results((await send(['l.csv', '--to', 'a', '--json', '--limit', '2'])).stdout)).toHaveLength(2);
    desk.write('m.csv', `Phone\n1\n2\n3\n${phone()}\n`);
    const stopped = await send(['m.csv', '--to', 'a', '--json', '--max-failures', '2']);
    expect(results(stopped.stdout).at(-1)).toMatchObject({
      status: 'failed',
      errors: [{ code: 'NOT_SENT' }],
    });
    expect(stopped.status).toBe(1);
  });

  it('a file for production needs --yes where nobody can be asked', async () => {
    desk.write('l.csv', `Phone\n${phone()}\n`);
    desk.write(
      'prod.yaml',
      'targets: { live: { provider: anarock, environment: production, channel: c, key: k, sourceIds: optional, defaults: { campaignId: x } } }',
    );
    const run = await desk.run(['send', 'l.csv', '--to', 'live', '--config', 'prod.yaml']);
    expect(run.stderr).toMatch(/production[\s\S]*--yes/);
    expect(run.status).toBe(2);
  });
});

describe('across runs', () => {
  it('the same file tonight sends only what is new', async () => {
    const [one, two] = [phone(), phone()];
    desk.write('l.csv', `Name,Phone\nAsha,${one}\n`);
    const first = await send(['l.csv', '--to', 'a', '--json']);
    desk.write('l.csv', `Name,Phone\nAsha,${one}\nBinu,${two}\n`);
    const second = await send(['l.csv', '--to', 'a', '--json']);
    const [known] = results(first.stdout);
    expect(results(second.stdout)).toMatchObject([
      {
        status: 'duplicate',
        leadId: known?.['leadId'],
        attempts: 0,
        duplicateOf: {
          by: 'ledger',
          leadId: known?.['leadId'],
          run: known?.['run'],
          file: 'l.csv',
          record: 1,
        },
      },
      { status: 'created' },
    ]);
    expect(second.status).toBe(0);
    const resent = await send(['l.csv', '--to', 'a', '--json', '--resend']);
    expect(results(resent.stdout).map((line) => line['status'])).toEqual(['created', 'created']);
  });

  it('trying the built-in sandbox twice works twice', async () => {
    const lead = ['send', '--to', 'sandbox-paramantra', '--phone', '9876543210', '--json'];
    for (const _ of [1, 2])
      expect(results((await desk.run(lead)).stdout)[0]).toMatchObject({ status: 'created' });
  });

  it('the ledger is 0600, and --no-ledger makes none', async () => {
    await send(['--to', 'a', '--phone', phone(), '--no-ledger']);
    expect(readdirSync(desk.home)).toEqual([]);
    await send(['--to', 'a', '--phone', phone()]);
    const folder = join(desk.home, '.local/state/leadpush');
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
    expect(readFileSync(join(folder, 'ledger.db')).includes(sandbox.anarock.key)).toBe(false);
  });
});

describe('files that are written', () => {
  const INPUT = `Name,Phone\nAsha,12\n`;

  it.each<[string, readonly string[], RegExp]>([
    ['the input', ['--output', './l.csv'], /--output: \.\/l\.csv is the same file as an input/],
    ['the input, by --rejects', ['--rejects', 'l.csv'], /--rejects: l\.csv is the same file as an input/],
    [
      'the input, through a link',
      ['--rejects', 'link.csv'],
      /link\.csv is the same file as an input \(l\.csv\)/,
    ],
    ['each other', ['--output', 'o.csv', '--rejects', './o.csv'], /--rejects: .*same file as --output/],
    ['the configuration', ['--output', 'c.yaml'], /same file as the configuration/],
    ['the ledger', ['--output', 'x.db', '--ledger', 'x.db'], /same file as the ledger/],
    ['a folder', ['--output', 'folder'], /folder exists and is not a regular file/],
    ['nothing at all', ['--output', ''], /--output: the name of the file is empty/],
    ['a blank', ['--rejects', ' '], /--rejects: the name of the file is empty/],
    ['a device', ['--output', '/dev/null'], /\/dev\/null exists and is not a regular file/],
  ])('never replace %s', async (_, args, message) => {
    desk.write('l.csv', INPUT);
    symlinkSync('l.csv', join(desk.folder, 'link.csv'));
    mkdirSync(join(desk.folder, 'folder'));
    const before = desk.read('c.yaml');
    const { status, stderr, stdout } = await send(['l.csv', '--to', 'a', ...args]);
    expect(stderr).toMatch(message);
    expect([status, stdout]).toEqual([2, '']);
    expect([desk.read('l.csv'), desk.read('c.yaml')]).toEqual([INPUT, before]);
  });

  it('replace an older result', async () => {
    desk.write('l.csv', INPUT);
    desk.write('o.csv', 'old');
    expect((await send(['l.csv', '--to', 'a', '--output', 'o.csv'])).status).toBe(1);
    expect(desk.read('o.csv')).toContain('leadpush_status');
  });
});

it('a dry run over several files says in which one a duplicate is', async () => {
  const [one, two] = [phone(), phone()];
  desk.write('1.csv', `Name,Phone\nA,${phone()}\nB,${one}\n`);
  desk.write('2.csv', `Name,Phone\nC,${two}\nD,${one}\nE,${two}\n`);
  const { stdout } = await send(['1.csv', '2.csv', '--to', 'a', '--dry-run', '--json']);
  expect(results(stdout)).toMatchObject([
    { file: '2.csv', record: 2, duplicateOf: { by: 'input', file: '1.csv', record: 2 } },
    { file: '2.csv', record: 3, duplicateOf: { by: 'input', file: '2.csv', record: 1 } },
  ]);
});

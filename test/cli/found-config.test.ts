// A configuration that somebody else left in the way: what it may do with this user's keys, variables, files and leads.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BIN, Desk, ended, linesOf } from './leadpush.ts';

const isRoot = process.getuid?.() === 0;
const hasModes = process.platform !== 'win32';
const KEY = 'S3cr3t-Key-0123456789';
const OTHER = 'Other-Secret-42';
const STRANGER = 65_534;

let desk: Desk;
let server: Server;
let url: string;
const posted: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      posted.push(`${JSON.stringify(request.headers)} ${Buffer.concat(chunks).toString('utf8')}`);
      response.setHeader('content-type', 'application/json');
      response.end('[{"status":"success","unique_id":"1"}]');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  url = `http://127.0.0.1:${address.port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  desk = new Desk();
  posted.length = 0;
});
afterEach(() => desk.remove());

/** A Paramantra target; each line may be replaced. */
function crm(more: Readonly<Record<string, string>> = {}, top = ''): string {
  const lines = {
    baseUrl: url,
    apiKey: '${PARAMANTRA_API_KEY}',
    appName: 'app',
    defaults: '{ channelId: c, subject: s, repId: r }',
    ...more,
  };
  const own = Object.entries(lines).flatMap(([name, value]) =>
    value === '' ? [] : [`    ${name}: ${value}\n`],
  );
  return `${top}targets:\n  crm:\n    provider: paramantra\n${own.join('')}`;
}

const env = { PARAMANTRA_API_KEY: KEY, OTHER_SECRET: OTHER };
const SEND = ['send', '--to', 'crm', '--phone', '9876543210', '--name', 'Asha', '--json', '--no-ledger'];
const send = (more: Readonly<Record<string, string>> = {}, args: readonly string[] = []) =>
  desk.run([...SEND, ...args], { env: { ...env, ...more }, cwd: below() });
/** The configuration is found from a folder below it. */
const below = () => {
  const folder = join(desk.folder, 'below');
  mkdirSync(folder, { recursive: true });
  return folder;
};

async function refused(
  expected: RegExp,
  more: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
) {
  const { status, stdout, stderr } = await send(more, args);
  expect({ status, stdout, posted }).toEqual({ status: 2, stdout: '', posted: [] });
  expect(stderr).toMatch(expected);
  expect(stderr).not.toMatch(new RegExp(`${KEY}|${OTHER}`));
  return stderr;
}

async function works(more: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
  const { status, stderr } = await send(more, args);
  expect({ status, stderr, posts: posted.length }).toEqual({
    status: 0,
    stderr: expect.any(String),
    posts: 1,
  });
}

describe.skipIf(!hasModes)('who could have written it', () => {
  it('the user alone: it is used', async () => {
    desk.write('.leadpushrc', crm());
    await works();
  });

  it.skipIf(!isRoot).each<[string, (rc: string) => void, RegExp]>([
    [
      'another user',
      (rc) => chownSync(rc, STRANGER, STRANGER),
      /\.leadpushrc belongs to another user \(uid 65534\)/,
    ],
    [
      'another user, in a folder like /tmp',
      (rc) => {
        chownSync(rc, STRANGER, STRANGER);
        chmodSync(dirname(rc), 0o1777);
      },
      /another user/,
    ],
    [
      'whoever owns the folder',
      (rc) => chownSync(dirname(rc), STRANGER, STRANGER),
      /its folder belongs to another user/,
    ],
    [
      'a group',
      (rc) => {
        chownSync(rc, 0, STRANGER);
        chmodSync(rc, 0o664);
      },
      /may be written by a group \(gid 65534\)/,
    ],
    [
      "the folder's group",
      (rc) => {
        chownSync(dirname(rc), 0, STRANGER);
        chmodSync(dirname(rc), 0o2775);
      },
      /its folder may be written by a group/,
    ],
  ])('%s: exit 2, naming the file and --config', async (_, change, expected) => {
    change(desk.write('.leadpushrc', crm()));
    expect(await refused(expected)).toMatch(/--config/);
  });

  it.each<[string, (rc: string) => void, RegExp]>([
    ['the file', (rc) => chmodSync(rc, 0o666), /\.leadpushrc may be written by every user/],
    ['the folder', (rc) => chmodSync(dirname(rc), 0o777), /its folder may be written by every user/],
    ['a folder like /tmp', (rc) => chmodSync(dirname(rc), 0o1777), /its folder may be written by every user/],
  ])('everyone, %s: exit 2', async (_, change, expected) => {
    const rc = desk.write('.leadpushrc', crm());
    change(rc);
    await refused(expected);
    // Named, it is the user's own decision.
    await works({}, ['--config', rc]);
  });

  it('a link leads out of a folder of one’s own into one of everybody', async () => {
    const open = join(desk.folder, 'open');
    mkdirSync(open);
    writeFileSync(join(open, 'rc'), crm(), { mode: 0o600 });
    symlinkSync(join(open, 'rc'), join(desk.folder, '.leadpushrc'));
    await works();
    posted.length = 0;
    chmodSync(open, 0o777);
    await refused(/its folder may be written/);
  });

  it.skipIf(!isRoot)('package.json counts by its own part alone', async () => {
    const file = desk.write('package.json', '{ "name": "x" }');
    chownSync(file, STRANGER, STRANGER);
    desk.write('.leadpushrc', crm());
    await works();
    posted.length = 0;
    const target = { provider: 'paramantra', baseUrl: url, apiKey: '${PARAMANTRA_API_KEY}', appName: 'a' };
    writeFileSync(file, JSON.stringify({ leadpush: { targets: { crm: target } } }));
    await refused(/package\.json belongs to another user/);
  });

  it.skipIf(!isRoot)('an empty file of a stranger is passed over, a broken one is not', async () => {
    const rc = desk.write('below/.leadpushrc', '# nothing\n');
    chownSync(rc, STRANGER, STRANGER);
    desk.write('.leadpushrc', crm());
    await works();
    posted.length = 0;
    writeFileSync(rc, 'targets: [');
    await refused(/below\/\.leadpushrc belongs to another user/);
  });

  it("the user's own folder is no exception", async () => {
    const rc = desk.write('../home/.config/leadpush/config.yaml', crm());
    await works();
    posted.length = 0;
    chmodSync(rc, 0o666);
    await refused(/config\.yaml may be written by every user/);
  });
});

describe.skipIf(!hasModes)('what is no plain file of bounded size', () => {
  const plant: Readonly<Record<string, (path: string) => void>> = {
    'a pipe': (path) => execFileSync('mkfifo', [path]),
    'a device': (path) => symlinkSync('/dev/zero', path),
    'a folder': (path) => mkdirSync(path),
    'a large file': (path) => writeFileSync(path, `#${'x'.repeat(1024 * 1024)}`, { mode: 0o600 }),
  };
  const kinds = Object.keys(plant);
  const expected = (kind: string) => (kind === 'a large file' ? /larger than/ : /not a regular file/);

  it.each(kinds.flatMap((kind) => ['.leadpushrc', 'package.json'].map((name) => [kind, name] as const)))(
    '%s as %s: exit 2 at once',
    async (kind, name) => {
      plant[kind]?.(join(desk.folder, name));
      await refused(expected(kind));
    },
  );

  it.each(kinds)('%s as a key file: exit 2 at once', async (kind) => {
    desk.write('.leadpushrc', crm({ apiKey: '', apiKeyFile: 'key' }));
    plant[kind]?.(join(desk.folder, 'key'));
    // The device is another folder's file, behind a link.
    await refused(kind === 'a device' ? /in a file that was found/ : expected(kind));
    const file = desk.write('named.yaml', crm({ apiKey: '', apiKeyFile: 'key' }));
    await refused(expected(kind), {}, ['--config', file]);
  });

  it.each(kinds.filter((kind) => kind !== 'a large file'))(
    '%s that is named: exit 2 at once',
    async (kind) => {
      const path = join(desk.folder, 'named');
      plant[kind]?.(path);
      await refused(expected(kind), {}, ['--config', path]);
    },
  );

  it('what a shell hands over in place of a named file is read', async () => {
    const file = desk.write('other/c.yaml', crm());
    const quoted = [process.execPath, BIN, ...SEND].map((word) => `'${word}'`).join(' ');
    const child = spawn('bash', ['-c', `${quoted} --config <(sleep 0.2; cat '${file}')`], {
      cwd: desk.folder,
      env: desk.env(env),
    });
    expect(await ended(child)).toMatchObject({ status: 0 });
    expect(posted).toHaveLength(1);
  });

  const chain = Array.from({ length: 20_000 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}]\n`).join('');
  const fields = Array.from({ length: 5_000 }, (_, i) => `f${i}: x`).join(', ');
  const copies = Array.from({ length: 20_000 }, (_, i) => `  t${i}: *t\n`).join('');
  it.each<[string, string, RegExp]>([
    ['thousands of brackets', '['.repeat(100_000), /nesting exceeded/],
    [
      'thousands of anchors, each in the next',
      `a0: &a0 [x]\n${chain}`,
      /nested too deeply|more than 100000 values/,
    ],
    ['many of one large anchor', `targets:\n  t: &t { ${fields} }\n${copies}`, /more than 100000 values/],
  ])('%s: exit 2, neither a crash nor a long wait', async (_, text, expected) => {
    desk.write('.leadpushrc', text);
    await refused(expected);
  });
});

describe('what only a trusted file may say', () => {
  const unused = (line: string) =>
    `${crm()}  unused:\n    provider: anarock\n    channel: c\n    key: k\n    ${line}\n`;

  it.each<[string, string, RegExp]>([
    ['providers', 'providers: {}\n', /providers: is not allowed in a file that was found.*hosts/],
    ['feeds', 'feeds: {}\n', /feeds: is not allowed in a file that was found/],
    [
      'a ledger elsewhere',
      'ledger: ../elsewhere.db\n',
      /ledger: in a file that was found.*below its own folder/,
    ],
    ['a ledger by its whole path', 'ledger: /var/lib/leads.db\n', /ledger: .*below its own folder/],
    ['a shared ledger', 'ledger: postgresql://db.example/leads\n', /ledger: .*below its own folder/],
    ['a ledger behind a link', 'ledger: out/leads.db\n', /ledger: .*below its own folder/],
    [
      'a variable at the top',
      'region: "${OTHER_SECRET}"\n',
      /region: \$\{OTHER_SECRET\} is not allowed here/,
    ],
  ])('%s', async (_, top, expected) => {
    symlinkSync(desk.home, join(desk.folder, 'out'));
    desk.write('.leadpushrc', crm({}, top));
    await refused(expected);
  });

  it.each<[string, RegExp]>([
    ['keyFile: ../key', /targets\.unused/],
    ['keyFile: out/key', /targets\.unused\.keyFile: in a file that was found/],
    ['keyFile: /etc/hostname', /targets\.unused\.keyFile: in a file that was found/],
    ['keyFile: .', /targets\.unused\.keyFile: in a file that was found/],
    [
      'defaults: { subject: "${OTHER_SECRET:-none}" }',
      /targets\.unused\.defaults\.subject: \$\{OTHER_SECRET\}/,
    ],
    ['timeout: "${LEADPUSH_LEDGER}"', /targets\.unused\.timeout: \$\{LEADPUSH_LEDGER\}/],
  ])('of a target that is not used: %s', async (line, expected) => {
    symlinkSync(desk.home, join(desk.folder, 'out'));
    writeFileSync(join(desk.home, 'key'), 'k\n');
    desk.write('.leadpushrc', unused(line).replace(line.startsWith('keyFile') ? '    key: k\n' : '\0', ''));
    await refused(expected);
  });

  it.each<[string, boolean]>([
    ['PARAMANTRA_SUBJECT', true],
    ['LEADPUSH_SUBJECT', true],
    ['PARAMANTRA_MONKEY', true],
    ['PARAMANTRA_PATH', true],
    ['OTHER_SECRET', false],
    ['ANAROCK_SUBJECT', false],
    ['PARAMANTRASUBJECT', false],
    ['PARAMANTRA_API_KEY', false],
    ['PARAMANTRA_KEY_2', false],
    ['paramantra_token', false],
    ['LEADPUSH_SECRET', false],
    ['PARAMANTRA_DB_PASSWORD', false],
    ['LEADPUSH_CREDENTIAL', false],
    ['LEADPUSH_AUTH_X', false],
    ['LEADPUSH_GITHUB_PAT', false],
    ['LEADPUSH_LEDGER', false],
    ['PARAMANTRA_APIKEY', false],
    ['PARAMANTRA_KEYS', false],
    ['PARAMANTRA_TOKENS', false],
    ['LEADPUSH_CREDENTIALS', false],
    ['PARAMANTRA_PASS', false],
    ['PARAMANTRA_DB_PWD', false],
    ['LEADPUSH_PASSPHRASE', false],
    ['PARAMANTRA_PASSAGE', true],
    ['constructor', false],
    ['HOME', false],
  ])('${%s} in a subject: %s', async (name, allowed) => {
    desk.write('.leadpushrc', crm({ defaults: `{ channelId: c, repId: r, subject: "\${${name}:-none}" }` }));
    if (allowed) await works({ [name]: 'value' });
    else await refused(new RegExp(`\\$\\{${name}\\} is not allowed here`), { [name]: OTHER });
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('${%s} is not set', async (name) => {
    const file = desk.write('other/c.yaml', crm({ apiKey: `"\${${name}}"` }));
    await refused(new RegExp(`the variable ${name} is not set`), {}, ['--config', file]);
  });

  it('a named file may: a key file, a variable and a ledger from elsewhere', async () => {
    writeFileSync(join(desk.home, 'key'), `${KEY}\n`);
    const defaults = '{ channelId: c, repId: r, subject: "${OTHER_SECRET}" }';
    const text = crm({ apiKey: '', apiKeyFile: join(desk.home, 'key'), defaults }, 'ledger: ../x.db\n');
    const file = desk.write('other/c.yaml', text);
    await works({}, ['--config', file]);
    posted.length = 0;
    await works({ LEADPUSH_CONFIG: file });
    posted.length = 0;
    await works({ LEADPUSH_CONFIG_TEXT: text });
    posted.length = 0;
    desk.write('../home/.config/leadpush/config.yaml', text);
    await works();
  });
});

describe('which one counts', () => {
  it('the flag, then a variable, then what is found', async () => {
    desk.write('.leadpushrc', crm({ appName: 'found' }));
    const file = desk.write('other/c.yaml', crm({ appName: 'named' }));
    await works();
    await send({ LEADPUSH_CONFIG_TEXT: crm({ appName: 'text' }) });
    await send({ LEADPUSH_CONFIG: file });
    await send({ LEADPUSH_CONFIG_TEXT: 'region: AE' }, ['--config', file]);
    expect(posted.map((post) => /"action-on":"(\w+)"/.exec(post)?.[1])).toEqual([
      'found',
      'text',
      'named',
      'named',
    ]);
  });

  it('both variables: exit 2', async () => {
    const file = desk.write('c.yaml', crm());
    await refused(/LEADPUSH_CONFIG and LEADPUSH_CONFIG_TEXT are both set/, {
      LEADPUSH_CONFIG: file,
      LEADPUSH_CONFIG_TEXT: crm(),
    });
  });

  it('paths in a text count from the working directory', async () => {
    writeFileSync(join(below(), 'key'), `${KEY}\n`);
    const text = crm({ apiKey: '', apiKeyFile: 'key' }, 'ledger: own.db\n');
    const args = SEND.filter((word) => word !== '--no-ledger');
    const run = await desk.run(args, { cwd: below(), env: { LEADPUSH_CONFIG_TEXT: text } });
    expect(run).toMatchObject({ status: 0 });
    expect(readFileSync(join(below(), 'own.db')).length).toBeGreaterThan(0);
  });

  it('what is wrong in a text is told with its variable', async () => {
    await refused(/LEADPUSH_CONFIG_TEXT: targets\.crm\.appNam: .*did you mean "appName"/, {
      LEADPUSH_CONFIG_TEXT: crm({ appNam: 'x' }),
    });
  });

  it.each([
    ['a blank for each line break', (text: string) => text.replace(/\n\s*/g, ' ')],
    ['nothing for each line break', (text: string) => text.replace(/\n/g, '')],
    ['a comment above', (text: string) => `# where leads go ${text.replace(/\n/g, ' ')}`],
    ['a backslash and an n', (text: string) => text.replace(/\n/g, '\\n')],
    ['the same in quotes', (text: string) => `"${text.replace(/\n/g, '\\n')}`],
  ])('a text whose line breaks were lost: %s', async (_, lose) => {
    const text = `region: IN\ntimezone: Asia/Kolkata\n${crm()}`;
    await refused(
      /^leadpush: LEADPUSH_CONFIG_TEXT: it is one line with several settings: its line breaks were lost\.\n.*LEADPUSH_CONFIG_TEXT="\$\(cat FILE\)".*JSON/,
      { LEADPUSH_CONFIG_TEXT: lose(text) },
    );
  });

  it.each<[string, (text: string) => string]>([
    ['as YAML', (text) => text],
    ['without its line breaks', (text) => text.replace(/\n\s*/g, ' ')],
    ['as JSON', (text) => JSON.stringify({ targets: { crm: { apiKey: text } } })],
    ['one setting of it', (text) => `  apiKey: ${text.length} ${KEY}`],
  ])('a text where the name of a file belongs is shown by nobody: %s', async (_, as) => {
    const text = as(crm({ apiKey: KEY }));
    const says = (place: string) =>
      `leadpush: ${place}: expected the name of a file, found the text of a configuration.\nPut the text into LEADPUSH_CONFIG_TEXT, or into a file. Nothing was sent.\n`;
    const smoke = ['smoke', '--to', 'crm', '--junit', 'j.xml', '--no-ledger'];
    for (const [args, env, place] of [
      [smoke, { LEADPUSH_CONFIG: text }, 'LEADPUSH_CONFIG'],
      [[...smoke, '--config', text], {}, '--config'],
      [['send', '--phone', '9876543210', '--config', text], {}, '--config'],
      [['runs'], { LEADPUSH_CONFIG: text }, 'LEADPUSH_CONFIG'],
    ] as const) {
      const ran = await desk.run([...args], { env });
      expect(ran).toMatchObject({ status: 2, stdout: '', stderr: says(place) });
    }
    expect(desk.read('j.xml')).toContain('<error');
    expect(desk.read('j.xml')).not.toContain(KEY);
  });

  it.each([
    'smoke.yaml',
    'config/crm.JSON',
    './.leadpushrc',
    '~/leadpush',
    '/run/secrets/leadpush',
    'C:\\crm.yml',
  ])('the name of a file in place of its text: %s', async (text) => {
    await refused(
      /^leadpush: LEADPUSH_CONFIG_TEXT: it holds what looks like the name of a file, not settings\.\nPut the name into LEADPUSH_CONFIG .*--config/,
      { LEADPUSH_CONFIG_TEXT: text },
    );
  });

  it('a text of one line may be JSON, or one setting', async () => {
    const { load } = await import('js-yaml');
    await works({ LEADPUSH_CONFIG_TEXT: JSON.stringify(load(crm())) });
    posted.length = 0;
    for (const text of ['{"targets": {"a": {"provider": "anarock"}', 'targets: { a: { provider: anarock }'])
      await refused(/^leadpush: LEADPUSH_CONFIG_TEXT: line 2: unexpected end of the stream/, {
        LEADPUSH_CONFIG_TEXT: text,
      });
  });

  it('is said by --verbose, check, and where production needs a word', async () => {
    const rc = desk.write('.leadpushrc', crm());
    expect((await send({}, ['-v'])).stderr).toContain(`configuration: ${rc} (found)`);
    expect((await send({ LEADPUSH_CONFIG_TEXT: crm() }, ['-v'])).stderr).toContain(
      'configuration: LEADPUSH_CONFIG_TEXT (named)',
    );
    const check = await desk.run(['check'], { env: { ...env, LEADPUSH_CONFIG_TEXT: crm() } });
    expect(check.stdout).toContain('LEADPUSH_CONFIG_TEXT (named)');
    desk.write('.leadpushrc', crm({ baseUrl: '' }));
    desk.write('leads.csv', 'Name,Phone\nAsha,9876543210\n');
    const run = await desk.run(['send', 'leads.csv', '--to', 'crm'], { env });
    expect(run).toMatchObject({ status: 2, stderr: expect.stringContaining(`of ${rc} (found)`) });
  });
});

describe('the ledger that it names', () => {
  const args = SEND.filter((word) => word !== '--no-ledger');

  it('is used by every command, after the flag and the variable', async () => {
    desk.write('.leadpushrc', crm({}, 'ledger: leads.db\n'));
    const call = { env };
    expect(await desk.run(args, call)).toMatchObject({ status: 0 });
    expect(linesOf((await desk.run(args, call)).stdout)[0]).toMatchObject({ status: 'duplicate' });
    const runs = linesOf((await desk.run(['runs', '--json'], call)).stdout);
    expect(runs).toHaveLength(2);
    const run = String(runs[0]?.['run']);
    expect((await desk.run(['show', run, '--json'], call)).status).toBe(0);
    expect((await desk.run(['report', run, '--html', 'r.html'], call)).status).toBe(0);
    expect((await desk.run(['retry', run], call)).status).toBe(0);
    const other = await desk.run(args, { env: { ...env, LEADPUSH_LEDGER: 'other.db' } });
    expect(linesOf(other.stdout)[0]).toMatchObject({ status: 'created' });
    const third = await desk.run([...args, '--ledger', 'third.db'], {
      env: { ...env, LEADPUSH_LEDGER: 'other.db' },
    });
    expect(linesOf(third.stdout)[0]).toMatchObject({ status: 'created' });
  });

  it('which a variable names is named in what is proposed, as the variables of a job are not set in a shell', async () => {
    const file = desk.write('other/c.yaml', crm());
    const job = { ...env, LEADPUSH_LEDGER: 'job.db', LEADPUSH_CONFIG: file };
    desk.write('bad.csv', 'Name,Phone\nAsha,12\n');
    const bad = await desk.run(['send', 'bad.csv', '--to', 'crm', '--rejects', 'r.csv'], { env: job });
    const words = ['--config', file, '--ledger', 'job.db'];
    expect(bad.stderr).toContain(`leadpush send r.csv --to crm ${words.join(' ')}\n`);
    desk.write('r.csv', 'Name,Phone\nAsha,9876543210\n');
    expect(await desk.run(['send', 'r.csv', '--to', 'crm', ...words], { env })).toMatchObject({ status: 0 });
    for (const args of [['show', '--status', 'invalid'], ['runs']])
      expect(await desk.run(args, { env: { ...env, LEADPUSH_LEDGER: 'job.db' } })).toMatchObject({
        status: 0,
      });
    const none = await desk.run(['show', 'ZZZZ'], { env: job });
    expect(none.stderr).toContain(
      `\`leadpush runs --all ${words.join(' ')}\` lists them all; --ledger FILE names another ledger.`,
    );
  });

  it('runs, show and report find it by --config, too', async () => {
    desk.write('other/c.yaml', crm({}, 'ledger: leads.db\n'));
    const named = ['--config', 'other/c.yaml'];
    expect((await desk.run([...args, ...named], { env })).status).toBe(0);
    const runs = linesOf((await desk.run(['runs', '--json', ...named], { env })).stdout);
    expect(runs).toHaveLength(1);
    const run = String(runs[0]?.['run']);
    expect((await desk.run(['show', run, ...named], { env })).status).toBe(0);
    expect((await desk.run(['report', run, '--html', 'r.html', ...named], { env })).status).toBe(0);
  });

  it.each([
    '~/leads.db',
    '$HOME/leads.db',
    'mysql://user:passw0rd@db.example/leads',
    'postgresql:leads',
    'file:leads.db',
    'libsql://x',
    '""',
  ])('%s: exit 2', async (ledger) => {
    const file = desk.write('other/c.yaml', crm({}, `ledger: ${ledger}\n`));
    expect(await refused(/c\.yaml: ledger: /, {}, ['--config', file])).not.toContain('passw0rd');
  });
});

describe('plain http', () => {
  /** A resolver that says of every name that it is where the spy listens, or nowhere. */
  const resolver = (address: string) => {
    const file = desk.write(
      'names.cjs',
      `require('dns').lookup = (host, options, done) => { require('fs').appendFileSync('asked', host + '\\n');
        process.nextTick(done, null, options && options.all ? [{ address: '${address}', family: 4 }] : '${address}', 4); };`,
    );
    return { NODE_OPTIONS: `--require ${file}` };
  };
  const asked = () => {
    try {
      return readFileSync(join(below(), 'asked'), 'utf8');
    } catch {
      return '';
    }
  };

  it('localhost is connected to by its address; nobody is asked', async () => {
    desk.write('.leadpushrc', crm({ baseUrl: url.replace('127.0.0.1', 'localhost') }));
    await works(resolver('192.0.2.1'));
    const check = await desk.run(['check'], { env: { ...env, ...resolver('192.0.2.1') }, cwd: below() });
    expect(check.status).toBe(0);
    expect(asked()).toBe('');
  });

  it.each(['http://crm.localhost', 'http://localhost.', 'http://127.0.0.1.example', 'http://0.0.0.0'])(
    'not to %s of a found file',
    async (host) => {
      desk.write('.leadpushrc', crm({ baseUrl: `${host}:${new URL(url).port}` }));
      await refused(/baseUrl: plain http is only for loopback/, resolver('127.0.0.1'));
      expect(asked()).toBe('');
    },
  );

  it('to a name below .localhost of a named file only where it is this machine', async () => {
    const file = desk.write('other/c.yaml', crm({ baseUrl: url.replace('127.0.0.1', 'crm.localhost') }));
    const args = ['--config', file, '--retries', '0'];
    await works(resolver('127.0.0.1'), args);
    posted.length = 0;
    const proxy = { HTTP_PROXY: url, http_proxy: url };
    const run = await send({ ...resolver('192.0.2.1'), ...proxy }, args);
    expect(run.status).toBe(4);
    expect(run.stdout).toMatch(/crm\.localhost does not resolve to this machine/);
    expect(posted).toEqual([]);
  });
});

describe('a character that cannot travel', () => {
  it.each<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      'an en dash in a name',
      { appName: '"Skyline \u2013 leads"' },
      /targets\.crm\.appName: holds U\+2013 \(en dash\)/,
    ],
    ['a blank around a name', { appName: '"app "' }, /targets\.crm\.appName: begins or ends with U\+0020/],
    ['a step up in a path', { path: '/api/../admin' }, /targets\.crm\.path: holds/],
    ['a dash in a path', { path: '/api/v0\u2014x' }, /targets\.crm\.path: holds U\+2014/],
  ])('%s', async (_, more, expected) => {
    desk.write('.leadpushrc', crm(more));
    await refused(expected);
  });

  it.each<[string, string, RegExp]>([
    ['an en dash', KEY.replaceAll('-', '\u2013'), /targets\.crm\.apiKey: holds U\+2013/],
    ['a zero-width space', `${KEY}\u200b`, /targets\.crm\.apiKey: holds U\+200B/],
    ['a byte order mark', `\ufeff${KEY}`, /targets\.crm\.apiKey: holds U\+FEFF/],
    ['quotes', `\u201c${KEY}\u201d`, /targets\.crm\.apiKey: holds U\+201C/],
    ['a line break', `${KEY}\n`, /targets\.crm\.apiKey: ends with a line break \(U\+000A\)/],
    ['a blank', ` ${KEY}`, /targets\.crm\.apiKey: begins or ends with U\+0020/],
  ])('in a key: %s', async (_, key, expected) => {
    desk.write('.leadpushrc', crm());
    const stderr = await refused(expected, { PARAMANTRA_API_KEY: key });
    expect(stderr).not.toMatch(/S3cr3t|0123456789/);
  });

  it.each<[string, string, RegExp]>([
    ['..', '..', /targets\.crm\.channel: is "\." or "\.\."/],
    ['an en dash', 'a\u2013b', /targets\.crm\.channel: holds U\+2013/],
    ['a zero-width space', 'a\u200b', /targets\.crm\.channel: holds U\+200B/],
  ])('in a channel: %s', async (_, channel, expected) => {
    desk.write(
      '.leadpushrc',
      `targets: { crm: { provider: anarock, key: k, channel: "${channel}", baseUrl: "${url}" } }`,
    );
    await refused(expected);
  });

  it('in a key file', async () => {
    desk.write('.leadpushrc', crm({ apiKey: '', apiKeyFile: 'key' }));
    desk.write('key', `${KEY}\u2019\n`);
    await refused(/targets\.crm\.apiKeyFile: holds U\+2019/);
  });
});

describe('without --to and defaultTarget', () => {
  const bare = SEND.filter((word) => word !== '--to' && word !== 'crm');

  it('the only target is meant', async () => {
    desk.write('.leadpushrc', crm());
    expect(await desk.run(bare, { env })).toMatchObject({ status: 0 });
  });

  it.each([
    ['no configuration', null, /No target: there is no configuration and no --to\.\n.* leadpush init\. /],
    [
      'one without targets',
      'region: IN\n',
      /No target: \S+\.leadpushrc \(found\) has none, and there is no --to\.\n.* leadpush init --print /,
    ],
  ])('%s is told as it is', async (_, text, words) => {
    if (text !== null) desk.write('.leadpushrc', text);
    const run = await desk.run(bare, { env });
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(run.stderr).toMatch(words);
  });

  it.each([[], ['--dry-run']])('but production has to be named %s', async (...more) => {
    desk.write('.leadpushrc', crm({ baseUrl: '' }));
    const run = await desk.run([...bare, ...more], { env });
    expect(run).toMatchObject({ status: 2, stdout: '' });
    expect(run.stderr).toMatch(/"crm", is a production target[\s\S]*--to crm/);
  });
});

it('a relative HOME makes no folder of a project the user’s own', async () => {
  desk.write('.config/leadpush/config.yaml', crm({ baseUrl: 'https://127.0.0.2.example' }));
  const run = await desk.run(SEND, { env: { ...env, HOME: '.' } });
  expect(run).toMatchObject({ status: 2, stdout: '' });
  expect(run.stderr).toMatch(/There is no target "crm"/);
});

/** No account has this number. */
const NOBODY = 54_321;
/** Root's own folders are closed to others: neither Node nor the program may be in one. */
const mayBeRunByOthers =
  isRoot &&
  spawnSync(process.execPath, ['-e', 'require("fs").accessSync(process.argv[1])', BIN], {
    cwd: '/',
    uid: NOBODY,
    gid: NOBODY,
  }).status === 0;

describe.skipIf(!mayBeRunByOthers)(
  'a user without a home (skipped where only root can read this folder)',
  () => {
    it.each<[string, readonly string[], Readonly<Record<string, string>>, number]>([
      ['works where all is named', [], { LEADPUSH_LEDGER: 'ledger.db' }, 0],
      ['works with the configuration’s ledger', [], { LEDGER: 'ledger: own.db\n' }, 0],
      ['works without a ledger', ['--no-ledger'], {}, 0],
      ['else says what to set', [], {}, 2],
      ['also to runs', ['runs'], {}, 2],
    ])('%s', async (_, more, { LEDGER = '', ...named }, expected) => {
      const file = desk.write('c.yaml', crm({}, LEDGER));
      // The folder above belongs to root.
      const uid = NOBODY;
      for (const path of [dirname(desk.folder), desk.folder, file]) chownSync(path, uid, uid);
      const args = SEND.filter((word) => word !== '--no-ledger');
      const { HOME: _home, ...base } = desk.env({ ...env, ...named, LEADPUSH_CONFIG: file });
      const words = more[0] === 'runs' ? more : [...args, ...more];
      const child = spawn(process.execPath, [BIN, ...words], { cwd: desk.folder, env: base, uid, gid: uid });
      const run = await ended(child);
      expect({ status: run.status, stderr: run.stderr }).toMatchObject({
        status: expected,
        stderr:
          expected === 0
            ? expect.not.stringMatching(/internal error/)
            : expect.stringMatching(/Set HOME.*--ledger/s),
      });
    });
  },
);

it.skipIf(!hasModes)('a working directory that is gone is exit 2', async () => {
  const child = spawn(
    'sh',
    ['-c', 'mkdir gone && cd gone && rmdir ../gone && exec "$0" "$1" runs', process.execPath, BIN],
    {
      cwd: desk.folder,
      env: desk.env(),
    },
  );
  expect(await ended(child)).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^leadpush: the working directory no longer exists/),
  });
});

it('a literal key that others can read gets its warning from every command that uses it', async () => {
  const rc = desk.write('.leadpushrc', crm({ apiKey: 'literal' }));
  chmodSync(rc, 0o644);
  for (const args of [
    SEND,
    ['smoke', '--to', 'crm', '--phone', '9876543210', '--yes'],
    ['sources', '--to', 'crm'],
  ]) {
    const { stderr } = await desk.run(args, { env });
    expect(stderr.match(/others can read it/g)).toHaveLength(1);
  }
});

it('a key file that is gone is told as before', async () => {
  desk.write('.leadpushrc', crm({ apiKey: '', apiKeyFile: 'key' }));
  rmSync(join(desk.folder, 'key'), { force: true });
  await refused(/apiKeyFile: the file cannot be read \(ENOENT\)/);
});

// What strangers wrote (files, a configuration found, answers) and what was typed reaches the screen only as text: no
// escape sequence, no control character, no mark that turns the line round, in whatever command and error it turns up.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workbookOf } from '../input/xlsx/make-xlsx.ts';
import { BIN, Desk, ended, linesOf } from './leadpush.ts';

/** Clipboard, C1, direction, carriage return, and a colour as we use it ourselves. */
const EVIL = '\u001b]52;c;ZXZpbA==\u0007\u009b31m\u202eevil\r8\u2066\u061c\u001b[31m';
/** The same in a text of YAML or JSON. */
const ESCAPED = JSON.stringify(EVIL)
  .slice(1, -1)
  .replace(/[\u007f-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

const STEERS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

let desk: Desk;
let server: Server;
let answer: { status: number; body: unknown } = { status: 200, body: {} };
beforeAll(async () => {
  desk = new Desk();
  server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  desk.write('l.csv', 'Name,Phone\nAsha,9876543210\n');
  desk.write(
    'good.yaml',
    'targets: { t: { provider: paramantra, baseUrl: "http://127.0.0.1:9", apiKey: kkkkkk, appName: a } }\n',
  );
  desk.write(
    'server.yaml',
    `targets:
  a: { provider: anarock, baseUrl: "http://127.0.0.1:${port}", channel: c, key: kkkkkkkk, settleAfter: 0s, retries: 0, testPhone: "+919876543210", defaults: { campaignId: g, sourceId: 1, subSourceId: 8 } }
  n: { provider: anarock, baseUrl: "http://127.0.0.1:${port}", channel: c, key: kkkkkkkk, settleAfter: 0s, retries: 0, defaults: { campaignId: g, sourceId: nosuch, subSourceId: 8 } }
  p: { provider: paramantra, baseUrl: "http://127.0.0.1:${port}", apiKey: kkkkkkkk, appName: app, settleAfter: 0s, retries: 0, defaults: { channelId: c, subject: s, repId: r } }
`,
  );
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  desk.remove();
});

/** Runs a call and checks both streams. @param told whether the evil text is expected, escaped */
async function run(args: readonly string[], told = true, call: Parameters<Desk['run']>[1] = {}) {
  const { stdout, stderr, status } = await desk.run(args, call);
  const said = stdout + stderr;
  const at = said.search(STEERS);
  expect(at < 0 ? null : JSON.stringify(said.slice(Math.max(0, at - 60), at + 20))).toBeNull();
  if (told) expect(said).toMatch(/\\u001b|\\u009b|\\u202e/);
  return { stdout, stderr, status };
}

describe('what was typed', () => {
  it.each<readonly string[]>([
    [EVIL],
    ['send', `--${EVIL}`],
    ['send', 'l.csv', '--to', EVIL],
    ['send', 'l.csv', '--to', 'sandbox-anarock', '--format', EVIL],
    ['send', 'l.csv', '--to', 'sandbox-anarock', '--date-order', EVIL],
    ['send', EVIL, '--to', 'sandbox-anarock'],
    ['send', '--to', 'sandbox-anarock', '--phone', EVIL],
    ['send', '--to', 'sandbox-anarock', '--phone', '9876543210', '--field', EVIL],
    ['check', 'l.csv', '--column', EVIL],
    ['check', 'l.csv', '--column', `Phone=${EVIL}`],
    ['check', 'l.csv', '--column', `Phon${EVIL}=phone`],
    ['check', 'l.csv', '--set', EVIL],
    ['check', 'l.csv', '--set', `${EVIL}=1`],
    ['check', 'l.csv', '--preset', EVIL],
    ['check', 'l.csv', '--encoding', EVIL],
    ['check', 'l.csv', '--delimiter', EVIL],
    ['check', 'l.csv', '--region', EVIL],
    ['check', 'l.csv', '--timezone', EVIL],
    ['check', 'l.csv', '--limit', EVIL],
    ['check', EVIL],
    ['check', '--config', EVIL],
    ['check', '--to', EVIL, '--config', 'good.yaml'],
    ['send', 'l.csv', '--to', 'sandbox-anarock', '--timeout', EVIL],
    ['send', 'l.csv', '--to', 'sandbox-anarock', '--rate', EVIL],
    ['send', 'l.csv', '--to', 'sandbox-anarock', '--output', `no/${EVIL}.csv`],
    ['send', 'l.csv', '--to', 'sandbox-anarock', '--output', `${EVIL}.pdf`],
    ['send', 'l.csv', '--to', 'sandbox-anarock', '--rejects', `no/${EVIL}.csv`],
    ['send', 'l.csv', '--to', 'sandbox-anarock', '--ledger', `l.csv/${EVIL}`],
    ['runs', '--purge', EVIL],
    ['show', EVIL],
    ['retry', EVIL],
    ['report', EVIL, '--html', 'x.html'],
    ['explain', EVIL],
    ['completion', EVIL],
    ['smoke', '--to', EVIL],
    ['verify', '--phone', EVIL, '--to', 'sandbox-anarock'],
    ['verify', '--phone', '9876543210', '--to', EVIL],
    ['sources', '--to', EVIL],
    ['sandbox', '--fault', EVIL],
    ['sandbox', '--port', EVIL],
    ['sandbox', '--latency', EVIL],
    ['init', '--yes', '--provider', EVIL],
    ['init', '--yes', '--environment', EVIL],
    ['help', EVIL],
  ])('%j', async (...args) => {
    await run(args, false);
  });

  it('is shown escaped', async () => {
    expect((await run(['explain', EVIL])).stderr).toContain(
      '\\u001b]52;c;ZXZpbA==\\u0007\\u009b31m\\u202eevil\\u000d8\\u2066',
    );
  });
});

describe('a configuration that was found', () => {
  it.each([
    ['its name of a target', `targets: { "x${ESCAPED}": { provider: anarock, channel: c, key: k } }`],
    ['an unknown setting', `"x${ESCAPED}": 1`],
    [
      'an unknown setting of a target',
      `targets: { t: { provider: anarock, channel: c, key: k, "x${ESCAPED}": 1 } }`,
    ],
    [
      'a setting that is nearly known',
      `targets: { t: { provider: anarock, channel: c, key: k, "concurrenc${ESCAPED}": 1 } }`,
    ],
    ['a provider', `targets: { t: { provider: "x${ESCAPED}" } }`],
    [
      'a default target',
      `defaultTarget: "x${ESCAPED}"\ntargets: { t: { provider: anarock, channel: c, key: k } }`,
    ],
    ['a region', `region: "x${ESCAPED}"`],
    ['a zone', `timezone: "x${ESCAPED}"`],
    ['a column', `columns: { "x${ESCAPED}": nosuch }`],
    ['a field', `columns: { x: "nosuch${ESCAPED}" }`],
    [
      'an address',
      `targets: { t: { provider: anarock, baseUrl: "http://x${ESCAPED}", channel: c, key: k } }`,
    ],
    ['a key file', `targets: { t: { provider: anarock, channel: c, keyFile: "x${ESCAPED}" } }`],
    ['a variable', `targets: { t: { provider: anarock, channel: c, key: "\${X${ESCAPED}}" } }`],
    [
      'a default',
      `targets: { t: { provider: anarock, channel: c, key: k, defaults: { "x${ESCAPED}": 1 } } }`,
    ],
    ['a value', `targets: { t: { provider: anarock, channel: c, key: k, timeout: "x${ESCAPED}" } }`],
    ['YAML that cannot be read', `a: [1,\n"${EVIL}"\n  b: {${EVIL}`],
    ['JSON that cannot be read', `{"a": ${EVIL}`],
    ['an import', `$import: "x${ESCAPED}"`],
  ])('%s', async (_, text) => {
    desk.write('.leadpushrc', `${text}\n`);
    try {
      const calls = [
        ['check'],
        ['send', '--phone', '9876543210', '--json'],
        ['send', 'l.csv', '--to', 't', '--dry-run'],
        ['check', 'l.csv'],
        ['complete', '--', 'send', '--to', ''],
      ];
      await Promise.all(calls.map((args) => run(args, false)));
    } finally {
      desk.write('.leadpushrc', '');
    }
  });

  it('lies in a folder of an evil name', async () => {
    const path = desk.write(`d${EVIL}/.leadpushrc`, 'nosuch: 1\n');
    const cwd = path.slice(0, path.lastIndexOf('/'));
    expect((await run(['check'], true, { cwd })).status).toBe(2);
    expect((await run(['check', '--json'], true, { cwd })).status).toBe(2);
    expect((await run(['check', '--config', path])).status).toBe(2);
    expect((await run(['check'], true, { env: { LEADPUSH_CONFIG: `${path}x` } })).status).toBe(2);
  });
});

describe('a file', () => {
  const rows = Array.from({ length: 30 }, (_, i) => `Asha,98765432${10 + i},x\n`).join('');
  const send = (name: string) => ['send', name, '--to', 'sandbox-anarock', '--no-ledger', '--verbose'];

  it('with headers that are not sent', async () => {
    desk.write('h.csv', `Name,Phone,Junk${EVIL.replace('\r', '')}\n${rows}`);
    await run(send('h.csv'));
    await run(['check', 'h.csv']);
    await run(['check', 'h.csv', '--json']);
    await run([...send('h.csv'), '--dry-run'], false);
    await run([...send('h.csv'), '--json']);
  });

  it('with a title above its header, no phones, two phones', async () => {
    desk.write('t.csv', `Report ${EVIL.replace('\r', '')}\nName,Phone,City\n${rows}`);
    await run(send('t.csv'), false);
    await run(['check', 't.csv'], false);
    desk.write('n.csv', `Name${EVIL.replace('\r', '')},Foo\n${rows}`);
    await run(send('n.csv'));
    desk.write('two.csv', `Phone${EVIL.replace('\r', '')},Campaign id\n${rows}`);
    await run([...send('two.csv'), '--column', `#1=phone`], false);
  });

  it('with cells', async () => {
    desk.write(
      'c.csv',
      `Name,Phone,Budget,Email,Project\n"A${EVIL}","98${EVIL}","1${EVIL}","e${EVIL}","P${EVIL}"\n"B${EVIL}",9876543211,"1${EVIL}","e${EVIL}","P${EVIL}"\n${'Asha Verma of Pune and Mumbai,9876543212,50 lakh,asha@example.org,Sun Towers in Pune\n'.repeat(60)}`,
    );
    // Reading takes out of most cells what steers; what is left of it, in whatever field, is shown escaped.
    const calls = [
      send('c.csv'),
      ['check', 'c.csv'],
      [...send('c.csv'), '--json'],
      ['send', 'c.csv', '--to', 'sandbox-anarock', '--dry-run', '--json'],
      ['send', 'c.csv', '--to', 'sandbox-anarock', '--dry-run'],
    ];
    await Promise.all(calls.map((args) => run(args, false)));
  });

  it('of JSON with keys', async () => {
    desk.write(
      'k.json',
      JSON.stringify([{ phone: '9876543210', [`k${EVIL}`]: EVIL, city: EVIL, nested: { [EVIL]: 1 } }]),
    );
    await run(send('k.json'), false);
    await run(['check', 'k.json'], false);
    desk.write('b.json', `[{"phone": ${EVIL}`);
    await run(send('b.json'), false);
  });

  it('of an evil name', async () => {
    const name = `f${EVIL}.csv`;
    desk.write(name, `Name,Phone\nAsha,1\n`);
    await run(['check', name]);
    await run(send(name));
    await run([...send(name), '--json']);
    await run(['check', `${name}x`]);
    await run(['send', name, '--to', 'sandbox-anarock', '--rejects', `r${EVIL}.csv`, '--ledger', 'led.db']);
    const { stdout } = await run(['runs', '--all', '--json', '--ledger', 'led.db'], false).then(
      async (ran) => (ran.status === 0 ? ran : run(['runs', '--json', '--ledger', 'led.db'])),
    );
    const [one] = linesOf(stdout);
    expect(one?.['files']).toEqual([name]);
    await run(['runs', '--ledger', 'led.db'], false);
    await run(['show', String(one?.['run']), '--ledger', 'led.db']);
  });

  it('that is a workbook with an evil sheet', async () => {
    const cell = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
    const row = (...texts: readonly string[]) => `<row>${texts.map(cell).join('')}</row>`;
    const rows = row('Name', 'Phone', 'J\u202e_x001B_]0;P_x0007_\u009b') + row('A', '9876543210', 'x');
    desk.write('b.xlsx', workbookOf({ sheets: [{ name: 'Le\u009b31m\u202eads', rows }] }));
    await run(['check', 'b.xlsx']);
    await run(['check', 'b.xlsx', '--sheet', 'nosuch']);
    await run(send('b.xlsx'));
  });
});

describe('a provider', () => {
  const calls = (body: unknown, status = 200) => {
    answer = { status, body };
  };
  let phone = 9_876_543_200;
  const send = (to: string, ...more: string[]) => [
    'send',
    '--phone',
    String(phone++),
    '--to',
    to,
    '--config',
    'server.yaml',
    ...more,
  ];

  it('with its ids of leads', async () => {
    calls({ status: 'OK', response: { lead_id: EVIL } });
    await run(send('a', '--ledger', 'ids.db'));
    await run(send('a', '--json'));
    calls([{ status: 'success', unique_id: EVIL }]);
    await run(send('p', '--ledger', 'ids.db'));
    calls([{ status: 'failed', message: 'duplicate_entry', unique_id: EVIL }]);
    await run(send('p', '--ledger', 'ids.db'));
    const { stdout } = await run(['runs', '--json', '--ledger', 'ids.db'], false);
    for (const { run: id } of linesOf(stdout)) {
      await run(['show', String(id), '--ledger', 'ids.db']);
      await run(['report', String(id), '--ledger', 'ids.db', '--html', `${String(id)}.html`], false);
    }
  });

  it.each([400, 401, 402, 422, 500, 550])('with the message of a %i', async (status) => {
    const bodies = [
      { message: EVIL, error: { message: EVIL, [EVIL]: EVIL } },
      EVIL,
      [{ status: EVIL, message: EVIL }],
    ];
    for (const body of bodies) {
      calls(body, status);
      await Promise.all([run(send('a'), false), run(send('p', '--json'), false)]);
    }
  });

  it('with what it has and its sources', async () => {
    calls({
      status: 'OK',
      response: { lead_id: EVIL, source: EVIL, [`k${EVIL}`]: EVIL, extra_details: { leadpush_id: EVIL } },
    });
    await run(['verify', '--phone', '9876543210', '--to', 'a', '--config', 'server.yaml']);
    await run(['verify', '--phone', '9876543210', '--to', 'a', '--config', 'server.yaml', '--json']);
    await run(['smoke', '--to', 'a', '--config', 'server.yaml'], false);
    await run(['smoke', '--to', 'a', '--config', 'server.yaml', '--junit', `j${EVIL}.xml`], false);
    desk.write('one.csv', 'Name,Phone\nAsha,9876543299\nB,9876543298\n');
    await run(['send', 'one.csv', '--to', 'a', '--config', 'server.yaml', '--canary', '--no-ledger'], false);
    calls({ response: [{ id: EVIL, name: EVIL, sub_sources: [{ id: EVIL, name: EVIL }] }] });
    await run(['sources', '--to', 'a', '--config', 'server.yaml']);
    await run(['sources', '--to', 'a', '--config', 'server.yaml', '--json']);
    await run(['check', '--config', 'server.yaml'], false);
    await run(send('n'), false);
  });
});

describe('a line break of a stranger begins no line of ours', () => {
  const FORGED = 'x\nFORGED: all is well';
  const says = async (args: readonly string[]) => {
    const { stdout, stderr } = await desk.run(args);
    expect(stdout + stderr).not.toMatch(/^FORGED/m);
    expect(stdout + stderr).toMatch(/FORGED/);
  };

  it('in a file name, a header, a sheet', async () => {
    desk.write(`${FORGED}.csv`, 'Name,Phone,"J\nFORGED"\nAsha,1,x\n');
    await says(['check', `${FORGED}.csv`]);
    await says(['send', `${FORGED}.csv`, '--to', 'sandbox-anarock', '--no-ledger']);
    await says(['check', `${FORGED}.csv`, '--column', 'Name=phone', '--column', 'Phone=name']);
    await says(['check', `${FORGED}.tsv`]);
    desk.write('f.csv', '"J\nFORGED",x\nAsha,1\n');
    await says(['check', 'f.csv']);
  });

  it.each([
    ['an unknown command', [FORGED]],
    ['an unknown option', [`--${FORGED}`]],
    ['a file', ['send', `${FORGED}.csv`, '--to', 'sandbox-anarock', '--no-ledger']],
    ['a file in a folder', ['check', `${FORGED}/leads.csv`]],
    ['a feed', ['send', `feed:${FORGED}`, '--to', 'sandbox-anarock']],
    ['a run', ['show', FORGED]],
    ['a code', ['explain', FORGED]],
    ['a ledger', ['runs', '--ledger', `/nowhere/${FORGED}`]],
    ['a value behind =', ['check', 'f.csv', `--preset=${FORGED}`]],
    ['one of several targets', ['send', '--phone', '9876543210', '--to', `sandbox-anarock,${FORGED}`]],
    ['a carriage return before it', ['show', 'x\r\nFORGED']],
    ['at the beginning', ['show', '\nFORGED']],
  ])('in an argument: %s', async (_, args) => {
    await says(args);
  });

  it('in the name of the folder', async () => {
    const cwd = join(desk.folder, FORGED);
    mkdirSync(cwd);
    writeFileSync(join(cwd, '.leadpushrc'), 'nosuch: 1\n');
    const { stderr } = await desk.run(['send', '--phone', '9876543210'], { cwd });
    expect(stderr).toMatch(/x FORGED: all is well\/\.leadpushrc: nosuch/);
  });

  it('in the name of a target and a setting', async () => {
    const name = JSON.stringify(FORGED);
    desk.write(
      'f.yaml',
      `targets: { ${name}: { provider: anarock, channel: c, key: k }, b: { provider: anarock, channel: c, key: k } }\n`,
    );
    await says(['send', '--phone', '9876543210', '--config', 'f.yaml']);
    await says(['send', '--phone', '9876543210', '--to', 'nosuch', '--config', 'f.yaml']);
    await says(['send', '--phone', '9876543210', '--to', FORGED, '--config', 'f.yaml']);
    desk.write('f.yaml', `${name}: 1\n`);
    await says(['check', '--config', 'f.yaml']);
  });

  it('in what a provider answers', async () => {
    answer = {
      status: 200,
      body: { status: 'OK', response: { lead_id: FORGED, source: FORGED, extra_details: {} } },
    };
    await says(['send', '--phone', '9876543110', '--to', 'a', '--config', 'server.yaml', '--no-ledger']);
    await says(['verify', '--phone', '9876543210', '--to', 'a', '--config', 'server.yaml']);
    answer = { status: 422, body: { message: FORGED } };
    await says(['send', '--phone', '9876543111', '--to', 'a', '--config', 'server.yaml', '--no-ledger']);
    answer = {
      status: 200,
      body: { response: [{ id: FORGED, name: FORGED, sub_sources: [{ id: FORGED, name: FORGED }] }] },
    };
    await says(['sources', '--to', 'a', '--config', 'server.yaml']);
    await says(['check', '--to', 'n', '--config', 'server.yaml']);
  });
});

/** util-linux: a terminal whose bytes can be read. */
const SCRIPT = 'script';
const hasScript = spawnSync(SCRIPT, ['--version']).error === undefined;

/** Runs a call on a terminal of that many columns. @returns all that the terminal got */
async function onTerminal(args: readonly string[], columns: number): Promise<string> {
  const words = [process.execPath, BIN, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const { stdout } = await ended(
    spawn(SCRIPT, ['-q', '-e', '-c', `stty cols ${columns}; exec ${words.join(' ')}`, '/dev/null'], {
      cwd: desk.folder,
      env: desk.env({ TERM: 'xterm-256color' }),
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  return stdout;
}

describe.skipIf(!hasScript)('on a terminal with colours', () => {
  const send = ['send', 'tty.csv', '--to', 'a', '--config', 'server.yaml', '--no-ledger'];
  beforeAll(() => {
    answer = { status: 200, body: { status: 'OK', response: { lead_id: EVIL } } };
    const rows = Array.from({ length: 30 }, (_, i) => `Asha Verma of Pune and Mumbai,98765431${10 + i},x\n`);
    desk.write('tty.csv', `Name,Phone,J${EVIL.replace('\r', '')}\n${rows.join('')}`);
  });

  it('only ours are there', async () => {
    const got = await onTerminal(send, 100);
    expect(got).toMatch(/\u001b\[3\dm/);
    expect(got).toContain('\\u001b]52;c');
    // Colours, and what the live line needs: column, clearing, cursor, a frame at once.
    const rest = got.replace(/\u001b\[(?:\d*m|\d*[GKJA]|\?25[lh]|\?2026[lh])|\r\n/g, '');
    const at = rest.search(STEERS);
    expect(at < 0 ? null : JSON.stringify(rest.slice(Math.max(0, at - 60), at + 20))).toBeNull();
  });

  it('that nobody has sized there is no live line, and an end', async () => {
    expect(await onTerminal(send, 0)).toMatch(/30 created/);
  });
});

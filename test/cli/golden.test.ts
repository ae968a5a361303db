// Golden transcripts: what every command prints, word for word, with its help, its JSON and its likeliest failures. They
// read as docs: test/cli/golden/*.txt. UPDATE_GOLDEN=1 writes them anew; read the diff before you believe it.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk, type Ended, ROOT, type SandboxProcess, startSandbox } from './leadpush.ts';

const FOLDER = join(import.meta.dirname, 'golden');
const update = process.env['UPDATE_GOLDEN'] !== undefined;

let desk: Desk;
let sandbox: SandboxProcess;

const LEADS = `Name,Mobile No.,Email,City,Budget,Shoe size
Asha Verma,98765 43210,asha@example.com,Pune,50L-1.2 Cr,7
Binu Thomas,9.19877E+11,binu@example.com,Kochi,,8
Chand Ali,9123456780,not-an-address,Delhi,lots,9
Asha V.,+91 9876543210,asha@example.com,Pune,,7
`;

/** Of this transcript's runs, in the order in which they were seen. */
let runs: string[] = [];

/** A desk and a sandbox for each transcript, so that none depends on another. */
beforeEach(async () => {
  runs = [];
  desk = new Desk();
  sandbox = await startSandbox(desk, ['--strict', '--seed', '1']);
  desk.write('leads.csv', LEADS);
  desk.write('good.csv', 'Name,Phone\nDev Rao,9123456781\n');
  desk.write('cities.csv', 'Name,City\nAsha,Pune\n');
  desk.write(
    'leadpush.yaml',
    sandbox.config
      .replace(/^ {2}a:/m, '  greens:\n    testPhone: "+91 99887 76655"')
      .replace(/^ {2}p:/m, '  crm:')
      .replace(/^/, 'defaultTarget: greens\n'),
  );
  desk.write(
    'two.yaml',
    sandbox.config
      .replace(/^ {2}a:/m, '  greens:')
      .concat(
        `  elsewhere: { provider: anarock, baseUrl: ${sandbox.url}, path: /v9/leads, channel: c, key: not-a-real-key, testPhone: '+91 99887 76655' }\n`,
      ),
  );
  desk.write(
    'broken.yaml',
    'targets:\n  greens: { provider: anarock, channel: c, key: "${NO_SUCH_KEY}", concurency: 4 }\n',
  );
});
afterEach(async () => {
  await sandbox.close();
  desk.remove();
});

interface Step {
  readonly args: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly before?: () => void;
}

/** Each command's transcript: its steps share ledger and folder, in this order. `RUN` stands for the newest run, `OLDER` for the one before. */
const TRANSCRIPTS: Readonly<Record<string, readonly Step[]>> = {
  leadpush: [
    { args: '' },
    { args: '--help' },
    { args: '--version' },
    { args: 'snd' },
    { args: '--nonsense' },
  ],
  send: [
    { args: 'send --help' },
    {
      args: "send --to sandbox-anarock --phone '+91 99889 98899' --name 'Rahul Kumar' --budget '50L-1.2 Cr'",
    },
    { args: "send --to sandbox-paramantra --phone '+91 99889 98899' --name 'Rahul Kumar' --json" },
    { args: 'send leads.csv --rejects rejects.csv' },
    { args: 'send leads.csv --json' },
    { args: 'send leads.csv --quiet' },
    { args: 'send leads.csv --rejects rejects.xlsx' },
    { args: 'send leads.csv --repeat -v --resend' },
    { args: "send --phone '98765 4321' --name 'Asha Verma' --budget lots" },
    { args: "send --phone '98765 43210' --to greens,crm --dry-run" },
    { args: "send --phone '98765 43210' --to crm --dry-run --json" },
    { args: 'send' },
    { args: 'send nowhere.csv' },
    { args: 'send cities.csv' },
    { args: 'send good.csv --to gren' },
    { args: 'send good.csv --config broken.yaml --to greens' },
    { args: 'send good.csv --ledger other.db --no-ledger' },
    { args: "send '98765 43210'" },
    { args: 'send good.csv', env: { A_KEY: 'wrong-key-wrong-key' } },
  ],
  check: [
    { args: 'check --help' },
    { args: 'check leads.csv' },
    { args: 'check leads.csv --json' },
    { args: 'check cities.csv' },
    { args: 'check nowhere.csv' },
    { args: 'check' },
    { args: 'check --json' },
    { args: 'check --config broken.yaml' },
    { args: 'check good.csv --to crm' },
    { args: 'check good.csv --config two.yaml' },
    { args: 'check --to elsewhere --config two.yaml' },
  ],
  runs: [
    { args: 'runs --help' },
    { args: 'runs' },
    { args: 'send good.csv --quiet' },
    { args: 'runs' },
    { args: 'runs --json' },
    { args: 'send good.csv --to sandbox-anarock --quiet' },
    { args: 'runs --failed' },
    { args: 'runs --all --limit 1' },
    { args: 'runs --to crm --since 7d' },
    { args: 'runs --purge 90d' },
    { args: 'runs --purge soon' },
    { args: 'runs --ledger leads.csv' },
  ],
  show: [
    { args: 'show --help' },
    { args: 'send leads.csv --quiet' },
    { args: 'show RUN' },
    { args: 'show RUN --status invalid --json' },
    { args: 'show NOSUCH' },
    { args: 'show RUN --status wrong' },
  ],
  history: [
    { args: 'send --to sandbox-anarock --phone 12 --quiet' },
    { args: 'show' },
    { args: 'send leads.csv --concurrency 1', env: { A_KEY: 'wrong-key-wrong-key' } },
    { args: 'runs' },
    { args: 'show' },
    { args: 'retry --settle' },
    { args: 'retry --quiet' },
    { args: 'runs' },
    { args: 'show OLDER' },
    { args: 'report OLDER' },
    { args: 'retry' },
  ],
  retry: [
    { args: 'retry --help' },
    { args: 'send good.csv --quiet', env: { A_KEY: 'wrong-key-wrong-key' } },
    { args: 'retry RUN --json' },
    { args: 'retry RUN' },
    { args: 'retry NOSUCH' },
    { args: 'retry' },
  ],
  report: [
    { args: 'report --help' },
    { args: 'send leads.csv --quiet' },
    { args: 'report RUN --html report.html' },
    { args: 'report RUN' },
    { args: 'report NOSUCH --html report.html' },
  ],
  smoke: [
    { args: 'smoke --help' },
    { args: 'smoke --to greens --junit smoke.xml' },
    { args: 'smoke --to sandbox-paramantra --json' },
    { args: 'smoke --to crm' },
    { args: 'smoke --no-ledger' },
    { args: 'smoke greens' },
    { args: 'smoke --to greens', env: { A_KEY: 'wrong-key-wrong-key' } },
    { args: 'smoke' },
  ],
  verify: [
    { args: 'verify --help' },
    { args: 'send good.csv --quiet' },
    { args: "verify --phone '91234 56781' --to greens" },
    { args: "verify --phone '91234 56781' --to greens --json" },
    { args: "verify --phone '91234 99999' --to greens" },
    { args: "verify --phone '91234 56781' --to crm" },
    { args: 'verify --phone 12 --to greens' },
    { args: "verify '91234 56781'" },
  ],
  sources: [
    { args: 'sources --help' },
    { args: 'sources --to greens' },
    { args: 'sources --to greens --json' },
    { args: 'sources --to crm' },
    { args: 'sources --to gren' },
  ],
  sandbox: [
    { args: 'sandbox --help' },
    { args: 'sandbox --fault nonsense:0.5' },
    { args: 'sandbox --port 99999' },
    { args: 'sandbox --latency soon' },
  ],
  init: [
    { args: 'init --help' },
    { args: 'init --provider anarock --key-variable ANAROCK_KEY --yes' },
    { args: 'init --yes' },
    { args: 'init --provider leadsquared --print' },
    { args: 'init --provider anarok --yes', before: () => rmSync(join(desk.folder, '.leadpushrc')) },
    { args: 'init --provider paramantra --key-file /run/secrets/crm --target crm --json' },
  ],
  config: [
    { args: 'config --help' },
    { args: 'config path' },
    { args: 'config show' },
    { args: 'config path --config broken.yaml' },
  ],
  providers: [{ args: 'providers --help' }, { args: 'providers' }, { args: 'providers anarock' }],
  presets: [
    { args: 'presets --help' },
    { args: 'presets' },
    { args: 'presets --json' },
    { args: 'send good.csv --preset facebook' },
  ],
  explain: [
    { args: 'explain --help' },
    { args: 'explain' },
    { args: 'explain phone-scientific' },
    { args: 'explain ANSWER_LOST --json' },
    { args: 'explain PHONE_SCIENTIFC' },
    { args: 'explain rejected' },
  ],
  completion: [{ args: 'completion --help' }, { args: 'completion' }, { args: 'completion tcsh' }],
};

/** Runs of a transcript by their place: the newest, and the one before it. */
const RUN_WORDS: Readonly<Record<string, (seen: readonly string[]) => string>> = {
  RUN: (seen) => seen.at(-1) ?? 'NONE',
  OLDER: (seen) => seen.at(-2) ?? 'NONE',
};

const WORDS = /'([^']*)'|(\S+)/g;

/** What differs from run to run, by names. */
function normalised(text: string): string {
  const named =
    runs.length === 0 ? text : text.replace(new RegExp(`\\b(?:${runs.join('|')})\\b`, 'g'), 'RUN');
  return named
    .replaceAll(ROOT, 'PROGRAM')
    .replaceAll(desk.folder, 'DIR')
    .replaceAll(desk.home, 'HOME')
    .replaceAll(sandbox.url, 'http://127.0.0.1:PORT')
    .replaceAll(sandbox.anarock.key, 'KEY')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
    .replace(/"durationMs":\d+/g, '"durationMs":0')
    .replace(/\bin \d+\.\d s\b/g, 'in 0.0 s')
    .replace(/ {2,}\d+ ms/g, '  0 ms')
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'INSTANT')
    .replace(/\b\d{4}-\d\d-\d\d \d\d:\d\d\b/g, 'MINUTE')
    .replace(/\bsent \d{4}-\d\d-\d\d\b/g, 'sent DAY')
    .replace(/\(\d+ s apart\)/g, '(N s apart)')
    .replace(/(answered|answers|skew|clock)([^\n"]*?)\b\d+(\.\d+)? m?s\b/g, '$1$2N ms')
    .replace(/[ \t]+$/gm, '');
}

function transcript(args: string, { stdout, stderr, status }: Ended): string {
  const part = (name: string, text: string) =>
    text === '' ? '' : `--- ${name}\n${text.replace(/\n?$/, '\n')}`;
  return `$ leadpush ${args}\n${part('stdout', stdout)}${part('stderr', stderr)}--- status ${status}\n`;
}

/** Runs that a step printed; where it printed nothing, those that its ledger has. */
async function noteRuns(file: string | null, { stdout, stderr }: Ended): Promise<void> {
  const asked = file !== null && existsSync(join(desk.folder, file));
  const ledger = asked ? (await desk.run(['runs', '--json', '--all', '--ledger', file])).stdout : '';
  const seen = [
    ...`${ledger}${stdout}${stderr}`.matchAll(
      /"(?:run|id)":"(\w{8})"|^Run (\w{8}):|\(sent as (\w{8})-\d+\)/gm,
    ),
  ];
  for (const [, inJson, forPeople, ofTest] of seen) {
    const run = inJson ?? forPeople ?? ofTest;
    if (run !== undefined && !runs.includes(run)) runs.push(run);
  }
}

describe.each(Object.keys(TRANSCRIPTS))('%s', (name) => {
  it('prints what its transcript says', async () => {
    const said: string[] = [];
    for (const { args, env = {}, before } of TRANSCRIPTS[name] ?? []) {
      before?.();
      const words = [...args.matchAll(WORDS)].map(([, quoted, bare]) => quoted ?? bare ?? '');
      const run = await desk.run(
        words.map((word) => RUN_WORDS[word]?.(runs) ?? word),
        { env: { LEADPUSH_CONFIG: 'leadpush.yaml', LEADPUSH_LEDGER: `${name}.db`, ...env } },
      );
      await noteRuns(args.includes('--quiet') ? `${name}.db` : null, run);
      said.push(transcript(args, { ...run, stdout: normalised(run.stdout), stderr: normalised(run.stderr) }));
    }
    const text = said.join('\n');
    const path = join(FOLDER, `${name}.txt`);
    if (update) writeFileSync(path, text);
    else expect(text).toBe(existsSync(path) ? readFileSync(path, 'utf8') : '');
  });
});

// The built program, split into chunks: every command finds all of its parts, and an internal error tells the place in
// the source. Commands are taken from the help, so a new one without a harmless call here fails.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Desk, linesOf } from './leadpush.ts';

let desk: Desk;
beforeAll(() => {
  desk = new Desk();
  desk.write('leads.csv', 'Name,Phone\nRahul Kumar,9988998899\n');
});
afterAll(() => desk.remove());

/** A call of each command that harms nothing, its exit status, and a word of what it prints. */
const CALLS: Readonly<Record<string, { args: readonly string[]; status: number; prints: RegExp }>> = {
  send: { args: ['--to', 'sandbox-anarock', '--phone', '9988998899'], status: 0, prints: /created/ },
  retry: { args: ['NOSUCHRUN'], status: 2, prints: /NOSUCHRUN/ },
  runs: { args: ['--all', '--json'], status: 0, prints: /"sandbox-anarock"/ },
  show: { args: ['NOSUCHRUN'], status: 2, prints: /NOSUCHRUN/ },
  report: { args: ['NOSUCHRUN', '--html', 'report.html'], status: 2, prints: /NOSUCHRUN/ },
  check: { args: ['leads.csv', '--json'], status: 0, prints: /leads\.csv/ },
  smoke: { args: ['--to', 'sandbox-anarock', '--json'], status: 0, prints: /"sandbox-anarock"/ },
  // A sandbox of its own has no lead for this phone yet.
  verify: {
    args: ['--to', 'sandbox-anarock', '--phone', '9988998899', '--json'],
    status: 1,
    prints: /"sandbox-anarock"/,
  },
  sources: { args: ['--to', 'sandbox-anarock', '--json'], status: 0, prints: /"sandbox-anarock"/ },
  sandbox: { args: ['--port', 'none'], status: 2, prints: /--port/ },
  init: { args: ['--provider', 'anarock', '--yes', '--json'], status: 0, prints: /\.leadpushrc/ },
  // Of the file that init has just written.
  config: { args: ['show'], status: 0, prints: /targets\.\S+\.key / },
  presets: { args: ['--json'], status: 0, prints: /facebook/i },
  ledger: { args: ['copy', 'none.db', 'x.db'], status: 2, prints: /there is no ledger/ },
  providers: { args: ['--json'], status: 0, prints: /"anarock"/ },
  explain: { args: ['PHONE_SCIENTIFIC'], status: 0, prints: /PHONE_SCIENTIFIC/ },
  completion: { args: ['bash'], status: 0, prints: /leadpush/ },
};

test('every command of the help has its call here', async () => {
  const { stdout } = await desk.run(['--help']);
  const commands = [...stdout.matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name]) => name);
  expect(commands.filter((name) => name !== 'help').sort()).toEqual(Object.keys(CALLS).sort());
});

test.each(Object.keys(CALLS))('%s --help', async (name) => {
  const { stdout, stderr, status } = await desk.run([name, '--help']);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toContain(`leadpush ${name}`);
});

test.each(Object.entries(CALLS))('%s, a harmless call', async (name, { args, status, prints }) => {
  const ended = await desk.run([name, ...args]);
  expect(ended.stderr).not.toContain('internal error');
  expect({ status: ended.status, stderr: ended.stderr }).toMatchObject({ status });
  expect(ended.stdout + ended.stderr).toMatch(prints);
});

test.each(['csv', 'tsv', 'json', 'ndjson'])('a dry run reads %s', async (format) => {
  const input = {
    csv: 'phone\n9988998899\n',
    tsv: 'phone\tname\n9988998899\tRahul\n',
    json: '[{"phone":"9988998899"}]',
    ndjson: '{"phone":"9988998899"}\n',
  }[format];
  const ended = await desk.run(['send', '-', '--to', 'sandbox-paramantra', '--dry-run', '--json'], {
    ...(input === undefined ? {} : { input }),
  });
  expect(ended.stderr).toBe('');
  expect(linesOf(ended.stdout).at(-1)).toMatchObject({ type: 'summary', wouldSend: 1 });
});

test('an internal error tells the place in the source with --verbose', async () => {
  const planted = "Object.defineProperty(process.stdout,'columns',{get(){throw new Error('planted')}})";
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(planted)}` };
  const { stderr, status } = await desk.run(['send', '--help', '--verbose'], { env });
  expect(status).toBe(1);
  expect(stderr).toContain('leadpush: internal error: Error: planted');
  expect(stderr).toMatch(/src\/cli\/program\.ts:\d+:\d+/);
});

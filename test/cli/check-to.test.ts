// `leadpush check FILE --to T` says what `send` would say: the same requirements, in the same words, without a connection.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Desk, type Line, linesOf } from './leadpush.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
  // Nobody listens there.
  desk.write(
    'c.yaml',
    `targets:
  full: { provider: anarock, channel: c, key: k, baseUrl: "http://127.0.0.1:9", defaults: { campaignId: p, sourceId: 1, subSourceId: 8 } }
  bare: { provider: anarock, channel: c, key: k, baseUrl: "http://127.0.0.1:9" }
`,
  );
});
afterEach(() => desk.remove());

const run = (args: readonly string[]) => desk.run([...args, '--config', 'c.yaml']);

it('a column that nothing gives is exit 2, as for send', async () => {
  desk.write('leads.csv', 'Name,Phone\nAsha,98765 43210\n');
  const checked = await run(['check', 'leads.csv', '--to', 'bare']);
  const sent = await run(['send', 'leads.csv', '--to', 'bare', '--dry-run']);
  expect([checked.status, checked.stderr]).toEqual([2, sent.stderr]);
  expect(checked.stderr).toContain('requires campaignId');
  for (const to of [['--to', 'full'], []]) {
    expect((await run(['check', 'leads.csv', ...to])).status).toBe(0);
  }
});

it('records that lack a value are counted as send counts them', async () => {
  desk.write(
    'leads.csv',
    'Name,Phone,Campaign Id,Source Id,Sub Source Id\nAsha,9876543210,p,1,8\nRavi,9876543211,,1,8\nAsha,9876543210,p,1,8\nUma,12,p,1,8\n',
  );
  const options = ['leads.csv', '--to', 'bare', '--column', 'Campaign Id=campaignId', '--json'];
  const checked: Line = linesOf((await run(['check', ...options])).stdout)[0] ?? {};
  const sent: Line = linesOf((await run(['send', ...options, '--dry-run'])).stdout).at(-1) ?? {};
  const counts = (line: Line) =>
    ['wouldSend', 'duplicate', 'invalid', 'skipped'].map((name) => Object(line['counts'] ?? line)[name]);
  expect(counts(sent)).toEqual([1, 1, 2, 0]);
  expect(counts(checked)).toEqual(counts(sent));
  expect(JSON.stringify(checked)).toContain('FIELD_MISSING');
  const without: Line = linesOf((await run(['check', 'leads.csv', '--json'])).stdout)[0] ?? {};
  expect(counts(without)).toEqual([2, 1, 1, 0]);
});

it.each<[what: string, args: readonly string[], ledger: boolean, command: string | null]>([
  ['a named target', ['--to', 'full'], true, 'leadpush send leads.csv --to full --config c.yaml --dry-run'],
  ['no ledger', ['--to', 'full'], false, null],
  ['the sandbox, whose runs have keys of their own', ['--to', 'sandbox-anarock'], true, null],
  ['the target that is proposed', [], true, 'leadpush send leads.csv --config c.yaml --to full --dry-run'],
])('what was sent before is not looked up, and what does is named: %s', async (_, args, ledger, command) => {
  desk.write('leads.csv', 'Name,Phone\nAsha,98765 43210\n');
  // It failed: nobody listens there.
  if (ledger) await run(['send', 'leads.csv', '--to', 'full', '--retries', '0']);
  const { status, stdout } = await run(['check', 'leads.csv', ...args]);
  expect(status).toBe(0);
  expect(stdout).toContain('1 record: 1 would be sent, 0 twice in this input, 0 skipped, 0 invalid\n');
  const line = command === null ? '' : `What was sent before is not looked up; \`${command}\` does.\n`;
  expect(/^What was sent before.*\n/m.exec(stdout)?.[0] ?? '').toBe(line);
  if (command !== null) expect((await desk.paste(command)).stderr).toContain('1 would be sent');
});

it('a target that does not exist is exit 2', async () => {
  desk.write('leads.csv', 'Name,Phone\nAsha,98765 43210\n');
  const { status, stderr } = await run(['check', 'leads.csv', '--to', 'ful']);
  expect([status, stderr]).toEqual([2, expect.stringContaining('did you mean "full"')]);
});

it.each<[what: string, config: string, expected: string, others: string | null]>([
  ['the first that would take it', 'FULL, bare, SPARE', '--to full', 'bare, spare'],
  ['one with all that it requires', 'bare, FULL', '--to full', 'bare'],
  ['no production where there is another', 'LIVE, FULL', '--to full', 'live'],
  ['the only one is not named', 'FULL', '', null],
  ['the only one is production', 'LIVE', '--to live', null],
  ['the default is not named', 'FULL, SPARE, default', '', null],
])('the proposed command names a target where `send` needs one: %s', async (_, given, expected, others) => {
  const full =
    'provider: anarock, channel: c, key: k, defaults: { campaignId: p, sourceId: 1, subSourceId: 8 }';
  const TARGETS: Readonly<Record<string, string>> = {
    FULL: `  full: { ${full}, baseUrl: "http://127.0.0.1:9" }`,
    SPARE: `  spare: { ${full}, baseUrl: "http://127.0.0.1:9" }`,
    bare: '  bare: { provider: anarock, channel: c, key: k, baseUrl: "http://127.0.0.1:9" }',
    LIVE: `  live: { ${full}, environment: production }`,
  };
  const names = given.split(', ');
  const targets = names.flatMap((name) => TARGETS[name] ?? []);
  const top = names.includes('default') ? 'defaultTarget: spare\n' : '';
  desk.write('c.yaml', `${top}targets:\n${targets.join('\n')}\n`);
  desk.write('leads.csv', 'Name,Phone\nAsha,98765 43210\n');
  const { stdout } = await run(['check', 'leads.csv']);
  const [, command = ''] = /^Next: (leadpush .*)$/m.exec(stdout) ?? [];
  expect(command).toBe(
    `leadpush send leads.csv --config c.yaml${expected === '' ? '' : ` ${expected}`} --dry-run`,
  );
  expect(/with another target for --to: (.*)$/m.exec(stdout)?.[1] ?? null).toBe(others);
  expect((await desk.paste(command)).stderr).toContain('1 would be sent');
});

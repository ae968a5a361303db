// The zone of the times that runs, show, report and send tell.
import { beforeAll, expect, it } from 'vitest';
import { shortTime } from '../../src/output/short-time.ts';
import { deskWithSandbox } from './desk-with-sandbox.ts';

const { desk, sandbox } = await deskWithSandbox();

beforeAll(async () => {
  desk.write('c.yaml', `timezone: America/New_York\n${sandbox.config}`);
  desk.write('leads.csv', 'Name,Phone\nAsha,9876543210\nBinu,12\n');
  await desk.run(['send', 'leads.csv', '--to', 'a', '--config', 'c.yaml', '--ledger', 'l.db']);
});

const STAMP = /\d{4}-\d\d-\d\d \d\d:\d\d/;

it.each<[string, readonly string[], zone: string]>([
  ['the configured zone', ['--config', 'c.yaml'], 'America/New_York'],
  ['the default zone where there is no configuration', [], 'Asia/Kolkata'],
])('report, runs and show tell times in %s, and name it', async (_, config, zone) => {
  const call = (...args: readonly string[]) => desk.run([...args, ...config, '--ledger', 'l.db']);
  const runs = await call('runs');
  expect(runs.stdout).toContain(`  STARTED (${zone})  `);
  const [started = ''] = STAMP.exec(runs.stdout) ?? [];
  const show = await call('show');
  expect(show.stderr).toContain(` of ${started} ${zone}: leads.csv to a.\n`);
  const none = await call('show', 'XX');
  expect(none.stderr).toContain(`(${started} ${zone})`);
  await call('report', '--html', 'z.html');
  expect(desk.read('z.html')).toContain(`${started} ${zone}`);
  const [[json = '']] = [(await call('runs', '--json')).stdout.split('\n')];
  const { startedAt } = JSON.parse(json);
  expect(started).toBe(shortTime(startedAt, zone));
  // A time without an offset is of the same zone: what the list shows finds its run.
  const since = async (time: string) => (await call('runs', '--json', '--since', time)).stdout !== '';
  const [day = '', time = ''] = started.split(' ');
  expect([await since(`${day} ${time}`), await since(`${day}T${time}:00`), await since(day)]).toEqual([
    true,
    true,
    true,
  ]);
  expect([await since(startedAt), await since(`${day}T23:59:59.999`)]).toEqual([true, false]);
});

it.each(['Pacific/Kiritimati', 'Pacific/Pago_Pago'])(
  'a lead was sent before on a day of %s',
  async (zone) => {
    // Between the two are 25 hours, so one of them is never the day of UTC.
    desk.write('far.yaml', desk.read('c.yaml').replace('America/New_York', zone));
    const call = (...args: readonly string[]) =>
      desk.run([...args, '--to', 'a', '--config', 'far.yaml', '--ledger', 'l.db']);
    const [line = ''] = (await call('send', 'leads.csv', '--json')).stdout.split('\n');
    const { duplicateOf } = JSON.parse(line);
    const day = ` sent ${shortTime(duplicateOf.at, zone).slice(0, 10)} in run `;
    const again = await call('send', 'leads.csv');
    expect(again.stdout).toContain(day);
    expect((await call('send', 'leads.csv', '--dry-run')).stdout).toContain(day);
    const shown = await desk.run(['show', '--config', 'far.yaml', '--ledger', 'l.db']);
    expect(shown.stdout).toContain(day);
  },
);

it('runs of a named ledger are listed beside a configuration that is wrong', async () => {
  desk.write('wrong.yaml', 'targetz: {}\n');
  const ended = await desk.run(['runs', '--config', 'wrong.yaml', '--ledger', 'l.db']);
  expect(ended).toMatchObject({ status: 0, stdout: expect.stringContaining('STARTED (Asia/Kolkata)') });
});

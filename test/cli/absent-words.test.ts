// What is said where the provider has no such lead: how often it was asked, and what a 404 may mean beside that.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk, linesOf, type SandboxProcess, startSandbox } from './leadpush.ts';

let desk: Desk;
let sandbox: SandboxProcess;
beforeEach(() => {
  desk = new Desk();
});
afterEach(async () => {
  await sandbox.close();
  desk.remove();
});

const LEAD = ['send', '--to', 'a', '--phone', '+919820010001', '--name', 'Asha'] as const;
const PLACES = ['--config', 'c.yaml', '--ledger', 'l.db'] as const;

/** @param change of the configuration */
async function start(
  faults: readonly string[],
  change: (config: string) => string = (same) => same,
  more: readonly string[] = [],
) {
  sandbox = await startSandbox(desk, [
    ...more,
    ...(faults.length === 0 ? [] : ['--fault', faults.join(',')]),
  ]);
  const limits = 'settleAfter: 100ms\n    retries: 1\n    timeout: 1s';
  desk.write('c.yaml', change(sandbox.config.replaceAll('baseUrl:', `${limits}\n    baseUrl:`)));
}

const elsewhere = (config: string) => config.replace(/channel: .*/, 'channel: other');

describe('a 404 that says "no such lead"', () => {
  const also = 'no lead, or a mistake in channel or baseUrl';

  it('may be a wrong channel: verify', async () => {
    await start([], elsewhere);
    const verify = ['verify', '--to', 'a', '--phone', '+919820010001', '--config', 'c.yaml'];
    const { status, stdout } = await desk.run(verify);
    expect({ status, stdout }).toEqual({ status: 1, stdout: `+9198*****001 at a: answered 404: ${also}.\n` });
    const [line] = linesOf((await desk.run([...verify, '--json'])).stdout);
    expect(line).toMatchObject({ found: 'absent', message: `HTTP 404: ${also}` });
  });

  it('may be a wrong channel: retry --settle', async () => {
    await start(['reset:1', 'ask-500:1']);
    expect((await desk.run([...LEAD, ...PLACES])).status).toBe(5);
    const { url } = sandbox;
    await sandbox.close();
    // As after a mistake in it: nothing is sent under a new key.
    await start([], (config) => config, ['--port', new URL(url).port]);
    const { stdout } = await desk.run(['retry', '--settle', ...PLACES]);
    expect(stdout).toContain(
      `Not sent: asked about it twice, 0.1 s apart, the provider answers HTTP 404: ${also}`,
    );
    expect(stdout).toContain('and --settle only asks.');
  }, 30_000);

  it('is not asked for with a channel that the lead was not sent to: retry --settle leaves it unknown', async () => {
    await start(['lost:1', 'ask-500:1']);
    expect((await desk.run([...LEAD, ...PLACES])).status).toBe(5);
    const right = desk.read('c.yaml');
    await fetch(`${sandbox.url}/__sandbox/faults`, { method: 'POST', body: '' });
    for (let again = 0; again < 2; again++) {
      desk.write('c.yaml', elsewhere(right));
      const { status, stdout, stderr } = await desk.run(['retry', '--settle', ...PLACES]);
      expect(stdout).toContain('It may have arrived: it was sent with another channel, address or account');
      expect(stdout).toContain('(--config FILE)');
      expect({ status, sent: /safe|not sent/.test(`${stdout}${stderr}`) }).toEqual({
        status: 5,
        sent: false,
      });
      // Nor does it send what it could not ask about.
      expect((await desk.run(['retry', ...PLACES])).stderr).toContain('Nothing to retry.');
    }
    desk.write('c.yaml', right);
    expect((await desk.run(['retry', '--settle', ...PLACES])).status).toBe(0);
    const { stderr } = await desk.run(['runs', ...PLACES]);
    expect(stderr).toContain('all settled by run');
    expect(await sandbox.leads()).toHaveLength(1);
  }, 30_000);

  it('is no mistake at a built-in sandbox target', async () => {
    await start([]);
    const verify = ['verify', '--to', 'sandbox-anarock', '--phone', '+919820010001'];
    expect((await desk.run(verify)).stdout).toBe('+9198*****001 at sandbox-anarock: no lead.\n');
  });
});

describe('a lead that was given up says how it is known not to have arrived', () => {
  it.each([
    ['reset:1', 'Asked about it twice, 0.1 s apart, the provider has no such lead. Gave up after 2 tries'],
    ['500:1', 'Asked about it, the provider has no such lead. Gave up after 2 tries'],
  ])(
    '%s',
    async (fault, expected) => {
      await start([fault]);
      const { status, stdout } = await desk.run([...LEAD, ...PLACES]);
      expect({ status, stdout }).toMatchObject({
        status: 1,
        stdout: expect.stringContaining('PROVIDER_ERROR'),
      });
      expect(stdout.replace(/\s+/g, ' ')).toContain(expected);
    },
    30_000,
  );
});

describe('all rows rejected for one reason', () => {
  const rows = ['Name,Phone', 'Asha,+919820010001', 'Ravi,+919820010002', 'Binu,+919820010003'];

  it.each([
    ['', []],
    [' with --rejects', ['--rejects', 'r.csv']],
  ])(
    'is a setting of the target, and no row is to be fixed%s',
    async (_, more) => {
      await start([], elsewhere);
      desk.write('l.csv', rows.join('\n'));
      const { status, stderr } = await desk.run(['send', 'l.csv', '--to', 'a', ...PLACES, ...more]);
      expect({ status, stderr }).toMatchObject({
        status: 1,
        stderr: expect.stringContaining(
          'a setting of the target may be wrong.\nNext: leadpush check --to a --config c.yaml\n  then, when it is corrected: leadpush retry',
        ),
      });
      desk.write(
        'c.yaml',
        desk.read('c.yaml').replace('channel: other', `channel: ${sandbox.anarock.channel}`),
      );
      const [, retry = ''] = /corrected: (.*)/.exec(stderr) ?? [];
      expect((await desk.paste(retry)).status).toBe(0);
      expect(await sandbox.leads()).toHaveLength(3);
    },
    30_000,
  );

  it('is told from a row that is to be fixed', async () => {
    await start([]);
    desk.write('l.csv', [...rows, 'Omar,12'].join('\n'));
    const { stderr } = await desk.run(['send', 'l.csv', '--to', 'a', ...PLACES]);
    expect(stderr).toContain('Next: add --rejects rejects.csv');
  });
});

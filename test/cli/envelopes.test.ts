// JSON as systems send it, through the program: envelopes, --records, gzipped files, shortcuts, and how much memory a
// long envelope takes.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { eachTest } from './each-test.ts';
import { type Desk, linesOf } from './leadpush.ts';

let desk: Desk;
eachTest((ownDesk) => {
  desk = ownDesk;
});

const send = (...args: readonly string[]) =>
  desk.run(['send', ...args, '--to', 'sandbox-anarock', '--dry-run', '--json']);
const phones = (stdout: string) =>
  linesOf(stdout).flatMap((line) => {
    const { lead } = line;
    return typeof lead === 'object' && lead !== null && 'phone' in lead ? [lead.phone] : [];
  });

const TWO = JSON.stringify({
  phone: '02226116111',
  data: { leads: [{ name: 'A', mobile: '9000831041' }], callbacks: [{ name: 'B', mobile: '9000831043' }] },
});

describe('two lists', () => {
  it('exit 2 with the command that decides, which then works as printed', async () => {
    desk.write('two.json', TWO);
    const refused = await send('two.json');
    expect(refused.status).toBe(2);
    const [option = ''] = /--records \S+/.exec(refused.stderr) ?? [];
    expect(option).toBe('--records data.leads');
    const done = await send('two.json', ...option.split(' '));
    expect(phones(done.stdout)).toEqual(['+919000831041']);
    expect(done.stderr).toContain('data.leads');
  });

  it('on stdin, too, and with a path that is not there', async () => {
    const done = await desk.run(
      ['send', '-', '--records', 'data.callbacks', '--to', 'sandbox-anarock', '--dry-run', '--json'],
      { input: TWO },
    );
    expect(phones(done.stdout)).toEqual(['+919000831043']);
    desk.write('two.json', TWO);
    const refused = await send('two.json', '--records', 'data.lead');
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(/data\.leads, data\.callbacks/);
  });
});

it('a gzipped envelope is read, and check says which list', async () => {
  desk.write(
    'leads.json.gz',
    gzipSync(JSON.stringify({ phone: '02226116111', RESPONSE: [{ phone: '9000831041' }] })),
  );
  expect(phones((await send('leads.json.gz')).stdout)).toEqual(['+919000831041']);
  expect((await desk.run(['check', 'leads.json.gz'])).stdout).toContain('RESPONSE');
});

it('a shortcut is refused, with what to download', async () => {
  desk.write('october.gsheet', '{"doc_id":"x"}');
  const refused = await send('october.gsheet');
  expect(refused.status).toBe(2);
  expect(refused.stderr).toMatch(/Google[\s\S]*(xlsx|CSV)/);
});

it('NaN is said once', async () => {
  desk.write('n.json', '[{"phone":"9000831041","email":NaN},{"phone":"9000831042","email":NaN}]');
  const done = await send('n.json');
  expect(done.stderr.match(/NaN/g)).toHaveLength(1);
  expect(phones(done.stdout)).toHaveLength(2);
});

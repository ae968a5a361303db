// Links that another user left in a folder like /tmp, under a name that we are told to write to.
import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Desk, linesOf } from './leadpush.ts';

const isRoot = process.getuid?.() === 0;
const STRANGER = 65_534;
const VICTIM = 'not to be replaced';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
  desk.write('leads.csv', 'Phone,Name\n9876543210,Asha\n12,Bad\n');
});
afterEach(() => desk.remove());

const SEND = ['send', 'leads.csv', '--to', 'sandbox-paramantra'] as const;
/** Each option that names a file to write, and a call with it. */
const WRITERS: readonly (readonly [option: string, call: readonly string[]])[] = [
  ['--output', [...SEND, '--no-ledger']],
  ['--rejects', [...SEND, '--no-ledger']],
  ['--html', ['report', 'RUN', '--ledger', 'ledger.db']],
  ['--junit', ['smoke', '--to', 'sandbox-anarock']],
  ['--ledger', SEND],
];

/** A folder of this mode with a link of that owner in it. */
function linked(mode: number, owner: number, content: string | null) {
  const folder = join(desk.folder, 'shared');
  mkdirSync(folder);
  chmodSync(folder, mode);
  const victim = join(desk.home, 'victim');
  if (content !== null) writeFileSync(victim, content);
  const link = join(folder, 'results.csv');
  symlinkSync(victim, link);
  lchownSync(link, owner, owner);
  return { link, victim };
}

describe.skipIf(!isRoot)('another user’s link in a folder that everybody may write to', () => {
  it.each(WRITERS)(
    '%s: exit 2 before anything is sent, and its file stays as it was',
    async (option, call) => {
      const { stdout: sent } = await desk.run([...SEND, '--ledger', 'ledger.db', '--json']);
      const run = String(linesOf(sent)[0]?.['run']);
      const { link, victim } = linked(0o1777, STRANGER, option === '--ledger' ? '' : VICTIM);
      const { status, stdout, stderr } = await desk.run([
        ...call.map((word) => (word === 'RUN' ? run : word)),
        option,
        link,
      ]);
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(/link that another user left in a folder that every user may write to/);
      expect(readFileSync(victim, 'utf8')).toBe(option === '--ledger' ? '' : VICTIM);
    },
  );

  it('a link to a link of theirs is one, too', async () => {
    const { link, victim } = linked(0o1777, STRANGER, VICTIM);
    const own = join(desk.folder, 'own.csv');
    symlinkSync(link, own);
    expect((await desk.run([...SEND, '--no-ledger', '--output', own])).status).toBe(2);
    expect(readFileSync(victim, 'utf8')).toBe(VICTIM);
  });

  it('a link to a file that does not exist creates none', async () => {
    const { link, victim } = linked(0o1777, STRANGER, null);
    expect((await desk.run([...SEND, '--no-ledger', '--output', link])).status).toBe(2);
    expect(existsSync(victim)).toBe(false);
  });

  it.each([
    ['one’s own link there', 0o1777, 0],
    ['their link where only we may write', 0o755, STRANGER],
  ])('%s is followed', async (_, mode, owner) => {
    const { link, victim } = linked(mode, owner, VICTIM);
    const { status } = await desk.run([...SEND, '--no-ledger', '--output', link]);
    expect(status).toBe(1);
    expect(readFileSync(victim, 'utf8')).toMatch(/leadpush_status/);
  });
});

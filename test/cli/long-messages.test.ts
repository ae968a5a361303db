// What a message lists is as long as a stranger's file; the message is not.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { workbookOf } from '../input/xlsx/make-xlsx.ts';
import { Desk } from './leadpush.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.remove());

const names = (count: number, length: number) =>
  Array.from({ length: count }, (_, i) => `x${i}`.padEnd(length, 'y'));

it.each<[string, () => readonly string[]]>([
  [
    'headers without a phone',
    () => {
      desk.write('wide.csv', `${names(10_000, 50).join(',')}\n${'1,'.repeat(9_999)}1\n`);
      return ['send', 'wide.csv', '--to', 'sandbox-anarock'];
    },
  ],
  [
    'columns that are not sent',
    () => {
      desk.write('wide.csv', `Phone,${names(10_000, 50).join(',')}\n9876543210${',1'.repeat(10_000)}\n`);
      return ['send', 'wide.csv', '--to', 'sandbox-paramantra', '--no-ledger'];
    },
  ],
  [
    'a sheet of a name without end',
    () => {
      const rows = '<row><c t="inlineStr"><is><t>a</t></is></c></row>';
      const sheets = names(3, 9_000).map((name) => ({ name, rows }));
      desk.write('book.xlsx', workbookOf({ sheets }));
      return ['send', 'book.xlsx', '--to', 'sandbox-anarock'];
    },
  ],
  [
    'settings that there are not',
    () => {
      desk.write(
        '.leadpushrc',
        names(5_000, 20)
          .map((name) => `${name}: 1\n`)
          .join(''),
      );
      return ['send', '--phone', '9876543210', '--to', 'sandbox-anarock'];
    },
  ],
  [
    'a setting of a name without end',
    () => {
      desk.write('.leadpushrc', `? ${'x '.repeat(400_000)}\n: 1\n`);
      return ['send', '--phone', '9876543210', '--to', 'sandbox-anarock'];
    },
  ],
])('%s', async (_, call) => {
  const { stderr } = await desk.run(call());
  expect(stderr).not.toMatch(/internal error/);
  const lines = stderr.split('\n');
  expect(lines.length).toBeLessThan(210);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(8_001);
  expect(stderr).toMatch(/…|and [\d,]+ more/);
});

// When a lead made contact, where it takes more than one cell to say: a time column, a zone in the header.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAll } from './read-all.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leadpush-dates-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const AT = '2026-10-05T08:33:22.000Z';

test.each([
  // header, cells, instant; zone: Asia/Kolkata
  ['Date;Time', '05/10/2026;14:03:22', AT],
  ['Date;Time', '46300;14:03:22', AT],
  ['Date;Time', '46300;0.585671296', AT],
  ['Date;Time', '46300.0;.585671296', AT],
  ['Date;Time', '46300;', '2026-10-04T18:30:00.000Z'],
  ['Date Submitted;Time Submitted', '2026-10-05;08:33:22 AM UTC', AT],
  ['Submit Date (UTC)', '2026-10-05 08:33:22', AT],
  ['Submit Date (UTC)', '2026-10-05 14:03:22 IST', AT],
  ['Submit Date (UTC)', '2026-10-05T14:03:22+05:30', AT],
  ['Submit Date (UTC)', '1791189202', AT],
  ['Create Date (GMT+5:30)', '2026-10-05 14:03:22', AT],
  ['Created At (GMT+4)', '05/10/2026 12:33:22', AT],
  ['Created At (IST)', 'Oct 5, 2026 2:03:22 PM', AT],
  ['Created At (IST)', '', undefined],
])('%s: %s', async (header, cells, instant) => {
  const path = join(folder, 'dates.csv');
  writeFileSync(path, `Phone;${header}\n9000100001;${cells}\n`);
  const { rows } = await readAll(path);
  expect(rows[0]?.result).toMatchObject({ kind: 'lead' });
  expect(rows[0]?.result.kind === 'lead' && rows[0].result.lead.contactedAt).toBe(instant);
});

// The table by source and campaign below a file's summary.
import { expect, it } from 'vitest';
import type { Status } from '../../src/delivery/outcome.ts';
import { GroupCounts } from '../../src/output/groups-table.ts';

type Shown = Status | 'not sent';
type Lead = readonly [source: string | null, campaign: string | null, status: Shown, count: number];

const NOT_SENT = { field: null, code: 'NOT_SENT', message: '' } as const;

function table(leads: readonly Lead[], width: number | null = null, showPii = false): string {
  const counts = new GroupCounts();
  for (const [source, campaign, shown, count] of leads) {
    const never = { status: 'failed', attempts: 0, errors: [NOT_SENT] } as const;
    const ended = shown === 'not sent' ? never : { status: shown, attempts: 1, errors: [] };
    for (let i = 0; i < count; i++) counts.add({ source, campaign, ...ended });
  }
  return counts.text(showPii, width);
}

const TWO: readonly Lead[] = [
  ['99acres', 'Green Acres', 'created', 1200],
  ['99acres', 'Green Acres', 'duplicate', 30],
  ['Facebook', 'Monsoon Offer Pune West', 'created', 5],
  ['Facebook', 'Monsoon Offer Pune West', 'invalid', 3],
  ['Facebook', 'Monsoon Offer Pune West', 'unknown', 2],
];

it.each<[string, string, string]>([
  [
    'no terminal width',
    table(TWO),
    `SOURCE    CAMPAIGN                 LEADS  CREATED  DUPLICATE  PROBLEMS
99acres   Green Acres              1,230    1,200         30
Facebook  Monsoon Offer Pune West     10        5          0   5 (50%)
`,
  ],
  [
    '60 columns: the campaign is cut',
    table(TWO, 60),
    `SOURCE    CAMPAIGN       LEADS  CREATED  DUPLICATE  PROBLEMS
99acres   Green Acres    1,230    1,200         30
Facebook  Monsoon Offe…     10        5          0   5 (50%)
`,
  ],
  [
    '50 columns: the source, too',
    table(TWO, 50),
    `SOURCE  CAMP…  LEADS  CREATED  DUPLICATE  PROBLEMS
99acr…  Gree…  1,230    1,200         30
Faceb…  Mons…     10        5          0   5 (50%)
`,
  ],
  [
    'what was skipped and what was not sent has columns where there is any: a row adds up',
    table([...TWO, [null, null, 'skipped', 1], ['Facebook', 'Monsoon Offer Pune West', 'not sent', 1500]]),
    `SOURCE    CAMPAIGN                 LEADS  CREATED  DUPLICATE  SKIPPED  NOT SENT  PROBLEMS
Facebook  Monsoon Offer Pune West  1,510        5          0        0     1,500    5 (1%)
99acres   Green Acres              1,230    1,200         30        0         0
(none)    (none)                       1        0          0        1         0
`,
  ],
  ['nothing is known', table([[null, null, 'created', 5]]), ''],
  ['no lead', table([]), ''],
])('%s', (_, text, expected) => expect(text).toBe(expected));

it('a phone in a name is masked unless asked for', () => {
  const leads: readonly Lead[] = [['call 9876543210', null, 'created', 1]];
  expect(table(leads)).not.toContain('9876543210');
  expect(table(leads, null, true)).toContain('9876543210');
});

it('many groups: the largest, and the others together', () => {
  const leads = Array.from({ length: 5000 }, (_, i): Lead => [`s${i}`, null, 'created', i === 7 ? 9 : 1]);
  const lines = table(leads).trimEnd().split('\n');
  expect(lines).toHaveLength(11);
  expect(lines[1]).toMatch(/^s7 .* 9 /);
  const leadsOf = (line: string) => Number(/ {2}([\d,]+) /.exec(line)?.[1]?.replaceAll(',', ''));
  expect(lines.slice(1).reduce((sum, line) => sum + leadsOf(line), 0)).toBe(5008);
});

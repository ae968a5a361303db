// The lines of results on a terminal.
import { describe, expect, it } from 'vitest';
import type { Result } from '../../src/delivery/outcome.ts';
import { streamStyle } from '../../src/output/style.ts';
import { type HumanView, humanLines } from '../../src/output/terminal.ts';
import { counted } from '../../src/util/counted.ts';

const VIEW: HumanView = {
  style: streamStyle({}, {}),
  showPii: false,
  verbose: false,
  manyTargets: false,
};

function failed(code: 'NOT_SENT' | 'PROVIDER_ERROR', attempts: number): Result {
  return {
    run: 'RUN',
    seq: 0,
    file: 'leads.csv',
    record: 1,
    line: 2,
    target: 'crm',
    provider: 'anarock',
    status: 'failed',
    phone: '+919876543210',
    name: 'Asha',
    externalId: null,
    source: null,
    campaign: null,
    cell: null,
    leadId: null,
    duplicateOf: null,
    errors: [{ field: null, code, message: 'Why.' }],
    warnings: [],
    attempts,
    durationMs: 0,
  };
}

describe('a lead that failed', () => {
  it.each<[string, Result, string]>([
    ['was never tried', failed('NOT_SENT', 0), 'leads.csv:2  · not sent   Asha'],
    ['was tried before its target stopped', failed('NOT_SENT', 1), 'leads.csv:2  ✗ failed     Asha'],
    ['was not accepted', failed('PROVIDER_ERROR', 5), 'leads.csv:2  ✗ failed     Asha'],
  ])('%s', (_, result, start) => {
    const [line = '', why] = humanLines(result, VIEW, new Set());
    expect(line.startsWith(start)).toBe(true);
    expect(why).toBe(`    ${result.errors[0]?.code} Why.`);
  });
});

it('a warning is told from an error without colours', () => {
  const warned: Result = {
    ...failed('PROVIDER_ERROR', 5),
    warnings: [{ field: 'Budget', code: 'BUDGET_UNPARSED', message: 'Odd.' }],
  };
  const [, ...lines] = humanLines(warned, VIEW, new Set());
  expect(lines).toEqual(['    PROVIDER_ERROR Why.', '    warning BUDGET_UNPARSED Budget: Odd.']);
});

describe('a row that was not sent', () => {
  const invalid: Result = {
    ...failed('NOT_SENT', 0),
    status: 'invalid',
    phone: null,
    cell: '98765 4321x',
    externalId: 'p:987654321',
    source: 'facebook',
    campaign: 'Call 98765 43219',
    ownOrigin: ['facebook', 'Call 98765 43219'],
    errors: [],
  };

  it.each<[string, Partial<Result>, Partial<HumanView>, string]>([
    ['its phones masked', {}, {}, 'Asha "9**** *321x"  id p:9*****321, facebook, Call 98*** **219'],
    [
      'whole with --show-pii',
      {},
      { showPii: true },
      'Asha "98765 4321x"  id p:987654321, facebook, Call 98765 43219',
    ],
    ['only the defaults of the target', { ownOrigin: [] }, {}, 'Asha "9**** *321x"  id p:9*****321'],
    [
      'an id that is no phone',
      { externalId: '4711', cell: '12' },
      {},
      'Asha "12"  id 4711, facebook, Call 98*** **219',
    ],
    [
      'nothing is known',
      { name: null, cell: null, externalId: null, source: null, campaign: null, ownOrigin: [] },
      {},
      '(no phone)',
    ],
  ])('says who it is: %s', (_, given, view, rest) => {
    const [line] = humanLines({ ...invalid, ...given }, { ...VIEW, ...view }, new Set());
    expect(line).toBe(`leads.csv:2  ! invalid    ${rest}`);
  });
});

it.each([
  [0, '0 rows'],
  [1, '1 row'],
  [2, '2 rows'],
  [999, '999 rows'],
  [1000, '1,000 rows'],
  [1_234_567, '1,234,567 rows'],
])('%d is counted as "%s"', (count, text) => {
  expect(counted(count, 'row')).toBe(text);
});

it('takes an irregular plural', () => {
  expect([counted(1, 'try', 'tries'), counted(3, 'try', 'tries')]).toEqual(['1 try', '3 tries']);
});

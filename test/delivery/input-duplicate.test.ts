// What becomes of a record once the first of its key has ended: one line an end of that one.
import { expect, it } from 'vitest';
import {
  created,
  duplicateAtProvider,
  type Ending,
  endingOf,
  known,
  unknown,
} from '../../src/delivery/ending.ts';
import { endingAfter } from '../../src/delivery/input-duplicate.ts';

const NOW = '2026-01-02T03:04:05.000Z';
const here = { by: 'input', at: NOW, run: 'RUN', file: 'l.csv', record: 3 } as const;
const earlier = {
  by: 'ledger',
  at: '2025-12-31T00:00:00.000Z',
  run: 'OLD',
  file: 'o.csv',
  record: 9,
} as const;
const rejected = endingOf('rejected', { field: null, code: 'PROVIDER_REJECTED', message: 'no.' });
const failed = endingOf('failed', { field: null, code: 'UNREACHABLE', message: 'nobody answers.' });

it.each<[string, Ending, object | null]>([
  ['created', created('7'), { status: 'duplicate', leadId: '7', duplicateOf: here }],
  [
    'a duplicate at the provider',
    duplicateAtProvider('7', null),
    { status: 'duplicate', leadId: '7', duplicateOf: here },
  ],
  [
    'what an earlier run sent',
    known('ledger', { leadId: '7', ...earlier }),
    { status: 'duplicate', leadId: '7', duplicateOf: earlier },
  ],
  ['rejected: the next one may be sent', rejected, null],
  ['failed', failed, { status: 'failed', errors: [{ code: 'NOT_SENT' }] }],
  ['unknown', unknown('no answer.'), { status: 'unknown', errors: [{ code: 'ANSWER_LOST' }] }],
])('%s', (_, ending, expected) => {
  const after = endingAfter({ run: 'RUN', file: 'l.csv', record: 3, line: 4, ending }, false, NOW);
  if (expected === null) expect(after).toBeNull();
  else expect(after).toMatchObject(expected);
});

it.each([
  ['l.csv', 4, 'stands in l.csv:4, '],
  ['l.json', null, 'stands in record 3 of l.json, '],
  [null, null, 'stands in record 3, '],
])('names the first record (file %s, line %s)', (file, line, place) => {
  const after = endingAfter({ run: 'RUN', file, record: 3, line, ending: failed }, false, NOW);
  expect(after?.errors[0]?.message).toContain(place);
});

it.each([
  [failed, 'Not sent: another target is the same account, where this lead failed. Sending it again is safe.'],
  [
    unknown('no answer.'),
    'Not sent: another target is the same account, and whether this lead arrived there is not known.',
  ],
])('the same record of another target of the same account: $status', (ending, message) => {
  const first = { run: 'RUN', file: 'l.csv', record: 8, line: 9, ending };
  expect(endingAfter(first, true, NOW)?.errors[0]?.message).toBe(message);
});

// What the answers of each provider mean: one line a case, from its folder's README.md. What holds for all is contract.test.ts.
import { describe, expect, it } from 'vitest';
import { anarock } from '../../src/providers/anarock/provider.ts';
import { paramantra } from '../../src/providers/paramantra/provider.ts';
import type { HttpAnswer } from '../../src/providers/provider.ts';
import { Secret } from '../../src/util/secret.ts';

const anarockEnd = anarock.bind({ channel: 'c', key: new Secret('KEY') }, {});
const paramantraEnd = paramantra.bind({ apiKey: new Secret('KEY'), appName: 'app' }, {});

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const short = (verdict: { kind: string; leadId?: string | null; mayStillArrive?: boolean }) =>
  [verdict.kind, verdict.leadId, verdict.mayStillArrive === true ? 'and may still arrive' : undefined]
    .filter((part) => part !== undefined && part !== null)
    .join(' ');

/** Statuses mean the same at both, whatever the body. */
const STATUSES: readonly [number, string][] = [
  [301, 'redirected'],
  [302, 'redirected'],
  [307, 'redirected'],
  [400, 'rejected'],
  [401, 'unauthorized'],
  [402, 'rejected'],
  [403, 'rejected'],
  [404, 'rejected'],
  [405, 'rejected'],
  [406, 'rejected'],
  [408, 'indeterminate and may still arrive'],
  [410, 'rejected'],
  [422, 'rejected'],
  [425, 'retryable'],
  [429, 'throttled'],
  [500, 'indeterminate'],
  [501, 'rejected'],
  [502, 'indeterminate and may still arrive'],
  [503, 'throttled'],
  [504, 'indeterminate and may still arrive'],
  [550, 'rejected'],
];

describe.each([
  ['anarock', anarockEnd],
  ['paramantra', paramantraEnd],
])('%s: statuses', (_, endpoint) => {
  it.each(STATUSES)('%i is %s', (status, expected) => {
    for (const body of ['', '<html><body>no</body></html>', '{"message":"words"}', '[]']) {
      expect(short(endpoint.read(answer(status, body)))).toBe(expected);
    }
  });

  it('says where a redirect leads, but not with what', () => {
    const verdict = endpoint.read(answer(302, '', { location: 'https://evil.example/x?phone=9988776655' }));
    expect(verdict).toMatchObject({ message: expect.stringContaining('https://evil.example') });
    expect(JSON.stringify(verdict)).not.toContain('9988776655');
  });

  it('gives the explanation of a 422 in one short line', () => {
    const verdict = endpoint.read(answer(422, { message: `campaign_id\nis ${'very '.repeat(200)}wrong` }));
    if (verdict.kind !== 'rejected') throw new Error(verdict.kind);
    expect(verdict.message).toMatch(/^HTTP 422: campaign_id is very very/);
    expect(verdict.message.length).toBeLessThan(330);
  });
});

describe('anarock: bodies under 200', () => {
  it.each<[string, unknown, string]>([
    [
      'the documented success',
      { status: 'OK', message: 'success', response: { lead_id: 17863 } },
      'created 17863',
    ],
    ['the id as text', { status: 'OK', response: { lead_id: '17863' } }, 'created 17863'],
    [
      'an id beyond 2^53',
      '{"status":"OK","response":{"lead_id":12345678901234567890}}',
      'created 12345678901234567890',
    ],
    ['no status, but an id', { response: { lead_id: 5 } }, 'created 5'],
    ['an error body', { status: 'error', message: 'bad campaign' }, 'rejected'],
    [
      'an error beside an id',
      { status: 'OK', error: 'mail failed', response: { lead_id: 5 } },
      'indeterminate',
    ],
    ['status false', { status: false, message: 'bad campaign' }, 'rejected'],
    ['words under error', { error: 'bad campaign' }, 'rejected'],
    ['not authorised', { status: false, error: 'Not authorized' }, 'unauthorized'],
    ['success without an id', { status: 'OK', message: 'success', response: {} }, 'indeterminate'],
    ['nothing', '', 'indeterminate'],
    ['HTML', '<!doctype html><html>ok</html>', 'indeterminate'],
    ['half a JSON', '{"status":"OK","respo', 'indeterminate'],
    ['an array', [1, 2], 'indeterminate'],
    ['a number', '17', 'indeterminate'],
    ['null', 'null', 'indeterminate'],
    ['{}', '{}', 'indeterminate'],
    ['a bare status', { status: 'OK' }, 'indeterminate'],
    ['a bare message', { message: 'Internal server error' }, 'indeterminate'],
  ])('%s', (_, body, expected) => {
    expect(short(anarockEnd.read(answer(200, body)))).toBe(expected);
  });
});

describe('paramantra: bodies under 200', () => {
  const added = { contact_number: '1111111193', message: 'contact_number_added' };
  const success = { contact_number: '1111111193', unique_id: 2882, status: 'success' };
  it.each<[string, unknown, string]>([
    ['the documented success', [added, success], 'created 2882'],
    ['in the other order', [success, added], 'created 2882'],
    ['one object', success, 'created 2882'],
    ['the id as text', [{ ...success, unique_id: '2882' }], 'created 2882'],
    [
      'the documented duplicate',
      [{ contact_number: '1', status: 'failed', message: 'duplicate_entry', unique_id: '2879' }],
      'duplicate 2879',
    ],
    ['a duplicate without an id', [{ status: 'failed', message: 'duplicate_entry' }], 'duplicate'],
    ['not authorised under 200', { status: false, error: 'Not authorized' }, 'unauthorized'],
    ['another refusal', { status: false, error: 'Invalid channel' }, 'rejected'],
    ['failed for another reason', [{ status: 'failed', message: 'invalid_number' }], 'rejected'],
    ['added, but no id', [added], 'indeterminate'],
    ['an empty array', [], 'indeterminate'],
    ['nothing', '', 'indeterminate'],
    ['HTML', '<html>ok</html>', 'indeterminate'],
    ['HTML that says not authorized', '<html>Not authorized</html>', 'indeterminate'],
    ['half a JSON', '[{"status":"succ', 'indeterminate'],
    ['a word', '"ok"', 'indeterminate'],
    ['{}', '{}', 'indeterminate'],
    ['null', 'null', 'indeterminate'],
    ['a bare status', { status: 'OK' }, 'indeterminate'],
    ['a bare message', { message: 'Internal server error' }, 'indeterminate'],
  ])('%s', (_, body, expected) => {
    expect(short(paramantraEnd.read(answer(200, body)))).toBe(expected);
  });

  it('reads Not authorized under 401 and 403 too', () => {
    for (const status of [401, 403]) {
      expect(paramantraEnd.read(answer(status, { status: false, error: 'Not authorized' })).kind).toBe(
        'unauthorized',
      );
    }
  });
});

describe('anarock: what last-lead-data says of a lost answer', () => {
  const { reconciliation } = anarockEnd;
  if (reconciliation.kind !== 'ask') throw new Error('anarock is asked');
  const lead = (extra: unknown, id: number | string = 194466) => ({
    status: 'OK',
    message: 'success',
    response: { lead_id: id, name: 'A', phone: '+9199999999', extra_details: extra },
  });
  it.each<[string, HttpAnswer, string | null, string]>([
    ['our id in an object', answer(200, lead({ leadpush_id: 'RUN-1' })), null, 'found 194466'],
    ['our id in a text', answer(200, lead('{"leadpush_id":"RUN-1"}')), null, 'found 194466'],
    ['another id', answer(200, lead({ leadpush_id: 'RUN-2' })), null, 'unclear'],
    ['no details', answer(200, lead(null)), null, 'unclear'],
    ['an older lead', answer(200, lead(null, 99)), '100', 'absent'],
    ['an older lead, by number and not by text', answer(200, lead(null, 99)), '1000', 'absent'],
    ['a lead as old as the leadIdWatermark', answer(200, lead(null, 100)), '100', 'unclear'],
    ['a newer lead', answer(200, lead(null, 101)), '100', 'unclear'],
    [
      'our own, though older than the leadIdWatermark',
      answer(200, lead({ leadpush_id: 'RUN-1' }, 99)),
      '100',
      'found 99',
    ],
    ['a leadIdWatermark that is no number', answer(200, lead(null, 99)), 'abc', 'unclear'],
    ['details that break off', answer(200, lead('{"leadpush_id":"RU', 99)), '100', 'unclear'],
    ['details of another kind', answer(200, lead('from the website', 99)), '100', 'unclear'],
    ['another id, older', answer(200, lead({ leadpush_id: 'RUN-2' }, 99)), '100', 'absent'],
    ['no lead: null', answer(200, { status: 'OK', response: null }), null, 'absent'],
    ['no lead: an empty object', answer(200, { status: 'OK', response: {} }), null, 'absent'],
    ['no lead: an empty list', answer(200, { status: 'OK', response: [] }), null, 'absent'],
    [
      'no lead, in words',
      answer(200, { status: 'error', message: 'No lead found', response: null }),
      null,
      'absent',
    ],
    ['no lead: 404 in words', answer(404, { status: 'error', message: 'lead not found' }), null, 'absent'],
    [
      'no lead: 404 with the envelope',
      answer(404, { status: 'NOT_FOUND', message: 'no lead of this phone', response: null }),
      null,
      'absent',
    ],
    ['404 with HTML', answer(404, '<html>404</html>'), null, 'unclear'],
    ['404 with nothing', answer(404, ''), null, 'unclear'],
    ['404 with {}', answer(404, {}), null, 'unclear'],
    ['404 with null', answer(404, 'null'), null, 'unclear'],
    ['404 with a bare message', answer(404, { message: 'not found' }), null, 'unclear'],
    ['404 with a bare status', answer(404, { status: 'NOT_FOUND' }), null, 'unclear'],
    ['404 with a status and null', answer(404, { status: 'NOT_FOUND', response: null }), null, 'unclear'],
    [
      '404 of a framework',
      answer(404, { timestamp: 'x', status: 404, error: 'Not Found', message: '', path: '/api' }),
      null,
      'unclear',
    ],
    ['404 with a number for status', answer(404, { status: 404, message: 'not found' }), null, 'unclear'],
    [
      '404 with an error',
      answer(404, { status: 'error', error: 'Not Found', message: 'not found' }),
      null,
      'unclear',
    ],
    [
      '404 with a path',
      answer(404, { status: 'error', message: 'not found', path: '/api' }),
      null,
      'unclear',
    ],
    [
      '404 of a gateway that knows no such address',
      answer(404, { status: 'error', message: 'no route matched with those values' }),
      null,
      'unclear',
    ],
    [
      '404 with something in the response',
      answer(404, { status: 'error', message: 'not found', response: { code: 'E1' } }),
      null,
      'unclear',
    ],
    ['{}', answer(200, {}), null, 'unclear'],
    ['null', answer(200, 'null'), null, 'unclear'],
    ['[]', answer(200, []), null, 'unclear'],
    ['a word', answer(200, '"ok"'), null, 'unclear'],
    ['a bare status', answer(200, { status: 'OK' }), null, 'unclear'],
    ['a status and a message', answer(200, { status: 'OK', message: 'success' }), null, 'unclear'],
    ['a bare message', answer(200, { message: 'Internal server error' }), null, 'unclear'],
    ['a bare message of no lead', answer(200, { message: 'no lead found' }), null, 'unclear'],
    ['a bare response', answer(200, { response: null }), null, 'unclear'],
    ['a status that is a number', answer(200, { status: 200, response: null }), null, 'unclear'],
    ['empty data', answer(200, { status: 'OK', data: null }), null, 'unclear'],
    ['a response in words', answer(200, { status: 'OK', response: 'no lead' }), null, 'unclear'],
    ['false', answer(200, { status: 'OK', response: false }), null, 'unclear'],
    ['a response of codes', answer(200, { status: 'OK', response: { code: 'E1' } }), null, 'unclear'],
    [
      'an error beside an empty response',
      answer(200, { status: 'OK', response: null, error: 'upstream not found' }),
      null,
      'unclear',
    ],
    [
      'trouble in the envelope',
      answer(200, { status: 'error', message: 'try later', response: null }),
      null,
      'unclear',
    ],
    [
      'a lead where we do not look',
      answer(200, { status: 'OK', response: null, lead: { lead_id: 5 } }),
      null,
      'unclear',
    ],
    ['an error under 200', answer(200, { status: 'error', message: 'try later' }), null, 'unclear'],
    ['HTML under 200', answer(200, '<html></html>'), null, 'unclear'],
    ['408', answer(408, ''), null, 'retryable'],
    ['425', answer(425, ''), null, 'retryable'],
    ['500', answer(500, ''), null, 'retryable'],
    ['502 with HTML', answer(502, '<html></html>'), null, 'retryable'],
    ['504', answer(504, {}), null, 'retryable'],
    ['501', answer(501, ''), null, 'unclear'],
    ['550', answer(550, ''), null, 'unclear'],
    ['403', answer(403, ''), null, 'unclear'],
    ['302', answer(302, ''), null, 'unclear'],
    ['401', answer(401, '{}'), null, 'unauthorized'],
    ['429', answer(429, ''), null, 'throttled'],
    ['503', answer(503, ''), null, 'throttled'],
  ])('%s', (_, given, leadIdWatermark, expected) => {
    expect(short(reconciliation.read(given, 'RUN-1', leadIdWatermark))).toBe(expected);
  });

  it('shows nothing of the person', () => {
    const verdict = reconciliation.read(answer(200, lead({ leadpush_id: 'X' })), 'RUN-1', null);
    expect(JSON.stringify(verdict)).not.toContain('99999999');
  });
});

describe('anarock: source-metadata', () => {
  const google = { id: 1, name: 'google', sub_sources: [{ id: 8, name: 'GDN' }] };
  const expected = [{ id: '1', name: 'google', subSources: [{ id: '8', name: 'GDN' }] }];
  it.each<[string, unknown, unknown]>([
    ['an array', [google], expected],
    ['an object with response', { status: 'OK', response: [google] }, expected],
    ['a nested response', { response: { sources: [google] } }, expected],
    [
      'other names',
      [{ source_id: '1', source_name: 'google', children: [{ sub_source_id: 8, sub_source_name: 'GDN' }] }],
      expected,
    ],
    ['no nested list', [{ id: 1, name: 'google' }], [{ id: '1', name: 'google', subSources: [] }]],
    ['rows of another shape', [{ x: 1 }], { problem: expect.any(String) }],
    ['HTML', '<html></html>', { problem: expect.stringContaining('HTML') }],
    ['an empty list', [], { problem: expect.any(String) }],
  ])('%s', (_, body, what) => {
    expect(anarockEnd.sources?.read(answer(200, body))).toEqual(what);
  });
});

// Paramantra as the sandbox plays it, over real HTTP: credentials, bodies, rules, duplicates.
import { expect, it } from 'vitest';
import {
  CONTACT,
  contact,
  credentialsOf,
  PARAMANTRA_PATH,
  paramantraHeaders,
  sandboxFor,
  told,
} from '../../sandbox/tools.ts';

it.each([
  ['key:key', (key: string) => ({ authorization: `Basic ${btoa(`${key}:${key}`)}` }), 200],
  ['key:', (key: string) => ({ authorization: `basic ${btoa(`${key}:`)}` }), 200],
  ['a blank after the key', (key: string) => ({ 'x-api-key': `${key} ` }), 200],
  ['no password, no colon', (key: string) => ({ authorization: `Basic ${btoa(key)}` }), 401],
  ['another password', (key: string) => ({ authorization: `Basic ${btoa(`${key}:x`)}` }), 401],
  ['no Basic', () => ({ authorization: '' }), 401],
  ['a bearer', (key: string) => ({ authorization: `Bearer ${key}` }), 401],
  ['another X-API-KEY', () => ({ 'x-api-key': 'x' }), 401],
  ['no X-API-KEY', () => ({ 'x-api-key': '' }), 401],
  ['another ACTION-ON', () => ({ 'action-on': 'x' }), 401],
])('%s', async (_, headers, status) => {
  const sandbox = await sandboxFor();
  const answer = await contact(sandbox, {}, headers(credentialsOf(sandbox).paramantra.apiKey));
  expect(answer.status).toBe(status);
  if (status === 401) expect(answer.json).toEqual({ status: false, error: 'Not authorized' });
  expect(sandbox.leads()).toHaveLength(status === 200 ? 1 : 0);
});

it.each([
  ['urlencoded', () => ({ body: new URLSearchParams(CONTACT) })],
  [
    'multipart',
    () => {
      const body = new FormData();
      for (const [name, value] of Object.entries(CONTACT)) body.set(name, value);
      return { body };
    },
  ],
  ['JSON', () => ({ body: JSON.stringify(CONTACT), headers: { 'content-type': 'application/json' } })],
])('takes %s on both paths', async (_, encode) => {
  const sandbox = await sandboxFor({ strict: true });
  for (const path of [PARAMANTRA_PATH, PARAMANTRA_PATH.replace('/api/', '/index.php/api/')]) {
    const { body, headers } = { headers: {}, ...encode() };
    const init = { method: 'POST', body, headers: { ...paramantraHeaders(sandbox), ...headers } };
    expect((await fetch(sandbox.url + path, init)).status).toBe(200);
  }
  expect(sandbox.leads().map(({ fields, ...lead }) => [lead.id, lead.phone, { ...fields }])).toEqual([
    ['2882', CONTACT.phonefax, CONTACT],
  ]);
  expect(sandbox.requests()).toMatchObject({ created: 1, duplicate: 1 });
});

it('answers success as two objects in either order, with the id as a number', async () => {
  const sandbox = await sandboxFor();
  const orders = new Set<string>();
  for (let n = 0; n < 12; n++) {
    const phonefax = String(9_000_000_000 + n);
    const { json } = await contact(sandbox, { phonefax });
    expect(json).toHaveLength(2);
    expect(json).toEqual(
      expect.arrayContaining([
        { contact_number: phonefax, message: 'contact_number_added' },
        { contact_number: phonefax, unique_id: 2882 + n, status: 'success' },
      ]),
    );
    orders.add(JSON.stringify(json).indexOf('added') < 60 ? 'added first' : 'id first');
  }
  expect(orders.size).toBe(2);
});

it.each([
  ['9978521205', '9978521205', true],
  ['9978521205', '919978521205', true],
  ['9978521205', '+91 99785 21205', true],
  ['9978521205', '09978521205', true],
  ['9978521205', '9978521206', false],
  ['447911123456', '7911123456', false],
])('%s, then %s: duplicate %s', async (first, second, duplicate) => {
  const sandbox = await sandboxFor();
  await contact(sandbox, { phonefax: first });
  const { status, json } = await contact(sandbox, { phonefax: second });
  expect(status).toBe(200);
  if (duplicate) {
    expect(json).toEqual([
      { contact_number: second, status: 'failed', message: 'duplicate_entry', unique_id: '2882' },
    ]);
  }
  expect(sandbox.leads()).toHaveLength(duplicate ? 1 : 2);
});

it.each([
  [{ phonefax: '' }, 400, 400, 'Mandatory: phonefax'],
  [{ subject: '', channel_id: '', rep_id: '' }, 200, 400, 'Mandatory: subject, channel_id, rep_id'],
  [{ phonefax: '+919978521205' }, 200, 400, 'without +'],
  [{ phonefax: '12345' }, 200, 400, 'ten digits'],
  [{ alert_client: '1', alert_rep: '0' }, 200, 200, null],
  [{ alert_rep: 'yes' }, 200, 400, 'alert_rep must be 0 or 1'],
  [{ prefe_09498: 'x', USOURCE: 'google' }, 200, 200, null],
])('%o: %i, strict %i', async (change, lenient, strict, message) => {
  expect((await contact(await sandboxFor(), change)).status).toBe(lenient);
  const answer = await contact(await sandboxFor({ strict: true }), change);
  expect(answer.status).toBe(strict);
  if (message !== null) {
    expect(answer.json).toEqual({ status: false, error: expect.stringContaining(message) });
  }
});

it('explains a body that it cannot read', async () => {
  const sandbox = await sandboxFor();
  const headers = { ...paramantraHeaders(sandbox), 'content-type': 'application/json' };
  const answer = await told(
    await fetch(sandbox.url + PARAMANTRA_PATH, { method: 'POST', headers, body: '{' }),
  );
  expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('not JSON')]);
});

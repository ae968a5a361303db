// LeadSquared and its emulator over real HTTP: what is posted, what each answer means, what is asked, and the limit of 25 calls in
// five seconds.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leadsquared } from '../../../src/providers/leadsquared/provider.ts';
import type { HttpAnswer, HttpRequest, ProviderClient } from '../../../src/providers/provider.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { Secret } from '../../../src/util/secret.ts';
import { FULL } from '../full-lead.ts';

let sandbox: Sandbox;
let now = 1_000_000;
beforeEach(async () => {
  sandbox = await startSandbox({ seed: 7, strict: true, clock: () => now });
});
afterEach(() => sandbox.close());

function bind(more: Readonly<Record<string, string>> = {}): ProviderClient {
  const { accessKey = '', secretKey = '', account = '' } = sandbox.credentials['leadsquared'] ?? {};
  const keys = { accessKey: new Secret(accessKey), secretKey: new Secret(more['secret'] ?? secretKey) };
  return leadsquared.bind({ account, ...keys, ...more }, { baseUrl: sandbox.url });
}

async function exchange({ method, url, headers, body }: HttpRequest): Promise<HttpAnswer> {
  const response = await fetch(url, { method, headers, body });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}

const post = async (client: ProviderClient, lead = FULL) =>
  client.read(await exchange(client.request(client.payload(lead, 'RUN-1'), 0)));

it('posts a list of attributes, and the account’s own fields', async () => {
  const client = leadsquared.bind(
    {
      account: 'a',
      accessKey: new Secret('k'),
      secretKey: new Secret('s'),
      idField: 'mx_Ref',
      fields: { listingName: 'mx_Project' },
    },
    {},
  );
  const { url, headers, body } = client.request(client.payload(FULL, 'RUN-1'), 0);
  expect(url).toBe('https://api-in21.leadsquared.com/v2/LeadManagement.svc/Lead.Capture');
  expect(headers).toMatchObject({
    'x-lsq-accesskey': 'k',
    'x-lsq-secretkey': 's',
    'content-type': 'application/json',
  });
  const attributes: readonly { readonly Attribute: string; readonly Value: string }[] = JSON.parse(
    body ?? '',
  );
  const values = Object.fromEntries(attributes.map(({ Attribute, Value }) => [Attribute, Value]));
  expect(values).toMatchObject({
    FirstName: 'Asha',
    LastName: 'Verma',
    EmailAddress: 'asha@example.com',
    Phone: '+91-9988776655',
    Source: 'google',
    mx_City: 'Pune',
    mx_Project: 'Skyline',
    mx_Ref: 'RUN-1',
    SearchBy: 'Phone',
  });
  expect(values['Notes']).not.toContain('Skyline');
  expect(client.identity).toBe('leadsquared|production|a');
  expect(client.production).toBe(true);
});

it('says in the query what becomes of a lead that exists', () => {
  const { url } = bind({ update: 'DoNotUpdate' }).request({ fields: [], warnings: [] }, 0);
  expect(new URL(url).search).toBe('?LeadUpdateBehavior=DoNotUpdate');
});

it('is taken, and known the second time, by a text as id', async () => {
  const first = await post(bind());
  expect(first).toEqual({ kind: 'created', leadId: sandbox.leads()[0]?.id });
  expect(sandbox.leads()[0]?.id).toMatch(/^[0-9a-f-]{36}$/);
  expect(await post(bind())).toMatchObject({ kind: 'duplicate', leadId: sandbox.leads()[0]?.id });
});

it('wrong keys are refused', async () => {
  expect((await post(bind({ secret: 'wrong' }))).kind).toBe('unauthorized');
});

it('without a field for our id only sending again tells; with one it is asked', async () => {
  expect(bind().reconciliation.kind).toBe('resend');
  const client = bind({ idField: 'mx_Ref' });
  const { reconciliation } = client;
  if (reconciliation.kind !== 'ask') throw new Error('it is asked');
  const ask = async (id: string) =>
    reconciliation.read(await exchange(reconciliation.request(FULL, 0)), id, null);
  expect(await ask('RUN-1')).toEqual({ kind: 'absent' });
  await post(client);
  expect(await ask('RUN-1')).toEqual({ kind: 'found', leadId: sandbox.leads()[0]?.id });
  // It has the person, but not from us: sending again is safe, and tells.
  expect(await ask('RUN-2')).toEqual({ kind: 'resend' });
});

it('shows what it has', async () => {
  await post(bind());
  const { lookup } = bind();
  const found = lookup?.read(await exchange(lookup.request(FULL, 0)), null);
  expect(found).toMatchObject({ kind: 'held', lead: { fields: { FirstName: 'Asha', mx_City: 'Pune' } } });
});

it('allows 25 calls in five seconds, in a window that slides', async () => {
  const client = bind();
  const kinds: string[] = [];
  for (let call = 0; call < 26; call++) kinds.push((await post(client)).kind);
  expect(kinds.slice(-2)).toEqual(['duplicate', 'throttled']);
  now += 5_001;
  expect((await post(client)).kind).toBe('duplicate');
  expect(leadsquared.limits.rate ?? 0).toBeLessThan(5);
});

describe('an answer', () => {
  const client = leadsquared.bind(
    { account: 'a', accessKey: new Secret('k'), secretKey: new Secret('s') },
    {},
  );
  const error = (type: string, message = 'words') => ({
    Status: 'Error',
    ExceptionType: type,
    ExceptionMessage: message,
  });
  it.each<[what: string, status: number, body: unknown, kind: string]>([
    ['invalid input under 500', 500, error('MXInvalidInputException'), 'rejected'],
    ['invalid input under 200', 200, error('MXInvalidInputException'), 'rejected'],
    ['invalid input under 400', 400, error('MXInvalidInputException'), 'rejected'],
    ['a duplicate', 500, error('MXDuplicateEntryException'), 'duplicate'],
    ['wrong access', 500, error('MXWrongAPIAccessException'), 'unauthorized'],
    [
      'too many, under 429',
      429,
      error('MXAny', 'API calls exceeded the limit of 25 in 5 second(s)'),
      'throttled',
    ],
    [
      'too many, under 200',
      200,
      error('MXAny', 'API calls exceeded the limit of 25 in 5 second(s)'),
      'throttled',
    ],
    [
      'too many, under 500',
      500,
      error('MXAny', 'API calls exceeded the limit of 25 in 5 second(s)'),
      'throttled',
    ],
    ['500 without such an error', 500, { Status: 'Error' }, 'indeterminate'],
    ['500 of another type', 500, error('NullReferenceException'), 'indeterminate'],
    ['500 with a page', 500, '<html></html>', 'indeterminate'],
    ['502 with such an error', 502, error('MXInvalidInputException'), 'indeterminate'],
    ['401', 401, '', 'unauthorized'],
    ['404', 404, '', 'rejected'],
    ['429', 429, '', 'throttled'],
    ['success without an id', 200, { Status: 'Success', Message: { IsCreated: true } }, 'indeterminate'],
    ['success that does not say which', 200, { Status: 'Success', Message: { Id: '5f' } }, 'indeterminate'],
  ])('%s', (_, status, body, kind) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    expect(client.read({ status, headers: {}, body: text }).kind).toBe(kind);
  });
});

// Anarock as the sandbox plays it, over real HTTP: signatures, bodies, rules, and what comes back.
import { execFileSync } from 'node:child_process';
import { getCountries, getCountryCallingCode } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { anarockEmulatorWith } from '../../../src/providers/anarock/emulator.ts';
import { callingCode } from '../../../src/sandbox/calling-codes.ts';
import { anarockUrl, ask, credentialsOf, FULL, push, sandboxFor, signed, told } from '../../sandbox/tools.ts';

describe('signature', () => {
  it("is openssl's", async () => {
    const sandbox = await sandboxFor();
    const currentTime = String(Math.floor(Date.now() / 1000));
    const hash = execFileSync('openssl', ['dgst', '-sha256', '-hmac', credentialsOf(sandbox).anarock.key], {
      input: currentTime,
      encoding: 'utf8',
    });
    const change = { current_time: currentTime, hash: hash.trim().split(/\s+/).at(-1) ?? '' };
    expect((await push(sandbox, change)).json).toEqual({
      status: 'OK',
      message: 'success',
      response: { lead_id: 17863 },
    });
    expect((await ask(sandbox, FULL.phone, change)).status).toBe(200);
  });

  const now = 1_790_000_000_000;
  const at = (seconds: number) => (key: string) => signed(key, now + seconds * 1000);
  it.each([
    ['of now', at(0), 200, null],
    ['300 s old', at(-300), 200, null],
    ['300 s ahead', at(300), 200, null],
    ['301 s old', at(-301), 401, 'away from'],
    ['an hour ahead', at(3_600), 401, '3600 s away'],
    ['in milliseconds', (key: string) => signed(key, now * 1000), 401, 'away from'],
    ['of another key', () => signed('another', now), 401, 'hash is not'],
    [
      'in upper case',
      (key: string) => {
        const { current_time, hash } = signed(key, now);
        return { current_time, hash: hash.toUpperCase() };
      },
      401,
      'hash is not',
    ],
    [
      'of another second',
      (key: string) => ({ ...signed(key, now), current_time: '1790000001' }),
      401,
      'hash',
    ],
    ['cut short', (key: string) => ({ ...signed(key, now), hash: 'abc' }), 401, 'hash is not'],
    [
      'not there',
      () => ({ current_time: '', hash: '' }),
      422,
      'current_time is mandatory; hash is mandatory',
    ],
    ['without a time', () => ({ current_time: 'now', hash: 'abc' }), 422, 'current_time must be Unix time'],
  ])('%s', async (_, sign, status, message) => {
    const sandbox = await sandboxFor({ clock: () => now });
    const change = sign(credentialsOf(sandbox).anarock.key);
    const answers = [await push(sandbox, change), await ask(sandbox, '1', change)];
    expect(answers[0]?.status).toBe(status);
    expect(answers[1]?.status).toBe(status === 200 ? 404 : status);
    if (message !== null) expect(answers[0]?.text).toContain(message);
    expect(sandbox.leads()).toHaveLength(status === 200 ? 1 : 0);
  });
});

describe('bodies', () => {
  const bodies = {
    urlencoded: (fields: Record<string, string>) => ({ body: new URLSearchParams(fields) }),
    'urlencoded by hand, with a leading &': (fields: Record<string, string>) => ({
      body: `&${Object.entries(fields)
        .map(([name, value]) => `${name}=${/[&+]/.test(value) ? encodeURIComponent(value) : value}`)
        .join('&')}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
    multipart: (fields: Record<string, string>) => {
      const body = new FormData();
      for (const [name, value] of Object.entries(fields)) body.set(name, value);
      return { body };
    },
    JSON: ({ current_time, source_id, extra_details, ...fields }: Record<string, string>) => ({
      body: JSON.stringify({
        ...fields,
        current_time: Number(current_time),
        source_id: Number(source_id),
        extra_details: JSON.parse(extra_details ?? '{}'),
        remarks: null,
      }),
      headers: { 'content-type': 'application/json; charset=utf-8' },
    }),
  };

  it.each(Object.entries(bodies))('%s', async (_, encode) => {
    const sandbox = await sandboxFor({ strict: true });
    const fields = { ...FULL, name: 'आशा वर्मा', ...signed(credentialsOf(sandbox).anarock.key) };
    const answer = await told(await fetch(anarockUrl(sandbox), { method: 'POST', ...encode(fields) }));
    expect(answer.text).toContain('"lead_id":17863');
    const [lead] = sandbox.leads();
    expect({ ...lead?.fields }).toEqual(fields);
    expect(lead).toMatchObject({ provider: 'anarock', id: '17863', phone: '9988998899', duplicateOf: null });
  });

  it('takes parameters from the URL, the last of several, and any name', async () => {
    const sandbox = await sandboxFor();
    const { current_time, hash } = signed(credentialsOf(sandbox).anarock.key);
    const answer = await fetch(`${anarockUrl(sandbox)}?current_time=${current_time}&hash=${hash}&name=A`, {
      method: 'POST',
      body: new URLSearchParams('phone=1&phone=2&campaign_id=c&name=B&__proto__=x&constructor=y'),
    });
    expect(answer.status).toBe(200);
    const fields = sandbox.leads()[0]?.fields ?? {};
    expect([fields['phone'], fields['name'], fields['constructor']]).toEqual(['2', 'B', 'y']);
    expect(Object.keys(fields)).toContain('__proto__');
  });

  it.each([
    ['text/plain', 'phone=1', 415, 'Content-Type text/plain'],
    ['application/json', '{"phone":', 422, 'not JSON'],
    ['application/json', '[1]', 422, 'not a JSON object'],
    ['multipart/form-data; boundary=x', 'nonsense', 422, 'not a multipart'],
    ['multipart/form-data', 'nonsense', 422, 'not a multipart'],
    ['application/x-www-form-urlencoded', '', 422, 'phone is mandatory'],
    ['application/x-www-form-urlencoded', 'x'.repeat(5_000), 413, 'larger than 4096'],
  ])('refuses %s %.10s', async (type, body, status, message) => {
    const sandbox = await sandboxFor({ bodyBytes: 4_096 });
    const headers = { 'content-type': type };
    const answer = await told(await fetch(anarockUrl(sandbox), { method: 'POST', headers, body }));
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(message);
    expect(sandbox.requests()).toMatchObject({ posts: 1, invalid: 1, created: 0 });
  });

  it('refuses a long body of unknown length, and the connection survives', async () => {
    const sandbox = await sandboxFor({ bodyBytes: 4_096 });
    const body = new Blob(['x'.repeat(300_000)]).stream();
    const request = new Request(anarockUrl(sandbox), {
      method: 'POST',
      body,
      duplex: 'half',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect((await told(await fetch(request))).status).toBe(413);
    expect((await push(sandbox)).status).toBe(200);
  });
});

describe('rules', () => {
  const without = (...names: string[]) => Object.fromEntries(names.map((name) => [name, '']));

  it.each([
    // [change, lenient, strict, what the strict one says]
    [{}, 200, 200, null],
    [without('phone'), 422, 422, 'phone is mandatory'],
    [without('campaign_id'), 422, 422, 'campaign_id is mandatory'],
    [without('country_code'), 200, 422, 'country_code is mandatory'],
    [without('purpose'), 200, 422, 'purpose is mandatory'],
    [without('source_id', 'sub_source_id'), 200, 422, 'source_id is mandatory; sub_source_id is mandatory'],
    [{ purpose: 'rent' }, 200, 422, 'purpose must be buy'],
    [{ phone: '+919988998899' }, 200, 422, 'national number'],
    [{ phone: '919988998899' }, 200, 422, 'ten-digit'],
    [{ phone: '12' }, 200, 422, 'national number'],
    [{ phone: '7123456789', country_code: 'gb' }, 200, 200, null],
    [{ phone: '6012345', country_code: 'XX' }, 200, 422, 'ISO 3166-1'],
    [{ source_id: 'google' }, 200, 422, 'source_id must be an integer'],
    [{ sub_source_id: '8.5' }, 200, 422, 'sub_source_id must be an integer'],
    [{ max_budget: '1.2 Cr' }, 200, 422, 'max_budget must be an integer'],
    [{ min_budget: '' }, 200, 200, null],
    [{ contact_date: '1791189202000' }, 200, 422, 'contact_date must be Unix time in seconds'],
    [{ is_broker: 'yes' }, 200, 422, 'is_broker must be a boolean'],
    [{ homeloan_required: '0' }, 200, 200, null],
    [{ apartment_types: '4bhk' }, 200, 422, 'apartment_types must be of 1rk'],
    [{ apartment_types: '1rk, 3+bhk' }, 200, 200, null],
    [{ extra_details: 'utm=1' }, 200, 422, 'extra_details must be a JSON object'],
    [{ extra_details: '[1]' }, 200, 422, 'extra_details must be a JSON object'],
    [{ channel_name: 'anything' }, 200, 200, null],
  ])('%o: %i, strict %i', async (change, lenient, strict, message) => {
    const kind = await sandboxFor();
    expect((await push(kind, change)).status).toBe(lenient);
    const severe = await sandboxFor({ strict: true });
    const answer = await push(severe, change);
    expect(answer.status).toBe(strict);
    if (message !== null) expect(answer.text).toContain(message);
    expect(severe.leads()).toHaveLength(strict === 200 ? 1 : 0);
  });
});

describe('leads', () => {
  it('are new with every post, with growing ids, duplicates marked', async () => {
    const sandbox = await sandboxFor();
    for (const change of [{}, {}, { campaign_id: 'other' }, { phone: '+91 99889 98899' }]) {
      await push(sandbox, change);
    }
    expect(sandbox.leads().map(({ id, duplicateOf, phone }) => [id, duplicateOf, phone])).toEqual([
      ['17863', null, '9988998899'],
      ['17864', '17863', '9988998899'],
      ['17865', null, '9988998899'],
      ['17866', '17863', '9988998899'],
    ]);
    expect(sandbox.requests()).toMatchObject({ posts: 4, created: 2, duplicate: 2 });
  });

  it('come back by last-lead-data as documented, the newest', async () => {
    const sandbox = await sandboxFor();
    await push(sandbox, { campaign_id: 'older' });
    await push(sandbox, { source: 'google', email: '' });
    expect((await ask(sandbox, '9988998899')).json).toEqual({
      status: 'OK',
      message: 'success',
      response: {
        lead_id: 17864,
        name: 'Asha Verma',
        email: null,
        phone: '+919988998899',
        country_code: '+91',
        source: 'google',
        sub_source: null,
        placement: null,
        extra_details: { leadpush_id: 'R1-1', gclid: 'x=1&y' },
        project_name: 'greens',
        source_id: 1,
        sub_source_id: 8,
      },
    });
    expect(sandbox.requests().asks).toBe(1);
  });

  it.each([
    [{ phone: '7123456789', country_code: 'GB' }, '7123456789', '+447123456789'],
    [{ phone: '+447123456789', country_code: 'gb' }, '7123456789', '+447123456789'],
    [{ phone: '501234567', country_code: '+971' }, '501234567', '+971501234567'],
    [{ phone: '9988998899', country_code: '' }, '9988998899', '+919988998899'],
  ])('show %o as %s with the country code', async (change, national, whole) => {
    const sandbox = await sandboxFor();
    await push(sandbox, change);
    expect((await ask(sandbox, national)).json).toMatchObject({ response: { phone: whole } });
    expect((await ask(sandbox, whole)).status).toBe(404);
  });

  it('give extra_details as text where asked to, and what is no JSON as it came', async () => {
    const text = await sandboxFor({ emulators: [anarockEmulatorWith({ extraDetails: 'text' })] });
    await push(text);
    expect((await ask(text, FULL.phone)).json).toMatchObject({
      response: { extra_details: FULL.extra_details },
    });
    const object = await sandboxFor();
    await push(object, { extra_details: 'utm=1' });
    expect((await ask(object, FULL.phone)).json).toMatchObject({ response: { extra_details: 'utm=1' } });
  });

  it('are said to be absent under 404, or 200', async () => {
    const notFound = await ask(await sandboxFor(), '9988998899');
    expect([notFound.status, notFound.json]).toEqual([
      404,
      { status: 'NOT_FOUND', message: 'no lead of this phone', response: null },
    ]);
    const ok = await ask(
      await sandboxFor({ emulators: [anarockEmulatorWith({ absentStatus: 200 })] }),
      '9988998899',
    );
    expect([ok.status, ok.json]).toEqual([200, { status: 'OK', message: 'success', response: null }]);
    const missing = await ask(await sandboxFor(), '');
    expect([missing.status, missing.text]).toEqual([422, expect.stringContaining('phone is mandatory')]);
  });
});

it('lists sources without a key', async () => {
  const { url } = await sandboxFor();
  const answer = await told(await fetch(`${url}/api/v0/source-metadata`));
  expect(answer.json).toMatchObject({
    response: [
      { id: 1, name: 'google', sub_sources: expect.arrayContaining([{ id: 8, name: 'GDN' }]) },
      { id: 2, name: 'facebook' },
    ].concat(Array(5).fill(expect.anything())),
  });
});

it("knows every country's calling code", () => {
  const known = getCountries().map((country) => [country, callingCode(country)]);
  expect(known).toEqual(getCountries().map((country) => [country, getCountryCallingCode(country)]));
});

// What is sent: signatures compared with openssl's, payloads field by field, previews without a secret.
import { execFileSync } from 'node:child_process';
import { getCountries, getCountryCallingCode, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { describe, expect, it } from 'vitest';
import type { Lead } from '../../src/lead/lead.ts';
import { anarock } from '../../src/providers/anarock/provider.ts';
import { paramantra } from '../../src/providers/paramantra/provider.ts';
import { nationalNumber } from '../../src/providers/phone-forms.ts';
import { Secret } from '../../src/util/secret.ts';
import { FULL } from './full-lead.ts';

const hash = (key: string, text: string) =>
  execFileSync('openssl', ['dgst', '-sha256', '-hmac', key], { input: text, encoding: 'utf8' })
    .trim()
    .split(/\s+/)
    .at(-1);

describe('anarock', () => {
  const end = anarock.bind({ channel: 'my channel', key: new Secret('KEY') }, {});

  it('signs the second, as openssl does', () => {
    const payload = end.payload(FULL, 'RUN-1');
    for (const second of [1_500_000_000, 1_791_189_202, 1_500_000_000]) {
      const form = new URLSearchParams(end.request(payload, second).body ?? '');
      expect(form.get('current_time')).toBe(String(second));
      expect(form.get('hash')).toBe(hash('KEY', String(second)));
    }
  });

  it('fills the documented fields', () => {
    const form = Object.fromEntries(
      new URLSearchParams(end.request(end.payload(FULL, 'RUN-1'), 1).body ?? ''),
    );
    const { extra_details: extra, current_time: _, hash: __, ...fields } = form;
    expect(fields).toEqual({
      name: 'Asha Verma',
      phone: '9988776655',
      country_code: 'IN',
      email: 'asha@example.com',
      purpose: 'buy',
      listing_id: '550',
      listing_name: 'Skyline',
      city: 'Pune',
      locality: 'Baner',
      min_budget: '5000000',
      max_budget: '12000000',
      contact_date: '1791189202',
      remarks: 'Call me\nafter six & before nine',
      homeloan_required: 'true',
      is_otp_verified: 'false',
      is_call_verified: 'true',
      is_broker: 'false',
      credit_value: '250',
      apartment_types: '2bhk,3+bhk',
      source: 'google',
      sub_source: 'google_search',
      placement: 'Skyline Oct',
      campaign_id: 'greens',
      source_id: '1',
      sub_source_id: '8',
    });
    expect(JSON.parse(extra ?? '')).toEqual({
      gclid: 'x=1&y',
      ad_campaign_id: '20000000001',
      external_id: '1000000000000000001',
      alt_phone: '+918040001234',
      apartment_types: '2bhk,2.5bhk,4bhk,5+bhk',
      channel_id: 'GoogleAdword',
      rep_id: 'smithparkar',
      subject: 'Leads From API',
      leadpush_id: 'RUN-1',
    });
  });

  it('sends JSON with its types on request', () => {
    const json = anarock.bind({ channel: 'c', key: new Secret('KEY'), encoding: 'json' }, {});
    const request = json.request(json.payload(FULL, 'RUN-1'), 1_500_000_000);
    expect(request.headers['content-type']).toBe('application/json');
    expect(JSON.parse(request.body ?? '')).toMatchObject({
      phone: '9988776655',
      min_budget: 5_000_000,
      contact_date: 1_791_189_202,
      is_broker: false,
      homeloan_required: true,
      source_id: 1,
      current_time: 1_500_000_000,
      credit_value: '250',
      extra_details: { leadpush_id: 'RUN-1', gclid: 'x=1&y' },
    });
  });

  it.each<[string, Parameters<typeof anarock.bind>, string]>([
    [
      'staging by default',
      [{ channel: 'c', key: new Secret('k') }, {}],
      'https://lead.staging.anarock.com/api/v0/c/sync-lead',
    ],
    [
      'production',
      [{ environment: 'production', channel: 'c', key: new Secret('k') }, {}],
      'https://lead.anarock.com/api/v0/c/sync-lead',
    ],
    [
      'the other staging host',
      [{ channel: 'c', key: new Secret('k') }, { baseUrl: 'https://lead-webhook.staging.anarock.com' }],
      'https://lead-webhook.staging.anarock.com/api/v0/c/sync-lead',
    ],
    [
      'a path of its own',
      [{ channel: 'c', key: new Secret('k') }, { path: '/x/sync-lead' }],
      'https://lead.staging.anarock.com/x/sync-lead',
    ],
    [
      'a channel that needs escaping',
      [{ channel: 'a/b c', key: new Secret('k') }, {}],
      'https://lead.staging.anarock.com/api/v0/a%2Fb%20c/sync-lead',
    ],
  ])('%s', (_, args, url) => {
    const endpoint = anarock.bind(...args);
    expect(endpoint.request(endpoint.payload(FULL, 'x'), 1).url).toBe(url);
    expect(endpoint.production).toBe(args[0]['environment'] === 'production');
  });

  it('asks with the national number, signed', () => {
    if (end.reconciliation.kind !== 'ask') throw new Error('anarock is asked');
    const url = new URL(end.reconciliation.request({ phone: '+919988776655' }, 1_500_000_000).url);
    expect(url.pathname).toBe('/api/v0/my%20channel/last-lead-data');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      phone: '9988776655',
      current_time: '1500000000',
      hash: hash('KEY', '1500000000'),
    });
  });
});

describe('paramantra', () => {
  const bind = (settings: Parameters<typeof paramantra.bind>[0] = {}) =>
    paramantra.bind({ apiKey: new Secret('KEY'), appName: 'app', ...settings }, {});
  const formOf = (endpoint: ReturnType<typeof bind>, lead: Lead, own = {}) =>
    Object.fromEntries(new URLSearchParams(endpoint.request(endpoint.payload(lead, 'x', own), 1).body ?? ''));

  it('fills the documented fields, and notes what the account has no field for', () => {
    expect(formOf(bind(), FULL)).toEqual({
      f_name: 'Asha',
      l_name: 'Verma',
      email: 'asha@example.com',
      phonefax: '9988776655',
      subject: 'Leads From API',
      channel_id: 'GoogleAdword',
      rep_id: 'smithparkar',
      USOURCE: 'google',
      UMEDIUM: 'google_search',
      utm_campaign: 'Skyline Oct',
      utm_gclid: 'x=1&y',
      notes: [
        'Call me',
        'after six & before nine',
        'Project: Skyline',
        'Project id: 550',
        'City: Pune',
        'Locality: Baner',
        'Apartment types: 2bhk, 2.5bhk, 4bhk, 5+bhk',
        'Budget from: 5000000',
        'Budget up to: 12000000',
        'Contacted at: 2026-10-05T08:33:22.000Z',
        'Home loan: yes',
        'Broker: no',
        'Other phone: +918040001234',
        'Reference: 1000000000000000001',
      ].join('\n'),
    });
  });

  it.each(['constructor', 'toString', '__proto__'])('an account may call its field %s', (name) => {
    const { fields } = bind({ fields: { source: name, city: `${name}_2` } }).payload(
      { phone: '+919876543210', country: 'IN', source: 'web', city: 'Pune' },
      's1',
    );
    expect(fields).toContainEqual([name, 'web']);
    expect(fields).toContainEqual([`${name}_2`, 'Pune']);
  });

  it("puts fields into the account's own, and --field as it is", () => {
    const form = formOf(bind({ fields: { listingName: 'proje_1', city: 'disco_1' }, alertRep: true }), FULL, {
      prefe_09498: '7',
    });
    expect(form).toMatchObject({ proje_1: 'Skyline', disco_1: 'Pune', prefe_09498: '7', alert_rep: '1' });
    expect(form['notes']).not.toMatch(/Skyline|Pune/);
  });

  it.each<[string, string, string, string]>([
    ['an Indian number', '+919988776655', 'auto', '9988776655'],
    ['a foreign number', '+971501234567', 'auto', '971501234567'],
    ['always national', '+971501234567', 'national', '501234567'],
    ['always international', '+919988776655', 'international', '919988776655'],
  ])('%s (%s, %s)', (_, phone, phoneFormat, expected) => {
    expect(formOf(bind({ phoneFormat }), { ...FULL, phone })['phonefax']).toBe(expected);
  });

  it('names come apart at the first blank', () => {
    const { firstName: _, lastName: __, ...lead } = FULL;
    expect(formOf(bind(), { ...lead, name: 'Harish "Harry" Patel' })).toMatchObject({
      f_name: 'Harish',
      l_name: '"Harry" Patel',
    });
    expect(formOf(bind(), { ...lead, name: 'Arjun' })).not.toHaveProperty('l_name');
  });

  it('sends the key as user and password, or with an empty one', () => {
    const header = (endpoint: ReturnType<typeof bind>) =>
      endpoint.request(endpoint.payload(FULL, 'x'), 1).headers;
    expect(header(bind())).toMatchObject({
      authorization: `Basic ${Buffer.from('KEY:KEY').toString('base64')}`,
      'x-api-key': 'KEY',
      'action-on': 'app',
    });
    expect(header(bind({ basicPassword: 'empty' }))['authorization']).toBe(
      `Basic ${Buffer.from('KEY:').toString('base64')}`,
    );
  });

  it('is production but on loopback', () => {
    expect(bind().production).toBe(true);
    expect(
      paramantra.bind({ apiKey: new Secret('k'), appName: 'a' }, { baseUrl: 'http://127.0.0.1:8080' })
        .production,
    ).toBe(false);
    expect(
      paramantra.bind({ apiKey: new Secret('k'), appName: 'a' }, { baseUrl: 'https://127.evil.example' })
        .production,
    ).toBe(true);
  });
});

it('national numbers agree with libphonenumber for every country', () => {
  for (const country of getCountries()) {
    const example = getExampleNumber(country, examples);
    if (example === undefined) continue;
    expect(nationalNumber(example.number), `${country} +${getCountryCallingCode(country)}`).toBe(
      example.nationalNumber,
    );
  }
});

// Client and emulator were written apart, each after the documents. Here they meet, strict, over real HTTP.
import { describe, expect, it } from 'vitest';
import type { Lead } from '../../src/lead/lead.ts';
import { PROVIDERS } from '../../src/providers/index.ts';
import type { HttpAnswer, HttpRequest } from '../../src/providers/provider.ts';
import { settingsFrom } from '../../src/providers/sandbox-target.ts';
import { sandboxFor } from './tools.ts';

/** What the providers require besides the phone. */
const REQUIRED = {
  campaignId: 'greens',
  sourceId: '1',
  subSourceId: '8',
  channelId: 'GoogleAdword',
  subject: 'Leads From API',
  repId: 'smithparkar',
} as const satisfies Partial<Lead>;

const LEADS: readonly Lead[] = [
  {
    phone: '+919988776655',
    country: 'IN',
    name: 'आशा Verma',
    email: 'asha@example.com',
    message: 'Call me\nafter six & before nine',
    budgetMin: 5_000_000,
    apartmentTypes: ['2bhk', '2.5bhk', '5bhk'],
    contactedAt: '2026-10-05T08:33:22.000Z',
    otpVerified: false,
    extra: { gclid: 'x=1&y' },
  },
  { phone: '+447911123456', country: 'GB', firstName: 'Tom', lastName: 'Hill' },
  { phone: '+918040001234', country: 'IN' },
];

async function exchange({ url, method, headers, body }: HttpRequest): Promise<HttpAnswer> {
  const response = await fetch(url, { method, headers, body });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}

describe.each(PROVIDERS.filter(({ sandbox }) => sandbox !== null))('$name', (kind) => {
  it.each(LEADS)('takes $phone, knows it, and refuses wrong credentials', async (lead) => {
    const sandbox = await sandboxFor({ strict: true });
    const settings = settingsFrom(kind, sandbox.credentials[kind.name] ?? {});
    const place = { baseUrl: sandbox.url };
    const endpoint = kind.bind(settings, place);
    const now = () => Math.floor(Date.now() / 1000);
    const payload = endpoint.payload({ ...REQUIRED, ...lead }, 'RUN-1');

    const first = endpoint.read(await exchange(endpoint.request(payload, now())));
    expect(first).toEqual({ kind: 'created', leadId: sandbox.leads()[0]?.id });
    if (endpoint.reconciliation.kind === 'ask') {
      const { request, read } = endpoint.reconciliation;
      const found = read(await exchange(request(lead, now())), 'RUN-1', null);
      expect(found).toEqual({ kind: 'found', leadId: sandbox.leads()[0]?.id });
      expect(read(await exchange(request({ phone: '+919000000001' }, now())), 'RUN-1', null).kind).toBe(
        'absent',
      );
    } else {
      const again = endpoint.read(await exchange(endpoint.request(payload, now())));
      expect(again).toMatchObject({ kind: 'duplicate', leadId: sandbox.leads()[0]?.id });
    }
    if (endpoint.sources !== null) {
      const sources = endpoint.sources.read(await exchange(endpoint.sources.request()));
      expect(sources).toContainEqual(expect.objectContaining({ id: '1', name: 'google' }));
    }

    const elsewhere = await sandboxFor({ seed: 8 });
    const elsewhereClient = kind.bind(settings, { ...place, baseUrl: elsewhere.url });
    const refused = elsewhereClient.read(await exchange(elsewhereClient.request(payload, now())));
    expect(refused.kind).toBe('unauthorized');
    expect(elsewhere.leads()).toHaveLength(0);
  });
});

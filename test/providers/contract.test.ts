// What every provider of the registry promises, whatever it is: requests without a leak, a verdict for every answer, and an
// emulator that lets its own credentials in. What one provider's own words mean stands in answers.test.ts.
import { createHmac } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { signalOfAnswer } from '../../src/delivery/backpressure-signal.ts';
import type { Lead } from '../../src/lead/lead.ts';
import { loadEmulators } from '../../src/providers/emulators.ts';
import { PROVIDERS, sandboxTargetNames } from '../../src/providers/index.ts';
import { masked } from '../../src/providers/masked-provider.ts';
import type { HttpAnswer, HttpRequest, Verdict } from '../../src/providers/provider.ts';
import { placeholders, sandboxTargetName, settingsFrom } from '../../src/providers/sandbox-target.ts';
import { LeadStore } from '../../src/sandbox/store.ts';
import { brickhouse } from './brickhouse/provider.ts';
import { DECLARATIONS, declaredIn } from './declare/declared.ts';
import { FULL } from './full-lead.ts';

const EMULATORS = await loadEmulators();

const SECRET = 'sEcReT-value';
const SECOND = 1_500_000_000;
const HEADERS = { location: 'https://elsewhere.example/x', 'retry-after': '1' };

const STATUSES = Array.from({ length: 500 }, (_, index) => index + 100);
/** Bodies that a provider, a proxy or a fault may send; the first have nothing to say beside their status. */
const SILENT: readonly string[] = [
  '',
  '   ',
  '\u0000\ufffd{"',
  '<!doctype html><html><body>no</body></html>',
];
const BODIES: readonly string[] = [
  ...SILENT,
  'OK',
  'null',
  'true',
  '0',
  '-1e999',
  '"a text"',
  '[]',
  '{}',
  '[null]',
  '[[]]',
  '[{}]',
  '{"status":"OK"}',
  '{"status":true,"message":null,"response":[null,{"lead_id":null}]}',
  '{"status":{"code":1},"error":{"message":["a"]},"response":{"lead_id":{}}}',
  '{"response":{"lead_id":12345678901234567890}}',
  '{"status":"success"}',
  '[{"status":"success","unique_id":{}}]',
  '[{"message":"duplicate_entry","unique_id":""}]',
  '{"status":"OK","response":{"lead_id":17}}',
  '[{"status":"success","unique_id":18}]',
  '[{"unique_id":{},"status":[],"message":{}}]',
  '{"__proto__":{"lead_id":1},"constructor":"x","toString":1}',
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  '{"status":"OK","respo',
];

const VERDICTS: readonly Verdict['kind'][] = [
  'created',
  'duplicate',
  'rejected',
  'unauthorized',
  'redirected',
  'throttled',
  'retryable',
  'indeterminate',
];

/** The fields of a body, as texts, by the names that a preview gives them. */
function bodyOf({ headers, body }: HttpRequest): Readonly<Record<string, string>> {
  const type = headers['content-type'] ?? '';
  if (type.startsWith('multipart/')) {
    const parts = (body ?? '').matchAll(/name="([^"]*)"\r\n\r\n([\s\S]*?)\r\n--/g);
    return Object.fromEntries(
      [...parts].map(([, name = '', value = '']) => [name, value.replaceAll('\r\n', '\n')]),
    );
  }
  if (type !== 'application/json') return Object.fromEntries(new URLSearchParams(body ?? ''));
  const json: unknown = JSON.parse(body ?? '');
  return Object.fromEntries(
    Array.isArray(json) ? json.map((pair) => Object.values(pair)) : flattened('', json),
  );
}

/** `contact.phones.0`; what is JSON inside JSON stays whole. */
function flattened(name: string, json: unknown): readonly (readonly [string, string])[] {
  if (typeof json === 'object' && json !== null && !WHOLE.has(name)) {
    return Object.entries(json).flatMap(([key, value]) =>
      flattened(name === '' ? key : `${name}.${key}`, value),
    );
  }
  return [[name, typeof json === 'string' ? json : JSON.stringify(json)]];
}

const WHOLE = new Set(['extra_details', 'custom']);

/** What the secret is made into on its way. */
const made = (secret: string): readonly string[] => [
  secret,
  Buffer.from(`${secret}:${secret}`).toString('base64'),
  Buffer.from(`${secret}:`).toString('base64'),
  createHmac('sha256', secret).update(String(SECOND)).digest('hex'),
];

/** Characters that each way of writing spells differently. */
const AWKWARD = 'sEc"Re\\T &v=al/ue+2%?#é';

/** How an answer, a log or a library may spell a secret. */
const SPELLINGS: Readonly<Record<string, (secret: string) => string>> = {
  'as it is': (secret) => secret,
  'percent-encoded': encodeURIComponent,
  'in small letters': (secret) =>
    encodeURIComponent(secret).replaceAll(/%../g, (found) => found.toLowerCase()),
  'as a form writes it': (secret) => new URLSearchParams([['', secret]]).toString().slice(1),
  'JSON-escaped': (secret) => JSON.stringify(secret).slice(1, -1),
  'JSON-escaped to ASCII': (secret) =>
    JSON.stringify(secret)
      .slice(1, -1)
      .replaceAll(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
  base64: (secret) => Buffer.from(secret).toString('base64'),
  'base64 for addresses': (secret) => Buffer.from(secret).toString('base64url'),
  'base64 of user and password': (secret) => Buffer.from(`${secret}:${secret}`).toString('base64'),
  hex: (secret) => Buffer.from(secret).toString('hex'),
  HTML: (secret) => secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;'),
  'in an address': (secret) => `https://x.example/?a=1&key=${encodeURIComponent(secret)}&b=2`,
  'in a header': (secret) => `authorization: Bearer ${secret}`,
};

/** Answers of every shape that hold a text: as words, as an id, as a field's name, as itself. */
function bodiesWith(text: string): readonly string[] {
  const id = {
    lead_id: text,
    unique_id: text,
    id: text,
    Id: text,
    prospect_id: text,
    no: text,
    ProspectID: text,
  };
  return [
    text,
    `<html><body>${text}</body></html>`,
    JSON.stringify({ status: 'error', message: text, error: text, Status: 'Error', ExceptionMessage: text }),
    JSON.stringify({ status: 'OK', response: id, data: id, contact: id, found: [id], contacts: [id] }),
    JSON.stringify([{ status: 'success', ...id, name: text, [text]: text }]),
    JSON.stringify({ Status: 'Success', Message: { ...id, IsCreated: true } }),
    JSON.stringify({ result: 'exists', contact: id, data: [{ ...id, [text]: text }] }),
  ];
}

/** What some providers say under any status where leads come too fast. */
const TOO_FAST: readonly string[] = [
  'Slow down, please',
  '{"error":{"code":"busy","text":"Try later"}}',
  '{"error":{"code":"quota"}}',
];

/** Declared in the documentation, and what is odd in fixtures. */
const DECLARED = DECLARATIONS.flatMap(([, text]) => declaredIn(text).map(({ provider }) => provider));

describe.each([...PROVIDERS, masked(brickhouse), ...DECLARED])('$name', (provider) => {
  const texts = { ...placeholders(provider, 'account'), ...secretsOf() };
  const settings = settingsFrom(provider, texts);
  const client = provider.bind(settings, { baseUrl: 'http://127.0.0.1:1' });
  const payload = client.payload(FULL, 'RUN-1');

  function secretsOf(): Readonly<Record<string, string>> {
    const secrets = provider.settings.filter(({ kind, required }) => kind === 'secret' && required);
    return Object.fromEntries(secrets.map(({ name }) => [name, SECRET]));
  }

  const leaks = (what: unknown) => made(SECRET).filter((form) => JSON.stringify(what).includes(form));

  describe('requests', () => {
    it('carry what the provider requires, and our own lead looks the same each time', () => {
      for (const field of client.requires) {
        expect(payload.fields.map(([, value]) => value)).toContain(String(FULL[field]));
      }
      expect(client.payload(FULL, 'RUN-1')).toEqual(payload);
      expect(client.request(payload, SECOND)).toEqual(client.request(payload, SECOND));
    });

    it('name each field once, as text', () => {
      const names = payload.fields.map(([name]) => name);
      expect(names).toEqual([...new Set(names)]);
      for (const [, value] of payload.fields) expect(value).toEqual(expect.any(String));
    });

    it('are previewed as they leave, secrets masked', () => {
      const request = client.request(payload, SECOND);
      const preview = client.preview(payload);
      const at = ({ method, url }: Pick<HttpRequest, 'method' | 'url'>) => {
        const { origin, pathname, searchParams } = new URL(url);
        return { method, origin, pathname, query: [...searchParams.keys()] };
      };
      expect(at(preview)).toEqual(at(request));
      expect(Object.keys(preview.headers)).toEqual(Object.keys(request.headers));
      const sent = bodyOf(request);
      expect(Object.keys(preview.fields).sort()).toEqual(Object.keys(sent).sort());
      const carried: Readonly<Record<string, string>> = { ...sent, ...request.headers };
      for (const [name, value] of Object.entries({ ...preview.fields, ...preview.headers })) {
        if (value !== '***') expect([name, value]).toEqual([name, carried[name]]);
      }
      // The secret is in use: a request that carries nothing made from it would keep it easily.
      expect(leaks(request)).not.toEqual([]);
      expect(leaks(preview)).toEqual([]);
    });

    it('go to the origin that the client names, also those that ask', () => {
      const asked: HttpRequest[] = [client.request(payload, SECOND)];
      if (client.reconciliation.kind === 'ask') asked.push(client.reconciliation.request(FULL, SECOND));
      if (client.lookup !== null) asked.push(client.lookup.request(FULL, SECOND));
      if (client.sources !== null) asked.push(client.sources.request());
      for (const { url } of asked) expect(new URL(url).origin).toBe(client.origin);
    });

    it("take the target's own fields as they are", () => {
      const own = { utm_own: 'a b&c=d', constructor: 'x' };
      const fields = Object.fromEntries(client.payload(FULL, 'RUN-1', own).fields);
      expect({ ...fields }).toMatchObject(own);
    });

    it('are made of a phone alone, too', () => {
      const bare: Lead = { phone: FULL.phone, country: 'IN' };
      expect(() => client.request(client.payload(bare, 'RUN-1'), SECOND)).not.toThrow();
    });
  });

  describe('identity', () => {
    it('holds no secret, and tells accounts and systems apart', () => {
      expect(leaks(client.identity)).toEqual([]);
      expect(client.identity.startsWith(`${provider.name}|`)).toBe(true);
      expect(provider.bind(settings, { baseUrl: 'http://127.0.0.1:2' }).identity).not.toBe(client.identity);
      const other = { ...placeholders(provider, 'another'), ...secretsOf() };
      expect(
        provider.bind(settingsFrom(provider, other), { baseUrl: 'http://127.0.0.1:1' }).identity,
      ).not.toBe(client.identity);
    });

    it('stays when the key changes', () => {
      const changed = Object.fromEntries(
        Object.entries(texts).map(([name, text]) => [name, text === SECRET ? 'another-key' : text]),
      );
      expect(provider.bind(settingsFrom(provider, changed), { baseUrl: 'http://127.0.0.1:1' }).identity).toBe(
        client.identity,
      );
    });
  });

  describe('every answer', () => {
    const kinds = new Set<string>();
    const ofSilence = new Set<string>();
    /** Answers out of which a lead id was read that does not stand there. */
    const invented: string[] = [];
    beforeEach(() => {
      invented.length = 0;
      kinds.clear();
      ofSilence.clear();
    });
    const note = ({ body }: HttpAnswer, kind: string) => {
      kinds.add(kind);
      if (SILENT.includes(body)) ofSilence.add(kind);
    };
    const noteId = ({ body }: HttpAnswer, leadId: string) => {
      if (leadId === '' || !body.includes(leadId)) invented.push(`${leadId} out of ${body}`);
    };
    const answers = function* (): Generator<HttpAnswer> {
      for (const status of STATUSES) for (const body of BODIES) yield { status, headers: HEADERS, body };
    };
    const secretly = (body: string): string =>
      JSON.stringify({ status: 'error', message: `${SECRET} ${body}` });

    it('to a lead has a verdict', () => {
      for (const answer of answers()) {
        const verdict = client.read(answer);
        note(answer, verdict.kind);
        if ('leadId' in verdict && verdict.leadId !== null) noteId(answer, verdict.leadId);
      }
      expect(VERDICTS).toEqual(expect.arrayContaining([...kinds]));
      expect(invented).toEqual([]);
    });

    it('to a lead that says nothing is judged by its status alone, and never taken for a success', () => {
      for (const status of STATUSES) {
        const verdicts = new Set(SILENT.map((body) => client.read({ status, headers: {}, body }).kind));
        expect([status, verdicts.size]).toEqual([status, 1]);
        expect([...verdicts]).not.toContain('created');
        expect([...verdicts]).not.toContain('duplicate');
      }
    });

    it('to a question about a lost answer has a verdict, and silence proves nothing', () => {
      const { reconciliation } = client;
      if (reconciliation.kind !== 'ask') return;
      for (const answer of answers()) {
        for (const watermark of [null, '1'])
          note(answer, reconciliation.read(answer, 'RUN-1', watermark).kind);
      }
      expect(['found', 'absent', 'unclear', 'unauthorized', 'throttled', 'retryable']).toEqual(
        expect.arrayContaining([...kinds]),
      );
      expect(invented).toEqual([]);
      expect(ofSilence).not.toContain('found');
      expect(ofSilence).not.toContain('absent');
    });

    it('to a look at a phone has one, and silence proves nothing', () => {
      const { lookup } = client;
      if (lookup === null) return;
      for (const answer of answers()) {
        const found = lookup.read(answer, null);
        note(answer, found.kind);
        if (found.kind === 'held') noteId(answer, found.lead.leadId);
      }
      expect(['held', 'absent', 'unauthorized', 'unclear']).toEqual(expect.arrayContaining([...kinds]));
      expect(invented).toEqual([]);
      expect(ofSilence).not.toContain('held');
      expect(ofSilence).not.toContain('absent');
    });

    it('to a question for sources is a list, or a problem in words', () => {
      const { sources } = client;
      if (sources === null) return;
      for (const answer of answers()) {
        const list = sources.read(answer);
        const isWrong = 'problem' in list ? list.problem === '' : list.length === 0;
        if (isWrong) note(answer, JSON.stringify(list));
      }
      expect([...kinds]).toEqual([]);
    });

    it('that sends the request back is quoted without what only we can make', () => {
      const { url, headers, body } = client.request(payload, SECOND);
      const shown = client.preview(payload);
      const sent = bodyOf({ method: 'POST', url, headers, body });
      // What a preview masks is what nobody else may see.
      const hidden = [
        ...Object.entries(shown.headers).map(([name, value]) =>
          value === '***' ? headers[name] : undefined,
        ),
        ...Object.entries(shown.fields).map(([name, value]) => (value === '***' ? sent[name] : undefined)),
        ...[...new URL(shown.url).searchParams].map(([name, value]) =>
          value === '***' ? new URL(url).searchParams.get(name) : undefined,
        ),
      ].filter((text) => typeof text === 'string' && text !== String(SECOND));
      expect(hidden).not.toEqual([]);
      for (const status of [200, 400, 401, 422, 500]) {
        const answer: HttpAnswer = {
          status,
          headers: {},
          body: JSON.stringify({ status: 'error', message: `You sent ${hidden.join(' and ')}` }),
        };
        const said = JSON.stringify(client.read(answer));
        for (const text of hidden) expect(said).not.toContain(text?.replace(/^(\w+ |v1:)/, ''));
      }
    });

    it('that sends the secret back is quoted without it', () => {
      client.request(payload, SECOND);
      for (const status of [200, 302, 400, 401, 404, 422, 429, 500, 503]) {
        const answer: HttpAnswer = { status, headers: {}, body: secretly(made(SECRET).join(' ')) };
        expect(leaks(client.read(answer))).toEqual([]);
        if (client.reconciliation.kind === 'ask')
          expect(leaks(client.reconciliation.read(answer, 'RUN-1', null))).toEqual([]);
        if (client.lookup !== null) expect(leaks(client.lookup.read(answer, null))).toEqual([]);
        if (client.sources !== null) expect(leaks(client.sources.read(answer))).toEqual([]);
      }
    });
  });

  describe('an awkward secret that comes back in any spelling', () => {
    const awkward = provider.bind(
      settingsFrom(
        provider,
        Object.fromEntries(
          Object.entries(texts).map(([name, text]) => [name, text === SECRET ? AWKWARD : text]),
        ),
      ),
      { baseUrl: 'http://127.0.0.1:1' },
    );
    const request = awkward.request(awkward.payload(FULL, 'RUN-1'), SECOND);

    it.each(Object.entries(SPELLINGS))('%s', (_, spell) => {
      const spelled = spell(AWKWARD);
      const said: string[] = [];
      for (const status of [200, 201, 302, 400, 401, 409, 429]) {
        for (const body of bodiesWith(spelled)) {
          // Any header may carry an id, a place to go, or words.
          const headers = Object.fromEntries(
            ['location', 'retry-after', 'x-lead-id', 'x-prospect-id', 'x-final', 'www-authenticate'].map(
              (name) => [name, name === 'location' ? `https://x.example/leads/${spelled}` : spelled],
            ),
          );
          const answer: HttpAnswer = { status, headers, body };
          said.push(JSON.stringify(awkward.read(answer)));
          if (awkward.reconciliation.kind === 'ask')
            said.push(JSON.stringify(awkward.reconciliation.read(answer, 'RUN-1', null)));
          if (awkward.lookup !== null) said.push(JSON.stringify(awkward.lookup.read(answer, null)));
          if (awkward.sources !== null) said.push(JSON.stringify(awkward.sources.read(answer)));
          said.push(JSON.stringify(awkward.hide?.(body) ?? ''));
        }
      }
      // As a text of JSON holds it.
      const found = JSON.stringify(spelled).slice(1, -1);
      expect(
        said.filter((text) => text.includes(found) || text.includes(JSON.stringify(found).slice(1, -1))),
      ).toEqual([]);
    });

    it('is in use', () => {
      expect(JSON.stringify(request)).not.toBe(JSON.stringify(client.request(payload, SECOND)));
      expect(JSON.stringify(awkward.preview(awkward.payload(FULL, 'RUN-1')))).not.toContain(
        AWKWARD.slice(0, 12),
      );
    });
  });

  it('slows down wherever it is asked to, whatever the status', () => {
    const { reconciliation } = client;
    const asked = new Set<number>();
    for (const status of STATUSES) {
      for (const body of [...BODIES, ...TOO_FAST]) {
        const answer: HttpAnswer = { status, headers: HEADERS, body };
        const verdicts = [
          client.read(answer),
          ...(reconciliation.kind === 'ask' ? [reconciliation.read(answer, 'RUN-1', null)] : []),
        ];
        for (const verdict of verdicts) {
          if (verdict.kind !== 'throttled') continue;
          asked.add(status);
          expect(signalOfAnswer(answer, verdict, 0)).toEqual({ kind: 'throttled', status, waitMs: 1_000 });
        }
      }
    }
    expect([...asked]).toEqual(expect.arrayContaining([429, 503]));
  });

  it('its dry run at the built-in target masks nothing but secrets', () => {
    const dry = provider.bind(settingsFrom(provider, placeholders(provider, 'sandbox')), {});
    const { fields } = dry.payload({ ...FULL, subject: 'Leads from the sandbox' }, 'RUN-1');
    const preview = dry.preview({ fields, warnings: [] });
    for (const [name, value] of fields) expect(preview.fields[name]).toBe(value);
  });

  it('has words for each setting, and names that nothing else has', () => {
    const names = provider.settings.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
    for (const { help, kind, choices } of provider.settings) {
      expect(help).toMatch(/^[A-Z].*\.$/);
      expect(choices !== undefined).toBe(kind === 'choice');
    }
  });
});

it.each(PROVIDERS)('$name has its folder, with an emulator where it has a sandbox', ({ name, sandbox }) => {
  const files = readdirSync(join(import.meta.dirname, '../../src/providers', name));
  expect(files).toEqual(expect.arrayContaining(['provider.ts']));
  expect(files.includes('emulator.ts')).toBe(sandbox !== null);
});

describe('emulators', () => {
  it('are those of the built-in targets', () => {
    expect(EMULATORS.map(({ name }) => `sandbox-${name}`)).toEqual(sandboxTargetNames());
  });

  it('serve paths of their own', () => {
    const store = new LeadStore();
    const paths = EMULATORS.flatMap(({ name, firstId, credentials, start }) =>
      start({
        credentials: credentials('key'),
        strict: true,
        clock: () => 0,
        leads: store.shelf(name, firstId),
        random: () => 0,
      }).routes.map(({ path }) => path),
    );
    expect(paths).toEqual([...new Set(paths)]);
  });

  it.each(EMULATORS)('$name gives all that its client has to have', (emulator) => {
    const provider = PROVIDERS.find((one) => sandboxTargetName(one) === `sandbox-${emulator.name}`);
    if (provider === undefined) throw new Error('no provider');
    const credentials = emulator.credentials('a-key');
    const names = provider.settings.map(({ name }) => name);
    for (const name of Object.keys(credentials)) expect(names).toContain(name);
    for (const { name, required } of provider.settings)
      if (required) expect(credentials).toHaveProperty(name);
    const client = provider.bind(settingsFrom(provider, credentials), { baseUrl: 'http://127.0.0.1:1' });
    expect(client.production).toBe(false);
    for (const field of client.requires) expect(provider.sandbox?.defaults).toHaveProperty(field);
    expect(Object.values(emulator.credentials('another'))).not.toEqual(Object.values(credentials));
  });
});

// Nothing that a client makes of an answer holds a secret of its target, or what was made from one, however the
// provider wrote it; and what is decided by the answer stays as it was.
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROVIDERS } from '../../src/providers/index.ts';
import type { HttpAnswer, ProviderClient, TargetSettings } from '../../src/providers/provider.ts';
import { hider } from '../../src/providers/spellings.ts';
import { Secret } from '../../src/util/secret.ts';

const AWKWARD = `a!b'c(d)e*f~g+h/i=j&k%l"m\\n<o> p`;

function bind(provider: 'anarock' | 'paramantra', key: string): ProviderClient {
  const settings: TargetSettings =
    provider === 'anarock'
      ? { channel: 'c', key: new Secret(key) }
      : { apiKey: new Secret(key), appName: 'app' };
  const kind = PROVIDERS.find(({ name }) => name === provider);
  if (kind === undefined) throw new Error('no such provider');
  return kind.bind(settings, { baseUrl: 'http://127.0.0.1:1' });
}

const ok = (body: unknown): HttpAnswer => ({
  status: 200,
  headers: {},
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

/** Every character of a text in one way of writing. */
const each = (text: string, write: (code: number, letter: string) => string) =>
  [...text].map((letter) => write(letter.codePointAt(0) ?? 0, letter)).join('');
const percent = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const unicode = (text: string) => each(text, (code) => `\\u${code.toString(16).padStart(4, '0')}`);
const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
const html = (text: string) =>
  text.replace(
    /[&<>"']/g,
    (found) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[found] ?? '&#39;',
  );
const form = (text: string) => new URLSearchParams([['', text]]).toString().slice(1);
const base64 = (text: string) => Buffer.from(text).toString('base64');

const byteList = (text: string, between: string) =>
  [...Buffer.from(text)].map((byte) => byte.toString(16).padStart(2, '0')).join(between);

const SPELLINGS: Readonly<Record<string, (secret: string) => string>> = {
  'as it is': (secret) => secret,
  'upper case': (secret) => secret.toUpperCase(),
  encodeURIComponent: encodeURIComponent,
  'encodeURIComponent, lower case hex': (secret) =>
    encodeURIComponent(secret).replace(/%../g, (found) => found.toLowerCase()),
  'a form': form,
  'a form, lower case hex': (secret) => form(secret).replace(/%../g, (found) => found.toLowerCase()),
  'encoded twice': (secret) => encodeURIComponent(encodeURIComponent(secret)),
  'each byte by percent': percent,
  JSON: inJson,
  'JSON, slashes escaped': (secret) => inJson(secret).replaceAll('/', '\\/'),
  'JSON within JSON': (secret) => inJson(inJson(secret)),
  'JSON as code points': unicode,
  HTML: html,
  'HTML twice': (secret) => html(html(secret)),
  'HTML, decimal': (secret) => each(secret, (code) => `&#${code};`),
  'HTML, hex': (secret) => each(secret, (code) => `&#x${code.toString(16).toUpperCase()};`),
  base64: base64,
  'base64, for addresses': (secret) => Buffer.from(secret).toString('base64url'),
  'base64 in a form': (secret) => form(base64(secret)),
  hex: (secret) => Buffer.from(secret).toString('hex').toUpperCase(),
  'hex, as a Buffer is printed': (secret) => byteList(secret, ' '),
  'hex with colons': (secret) => byteList(secret, ':'),
  'a list of bytes': (secret) => JSON.stringify([...Buffer.from(secret)]).slice(1, -1),
  'octal escapes': (secret) =>
    [...Buffer.from(secret)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  'code points in braces': (secret) => each(secret, (code) => `\\u{${code.toString(16)}}`),
  'escape()': (secret) => each(secret, (code) => `%u${code.toString(16).padStart(4, '0')}`),
  'base64 of UTF-16': (secret) => Buffer.from(secret, 'utf16le').toString('base64'),
  'base64 of base64': (secret) => base64(base64(secret)),
  'base64 in lines': (secret) => base64(secret).replace(/.{8}(?=.)/g, '$&\r\n'),
  'base64 of a form': (secret) => base64(form(secret)),
  'base64 of JSON, in a pair': (secret) => base64(JSON.stringify({ key: secret })),
  'base64 of a pair': (secret) => base64(`user:${secret}`),
  'base64 of another pair': (secret) => base64(`us:${secret}:x`),
};

describe('every spelling', () => {
  it.each(Object.entries(SPELLINGS))('%s', (name, spell) => {
    for (const secret of [AWKWARD, '0123456789abcdef', 'pässwörd-€-key', 'six666']) {
      const hidden = hider([secret])(`before ${spell(secret)} after`);
      // Of a pair what stood beside the secret may stay.
      if (name.includes('pair')) expect(hidden).toMatch(/^before \w{0,10}\*\*\*\w{0,4}={0,2} after$/);
      else expect(hidden).toBe('before *** after');
    }
  });

  it('random secrets, written in up to three ways within each other', () => {
    const letters = fc.string({
      unit: fc.constantFrom(...`aZ09!'()*~+/=&%"\\<> -_.:ü€`),
      minLength: 6,
      maxLength: 40,
    });
    const ways = fc.array(fc.constantFrom(percent, encodeURIComponent, form, unicode, inJson, html), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(letters, ways, (secret, writes) => {
        fc.pre(secret.trim() !== '');
        const spelt = writes.reduce((text, write) => write(text), secret);
        expect(hider([secret])(`[${spelt}]`)).toBe('[***]');
      }),
      { seed: 20, numRuns: 1000 },
    );
  });

  it('each character in another way', () => {
    const letters = fc.string({
      unit: fc.constantFrom(...`aZ09!'()*~+/="<>-_.:`),
      minLength: 6,
      maxLength: 40,
    });
    fc.assert(
      fc.property(letters, fc.infiniteStream(fc.nat(4)), (secret, ways) => {
        const spelt = [...secret]
          .map((letter) =>
            [(t: string) => t, percent, unicode, form, html][Number(ways.next().value)]?.(letter),
          )
          .join('');
        expect(hider([secret])(`[${spelt}]`)).toBe('[***]');
      }),
      { seed: 20, numRuns: 500 },
    );
  });

  it.each<[secret: string, text: string, hidden: string]>([
    // From six characters on, anywhere.
    ['abcdef', 'xabcdefx', 'x***x'],
    // Four and five: where they stand alone.
    ['abcd', 'key abcd, abcde', 'key ***, abcde'],
    // Shorter: only where that is all.
    ['OK', 'OK', '***'],
    ['OK', 'status OK', 'status OK'],
    ['', 'nothing', 'nothing'],
  ])('a secret of few characters, %o', (secret, text, hidden) => {
    expect(hider([secret])(text)).toBe(hidden);
  });

  it('a very long secret, and a very long text', () => {
    const secret = Array.from({ length: 5000 }, (_, i) => 'abcdefghij!/'[(i * 7) % 12]).join('');
    expect(hider([secret])(`x ${secret} y ${base64(secret)}`)).toBe('x *** y ***');
    const text = `${'%25&amp;\\\\'.repeat(100_000)} ${encodeURIComponent('six666!/')}`;
    expect(hider(['six666!/'])(text).slice(-5)).toBe('\\ ***');
  });
});

describe('a client of the registry', () => {
  it.each(['anarock', 'paramantra'] as const)(
    '%s: a lead whose id is a secret is created all the same',
    (provider) => {
      for (const spelt of [AWKWARD, `x ${AWKWARD}`, encodeURIComponent(AWKWARD)]) {
        const body =
          provider === 'anarock'
            ? { status: 'OK', response: { lead_id: spelt } }
            : [{ status: 'success', unique_id: spelt }];
        expect(bind(provider, AWKWARD).read(ok(body))).toEqual({ kind: 'created', leadId: '***' });
      }
    },
  );

  it.each<[string, string, string]>([
    ['of 200 characters', 'x'.repeat(200), 'x'.repeat(200)],
    ['of more', 'x'.repeat(201), `${'x'.repeat(200)}…`],
    ['of a million', 'x'.repeat(1_000_000), `${'x'.repeat(200)}…`],
    ['whose end is half of a pair', `${'x'.repeat(199)}${'😀'.repeat(9)}`, `${'x'.repeat(199)}…`],
    ['with a secret at the cut', `${'x'.repeat(190)}${unicode(AWKWARD)}`, '***'],
  ])('a lead id %s', (_, id, expected) => {
    const body = [{ status: 'success', unique_id: id }];
    expect(bind('paramantra', AWKWARD).read(ok(body))).toEqual({ kind: 'created', leadId: expected });
  });

  it('a secret that is a word of the protocol changes no verdict', () => {
    for (const word of ['OK', 'success', 'lead_id', 'response']) {
      expect(bind('anarock', word).read(ok({ status: 'OK', response: { lead_id: 5 } }))).toEqual({
        kind: 'created',
        leadId: '5',
      });
    }
    expect(bind('anarock', '123456').read(ok('{"status":"OK","response":{"lead_id":123456}}'))).toEqual({
      kind: 'created',
      leadId: '***',
    });
  });

  it('our submission is found by its id beside a secret, and the lead id stays', () => {
    const { reconciliation } = bind('anarock', AWKWARD);
    if (reconciliation.kind !== 'ask') throw new Error('asks');
    const lead = {
      lead_id: 7,
      name: AWKWARD,
      extra_details: JSON.stringify({ leadpush_id: 'RUN-1', k: AWKWARD }),
    };
    expect(reconciliation.read(ok({ status: 'OK', response: lead }), 'RUN-1', null)).toEqual({
      kind: 'found',
      leadId: '7',
    });
  });

  it('the hash of this and of earlier seconds is a secret, in both cases, and nothing else that looks like one', () => {
    const client = bind('anarock', 'a-key-of-some-length');
    const hashOf = (second: number) =>
      createHmac('sha256', 'a-key-of-some-length').update(String(second)).digest('hex');
    const foreign = createHmac('sha256', 'other').update('1').digest('hex');
    for (let second = 1_700_000_000; second < 1_700_000_050; second++) {
      const payload = client.payload({ phone: '+919988776655', country: 'IN', externalId: foreign }, 'S');
      client.request(payload, second);
    }
    const fields = {
      first: hashOf(1_700_000_000),
      newest: hashOf(1_700_000_049).toUpperCase(),
      encoded: base64(hashOf(1_700_000_049)),
      own: foreign,
    };
    const found = client.lookup?.read(ok({ status: 'OK', response: { lead_id: 7, ...fields } }), null);
    expect(found).toMatchObject({
      kind: 'held',
      lead: {
        leadId: '7',
        fields: { first: '***', newest: '***', encoded: expect.stringContaining('***'), own: foreign },
      },
    });
    const { encoded } = fields;
    expect(JSON.stringify(found)).not.toContain(encoded.slice(4, -4));
  });

  it('the Authorization header, its value and its parts', () => {
    const client = bind('paramantra', AWKWARD);
    const { headers } = client.request(client.payload({ phone: '+919988776655', country: 'IN' }, 'S'), 1);
    const { authorization = '' } = headers;
    expect(authorization).toBe(`Basic ${base64(`${AWKWARD}:${AWKWARD}`)}`);
    const verdict = client.read({
      status: 422,
      headers: {},
      body: JSON.stringify({ message: authorization }),
    });
    expect(verdict).toEqual({ kind: 'rejected', message: 'HTTP 422: Basic ***.' });
    expect(
      client.read({ status: 302, headers: { location: `https://${'six666'}.example/` }, body: '' }),
    ).toMatchObject({
      kind: 'redirected',
    });
  });

  it('a list of sources, its problem, and the body that is kept of it', () => {
    const client = bind('anarock', AWKWARD);
    const list = {
      status: 'OK',
      response: [{ id: 1, name: AWKWARD, sub_sources: [{ id: AWKWARD, name: 'x' }] }],
    };
    expect(client.sources?.read(ok(list))).toEqual([
      { id: '1', name: '***', subSources: [{ id: '***', name: 'x' }] },
    ]);
    expect(client.hide?.(JSON.stringify({ ...list, n: 12345678901234567890n.toString() }))).toBe(
      '{"status":"OK","response":[{"id":1,"name":"***","sub_sources":[{"id":"***","name":"x"}]}],"n":"12345678901234567890"}',
    );
    expect(bind('anarock', '123456').hide?.('{"a":123456,"b":[12345]}')).toBe('{"a":"***","b":[12345]}');
  });
});

it('a message that is cut short is cut after the secrets are out', () => {
  const client = bind('anarock', 'a-key-of-some-length');
  client.request(client.payload({ phone: '+919988776655', country: 'IN' }, 'S'), 1_700_000_000);
  const hash = createHmac('sha256', 'a-key-of-some-length').update('1700000000').digest('hex');
  for (let before = 200; before < 300; before += 7) {
    for (const spell of Object.values(SPELLINGS)) {
      const message = `${'x'.repeat(before)} ${spell(hash)} end`;
      const verdict = client.read({ status: 422, headers: {}, body: JSON.stringify({ message }) });
      expect(JSON.stringify(verdict).replaceAll('x', '')).toMatch(
        /^[^0-9%&\\]*422: \S{0,10}( \S{0,14} (end)?\.?|…)?/,
      );
      expect(JSON.stringify(verdict)).not.toContain(spell(hash).slice(0, 20));
    }
  }
});

// Declarations: every example holds, in the documentation, in fixtures and of the built-in ones; and a mistake is told with
// where it is and what was expected, before anything is sent.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../src/config/parse.ts';
import { isRecord } from '../../../src/config/schema.ts';
import { declaration as anarock } from '../../../src/providers/anarock/provider.ts';
import type { Declaration } from '../../../src/providers/declare/declaration.ts';
import { declare } from '../../../src/providers/declare/declare.ts';
import { checkExamples } from '../../../src/providers/declare/examples.ts';
import { declaredProvider } from '../../../src/providers/declare/load.ts';
import { ruleFaults } from '../../../src/providers/declare/rules.ts';
import { declaration as leadsquared } from '../../../src/providers/leadsquared/provider.ts';
import { declaration as paramantra } from '../../../src/providers/paramantra/provider.ts';
import { DECLARATIONS, declaredIn } from './declared.ts';

it.each(DECLARATIONS)('every example of %s holds', (_, text) => {
  for (const { declaration } of declaredIn(text)) {
    expect(declaration.examples?.length).toBeGreaterThan(1);
    expect(checkExamples(declaration)).toEqual([]);
  }
});

it.each<[string, Declaration]>([
  ['anarock', anarock],
  ['leadsquared', leadsquared],
  ['paramantra', paramantra],
])('the declaration of %s keeps the rules, and its examples hold', (_, declaration) => {
  expect(ruleFaults(declaration)).toEqual([]);
  expect(checkExamples(declaration)).toEqual([]);
});

it('an example that gets another verdict is told, with the rule that decided', () => {
  const wrong: Declaration = {
    ...leadsquared,
    examples: [
      { status: 429, body: '', verdict: 'rejected' },
      { status: 404, body: '', verdict: 'created', id: '1' },
      {
        status: 200,
        body: { Status: 'Success', Message: { Id: 'a', IsCreated: true } },
        verdict: 'created',
        id: 'b',
      },
    ],
  };
  expect(checkExamples(wrong)).toEqual([
    {
      ...{ example: 0, expected: 'rejected', got: 'throttled' },
      ...{ rule: { list: 'answers', index: 3, verdict: 'throttled' }, why: '' },
    },
    {
      ...{ example: 1, expected: 'created 1', got: 'rejected' },
      ...{ rule: null, why: 'no answer rule holds, so HTTP 404 decides' },
    },
    {
      ...{ example: 2, expected: 'created b', got: 'created a' },
      ...{ rule: { list: 'answers', index: 0, verdict: 'created' }, why: '' },
    },
  ]);
});

const GOOD = `
settings:
  account: { required: true, help: "The account." }
  token: { kind: secret, required: true, help: "The token." }
  style: { choices: [form, json], default: json, help: "The style." }
environments: { production: "https://api.example.com" }
account: [account]
auth: { bearer: "{token}" }
request: { path: /leads, body: json }
payload: { phone: phone, ref: { text: "{submission}" } }
answers: [{ status: 201, verdict: created, id: id }]
lost: resend
lookup: { path: /leads, query: { q: "{lead.phone}" }, leads: "", id: id, ours: ref }
`;

/** A declaration with every word that there is. */
const WIDE = parseConfig('test.yaml', readFileSync(join(import.meta.dirname, 'every-word.yaml'), 'utf8'), '');

const OUR_WORDS =
  /^(is |are |expected |unknown setting|"[^"]*" (is|must|has) |\{\w+\} is |a |the |only |holds |basic |choices |asks |cannot |nothing |what |this |plain |to ask)/;
const LIBRARY_WORDS = /[Ii]nvalid|received|undefined|\bnull\b|\bArray\b|\bObject\b|\bstring\b|NaN/;

/** The path of each value in it. */
function pathsIn(content: unknown, at: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof content !== 'object' || content === null) return [];
  return Object.entries(content).flatMap(([key, value]) => [[...at, key], ...pathsIn(value, [...at, key])]);
}

/** The same with another value there. @param value undefined: nothing is there */
function replaced(content: unknown, [key = '', ...path]: readonly string[], value: unknown): unknown {
  const inner = Array.isArray(content) ? content[Number(key)] : isRecord(content) ? content[key] : undefined;
  const other = path.length === 0 ? value : replaced(inner, path, value);
  if (Array.isArray(content)) {
    return content.flatMap((one, index) =>
      String(index) !== key ? [one] : other === undefined ? [] : [other],
    );
  }
  const kept = Object.entries(isRecord(content) ? content : {}).filter(([name]) => name !== key);
  return Object.fromEntries(other === undefined ? kept : [...kept, [key, other]]);
}

it('the declaration with every word keeps the rules', () => {
  const read = declaredProvider('mine', WIDE, []);
  expect('provider' in read ? [] : read).toEqual([]);
});

function faultsOf(text: string, name = 'mine'): readonly string[] {
  const content = parseConfig('test.yaml', text, '');
  const read = declaredProvider(name, content, ['anarock']);
  return 'provider' in read ? [] : read.map(({ path, message }) => `${path}: ${message}`);
}

it('a declaration without mistakes has none', () => expect(faultsOf(GOOD)).toEqual([]));

describe('a mistake', () => {
  it.each<[what: string, from: string, to: string, expected: string | RegExp]>([
    ['an unknown key', 'lost: resend', 'losst: resend', /^losst: unknown setting, did you mean "lost"\?$/],
    [
      'one inside',
      'path: /leads, body',
      'pathh: /leads, body',
      /^request.pathh: unknown setting, did you mean "path"/,
    ],
    [
      'one in a rule',
      'verdict: created',
      'verdikt: created',
      /^answers.0.verdikt: unknown setting, did you mean "verdict"/,
    ],
    [
      'no environments',
      'environments:',
      'enviroments:',
      /enviroments: unknown setting, did you mean "environments"/,
    ],
    [
      'a wrong verdict',
      'verdict: created',
      'verdict: create',
      /^answers.0.verdict: expected .*did you mean "created"/,
    ],
    ['a wrong type', 'account: [account]', 'account: account', /^account: expected a list of settings/],
    [
      'an unknown field',
      'phone: phone',
      'phone: fone',
      /^payload.phone: "fone" is not a field, did you mean "phone"/,
    ],
    [
      'a constant',
      'phone: phone',
      'kind: buy',
      /^payload.kind: "buy" is not a field; for a text .*\{ text: … \}/,
    ],
    [
      'an unknown form',
      'phone: phone',
      'phone: { field: phone, as: nationl }',
      /^payload.phone.as: expected e164.*did you mean "national"/,
    ],
    [
      'a form of another field',
      'phone: phone',
      'city: { field: city, as: national }',
      /^payload.city.as: "city" has one form/,
    ],
    [
      'an unknown setting',
      'bearer: "{token}"',
      'bearer: "{tokn}"',
      /^auth.bearer: "tokn" is not a setting, did you mean "token"/,
    ],
    [
      'a secret in the payload',
      '"{submission}"',
      '"{submission}{token}"',
      /^payload.ref.text: \{token\} is a secret/,
    ],
    [
      'a secret in the path',
      'path: /leads, body',
      'path: "/leads/{token}", body',
      /^request.path: \{token\} is a secret/,
    ],
    [
      'a secret in a header',
      'body: json }',
      'body: json, headers: { x: "{token}" } }',
      /^request.headers.x: \{token\} is a secret/,
    ],
    ['a secret account', 'account: [account]', 'account: [token]', /^account: "token" is a secret/],
    ['no account', 'account: [account]', 'account: []', /^account: expected the settings that tell/],
    [
      'an account that may be missing',
      'account: { required: true',
      'account: { required: false',
      /^account: "account" must be required/,
    ],
    [
      'a key that is written out',
      'bearer: "{token}"',
      'bearer: abc123',
      /^auth.bearer: expected the \{name\} of a setting of kind: secret/,
    ],
    [
      'a variable',
      'bearer: "{token}"',
      'bearer: "${TOKEN}"',
      /^auth.bearer: a declaration holds no variables/,
    ],
    ['a lone brace', 'path: /leads, body', 'path: "/leads/{", body', /^request.path: holds a brace/],
    [
      'plain http',
      'https://api.example.com',
      'http://api.example.com',
      /^environments.production: plain http is only for loopback/,
    ],
    [
      'a path in the address',
      'https://api.example.com',
      'https://api.example.com/v1',
      /^environments.production: expected scheme and host only/,
    ],
    [
      'any host',
      'https://api.example.com',
      'https://{account}',
      /^environments.production: a target could send its keys to any host/,
    ],
    [
      'a part that may be a host',
      'https://api.example.com',
      'https://api.{account}',
      /^environments.production: expected https:/,
    ],
    [
      'a query in the path',
      'path: /leads, body',
      'path: "/leads?a=1", body',
      /^request.path: expected a path/,
    ],
    [
      'another host by the path',
      'path: /leads, body',
      'path: "//evil.example", body',
      /^request.path: expected a path/,
    ],
    ['dots in the path', 'path: /leads, body', 'path: /a/../b, body', /^request.path: expected a path/],
    [
      'a header of ours',
      'bearer: "{token}"',
      'headers: { Content-Length: "{token}" }',
      /^auth.headers.Content-Length: this header is set/,
    ],
    [
      'a header that cannot be',
      'bearer: "{token}"',
      'headers: { "a b": "{token}" }',
      /^auth.headers.a b: is not a name/,
    ],
    ['a body kind', 'body: json', 'body: xml', /^request.body: expected form, json/],
    ['created without an id', 'id: id }]', '}]', /^answers.0: is missing its id/],
    ['a rule for everything', 'status: 201, ', '', /^answers.0: holds for every answer/],
    ['a status', 'status: 201', 'status: 2001', /^answers.0.status: expected a status/],
    [
      'a bomb',
      'status: 201',
      'body: { matches: "((a{99}){99}){99}" }',
      /^answers.0.body.matches: the pattern has more than/,
    ],
    [
      'a look-around',
      'status: 201',
      'body: { matches: "(?=a)" }',
      /^answers.0.body.matches: the pattern has a/,
    ],
    [
      'to ask without a look-up',
      /lost: resend[\s\S]*/.exec(GOOD)?.[0] ?? '',
      'lost: ask\n',
      /^lost: to ask, a lookup is needed/,
    ],
    ['a look-up about nobody', 'q: "{lead.phone}"', 'q: all', /^lookup: asks about nobody/],
    ['a name that is taken', 'style:', 'timeout:', /^settings.timeout: this name is taken/],
    [
      'a default that is no choice',
      'default: json',
      'default: jsn',
      /^settings.style.default: expected form or json, did you mean "json"/,
    ],
    [
      'a rate',
      'lost: resend',
      'limits: { rate: 0 }\nlost: resend',
      /^limits.rate: expected a number above 0/,
    ],
    [
      'a required field',
      'lost: resend',
      'requires: [emial]\nlost: resend',
      /^requires: "emial" is not a field, did you mean "email"/,
    ],
    [
      'a lead id in a header, nearly',
      'id: id }]',
      'id: { headers: X-Id } }]',
      /^answers.0.id.headers: unknown setting, did you mean "header"\?$/,
    ],
    [
      'a lead id that is nowhere',
      'id: id }]',
      'id: { matches: x } }]',
      /^answers.0.id: expected json, header or text$/,
    ],
    [
      'a value, nearly',
      '{ text: "{submission}" }',
      '{ txt: "{submission}" }',
      /^payload.ref.txt: unknown setting, did you mean "text"\?$/,
    ],
    [
      'a word of another value',
      '{ text: "{submission}" }',
      '{ text: "{submission}", otherwise: x }',
      /^payload.ref.otherwise: unknown setting/,
    ],
    ['nothing at all in a value', 'ref: { text: "{submission}" }', 'ref: []', /^payload.ref: is empty/],
    [
      'what a lost answer needs',
      'lost: resend\n',
      '',
      /^lost: is missing; expected resend, ask or ask-or-resend$/,
    ],
    [
      'a key without a value',
      'lost: resend',
      'lost:',
      /^lost: is empty; expected resend, ask or ask-or-resend$/,
    ],
    [
      'a missing sentence',
      ', help: "The token."',
      '',
      /^settings.token.help: is missing; expected a sentence$/,
    ],
    [
      'a verdict of an example',
      'lost: resend',
      'lost: resend\nexamples: [{ status: 201, verdict: creatd }]',
      /^examples.0.verdict: expected created,.*did you mean "created"/,
    ],
    [
      'a verdict of another question',
      'lost: resend',
      'lost: resend\nexamples: [{ to: verify, status: 200, verdict: found }]',
      /^examples.0.verdict: expected held, absent, unclear or unauthorized/,
    ],
    [
      'a setting that decides what is required',
      'lost: resend',
      'requires: [{ field: city, unless: { styl: json } }]\nlost: resend',
      /^requires.0.unless.styl: "styl" is not a setting, did you mean "style"/,
    ],
    [
      'a value of such a setting',
      'lost: resend',
      'requires: [{ field: city, unless: { style: jsn } }]\nlost: resend',
      /^requires.0.unless.style: expected form or json, did you mean "json"/,
    ],
    [
      'a password by the value of a setting',
      'bearer: "{token}"',
      'basic: { user: a, password: { by: style, frm: "{token}" } }',
      /^auth.basic.password.frm: expected form or json, did you mean "form"/,
    ],
    [
      'a password by nothing',
      'bearer: "{token}"',
      'basic: { user: a, password: {} }',
      /^auth.basic.password: is missing "by:"/,
    ],
    [
      'what comes back and is not sent',
      'ours: ref',
      'ours: ref, returns: [phon]',
      /^lookup.returns.0: "phon" is not in the payload, did you mean "phone"/,
    ],
    [
      'sources of a system that there is not',
      'lost: resend',
      'lost: resend\nsources: { path: /s, auth: false, environment: prodution }',
      /^sources.environment: expected production, did you mean "production"/,
    ],
    [
      'a list compared with a text',
      'status: 201',
      'body: []',
      /^answers.0.body: is compared with a text; expected a value, such as "\[\]"$/,
    ],
    [
      'an object compared with a header',
      'status: 201',
      'header: { x-a: [a, {}] }',
      /^answers.0.header.x-a: is compared with a text; expected a value, such as "\{\}"$/,
    ],
    ['no status', 'status: 201', 'status: []', /^answers.0.status: is empty; expected statuses$/],
    [
      'nothing to compare with',
      'status: 201',
      'json: { a: null }',
      /^answers.0.json.a: is empty; expected .*\{ exists: false \}$/,
    ],
  ])('%s', (_, from, to, expected) => {
    expect(GOOD).toContain(from);
    const faults = faultsOf(GOOD.replace(from, to));
    expect(faults.join('\n')).toMatch(new RegExp(expected, 'm'));
  });

  it('is told where others are, too', () => {
    const faults = faultsOf(
      GOOD.replace('phone: phone', 'phone: fone').replace(
        'path: /leads, body: json',
        'path: leads, body: xml',
      ),
    );
    expect(faults.map((fault) => fault.replace(/:.*/, ''))).toEqual([
      'request.path',
      'request.body',
      'payload.phone',
    ]);
  });

  it('is told once: a key that is nearly right is not missing as well', () => {
    expect(faultsOf(GOOD.replace('lost:', 'losst:'))).toHaveLength(1);
    expect(faultsOf(GOOD.replace('id: id }]', 'id: { headers: X-Id } }]'))).toHaveLength(1);
    expect(faultsOf(GOOD.replace('id: id }]', 'id: { from: X-Id } }]'))).toHaveLength(1);
  });

  it('of any kind, at any place, is told in our words', () => {
    const told: string[] = [];
    const strange: string[] = [];
    for (const path of pathsIn(WIDE)) {
      for (const wrong of [undefined, null, 17.5, true, '', 'zz', [], {}, [17], [null], [[]], { zz: 1 }]) {
        const read = declaredProvider('mine', replaced(WIDE, path, wrong), []);
        if ('provider' in read) continue;
        for (const fault of read) {
          told.push(fault.path);
          if (!OUR_WORDS.test(fault.message) || LIBRARY_WORDS.test(fault.message))
            strange.push(`${fault.path}: ${fault.message}`);
        }
      }
    }
    expect(told.length).toBeGreaterThan(1_000);
    expect([...new Set(strange)]).toEqual([]);
  });

  it.each(['anarock', 'Mine', 'a b', '', '__proto__'])('the name %j', (name) => {
    expect(faultsOf(GOOD, name)).toHaveLength(1);
  });

  it('never shows a value', () => {
    const faults = faultsOf(
      GOOD.replace('bearer: "{token}"', 'bearer: s3cr3t-v4lue').replace(
        'verdict: created',
        'verdict: s3cr3t-v4lue',
      ),
    );
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.join('\n')).not.toContain('s3cr3t');
  });

  it('content of any kind is told about, not thrown', () => {
    for (const content of [
      null,
      1,
      'x',
      [],
      {},
      { settings: [] },
      { settings: { a: null } },
      { payload: { a: { field: {} } } },
    ]) {
      const read = declaredProvider('mine', content, []);
      expect('provider' in read ? [] : read.length).not.toEqual([]);
    }
  });
});

it.each<[string, Declaration, Readonly<Record<string, string>>]>([
  ['anarock', anarock, { environment: 'host', channel: 'credentials' }],
  // Nothing in a request names its account.
  ['leadsquared', leadsquared, { host: 'host' }],
  ['paramantra', paramantra, { appName: 'credentials', basicPassword: 'credentials' }],
])('%s: the settings of which a refusal of the credentials may be', (_, declaration, parts) => {
  const named = declare(declaration).settings.flatMap(({ name, part }) =>
    part === undefined ? [] : [[name, part] as const],
  );
  expect(Object.fromEntries(named)).toEqual(parts);
});

it('a declaration is data all the way down', () => {
  expect(isRecord(parseConfig('x', GOOD, ''))).toBe(true);
});

// How the address of a database is read, and where its password may be.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type PostgresAddress, parseAddress } from '../../src/ledger/postgres/address.ts';
import { isPostgresAddress, withoutPassword } from '../../src/ledger/postgres/is-address.ts';
import { passwordIn } from '../../src/ledger/postgres/passfile.ts';
import { UsageError } from '../../src/util/usage-error.ts';

const parse = (text: string, env: Record<string, string> = {}): PostgresAddress =>
  parseAddress(text, '--ledger', { env, systemUser: 'asha' });

describe('an address', () => {
  it.each<[string, Record<string, string>, Partial<PostgresAddress>]>([
    [
      'postgresql://u@db.example.com/leads',
      {},
      { host: 'db.example.com', port: 5432, user: 'u', database: 'leads', schema: 'leadpush' },
    ],
    ['postgres://db:6432', {}, { host: 'db', port: 6432, user: 'asha', database: 'asha' }],
    ['postgresql://', {}, { host: 'localhost', user: 'asha', database: 'asha' }],
    [
      'postgresql://',
      { PGHOST: '/run/pg', PGUSER: 'u', PGDATABASE: 'd', PGPORT: '1' },
      { host: '/run/pg', user: 'u', database: 'd', port: 1 },
    ],
    ['postgresql://h/', { PGHOST: 'other', PGUSER: '' }, { host: 'h', user: 'asha' }],
    [
      'postgresql://u@%2Frun%2Fpg/d',
      {},
      { host: '/run/pg', tls: 'none', shown: 'postgresql://u@/d?host=%2Frun%2Fpg' },
    ],
    ['postgresql:///d?host=/run/pg&user=u&port=5433', {}, { host: '/run/pg', user: 'u', port: 5433 }],
    [
      'postgresql://u@[::1]:5433/d',
      {},
      { host: '::1', port: 5433, tls: 'none', shown: 'postgresql://u@[::1]:5433/d' },
    ],
    [
      'postgresql://a%40b:x@h/d%2Fe?schema=s%20t',
      {},
      { user: 'a@b', database: 'd/e', schema: 's t', shown: 'postgresql://a%40b@h/d%2Fe?schema=s%20t' },
    ],
    ['postgresql://u@h/d?connect_timeout=3', {}, { connectTimeoutMs: 3_000 }],
  ])('%s with %j', (text, env, expected) => {
    expect(parse(text, env)).toMatchObject(expected);
  });

  it.each<[string, string | null, PostgresAddress['tls'] | 'refused']>([
    ['localhost', null, 'none'],
    ['127.0.0.1', 'prefer', 'none'],
    ['127.9.9.9', 'require', 'unchecked'],
    ['localhost', 'verify-ca', 'chain'],
    ['[::1]', 'verify-full', 'full'],
    ['db.example.com', null, 'full'],
    ['db.example.com', 'allow', 'full'],
    ['db.example.com', 'prefer', 'full'],
    ['db.example.com', 'require', 'full'],
    ['db.example.com', 'verify-ca', 'full'],
    ['db.example.com', 'disable', 'refused'],
    ['10.0.0.7', 'disable', 'refused'],
    // Its address comes from DNS.
    ['db.localhost', 'disable', 'refused'],
    ['localhost.example.com', null, 'full'],
    ['localhost', 'no', 'refused'],
  ])('at %s with sslmode %s: TLS is %s', (host, mode, expected) => {
    for (const [text, env] of [
      [`postgresql://${host}/d${mode === null ? '' : `?sslmode=${mode}`}`, {}],
      [`postgresql://${host}/d`, mode === null ? {} : { PGSSLMODE: mode }],
    ] as const) {
      if (expected === 'refused') expect(() => parse(text, env)).toThrow(UsageError);
      else expect(parse(text, env).tls).toBe(expected);
    }
  });

  it.each([
    ['postgresql://u:hunter2@h:x/d', /port is not a number/],
    ['postgresql://u:hunter2@h:0/d', /port is not a number/],
    ['postgresql://u:hun%ter2@h/d', /a % that is not followed/],
    ['postgresql://u:hunter2/x@h/d', /cannot be read|port is not/],
    ['postgresql://u:hunter2@h,i/d', /names one host/],
    ['postgresql://u:hunter2@h/d?sslmod=x', /no setting "sslmod"\. Did you mean "sslmode"/],
    [`postgresql://u:hunter2@h/d?schema=${'s'.repeat(64)}`, /at most 63 bytes/],
    ['postgresql://u:hunter2@h/d?connect_timeout=soon', /connect_timeout/],
  ])('%s is refused, without its password', (text, message) => {
    let said: unknown = null;
    try {
      parse(text);
    } catch (error) {
      said = error;
    }
    expect(said).toBeInstanceOf(UsageError);
    expect(String(said)).toMatch(message);
    expect(String(said)).toMatch(/--ledger: /);
    expect(inspect(said)).not.toMatch(/hunter2|hun%ter2/);
  });

  it('keeps its password secret', () => {
    const address = parse('postgresql://u:hun%3Ater2@h/d?password=', { PGPASSWORD: 'other' });
    expect(address.password?.reveal()).toBe('hun:ter2');
    expect(`${inspect(address)}${JSON.stringify(address)}${address.shown}`).not.toMatch(/ter2|other/);
    expect(parse('postgresql://u@h/d', { PGPASSWORD: 'other' }).password?.reveal()).toBe('other');
  });
});

describe('an address as it may be shown', () => {
  it.each([
    ['postgresql://u:hunter2@h/d', 'postgresql://u@h/d'],
    ['--ledger=postgresql://u:hunter2@h/d?schema=s', '--ledger=postgresql://u@h/d?schema=s'],
    ['postgres://u:hun@ter2@h/d', 'postgres://u@h/d'],
    ['postgres://u:hun/ter2@h/d', 'postgres://u@h/d'],
    ['postgresql://h/d?password=hunter2&schema=s', 'postgresql://h/d?schema=s'],
    ['postgresql://h/d?PASSWORD=hunter2', 'postgresql://h/d'],
    ['postgresql://u@h:5432/d', 'postgresql://u@h:5432/d'],
    [' postgresql://u:hunter2@h/d', 'postgresql://u@h/d'],
    ['leads.csv', 'leads.csv'],
    ['https://u:p@h/d', 'https://u:p@h/d'],
  ])('%s: %s', (text, expected) => {
    expect(withoutPassword(text)).toBe(expected);
  });

  it.each([
    ['postgresql://x', true],
    ['POSTGRES://x', true],
    ['postgresql:x', false],
    ['./postgresql://x', false],
    ['ledger.db', false],
  ])('%s means a database: %s', (text, expected) => {
    expect(isPostgresAddress(text)).toBe(expected);
  });
});

describe('a password file', () => {
  const at = { host: 'db.example.com', port: 5432, database: 'leads', user: 'asha' };
  it.each<[string, Partial<typeof at>, string | null]>([
    ['db.example.com:5432:leads:asha:secret', {}, 'secret'],
    ['*:*:*:*:secret', {}, 'secret'],
    ['other:*:*:*:no\n# *:*:*:*:no\n*:*:*:*:secret\n*:*:*:*:late', {}, 'secret'],
    ['*:*:*:*:with\\:colon\\\\', {}, 'with:colon\\'],
    ['*:*:*:*:with:colon', {}, 'with:colon'],
    ['a\\:b:*:*:*:secret', { host: 'a:b' }, 'secret'],
    ['localhost:*:*:*:secret', { host: '/var/run/postgresql' }, 'secret'],
    ['*:5433:*:*:no', {}, null],
    ['*:*:*:*', {}, null],
    ['', {}, null],
  ])('%j for %j: %j', (text, about, expected) => {
    expect(passwordIn(text, { ...at, ...about })).toBe(expected);
  });
});

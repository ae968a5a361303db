import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ledgerPath, ledgerPlace, testLeaseMs, testMaxPages } from '../../src/ledger/path.ts';
import { Secret } from '../../src/util/secret.ts';
import { UsageError } from '../../src/util/usage-error.ts';

describe('the ledger is', () => {
  it.each<[string, string | null, Record<string, string>, NodeJS.Platform, string]>([
    ['in the state folder', null, {}, 'linux', '/home/asha/.local/state/leadpush/ledger.db'],
    ['where XDG says', null, { XDG_STATE_HOME: '/state' }, 'linux', '/state/leadpush/ledger.db'],
    [
      'not where XDG may not say (relative)',
      null,
      { XDG_STATE_HOME: 'state' },
      'linux',
      '/home/asha/.local/state/leadpush/ledger.db',
    ],
    [
      'in the Library',
      null,
      { XDG_STATE_HOME: '/state' },
      'darwin',
      '/home/asha/Library/Application Support/leadpush/ledger.db',
    ],
    ['in AppData', null, { LOCALAPPDATA: '/local' }, 'win32', '/local/leadpush/ledger.db'],
    ['in AppData without a variable', null, {}, 'win32', '/home/asha/AppData/Local/leadpush/ledger.db'],
    ['where the variable says', null, { LEADPUSH_LEDGER: '/data/l.db' }, 'linux', '/data/l.db'],
    ['where the variable says, from here', null, { LEADPUSH_LEDGER: 'l.db' }, 'linux', '/work/l.db'],
    [
      'not nowhere, for an empty variable',
      null,
      { LEADPUSH_LEDGER: '' },
      'linux',
      '/home/asha/.local/state/leadpush/ledger.db',
    ],
    ['where the flag says', 'x/l.db', { LEADPUSH_LEDGER: '/data/l.db' }, 'darwin', '/work/x/l.db'],
  ])('%s', (_, flag, env, platform, expected) => {
    expect(ledgerPath(flag, env, '/work', '/home/asha', platform)).toBe(expected);
  });
});

describe('a ledger whose name nobody expanded is refused', () => {
  it.each<[string, RegExp, RegExp]>([
    ['~/leads/l.db', /the shell did not expand ~\/leads\/l\.db/, /path: \/home\/asha\/leads\/l\.db$/],
    ['~', /the shell did not expand ~/, /\/home\/asha$/],
    ['$HOME/l.db', /the shell did not expand/, /path: \/home\/asha\/l\.db$/],
    [`\${HOME}/l.db`, /the shell did not expand/, /path: \/home\/asha\/l\.db$/],
    ['~ravi/l.db', /the shell did not expand/, /full path/],
    ['$LEADS/l.db', /the shell did not expand/, /full path/],
    [`/data/\${USER}/l.db`, /the shell did not expand/, /full path/],
    ['/data/$USER/l.db', /the shell did not expand/, /full path/],
    ['%LOCALAPPDATA%\\l.db', /the shell did not expand/, /full path/],
    ['"/data/l.db"', /includes its quotes/, /without quotes: \/data\/l\.db$/],
    ["'~/l.db'", /includes its quotes/, /without/],
    ['mysql://u:hunter2@db/leads', /cannot be at mysql:\/\/…/, /Name a file/],
    ['postgresql:leads', /cannot be at postgresql:…/, /postgresql:\/\/USER@HOST\/DATABASE/],
    ['postgresql:/leads', /cannot be at postgresql:…/, /postgresql:\/\/USER@HOST\/DATABASE/],
    ['FILE:///data/l.db', /cannot be at file:\/\/…/, /Name a file/],
    ['file:l.db', /cannot be at file:…/, /Name a file/],
    ['sqlite:l.db', /cannot be at sqlite:…/, /Name a file/],
    ['', /is empty/, /Name a file/],
    ['  ', /is empty/, /Name a file/],
    [' postgresql://u:hunter2@db/leads', /begins or ends with a blank/, /without the blank\.$/],
    ['postgresql://u:hunter2@db/leads\n', /begins or ends with a blank/, /without the blank\.$/],
    [' mysql://u:hunter2@db/leads', /begins or ends with a blank/, /without the blank\.$/],
    ['l.db ', /begins or ends with a blank/, /without the blank\.$/],
    [' ~/my leads.db', /begins or ends with a blank/, /without the blank\.$/],
  ])('%j', (text, message, hint) => {
    const places: [string, () => string | null][] = [
      ['--ledger', () => ledgerPath(text, {}, '/work', '/home/asha', 'linux')],
      ['LEADPUSH_LEDGER', () => ledgerPath(null, { LEADPUSH_LEDGER: text }, '/work', '/home/asha', 'linux')],
    ];
    for (const [where, find] of places) {
      // An empty variable is none.
      if (text === '' && where === 'LEADPUSH_LEDGER') continue;
      let said: unknown = null;
      try {
        find();
      } catch (error) {
        said = error;
      }
      expect(said).toBeInstanceOf(UsageError);
      expect(said).toMatchObject({
        message: expect.stringMatching(message),
        hint: expect.stringMatching(hint),
      });
      expect(String(said)).toContain(`${where}: `);
      expect(String(said)).not.toContain('hunter2');
    }
  });

  it.each(['./~x.db', 'a~b.db', '/data/a$b.db', 'C:\\leads\\l.db', 'cost$.db', "it's.db", 'x:y.db'])(
    'and %j is not',
    (text) => {
      expect(ledgerPath(text, {}, '/work', '/home/asha', 'linux')).toBe(resolve('/work', text));
    },
  );

  it('and one of the configuration counts after flag and variable', () => {
    const find = (flag: string | null, env: Record<string, string>) =>
      ledgerPath(flag, env, '/work', '/home/asha', 'linux', '/etc/leads/l.db');
    expect(find(null, {})).toBe('/etc/leads/l.db');
    expect(find(null, { LEADPUSH_LEDGER: 'v.db' })).toBe('/work/v.db');
    expect(find('f.db', { LEADPUSH_LEDGER: 'v.db' })).toBe('/work/f.db');
  });
});

describe('a ledger in a database', () => {
  const place = (flag: string | null, env: Record<string, string>, configured: Secret | null = null) =>
    ledgerPlace(flag, env, '/work', '/home/asha', 'linux', configured);

  it.each<[string, string | null, Record<string, string>, Secret | null, string]>([
    ['by the flag', 'postgresql://u:hunter2@db/leads', {}, null, '--ledger'],
    ['by the short name', 'POSTGRES://u:hunter2@db/leads', {}, null, '--ledger'],
    ['by the variable', null, { LEADPUSH_LEDGER: 'postgres://u:hunter2@db/leads' }, null, 'LEADPUSH_LEDGER'],
    [
      'by the configuration',
      null,
      {},
      new Secret('postgresql://u:hunter2@db/leads'),
      'ledger in the configuration',
    ],
  ])('is named %s, and never a folder', (_, flag, env, configured, where) => {
    const found = place(flag, env, configured);
    expect(found).toMatchObject({ kind: 'address', where });
    expect(JSON.stringify(found)).not.toContain('hunter2');
    expect(ledgerPath(flag, env, '/work', '/home/asha', 'linux', configured)).toBeNull();
  });
});

describe('the lease that a test shortens', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['0', null],
    ['x', null],
    ['3000', 3000],
  ])('%j: %j', (text, expected) => {
    expect(testLeaseMs({ LEADPUSH_TEST_LEASE_MS: text })).toBe(expected);
  });
});

describe('the pages that a test allows', () => {
  it.each([
    [undefined, null],
    ['', null],
    ['0', null],
    ['-3', null],
    ['many', null],
    ['60', 60],
  ])('%j: %j', (text, expected) => {
    expect(testMaxPages({ LEADPUSH_TEST_MAX_PAGES: text })).toBe(expected);
  });
});

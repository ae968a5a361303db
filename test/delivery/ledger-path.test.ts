import { describe, expect, it } from 'vitest';
import { ledgerPath, testMaxPages } from '../../src/delivery/ledger-path.ts';

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

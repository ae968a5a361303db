import { describe, expect, it } from 'vitest';
import { sharedGroup, strangersPart, type User } from '../../src/config/owner.ts';

const asha: User = { uid: 1000, ownGroup: (gid) => gid === 1000 };
const root: User = { uid: 0, ownGroup: (gid) => gid === 0 };

describe('whose a file is', () => {
  it.each<[string, User, number, number, number, RegExp | null]>([
    ['the user’s', asha, 1000, 1000, 0o100644, null],
    ['the user’s, for its own group', asha, 1000, 1000, 0o100664, null],
    ['root’s', asha, 0, 0, 0o100644, null],
    ['another’s', asha, 1001, 1000, 0o100600, /another user \(uid 1001\)/],
    ['for a group', asha, 1000, 100, 0o100664, /a group \(gid 100\)/],
    ['root’s, for root’s group, which this user is not in', asha, 0, 0, 0o100664, /a group \(gid 0\)/],
    ['for all', asha, 1000, 1000, 0o100646, /every user/],
    ['a folder like /tmp', asha, 0, 0, 0o041777, /every user/],
    ['a user’s, for root', root, 1000, 1000, 0o100600, /another user \(uid 1000\)/],
    ['root’s, for root', root, 0, 0, 0o100664, null],
  ])('%s', (_, user, uid, gid, mode, expected) => {
    const part = strangersPart({ uid, gid, mode }, user);
    if (expected === null) expect(part).toBeNull();
    else expect(part).toMatch(expected);
  });
});

describe('a group that others share', () => {
  const passwd =
    '# accounts\nroot:x:0:0::/root:/bin/sh\nasha:x:1000:1000::/h:/bin/sh\nravi:x:1001:100::/h:/bin/sh\n';
  it.each<[string, number, number, string, boolean]>([
    ['of its own', 1000, 1000, 'asha:x:1000:\n', false],
    ['of its own, listed', 1000, 1000, 'asha:x:1000:asha\n', false],
    ['with a member', 1000, 1000, 'asha:x:1000:ravi\n', true],
    ['that another has by default', 100, 1000, 'users:x:100:\n', true],
    ['of a user that stands nowhere, by its own number', 12345, 12345, '', false],
    ['of a user that stands nowhere', 500, 12345, '', true],
  ])('%s', (_, gid, uid, group, expected) => {
    expect(sharedGroup(gid, uid, passwd, group)).toBe(expected);
  });
});

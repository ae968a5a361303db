// The digest of a key against node's own HMAC: a ledger written before must know every key.
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyDigest } from '../../src/ledger/key-digest.ts';

const SALT = Buffer.from('c2FsdA==', 'base64');
const hmac = (salt: Buffer, text: string) =>
  createHmac('sha256', salt).update(text).digest().toString('base64url', 0, 16);

describe('the digest of a key', () => {
  it.each([
    '',
    'a',
    '+919988776655',
    'é'.repeat(1366),
    '漢'.repeat(1365),
    '漢'.repeat(1366),
    'x'.repeat(100_000),
    '\ud800',
  ])('is the HMAC of %.20s', (text) => expect(keyDigest(SALT)(text)).toBe(hmac(SALT, text)));

  it('is the HMAC under any salt, whatever was digested before', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.string({ unit: 'binary' })),
        (salt, texts) => {
          const digest = keyDigest(Buffer.from(salt));
          for (const text of texts) expect(digest(text)).toBe(hmac(Buffer.from(salt), text));
        },
      ),
    );
  });
});

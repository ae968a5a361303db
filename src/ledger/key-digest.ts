// The digest of a submission's key: HMAC-SHA256 (RFC 2104) under the ledger's salt, made of two one-shot hashes over the
// prepared key blocks. An Hmac object for each lead costs more than twice as much (4.4 against 1.9 µs), which is a tenth of
// what a known row costs.
import { hash } from 'node:crypto';

/** Bytes of a SHA-256 block. */
const BLOCK = 64;
const DIGEST = 32;
/** Longer identities are hashed from a buffer of their own. */
const USUAL = 4096;
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** @returns the digest's first 128 bits as base64url: 22 characters */
export type KeyDigest = (identity: string) => string;

/** @param salt of any length */
export function keyDigest(salt: Uint8Array): KeyDigest {
  const given = Buffer.from(salt);
  const key = given.length > BLOCK ? hash('sha256', given, 'buffer') : given;
  const inner = Buffer.alloc(BLOCK + USUAL, 0x36);
  const outer = Buffer.alloc(BLOCK + DIGEST, 0x5c);
  for (const [i, byte] of key.entries()) {
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  const block = inner.subarray(0, BLOCK);
  return (identity) => {
    // A character is at most three bytes.
    const message =
      identity.length * 3 <= USUAL
        ? inner.subarray(0, BLOCK + inner.write(identity, BLOCK))
        : Buffer.concat([block, Buffer.from(identity)]);
    outer.write(hash('sha256', message, 'hex'), BLOCK, 'hex');
    return first128Bits(hash('sha256', outer, 'base64url'));
  };
}

/** 16 bytes are 21 characters and two bits of the next: its other four bits are none of theirs. */
function first128Bits(digest: string): string {
  const last = BASE64URL.indexOf(digest.charAt(21));
  return digest.slice(0, 21) + BASE64URL.charAt(last & 0b110000);
}

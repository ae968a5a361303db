// Content codings of answers: what is undone, and what says that it could not be read.
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseJson, whatIs } from '../../src/providers/json.ts';
import { bodyText } from '../../src/transport/answer-body.ts';

const TEXT = '{"name":"आशा","lead_id":17863}';
const plain = Buffer.from(TEXT);
const BOMB = Buffer.alloc(200 * 1024 * 1024);
const half = (bytes: Buffer) => bytes.subarray(0, bytes.length / 2);

describe('bodyText reads', () => {
  it.each<[string, Buffer, string | undefined]>([
    ['no coding', plain, undefined],
    ['an empty header', plain, ''],
    ['identity', plain, 'identity'],
    ['a charset in its place', plain, 'UTF-8'],
    ['a word of mail beside a coding', gzipSync(plain), 'gzip, 8bit'],
    ['gzip', gzipSync(plain), 'gzip'],
    ['gzip by its old name, in capitals', gzipSync(plain), ' X-GZIP '],
    ['deflate as zlib', deflateSync(plain), 'deflate'],
    ['deflate as zlib, hardly squeezed', deflateSync(plain, { level: 0 }), 'deflate'],
    ['deflate without zlib', deflateRawSync(plain), 'deflate'],
    ['br', brotliCompressSync(plain), 'br'],
    ['gzip, then br', brotliCompressSync(gzipSync(plain)), 'gzip, br'],
    ['gzip twice, by two headers', gzipSync(gzipSync(plain)), 'gzip, gzip'],
    ['a header that somebody left when it undid the coding', plain, 'gzip'],
  ])('%s', (_, body, coding) => {
    expect(bodyText(body, coding)).toBe(TEXT);
  });

  it('an empty body, whatever its coding', () => {
    expect(bodyText(Buffer.alloc(0), 'gzip')).toBe('');
    expect(bodyText(Buffer.alloc(0), 'zstd')).toBe('');
  });
});

describe('bodyText cannot read', () => {
  it.each<[string, Buffer, string, string]>([
    ['a coding that was not asked for', plain, 'zstd', 'its encoding "zstd" was not requested'],
    ['one that every object has', plain, 'constructor', 'its encoding "constructor" was not requested'],
    ['half a gzip', half(gzipSync(plain)), 'gzip', 'its gzip data is incomplete or damaged'],
    ['half a deflate', half(deflateSync(plain)), 'deflate', 'its deflate data is incomplete or damaged'],
    ['half a br', half(brotliCompressSync(plain)), 'br', 'its br data is incomplete or damaged'],
    ['a gzip that unfolds beyond bounds', gzipSync(BOMB), 'gzip', 'it is larger than 1 MiB'],
    ['a deflate that does', deflateSync(BOMB), 'deflate', 'it is larger than 1 MiB'],
    ['a br that does', brotliCompressSync(BOMB), 'br', 'it is larger than 1 MiB'],
    ['a gzip in a gzip that does', gzipSync(gzipSync(BOMB)), 'gzip, gzip', 'it is larger than 1 MiB'],
    ['too many codings', plain, 'gzip, gzip, gzip, gzip', 'it is compressed 4 times'],
  ])('%s', (_, body, coding, why) => {
    const text = bodyText(body, coding);
    expect(text).toBe(`(unreadable: ${why})`);
    expect(parseJson(text)).toBeUndefined();
    expect(whatIs(text)).toBe(`a body that cannot be read (${why})`);
  });
});

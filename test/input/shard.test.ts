// Which records are one machine's.
import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isOfShard, parseShard } from '../../src/input/shard.ts';
import type { LeadResult } from '../../src/lead/lead.ts';

const lead = (phone: string): LeadResult => ({ kind: 'lead', lead: { phone }, warnings: [] });
const invalid = (phone: string | null): LeadResult => ({ kind: 'invalid', errors: [], warnings: [], phone });

describe('a shard', () => {
  it.each([
    ['1/1', { index: 1, of: 1 }],
    ['2/3', { index: 2, of: 3 }],
    ['1000/1000', { index: 1000, of: 1000 }],
  ])('%s', (text, shard) => {
    expect(parseShard(text, '--shard')).toEqual(shard);
  });

  it.each(['', '0/3', '4/3', '1', '1/0', '01/3', '1/2/3', '1 / 3', '-1/3', '1/1001', 'a/b', '1.5/3'])(
    'is not %j',
    (text) => {
      expect(() => parseShard(text, '--shard')).toThrow(/--shard: expected I\/N/);
    },
  );

  it.each([1, 2, 3, 7])('of %i has each record once, by its phone or its number', (of) => {
    const shards = Array.from({ length: of }, (_, i) => ({ index: i + 1, of }));
    const sizes = shards.map(() => 0);
    for (let i = 0; i < 2_000; i++) {
      const result = i % 5 === 0 ? invalid(null) : lead(`+9198200${10_000 + i}`);
      const owners = shards.filter((shard) => isOfShard(result, i + 1, shard));
      expect(owners).toHaveLength(1);
      sizes[(owners[0]?.index ?? 0) - 1] = (sizes[(owners[0]?.index ?? 0) - 1] ?? 0) + 1;
    }
    expect(Math.min(...sizes)).toBeGreaterThan((0.8 * 2_000) / of);
  });

  it('of a phone is the same whatever stands around it, by the first bits of its SHA-256', () => {
    const phone = '+919820012345';
    const part = Math.floor((Number.parseInt(hash('sha256', phone).slice(0, 8), 16) / 2 ** 32) * 4) + 1;
    for (const result of [lead(phone), invalid(phone)]) {
      for (const record of [1, 2, 99]) expect(isOfShard(result, record, { index: part, of: 4 })).toBe(true);
    }
  });
});

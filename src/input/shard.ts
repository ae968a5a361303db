// `--shard I/N`: which records of an input are one machine's, where several read the same one.
import { hash } from 'node:crypto';
import type { LeadResult } from '../lead/lead.ts';
import { UsageError } from '../util/usage-error.ts';

export interface Shard {
  /** From 1 to `of`. */
  readonly index: number;
  readonly of: number;
}

/** 48 bits of a SHA-256, as hexadecimal digits. */
const DIGITS = 12;
const ALL = 16 ** DIGITS;
const MAX_SHARDS = 1_000;

/** @param name of the option, for the message @throws UsageError */
export function parseShard(given: string, name: string): Shard {
  const [, index = 0, of = 0] = (/^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(given) ?? []).map(Number);
  if (index >= 1 && index <= of && of <= MAX_SHARDS) return { index, of };
  throw new UsageError(
    `${name}: expected I/N, such as 1/3 for the first of three machines, found "${given}".`,
    `N is at most ${MAX_SHARDS}, and each machine has another I from 1 to N.`,
  );
}

/**
 * All leads of one phone belong to one shard: its SHA-256 falls into one of N equal parts. A record without a usable phone goes
 * by its number.
 * @param record from 1
 */
export function isOfShard(result: LeadResult, record: number, { index, of }: Shard): boolean {
  const phone = result.kind === 'lead' ? result.lead.phone : result.phone;
  return index === (phone === null ? (record - 1) % of : partOf(phone, of)) + 1;
}

function partOf(phone: string, of: number): number {
  return Math.floor((Number.parseInt(hash('sha256', phone).slice(0, DIGITS), 16) / ALL) * of);
}

// What the database knows of keys and phones, read from its answer, and what is answered to claims by it. Pure.
import { type Claim, type ClaimAnswer, type ClaimRules, FENCE_SHARE } from '../ledger.ts';
import { numberOf, textOf } from '../rows.ts';
import { answerTo, isFlightOf, isInProgress, type KeyRow, type Owner, type PhoneRow } from '../rules.ts';
import type { Row } from './connection.ts';
import { keyRowsOf } from './rows.ts';

/** Another lead of the phone stands in the way of a claim. `wait`: it may be in progress. */
export interface Blocked {
  readonly by: PhoneRow;
  readonly wait: boolean;
}

export interface Known {
  readonly phones: ReadonlyMap<string, PhoneRow>;
  readonly rows: ReadonlyMap<string, KeyRow>;
  readonly owners: ReadonlyMap<string, { readonly ended: boolean; readonly renewedAt: number }>;
  /** Unix ms, by the database's clock. */
  readonly instant: number;
}

export const NOTHING_KNOWN: Known = { rows: new Map(), phones: new Map(), owners: new Map(), instant: 0 };

export function knownOf(row: Row): Known {
  const owners: readonly (readonly [string, boolean, number])[] =
    row['owners'] === null ? [] : JSON.parse(textOf(row['owners']));
  const phones = phonesOf(row['phones']);
  return {
    rows: row['known'] === null ? new Map() : keyRowsOf(textOf(row['known'])),
    phones: new Map(phones.map(({ row: phone }) => [phone.phoneKey, phone])),
    owners: new Map([
      ...phones.flatMap(({ row: { run }, owner }) => (owner === null ? [] : [[run, owner] as const])),
      ...owners.map(([run, ended, renewedAt]) => [run, { ended, renewedAt }] as const),
    ]),
    instant: numberOf(row['instant']),
  };
}

function phonesOf(phones: unknown): readonly {
  readonly row: PhoneRow;
  readonly owner: { readonly ended: boolean; readonly renewedAt: number } | null;
}[] {
  if (phones === null || phones === undefined) return [];
  const rows: readonly (readonly [
    string,
    string,
    number,
    number | null,
    readonly [boolean, number] | null,
  ])[] = JSON.parse(textOf(phones));
  return rows.map(([phoneKey, run, seq, timeoutMs, owner]) => ({
    row: { phoneKey, run, seq, timeoutMs },
    owner: owner === null ? null : { ended: owner[0], renewedAt: owner[1] },
  }));
}

export function textsOf(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.map(textOf) : [];
}

export interface Seen {
  readonly answer: (claim: Claim) => ClaimAnswer;
  /** Another lead of its phone, where the claim is ours otherwise. */
  readonly inTheWay: (claim: Claim) => Blocked | null;
  /** Milliseconds since another run last renewed its lease; 0 for one that has ended. */
  readonly silentMs: (run: string) => number;
  /** Milliseconds by which the database's clock is ahead of this machine's. */
  readonly ahead: number;
}

/**
 * Owners are judged by the database's time, and answers tell ours.
 * @param now Unix ms, by this machine's clock
 * @param mayBeBack after an outage the others may only be on their way back: none counts as dead
 */
export function seenIn(
  { rows, phones, owners, instant }: Known,
  about: {
    readonly run: string;
    readonly rules: ClaimRules;
    readonly leaseMs: number;
    readonly now: number;
    readonly mayBeBack: boolean;
  },
): Seen {
  const { run, rules, leaseMs, now, mayBeBack } = about;
  const ahead = instant - now;
  const ownerOf = (other: string): Owner => {
    const owner = owners.get(other);
    if (owner === undefined || owner.ended) return { liveness: 'gone', sendsUntil: 0 };
    const lives = instant < owner.renewedAt + leaseMs || mayBeBack;
    return {
      liveness: lives ? 'alive' : 'lapsed',
      sendsUntil: Math.ceil(owner.renewedAt + leaseMs * FENCE_SHARE),
    };
  };
  const toOurTime = (answer: ClaimAnswer): ClaimAnswer =>
    answer.kind === 'unsettled' && answer.notBefore !== null
      ? { ...answer, notBefore: answer.notBefore - ahead }
      : answer;
  const byKey = (claim: Claim) => answerTo(run, claim, rows.get(claim.key), rules, ownerOf);
  const inTheWay = (claim: Claim): Blocked | null => {
    const by = phones.get(claim.phoneKey);
    if (by === undefined || isFlightOf(by, run, claim, rows.get(claim.key))) return null;
    const { kind } = byKey(claim);
    if (kind !== 'ours' && kind !== 'unsettled') return null;
    return { by, wait: isInProgress(by, ownerOf(by.run), instant) };
  };
  const answer = (claim: Claim): ClaimAnswer => {
    const blocked = inTheWay(claim);
    if (blocked?.wait === true) return { kind: 'busy', run: blocked.by.run, on: claim.phoneKey };
    return toOurTime(byKey(claim));
  };
  const silentMs = (other: string): number => {
    const owner = owners.get(other);
    return owner === undefined || owner.ended ? 0 : instant - owner.renewedAt;
  };
  return { answer, inTheWay, silentMs, ahead };
}

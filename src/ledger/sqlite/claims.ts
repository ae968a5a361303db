// Answers to claims whose keys are known, or whose phones are in other flights, and the taking of those that are ours.
import { jsonText } from '../json-text.ts';
import type { Claim, ClaimAnswer, ClaimRules } from '../ledger.ts';
import { textOf } from '../rows.ts';
import {
  answerTo,
  isFlightOf,
  isInProgress,
  isSending,
  type KeyRow,
  type Owner,
  type PhoneRow,
} from '../rules.ts';
import { placeOf } from './codes.ts';
import { END_FLIGHTS, TAKE_FLIGHTS, TAKE_KEYS, TAKE_PHONES } from './commit.ts';
import type { Statements } from './database.ts';
import { PHONES, phoneRowsOf, type StoredKey } from './known.ts';
import { packClaim, packFlight } from './packed.ts';

export const OURS: ClaimAnswer = { kind: 'ours' };

export type OwnerOf = (db: Statements, run: string) => Promise<Owner>;

export interface Claims {
  readonly run: string;
  /** Of the run. */
  readonly number: number;
  readonly claims: readonly Claim[];
  readonly rules: ClaimRules;
}

/** What is known of the claims that are not taken yet, by key. */
type Others = ReadonlyMap<string, StoredKey | undefined>;

/** @param now Unix ms @returns the answers to all claims; those of `others` that are ours are taken now */
export async function answerClaims(
  db: Statements,
  ownerOf: OwnerOf,
  now: number,
  about: Claims,
  others: Others,
): Promise<readonly ClaimAnswer[]> {
  const { run, claims, rules } = about;
  const owners = new Map<string, Owner>();
  const ask = async (rows: Iterable<KeyRow | PhoneRow>): Promise<void> => {
    for (const row of rows) if (!owners.has(row.run)) owners.set(row.run, await ownerOf(db, row.run));
  };
  const found = (other: string) => owners.get(other) ?? { liveness: 'gone', sendsUntil: 0 };
  await ask([...others.values()].filter((row) => row !== undefined).filter(isSending));
  const answers = claims.map((claim) =>
    others.has(claim.key) ? answerTo(run, claim, others.get(claim.key), rules, found) : OURS,
  );
  const isTakenNow = (claim: Claim, i: number) => others.has(claim.key) && isTaken(answers[i]);
  const taken = claims.filter(isTakenNow);
  if (taken.length > 0) {
    const [row] = await db.rows(PHONES, [JSON.stringify(taken.map(({ phoneKey }) => phoneKey))]);
    const phones = phoneRowsOf(textOf(row?.['known']));
    await ask(phones.values());
    claims.forEach((claim, i) => {
      const other = phones.get(claim.phoneKey);
      if (other === undefined || !isTakenNow(claim, i)) return;
      if (isFlightOf(other, run, claim, others.get(claim.key))) return;
      if (isInProgress(other, found(other.run), now))
        answers[i] = { kind: 'busy', run: other.run, on: claim.phoneKey };
    });
  }
  await take(db, now, about, answers, others);
  return answers;
}

/** Writes the intents of claims that are ours, of those that were not taken yet. */
async function take(
  db: Statements,
  now: number,
  { run, number, claims }: Claims,
  answers: readonly ClaimAnswer[],
  others: Others,
): Promise<void> {
  /** What is not being sent there any more: claims that were held and are not ours after all, and their former owners. */
  const over: number[] = [];
  const keys: (readonly unknown[])[] = [];
  const flights: Claim[] = [];
  for (const [i, claim] of claims.entries()) {
    const answer = answers[i];
    if (answer === undefined || !others.has(claim.key)) continue;
    const row = others.get(claim.key);
    if (isTaken(answer)) flights.push(claim);
    if (answer.kind === 'ours') {
      if (!isSendingHere(row, run, claim))
        keys.push([...packClaim(number, claim, run), row?.id ?? null, null]);
    } else if (answer.kind === 'unsettled' && row !== undefined) {
      // A lead that may have been accepted has the older submission id; the look-up finds it by that id.
      const { submissionId, leadIdWatermark, notBefore } = answer;
      const older = { ...claim, submissionId, leadIdWatermark };
      keys.push([...packClaim(number, older, run), row.id, notBefore]);
      over.push(row.place);
    } else if (claim.held === true && !isSendingHere(row, run, claim)) over.push(placeOf(number, claim.seq));
  }
  if (over.length > 0) await db.run(END_FLIGHTS, [jsonText(over)]);
  if (flights.length > 0) {
    const rows = jsonText(flights.map((claim) => packFlight(number, claim)));
    for (const sql of [TAKE_FLIGHTS, ...TAKE_PHONES]) await db.run(sql, [rows]);
  }
  if (keys.length > 0) await db.run(TAKE_KEYS, [jsonText(keys), now]);
}

function isTaken(answer: ClaimAnswer | undefined): boolean {
  return answer?.kind === 'ours' || answer?.kind === 'unsettled';
}

function isSendingHere(row: KeyRow | undefined, run: string, { seq }: Claim): boolean {
  return row?.state === 'sending' && row.run === run && row.seq === seq;
}

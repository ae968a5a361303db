// What a turn says to the database: the arguments of the functions in schema.ts, from what a run claims and ends.

import { jsonText } from '../json-text.ts';
import type { Claim, ClaimAnswer, Completion } from '../ledger.ts';
import type { KeyRow } from '../rules.ts';
import type { Statement, Value } from './connection.ts';
import type { Blocked } from './known.ts';
import { flightRow, resultRow } from './rows.ts';
import { BODY_SEPARATOR } from './schema.ts';

/** One turn: see the function of this name. */
export function turnStatement(
  s: string,
  run: string,
  completions: readonly Completion[],
  claims: readonly Claim[],
): Statement {
  return {
    name: 'turn',
    text: `SELECT * FROM ${s}.turn($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)`,
    values: [run, ...turnValues(completions, claims)],
  };
}

/** Frees the phones of dead runs, and asks to be notified of the others' ends. */
export function freePhonesStatement(s: string, blocked: readonly Blocked[]): Statement {
  return {
    text: `SELECT array_to_json(${s}.free_phones($1,$2,$3,$4)) AS changed`,
    values: [
      blocked.map(({ by }) => by.phoneKey),
      blocked.map(({ by }) => by.run),
      blocked.map(({ by }) => by.seq),
      // As text: the driver's arrays hold no booleans.
      blocked.map(({ wait }) => String(wait)),
    ],
  };
}

/** A key that exists, as it was seen: to be taken over, or (seq null) waited for. */
export interface Take {
  readonly row: KeyRow;
  readonly key: string;
  readonly phoneKey: string;
  readonly seq: number | null;
  readonly submissionId: string;
  readonly leadIdWatermark: string | null;
  /** Unix ms, by the database's clock. */
  readonly until: number | null;
  readonly body: string;
}

/** @param ahead milliseconds by which the database's clock is ahead of this machine's */
export function takesOf(
  claims: readonly Claim[],
  answers: ReadonlyMap<string, ClaimAnswer>,
  rows: ReadonlyMap<string, KeyRow>,
  ahead: number,
): readonly Take[] {
  return claims.flatMap((claim) => {
    const row = rows.get(claim.key);
    const answer = answers.get(claim.key);
    if (row === undefined || answer === undefined) return [];
    if (answer.kind !== 'ours' && answer.kind !== 'unsettled' && answer.kind !== 'busy') return [];
    if (answer.kind === 'busy' && answer.on !== claim.key) return [];
    // A lead that may have been accepted has the older submission id; the look-up finds it by that id.
    const { submissionId, leadIdWatermark } = answer.kind === 'unsettled' ? answer : claim;
    const until = answer.kind === 'unsettled' && answer.notBefore !== null ? answer.notBefore + ahead : null;
    const seq = answer.kind === 'busy' ? null : claim.seq;
    const { key, phoneKey } = claim;
    return [{ row, key, phoneKey, seq, submissionId, leadIdWatermark, until, body: flightBody(claim) }];
  });
}

export function takeStatement(s: string, run: string, takes: readonly Take[]): Statement {
  return {
    name: 'take',
    text: `SELECT array_to_json(${s}.take($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)) AS changed`,
    values: [
      run,
      takes.map(({ key }) => key),
      takes.map(({ row }) => row.run),
      takes.map(({ row }) => row.seq),
      takes.map(({ row }) => row.state),
      takes.map(({ seq }) => seq),
      takes.map(({ submissionId }) => submissionId),
      takes.map(({ leadIdWatermark }) => leadIdWatermark),
      takes.map(({ until }) => until),
      takes.map(({ seq, body }) => (seq === null ? null : body)),
      takes.map(({ phoneKey }) => phoneKey),
    ],
  };
}

/** The arguments of `turn` after the run. */
function turnValues(completions: readonly Completion[], claims: readonly Claim[]): readonly Value[] {
  // A record that is already known, or never sent, has no claim to end: most records of a re-run are like this.
  const ends = completions.filter(({ key }) => key !== null);
  return [
    ends.map(({ key }) => key),
    ends.map(({ result }) => result.seq),
    ends.map(({ result }) => result.status),
    ends.map(({ result }) => cleanOrNull(result.leadId)),
    ends.map(({ at }) => at),
    completions.map(({ result }) => result.seq),
    completions.map(({ result }) => result.status),
    completions.map(({ key }) => key),
    completions.map((one) => jsonText(resultRow(one)[3])).join(BODY_SEPARATOR),
    claims.map(({ key }) => key),
    claims.map(({ seq }) => seq),
    claims.map(({ submissionId }) => submissionId),
    claims.map(({ leadIdWatermark }) => cleanOrNull(leadIdWatermark)),
    claims.map(flightBody).join(BODY_SEPARATOR),
    claims.map(({ phoneKey }) => phoneKey),
  ];
}

function flightBody(claim: Claim): string {
  return jsonText(flightRow(claim)[1]);
}

/** PostgreSQL has no place for NUL. */
function cleanOrNull(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\0', '\ufffd');
}

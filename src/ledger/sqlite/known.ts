// What the ledger's tables say about keys and phones, as one JSON text for many rows: libsql returns rows one by one on
// our thread.

import { FLIGHT_AT, RESULT_AT } from '../rows.ts';
import type { KeyRow, PhoneRow } from '../rules.ts';
import { isKey, seqIn, seqOf } from './codes.ts';
import { instantOf, keyStateOf } from './packed.ts';

/** The columns of {@link KnownKey}, from tables as KNOWN_JOINS joins them. */
export const KNOWN_COLUMNS = `known.id, owners.id, known.place, known.state,
  coalesce(known.submission_id, owners.id || '-' || ${seqIn('known.place')}), known.floor, known.lead_id, known.at,
  iif(typeof(ended.body->>${RESULT_AT.file}) = 'integer', texts.text, ended.body->>${RESULT_AT.file}),
  ended.body->>${RESULT_AT.record}, known.until, sent.body->>${FLIGHT_AT.timeoutMs}`;

/** After a row of `keys` under the name `known`. */
export const KNOWN_JOINS = `
  LEFT JOIN runs AS owners ON owners.n = known.place >> 32
  LEFT JOIN results AS ended ON ended.id = known.place
  LEFT JOIN texts ON texts.run = known.place >> 32 AND texts.n = ended.body->>${RESULT_AT.file}
  LEFT JOIN flights AS sent ON known.state = 0 AND sent.id = known.place`;

/** ?1 digests, as a JSON array. */
export const KEY_ROWS = `
  SELECT json_group_array(json_array(known.key, ${KNOWN_COLUMNS})) AS known
  FROM json_each(?1) AS asked JOIN keys AS known ON ${isKey('known', 'asked.value')} ${KNOWN_JOINS}`;

/** The key of a claim, and what is under it; only the key where nothing is. */
type KnownKey = readonly [
  key: string,
  id: number | null,
  run: string,
  place: number,
  state: number,
  submissionId: string,
  leadIdWatermark: string | null,
  leadId: string | null,
  at: number,
  file: string | null,
  record: number | null,
  until: number | null,
  timeoutMs: number | null,
];

export interface StoredKey extends KeyRow {
  /** In `keys`. */
  readonly id: number;
  readonly place: number;
}

/** By key; undefined where nothing is known. */
export function knownKeysOf(known: string): ReadonlyMap<string, StoredKey | undefined> {
  const rows: readonly KnownKey[] = JSON.parse(known);
  return new Map(rows.map((row) => [row[0], storedKeyOf(row)]));
}

function storedKeyOf(row: KnownKey): StoredKey | undefined {
  const [, id, run, place, state, submissionId, leadIdWatermark, leadId, at, ...rest] = row;
  const [file, record, until, timeoutMs] = rest;
  if (id === null) return undefined;
  return {
    id,
    place,
    run,
    seq: seqOf(place),
    state: keyStateOf(state),
    submissionId,
    leadIdWatermark,
    leadId,
    at: instantOf(at),
    file,
    record,
    until,
    timeoutMs,
  };
}

/** ?1 phones, as a JSON array: the flights that have them. */
export const PHONES = `
  SELECT json_group_array(json_array(phone, runs.id, ${seqIn('flights.id')}, body->>${FLIGHT_AT.timeoutMs})) AS known
  FROM json_each(?1) AS asked JOIN flights ON ${isPhone('flights', 'asked.value')}
    JOIN runs ON runs.n = flights.id >> 32`;

/** In SQL: the row of `flights`, under the name `table`, that has this phone. */
export function isPhone(table: string, phone: string): string {
  return `substr(${table}.phone, 1, 8) = substr(${phone}, 1, 8) AND ${table}.phone = ${phone}`;
}

/** The result of PHONES, by phone. */
export function phoneRowsOf(known: string): ReadonlyMap<string, PhoneRow> {
  const rows: readonly (readonly [string, string, number, number | null])[] = JSON.parse(known);
  return new Map(
    rows.map(([phoneKey, run, seq, timeoutMs]) => [phoneKey, { phoneKey, run, seq, timeoutMs }]),
  );
}

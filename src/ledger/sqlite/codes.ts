// States and places as numbers, and what is asked of them in SQL.
import type { Status } from '../../delivery/outcome.ts';

/** A state or status is stored as its position here: never change these, only add. The first two take no room. */
export const CODES = [
  'sending',
  'created',
  'duplicate',
  'failed',
  'invalid',
  'rejected',
  'skipped',
  'unknown',
] as const satisfies readonly (Status | 'sending')[];

export type State = (typeof CODES)[number];

export const CODE: Readonly<Record<State, number>> = {
  sending: 0,
  created: 1,
  duplicate: 2,
  failed: 3,
  invalid: 4,
  rejected: 5,
  skipped: 6,
  unknown: 7,
};

const RUN = 2 ** 32;

/** @param run its number */
export const placeOf = (run: number, seq: number): number => run * RUN + seq;
export const seqOf = (place: number): number => place % RUN;
/** In SQL: the seq of a place; the number of a run by its id; whether a place is one of a run's after this seq. */
export const seqIn = (place: string): string => `(${place} & 0xffffffff)`;
export const numberOfRun = (id: string): string => `(SELECT n FROM runs WHERE id = ${id})`;
export const isAfter = (place: string, run: string, seq: string): string =>
  `${place} > (${run} << 32) + ${seq} AND ${place} <= (${run} << 32) + 0xffffffff`;
/** In SQL: codes, for IN. */
export const codes = (...states: readonly State[]): string =>
  `(${states.map((state) => CODE[state]).join(', ')})`;

/** In SQL: the row of `keys`, under the name `table`, that has this digest. */
export const isKey = (table: string, digest: string): string =>
  `substr(${table}.key, 1, 8) = substr(${digest}, 1, 8) AND ${table}.key = ${digest}`;

// A turn of the ledger as one SQL statement: a row put into a view, whose trigger ends what was under way, keeps the
// results and takes the new claims. Each statement costs a way to libsql's thread and back; one a turn costs it once.
import type { Claim } from './ledger.ts';
import { RESULT_COLUMNS } from './ledger-rows.ts';

/** The place of a column in a row of `ends`. */
const end = (column: string): string => `value->>${RESULT_COLUMNS.indexOf(column)}`;

/**
 * Makes the view for one connection; nothing of it is in the file. `ends` and `claims` are JSON arrays of rows by
 * position, which SQLite takes apart faster than by name: {@link RESULT_COLUMNS} and {@link claimRow}.
 *
 * - A key that another run has taken over meanwhile is that run's: only the result is kept.
 * - A claim of a key that is there already is not taken here.
 */
export const TURN_VIEW = `
  CREATE TEMP VIEW turn AS SELECT NULL AS owner, NULL AS instant, NULL AS ends, NULL AS claims;
  CREATE TEMP TRIGGER taken INSTEAD OF INSERT ON turn BEGIN
    UPDATE keys SET state = ${end('status')}, lead_id = ${end('lead_id')}, at = ${end('at')}
      FROM json_each(NEW.ends)
      WHERE keys.key = ${end('key')} AND keys.run = NEW.owner AND keys.state = 'sending';
    DELETE FROM flights
      WHERE run = NEW.owner AND seq IN (SELECT ${end('seq')} FROM json_each(NEW.ends) WHERE ${end('key')} IS NOT NULL);
    INSERT INTO results (run, ${RESULT_COLUMNS.join(', ')})
      SELECT NEW.owner, ${RESULT_COLUMNS.map(end).join(', ')} FROM json_each(NEW.ends);
    INSERT INTO keys (key, run, seq, state, submission_id, floor, at)
      SELECT value->>0, NEW.owner, value->>1, 'sending', value->>2, value->>3, NEW.instant
      FROM json_each(NEW.claims) WHERE true
      ON CONFLICT (key) DO NOTHING;
    INSERT INTO flights (run, seq, target, file, record, line, lead)
      SELECT NEW.owner, value->>1, value->>4, value->>5, value->>6, value->>7, value->>8
      FROM json_each(NEW.claims) JOIN keys ON keys.key = value->>0
      WHERE keys.run = NEW.owner AND keys.seq = value->>1 AND keys.state = 'sending';
  END`;

/** ?1 the run, ?2 the instant (ISO 8601), ?3 ends, ?4 claims. Gives those keys, as a JSON array, that were there before. */
export const TAKE_TURN = `
  INSERT INTO turn (owner, instant, ends, claims) VALUES (?1, ?2, ?3, ?4)
  RETURNING (
    SELECT json_group_array(keys.key) FROM json_each(claims) JOIN keys ON keys.key = value->>0
    WHERE keys.run <> owner OR keys.seq <> value->>1 OR keys.state <> 'sending'
  ) AS others`;

/** What a claim keeps, by position. */
export function claimRow(claim: Claim): readonly unknown[] {
  const { key, seq, submissionId, floor, target, file, record, line, lead } = claim;
  return [key, seq, submissionId, floor, target, file, record, line, lead];
}

/** ?1 claims as JSON, ?2 the run, ?3 the instant: takes keys that are there already, from whoever had them. */
export const TAKE_KEYS = `
  INSERT INTO keys (key, run, seq, state, submission_id, floor, at)
  SELECT value->>0, ?2, value->>1, 'sending', value->>2, value->>3, ?3 FROM json_each(?1) WHERE true
  ON CONFLICT (key) DO UPDATE SET run = excluded.run, seq = excluded.seq, state = excluded.state,
    submission_id = excluded.submission_id, floor = excluded.floor, lead_id = NULL, at = excluded.at`;
export const ADD_FLIGHTS = `
  INSERT INTO flights (run, seq, target, file, record, line, lead)
  SELECT ?2, value->>1, value->>4, value->>5, value->>6, value->>7, value->>8 FROM json_each(?1)`;

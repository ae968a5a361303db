// A commit of the ledger as one SQL statement: a row is inserted into a view, whose trigger ends submissions, stores the
// results and takes the new claims. Each statement is a round trip to libsql's thread, so a commit needs only one.

import { COUNT_MARK } from './log-file.ts';
import { FLIGHT_AT } from './rows.ts';

/**
 * Creates the view for one connection; it is not stored in the file. Its columns after the first two are JSON arrays of
 * rows by position, which SQLite reads faster than by name: see rows.ts. The rows are narrow, because reading one value
 * parses its whole row.
 *
 * - A key that another run has taken over belongs to that run: only the result is stored. But created and duplicate are
 *   always stored under the key, and end the other run's sending.
 * - A claim of a key that already exists is not taken here, nor one whose phone is in another flight: its own has none.
 * - The log's mark is counted up: as a statement of its own it would cost our thread more than the rest of the turn.
 */
export const COMMIT_VIEW = `
  CREATE TEMP VIEW turn AS
    SELECT NULL AS owner, NULL AS instant, NULL AS ends, NULL AS outcomes, NULL AS claims, NULL AS leads;
  CREATE TEMP TRIGGER taken INSTEAD OF INSERT ON turn BEGIN
    UPDATE keys SET run = NEW.owner, seq = value->>1, state = value->>2, lead_id = value->>3, at = value->>4
      FROM json_each(NEW.ends)
      WHERE keys.key = value->>0 AND CASE keys.run
        WHEN NEW.owner THEN keys.state = 'sending'
        ELSE value->>2 IN ('created', 'duplicate') AND keys.state NOT IN ('created', 'duplicate')
      END;
    DELETE FROM flights WHERE run = NEW.owner AND seq IN (SELECT value->>1 FROM json_each(NEW.ends));
    INSERT INTO results (run, seq, status, key, body)
      SELECT NEW.owner, value->>0, value->>1, value->>2, value->3 FROM json_each(NEW.outcomes);
    INSERT INTO flights (run, seq, body, phone)
      SELECT NEW.owner, value->>0, value->1,
        iif(EXISTS (SELECT 1 FROM flights AS f WHERE f.phone = value->>2), NULL, value->>2)
      FROM json_each(NEW.leads) WHERE true
      ON CONFLICT (run, seq) DO NOTHING;
    INSERT INTO keys (key, run, seq, state, submission_id, floor, at)
      SELECT value->>0, NEW.owner, value->>1, 'sending', value->>2, value->>3, NEW.instant
      FROM json_each(NEW.claims)
      WHERE (SELECT phone FROM flights WHERE run = NEW.owner AND seq = value->>1) IS NOT NULL
      ON CONFLICT (key) DO NOTHING;
    ${COUNT_MARK};
  END`;

/**
 * ?1 the run, ?2 the instant (ISO 8601), ?3 ends, ?4 results, ?5 claims, ?6 the rows of `flights` for these claims.
 * Returns, as a JSON array, the keys that existed before or whose phones are in other flights: those are not taken, but their
 * `flights` are written.
 */
export const TAKE_COMMIT = `
  INSERT INTO turn (owner, instant, ends, outcomes, claims, leads) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
  RETURNING (
    SELECT json_group_array(value->>0) FROM json_each(claims) LEFT JOIN keys ON keys.key = value->>0
      LEFT JOIN flights ON flights.run = owner AND flights.seq = value->>1
    WHERE keys.key IS NULL OR keys.run <> owner OR keys.seq <> value->>1 OR keys.state <> 'sending'
      OR flights.phone IS NULL
  ) AS others`;

/** ?1 phones. Returns, as a JSON array, the flights that have them. */
export const PHONES = `
  SELECT json_group_array(json_array(phone, run, seq, body->>${FLIGHT_AT.timeoutMs})) AS known
  FROM flights WHERE phone IN (SELECT value FROM json_each(?1))`;

/** ?1 rows of seq and phone, ?2 the run: from now on these phones are theirs, whichever flight had them. */
export const TAKE_PHONES = [
  `UPDATE flights SET phone = NULL WHERE phone IN (SELECT value->>1 FROM json_each(?1)) AND ?2 IS NOT NULL`,
  `UPDATE flights SET phone = value->>1 FROM json_each(?1) WHERE flights.run = ?2 AND flights.seq = value->>0`,
];

/**
 * ?1 claims, with the Unix ms until which another run's request may be in progress, ?2 the run, ?3 the instant: takes
 * over keys that already exist.
 */
export const TAKE_KEYS = `
  INSERT INTO keys (key, run, seq, state, submission_id, floor, at, until)
  SELECT value->>0, ?2, value->>1, 'sending', value->>2, value->>3, ?3, value->>4 FROM json_each(?1) WHERE true
  ON CONFLICT (key) DO UPDATE SET run = excluded.run, seq = excluded.seq, state = excluded.state,
    submission_id = excluded.submission_id, floor = excluded.floor, lead_id = NULL, at = excluded.at, until = excluded.until`;

/** ?1 rows of run and seq that are not being sent there any more, or never were. */
export const END_FLIGHTS = `
  DELETE FROM flights WHERE (run, seq) IN (SELECT value->>0, value->>1 FROM json_each(?1))`;

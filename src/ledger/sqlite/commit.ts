// A commit of the ledger as one SQL statement: a row is inserted into a view, whose trigger ends submissions, stores the
// results and takes the new claims. Each statement is a round trip to libsql's thread, so a commit needs only one.

import { CODE, isKey } from './codes.ts';
import { isPhone, KNOWN_COLUMNS, KNOWN_JOINS } from './known.ts';
import { COUNT_MARK } from './log-file.ts';

const OVER = `(${CODE.created}, ${CODE.duplicate})`;

/**
 * Creates the view for one connection; it is not stored in the file. Its columns after the first two are JSON arrays of
 * rows by position, which SQLite reads faster than by name: see packed.ts. The rows are narrow, because reading one value
 * parses its whole row.
 *
 * - A key that another run has taken over belongs to that run: only the result is stored. But created and duplicate are
 *   always stored under the key, and end the other run's sending.
 * - A claim of a key that already exists is not taken here, nor one whose phone is in another flight.
 * - The log's mark is counted up: as a statement of its own it would cost our thread more than the rest of the turn.
 */
export const COMMIT_VIEW = `
  CREATE TEMP VIEW turn AS SELECT NULL AS owner, NULL AS instant, NULL AS words, NULL AS ends, NULL AS outcomes,
    NULL AS claims, NULL AS leads;
  CREATE TEMP TRIGGER taken INSTEAD OF INSERT ON turn BEGIN
    INSERT INTO texts (run, n, kind, text)
      SELECT NEW.owner, value->>0, value->>1, value->>2 FROM json_each(NEW.words) WHERE true ON CONFLICT DO NOTHING;
    UPDATE keys SET place = value->>1, state = value->>2, lead_id = value->>3, at = value->>4
      FROM json_each(NEW.ends)
      WHERE ${isKey('keys', 'value->>0')} AND CASE keys.place >> 32
        WHEN NEW.owner THEN keys.state = ${CODE.sending}
        ELSE value->>2 IN ${OVER} AND keys.state NOT IN ${OVER}
      END;
    DELETE FROM flights WHERE id IN (SELECT value->>1 FROM json_each(NEW.ends));
    INSERT INTO results (id, status, key, body)
      SELECT value->>0, value->>1, (SELECT keys.id FROM keys WHERE ${isKey('keys', 'value->>2')}), value->3
      FROM json_each(NEW.outcomes);
    INSERT INTO keys (key, place, state, submission_id, floor, at)
      SELECT value->>0, value->>1, ${CODE.sending}, value->>2, value->>3, NEW.instant FROM json_each(NEW.claims)
      WHERE NOT EXISTS (SELECT 1 FROM keys AS other WHERE ${isKey('other', 'value->>0')})
        AND NOT EXISTS (SELECT 1 FROM flights WHERE ${isPhone('flights', 'value->>4')});
    INSERT INTO flights (id, body, phone)
      SELECT value->>0, value->1, value->>2 FROM json_each(NEW.leads)
      WHERE EXISTS (SELECT 1 FROM keys WHERE ${isKey('keys', 'value->>3')} AND place = value->>0
        AND state = ${CODE.sending})
      ON CONFLICT (id) DO NOTHING;
    ${COUNT_MARK};
  END`;

/**
 * ?1 the run's number, ?2 the instant (Unix ms), ?3 texts, ?4 ends, ?5 results, ?6 claims, ?7 the rows of `flights` for
 * these claims. Returns, as a JSON array, what is known of the claims that were not taken: their keys existed before, or
 * their phones are in other flights.
 */
export const TAKE_COMMIT = `
  INSERT INTO turn (owner, instant, words, ends, outcomes, claims, leads) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
  RETURNING (
    SELECT json_group_array(json_array(value->>0, ${KNOWN_COLUMNS}))
    FROM json_each(claims) LEFT JOIN keys AS known ON ${isKey('known', 'value->>0')}
      LEFT JOIN flights AS ours ON ours.id = value->>1 ${KNOWN_JOINS}
    WHERE known.id IS NULL OR known.place <> value->>1 OR known.state <> ${CODE.sending} OR ours.phone IS NULL
  ) AS others`;

/** ?1 rows of `flights`: those that are not there yet; their phones are given by TAKE_PHONES. */
export const TAKE_FLIGHTS = `
  INSERT INTO flights (id, body) SELECT value->>0, value->1 FROM json_each(?1) WHERE true ON CONFLICT (id) DO NOTHING`;

/** ?1 rows of `flights`: from now on their phones are theirs, whichever flight had them. */
export const TAKE_PHONES = [
  `UPDATE flights SET phone = NULL FROM json_each(?1) WHERE ${isPhone('flights', 'value->>2')}`,
  'UPDATE flights SET phone = value->>2 FROM json_each(?1) WHERE flights.id = value->>0',
];

/**
 * ?1 claims, each with the id of its key (null: it is new), and the Unix ms until which another run's request may be in
 * progress; ?2 the instant.
 */
export const TAKE_KEYS = `
  INSERT INTO keys (key, place, state, submission_id, floor, id, until, at)
  SELECT value->>0, value->>1, ${CODE.sending}, value->>2, value->>3, value->>5, value->>6, ?2
  FROM json_each(?1) WHERE true
  ON CONFLICT (id) DO UPDATE SET place = excluded.place, state = excluded.state,
    submission_id = excluded.submission_id, floor = excluded.floor, lead_id = NULL, at = excluded.at,
    until = excluded.until`;

/** ?1 places that are not being sent there any more, or never were. */
export const END_FLIGHTS = 'DELETE FROM flights WHERE id IN (SELECT value FROM json_each(?1))';

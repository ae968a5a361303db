// How results stand now that later runs have gone on with them: what is asked of SQLite for it.

import { RESULT_AT } from '../rows.ts';
import { CODE, codes, isAfter, isKey, numberOfRun, seqIn } from './codes.ts';

/** Rows of a page. */
export const PAGE = 500;

const IDENTITY = `results.body->>${RESULT_AT.identity}`;

/** The id in `keys` of a result's key, claimed or not; null for what is no submission, or was never sent by anybody. */
export const KEY_ID = `coalesce(results.key, (SELECT keys.id FROM keys WHERE ${isKey('keys', IDENTITY)}))`;

const RUN = numberOfRun('?1');

/** With what a later run made of a lead that was left open, as `now`. ?1 is the run. */
const JOIN_NOW = `keys AS now ON results.status IN ${codes('failed', 'rejected', 'unknown')} AND now.id = ${KEY_ID}
  AND now.place >> 32 > ${RUN}`;

/**
 * ?1 run, ?2 after this seq, ?3 the codes of statuses as they stand now, or null. A page in one row, since a row's way out of
 * SQLite costs more than what it holds: texts of JSON, an element a result, where `bodies` is what the rows themselves hold.
 */
export const RESULTS = `
  SELECT json_group_array(seq) AS seqs, json_group_array(status) AS statuses, json_group_array(json(now)) AS nows,
    '[' || group_concat(body, ',') || ']' AS bodies
  FROM (
    SELECT ${seqIn('results.id')} AS seq, results.status, results.body,
      CASE WHEN later.id IS NULL THEN NULL ELSE json_array(later.id, now.state, now.lead_id, now.at) END AS now
    FROM results LEFT JOIN ${JOIN_NOW} LEFT JOIN runs AS later ON later.n = now.place >> 32
    WHERE ${isAfter('results.id', RUN, '?2')} AND (?3 IS NULL
      OR coalesce(nullif(now.state, 0), results.status) IN (SELECT value FROM json_each(?3)))
    ORDER BY results.id LIMIT ${PAGE}
  )`;

/** ?1 run. Runs that are later come later. */
export const CHANGES = `
  SELECT results.status AS was, now.state AS now, later.id AS by, count(*) AS n
  FROM results JOIN ${JOIN_NOW} JOIN runs AS later ON later.n = now.place >> 32
  WHERE ${isAfter('results.id', RUN, '-1')} GROUP BY 1, 2, 3 ORDER BY later.n`;

/**
 * ?1 run. What it has in progress, and what others have taken over: they go on under the id that it gave, which tells its seq.
 * A lead of which it has a result itself was taken over later, as unknown.
 */
export const IN_FLIGHT = `
  WITH taken AS (
    SELECT CAST(substr(submission_id, length(?1) + 2) AS INTEGER) AS seq, place, state, lead_id, at FROM keys
    WHERE submission_id > ?1 || '-' AND submission_id < ?1 || '.' AND place >> 32 <> ${RUN})
  SELECT taken.seq, flights.body AS flight, later.id AS run, ${seqIn('place')} AS later_seq, taken.state,
    taken.lead_id, taken.at, results.status, results.body
  FROM taken JOIN runs AS later ON later.n = place >> 32
    LEFT JOIN results ON results.id = place LEFT JOIN flights ON flights.id = place
  WHERE NOT EXISTS (SELECT 1 FROM results AS own WHERE own.id = (${RUN} << 32) + taken.seq)
  UNION ALL
  SELECT ${seqIn('id')}, body, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM flights
  WHERE ${isAfter('id', RUN, '-1')} ORDER BY 1`;

/** ?1 runs, as JSON. A lead that several of them had is one. */
export const UNDELIVERED = `
  WITH mine AS (SELECT n FROM runs WHERE id IN (SELECT value FROM json_each(?1)))
  SELECT count(*) AS n FROM (
    SELECT coalesce(${KEY_ID}, ${IDENTITY}, -results.id) AS lead
      FROM mine CROSS JOIN results ON ${isAfter('results.id', 'mine.n', '-1')}
        LEFT JOIN keys ON keys.id = ${KEY_ID} LEFT JOIN runs ON runs.n = keys.place >> 32
      WHERE results.status IN ${codes('failed', 'rejected', 'unknown')}
        AND coalesce(keys.state, results.status) NOT IN ${codes('created', 'duplicate')}
        AND (runs.n IS NULL OR runs.purged_at IS NOT NULL)
    UNION SELECT id FROM keys WHERE state = ${CODE.sending} AND place IN (
      SELECT flights.id FROM mine CROSS JOIN flights ON ${isAfter('flights.id', 'mine.n', '-1')})
  )`;

/** The key of a result, where it is a submission's. */
const OWN_KEY = `coalesce(${KEY_ID}, ${IDENTITY})`;
const IS_OF_LATER = isAfter('results.id', 'later.n', '-1');
/** Of a list of texts, or of objects that have a text of this name. */
const textsIn = (list: string, name: string) =>
  `(SELECT json_group_array(CASE type WHEN 'object' THEN value->>'${name}' ELSE value END) FROM json_each(${list}))`;
/** By their paths; a run of an older version has only their names. */
const SAME_FILES = `${textsIn('runs.files', 'path')} IN (${textsIn('later.files', 'path')}, ${textsIn('later.files', 'name')})`;
/** Where they send is not asked here: it is part of every key. */
const SAME = `later.command = runs.command AND later.parent IS runs.parent AND ${SAME_FILES}
  AND ${textsIn('later.targets', 'name')} = ${textsIn('runs.targets', 'name')}`;
/** One lead from flags, which no other call of `send` can name: its retry goes on with it. */
const RETRY_OF_ONE = `runs.files = '[]' AND runs.parent IS NULL AND later.parent = runs.id`;

/**
 * ?1 run. What it had in progress must have been taken over, and each of its leads must have been met: a file that was
 * replaced under its name is another one. A run that died before its first result is known by the ids that it gave to
 * leads which others have taken over. A retry meets only what was left, so there each target must have had the lead.
 */
export const FINISHED_BY = `
  WITH mine AS (SELECT DISTINCT ${OWN_KEY} AS key, results.status IN ${codes('failed', 'rejected', 'unknown')} AS open
      FROM results WHERE ${isAfter('results.id', RUN, '-1')} AND coalesce(results.key, ${IDENTITY}) IS NOT NULL
    UNION SELECT keys.id, 1 FROM keys
      WHERE NOT EXISTS (SELECT 1 FROM results WHERE ${isAfter('results.id', RUN, '-1')})
        AND keys.submission_id > ?1 || '-' AND keys.submission_id < ?1 || '.')
  SELECT later.id FROM runs JOIN runs AS later ON later.n > runs.n AND (${SAME} OR ${RETRY_OF_ONE})
  WHERE runs.id = ?1 AND later.ended_at IS NOT NULL AND later.summary->>'interrupted' IS NULL
    AND NOT coalesce(later.summary->>'unread', 0)
    AND NOT EXISTS (SELECT 1 FROM flights WHERE ${isAfter('id', RUN, '-1')})
    AND NOT EXISTS (SELECT key FROM mine WHERE open OR later.parent IS runs.parent
      EXCEPT SELECT ${OWN_KEY} FROM results WHERE ${IS_OF_LATER})
    AND CASE WHEN later.parent IS runs.parent THEN EXISTS (SELECT 1 FROM mine)
        OR (runs.files <> '[]' AND NOT EXISTS (SELECT 1 FROM results WHERE ${isAfter('results.id', RUN, '-1')}))
      ELSE json_array_length(runs.targets) <= (SELECT count(*) FROM (SELECT key FROM mine UNION
        SELECT ${OWN_KEY} FROM results WHERE ${IS_OF_LATER})) END
  ORDER BY later.n LIMIT 1`;

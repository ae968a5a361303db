// How results stand now that later runs have gone on with them: what is asked of SQLite for it.
import { RESULT_AT } from './rows.ts';

/** Rows of a page. */
export const PAGE = 500;

/** The key of a result, claimed or not; null for what is no submission. */
export const IDENTITY = `coalesce(results.key, results.body->>${RESULT_AT.identity})`;

/** With what a later run made of a lead that was left open, as `now`. ?1 is the run. */
const JOIN_NOW = `keys AS now ON results.status IN ('failed', 'rejected', 'unknown') AND now.key = ${IDENTITY}
  AND now.run <> ?1 AND (SELECT n FROM runs WHERE id = now.run) > (SELECT n FROM runs WHERE id = ?1)`;

/** ?1 run, ?2 after this seq, ?3 statuses as they stand now, or null. */
export const RESULTS = `
  SELECT results.*, now.run AS now_run, now.state AS now_state, now.lead_id AS now_lead_id, now.at AS now_at
  FROM results LEFT JOIN ${JOIN_NOW}
  WHERE results.run = ?1 AND results.seq > ?2 AND (?3 IS NULL
    OR coalesce(nullif(now.state, 'sending'), results.status) IN (SELECT value FROM json_each(?3)))
  ORDER BY results.seq LIMIT ${PAGE}`;

/** ?1 run */
export const CHANGES = `
  SELECT results.status AS was, now.state AS now, now.run AS by, count(*) AS n
  FROM results JOIN ${JOIN_NOW}
  WHERE results.run = ?1 GROUP BY 1, 2, 3 ORDER BY 1, 2, (SELECT n FROM runs WHERE id = now.run)`;

/**
 * ?1 run. What it had in progress must have been taken over, and each of its leads must have been met: a file that was
 * replaced under its name is another one.
 */
export const FINISHED_BY = `
  WITH mine AS (SELECT DISTINCT ${IDENTITY} AS key FROM results WHERE run = ?1 AND ${IDENTITY} IS NOT NULL)
  SELECT later.id FROM runs JOIN runs AS later ON later.n > runs.n AND later.command = runs.command
    AND later.parent IS runs.parent AND later.files = runs.files AND later.targets = runs.targets
  WHERE runs.id = ?1 AND later.ended_at IS NOT NULL AND later.summary->>'interrupted' IS NULL
    AND NOT coalesce(later.summary->>'unread', 0)
    AND EXISTS (SELECT 1 FROM mine) AND NOT EXISTS (SELECT 1 FROM flights WHERE run = ?1)
    AND NOT EXISTS (SELECT key FROM mine EXCEPT SELECT ${IDENTITY} FROM results WHERE run = later.id)
  ORDER BY later.n LIMIT 1`;

// How results stand now that later runs have gone on with them: what is asked of PostgreSQL for it. See ../sqlite/standing.ts.
import { RESULT_AT } from '../rows.ts';

/** Rows of a page. */
export const PAGE = 500;

/** The key of a result `r`, claimed or not; null for what is no submission. */
export const identityOf = (r: string): string => `coalesce(${r}.key, ${r}.body->>${RESULT_AT.identity})`;

/** With what a later run made of a lead that was left open, as `now`. $1 is the run. */
const joinNow = (s: string): string => `${s}.keys now ON r.status IN ('failed', 'rejected', 'unknown')
  AND now.key = ${identityOf('r')} AND now.run <> $1
  AND (SELECT n FROM ${s}.runs WHERE id = now.run) > (SELECT n FROM ${s}.runs WHERE id = $1)`;

/** $1 run, $2 after this seq, $3 statuses as they stand now, or null. */
export const resultsIn = (s: string): string => `
  SELECT r.run, r.seq, r.status, r.body::text AS body,
    now.run AS now_run, now.state AS now_state, now.lead_id AS now_lead_id, now.at AS now_at
  FROM ${s}.results r LEFT JOIN ${joinNow(s)}
  WHERE r.run = $1 AND r.seq > $2
    AND ($3::text[] IS NULL OR coalesce(nullif(now.state, 'sending'), r.status) = ANY ($3))
  ORDER BY r.seq LIMIT ${PAGE}`;

/** $1 run */
export const changesIn = (s: string): string => `
  SELECT r.status AS was, now.state AS now, now.run AS by, count(*)::int AS n
  FROM ${s}.results r JOIN ${joinNow(s)}
  WHERE r.run = $1 GROUP BY 1, 2, 3 ORDER BY 1, 2, (SELECT n FROM ${s}.runs WHERE id = now.run)`;

/** $1 run. See ../sqlite/standing.ts. */
export const inFlightIn = (s: string): string => `
  WITH taken AS (
    SELECT split_part(submission_id, '-', 2)::int AS seq, run AS now_run, seq AS now_seq, state AS now_state,
      lead_id AS now_lead_id, at AS now_at
    FROM ${s}.keys WHERE run <> $1 AND starts_with(submission_id, $1 || '-')
  )
  SELECT t.*, f.body::text AS flight, r.run, r.status, r.body::text AS body
  FROM taken t LEFT JOIN ${s}.results r ON r.run = t.now_run AND r.seq = t.now_seq
    LEFT JOIN ${s}.flights f ON f.run = t.now_run AND f.seq = t.now_seq
  WHERE NOT EXISTS (SELECT FROM ${s}.results own WHERE own.run = $1 AND own.seq = t.seq)
  UNION ALL
  SELECT seq, NULL, NULL, NULL, NULL, NULL, body::text, NULL, NULL, NULL FROM ${s}.flights WHERE run = $1
  ORDER BY 1`;

/** $1 runs. A lead that several of them had is one. */
export const undeliveredIn = (s: string): string => `
  SELECT count(*)::int AS n FROM (
    SELECT coalesce(${identityOf('r')}, r.run || ' ' || r.seq) AS lead
      FROM ${s}.results r LEFT JOIN ${s}.keys k ON k.key = ${identityOf('r')} LEFT JOIN ${s}.runs o ON o.id = k.run
      WHERE r.run = ANY ($1) AND r.status IN ('failed', 'rejected', 'unknown')
        AND coalesce(k.state, r.status) NOT IN ('created', 'duplicate')
        AND (o.id IS NULL OR o.purged_at IS NOT NULL)
    UNION SELECT k.key FROM ${s}.flights f JOIN ${s}.keys k ON k.run = f.run AND k.seq = f.seq
      WHERE f.run = ANY ($1) AND k.state = 'sending'
  ) leads`;

const textsIn = (list: string, name: string) => `(
  SELECT coalesce(json_agg(CASE json_typeof(t) WHEN 'object' THEN t->>'${name}' ELSE t#>>'{}' END ORDER BY n)::text, '[]')
  FROM json_array_elements(${list}) WITH ORDINALITY AS e (t, n))`;
const SAME_FILES = `${textsIn('first.files', 'path')} IN (${textsIn('later.files', 'path')}, ${textsIn('later.files', 'name')})`;
const SAME = `later.command = first.command AND later.parent IS NOT DISTINCT FROM first.parent AND ${SAME_FILES}
  AND ${textsIn('later.targets', 'name')} = ${textsIn('first.targets', 'name')}`;
const RETRY_OF_ONE = `json_array_length(first.files) = 0 AND first.parent IS NULL AND later.parent = first.id`;

/** $1 run. See ../sqlite/standing.ts. */
export const finishedByIn = (s: string): string => `
  WITH mine AS (
    SELECT DISTINCT ${identityOf('r')} AS key, r.status IN ('failed', 'rejected', 'unknown') AS open
      FROM ${s}.results r WHERE r.run = $1 AND ${identityOf('r')} IS NOT NULL
    UNION SELECT k.key, true FROM ${s}.keys k
      WHERE NOT EXISTS (SELECT FROM ${s}.results WHERE run = $1)
        AND k.run <> $1 AND starts_with(k.submission_id, $1 || '-')
  )
  SELECT later.id FROM ${s}.runs first JOIN ${s}.runs later ON later.n > first.n AND (${SAME} OR ${RETRY_OF_ONE})
  WHERE first.id = $1 AND later.ended_at IS NOT NULL AND later.summary->>'interrupted' IS NULL
    AND NOT coalesce((later.summary->>'unread')::boolean, false)
    AND NOT EXISTS (SELECT FROM ${s}.flights WHERE run = $1)
    AND NOT EXISTS (
      SELECT key FROM mine WHERE open OR later.parent IS NOT DISTINCT FROM first.parent
      EXCEPT SELECT ${identityOf('r')} FROM ${s}.results r WHERE r.run = later.id
    )
    AND CASE WHEN later.parent IS NOT DISTINCT FROM first.parent
      THEN EXISTS (SELECT FROM mine)
        OR (json_array_length(first.files) > 0 AND NOT EXISTS (SELECT FROM ${s}.results WHERE run = $1))
      ELSE json_array_length(first.targets) <= (SELECT count(*) FROM (SELECT key FROM mine UNION
        SELECT ${identityOf('r')} FROM ${s}.results r WHERE r.run = later.id) met) END
  ORDER BY later.n LIMIT 1`;

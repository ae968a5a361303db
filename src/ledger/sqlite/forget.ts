// The deletion of personal data: statements that take it out of rows, and keep statuses, codes, lead ids and times.
import { FLIGHT_AT, RESULT_AT } from '../rows.ts';

/** Null and `-` (stdin) stay: only a file's name can contain personal data. A number is one of its run's texts. */
const fileOf = (text: string) =>
  `iif(${text} IS NULL OR ${text} = '-' OR typeof(${text}) = 'integer', ${text}, ?3)`;

/** A JSON list of {message, …} with its messages replaced, which may quote a cell or an answer. */
const unquoted = (json: string, path: string) =>
  `json((SELECT json_group_array(json_set(value, '$.message', ?2)) FROM json_each(${json}, '${path}')))`;

/** What a lead is a duplicate of: an array, an object in rows before version 6. */
const origin = `body->${RESULT_AT.duplicateOf}`;
const originWithout = (path: string) => `json_set(${origin}, '${path}', ${fileOf(`${origin}->>'${path}'`)})`;

/** Of the runs whose ids are in ?1. */
const ofRuns = (number: string) =>
  `${number} IN (SELECT n FROM runs WHERE id IN (SELECT value FROM json_each(?1)))`;

/** ?1 runs, ?2 the text that replaces a message, ?3 the text that replaces a file name. */
export const FORGET = [
  `UPDATE results SET body = json_set(body,
     '$[${RESULT_AT.phone}]', NULL, '$[${RESULT_AT.name}]', NULL, '$[${RESULT_AT.lead}]', NULL,
     '$[${RESULT_AT.source}]', NULL, '$[${RESULT_AT.campaign}]', NULL,
     '$[${RESULT_AT.externalId}]', NULL, '$[${RESULT_AT.cell}]', NULL,
     '$[${RESULT_AT.file}]', ${fileOf(`body->>${RESULT_AT.file}`)},
     '$[${RESULT_AT.duplicateOf}]', json(CASE json_type(${origin})
       WHEN 'array' THEN ${originWithout('$[4]')}
       WHEN 'object' THEN ${originWithout('$.file')}
       ELSE 'null' END),
     '$[${RESULT_AT.errors}]', ${unquoted('body', `$[${RESULT_AT.errors}]`)},
     '$[${RESULT_AT.warnings}]', ${unquoted('body', `$[${RESULT_AT.warnings}]`)})
   WHERE ${ofRuns('id >> 32')}`,
  `UPDATE texts SET text = ${fileOf('text')} WHERE kind = 'file' AND ${ofRuns('run')}`,
  `DELETE FROM texts WHERE kind = 'about' AND ${ofRuns('run')} AND ?3 IS NOT NULL`,
  `UPDATE flights SET body = json_set(body, '$[${FLIGHT_AT.lead}]', NULL,
     '$[${FLIGHT_AT.file}]', ${fileOf(`body->>${FLIGHT_AT.file}`)})
   WHERE ${ofRuns('id >> 32')}`,
  `UPDATE runs SET
     files = (SELECT json_group_array(${fileOf('value')}) FROM json_each(files)),
     summary = iif(summary IS NULL, NULL, json_set(summary,
       '$.stops', ${unquoted('summary', '$.stops')},
       '$.ledgerFailure', iif(summary->>'ledgerFailure' IS NULL, NULL, ?2)))
   WHERE id IN (SELECT value FROM json_each(?1))`,
];

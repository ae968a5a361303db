// Bodies of rows without personal data: statuses, codes, lead ids and times stay. See ../sqlite/history.ts, which does the
// same in SQL.
import { jsonText } from '../json-text.ts';
import { FLIGHT_AT, FORGOTTEN, FORGOTTEN_FILE, RESULT_AT } from '../rows.ts';

type Json = unknown;

export function forgetResult(body: string): string {
  const values: Json[] = JSON.parse(body);
  for (const at of ['phone', 'name', 'lead', 'source', 'campaign', 'externalId', 'cell'] as const)
    values[RESULT_AT[at]] = null;
  for (const at of ['errors', 'warnings'] as const) values[RESULT_AT[at]] = unquoted(values[RESULT_AT[at]]);
  values[RESULT_AT.file] = withoutName(values[RESULT_AT.file]);
  const duplicateOf = values[RESULT_AT.duplicateOf];
  if (isObject(duplicateOf)) {
    values[RESULT_AT.duplicateOf] = { ...duplicateOf, file: withoutName(duplicateOf['file']) };
  }
  return jsonText(values);
}

export function forgetFlight(body: string): string {
  const values: Json[] = JSON.parse(body);
  values[FLIGHT_AT.lead] = null;
  values[FLIGHT_AT.file] = withoutName(values[FLIGHT_AT.file]);
  return jsonText(values);
}

export function forgetRun(
  files: string,
  summary: string | null,
): { readonly files: string; readonly summary: string | null } {
  const names: readonly Json[] = JSON.parse(files);
  const ended: Json = summary === null ? null : JSON.parse(summary);
  return {
    files: jsonText(names.map(withoutName)),
    summary: !isObject(ended)
      ? null
      : jsonText({
          ...ended,
          stops: unquoted(ended['stops']),
          ledgerFailure: ended['ledgerFailure'] === null ? null : FORGOTTEN,
        }),
  };
}

/** Null and `-` (stdin) stay: only a file's name can contain personal data. */
function withoutName(file: Json): Json {
  return file === null || file === '-' ? file : FORGOTTEN_FILE;
}

/** {message, …}, whose messages may quote a cell or an answer. */
function unquoted(list: Json): Json {
  return Array.isArray(list)
    ? list.map((one: Json) => (isObject(one) ? { ...one, message: FORGOTTEN } : one))
    : list;
}

function isObject(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

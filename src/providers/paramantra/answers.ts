// What Paramantra's answers to a lead mean; every rule comes from docs/providers.md.
import { type Explain, refusesCredentials, saysNo } from '../error-body.ts';
import { said, unclear, verdictOfStatus } from '../http-status.ts';
import { asText, isObject, type JsonObject, parseJson } from '../json.ts';
import type { HttpAnswer, Verdict } from '../provider.ts';

/** One object, or a list of objects: the id is in one of them, the message in another. */
export function readPush(answer: HttpAnswer, explain: Explain): Verdict {
  const json = parseJson(answer.body);
  const rows = (Array.isArray(json) ? json : [json]).filter(isObject);
  // "Not authorized" comes under 200 and 403 too.
  if (answer.status < 500 && rows.some(refusesCredentials)) {
    return { kind: 'unauthorized', message: said(answer, explain) };
  }
  const ofStatus = verdictOfStatus(answer, explain);
  if (ofStatus !== null) return ofStatus;
  const duplicate = rows.find((row) => asText(row['message']) === 'duplicate_entry');
  if (duplicate !== undefined) {
    return { kind: 'duplicate', leadId: idOf(duplicate), message: 'The provider has this phone already.' };
  }
  const success = rows.find((row) => /^success$/i.test(asText(row['status']) ?? '') && idOf(row) !== null);
  const leadId = success === undefined ? null : idOf(success);
  if (leadId !== null) return { kind: 'created', leadId };
  if (rows.some(saysNo)) return { kind: 'rejected', message: said(answer, explain) };
  return unclear(answer);
}

function idOf(row: JsonObject): string | null {
  return asText(row['unique_id']);
}

// What Anarock's answers mean: to a pushed lead, and to "which is the last lead of this phone?". Source of every rule:
// docs/providers.md and contract section 7.
import { type Explain, refusesCredentials, saysNo } from './error-body.ts';
import { said, verdictOfStatus } from './http-status.ts';
import {
  asText,
  isEmpty,
  isObject,
  type Json,
  type JsonObject,
  jsonText,
  parseJson,
  whatIs,
} from './json.ts';
import type { AskVerdict, HeldLead, HttpAnswer, Verdict } from './provider.ts';

/** Our submission id's name in extra_details: what tells our own lead when an answer was lost. */
export const SUBMISSION_ID = 'leadpush_id';

/** The answer to sync-lead. */
export function readPush(answer: HttpAnswer, explain: Explain): Verdict {
  const bad = verdictOfStatus(answer, explain);
  if (bad !== null) return bad;
  const json = parseJson(answer.body);
  if (isObject(json)) {
    const leads = leadsOf(json['response']);
    const leadId = leads !== null && leads.length === 1 ? leads[0]?.leadId : undefined;
    const status = asText(json['status']) ?? 'OK';
    if (leadId !== undefined && !saysNo(json) && /^(ok|success|created|true|2\d\d)$/i.test(status)) {
      return { kind: 'created', leadId };
    }
    if (refusesCredentials(json)) return { kind: 'refused', message: said(answer, explain) };
    if (saysNo(json)) return { kind: 'rejected', message: said(answer, explain) };
  }
  return {
    kind: 'lost',
    message: `The provider answered HTTP ${answer.status} with ${whatIs(answer.body)}, which does not tell whether it took the lead.`,
    again: false,
  };
}

/**
 * What last-lead-data says of a lost answer. Documented is only the answer with a lead; that a well-formed JSON
 * without one means "no lead" is what contract section 7 takes for an answer.
 */
export function readAsk(
  answer: HttpAnswer,
  submissionId: string,
  floor: string | null,
  explain: Explain,
): AskVerdict {
  const { status } = answer;
  const held = readLeads(answer, explain);
  if (held.kind !== 'leads') {
    return held.kind === 'unclear' && (status === 429 || status === 503)
      ? { kind: 'throttled', message: held.message, status }
      : held;
  }
  const own = held.leads.find((lead) => lead.submissionId === submissionId);
  if (own !== undefined) return { kind: 'found', leadId: own.leadId };
  if (held.leads.every(({ leadId }) => isBelow(leadId, floor))) return { kind: 'absent' };
  return {
    kind: 'unclear',
    message: `its newest lead of this phone is ${newest(held.leads)?.leadId ?? 'one'}, which is not known to be ours.`,
  };
}

/** What the provider holds for a phone, as `verify` shows it. */
export function readLookup(
  answer: HttpAnswer,
  explain: Explain,
):
  | { readonly kind: 'held'; readonly lead: HeldLead }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused' | 'unclear'; readonly message: string } {
  const held = readLeads(answer, explain);
  if (held.kind !== 'leads') return held;
  const lead = newest(held.leads);
  return lead === null ? { kind: 'absent' } : { kind: 'held', lead };
}

function readLeads(
  answer: HttpAnswer,
  explain: Explain,
):
  | { readonly kind: 'leads'; readonly leads: readonly HeldLead[] }
  | { readonly kind: 'refused' | 'unclear'; readonly message: string } {
  const { status, body } = answer;
  const message = `it answered ${said(answer, explain)}`;
  if (status === 401) return { kind: 'refused', message };
  if (status !== 200 && status !== 404) return { kind: 'unclear', message };
  const other = { kind: 'unclear', message: `it answered HTTP ${status} with ${whatIs(body)}.` } as const;
  const json = parseJson(body);
  const leads = json === undefined ? null : leadsOf(isObject(json) ? lead(json) : json);
  if (leads === null) return other;
  if (leads.length === 0 && isObject(json)) {
    if (refusesCredentials(json)) return { kind: 'refused', message };
    // Under 404 an error is how "no such lead" is said; under 200 only if it says just that.
    if (status === 200 && saysNo(json) && !NO_LEAD.test(explain(body))) return { kind: 'unclear', message };
    // A lead may stand where we do not look for it.
    if (Object.entries(json).some(([name, value]) => !WORDS.test(name) && isStructure(value))) return other;
  }
  return { kind: 'leads', leads };
}

const NO_LEAD = /\bno\b.*\b(lead|record|data)|not[\s_]found|does(n't| not) exist/i;
const WORDS = /^(response|data|status|message|errors?|meta)$/i;
const OF_A_LEAD = /id$|name|phone|email|details|lead/i;

function isStructure(value: Json): boolean {
  return (Array.isArray(value) || isObject(value)) && !isEmpty(value);
}

/** Has no lead_id, yet holds what may be a lead of another shape. */
function mayBeLead(row: JsonObject): boolean {
  return Object.entries(row).some(
    ([name, value]) => !isEmpty(value) && (isStructure(value) || OF_A_LEAD.test(name)),
  );
}

/** Where in an answer the lead stands. */
function lead(json: JsonObject): Json {
  return json['response'] ?? json['data'] ?? (json['lead_id'] === undefined ? null : json);
}

/** The leads in there: none where it is empty; null where it is something that is no lead. */
function leadsOf(json: Json): readonly HeldLead[] | null {
  if (isEmpty(json)) return [];
  // "No lead of this phone", say.
  if (typeof json === 'string') return /lead_id/.test(json) ? null : [];
  const rows = (Array.isArray(json) ? json : [json]).filter((row) => !isEmpty(row));
  const leads = rows
    .filter((row) => !isObject(row) || asText(row['lead_id']) !== null || mayBeLead(row))
    .map((row) => (isObject(row) ? heldLead(row) : null));
  const understood = leads.filter((held) => held !== null);
  return understood.length === leads.length ? understood : null;
}

function heldLead(row: JsonObject): HeldLead | null {
  const leadId = asText(row['lead_id']);
  if (leadId === null) return null;
  const fields = Object.entries(row).flatMap(([name, value]) => {
    if (name === 'lead_id' || value === null || value === '') return [];
    return [[name, asText(value) ?? (typeof value === 'string' ? value : jsonText(value))]];
  });
  return { leadId, submissionId: submissionIdOf(row['extra_details']), fields: Object.fromEntries(fields) };
}

/** extra_details comes back as an object or as JSON text; the document does not say which. */
function submissionIdOf(extra: Json): string | null {
  const details = typeof extra === 'string' ? parseJson(extra) : extra;
  return isObject(details) ? asText(details[SUBMISSION_ID]) : null;
}

function newest(leads: readonly HeldLead[]): HeldLead | null {
  return leads.reduce<HeldLead | null>(
    (best, held) => (best === null || isBelow(best.leadId, held.leadId) ? held : best),
    null,
  );
}

function isBelow(id: string, floor: string | null): boolean {
  return floor !== null && /^\d+$/.test(id) && /^\d+$/.test(floor) && BigInt(id) < BigInt(floor);
}

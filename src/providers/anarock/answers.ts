// What Anarock answers to "which is the last lead of this phone?". Every rule comes from README.md beside it; how much a
// question may prove is docs/behaviour.md, "Delivery".
import { type Explain, refusesCredentials, saysNo } from '../error-body.ts';
import { chosenLead, isBelow, otherSender } from '../held-lead.ts';
import { said, whereUnclear } from '../http-status.ts';
import {
  asText,
  isEmpty,
  isObject,
  type Json,
  type JsonObject,
  jsonText,
  parseJson,
  whatIs,
} from '../json.ts';
import type { AskVerdict, Held, HeldLead, HttpAnswer } from '../provider.ts';

/** The name of our submission id in extra_details: it identifies our own lead when an answer was lost. */
export const SUBMISSION_ID = 'leadpush_id';

/**
 * What last-lead-data says about a lost answer. Documented is only the answer with a lead; which answers mean
 * "no such lead" is decided by {@link saysAbsent}.
 */
export function readAsk(
  answer: HttpAnswer,
  submissionId: string,
  leadIdWatermark: string | null,
  explain: Explain,
): AskVerdict {
  const held = readLeads(answer, explain);
  if (held.kind === 'unclear') return { kind: whereUnclear(answer.status), message: held.message };
  if (held.kind !== 'leads') return held;
  const own = held.leads.find((lead) => lead.submissionId === submissionId);
  if (own !== undefined) return { kind: 'found', leadId: own.leadId };
  // Details that cannot be read may hold our id.
  if (held.leads.every((lead) => lead.readable && isBelow(lead.leadId, leadIdWatermark)))
    return { kind: 'absent' };
  const last = newest(held.leads);
  return {
    kind: 'unclear',
    other: true,
    message: `its newest lead of this phone is ${last.leadId}, ${otherSender(last.submissionId, submissionId)}.`,
  };
}

/** What the provider holds for a phone, as `verify` shows it. */
export function readLookup(
  answer: HttpAnswer,
  wanted: string | null,
  explain: Explain,
):
  | Held
  | { readonly kind: 'absent' }
  | { readonly kind: 'unauthorized' | 'unclear'; readonly message: string } {
  const held = readLeads(answer, explain);
  if (held.kind !== 'leads') return held;
  const last = newest(held.leads);
  const chosen = chosenLead([last, ...held.leads], wanted);
  const { leadId, submissionId, fields } = chosen;
  return {
    kind: 'held',
    lead: { leadId, submissionId, fields },
    among: held.leads.length,
    newest: chosen === last,
  };
}

/** A lead in an answer. `readable`: its details would show our id if it were ours. */
interface ReadLead extends HeldLead {
  readonly readable: boolean;
}

type Leads = readonly [ReadLead, ...ReadLead[]];

function readLeads(
  answer: HttpAnswer,
  explain: Explain,
):
  | { readonly kind: 'leads'; readonly leads: Leads }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unauthorized' | 'unclear'; readonly message: string } {
  const { status, body } = answer;
  const message = `it answered ${said(answer, explain)}`;
  if (status === 401) return { kind: 'unauthorized', message };
  if (status !== 200 && status !== 404) return { kind: 'unclear', message };
  const json = parseJson(body);
  const leads = json === undefined ? null : leadsOf(isObject(json) ? lead(json) : json);
  const [first, ...others] = leads ?? [];
  if (first !== undefined) return { kind: 'leads', leads: [first, ...others] };
  if (leads !== null && isObject(json)) {
    if (refusesCredentials(json)) return { kind: 'unauthorized', message };
    if (saysAbsent(status, json)) return { kind: 'absent' };
    if (saysNo(json)) return { kind: 'unclear', message };
  }
  const what = leads === null || !isObject(json) ? whatIs(body) : 'JSON that does not say whether it has one';
  return { kind: 'unclear', message: `it answered HTTP ${status} with ${what}.` };
}

/**
 * Whether an answer without a lead says that there is none. The document does not say how that is answered, and a gateway
 * in front may answer anything with `{}`, `null`, a message or a status of its own; so two forms count and nothing else:
 * the documented envelope with an empty response, and a 404 in the provider's own words.
 */
function saysAbsent(status: number, json: JsonObject): boolean {
  // There may be a lead where we do not look for it.
  if (Object.entries(json).some(([name, value]) => !WORDS.test(name) && isStructure(value))) return false;
  if (!isWords(json['status'])) return false;
  const { response, message } = json;
  if (!isEmpty(response) || !isEmpty(json['data'])) return false;
  if (status === 404) {
    // `path` and `error` are what frameworks and gateways answer for an address that they do not know.
    return isWords(message) && !('path' in json) && !('error' in json) && !OF_AN_ADDRESS.test(message);
  }
  if (!('response' in json) || response === false || !isEmpty(json['error']) || !isEmpty(json['errors'])) {
    return false;
  }
  return !saysNo(json) || (isWords(message) && NO_LEAD.test(message));
}

function isWords(value: Json): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

const NO_LEAD =
  /\bno\b.*\b(leads?|records?|data)\b|(^|\b(leads?|records?|data|phone|number) (was |were |is )?)(not[\s_]found|does(n't| not) exist)/i;
const OF_AN_ADDRESS = /\b(route|url|uri|endpoint|page)\b|\bcannot (get|post)\b/i;
const WORDS = /^(response|data|status|message|errors?|meta)$/i;
const OF_A_LEAD = /id$|name|phone|email|details|lead/i;

function isStructure(value: Json): boolean {
  return (Array.isArray(value) || isObject(value)) && !isEmpty(value);
}

/** Whether a row without a lead_id may be a lead of another shape all the same. */
function mayBeLead(row: JsonObject): boolean {
  return Object.entries(row).some(
    ([name, value]) => !isEmpty(value) && (isStructure(value) || OF_A_LEAD.test(name)),
  );
}

/** Where the lead is in an answer. */
function lead(json: JsonObject): Json {
  return json['response'] ?? json['data'] ?? (json['lead_id'] === undefined ? null : json);
}

/** The leads in there: none where it is empty; null where something in it is not a lead. */
function leadsOf(json: Json): readonly ReadLead[] | null {
  if (isEmpty(json)) return [];
  const rows = (Array.isArray(json) ? json : [json]).filter((row) => !isEmpty(row));
  const leads = rows
    .filter((row) => !isObject(row) || asText(row['lead_id']) !== null || mayBeLead(row))
    .map((row) => (isObject(row) ? heldLead(row) : null));
  const read = leads.filter((held) => held !== null);
  return read.length === leads.length ? read : null;
}

function heldLead(row: JsonObject): ReadLead | null {
  const leadId = asText(row['lead_id']);
  if (leadId === null) return null;
  const fields = Object.entries(row).flatMap(([name, value]) => {
    if (name === 'lead_id' || value === null || value === '') return [];
    return [[name, asText(value) ?? (typeof value === 'string' ? value : jsonText(value))]];
  });
  // extra_details comes back as an object or as JSON text; the document does not say which.
  const extra = row['extra_details'];
  const details = typeof extra === 'string' ? parseJson(extra) : extra;
  return {
    leadId,
    submissionId: isObject(details) ? asText(details[SUBMISSION_ID]) : null,
    readable: isObject(details) || isEmpty(extra),
    fields: Object.fromEntries(fields),
  };
}

function newest(leads: Leads): ReadLead {
  return leads.reduce((best, held) => (isBelow(best.leadId, held.leadId) ? held : best));
}

// Asking what the provider has: for `verify` and the read-back of a test lead, and about a lost answer.
import { listed } from '../../util/counted.ts';
import type { Explain } from '../error-body.ts';
import { chosenLead, otherSender } from '../held-lead.ts';
import { said, verdictOfStatus, whereUnclear } from '../http-status.ts';
import { asText, isEmpty, isObject, type Json, type JsonObject, jsonText, whatIs } from '../json.ts';
import type { AskVerdict, HeldLead, HttpAnswer, Payload, ProviderClient } from '../provider.ts';
import { Answer, answerRules, at, conditionOf } from './answers.ts';
import type { AnswerRule, DataLookup, Declaration, Found, Lookup, LookupRule } from './declaration.ts';
import { fill, namesIn, type Scope } from './template.ts';

export interface LookupReader {
  readonly read: (answer: HttpAnswer, leadId: string | null) => Found;
  readonly ask: (answer: HttpAnswer, submissionId: string, leadIdWatermark: string | null) => AskVerdict;
}

/**
 * @param scope the target's settings, without secrets
 * @returns null for a declaration without a look-up
 * @throws PatternError
 */
export function lookupReader(declaration: Declaration, scope: Scope, explain: Explain): LookupReader | null {
  const { lookup, lost, answers = [] } = declaration;
  if (lookup === undefined) return null;
  if (isMade(lookup)) {
    return {
      read: (answer, leadId) => lookup.read(answer, leadId, explain),
      ask: (answer, submissionId, watermark) => lookup.ask(answer, submissionId, watermark, explain),
    };
  }
  const look = looker(lookup, scope, answers, explain);
  return {
    read: (answer, leadId) => {
      const seen = look(answer);
      switch (seen.kind) {
        case 'leads':
          return {
            kind: 'held',
            lead: chosenLead(seen.leads, leadId),
            among: seen.leads.length,
            newest: false,
          };
        case 'absent':
          return seen;
        case 'unauthorized':
          return { kind: 'unauthorized', message: seen.message };
        case 'throttled':
        case 'retryable':
        case 'unclear':
          return { kind: 'unclear', message: seen.message };
      }
    },
    ask: (answer, submissionId) => {
      const seen = look(answer);
      if (seen.kind !== 'leads') return seen;
      const own = seen.leads.find((lead) => lead.submissionId === submissionId);
      if (own !== undefined) return { kind: 'found', leadId: own.leadId };
      if (lost === 'ask-or-resend') return { kind: 'resend' };
      const other = chosenLead(seen.leads, null);
      const message = `it has lead ${other.leadId} of this person, ${otherSender(other.submissionId, submissionId)}.`;
      return { kind: 'unclear', other: true, message };
    },
  };
}

/** The optional fields that a look-up asks by: a lead without one of them cannot be asked about. */
export function askedWithout({ lookup, requires = [] }: Declaration): readonly string[] {
  if (lookup === undefined) return [];
  const names = [lookup.path, ...Object.values(lookup.query ?? {})].flatMap(namesIn);
  const fields = names.flatMap((name) => /^lead\.(\w+)/.exec(name)?.[1] ?? []);
  return [...new Set(fields)].filter((field) => field !== 'phone' && !requires.some((one) => one === field));
}

/** Why a lead does not show our submission id; null: it does. */
export function untoldBy(lookup: Lookup, scope: Scope): string | null {
  if (isMade(lookup)) return null;
  const { ours } = lookup;
  if (ours === undefined) return 'its look-up has no "ours"';
  return fill(ours, scope) === undefined ? `${listed(namesIn(ours), 'and')} is not set` : null;
}

export function isMade(lookup: Lookup): lookup is Extract<Lookup, { read: unknown }> {
  return 'read' in lookup;
}

function isFine({ status }: HttpAnswer): boolean {
  return status >= 200 && status < 300;
}

type Seen =
  | { readonly kind: 'leads'; readonly leads: readonly [HeldLead, ...HeldLead[]] }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unauthorized' | 'throttled' | 'retryable' | 'unclear'; readonly message: string };

function looker(
  lookup: DataLookup,
  scope: Scope,
  answers: readonly AnswerRule[],
  explain: Explain,
): (raw: HttpAnswer) => Seen {
  const rules = lookupRules(lookup, answers, explain);
  const ours = lookup.ours === undefined ? undefined : fill(lookup.ours, scope);
  return (raw) => {
    const answer = new Answer(raw);
    const message = `it answered ${said(raw, explain)}`;
    const decided = rules(answer)?.verdict;
    if (decided !== undefined) return decided === 'absent' ? { kind: 'absent' } : { kind: decided, message };
    if (verdictOfStatus(raw, explain)?.kind === 'unauthorized') return { kind: 'unauthorized', message };
    if (!isFine(raw)) return { kind: whereUnclear(raw.status), message };
    const leads = leadsIn(at(answer.json, lookup.leads), lookup, ours);
    const [first, ...others] = leads ?? [];
    if (first !== undefined) return { kind: 'leads', leads: [first, ...others] };
    const what = leads === null ? whatIs(raw.body) : 'no lead, in words that no rule calls "absent"';
    return { kind: 'unclear', message: `it answered HTTP ${raw.status} with ${what}.` };
  };
}

/** A rule that decided about an answer to a question, and where in the declaration it stands. */
export interface DecidedLookup {
  readonly list: 'lookup.answers' | 'answers';
  readonly index: number;
  readonly verdict: LookupRule['verdict'];
}

/**
 * The rule that decides about an answer to a question; null where none does.
 * @throws PatternError
 */
export function lookupRules(
  lookup: DataLookup,
  answers: readonly AnswerRule[],
  explain: Explain,
): (answer: Answer) => DecidedLookup | null {
  const rules = (lookup.answers ?? []).map((rule) => ({ verdict: rule.verdict, holds: conditionOf(rule) }));
  // What an answer to a lead says of the credentials, and of too many requests, it says of a question as well.
  const general = answers.flatMap((rule, index) => {
    const { verdict } = rule;
    return verdict === 'unauthorized' || verdict === 'throttled'
      ? [{ index, verdict, decides: answerRules([rule], explain) }]
      : [];
  });
  return (answer) => {
    const index = rules.findIndex(({ holds }) => holds(answer));
    const rule = rules[index];
    if (rule !== undefined) return { list: 'lookup.answers', index, verdict: rule.verdict };
    const found = general.find(({ decides }) => decides(answer) !== null);
    return found === undefined ? null : { list: 'answers', index: found.index, verdict: found.verdict };
  };
}

/** None where there are none; null where something there is no lead. */
function leadsIn(json: Json, lookup: DataLookup, ours: string | undefined): readonly HeldLead[] | null {
  if (json === undefined) return null;
  const rows = (Array.isArray(json) ? json : [json]).filter((row) => !isEmpty(row));
  const leads = rows.map((row) => (isObject(row) ? leadOf(row, lookup, ours) : null));
  const read = leads.filter((lead) => lead !== null);
  return read.length === leads.length ? read : null;
}

function leadOf(row: JsonObject, lookup: DataLookup, ours: string | undefined): HeldLead | null {
  const leadId = asText(at(row, lookup.id));
  if (leadId === null) return null;
  const fields = at(row, lookup.fields ?? '');
  return {
    leadId,
    submissionId: ours === undefined ? null : asText(at(row, ours)),
    fields: isObject(fields) ? textsOf(fields, lookup.id) : {},
  };
}

function textsOf(fields: JsonObject, id: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      if (name === id || value === null || value === '') return [];
      if (typeof value === 'boolean') return [[name, String(value)]];
      return [[name, asText(value) ?? (typeof value === 'string' ? value : jsonText(value))]];
    }),
  );
}

/** The part of a payload that comes back under its names. */
export function expectedIn(lookup: Lookup): NonNullable<ProviderClient['lookup']>['expected'] {
  const names = new Set(lookup.returns ?? []);
  return (payload: Payload) => Object.fromEntries(payload.fields.filter(([name]) => names.has(name)));
}

// What a provider is asked: about somebody, and so that the answer tells our lead from others.
import { suggestion } from '../../util/nearest.ts';
import { conditionFaults } from './answer-rules.ts';
import type { DataLookup, Value } from './declaration.ts';
import { FORMS } from './forms.ts';
import { isMade } from './lookup.ts';
import { isPlain } from './payload.ts';
import type { RuleCheck } from './rule-check.ts';
import { namesIn } from './template.ts';

/** `lead.phone:national` and so on: what a look-up can be about. */
const namesOfAbout = [
  'lead.phone',
  ...Object.keys(FORMS.phone).map((form) => `lead.phone:${form}`),
  'lead.email',
];

export function checkLookup(check: RuleCheck): void {
  const { lookup, lost } = check.declaration;
  if (lookup === undefined) {
    if (lost !== 'resend')
      check.complain('lost', 'to ask, a lookup is needed; expected one, or lost: resend');
    return;
  }
  const about = [...check.open, ...namesOfAbout];
  check.path('lookup.path', lookup.path, about, true);
  for (const [name, template] of Object.entries(lookup.query ?? {}))
    check.names(`lookup.query.${name}`, template, about);
  const names = [lookup.path, ...Object.values(lookup.query ?? {})].flatMap(namesIn);
  if (!names.some((name) => name.startsWith('lead.')))
    check.complain(
      'lookup',
      'asks about nobody; expected {lead.phone:FORM} or {lead.email} in its query or path',
    );
  if (!isMade(lookup)) checkDataLookup(check, lookup);
}

function checkDataLookup(check: RuleCheck, lookup: DataLookup): void {
  const { lost } = check.declaration;
  if (lookup.ours !== undefined) check.names('lookup.ours', lookup.ours, check.open);
  else if (lost !== 'resend')
    check.complain(
      'lookup',
      'is missing "ours": where our submission id is in a lead; without it asking tells nothing',
    );
  checkReturns(check, lookup);
  for (const [index, rule] of (lookup.answers ?? []).entries())
    check.faults.push(...conditionFaults(`lookup.answers.${index}`, rule));
  if (lost !== 'resend' && !sendsId(check))
    check.complain('payload', 'nothing holds {submission}, so asking could not tell our lead from others');
}

/** What is not sent cannot be compared, unless an account's own names may be meant. */
function checkReturns(check: RuleCheck, { returns = [] }: DataLookup): void {
  const { payload, settings } = check.declaration;
  const sent = Object.keys(payload);
  if (Object.values(settings).some(({ kind }) => kind === 'fieldMap')) return;
  if (sent.some((name) => namesIn(name).length > 0)) return;
  for (const [index, name] of returns.entries()) {
    if (sent.includes(name)) continue;
    check.complain(
      `lookup.returns.${index}`,
      `"${name}" is not in the payload${suggestion(name, sent) || '; expected names of what is sent'}`,
    );
  }
}

function sendsId(check: RuleCheck): boolean {
  const holds = (value: Value): boolean =>
    !isPlain(value) &&
    (('text' in value && namesIn(value.text).includes('submission')) ||
      ('object' in value && Object.values(value.object).some(holds)));
  return Object.values(check.declaration.payload).some(holds);
}

export function checkSources(check: RuleCheck): void {
  const { sources, auth, environments } = check.declaration;
  if (sources === undefined) return;
  check.path('sources.path', sources.path, check.open, false);
  if (sources.auth !== false && auth?.hmac !== undefined)
    check.complain('sources', 'cannot be signed; expected auth: false');
  if (sources.environment !== undefined)
    check.choice('sources.environment', sources.environment, Object.keys(environments));
}

// What a declaration has to keep beside its shape: names that exist, secrets only where they are masked, addresses that a key
// may travel to, patterns that can be matched in linear time. Each fault says where it is and what was expected.
import { checkEnvironments } from './address-rules.ts';
import { answerFaults } from './answer-rules.ts';
import { isStatus } from './answers.ts';
import { checkAuth } from './auth-rules.ts';
import type { Declaration } from './declaration.ts';
import { checkLookup, checkSources } from './lookup-rules.ts';
import { checkPayload, checkRequest } from './request-rules.ts';
import { RuleCheck } from './rule-check.ts';
import type { Fault } from './schema.ts';
import { checkAccount, checkSettings } from './setting-rules.ts';

/** In the order in which a declaration is written. */
const RULES: readonly ((check: RuleCheck) => void)[] = [
  checkSettings,
  checkEnvironments,
  checkAccount,
  checkAuth,
  checkRequest,
  checkPayload,
  checkAnswers,
  checkLookup,
  checkSources,
  checkFields,
  checkExamples,
];

/** @returns no faults: the declaration can be interpreted */
export function ruleFaults(declaration: Declaration): readonly Fault[] {
  const check = new RuleCheck(declaration);
  for (const rule of RULES) rule(check);
  return check.faults;
}

function checkAnswers({ declaration: { answers = [] }, faults }: RuleCheck): void {
  for (const [index, rule] of answers.entries()) faults.push(...answerFaults(`answers.${index}`, rule));
}

function checkFields(check: RuleCheck): void {
  const { requires = [], dedupe = [] } = check.declaration;
  check.fields(
    'requires',
    requires.map((one) => (typeof one === 'string' ? one : one.field)),
  );
  check.fields('dedupe', dedupe);
}

function checkExamples(check: RuleCheck): void {
  for (const [index, { status }] of (check.declaration.examples ?? []).entries()) {
    if (!isStatus(status)) check.complain(`examples.${index}.status`, 'expected a status from 100 to 599');
  }
}

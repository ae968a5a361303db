// What a declaration has to keep beside its shape: names that exist, secrets only where they are masked, addresses that a key
// may travel to, patterns that can be matched in linear time. Each fault says where it is and what was expected.
import { checkEnvironments } from './address-rules.ts';
import { answerFaults } from './answer-rules.ts';
import { isStatus } from './answers.ts';
import { checkAuth } from './auth-rules.ts';
import { type Declaration, type Example, RULE_VERDICTS } from './declaration.ts';
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
  const { requires = [], dedupe = [], settings } = check.declaration;
  check.fields(
    'requires',
    requires.map((one) => (typeof one === 'string' ? one : one.field)),
  );
  for (const [index, one] of requires.entries()) {
    if (typeof one === 'string') continue;
    for (const [name, value] of Object.entries(one.unless)) {
      const path = `requires.${index}.unless.${name}`;
      if (!check.open.includes(name)) check.complain(path, check.unknown(name, check.open));
      else check.choice(path, value, settings[name]?.choices);
    }
  }
  check.fields('dedupe', dedupe);
}

/** What an answer can come to, by what it answers. */
const VERDICTS: Readonly<Record<NonNullable<Example['to']>, readonly string[]>> = {
  lead: [...RULE_VERDICTS, 'redirected'],
  question: ['found', 'absent', 'unclear', 'resend', 'throttled', 'unauthorized'],
  verify: ['held', 'absent', 'unclear', 'unauthorized'],
};

function checkExamples(check: RuleCheck): void {
  for (const [index, { status, verdict, to = 'lead' }] of (check.declaration.examples ?? []).entries()) {
    const path = `examples.${index}`;
    if (!isStatus(status)) check.complain(`${path}.status`, 'expected a status from 100 to 599');
    check.choice(`${path}.verdict`, verdict, VERDICTS[to]);
  }
}

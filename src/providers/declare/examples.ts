// A declaration's examples: each is read as an answer would be, and has to get the verdict that stands beside it.
import { masked } from '../masked-provider.ts';
import type { AskVerdict, HttpAnswer, ProviderClient, Verdict } from '../provider.ts';
import { placeholders, settingsFrom } from '../sandbox-target.ts';
import { Answer, answerRules } from './answers.ts';
import type { Declaration, Example, Found } from './declaration.ts';
import { declare } from './declare.ts';
import { isMade, lookupRules } from './lookup.ts';

/** Our submission id in examples; `{submission}` in a body stands for it. */
const SUBMISSION = 'EXAMP1E0-1';

/** An example that got another verdict, or another id. */
export interface ExampleFault {
  /** The position, from 0. */
  readonly example: number;
  readonly expected: string;
  readonly got: string;
  /** The rule that decided; null where none held. */
  readonly rule: {
    readonly list: 'answers' | 'lookup.answers';
    readonly index: number;
    readonly verdict: string;
  } | null;
  /** What decided where no rule did. */
  readonly why: string;
}

/** @returns those that failed */
export function checkExamples(declaration: Declaration): readonly ExampleFault[] {
  const provider = masked(declare(declaration));
  const optional = Object.entries(declaration.settings).filter(
    ([, { kind, choices, required }]) => kind === undefined && choices === undefined && required !== true,
  );
  // An account that has every field that it may have.
  const texts = {
    ...placeholders(provider, 'example'),
    ...Object.fromEntries(optional.map(([name]) => [name, `example_${name}`])),
  };
  const client = provider.bind(settingsFrom(provider, texts), {});
  return (declaration.examples ?? []).flatMap((example, index) => {
    const answer = answerOf(example, texts);
    const got = read(client, example, answer);
    const expected = outcome(example.verdict, example.id === undefined ? null : String(example.id));
    const actual = outcome(got.kind, example.id === undefined ? null : got.id);
    if (actual === expected) return [];
    const rule = ruleOf(declaration, example, answer);
    const why = rule === null ? whyOf(declaration, example, got) : '';
    return [{ example: index, expected, got: actual, rule, why }];
  });
}

/** The rule of the declaration that decided about an answer. */
function ruleOf(
  { answers = [], lookup, lost }: Declaration,
  { to = 'lead' }: Example,
  raw: HttpAnswer,
): ExampleFault['rule'] {
  const answer = new Answer(raw);
  if (to === 'lead') {
    const decided = answerRules(answers, () => '')(answer);
    return decided === null ? null : { list: 'answers', index: decided.rule, verdict: decided.verdict.kind };
  }
  if (lookup === undefined || isMade(lookup) || (to === 'question' && lost === 'resend')) return null;
  return lookupRules(lookup, answers, () => '')(answer);
}

/** What an answer was taken for where no rule held. */
function whyOf({ lost }: Declaration, { to = 'lead', status }: Example, { kind, id, message }: Read): string {
  if (to === 'lead') return `no answer rule holds, so HTTP ${status} decides`;
  switch (kind) {
    case 'no lookup':
      return 'the declaration has no lookup';
    case 'resend':
      return lost === 'resend'
        ? 'with lost: resend, nobody is asked'
        : 'no look-up rule holds, and none of its leads has our submission id';
    case 'found':
    case 'held':
      return `no look-up rule holds, and it gives lead ${id ?? ''}`;
    default:
      return `no look-up rule holds${message === null ? '' : `; ${message.replace(/\.$/, '')}`}`;
  }
}

function answerOf(
  { status, headers = {}, body = '' }: Example,
  texts: Readonly<Record<string, string>>,
): HttpAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    status,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: text.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
      name === 'submission' ? SUBMISSION : (texts[name] ?? whole),
    ),
  };
}

interface Read {
  readonly kind: string;
  readonly id: string | null;
  readonly message: string | null;
}

function read(client: ProviderClient, { to = 'lead' }: Example, answer: HttpAnswer): Read {
  switch (to) {
    case 'lead':
      return readOf(client.read(answer));
    case 'question': {
      const { reconciliation } = client;
      return readOf(
        reconciliation.kind === 'resend' ? reconciliation : reconciliation.read(answer, SUBMISSION, null),
      );
    }
    case 'verify':
      return readOf(client.lookup?.read(answer, null) ?? { kind: 'no lookup' });
  }
}

function readOf(verdict: Verdict | AskVerdict | Found | { readonly kind: 'resend' | 'no lookup' }): Read {
  return {
    kind: verdict.kind,
    id: 'leadId' in verdict ? verdict.leadId : 'lead' in verdict ? verdict.lead.leadId : null,
    message: 'message' in verdict ? verdict.message : null,
  };
}

function outcome(kind: string, id: string | null): string {
  return id === null ? kind : `${kind} ${id}`;
}

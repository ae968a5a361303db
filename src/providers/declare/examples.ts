// A declaration's examples: each is read as an answer would be, and has to get the verdict that stands beside it.
import { masked } from '../masked-provider.ts';
import type { HttpAnswer, ProviderClient } from '../provider.ts';
import { placeholders, settingsFrom } from '../sandbox-target.ts';
import { Answer, answerRules } from './answers.ts';
import type { Declaration, Example } from './declaration.ts';
import { declare } from './declare.ts';

/** Our submission id in examples; `{submission}` in a body stands for it. */
const SUBMISSION = 'EXAMPLE-1';

/** An example that got another verdict, or another id. */
export interface ExampleFault {
  /** Positions, from 0. */
  readonly example: number;
  /** The answer rule that decided; null where none held, or the answer was to a question. */
  readonly rule: number | null;
  readonly expected: string;
  readonly got: string;
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
    const isPost = example.to === undefined || example.to === 'lead';
    const rule = isPost
      ? (answerRules(declaration.answers ?? [], () => '')(new Answer(answer))?.rule ?? null)
      : null;
    return [{ example: index, rule, expected, got: actual }];
  });
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

function read(
  client: ProviderClient,
  { to = 'lead' }: Example,
  answer: HttpAnswer,
): { readonly kind: string; readonly id: string | null } {
  if (to === 'lead') {
    const verdict = client.read(answer);
    return { kind: verdict.kind, id: 'leadId' in verdict ? verdict.leadId : null };
  }
  if (to === 'question') {
    const { reconciliation } = client;
    if (reconciliation.kind === 'resend') return { kind: 'resend', id: null };
    const verdict = reconciliation.read(answer, SUBMISSION, null);
    return { kind: verdict.kind, id: 'leadId' in verdict ? verdict.leadId : null };
  }
  const found = client.lookup?.read(answer) ?? { kind: 'no lookup' };
  return { kind: found.kind, id: 'lead' in found ? found.lead.leadId : null };
}

function outcome(kind: string, id: string | null): string {
  return id === null ? kind : `${kind} ${id}`;
}

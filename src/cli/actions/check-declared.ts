// `leadpush check` of providers that the configuration declares: whether their examples hold, whether each lost answer can be
// asked about, and where their hosts stand.
import type { ChosenTarget } from '../../app/targets.ts';
import { type Check, line } from '../../config/checks.ts';
import type { Config } from '../../config/configuration.ts';
import type { Declaration } from '../../providers/declare/declaration.ts';
import { checkExamples, type ExampleFault } from '../../providers/declare/examples.ts';
import { askedWithout } from '../../providers/declare/lookup.ts';
import { counted, listed } from '../../util/counted.ts';

/** The line of the file where a part of the declaration stands, ` (line 12)`. */
type LineAt = (...path: readonly string[]) => string;

export function declaredChecks({ declared, lineOf }: Config): readonly Check[] {
  return declared.flatMap(({ declaration }) => {
    const at: LineAt = (...path) => {
      const found = lineOf(['providers', declaration.name, ...path]);
      return found === null ? '' : ` (line ${found})`;
    };
    return [...exampleChecks(declaration, at), ...lookupChecks(declaration, at)];
  });
}

function exampleChecks(declaration: Declaration, at: LineAt): readonly Check[] {
  const { name, examples = [] } = declaration;
  const next = 'Write examples: answers, each with the verdict that it must get.';
  if (examples.length === 0)
    return [line(null, 'examples', 'warning', `${name}: the declaration has no examples.`, next)];
  const faults = checkExamples(declaration);
  if (faults.length === 0) {
    const count = counted(examples.length, 'example');
    return [line(null, 'examples', 'ok', `${name}: ${count}: each answer gets its verdict.`)];
  }
  return faults.map((fault) =>
    line(null, 'examples', 'failed', `${name}: ${faultText(fault, at)}.`, 'Correct the rule or the example.'),
  );
}

function faultText({ example, rule, expected, got, why }: ExampleFault, at: LineAt): string {
  const which = `example ${example + 1}${at('examples', String(example))} expects ${expected}, but gets ${got}`;
  if (rule === null) return `${which}: ${why}`;
  const { list, index, verdict } = rule;
  const what = list === 'answers' ? 'answer rule' : 'look-up rule';
  return `${which}: ${what} ${index + 1}${at(...list.split('.'), String(index))} decides: ${verdict}`;
}

/** A lead that cannot be asked about stays unknown for ever. */
function lookupChecks(declaration: Declaration, at: LineAt): readonly Check[] {
  const { name, lost } = declaration;
  const fields = askedWithout(declaration);
  // Where a lost answer is settled by sending again, only a person asks, and gives what is needed.
  if (fields.length === 0 || lost === 'resend') return [];
  const what = listed(fields, 'and');
  return [
    line(
      null,
      'lookup',
      'warning',
      `${name}: the look-up${at('lookup')} asks by ${what}, which a lead may lack: without it, a lost answer cannot be asked about.`,
      `Put ${what} into requires of the declaration.`,
    ),
  ];
}

/** The setting that a target's host stands in; null: it is the vendor's own. */
export function hostSetting(
  { config: { name, provider, place, settings } }: ChosenTarget,
  { declared }: Config,
): string | null {
  if (place.baseUrl !== undefined) return `targets.${name}.baseUrl`;
  const found = declared.find((one) => one.declaration.name === provider);
  if (found === undefined) return null;
  const systems = Object.keys(found.declaration.environments);
  const { environment = systems[0] } = settings;
  return typeof environment === 'string' ? `providers.${provider}.environments.${environment}` : null;
}

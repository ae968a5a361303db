// The values that `leadpush init` puts into the target's defaults: what the provider requires of every lead (the project, the
// sources) and the file's columns seldom have. Asked for on a terminal; what nobody knows yet is left for later.
import { fieldNamed } from '../../app/options.ts';
import { requiredFields, type TemplateTarget } from '../../config/template.ts';
import { parseDefaults } from '../../lead/defaults.ts';
import { FIELDS } from '../../lead/fields.ts';
import type { FieldName } from '../../lead/lead.ts';
import { createPhoneParser } from '../../lead/phone.ts';
import type { Prompt } from '../../util/prompt.ts';
import { UsageError } from '../../util/usage-error.ts';
import { pair } from '../flags.ts';
import { settingProblem } from './init-checks.ts';

/** They belong to one person. */
const NEVER: ReadonlySet<string> = new Set(['phone', 'country']);

/** @param given `--default field=value` @returns field -> text, in the provider's order @throws UsageError */
export async function defaultsFor(
  target: Pick<TemplateTarget, 'kind' | 'values'>,
  given: readonly string[],
  questions: Prompt | null,
): Promise<Readonly<Record<string, string>>> {
  const check = settingProblem(target.kind, {});
  const flags = new Map<string, string>();
  for (const one of given) {
    const [name, value] = pair(one, '--default', 'first');
    const field = fieldNamed(name, '--default');
    if (NEVER.has(field) || field.startsWith('extra.')) {
      throw new UsageError(`--default: ${field} has no default; it belongs to one lead.`);
    }
    const problem = check(value.trim());
    if (problem !== null) throw new UsageError(`--default ${field}: ${problem}.`);
    flags.set(field, value.trim());
  }
  await refuseWrong(flags);
  const required = requiredFields(target);
  const defaults: Record<string, string> = {};
  for (const name of required) {
    const value = flags.get(name) ?? (await asked(name, check, questions));
    if (value !== '') defaults[name] = value;
  }
  return { ...defaults, ...Object.fromEntries(flags) };
}

/** Empty where it is left for later, or nobody can be asked. */
async function asked(
  name: FieldName,
  check: (text: string) => string | null,
  questions: Prompt | null,
): Promise<string> {
  if (questions === null) return '';
  const help = FIELDS.find((field) => field.name === name)?.help ?? '';
  const text = `${name}: ${help} [leave for later]`;
  return questions.ask({ text, otherwise: null, optional: true, check });
}

/** @throws UsageError for a value that the field cannot have */
async function refuseWrong(flags: ReadonlyMap<string, string>): Promise<void> {
  const { problems } = await parseDefaults(Object.fromEntries(flags), {
    region: 'IN',
    timezone: 'Asia/Kolkata',
    dateOrder: 'DMY',
    now: Number.POSITIVE_INFINITY,
    words: new Map(),
    includeTest: true,
    phones: createPhoneParser(),
  });
  const [first] = problems;
  if (first !== undefined) throw new UsageError(`--default ${first.field ?? ''}: ${first.message}`);
}

// What `leadpush init` says when the file is written: what is still missing, and the next commands, which run as printed.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Context } from '../../app/context.ts';
import type { Ignored } from '../../config/git-ignore.ts';
import { missingDefaults, type TemplateTarget } from '../../config/template.ts';
import { LEAD_PHONE } from '../../lead/example-phones.ts';
import { fieldByName } from '../../lead/fields.ts';
import { command } from '../../output/next-commands.ts';
import { placeholders, settingsFrom } from '../../providers/sandbox-target.ts';
import { plain } from '../../util/plain.ts';

/** A lead for the first dry run, which sends nothing: with a name, so that it ends without a warning. */
const EXAMPLE_LEAD = ['--phone', LEAD_PHONE, '--name', 'Rahul Kumar'] as const;
/** The CRM may call the number of a smoke test, so it must be the user's own. It is no number, so that nothing is sent as it stands. */
const OWN_NUMBER = 'YOUR OWN NUMBER';

export interface Written {
  readonly path: string;
  readonly text: string;
  readonly target: TemplateTarget;
  readonly ignored: Ignored;
  /** Why a file here is not trusted when it is found; null where it is. */
  readonly untrusted: string | null;
}

export function tellWritten(written: Written, json: boolean, context: Context): void {
  const { path, target, ignored, untrusted } = written;
  const { stdout, stderr } = context;
  const variables = variablesOf(written.text);
  const missing = missingDefaults(target);
  const next = nextSteps(written, variables, context);
  if (untrusted !== null) {
    stderr.write(`leadpush: ${untrusted}: this configuration counts only where it is named with --config.\n`);
  }
  if (ignored.kind === 'failed') {
    stderr.write(
      `leadpush: ${ignored.file} could not be changed (${ignored.reason}): keep .leadpushrc out of the repository yourself.\n`,
    );
  }
  if (json) {
    const gitignore = ignored.kind === 'added' || ignored.kind === 'already' ? ignored.file : null;
    const { name, kind } = target;
    stdout.write(
      `${JSON.stringify({ type: 'init', path, target: name, provider: kind.name, gitignore, variables, missing, next })}\n`,
    );
    return;
  }
  const kept = ignored.kind === 'added' ? `${ignored.file} keeps it out of the repository.\n` : '';
  const { title } = target.kind;
  const open =
    missing.length === 0
      ? ''
      : `${title} takes no lead without ${missing.join(', ')}: ask your contact at ${title}, and fill ${missing.length === 1 ? 'it' : 'them'} in under defaults.\n`;
  const steps = next.map((step, index) => `  ${index + 1}. ${step}\n`).join('');
  const own = next.some((step) => step.includes(OWN_NUMBER))
    ? `\nThe smoke test sends a lead: ${title} may call its number, so give one of your own.\n`
    : '';
  stdout.write(
    `Wrote ${path} with the target "${target.name}" (${title}); only you can read it.\n${kept}${open}\nNext:\n${steps}${own}`,
  );
}

/** The variables in lines that are no comments. */
function variablesOf(text: string): readonly string[] {
  const live = text.split('\n').filter((line) => !/^\s*#/.test(line));
  return [...new Set([...live.join('\n').matchAll(/\$\{([A-Za-z_]\w*)\}/g)].map(([, name = '']) => name))];
}

function nextSteps(
  { target, untrusted }: Written,
  variables: readonly string[],
  { env, cwd }: Context,
): readonly string[] {
  const named = untrusted === null ? [] : ['--config', '.leadpushrc'];
  const { kind, values } = target;
  const secrets = kind.settings.filter((setting) => setting.kind === 'secret');
  const files = secrets.flatMap(({ name }) => {
    const file = values[`${name}File`];
    if (file === undefined || existsSync(resolve(cwd, file))) return [];
    return [{ file, key: secrets.length === 1 ? 'key' : name }];
  });
  const missing = missingDefaults(target);
  // A dry run needs them too; the sandbox's own are as good as any.
  const stand = missing.flatMap((name) => [
    `--${fieldByName(name)?.flag ?? name}`,
    kind.sandbox?.defaults[name] ?? 'example',
  ]);
  const { production } = kind.bind(settingsFrom(kind, { ...placeholders(kind, 'none'), ...values }), {});
  return [
    ...variables.filter((name) => (env[name] ?? '') === '').map((name) => `export ${name}='…'`),
    ...files.map(({ file, key }) => `put the ${key} into ${plain(file)} and chmod 600 it`),
    command('check', ...named),
    command('send', ...EXAMPLE_LEAD, '--dry-run', ...stand, ...named),
    // It sends a lead: not before the target is complete, and never to production.
    ...(missing.length === 0 && !production ? [command('smoke', '--phone', OWN_NUMBER, ...named)] : []),
  ];
}

// `leadpush init`: a commented configuration, by a few questions on a terminal or by flags. It never sees a key: it
// writes which variable or file holds it.
import { existsSync, lstatSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../../app/context.ts';
import { configIn } from '../../config/find.ts';
import { ignoreInGit } from '../../config/git-ignore.ts';
import { currentUser, whyUntrusted } from '../../config/owner.ts';
import { suggestion } from '../../config/problem.ts';
import { configText, type TemplateTarget, variableFor } from '../../config/template.ts';
import { PROVIDERS } from '../../providers/index.ts';
import type { Provider, SettingSpec } from '../../providers/provider.ts';
import { listed } from '../../util/counted.ts';
import { reasonOf } from '../../util/errors.ts';
import { Prompt, QuestionsEnded } from '../../util/prompt.ts';
import { UsageError } from '../../util/usage-error.ts';
import { flagName } from '../flags.ts';
import { fileProblem, settingProblem, targetNameProblem, variableProblem } from './init-checks.ts';
import { defaultsFor } from './init-defaults.ts';
import { tellWritten } from './init-next.ts';
import { schemaLine } from './schema-line.ts';

/** Null: not given. */
export interface InitOptions {
  readonly provider: string | null;
  /** The provider's own settings that are no secrets, by name. */
  readonly settings: Readonly<Record<string, string>>;
  readonly target: string | null;
  /** Name of the environment variable that holds the key. */
  readonly keyVariable: string | null;
  /** File that holds the key, relative to the working directory. */
  readonly keyFile: string | null;
  /** `field=value`: values for leads without their own. */
  readonly defaults: readonly string[];
  /** To stdout, and nowhere else. */
  readonly print: boolean;
  /** Ask nothing. */
  readonly yes: boolean;
  readonly json: boolean;
}

const FILE = '.leadpushrc';

/** @returns 0, or 130 if the user left the questions @throws UsageError if there is a configuration, or a flag is wrong */
export async function initCommand(
  options: InitOptions,
  context: Context,
  providers: readonly Provider[] = PROVIDERS,
): Promise<number> {
  const path = join(context.cwd, FILE);
  if (options.print && options.json) {
    throw new UsageError('--print and --json: one of the two is enough.', '--print prints the file itself.');
  }
  if (!options.print) refuseExisting(path, context.cwd);
  const asking =
    !options.yes && !options.json && context.stdin.isTTY === true && context.stderr.isTTY === true;
  const questions = asking ? new Prompt(context.stdin, context.stderr) : null;
  let target: TemplateTarget;
  try {
    target = await planTarget(options, questions, providers, context.cwd);
  } catch (error) {
    if (!(error instanceof QuestionsEnded)) throw error;
    context.stderr.write('leadpush: nothing was written.\n');
    return error.by === 'interrupt' ? 130 : 2;
  } finally {
    questions?.close();
  }
  const others = providers.filter((kind) => kind !== target.kind);
  const text = `${schemaLine()}${configText(target, others)}`;
  if (options.print) {
    context.stdout.write(text);
    return 0;
  }
  writeNew(path, text);
  const user = currentUser(process.platform);
  const untrusted = user === null ? null : whyUntrusted(path, statSync(path), user);
  tellWritten({ path, text, target, ignored: ignoreInGit(path), untrusted }, options.json, context);
  return 0;
}

function refuseExisting(path: string, cwd: string): void {
  const existing =
    lstatSync(path, { throwIfNoEntry: false }) === undefined ? configIn(cwd, process.platform) : path;
  if (existing !== null) {
    throw new UsageError(
      `${existing} already exists; nothing was written.`,
      'Add a target to it by hand (with --print, this command shows one), or move it away first.',
    );
  }
}

/** New and for its owner only, or not at all. */
function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const code = reasonOf(error);
    // A full disk leaves a part of it; a file that existed before is not ours.
    if (code !== 'EEXIST' && existsSync(path)) unlinkSync(path);
    throw new UsageError(`${path} cannot be written (${code}).`);
  }
}

async function planTarget(
  options: InitOptions,
  questions: Prompt | null,
  providers: readonly Provider[],
  cwd: string,
): Promise<TemplateTarget> {
  const kind = await providerOf(options.provider, questions, providers);
  const given = options.settings;
  const own = kind.settings.map(({ name }) => name);
  for (const name of Object.keys(given)) {
    if (own.includes(name)) continue;
    throw new UsageError(`--${flagName(name)}: ${kind.title} has no such setting.`);
  }
  if (options.keyVariable !== null && options.keyFile !== null) {
    throw new UsageError('--key-variable and --key-file: one of the two is enough.');
  }
  const values: Record<string, string> = {};
  const secrets = kind.settings.filter((setting) => setting.kind === 'secret' && setting.required);
  for (const setting of kind.settings) {
    const { name } = setting;
    if (setting.kind === 'secret') {
      if (!setting.required) continue;
      // The flags name one place. Each further secret has one of its own.
      const first = setting === secrets[0];
      const { keyVariable, keyFile } = first ? options : { keyVariable: null, keyFile: null };
      Object.assign(values, await secretOf(kind, setting, { keyVariable, keyFile, cwd }, questions));
      continue;
    }
    const value = await settingValue(kind, setting, given[name] ?? null, questions);
    if (value !== null) values[name] = value;
  }
  const defaults = await defaultsFor({ kind, values }, options.defaults, questions);
  const environment = values['environment'];
  const usual = environment === undefined ? kind.name : `${kind.name}-${environment}`;
  const targetProblem = targetNameProblem(providers);
  const name = await checked(options.target, '--target', targetProblem, questions, {
    text: 'Name of this target, for --to',
    otherwise: usual,
  });
  return { name: name ?? usual, kind, values, defaults };
}

async function providerOf(
  given: string | null,
  questions: Prompt | null,
  providers: readonly Provider[],
): Promise<Provider> {
  const names = providers.map(({ name }) => name);
  const choices = providers.map(({ name, title }) => ({ name, help: title === name ? '' : title }));
  const name = given ?? (await questions?.choose({ text: 'Which CRM do leads go to?', choices })) ?? names[0];
  const kind = providers.find((candidate) => candidate.name === name);
  if (kind === undefined) {
    throw new UsageError(
      `--provider: expected ${listed(names, 'or')}${suggestion(name ?? '', names) || '.'}`,
    );
  }
  return kind;
}

/** Asked for: what is required, and the environment, since keys belong to one. Null: the template's own. */
async function settingValue(
  kind: Provider,
  setting: SettingSpec,
  given: string | null,
  questions: Prompt | null,
): Promise<string | null> {
  const { name, help, choices, required, defaultText } = setting;
  if (choices !== undefined) {
    if (given !== null && !choices.includes(given)) {
      throw new UsageError(
        `--${flagName(name)}: expected ${listed(choices, 'or')}${suggestion(given, choices) || '.'}`,
      );
    }
    if (given !== null || (name !== 'environment' && !required)) return given;
    const usual = [...choices].sort((a, b) => Number(b === defaultText) - Number(a === defaultText));
    const list = usual.map((choice) => ({ name: choice, help: '' }));
    return (await questions?.choose({ text: `${name}: ${help}`, choices: list })) ?? usual[0] ?? null;
  }
  if ((given === null && !required) || setting.kind !== 'text') return given;
  return checked(given, `--${flagName(name)}`, settingProblem(kind, setting), questions, {
    text: `${name}: ${help}`,
    otherwise: `\${${variableFor(kind, setting)}}`,
  });
}

interface SecretPlace {
  readonly keyVariable: string | null;
  readonly keyFile: string | null;
  /** Where the configuration is written. */
  readonly cwd: string;
}

/** Where the key is. The key itself is never asked for. */
async function secretOf(
  kind: Provider,
  setting: SettingSpec,
  { keyVariable, keyFile, cwd }: SecretPlace,
  questions: Prompt | null,
): Promise<Readonly<Record<string, string>>> {
  const usual = variableFor(kind, setting);
  const inFile = async (given: string | null) => {
    const file = await checked(given, '--key-file', fileProblem(cwd), questions, {
      text: `Path of the file with the ${setting.name}`,
      otherwise: null,
    });
    return { [`${setting.name}File`]: file ?? '' };
  };
  if (keyFile !== null) return inFile(keyFile);
  if (keyVariable === null && questions !== null) {
    const place = await questions.choose({
      text: `Where is the ${setting.name}? ${setting.help}`,
      choices: [
        { name: 'variable', help: 'an environment variable' },
        { name: 'file', help: 'a file that holds nothing else' },
      ],
    });
    if (place === 'file') return inFile(null);
  }
  const variable = await checked(keyVariable, '--key-variable', variableProblem, questions, {
    text: `Name of the variable with the ${setting.name}`,
    otherwise: usual,
  });
  return { [setting.name]: `\${${variable ?? usual}}` };
}

/** A flag's value if it is right, else the answer to a question; null where nobody can be asked. @throws UsageError */
async function checked(
  given: string | null,
  flag: string,
  check: (text: string) => string | null,
  questions: Prompt | null,
  question: { readonly text: string; readonly otherwise: string | null },
): Promise<string | null> {
  if (given === null) return (await questions?.ask({ ...question, check })) ?? null;
  const problem = check(given.trim());
  if (problem !== null) throw new UsageError(`${flag}: ${problem}.`);
  return given.trim();
}

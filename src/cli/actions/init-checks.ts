// What is wrong with an answer of `leadpush init`, or with its flag: each returns null if nothing is.
import { resolve } from 'node:path';
import { uncarriable } from '../../config/carriable.ts';
import { expectedVariable, isWithin, mayFill, SECRETS_FOLDER } from '../../config/found-rules.ts';
import { EXPECTED_VARIABLE, expand, variablesIn } from '../../config/variables.ts';
import type { Provider, SettingSpec } from '../../providers/provider.ts';
import { sandboxTargetName } from '../../providers/sandbox-target.ts';

function textProblem(text: string): string | null {
  if (text === '' || /[\u0000-\u001f\u007f]/.test(text)) return 'expected one line of text';
  return expand(text, {}).malformed ? EXPECTED_VARIABLE : null;
}

/** This file will be found, not named, so a variable or character that would be refused then is refused now. */
export function settingProblem(
  kind: Provider,
  { travels }: Pick<SettingSpec, 'travels'>,
): (text: string) => string | null {
  return (text) => {
    const problem = textProblem(text);
    if (problem !== null) return problem;
    const variables = variablesIn(text);
    if (variables.some((name) => !mayFill(name, kind.name))) return `expected ${expectedVariable(kind.name)}`;
    return variables.length > 0 ? null : uncarriable(text, travels ?? 'body');
  };
}

export function fileProblem(cwd: string): (text: string) => string | null {
  return (text) => {
    const problem = textProblem(text);
    if (problem !== null) return problem;
    // A variable is checked when it is set.
    if (variablesIn(text).length > 0 || isWithin(resolve(cwd, text), [cwd, SECRETS_FOLDER])) return null;
    return `a configuration that is found reads keys from files in its own folder or in ${SECRETS_FOLDER} only; put the file there, or use --key-variable`;
  };
}

/** A key in place of its variable's name must not reach the file, nor a message. */
export function variableProblem(name: string): string | null {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name))
    return 'expected the name of a variable such as CRM_API_KEY';
  return /^(?=.*\d)[A-Za-z0-9]{16,}$/.test(name)
    ? 'this looks like the key itself; expected the name of a variable that holds it'
    : null;
}

export function targetNameProblem(providers: readonly Provider[]): (name: string) => string | null {
  return (name) => {
    if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) return 'expected a name of letters, digits, dashes and dots';
    return providers.some((kind) => sandboxTargetName(kind) === name)
      ? 'this name belongs to the built-in sandbox; choose another'
      : null;
  };
}

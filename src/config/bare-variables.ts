// Texts such as $NAME, which a shell would fill in and a configuration does not: each would be sent as it stands.
import type { FoundConfig } from './find.ts';
import type { Env } from './reader.ts';
import { isRecord } from './schema.ts';

/** Alone, or the last word, as in `Bearer $TOKEN`. */
const BARE = /(?:^|\s)\$([A-Za-z_]\w*)$/;
/** As variables are called: by chance, a password is not. */
const VARIABLE_NAME = /^[A-Z_][A-Z0-9_]+$/;

/** One warning for each. */
export function bareVariables(
  { path }: Pick<FoundConfig, 'path'>,
  content: Readonly<Record<string, unknown>>,
  env: Env,
): readonly string[] {
  return textsIn(content, []).flatMap(({ at, text }) => {
    const [, name = ''] = BARE.exec(text.trim()) ?? [];
    const isSet = Object.hasOwn(env, name);
    if (!isSet && !VARIABLE_NAME.test(name)) return [];
    // What is no variable's name may be a secret.
    const shown = isSet ? name : 'NAME';
    return [
      `${path}: ${at.join('.')}: $${shown} is taken as it stands; write \${${shown}} for the variable.`,
    ];
  });
}

function textsIn(
  value: unknown,
  at: readonly string[],
): readonly { readonly at: readonly string[]; readonly text: string }[] {
  if (typeof value === 'string') return [{ at, text: value }];
  if (Array.isArray(value)) return value.flatMap((part: unknown) => textsIn(part, at));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, [...at, name]));
}

// How requests are signed: with a secret, in one way, and never with one that is written out.
import type { BySetting } from './declaration.ts';
import type { RuleCheck } from './rule-check.ts';
import { namesIn } from './template.ts';

export function checkAuth(check: RuleCheck): void {
  const { auth } = check.declaration;
  if (auth === undefined) return;
  const both = [...check.open, ...check.secret];
  const needsSecret = (path: string, template: string, more: readonly string[] = []) => {
    check.names(path, template, [...both, ...more]);
    if (!namesIn(template).some((name) => check.secret.includes(name))) {
      check.complain(
        path,
        'expected the {name} of a setting of kind: secret; what is no secret belongs into request',
      );
    }
  };
  if (auth.bearer !== undefined && auth.basic !== undefined)
    check.complain('auth', 'basic and bearer are one header; only one is allowed');
  if (auth.bearer !== undefined) needsSecret('auth.bearer', auth.bearer);
  for (const [name, template] of Object.entries(auth.headers ?? {})) {
    check.header(`auth.headers.${name}`, name);
    needsSecret(`auth.headers.${name}`, template);
  }
  for (const [name, template] of Object.entries(auth.query ?? {}))
    needsSecret(`auth.query.${name}`, template);
  if (auth.basic !== undefined) {
    const { user, password } = auth.basic;
    check.names('auth.basic.user', user, both);
    const passwords =
      typeof password === 'string'
        ? [password]
        : Object.entries(password).flatMap(([name, text]) => (name === 'by' ? [] : [text]));
    for (const text of passwords) check.names('auth.basic.password', text, both);
    if (typeof password !== 'string') checkBySetting(check, password);
    if (![user, ...passwords].some((text) => namesIn(text).some((name) => check.secret.includes(name)))) {
      check.complain('auth.basic', 'expected the {name} of a setting of kind: secret');
    }
  }
  const { hmac } = auth;
  if (hmac === undefined) return;
  needsSecret('auth.hmac.key', hmac.key);
  check.names('auth.hmac.over', hmac.over, [...check.open, 'now', 'body']);
  const signed = [...Object.values(hmac.fields ?? {}), ...Object.values(hmac.headers ?? {})];
  for (const template of signed) check.names('auth.hmac', template, [...check.open, 'now', 'hmac']);
  for (const name of Object.keys(hmac.headers ?? {})) check.header(`auth.hmac.headers.${name}`, name);
  if (!signed.some((template) => namesIn(template).includes('hmac')))
    check.complain('auth.hmac', 'expected fields or headers with {hmac}');
  if (namesIn(hmac.over).includes('body') && hmac.fields !== undefined) {
    check.complain('auth.hmac.fields', 'a signature over {body} cannot be in it; expected headers');
  }
}

/** A text for each value of a setting: the setting exists, and so do its values. */
function checkBySetting(check: RuleCheck, { by, ...texts }: BySetting): void {
  if (!check.open.includes(by)) check.complain('auth.basic.password.by', check.unknown(by, check.open));
  for (const value of Object.keys(texts))
    check.choice(`auth.basic.password.${value}`, value, check.declaration.settings[by]?.choices);
}

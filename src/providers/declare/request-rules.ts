// What is posted, and where: bodies that can be made, fields and forms that there are.
import { BODY_KINDS, type Value } from './declaration.ts';
import { FORMS, formsOf } from './forms.ts';
import { fieldsIn, isPlain } from './payload.ts';
import type { RuleCheck } from './rule-check.ts';
import { namesIn } from './template.ts';

export function checkRequest(check: RuleCheck): void {
  const { request, payload } = check.declaration;
  check.path('request.path', request.path, check.open, false);
  for (const [name, template] of Object.entries(request.query ?? {}))
    check.names(`request.query.${name}`, template, check.open);
  for (const [name, template] of Object.entries(request.headers ?? {})) {
    check.header(`request.headers.${name}`, name);
    check.names(`request.headers.${name}`, template, check.open);
  }
  const [by] = namesIn(request.body);
  const kinds =
    by === undefined ? [request.body] : (check.declaration.settings[by]?.choices ?? [request.body]);
  if (by !== undefined) check.names('request.body', request.body, check.open);
  for (const kind of kinds) check.choice('request.body', kind, BODY_KINDS);
  if (request.pair !== undefined && request.body !== 'pairs')
    check.complain('request.pair', 'is only for body: pairs');
  if (Object.keys(payload).length === 0) check.complain('payload', 'expected at least one field');
}

export function checkPayload(check: RuleCheck): void {
  for (const [name, value] of Object.entries(check.declaration.payload)) {
    check.names(`payload.${name}`, name, check.open);
    checkValue(check, `payload.${name}`, value);
  }
}

function checkValue(check: RuleCheck, path: string, value: Value): void {
  if (isPlain(value)) {
    check.fields(path, fieldsIn(value), '; for a text of your own write { text: … }');
  } else if ('text' in value) {
    check.names(`${path}.text`, value.text, [...check.open, 'submission']);
    if (value.as !== undefined) check.choice(`${path}.as`, value.as, Object.keys(FORMS.boolean));
  } else if ('lines' in value) check.fields(`${path}.lines`, Object.keys(value.lines));
  else if ('object' in value) {
    for (const [name, inner] of Object.entries(value.object))
      checkValue(check, `${path}.object.${name}`, inner);
  } else if ('field' in value) {
    const fields = typeof value.field === 'string' ? [value.field] : value.field;
    check.fields(`${path}.field`, fields);
    if (value.as === undefined) return;
    const [by] = namesIn(value.as);
    if (by !== undefined) check.names(`${path}.as`, value.as, check.open);
    const forms = formsOf(fields[0] ?? '');
    for (const form of by === undefined ? [value.as] : (check.declaration.settings[by]?.choices ?? [])) {
      if (forms.length === 0) check.complain(`${path}.as`, `"${fields[0]}" has one form only`);
      else check.choice(`${path}.as`, form, forms);
    }
  }
}

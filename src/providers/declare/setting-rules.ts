// The settings of a declaration: names that nothing else has, choices, defaults; and which of them tell accounts apart.
import type { RuleCheck } from './rule-check.ts';

/** Names that settings cannot have: a target has them already, or a text means something else by them. */
const RESERVED = [
  ...[
    'provider',
    'baseUrl',
    'path',
    'defaults',
    'dedupe',
    'dedupeWindow',
    'testPhone',
    'concurrency',
    'rate',
  ],
  ...['timeout', 'retries', 'settleAfter', 'submission', 'now', 'body', 'hmac', 'lead', 'by'],
];

export function checkSettings(check: RuleCheck): void {
  const maps = Object.entries(check.declaration.settings).filter(([, { kind }]) => kind === 'fieldMap');
  if (maps.length > 1)
    check.complain(`settings.${maps[1]?.[0]}`, 'is a second fieldMap; only one is allowed');
  for (const [name, setting] of Object.entries(check.declaration.settings)) {
    const path = `settings.${name}`;
    const { kind, choices, default: usual } = setting;
    if (!/^[a-z][A-Za-z0-9]{0,39}$/.test(name)) {
      check.complain(path, 'expected a name of letters and digits that begins with a small letter');
    } else if (RESERVED.includes(name) || name.endsWith('File')) {
      check.complain(path, 'this name is taken; choose another');
    }
    if ((kind === 'choice') !== (choices !== undefined) && !(kind === undefined && choices !== undefined)) {
      check.complain(
        path,
        kind === 'choice' ? 'is missing its choices' : 'choices are only for kind: choice',
      );
    }
    if (choices?.length === 0) check.complain(`${path}.choices`, 'expected at least one');
    if (usual !== undefined) check.choice(`${path}.default`, usual, choices);
    if (usual !== undefined && kind === 'secret')
      check.complain(`${path}.default`, 'a secret has no default');
    if (usual !== undefined && setting.required === true) {
      check.complain(`${path}.default`, 'what is required has no default');
    }
  }
}

export function checkAccount(check: RuleCheck): void {
  const { account, settings } = check.declaration;
  if (account.length === 0) {
    check.complain(
      'account',
      'expected the settings that tell one account from another; where a request names none, declare one for a name of your own',
    );
  }
  for (const name of account) {
    if (check.secret.includes(name))
      check.complain(
        'account',
        `"${name}" is a secret, which must not be part of a key; name another setting`,
      );
    else if (!check.open.includes(name)) check.complain('account', check.unknown(name, check.open));
    else if (settings[name]?.required !== true && settings[name]?.default === undefined) {
      check.complain('account', `"${name}" must be required, or have a default`);
    }
  }
}

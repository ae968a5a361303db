// Where a key may travel to: https or loopback, and hosts that no target can replace by its own.
import { isLoopback } from '../../util/loopback.ts';
import type { Environment } from './declaration.ts';
import type { RuleCheck } from './rule-check.ts';
import { namesIn } from './template.ts';

export function checkEnvironments(check: RuleCheck): void {
  const all = Object.entries(check.declaration.environments);
  if (all.length === 0)
    check.complain('environments', 'expected at least one, such as production: https://api.example.com');
  for (const [name, one] of all) {
    const path = `environments.${name}`;
    if (!/^[a-z][a-z0-9-]*$/.test(name)) check.complain(path, 'expected a name of small letters');
    const environment: Environment = typeof one === 'string' ? { origin: one } : one;
    checkOrigin(check, typeof one === 'string' ? path : `${path}.origin`, environment.origin);
    for (const same of environment.sameAs ?? []) {
      if (!URL.canParse(same) || new URL(same).origin !== same) {
        check.complain(
          `${path}.sameAs`,
          'expected addresses such as https://api.example.com, without a path',
        );
      }
    }
  }
  for (const host of check.declaration.hosts ?? []) {
    if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(host))
      check.complain('hosts', 'expected hosts such as example.com');
  }
}

/** A name may stand for the whole host where it has choices, or for a part of it before the vendor's domain. */
function checkOrigin(check: RuleCheck, path: string, origin: string): void {
  check.names(path, origin, check.open);
  const names = namesIn(origin);
  const bare = /^https?:\/\/\{(\w+)\}$/.exec(origin)?.[1];
  const part = /^https:\/\/\{(\w+)\}\.[a-z0-9-]+(\.[a-z0-9-]+)+$/i.exec(origin)?.[1];
  const choices = check.declaration.settings[bare ?? part ?? '']?.choices;
  if (bare !== undefined && choices === undefined) {
    check.complain(
      path,
      `a target could send its keys to any host: give {${bare}} choices, or write {${bare}}.example.com`,
    );
    return;
  }
  if (names.length > 0 && bare === undefined && part === undefined) {
    check.complain(
      path,
      'expected https://{setting}.example.com, or one {setting} with choices for the whole host',
    );
    return;
  }
  const examples = choices ?? ['part'];
  for (const choice of names.length === 0 ? [''] : examples) {
    const address = origin.replace(/\{\w+\}/, choice);
    const url = URL.canParse(address) ? new URL(address) : null;
    if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
      check.complain(path, 'expected an address such as https://api.example.com');
    } else if (url.origin !== address.toLowerCase()) {
      check.complain(path, 'expected scheme and host only; the path belongs into request');
    } else if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
      check.complain(
        path,
        'plain http is only for loopback (127.0.0.1, [::1], localhost); expected https://',
      );
    } else continue;
    return;
  }
}

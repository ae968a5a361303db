// A configuration that holds a secret as text, and that others can read.
import type { Provider } from '../providers/provider.ts';
import { shellQuoted } from '../util/shell.ts';
import { hasLiteralFeedSecret } from './feeds.ts';
import type { FoundConfig } from './find.ts';
import { isAddress } from './found-rules.ts';
import { isRecord } from './schema.ts';
import { expand, isLiteral } from './variables.ts';

/** A warning if the file itself holds a secret and others can read it. */
export function permissionWarnings(
  { path, file }: FoundConfig,
  content: Readonly<Record<string, unknown>>,
  providers: readonly Provider[],
): readonly string[] {
  const secrets = new Set(
    providers.flatMap(({ settings }) =>
      settings.filter(({ kind }) => kind === 'secret').map(({ name }) => name),
    ),
  );
  const literal =
    hasLiteralFeedSecret(content) ||
    hasLiteralPassword(content['ledger']) ||
    Object.values(isRecord(content['targets']) ? content['targets'] : {}).some(
      (target) =>
        isRecord(target) &&
        [...secrets].some((name) => target[name] !== undefined && isLiteral(String(target[name]))),
    );
  if (!literal || file === null || (file.mode & 0o077) === 0) return [];
  return [
    `${path} holds a secret, and others can read it. Run chmod 600 ${shellQuoted(path)}, or replace the secret by \${VARIABLE}.`,
  ];
}

/** Whether the password of a shared ledger stands in the file itself. */
function hasLiteralPassword(ledger: unknown): boolean {
  if (typeof ledger !== 'string') return false;
  // Without any variable set, what is left is literal.
  const { text } = expand(ledger, {});
  return isAddress(text) && /:\/\/[^/@:]*:[^/@]+@|[?&]password=[^&]/i.test(text);
}

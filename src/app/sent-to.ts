// Where a run sends, as its history keeps it: the target of that name may be at another address later.
import type { Config } from '../config/configuration.ts';
import type { Target } from '../delivery/submission.ts';
import type { SentTo } from '../ledger/ledger.ts';

/** What is kept of it. A sandbox has another port each time, and what is in it is gone with it. */
export function sentToOf(
  targets: readonly Pick<Target, 'name' | 'endpoint' | 'address'>[],
  { path, trust }: Pick<Config, 'path' | 'trust'>,
): readonly SentTo[] {
  return targets
    .filter(({ address }) => address !== undefined)
    .map(({ name, endpoint: { origin, identity } }) => ({
      ...{ name, origin, identity, config: path, found: trust === 'found' },
    }));
}

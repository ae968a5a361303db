// What a feed is, and what there is without any. Apart from feeds.ts, which checks and reads those of a configuration.
import type { Secret } from '../util/secret.ts';
import { UsageError } from '../util/usage-error.ts';
import { suggestion } from './problem.ts';

/** An address to read. The whole of it, and its headers, may hold secrets. */
export interface Feed {
  readonly url: URL;
  readonly headers: Readonly<Record<string, Secret>>;
}

export interface Feeds {
  readonly names: readonly string[];
  /** @throws UsageError with one line for each problem of that feed, or if there is no such feed */
  readonly feed: (name: string) => Feed;
  /** Whether some feed's address has this origin. A feed whose variables are missing names none. */
  readonly hasOrigin: (origin: string) => boolean;
}

export const NO_FEEDS: Feeds = {
  names: [],
  feed: (name) => {
    throw noSuchFeed(name, []);
  },
  hasOrigin: () => false,
};

export function noSuchFeed(name: string, known: readonly string[]): UsageError {
  const near = suggestion(name, known);
  return new UsageError(
    `There is no feed "${name}"${near === '' ? '.' : near}`,
    known.length === 0
      ? 'Name its address under feeds: in the configuration. For a file of this name, write ./ before it.'
      : `The feeds are ${known.join(', ')}.`,
  );
}
